"""`course grade --out` on a small class: killed, gone on with, and undisturbed, the same grades."""

import csv
import os
import re
import signal
import subprocess
import sys
import time

import psutil
import pytest
from class_of_submissions import WRONG_SOFTMAX
from submissions import ROOT, Submission, solved

from course_utils import cli
from course_utils.grading.classroom.protection import NoSandbox, sandbox_words

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
ELSEWHERE = os.environ | {"PYTEST_ADDOPTS": "--no-such-option"}  # somebody's own setting
TRAP = "from pathlib import Path\nPath({!r}).touch()"


def make_class(folder):
    """Save six submissions, one of them no notebook, and a trap for pytest beside one."""
    solved().save(folder / "anna" / "02_softmax.ipynb")
    solved().answer("softmax", WRONG_SOFTMAX).save(folder / "ben" / "02_softmax.ipynb")
    Submission().save(folder / "carl_02_softmax.ipynb")
    (folder / "dora").mkdir()
    (folder / "dora" / "02_softmax.ipynb").write_text('{"cells": [')
    solved().insert("print('<b>hello</b>')", before="softmax-answer").save(folder / "emil.ipynb")
    Submission("01_dot_products").save(folder / "anna" / "01_dot_products.ipynb")
    (folder / "anna" / "conftest.py").write_text(TRAP.format(str(folder.parent / "sprung")))
    (folder / "anna" / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    return folder


def command(folder, out, *options):
    return [sys.executable, "-m", "course_utils.cli", "grade", folder, "--out", out, *options]


def run(*arguments):
    done = subprocess.run(
        command(*arguments), cwd=ROOT, env=ELSEWHERE, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done


def until(condition, seconds=300):
    """Wait until something holds, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    return pytest.fail("this never came")


def kill_half_way(folder, out, *options):
    """Kill `course grade` when a submission is in its journal; return what outlives it."""
    process = subprocess.Popen(
        command(folder, out, *options),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    journal = out / "journal"
    until(lambda: process.poll() is not None or any(journal.glob("*.json")))
    assert process.poll() is None
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: not any(map(alive, family)), 60)


def alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def kept(out):
    """Return the reports without times, and without what a sandbox changes."""
    texts = {}
    for path in sorted(out.rglob("*")):
        if path.suffix in {".csv", ".xml", ".html"} or path.parent.name == "results":
            text = path.read_text(encoding="utf-8")
            text = re.sub(r'time="[\d.]+"|"execution_time": \d+', "", text)
            text = (
                re.sub(r"(?m)^((?:[^,\n]*,){5})[\d.]+,", r"\1", text)
                if path.suffix == ".csv"
                else text
            )
            text = re.sub(r"<h2>Slowest.*?</div>", "", text, flags=re.DOTALL)
            texts[str(path.relative_to(out))] = re.sub(
                r'<p class="named">Graded without.*</p>\n', "", text
            )
    return texts


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade a class once without a sandbox, killed half-way, and once in the sandbox, alone."""
    folder = make_class(tmp_path_factory.mktemp("class") / "submissions")
    killed, calm = folder.parent / "killed", folder.parent / "calm"
    kill_half_way(folder, killed, "--no-sandbox", "--workers", "2")
    went_on = run(folder, killed, "--no-sandbox", "--workers", "2")
    try:
        sandbox_words()
        protection = "--sandbox"
    except NoSandbox:
        protection = "--no-sandbox"
    run(folder, calm, protection, "--workers", "1")
    return folder, killed, calm, went_on


def test_a_killed_class_goes_on_and_has_the_grades_of_an_undisturbed_one(graded):
    _, killed, calm, went_on = graded
    before = int(re.search(r"(\d) of 6 submissions were graded before", went_on.stderr)[1])
    assert 1 <= before < 6
    assert kept(killed) == kept(calm)
    assert len(kept(killed)) == 3 + 2 * 5


def test_the_points_are_those_that_the_answers_earned(graded):
    with open(graded[2] / "grades.csv", newline="", encoding="utf-8-sig") as file:
        rows = {(row["learner"], row["exercise"]): row for row in csv.DictReader(file)}
    assert rows["anna", "softmax"]["points"] == rows["emil", "softmax"]["points"] == "4"
    assert 0 < float(rows["ben", "softmax"]["points"]) < 4
    assert rows["ben", "soft_lookup"]["points"] == "3"
    assert rows["carl", "softmax"]["status"] == "not written"
    assert rows["dora", "softmax"]["status"] == "unreadable"
    assert rows["anna", "dot_scores"]["lesson"] == "01_dot_products"


def test_excel_is_told_that_names_are_utf_8(graded):
    assert (graded[2] / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbflearner,")


def test_the_pages_say_what_was_wrong_and_what_was_written(graded):
    pages = {path.stem: path.read_text() for path in (graded[2] / "learners").iterdir()}
    assert "without subtracting the maximum" in pages["ben"]
    assert "expected finite numbers, got nan or inf" in pages["ben"]
    assert "&lt;b&gt;hello&lt;/b&gt;" in pages["emil"]
    assert "cut short?" in pages["dora"]


def test_what_lies_beside_a_submission_never_runs(graded):
    assert not (graded[0].parent / "sprung").exists()


def test_a_second_run_grades_nothing_again_and_a_changed_file_is(graded, tmp_path, capsys):
    folder, out, *_ = graded
    path = folder / "carl_02_softmax.ipynb"
    old = path.read_bytes()
    times = {one: one.stat().st_mtime_ns for one in (out / "journal").iterdir()}
    solved().save(path)
    assert cli.main(["grade", str(folder), "--out", str(out), "--no-sandbox"]) == 0
    assert "5 of 6 submissions were graded before and stay" in capsys.readouterr().err
    path.write_bytes(old)
    changed = [one for one, at in times.items() if one.stat().st_mtime_ns != at]
    assert len(changed) == 1
    assert "carl,02_softmax,softmax,4,4" in (out / "grades.csv").read_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--seed", "1", "--no-sandbox"], "other settings"),
        (["--only", "99", "--no-sandbox"], "there is no lesson 99"),
        (["--workers", "0", "--no-sandbox"], "--workers is at least 1"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(graded, capsys, options, words):
    folder, out, *_ = graded
    assert cli.main(["grade", str(folder), "--out", str(out), *options]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1


def test_without_a_sandbox_nothing_of_others_runs_unasked(graded, monkeypatch, capsys, tmp_path):
    def none():
        raise NoSandbox("there is none. Say --no-sandbox.")

    monkeypatch.setattr("course_utils.grading.classroom.protection.sandbox_words", none)
    assert cli.main(["grade", str(graded[0]), "--out", str(tmp_path / "out")]) == 2
    assert "--no-sandbox" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_options_for_a_class_need_a_folder_for_the_grades(graded, capsys):
    assert cli.main(["grade", str(graded[0]), "--overwrite"]) == 2
    assert "say --out FOLDER" in capsys.readouterr().err


def test_other_lessons_than_the_one_asked_for_are_not_graded(graded, tmp_path):
    folder, out = tmp_path / "class", tmp_path / "out"
    solved().save(folder / "anna" / "02_softmax.ipynb")
    (folder / "anna" / "03_scaled_dot_product_attention.ipynb").write_text("")
    (folder / "anna" / "01_dot_products.ipynb").write_text("")
    (folder / "anna" / "04_masks.ipynb").symlink_to("nowhere")
    assert cli.main(["grade", str(folder), "--out", str(out), "--only", "1", "--no-sandbox"]) == 0
    lines = (out / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert {line.split(",")[1] for line in lines[1:]} == {"01_dot_products"}
    assert (out / "index.html").exists()
