"""The tasks: make and the workflow call them; an environment is made once, a failure is told."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import task

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {name.replace("_", "-") for name in vars(task.Tasks) if not name.startswith("_")}
INSTALL = ["-m", *task.LOCKED]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """Point the tasks to an empty folder, and return the list of commands they run there."""
    commands = []

    def run(self, command, quiet=False, variables=None):
        commands.append(command[1:])
        (tmp_path / ".venv").mkdir(exist_ok=True)

    monkeypatch.setattr(task, "ROOT", tmp_path)
    monkeypatch.setattr(task, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(task, "SITE", tmp_path / ".venv-site")
    monkeypatch.setattr(task.Tasks, "_run", run)
    (tmp_path / ".venv-site").mkdir()
    for name in ("requirements", "requirements-dev", "requirements-site", "requirements-browser"):
        (tmp_path / f"{name}.lock").touch()
    (tmp_path / "pyproject.toml").touch()
    return commands


def test_what_is_installed_is_not_installed_again(ran):
    assert task.main(["install"]) == 0
    assert ran[0][:2] == ["-m", "venv"]
    assert [*INSTALL, "requirements.lock"] in ran
    del ran[:]
    assert task.main(["install"]) == 0
    assert ran == []
    assert task.main(["notebooks", "02_softmax"]) == 0
    assert ran[0] == [*INSTALL, "requirements-dev.lock"]
    assert ran[-1] == ["tools/build.py", "02_softmax"]


def test_a_new_lock_is_installed(ran):
    task.main(["install"])
    del ran[:]
    later = task.VENV.joinpath("lab").stat().st_mtime + 10
    os.utime(task.ROOT / "requirements.lock", (later, later))
    task.main(["install"])
    assert ran[0][-1] == "requirements.lock"


def test_the_site_is_built_with_tools_that_are_installed_once(ran):
    assert task.main(["site"]) == 0
    installed = [command for command in ran if "requirements-site.lock" in command]
    fetched = [command for command in ran if "requirements-browser.lock" in command]
    assert len(installed) == len(fetched) == 1
    assert ran[-1][-4:] == ["tools/site/lite.py", "build/stage", ".venv-site/wheels", "site/lite"]
    del ran[:]
    (task.ROOT / "site").mkdir()
    (task.ROOT / "site" / "old.html").touch()
    assert task.main(["site", "somewhere/pyodide"]) == 0
    assert [command[0] for command in ran] == [
        f"tools/site/{name}.py" for name in ("reading", "stage", "lite")
    ]
    assert ran[-1][-1] == "somewhere/pyodide"
    assert not (task.ROOT / "site" / "old.html").exists()


def test_a_new_lock_of_the_browser_fetches_its_wheels_again(ran):
    task.main(["site"])
    del ran[:]
    later = (task.SITE / "site").stat().st_mtime + 10
    os.utime(task.ROOT / "requirements-browser.lock", (later, later))
    task.main(["site"])
    assert any("requirements-browser.lock" in command for command in ran)


def test_the_site_is_tested_with_a_pyodide_here_and_with_the_default_address(ran):
    assert task.main(["site-test"]) == 0
    built = [command for command in ran if command[0] == "tools/site/lite.py"]
    assert [command[3:] for command in built] == [
        ["build/site-test/local/lite", ".venv-site/pyodide"],
        ["build/site-test/default/lite"],
    ]
    assert ran[-1] == ["-m", "pytest", "tests/site"]


def test_every_other_run_leaves_the_tests_of_the_site_out():
    inside = {name: value for name, value in os.environ.items() if name != "COURSE_SITE"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "tests/site"],
        cwd=ROOT,
        env=inside,
        capture_output=True,
        text=True,
    )
    assert "no tests collected" in done.stdout


def test_what_failed_is_done_again(ran, monkeypatch):
    def fail(self, command, quiet=False, variables=None):
        raise task.Failed(3)

    monkeypatch.setattr(task.Tasks, "_run", fail)
    assert task.main(["install"]) == 3
    assert not task.VENV.exists()


def test_the_code_of_a_command_is_the_code_of_its_task(capsys):
    with pytest.raises(task.Failed, match="5"):
        task.Tasks()._run([sys.executable, "-c", "raise SystemExit(5)"])
    task.Tasks(dry=True)._run([sys.executable, "-c", "raise SystemExit(5)"])
    assert capsys.readouterr().out.count("SystemExit(5)") == 2


def test_an_old_python_is_told_what_to_type(ran, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    words = task.main(["lab"])
    assert "3.11 or newer" in words
    assert "is 3.9." in words
    assert ran == []


def test_an_unknown_task_shows_what_there_is():
    shown = task.main(["tset"])
    assert all(f"\n    {name} " in shown for name in KNOWN)
    assert task.main([]) == shown


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize("name", sorted(KNOWN))
def test_make_calls_the_task(name):
    command = ["make", "-n", name, "PYTHON=python3.99"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        command, cwd=ROOT, env=outside, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["python3.99", "tools/task.py", name]


def test_a_dry_run_of_the_tests_names_every_notebook(capsys):
    assert task.main(["-n", "test"]) == 0
    shown = capsys.readouterr().out.replace("\\", "/")
    for folder in ("notebooks", "solutions"):
        for path in (ROOT / folder).glob("[0-9][0-9]_*.ipynb"):
            assert f"{folder}/{path.name}" in shown


def test_the_workflow_says_no_more_than_where_and_which_task():
    for job in WORKFLOW["jobs"].values():
        runs = [step["run"] for step in job["steps"] if "run" in step]
        assert len(runs) == 1
        found = re.fullmatch(r"(?:bash \.ci/run|python tools/task\.py) (\S+|\$\{\{.*\}\})", runs[0])
        assert found, runs[0]
        matrix = job["strategy"]["matrix"]
        rows = matrix.get("include", [])
        tasks = {*matrix.get("task", []), *(row["task"] for row in rows)}
        assert (tasks or {found[1]}) <= KNOWN


def test_the_workflow_begins_with_the_oldest_python_allowed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    for job in WORKFLOW["jobs"].values():
        assert job["strategy"]["matrix"]["python"][0] == oldest
    assert {"python": oldest, "task": "test-oldest"} in (
        WORKFLOW["jobs"]["linux"]["strategy"]["matrix"]["include"]
    )


@pytest.mark.parametrize("name", ["test-oldest", "test-newest"])
def test_other_versions_are_tested_elsewhere_without_style_and_deprecations(
    name, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(task, "ROOT", tmp_path)
    assert task.main(["-n", name]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[0].endswith(f"-m venv .venv-{name.removeprefix('test-')}")
    assert all(f".venv-{name.removeprefix('test-')}" in line for line in shown.splitlines())
    assert "-W default::DeprecationWarning" in shown.splitlines()[-1]
    assert "ruff" not in shown
