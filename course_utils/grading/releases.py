"""Which release of the course a submission was made with, and what that means for its owner."""

import json
import re
from functools import cache
from pathlib import Path

import course_utils
from course_utils.checks.registry import UnknownExercise, find_check

TODAY = course_utils.__version__
# The names that an exercise of today had in older releases: {"softmax": ("soft_max",)}. An answer
# under an older name is graded under today's. Add to it whenever an exercise is renamed.
RENAMED: dict[str, tuple[str, ...]] = {}
MADE_WITH = "Made with release"  # how a note of another release begins
VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")


@cache
def released() -> dict[str, dict[str, dict[str, str]]]:
    """Return {release: {notebook: {exercise: its call}}} for all releases so far."""
    file = Path(__file__).with_name("exercises_by_release.json")
    return json.loads(file.read_text(encoding="utf-8"))


def names_of(exercise) -> tuple[str, ...]:
    """Return the name of an exercise, and those that it had before."""
    return (exercise, *RENAMED.get(exercise, ()))


def release_of(notebook) -> str:
    """Return the release that a notebook says it was made with, or "" if it says none.

    >>> import nbformat
    >>> release_of(nbformat.from_dict({"metadata": {"course": {"version": "0.1.0"}}}))
    '0.1.0'
    """
    metadata = notebook.get("metadata")
    course = metadata.get("course") if isinstance(metadata, dict) else None
    version = course.get("version") if isinstance(course, dict) else None
    return version if isinstance(version, str) and VERSION.fullmatch(version) else ""


def release_notes(notebook, lesson, exercises, answered) -> list[str]:
    """Return what the owner of a submission should know of its release: nothing if it is today's.

    lesson: the name of the notebook. exercises: those that it asks for today. answered: those of
    them for which there is an answer. No note costs a point.
    """
    version = release_of(notebook)
    if version == TODAY:
        return []
    if not version:
        return [f"It does not say which release it was made with; graded with {TODAY}."]
    notes = [f"{MADE_WITH} {version}, graded with {TODAY}."]
    if _number(version) > _number(TODAY):
        notes[0] += " The course that graded it is older: grade it with the newer one."
    then = released().get(version)
    if then is None:
        return notes
    then = then.get(lesson, {})
    for name in exercises:
        notes += _changes(name, then, name in answered)
    today = {old for name in exercises for old in names_of(name)}
    return notes + [_gone(name) for name in then if name not in today]


def _number(version):
    return tuple(map(int, version.split(".")))


def _changes(name, then, answered):
    """Yield what is another since a release, for one exercise of today."""
    before = next((one for one in names_of(name) if one in then), "")
    if not before:
        if not answered:
            yield f"{name} is not in your release: it counts as not written."
        return
    if before != name:
        yield f"{name} was called {before} in your release; your answer to that is graded."
    old, new = then[before], find_check(name).signature
    if old.partition("(")[2] != new.partition("(")[2]:
        yield f"{name} is {new} today, and was {old} in your release."


def _gone(name):
    try:
        lesson = find_check(name).lesson
    except UnknownExercise:
        return f"{name} is no exercise of the course any more: it counts for nothing."
    return f"{name} belongs to lesson {lesson} today: it is graded with that notebook."
