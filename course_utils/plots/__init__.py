"""Arrays in, Axes out; one theme for every figure of the course.

Draw with a function of this package and hand its Axes to `show` with a sentence that says what
is seen. Every function takes `ax=` to draw on Axes of yours, and `dark=True`.
"""

from course_utils.plots.alignment import alignment
from course_utils.plots.attention_lines import attention_lines
from course_utils.plots.bars import bars, bars_side_by_side
from course_utils.plots.card import Card
from course_utils.plots.curves import curves
from course_utils.plots.display import show
from course_utils.plots.distributions import distributions
from course_utils.plots.head_map import head_map
from course_utils.plots.heatmap import heatmap, heatmaps
from course_utils.plots.positions import positions
from course_utils.plots.steps import attention_steps
from course_utils.plots.vectors import vectors

__all__ = [
    "Card",
    "alignment",
    "attention_lines",
    "attention_steps",
    "bars",
    "bars_side_by_side",
    "curves",
    "distributions",
    "head_map",
    "heatmap",
    "heatmaps",
    "positions",
    "show",
    "vectors",
]
