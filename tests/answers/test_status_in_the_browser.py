"""`course status` where the course is a wheel and nbformat is missing, as in the browser."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.answers import progress as progress_module
from course_utils.answers.progress import OPEN, STARTED, progress
from course_utils.grading import recognise
from course_utils.grading.recognise import Unreadable, read_notebook

ROOT = Path(__file__).resolve().parents[2]
NAME = "00_start_here.ipynb"


@pytest.fixture
def drive(tmp_path, monkeypatch):
    """Return a learner's folder as the browser has it, seen from a course without solutions/."""
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    (tmp_path / "exercises").mkdir()
    nowhere, real = tmp_path / "no clone", progress_module.pristine_notebooks
    monkeypatch.setattr(progress_module, "ROOT", nowhere)
    monkeypatch.setattr(progress_module, "pristine_notebooks", lambda root=nowhere: real(root))
    monkeypatch.setattr(recognise, "nbformat", None)
    return tmp_path


def test_it_finds_the_exercises_beside_the_learner(drive):
    rows = progress(drive).rows
    assert len(rows) > 20
    assert {row.state for row in rows} == {OPEN}


def test_it_sees_what_was_begun(drive):
    solved = (ROOT / "solutions" / NAME).read_text(encoding="utf-8")
    (drive / "exercises" / NAME).write_text(solved, encoding="utf-8")
    states = {row.check.name: row.state for row in progress(drive).rows}
    assert states.pop("average_lookup") == STARTED
    assert set(states.values()) == {OPEN}


@pytest.mark.parametrize("text", ["[]", '{"cells": 3}', "{}", '{"cells": [{"source": ["a"]}]}'])
def test_it_reads_a_file_as_nbformat_does(text, tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    path.write_text(text, encoding="utf-8")

    def read():
        try:
            return json.loads(json.dumps(read_notebook(path)["cells"]))
        except Unreadable as error:
            return str(error)

    expected = read()
    monkeypatch.setattr(recognise, "nbformat", None)
    assert read() == expected


def test_a_check_asks_for_nothing_that_pyodide_lacks():
    """Pyodide has no processes and no sockets; these packages are not in the site either."""
    lacking = ("fcntl", "multiprocessing", "resource", "nbformat", "nbval", "pytest", "zmq")
    lines = [f"import sys; sys.modules.update(dict.fromkeys({lacking!r}))"]
    lines += ["from course_utils import cli, plots, widgets", "from course_utils.answers import *"]
    lines += ["from course_utils.training import loop, shipped, translator"]
    lines += ["from course_utils.answers import progress"]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True)
    assert done.stderr == ""
