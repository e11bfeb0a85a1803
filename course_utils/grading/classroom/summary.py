"""What the terminal says when a class is graded."""

from collections import Counter
from pathlib import Path

from course_utils.grading.classroom.gradebook import total


def summary(book, out) -> list[str]:
    """Return a few lines: how many, how well, what needs a look, and where the rest is."""
    got, of = total(book.rows)
    graded = sum(entry.record["status"] == "graded" for entry in book.counted)
    share = f", {got / of:.0%} of all points" if of else ""
    done, people = _many(graded, "submission"), _many(len(book.learners()), "learner")
    lines = [f"{done} of {people} graded{share}."]
    for status, count in sorted(Counter(one.record["status"] for one in book.troubles).items()):
        lines.append(f"{count} {status}:")
        found = [one for one in book.troubles if one.record["status"] == status]
        lines += [f"  {one.file}: {one.record['reason']}" for one in found[:5]]
        lines += [f"  and {count - 5} more, see index.html"] if count > 5 else []
    for entry, best in book.set_aside[:5]:
        lines.append(f"  {entry.file} does not count, since {best.file} is as good or better.")
    if len(book.set_aside) > 5:
        lines.append(f"  and {len(book.set_aside) - 5} more that do not count, see index.html")
    if book.left_out:
        lines.append(f"Left out: {_many(len(book.left_out), 'folder')}, see index.html.")
    return [*lines, f"Look at {Path(out) / 'index.html'}; the points are in grades.csv."]


def _many(count, what):
    """Return "1 learner", "2 learners"."""
    return f"{count} {what}{'' if count == 1 else 's'}"
