"""The command `course`: progress that is derived, points, and one sentence for bad input."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import build
from course_utils import cli
from course_utils.answers import file as learner
from course_utils.grading.pristine import NoClone, pristine_notebooks
from course_utils.grading.recognise import Unreadable, recognise

ROOT = Path(__file__).resolve().parents[2]
SOFTMAX = """def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand in a learner's folder with the blank exercises."""
    (tmp_path / "exercises").mkdir()
    for name, notebook in build.blank_exercises().items():
        nbformat.write(notebook, tmp_path / "exercises" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(learner.VARIABLE, raising=False)
    return tmp_path


def fill_in(folder, notebook, identity, source):
    path = folder / "exercises" / f"{notebook}.ipynb"
    made = nbformat.read(path, as_version=4)
    next(cell for cell in made.cells if cell.id == identity).source = source
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path


def test_status_of_a_beginner(folder, capsys):
    assert cli.main(["status"]) == 0
    said = capsys.readouterr().out
    assert "· softmax" in said
    assert "0 of 4  not started" in said
    assert "next: exercise 0.1 in exercises/00_start_here.ipynb" in said


def test_status_shows_what_is_kept_started_and_spoiled(folder, capsys):
    fill_in(
        folder, "00_start_here", "average-lookup-answer", "def average_lookup(V):\n    return V"
    )
    bad = "def dot_scores(q, K):\n    return q\n"
    text = f"import numpy as np\n\n{SOFTMAX}\n\n{bad}"
    (folder / "my_transformer.py").write_text(text, encoding="utf-8")
    assert cli.main(["status", str(folder)]) == 0
    lines = {line.split()[1]: line for line in capsys.readouterr().out.splitlines() if "  " in line}
    assert lines["softmax"].split()[0] == "✓"
    assert "4 of 4" in lines["softmax"]
    assert lines["average_lookup"].split()[0] == "…"
    assert lines["dot_scores"].endswith("kept, fails its check")


def test_a_stand_in_earns_no_points(folder, capsys):
    source = "# softmax · lesson 2 · reference " + learner.digest(SOFTMAX) + "\n" + SOFTMAX
    (folder / "my_transformer.py").write_text("import numpy as np\n\n" + source, encoding="utf-8")
    cli.main(["status"])
    assert "0 of 4  not started" in capsys.readouterr().out


def test_status_survives_a_broken_file_and_a_broken_notebook(folder, capsys):
    (folder / "my_transformer.py").write_text("def (", encoding="utf-8")
    (folder / "exercises" / "02_softmax.ipynb").write_text("{", encoding="utf-8")
    assert cli.main(["status"]) == 0
    said = capsys.readouterr().out
    assert "my_transformer.py is not valid Python at line 1" in said
    assert "02_softmax.ipynb is not a notebook" in said


def test_check_in_the_terminal(folder, capsys):
    assert cli.main(["check", "softmax"]) == 1
    assert "There is no my_transformer.py yet." in capsys.readouterr().out
    (folder / "my_transformer.py").write_text("import numpy as np\n\n" + SOFTMAX, encoding="utf-8")
    assert cli.main(["check", "softmax"]) == 0
    assert cli.main(["check", "dot_scores"]) == 1
    assert "has no function `dot_scores`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "sofmax"], 'Did you mean "softmax"?'),
        (["status", "nowhere"], "expected a folder, and nowhere does not exist"),
        (["grade", "nowhere"], "expected a notebook or a folder, and nowhere does not exist"),
        (["grade", "exercises/empty"], "there is no notebook in"),
        (["grade", "notes.txt"], "expected a notebook ending in .ipynb, and got notes.txt"),
    ],
)
def test_bad_input_gets_one_sentence(folder, capsys, arguments, words):
    (folder / "exercises" / "empty").mkdir()
    (folder / "notes.txt").write_text("x")
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    for words in ("status", "check", "grade", "examples:"):
        assert words in said


def test_grade_shows_points_and_words(folder):
    fill_in(folder, "02_softmax", "softmax-answer", SOFTMAX.replace("np.max(x,", "0 * np.max(x,"))
    command = [sys.executable, "-m", "course_utils.cli", "grade", "exercises/02_softmax.ipynb"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert "without subtracting the maximum" in done.stdout
    assert "soft_lookup      0 of 3  not written yet" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_without_the_courses_solutions_nothing_looks_graded(folder, monkeypatch, capsys):
    """pytest would run the blank exercises, find no fault in them, and say "6 passed"."""
    with pytest.raises(NoClone, match="expected the folder solutions/"):
        pristine_notebooks(folder)
    for module in ("answers.progress", "grading.recognise"):
        name = f"course_utils.{module}.pristine_notebooks"
        monkeypatch.setattr(name, lambda *_: pristine_notebooks(folder))
    assert cli.main(["status"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("course: expected the folder solutions/ in")
    with pytest.raises(Unreadable, match="cannot be graded: expected"):
        recognise(folder / "exercises" / "02_softmax.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), folder / "of_others.ipynb")
    assert recognise(folder / "of_others.ipynb") == ""
