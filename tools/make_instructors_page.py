"""Writes docs/instructors.md from lessons and checks: python tools/make_instructors_page.py

Minutes, goals and which lesson uses which stand in the lessons, in the checks and in what `load`
printed when the notebooks were built. With --check nothing is written; the exit code is 1 if the
page is stale.
"""

import os
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

from course_utils.checks.registry import all_checks
from course_utils.grading.plugin import LOADED

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "instructors.md"
TWO_WEEKS = ((0, 1), (2,), (3, 4), (5,), (6,), (7,), (8,), (9,), (10,), (11,))
ONE_DAY = (
    (0, "average_lookup"),
    (1, "dot_scores"),
    (2, "softmax"),
    (3, "scaled_scores", "attention"),
    (5, "self_attention"),
    (8, "cross_attention"),
    (10,),
)
HEAD = """# Teaching this course

Learners need some Python and school algebra. Lesson 9 says what a gradient is and goes backwards
through attention by hand; a class without calculus may leave that part out, since lesson 10 trains
with the course's own derivatives.

Three pages for while you teach: [what every wrong answer is told](known_mistakes.md), to see what
your class will stumble over, [grading a class](grading.md), and
[the course in the browser](in_the_browser.md), for learners who can install nothing. Minutes are
the authors' estimates, as they stand in the lessons and the checks. This page is made by
`.venv/bin/python tools/make_instructors_page.py`; a test finds it stale.

## Two weeks

A session a day, lesson and exercises together, {total} minutes in all.

| day | lessons | minutes |
|---|---|---|
{two_weeks}

Weeks end where something is finished: day 5 with all that one head of attention needs, day 10 with
a translator that each learner wrote, trained and opened up. Longest are the days of lessons 9 and
10; lesson 9 has its break after the decoder block, and `attention_backward` can be left out.

## One day

{one_day_minutes} minutes without breaks: these lessons, and of their exercises only these. The day
ends with lesson 10 shown on your screen, not done: the translator trains in seconds.

| lesson | exercises | minutes |
|---|---|---|
{one_day}

What such a day takes on trust: masks, positions, several heads, the block. Send its learners to
lesson 4 next.

## Choosing lessons

Nothing breaks where a lesson is left out. `load("softmax")` gives a learner their own function if
it passed its check, and the course's if not, and says which; grading always puts the course's
functions in the place of earlier lessons', so nobody pays twice for one mistake. The last column
says whose functions the notebooks of a lesson load: what a class should at least have *seen*.

| lesson | read | exercises | points | loads functions of lessons |
|---|---|---|---|---|
{lessons}

## What instructors ask

- **A gradebook for our learning platform?** A row a learner, with 0 for whoever stands in your list
  (a name a line) and handed in nothing:

      .venv/bin/python tools/class_points.py grades/grades.csv \\
          --learners class.txt > points.csv

  Copy the points into the platform's own export; it is easiest if submissions lie in folders called
  by its identifiers. Of several `grades.csv` the better points of an exercise count.
- **Which exercises count?** All, or only those after `--count` in that command.
- **Other points?** Weigh the columns of that file. To change what an exercise itself is worth, edit
  `points=` in its check and `make notebooks`: a release of your own
  ([what that means](../CHANGELOG.md)).
- **Late work?** Grading knows no clock. Put late work into another folder, grade it with another
  `--out`, and deduct as you like. Who hands in again is graded again by the same command.
- **A lesson left out?** Learners lose nothing (above). `course grade --only 2` grades one lesson.
- **Who is stuck?** `index.html` of a graded class: the named mistakes by how many learners made
  them, and what is not written. Grade half-way, too: it costs nobody anything.
- **Privacy?** Nothing is sent anywhere. `grades/` holds names and answers: keep it, and what was
  handed in, out of a repository that you publish. Call folders by numbers if names are too much.
- **Honesty?** `solutions/` and `course_utils/model/` lie open in every copy, and points say that a
  function works, not who wrote it. Nothing compares learners with each other. Let them explain
  a line, or let them change one and predict what the check says. Without the folder `solutions/`
  the notebooks and their checks work; `course status` and `course grade` need it.
- **Gradescope:** an assignment is one lesson: say which in `run_autograder` (`LESSON`), or whoever
  uploads two lessons gets the points of both. **GitHub Classroom:** delete
  `.github/workflows/tests.yml` from the template, or each push runs the whole test suite.

## What a learner can do after each lesson

{goals}
"""


@dataclass(frozen=True)
class Lesson:
    """A lesson as its notebooks say it: goals as sentences, minutes to read, lessons it loads."""

    number: int
    name: str
    title: str
    minutes: int
    goals: tuple[str, ...]
    needs: tuple[int, ...]

    @property
    def checks(self) -> list:
        """The checks of its exercises, in order."""
        return [check for check in all_checks().values() if check.lesson == self.number]

    @property
    def total(self) -> int:
        """Minutes with all its exercises."""
        return self.minutes + sum(check.minutes for check in self.checks)

    @property
    def link(self) -> str:
        """A link to the built lesson from a page in docs/."""
        return f"[{self.number} {self.title}](../notebooks/{self.name}.ipynb)"


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return all lessons in order, from source/ and the built notebooks."""
    paths = sorted((ROOT / "source" / "lessons").glob("[0-9][0-9]_*.py"))
    return tuple(read_lesson(path) for path in paths)


def read_lesson(path) -> Lesson:
    """Return the lesson of one source; raise ValueError if its first cell does not say enough."""
    first = path.read_text(encoding="utf-8").split("\n# %%")[0]
    text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in first.splitlines())
    title = re.search(r"^# (\d+) · (.+)$", text, re.MULTILINE)
    promise = re.search(r"^After this lesson you can\n(.+?)^About (\d+) minutes", text, re.M | re.S)
    if not title or not promise:
        raise ValueError(f"{path.name}: its first cell lacks a title, its goals or its minutes")
    goals = [" ".join(goal.split()).rstrip(";.") for goal in promise[1].split("\n- ")[1:]]
    number = int(title[1])
    needs = {all_checks()[name].lesson for name in loaded(path.stem)} - {number}
    return Lesson(number, path.stem, title[2], int(promise[2]), tuple(goals), tuple(sorted(needs)))


def loaded(name) -> set[str]:
    """Return the functions that `load` gave to a lesson's notebooks when they were built."""
    found = set()
    for folder in ("notebooks", "solutions"):
        notebook = nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                found |= set(LOADED.findall(output.get("text", "")))
    return found


def two_weeks() -> str:
    """Return the rows of the two-week plan."""
    rows = []
    for day, numbers in enumerate(TWO_WEEKS, start=1):
        chosen = [lessons()[number] for number in numbers]
        links = ", ".join(lesson.link for lesson in chosen)
        rows.append(f"| {day} | {links} | {sum(lesson.total for lesson in chosen)} |")
    return "\n".join(rows)


def one_day() -> tuple[str, int]:
    """Return the rows of the one-day plan and its minutes."""
    rows, total = [], 0
    for number, *names in ONE_DAY:
        lesson = lessons()[number]
        minutes = lesson.minutes + sum(all_checks()[name].minutes for name in names)
        words = ", ".join(f"`{name}`" for name in names) or "none"
        rows.append(f"| {lesson.link} | {words} | {minutes} |")
        total += minutes
    return "\n".join(rows), total


def row(lesson) -> str:
    """Return the row of a lesson in the table for choosing."""
    work, points = lesson.total - lesson.minutes, sum(check.points for check in lesson.checks)
    needs = ", ".join(map(str, lesson.needs)) or "none"
    return f"| {lesson.link} | {lesson.minutes} min | {work} min | {points} | {needs} |"


def page() -> str:
    """Return the page."""
    day, minutes = one_day()
    goals = [f"- **{one.number} {one.title}**: {'; '.join(one.goals)}." for one in lessons()]
    return HEAD.format(
        total=sum(lesson.total for lesson in lessons()),
        two_weeks=two_weeks(),
        one_day_minutes=minutes,
        one_day=day,
        lessons="\n".join(map(row, lessons())),
        goals="\n".join(goals),
    )


def main(arguments) -> int:
    """Write the page, or with --check say whether it is stale."""
    text = page()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    temporary = PAGE.with_name(f".{PAGE.name}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
