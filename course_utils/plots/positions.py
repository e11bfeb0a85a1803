"""Lesson 6: the encoding of each position, a row of waves."""

import numpy as np

from course_utils.plots import cells, labels, theme
from course_utils.plots.card import drawing, style
from course_utils.plots.inputs import as_array, as_tokens, finite

READABLE = 26, 20  # px, the cell that is large enough for numbers
ROOM = 600, 420  # px, at most


def positions(encoding, tokens=None, *, title="", ax=None, dark=False):
    """Return Axes with a heat map of position encodings: a row a position, a column a feature.

    Shapes: encoding (n positions, d features), any finite numbers; the colours diverge from zero
    and reach their strongest at the largest size found. `tokens` name the rows, or else their
    positions do. Small encodings have their numbers in the cells, large ones a key of colours.
    Raises ValueError for another number of axes, NaN, or tokens that do not fit. Lesson 6.

    >>> ax = positions([[0.0, 1.0], [0.84, 0.54]])
    >>> [text.get_text() for text in ax.texts]
    ['0.00', '1.00', '0.84', '0.54']
    """
    encoding = finite(as_array(encoding, "encoding", 2, "positions, features"), "encoding")
    rows = as_tokens(tokens, len(encoding), array="encoding")
    n, d = encoding.shape
    wide = min(cells.WIDEST, ROOM[0] / d)
    high = min(cells.TALLEST, wide if wide >= READABLE[0] else 99, ROOM[1] / n)
    small = wide >= READABLE[0] and high >= READABLE[1]
    with drawing(ax, wide * d, high * n, title, dark) as ax:
        colours = theme.palette(dark)
        limit = max(float(np.abs(encoding).max()), 1e-9)
        gap = theme.GAP if min(wide, high) > 12 else 0
        mesh = cells.paint(ax, encoding, theme.diverging(colours), (-limit, limit), colours, gap)
        if small:
            cells.write_numbers(ax, encoding, mesh, "scores", colours)
        else:
            _colour_key(ax, limit, colours)
        _name(ax, rows, d, wide, high, colours)
    return ax


def _name(ax, rows, d, wide, high, colours):
    """Write the rows' and columns' names, as many as there is room for."""
    every = int(np.ceil(18 / high))
    every = min((step for step in (1, 2, 5, 10, 20, 50, 100) if step >= every), default=every)
    ax.set_yticks(range(0, len(rows), every), rows[::every], **style(colours.ink))
    across = int(np.ceil((labels.text_width(str(d - 1)) + 8) / wide))
    across = min((step for step in (1, 2, 4, 8, 16, 32, 64) if step >= across), default=across)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(axis="x", pad=theme.points(6))
    ax.set_xticks(range(0, d, across), range(0, d, across), **style(colours.ink))
    ax.set_xlabel("feature", labelpad=theme.points(8), **style(colours.muted, theme.SMALL))
    ax.set_ylabel("position", labelpad=theme.points(8), **style(colours.muted, theme.SMALL))


def _colour_key(ax, limit, colours):
    """Draw a narrow strip of the colours right of the cells, with the numbers they stand for."""
    width = ax.get_window_extent().width / ax.figure.dpi * 100
    strip = ax.inset_axes((1 + 18 / width, 0, 12 / width, 1))
    strip.set_label("colour key")
    values = np.linspace(-limit, limit, 129)[:, None]
    look = {"aspect": "auto", "origin": "lower", "extent": (0, 1, -limit, limit)}
    strip.imshow(values, cmap=theme.diverging(colours), **look)
    for spine in strip.spines.values():
        spine.set_visible(False)
    ends = [-limit, 0, limit]
    shown = [f"−{limit:.3g}", "0", f"{limit:.3g}"]
    strip.set_yticks(ends, shown, **style(colours.muted, theme.SMALL))
    strip.set_xticks([])
    strip.tick_params(length=0, labelleft=False, labelright=True, pad=theme.points(6))
