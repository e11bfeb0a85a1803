"""What runs in Gradescope for each submission: one lesson where asked, words where nothing came."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "gradescope" / "run_autograder"
BASH = shutil.which("bash")
# In the place of `course grade`: says what it was called with, and grades if there is a score.
COURSE = """#!/usr/bin/env bash
echo "$@"
if [ -n "${SCORE:-}" ]; then
    mkdir -p "$AUTOGRADER/grades/results"
    echo "{\\"score\\": $SCORE}" > "$AUTOGRADER/grades/results/submission.json"
fi
exit "${CODE:-0}"
"""
pytestmark = pytest.mark.skipif(BASH is None or os.name == "nt", reason="no bash here")


@pytest.fixture
def run(tmp_path):
    """Return a function that runs the script and gives its code, what it said, its results."""
    course = tmp_path / "source" / "course" / ".venv" / "bin" / "course"
    course.parent.mkdir(parents=True)
    course.write_text(COURSE, encoding="utf-8")
    course.chmod(0o755)
    (tmp_path / "submission").mkdir()

    def script(**variables):
        known = {
            key: value for key, value in os.environ.items() if key not in {"LESSON", "SANDBOX"}
        }
        done = subprocess.run(
            [BASH, str(SCRIPT)],
            env=known | {"AUTOGRADER": str(tmp_path), **variables},
            capture_output=True,
            text=True,
        )
        results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
        return done.returncode, done.stdout.strip(), results

    return script


def test_all_lessons_are_graded_unless_one_is_named(run):
    code, said, results = run(SCORE="7")
    assert (code, results) == (0, {"score": 7})
    assert said.endswith("--workers 1 --sandbox")
    _, said, _ = run(SCORE="7", LESSON="02_softmax", SANDBOX="--no-sandbox")
    assert said.endswith("--workers 1 --no-sandbox --only 02_softmax")


def test_the_results_of_the_submission_before_do_not_stay(run):
    run(SCORE="7")
    code, _, results = run(CODE="2", LESSON="02_softmax")
    assert (code, results["score"]) == (2, 0)
    assert "Does it hold the notebook of lesson 02_softmax?" in results["output"]
    assert "--only 02_softmax" in results["output"]
    assert "Does it hold" not in run()[2]["output"]
