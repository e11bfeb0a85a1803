"""Points of graded exercises, and the table that shows them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grade:
    """What one submission got for one exercise: `earned` of `points`, and the words about it."""

    path: str
    exercise: str
    earned: float
    points: int
    words: str


def earned(verdict) -> float:
    """Return the points: the share of right cases, visible or hidden, whichever is less."""
    return round(verdict.points * verdict.fraction, 2)


def table(grades) -> list[str]:
    """Return lines with the points of each exercise and the first words about it.

    Notebooks of the same name in different folders are told apart by their folder.

    >>> table([Grade("a/02.ipynb", "softmax", 1.5, 4, "not right")])[1].split()
    ['softmax', '1.5', 'of', '4', 'not', 'right']
    """
    paths = list(dict.fromkeys(grade.path for grade in grades))
    width = max([len(grade.exercise) for grade in grades] + [len("total")]) + 2
    lines = []
    for path, name in zip(paths, short_names(paths)):
        mine = [grade for grade in grades if grade.path == path]
        lines.append(name)
        for grade in mine:
            points = f"{grade.earned:g} of {grade.points}"
            lines.append(f"  {grade.exercise:<{width}}{points:>10}  {grade.words}")
        total = round(sum(grade.earned for grade in mine), 2)
        points = f"{total:g} of {sum(grade.points for grade in mine)}"
        lines.append(f"  {'total':<{width}}{points:>10}")
    return lines


def short_names(paths) -> list[str]:
    """Return file names, with as many folders before them as it takes to tell them apart.

    >>> short_names(["x/anna/1.ipynb", "x/ben/1.ipynb"])
    ['anna/1.ipynb', 'ben/1.ipynb']
    """
    parts = [path.replace("\\", "/").split("/") for path in paths]
    for depth in range(1, max(map(len, parts), default=1) + 1):
        names = ["/".join(part[-depth:]) for part in parts]
        if len(set(names)) == len(names):
            break
    return names


def words(verdict) -> str:
    """Return the shortest useful feedback on a verdict."""
    if verdict.right:
        return "right"
    if verdict.mistake:
        return verdict.mistake
    if verdict.stage == "not written":
        return "not written yet"
    return (verdict.feedback() or [verdict.stage])[0]
