"""A matrix as coloured cells: what heat maps, alignments and positions have in common."""

import re

import numpy as np
from matplotlib.colors import Normalize, to_hex

from course_utils.plots import labels, numbers, theme
from course_utils.plots.card import style

WIDEST, NARROWEST = 52, 21  # px, a cell's width
MOST_SLANTED = 16  # as many names can be slanted; more stand upright
CROWDED = 26  # px; in a narrower cell a weight below .05 gets no number, its colour says it
TALLEST, LOWEST = 34, 20  # px, its height


def cell_size(rows, columns, room, height=600):
    """Return the width and height in CSS px of a cell of a matrix in a room of that size.

    >>> cell_size(7, 7, 600), cell_size(30, 30, 640)
    ((52, 34), (21.3, 20))
    """
    wide = round(min(WIDEST, max(NARROWEST, room / columns)), 1)
    return wide, round(min(TALLEST, wide, max(LOWEST, height / rows)), 1)


def paint(ax, matrix, cmap, limits, colours, gap=theme.GAP):
    """Draw a matrix (rows, columns) as cells with gaps in px, row 0 at the top.

    >>> from matplotlib.figure import Figure
    >>> ax, blues = Figure().add_subplot(), theme.sequential(theme.LIGHT)
    >>> paint(ax, np.eye(2), blues, (0, 1), theme.LIGHT).get_array().shape
    (2, 2)
    """
    rows, columns = matrix.shape
    mesh = ax.pcolormesh(
        np.arange(columns + 1) - 0.5,
        np.arange(rows + 1) - 0.5,
        matrix,
        cmap=cmap.with_extremes(bad=colours.grid),
        norm=Normalize(*limits),
        edgecolors=colours.surface if gap else "face",
        linewidth=theme.points(gap),
    )
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    return mesh


def write_numbers(ax, matrix, mesh, kind, colours, like=None):
    """Write each cell's number in it, as large as the cells allow.

    Weights above .67 are in the light text colour (dark in the dark theme), those that round to
    0.00 are muted, so that the others stand out; for scores, whose colours go both ways, the
    better readable is taken. In crowded cells weights below .05 are left out. `like` holds all
    the values of panels that share one size of text.
    """
    wide, _ = _cell_px(ax, matrix.shape)
    shown, size = _format(kind, wide, matrix if like is None else like)
    for (i, j), value in np.ndenumerate(matrix):
        background = to_hex(mesh.cmap(mesh.norm(value)))
        colour = theme.text_on(background, colours) if np.isfinite(value) else colours.muted
        if kind == "weights":
            strong = (value > theme.WHITE_ABOVE) == (colours.name == "light")
            colour = colours.on_dark if strong else colours.on_light
            colour = colours.muted if value < 0.005 else colour
        if kind == "weights" and wide < CROWDED and value < 0.05:
            continue
        ax.text(j, i, shown(value), ha="center", va="center_baseline", **style(colour, size))


def _cell_px(ax, shape):
    """Return the width and height of a cell in CSS px."""
    box, ratio = ax.get_window_extent(), ax.figure.dpi / 100
    return box.width / ratio / shape[1], box.height / ratio / shape[0]


def _format(kind, wide, values):
    """Return the function that writes a number and the text size that fits the cell."""
    if kind == "weights":
        choices = [(numbers.cell_weight, 12), (numbers.cell_weight, 11), (numbers.short_weight, 10)]
        choices += [(numbers.short_weight, theme.TINY), (numbers.short_weight, 8)]
    else:
        full = numbers.scores_like(values)
        choices = [(full, 12), (full, 10.5), (numbers.short_score, 10)]
        choices += [(numbers.short_score, 8.5)]
    for shown, size in choices:
        # One width for all digits, so that equal panels get equal text.
        longest = max((re.sub(r"\d", "0", shown(value)) for value in values.ravel()), key=len)
        if labels.text_width(longest, size) <= wide - 8:
            break
    return shown, size


def name_rows(ax, names, colours, what="", shade=None):
    """Write the rows' names at the left, and what they are beside them."""
    ax.set_yticks(range(len(names)), names, **style(colours.ink))
    if what:
        ax.set_ylabel(what, labelpad=theme.points(8), **style(shade or colours.muted, theme.SMALL))


def name_columns(ax, names, colours, what="", shade=None):
    """Write the columns' names above, slanted or upright where they are wider than a cell."""
    wide, _ = _cell_px(ax, (1, len(names)))
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xticks(range(len(names)), names, **style(colours.ink))
    if labels.widest(names) > wide - 7:
        upright = len(names) > MOST_SLANTED
        for label in ax.get_xticklabels():
            if upright:
                label.set(rotation=90, ha="center", va="bottom")
            else:
                label.set(rotation=45, ha="left", va="bottom", rotation_mode="anchor")
        ax.tick_params(axis="x", pad=theme.points(6 if upright else 3))
    else:
        ax.tick_params(axis="x", pad=theme.points(6))
    if what:
        ax.set_xlabel(what, labelpad=theme.points(8), **style(shade or colours.muted, theme.SMALL))
