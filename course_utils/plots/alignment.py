"""Lesson 8: which source word each target word was read from, against the gold links."""

import numpy as np
from matplotlib.patches import Rectangle

from course_utils.plots import theme
from course_utils.plots.heatmap import heatmap
from course_utils.plots.inputs import as_tokens, as_weights

RING = 4  # px, a ring's radius
ROOMY = 44  # px, the least width of a cell that has room for a ring beside its number


def alignment(weights, source, target, gold=(), *, title=None, ax=None, dark=False):
    """Return Axes with a heat map of target rows and source columns, gold links as small rings.

    Shapes: weights (n target, m source); `gold` the true links, as pairs (target index, source
    index) or as a boolean array (n, m). A ring stands in the corner of the cell of each link;
    cells too small for one are framed. Without a title, it is counted how many rows that have
    a link hold their largest weight on one. Raises ValueError as `heatmap`
    does, and for a link outside the weights.
    Lesson 8; Bahdanau et al. 2015, figure 3.

    >>> ax = alignment([[0.9, 0.1], [0.6, 0.4]], ["the", "cat"], ["le", "chat"], [(0, 0), (1, 1)])
    >>> ax.figure.title
    '1 of 2 words have their largest weight on a gold link'
    """
    weights = as_weights(weights)
    source = as_tokens(source, weights.shape[1], "source token")
    target = as_tokens(target, weights.shape[0], "target token")
    links = as_links(gold, weights.shape)
    title = _finding(weights, links) if title is None else title
    names = {"row_name": "target", "column_name": "source"}
    ax = heatmap(weights, target, source, title=title, ax=ax, dark=dark, **names)
    if links:
        _draw_rings(ax, links, theme.palette(dark))
    return ax


def as_links(gold, shape):
    """Return gold links as sorted pairs (target index, source index), from pairs or booleans.

    Raises ValueError for what is neither, and for a link outside weights of that shape.

    >>> as_links([[True, False], [True, True]], (2, 2))
    [(0, 0), (1, 0), (1, 1)]
    """
    try:
        gold = np.asarray(gold if hasattr(gold, "__array__") else list(gold))
    except (TypeError, ValueError):
        raise ValueError(
            "gold must be pairs (target, source) or a boolean array, one row for each target."
        ) from None
    if gold.dtype == bool:
        if gold.shape != shape:
            raise ValueError(f"gold has shape {gold.shape}, but the weights have {shape}.")
        gold = np.argwhere(gold)
    if gold.size == 0:
        return []
    if gold.ndim != 2 or gold.shape[1] != 2 or gold.dtype.kind not in "iu":
        raise ValueError(
            "gold must be pairs (target, source) of whole numbers or a boolean array, but an "
            f"array of {gold.dtype}, shape {gold.shape}, arrived."
        )
    pairs = sorted({(int(i), int(j)) for i, j in gold})
    for i, j in pairs:
        if not (0 <= i < shape[0] and 0 <= j < shape[1]):
            raise ValueError(f"the gold link ({i}, {j}) lies outside weights of shape {shape}.")
    return pairs


def _finding(weights, links):
    """Return the sentence that counts the rows whose largest weight lies on a link."""
    rows = {i for i, _ in links}
    if not rows:
        return None
    right = sum((i, int(np.argmax(weights[i]))) in set(links) for i in rows)
    return f"{right} of {len(rows)} words have their largest weight on a gold link"


def _draw_rings(ax, links, colours):
    """Draw a ring in the upper right corner of each linked cell, around it where it is small."""
    box, ratio = ax.get_window_extent(), ax.figure.dpi / 100
    wide = box.width / ratio / (np.ptp(ax.get_xlim()))
    high = box.height / ratio / (np.ptp(ax.get_ylim()))
    if wide < ROOMY:
        for i, j in links:
            frame = {"edgecolor": colours.key, "linewidth": theme.points(1.8), "label": "gold"}
            place = (j - 0.5 + 2 / wide, i - 0.5 + 2 / high), 1 - 4 / wide, 1 - 4 / high
            ax.add_patch(Rectangle(*place, fill=False, zorder=5, **frame))
        return
    inset = RING + 3.5
    xs = [j + 0.5 - inset / wide for _, j in links]
    ys = [i - 0.5 + inset / high for i, _ in links]
    look = {"mfc": colours.surface, "mec": colours.key, "mew": theme.points(2), "label": "gold"}
    ax.plot(xs, ys, "o", linestyle="none", markersize=theme.points(2 * RING), zorder=5, **look)
