"""What else knows of every lesson and exercise, so that a new one is not forgotten there."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import make_instructors_page
from course_utils.checks.registry import all_checks

ROOT = Path(__file__).resolve().parents[2]
LESSONS = make_instructors_page.lessons()
TESTS = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests/checks").glob("*.py")}


def test_the_road_in_lesson_0_names_every_lesson():
    text = (ROOT / "source" / "lessons" / f"{LESSONS[0].name}.py").read_text(encoding="utf-8")
    rows = re.findall(r"^# \| \[(\d+) [^\]]+\]\((\w+)\.ipynb\) \|", text, re.MULTILINE)
    there = [(str(lesson.number), lesson.name) for lesson in LESSONS[1:]]
    assert rows == there, f"{LESSONS[0].name}.py: 'The road' should have rows for {there}"


@pytest.mark.parametrize(
    ("one", "following"), list(pairwise(LESSONS)), ids=lambda lesson: lesson.name
)
def test_a_lesson_leads_to_its_exercises_and_both_to_the_next_lesson(one, following):
    for part, targets in (
        ("lessons", (f"../exercises/{one.name}.ipynb", f"{following.name}.ipynb")),
        ("exercises", (f"../notebooks/{one.name}.ipynb", f"../notebooks/{following.name}.ipynb")),
    ):
        text = (ROOT / "source" / part / f"{one.name}.py").read_text(encoding="utf-8")
        for target in targets:
            assert f"({target})" in text, f"source/{part}/{one.name}.py: a link to {target}"


@pytest.mark.parametrize("name", all_checks())
def test_an_exercise_has_right_answers_that_must_be_accepted(name):
    found = [path.name for path, text in TESTS.items() if f'"{name}"' in text]
    words = f"tests/checks/test_{name}_answers.py: at least five right answers, all accepted"
    assert [one for one in found if one.endswith("_answers.py")], words
