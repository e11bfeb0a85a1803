"""Points of graded exercises, and the table that shows them."""

from dataclasses import dataclass
from pathlib import Path

from course_utils.checks.check import Check
from course_utils.grading.verdict import Verdict


@dataclass(frozen=True)
class Grade:
    """What one submission got for one exercise."""

    path: Path
    notebook: str
    check: Check
    verdict: Verdict

    @property
    def points(self) -> int:
        """The points of the exercise in full."""
        return self.check.points

    @property
    def earned(self) -> float:
        """The points earned: the share of right cases, visible or hidden, whichever is less."""
        return round(self.points * self.verdict.fraction, 2)


def table(grades) -> list[str]:
    """Return lines with the points of each exercise and the first words about it.

    Notebooks of the same name in different folders are told apart by their folder.
    """
    names = {grade.path: grade.path.name for grade in grades}
    if len(set(names.values())) < len(names):
        names = {path: f"{path.parent.name}/{path.name}" for path in names}
    width = max(len(grade.check.name) for grade in grades) + 2
    lines = []
    for path, name in names.items():
        mine = [grade for grade in grades if grade.path == path]
        lines.append(name)
        for grade in mine:
            points = f"{grade.earned:g} of {grade.points}"
            lines.append(
                f"  {grade.check.name:<{width}}{points:>10}  {words(grade.verdict)}".rstrip()
            )
        earned, full = sum(grade.earned for grade in mine), sum(grade.points for grade in mine)
        total = f"{round(earned, 2):g} of {full}"
        lines.append(f"  {'total':<{width}}{total:>10}")
    return lines


def words(verdict) -> str:
    """Return the shortest useful feedback on a verdict."""
    if verdict.right:
        return "right"
    if verdict.mistake:
        return verdict.mistake
    if verdict.stage == "not written":
        return "not written yet"
    return (verdict.feedback() or [verdict.stage])[0]
