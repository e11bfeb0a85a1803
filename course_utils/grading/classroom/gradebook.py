"""Turns the records of all submissions into one gradebook, the same in whatever order they came."""

import re
from collections import Counter
from dataclasses import dataclass, field

from course_utils.checks.registry import find_check
from course_utils.grading.pristine import pristine_notebooks
from course_utils.grading.transplant import is_stub

PARTIAL = re.compile(r"^in \d+ of the \d+ failing cases, ")


@dataclass(frozen=True)
class Row:
    """One exercise of one learner; `said` is what the judge said, empty where nothing was run."""

    learner: str
    lesson: str
    exercise: str
    points: float
    of: int
    seconds: float
    status: str
    file: str
    said: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One file that somebody handed in, and its record."""

    learner: str
    file: str
    record: dict

    @property
    def points(self) -> float:
        """The points it would get."""
        return round(sum(one["points"] for one in self.record["exercises"]), 2)

    @property
    def of(self) -> int:
        """The points it could get."""
        return sum(one["of"] for one in self.record["exercises"])


@dataclass
class Gradebook:
    """The rows that count, and what an instructor should know besides.

    counted: the entries that count. set_aside: (entry, the entry that counts instead of it).
    troubles: entries without points by their state: unreadable, not graded, not an exercise.
    """

    rows: list[Row] = field(default_factory=list)
    counted: list[Entry] = field(default_factory=list)
    set_aside: list[tuple[Entry, Entry]] = field(default_factory=list)
    troubles: list[Entry] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def learners(self) -> list[str]:
        """Return the names of all who handed something in, in order."""
        return sorted({entry.learner for entry in self.counted + self.troubles})

    def lessons(self) -> list[str]:
        """Return the lessons that somebody handed in, in order."""
        return sorted({row.lesson for row in self.rows if row.lesson})

    def of_learner(self, name) -> list[Row]:
        """Return the rows of one learner."""
        return [row for row in self.rows if row.learner == name]


def total(rows) -> tuple[float, int]:
    """Return the points of rows, and how many they could have."""
    return round(sum(row.points for row in rows), 2), sum(row.of for row in rows)


def make_gradebook(found, records, only="") -> Gradebook:
    """Return the gradebook of `found` submissions; `records` are by their keys.

    only: one lesson's name; what belongs to another, readable or not, is no part of it.
    """
    book = Gradebook(left_out=sorted(found.left_out))
    entries = [Entry(one.learner, one.file, records[one.key]) for one in found.submissions]
    wanted = ("", only)  # a file without a lesson may be the one
    entries = [entry for entry in entries if not only or entry.record["lesson"] in wanted]
    entries.sort(key=lambda entry: (entry.learner, entry.record["lesson"], entry.file))
    choices = {}
    for entry in entries:
        if entry.record["status"] != "graded":
            book.troubles.append(entry)
        # A file without a lesson stands for itself.
        place = entry.record["lesson"] or ("", entry.file)
        choices.setdefault((entry.learner, place), []).append(entry)
    for same in choices.values():
        best = max(same, key=_rank)  # the first of equals
        book.set_aside += [(entry, best) for entry in same if entry is not best]
        book.counted.append(best)
    _leave_out_what_is_no_exercise(book)
    book.rows = [row for entry in book.counted for row in _rows(entry)]
    return book


def _rank(entry):
    """Return what the better of two submissions has more of: first it is graded, then points."""
    state = {"graded": 2, "not graded": 1}.get(entry.record["status"], 0)
    return state, entry.points


def _leave_out_what_is_no_exercise(book):
    """Give no row to other notebooks of a learner who handed in an exercise as well."""
    useful = {entry.learner for entry in book.counted if entry.record["status"] != NO_EXERCISE}
    book.counted = [
        entry
        for entry in book.counted
        if entry.record["status"] != NO_EXERCISE or entry.learner not in useful
    ]


NO_EXERCISE = "not an exercise"


def _rows(entry):
    record = entry.record
    if record["status"] == "graded":
        for one in record["exercises"]:
            place = entry.learner, record["lesson"], one["name"]
            numbers = one["points"], one["of"], one["seconds"]
            yield Row(*place, *numbers, status_words(one), entry.file, one)
        return
    lesson = record["lesson"]
    names = pristine_notebooks()[lesson].exercises() if lesson else [""]
    for name in names:
        of = find_check(name).points if name else 0
        yield Row(entry.learner, lesson, name, 0.0, of, 0.0, record["status"], entry.file)


def status_words(one) -> str:
    """Return the state of a graded exercise: right, partly right, wrong or not written.

    An answer that defines nothing, perhaps since it was stopped, is wrong, and not unwritten.
    """
    if one["stage"] == "right" or (
        one["stage"] == "not written" and is_stub(one["source"], one["name"])
    ):
        return one["stage"]
    return "partly right" if one["points"] else "wrong"


def named_mistakes(rows) -> list[tuple[int, str, str]]:
    """Return (how many made it, exercise, mistake), the most frequent first."""
    found = Counter(
        (row.exercise, PARTIAL.sub("", row.said["mistake"]))
        for row in rows
        if row.said.get("mistake")
    )
    return sorted(((n, *place) for place, n in found.items()), key=lambda one: (-one[0], one[1:]))
