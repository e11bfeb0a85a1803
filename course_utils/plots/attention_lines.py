"""Attention as lines from queries to keys, one query's row brought out."""

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path

from course_utils.plots import labels, numbers, theme
from course_utils.plots.card import drawing, style
from course_utils.plots.inputs import as_tokens, as_weights, bad_sums

LINES, GUTTER, BAR = 236, 11, 96  # px: width of the lines, gap to a token, length of weight 1
WIDEST_LINE = 5.5  # px, a weight of 1
MOST_LINES = 200  # of the rows that are not chosen: more is a haze, and a PNG of megabytes


def attention_lines(weights, queries=None, keys=None, *, row=0, title=None, ax=None, dark=False):
    """Return Axes with queries left, keys right and a line for each weight; `row` stands out.

    Shapes: weights (n queries, m keys); `queries` n tokens, `keys` m tokens, the queries' where
    not given. Width and strength of a line grow with its weight; of the rows not chosen the 200
    strongest are drawn. The weights of query `row` are bars and percentages at the right, and
    without a title the largest is stated.
    Raises ValueError for another number of axes, NaN, tokens that do not fit, weights outside
    0 to 1, a row that is not there. Lesson 5; after Vig 2019, "BertViz".

    >>> ax = attention_lines([[0.2, 0.8], [0.5, 0.5]], ["cat", "sat"])
    >>> ax.figure.title, ax.texts[-1].get_text()
    ('“cat” looks most at “sat”: 80%', '80%')
    """
    weights = as_weights(weights)
    names = as_tokens(queries, weights.shape[0], "query token")
    same = keys is None and weights.shape[0] == weights.shape[1]
    others = as_tokens(queries if same else keys, weights.shape[1], "key token")
    if not -len(names) <= row < len(names):
        raise ValueError(f"row {row} is not there: the weights have {len(names)} rows, from 0.")
    row %= len(names)
    title = _finding(weights[row], names[row], others) if title is None else title
    left = labels.widest([*names, "query"], bold=True) + GUTTER
    right = left + LINES + GUTTER
    bar = right + labels.widest([*others, "key"]) + 18
    count = max(weights.shape)
    pitch = max(19, min(30, 600 / count))
    with drawing(ax, bar + BAR, pitch * (count + 1), title, dark) as ax:
        colours = theme.palette(dark)
        ax.set(xlim=(0, bar + BAR), ylim=(count + 0.5, -0.5), xticks=[], yticks=[])
        _draw_lines(ax, weights, row, left, colours)
        _write_tokens(ax, names, others, row, (left, right, pitch), colours)
        _draw_bars(ax, weights[row], bar, colours)
    return ax


def _finding(weights, name, others):
    """Return the sentence that states the row's largest weight."""
    if not weights.any():
        return f"“{name}” looks at nothing"
    top = int(np.argmax(weights))
    return f"“{name}” looks most at “{others[top]}”: {numbers.percent(weights[top])}"


def _draw_lines(ax, weights, row, left, colours):
    """Draw a curve for each weight, the chosen row over the others."""
    for chosen in (False, True):
        pairs = [(i, j) for i, j in np.ndindex(weights.shape) if (i == row) == chosen]
        pairs = [(i, j) for i, j in pairs if weights[i, j] > 0]
        if not chosen:
            pairs = sorted(pairs, key=lambda pair: -weights[pair])[:MOST_LINES][::-1]
        sizes = np.array([weights[pair] for pair in pairs])
        colour = colours.accent if chosen else colours.muted
        strength = 0.3 + 0.55 * sizes if chosen else 0.06 + 0.32 * sizes
        ax.add_collection(
            PathCollection(
                [_curve(left, left + LINES, i + 1, j + 1) for i, j in pairs],
                facecolors="none",
                edgecolors=[to_rgba(colour, min(alpha, 1)) for alpha in strength],
                linewidths=theme.points(0.9 + (WIDEST_LINE - 0.9) * sizes),
                zorder=3 if chosen else 2,
                label="chosen" if chosen else "others",
            ),
            autolim=False,
        )


def _curve(x0, x1, y0, y1):
    """Return the curve that leaves and arrives level."""
    bend = (x1 - x0) * 0.45
    points = [(x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1)]
    return Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])


def _write_tokens(ax, names, others, row, layout, colours):
    """Write both columns of tokens under their headings, the chosen one on a soft ground."""
    left, right, pitch = layout
    heading = style(colours.query, theme.SMALL, va="center_baseline")
    ax.text(left - GUTTER, 0, "query", ha="right", **heading)
    ax.text(right, 0, "key", **{**heading, "color": colours.key})
    chosen = labels.text_width(names[row], bold=True)
    box = (left - GUTTER - chosen - 9, row + 0.6), chosen + 16, 0.8
    look = {"facecolor": colours.accent_soft, "linewidth": 0, "mutation_aspect": 1 / pitch}
    ground = FancyBboxPatch(*box, boxstyle="round,pad=0,rounding_size=4", **look)
    ax.add_patch(ground)
    for i, name in enumerate(names):
        weight = "bold" if i == row else "normal"
        look = style(colours.ink, va="center_baseline", fontweight=weight)
        ax.text(left - GUTTER, i + 1, name, ha="right", **look)
    for j, other in enumerate(others):
        ax.text(right, j + 1, other, **style(colours.ink, va="center_baseline"))


def _draw_bars(ax, weights, bar, colours):
    """Draw the chosen row's weights as bars with their percentages."""
    heading = style(colours.muted, theme.SMALL, va="center_baseline")
    bad = bad_sums(weights[None])[0]
    words = f"weight (sum {weights.sum():.2f})" if bad else "weight"
    ax.text(bar, 0, words, **{**heading, "color": colours.key if bad else colours.muted})
    ys = np.arange(len(weights)) + 1
    ax.barh(ys, weights * BAR, 0.46, left=bar, color=colours.accent, linewidth=0)
    for y, w in zip(ys, weights):
        ax.text(bar + w * BAR + 6, y, numbers.percent(w), **heading)
