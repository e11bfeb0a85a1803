"""Vectors in the plane: what the axes are called, and that no name lies on a shadow."""

import numpy as np
from matplotlib.path import Path

from course_utils import plots


def test_the_axes_of_the_plane_bear_names_above_what_the_numbers_mean():
    ax = plots.vectors([[1, 2]], ["a"], [2, 1], shadows=True, x_label="alive", y_label="moves")
    alive, note = ax.get_xlabel().split("\n")
    assert alive == "alive"
    assert note.startswith("beside each key")
    assert [text.get_text() for text in ax.texts] == ["moves", "q", "a 1.79"]


def test_no_name_lies_on_a_shadow_that_is_longer_than_the_query():
    ax = plots.vectors(
        [[4, 4], [0, -2], [-2, -2]], list("abc"), [4, 3], query_name="cat", shadows=True
    )
    ax.figure.fit()
    name = next(text for text in ax.texts if text.get_text() == "cat").get_window_extent()
    end = np.array([4, 3]) * 28 / 25  # (4, 4) on the line of the query
    shadow = Path(ax.transData.transform([[0, 0], end]))
    assert not shadow.intersects_bbox(name, filled=False)
