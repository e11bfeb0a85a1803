"""One row a learner, for a spreadsheet or a learning platform, from the grades of a class.

    python tools/class_points.py grades/grades.csv > points.csv
    python tools/class_points.py week1/grades.csv late/grades.csv --count softmax attention
    python tools/class_points.py grades/grades.csv --learners class.txt

Columns: learner, points in each lesson, points in all, of how many. Of several files the better
points of an exercise count. What somebody did not hand in is 0. --count: only these exercises.
--learners: a file with a name a line; exactly these get a row, and a name on one side only is told.
"""

import argparse
import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path

NEEDED = {"learner", "lesson", "exercise", "points", "of", "status"}


class Problem(Exception):
    """Something the person at the terminal can mend; the message is one sentence."""


@dataclass
class Grades:
    """What grades.csv says: `of` by (lesson, exercise), `points` by (learner, lesson, exercise).

    learners: all who handed anything in. failed: whose work the grader could not grade.
    """

    of: dict = field(default_factory=dict)
    points: dict = field(default_factory=dict)
    learners: set = field(default_factory=set)
    failed: set = field(default_factory=set)

    def add(self, row):
        """Take one row of the file; the better of two for the same exercise stays."""
        self.learners.add(row["learner"])
        if row["status"] == "not graded":
            self.failed.add(row["learner"])
        if not row["exercise"]:  # unreadable, and nobody knows which lesson it was
            return
        exercise = row["lesson"], row["exercise"]
        if self.of.setdefault(exercise, int(row["of"])) != int(row["of"]):
            raise Problem(f"{exercise[1]} is worth {self.of[exercise]} and {row['of']} points.")
        key = row["learner"], *exercise
        self.points[key] = max(self.points.get(key, 0.0), float(row["points"]))


def read_grades(paths) -> Grades:
    """Return what one or more files of `course grade --out` say."""
    grades = Grades()
    for path in paths:
        with open(path, encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if not set(row) >= NEEDED:
                    raise Problem(f"{path} is no grades.csv of course grade.")
                grades.add(row)
    return grades


def table(grades, count=(), learners=None) -> list[list]:
    """Return the rows, the heading first: learner, lessons, points, of."""
    exercises = sorted(key for key in grades.of if not count or key[1] in count)
    unknown = sorted(set(count) - {name for _, name in exercises})
    if unknown:
        there = ", ".join(name for _, name in sorted(grades.of))
        raise Problem(f"nobody handed in {', '.join(unknown)}; there are {there}.")
    lessons = sorted({lesson for lesson, _ in exercises})
    of = sum(grades.of[key] for key in exercises)
    rows = [["learner", *lessons, "points", "of"]]
    for learner in sorted(grades.learners) if learners is None else learners:
        got = dict.fromkeys(lessons, 0.0)
        for key in exercises:
            got[key[0]] += grades.points.get((learner, *key), 0.0)
        rows.append([learner, *(f"{n:g}" for n in (*got.values(), sum(got.values()))), of])
    return rows


def named_in(path) -> list[str]:
    """Return the names in a file, one a line, in its order and each once."""
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def tell(words, names):
    """Say something about these learners to the person, not into the table."""
    if names:
        print(f"{words}: {', '.join(sorted(names))}", file=sys.stderr)


def main(arguments=None) -> int:
    """Run the command line; return 0, or 2 if it was misused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("grades", nargs="+", help="one or more grades.csv")
    parser.add_argument("--count", nargs="+", default=(), metavar="EXERCISE", help="only these")
    parser.add_argument("--learners", metavar="FILE", help="the names of the class, one a line")
    options = parser.parse_args(arguments)
    try:
        grades = read_grades(options.grades)
        learners = named_in(options.learners) if options.learners else None
        rows = table(grades, options.count, learners)
    except (Problem, OSError, ValueError) as problem:
        print(f"class_points: {problem}", file=sys.stderr)
        return 2
    tell("not graded, type the command course grade again", grades.failed)
    if learners is not None:
        tell("handed in nothing", set(learners) - grades.learners)
        tell("handed in and not in the list", grades.learners - set(learners))
    # As grades.csv is, for Excel; and where a file that the shell opens is not UTF-8: Windows.
    sys.stdout.reconfigure(encoding="utf-8-sig")
    csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
