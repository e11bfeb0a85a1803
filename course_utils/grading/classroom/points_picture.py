"""The picture of a class's points, and the words that say the same."""

import base64

import numpy as np

from course_utils.grading.classroom.gradebook import total
from course_utils.plots.display import png
from course_utils.plots.distributions import distributions

BINS = 20  # of 5 percent each


def shares(book) -> dict:
    """Return, for each lesson and for all, the learners' points in percent of what they could be.

    Only lessons count that a learner handed in; all lessons together come first.
    """
    found = {"all lessons": []} if len(book.lessons()) > 1 else {}
    for learner in book.learners():
        rows = [row for row in book.of_learner(learner) if row.of]
        if rows and "all lessons" in found:
            found["all lessons"].append(_percent(rows))
        for lesson in sorted({row.lesson for row in rows}):
            mine = [row for row in rows if row.lesson == lesson]
            found.setdefault(lesson, []).append(_percent(mine))
    return {name: found[name] for name in sorted(found, key=_order) if found[name]}


def _order(name):
    return name[0].isdigit(), name


def _percent(rows):
    got, of = total(rows)
    return 100 * got / of


def picture(book) -> str:
    """Return the distribution of points as HTML, light and dark, or "" without any points."""
    percent = shares(book)
    if not percent:
        return ""
    alt = words(percent)
    light, dark = (_png(percent, is_dark) for is_dark in (False, True))
    return (
        '<figure><picture><source media="screen and (prefers-color-scheme: dark)" '
        f'srcset="{dark}"><img src="{light}" alt="{alt}"></picture></figure>'
    )


def _png(percent, dark):
    title = "How many percent of the points learners got"
    options = {"statistic": "median", "x_range": (0, 100), "bins": BINS, "dark": dark}
    figure = distributions(percent, x_label="percent of the points", title=title, **options)
    data = png(figure)
    return "data:image/png;base64," + base64.b64encode(data).decode()


def words(percent) -> str:
    """Return the picture in words.

    >>> words({"02_softmax": [100, 50]})
    '02_softmax: 2 learners, from 50 to 100 percent, median 75.'
    """
    return " ".join(
        f"{name}: {len(values)} learner{'s' * (len(values) > 1)}, from {min(values):.0f} to "
        f"{max(values):.0f} percent, median {np.median(values):.0f}."
        for name, values in percent.items()
    )
