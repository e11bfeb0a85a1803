"""The instructors' page says what the lessons and checks say, and its plans can be taught."""

import re

import pytest

import make_instructors_page as instructors
from course_utils.checks.registry import all_checks

ROOT = instructors.ROOT
LESSONS = instructors.lessons()
HEADING = "# %% [markdown]\n# # 4 · Masks\n#\n"


def test_the_page_is_fresh():
    text = instructors.PAGE.read_text(encoding="utf-8")
    assert text == instructors.page(), "run: .venv/bin/python tools/make_instructors_page.py"


def test_two_weeks_hold_every_lesson_once_in_order_and_no_day_is_long():
    assert len(instructors.TWO_WEEKS) == 10
    taught = [number for day in instructors.TWO_WEEKS for number in day]
    words = "every lesson once in TWO_WEEKS of tools/make_instructors_page.py"
    assert taught == [lesson.number for lesson in LESSONS], words
    for day in instructors.TWO_WEEKS:
        assert sum(LESSONS[number].total for number in day) <= 130, f"lessons {day}: too long a day"


def test_one_day_is_a_day_and_its_exercises_belong_to_their_lessons():
    for number, *names in instructors.ONE_DAY:
        assert all(all_checks()[name].lesson == number for name in names)
    rows, minutes = instructors.one_day()
    assert minutes == sum(int(row.split("|")[-2]) for row in rows.splitlines()) <= 330


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_needs_those_whose_functions_its_text_loads(lesson):
    text = ""
    for part in ("lessons", "exercises"):
        source = ROOT / "source" / part / f"{lesson.name}.py"
        code = source.read_text(encoding="utf-8").splitlines()
        text += "\n".join(line for line in code if not line.startswith("#"))
    named = {all_checks()[name].lesson for name in re.findall(r'\bload\("(\w+)"\)', text)}
    assert named - {lesson.number} <= set(lesson.needs)
    assert all(number < lesson.number for number in lesson.needs)
    assert len(lesson.goals) == 3, f"{lesson.name}: three goals below 'After this lesson you can'"


def test_the_readme_says_the_same_minutes_to_five():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = dict(
        re.findall(r"\(notebooks/(\d\d_\w+)\.ipynb\) \|.*\| (\d+) \|$", text, re.MULTILINE)
    )
    there = {lesson.name: 5 * round(lesson.total / 5) for lesson in LESSONS}
    found = {name: int(minutes) for name, minutes in shown.items()}
    assert found == there, f"README.md: the minutes in the table are {there}"


@pytest.mark.parametrize(
    "rest",
    [
        "# After this lesson you can\n#\n# - hide the future.\n#\n",
        "# About 30 minutes.\n",
        "# After this lesson you can\n#\n# # %%\n",
    ],
)
def test_a_lesson_without_goals_or_minutes_is_refused(tmp_path, rest):
    path = tmp_path / "04_masks.py"
    path.write_text(HEADING + rest + "\n# %%\n# About 30 minutes.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"04_masks\.py"):
        instructors.read_lesson(path)


def test_goals_over_two_lines_are_one_sentence(tmp_path):
    path = tmp_path / "04_masks.py"
    goals = "#\n# - hide\n#   the future;\n# - count.\n#\n# About 7 minutes.\n"
    path.write_text(f"{HEADING}# After this lesson you can\n{goals}", encoding="utf-8")
    lesson = instructors.read_lesson(path)
    assert lesson.goals == ("hide the future", "count")
    assert (lesson.number, lesson.title, lesson.minutes) == (4, "Masks", 7)
