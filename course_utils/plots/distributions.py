"""Distributions under one another: how the spread changes from row to row."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from course_utils.plots import numbers, theme
from course_utils.plots.card import drawing, style
from course_utils.plots.inputs import as_array, as_tokens, finite

WIDTH, PITCH, TALL = 480, 46, 0.78  # px, px from row to row, share of it that a peak is high
BINS = 120
STATISTICS = {"sd": np.std, "mean": np.mean, "median": np.median}


def distributions(
    samples,
    *,
    statistic="sd",
    x_label="",
    x_range=None,
    highlight=None,
    bins=BINS,
    title="",
    ax=None,
    dark=False,
):
    """Return Axes with one histogram a row over a shared axis, and one number for each row.

    `samples` maps each row's name to its numbers (any count,). The number at the right is the
    `statistic` of the row: "sd" (drawn as a line from the mean − sd to the mean + sd), "mean" or
    "median" (drawn as a tick). Each row is as high as its own peak, so compare widths, not
    heights. `x_range` is (low, high), or what holds all samples; a row's samples outside it are
    not drawn, but counted in its statistic. `highlight` names the row that bears the accent.
    Raises ValueError for no or empty samples, NaN, an unknown statistic or row.
    Lessons 1 and 3: the spread of q·k, the largest weights with and without the scale.

    >>> ax = distributions({"d = 4": [-2, 2], "d = 64": [-8, 8]}, x_label="q·k")
    >>> [text.get_text() for text in ax.texts]
    ['sd 2.00', 'sd 8.00']
    """
    rows = {str(k): finite(as_array(v, f"samples of {k!r}", 1, "n"), k) for k, v in samples.items()}
    _check(rows, statistic, highlight)
    low, high = x_range or _range(rows)
    with drawing(ax, WIDTH, PITCH * len(rows), title, dark) as ax:
        colours = theme.palette(dark)
        ax.set(xlim=(low, high), ylim=(len(rows) - 0.35, -0.95))
        for i, (name, values) in enumerate(rows.items()):
            plain = colours.accent if highlight in (None, name) else colours.faint
            _ridge(ax, i, values, np.linspace(low, high, bins + 1), plain, colours)
            _number(ax, i, values, statistic, colours)
        ax.set_yticks(range(len(rows)), as_tokens(list(rows), len(rows)), **style(colours.ink))
        for label in ax.get_yticklabels():
            label.set_verticalalignment("bottom")
        _axis(ax, x_label, colours)
    return ax


def _check(rows, statistic, highlight):
    """Raise ValueError for what cannot be drawn."""
    if not rows:
        raise ValueError("samples is empty: give at least one name with its numbers.")
    if statistic not in STATISTICS:
        raise ValueError(f"statistic is one of {list(STATISTICS)}, but {statistic!r} arrived.")
    if highlight is not None and highlight not in rows:
        raise ValueError(f"{highlight!r} is not among the rows {list(rows)}.")


def _range(rows):
    """Return the ends of an axis that holds every sample."""
    low, high = min(v.min() for v in rows.values()), max(v.max() for v in rows.values())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ridge(ax, i, values, edges, shade, colours):
    """Draw one histogram upwards from its base line at y = i."""
    base = {"color": colours.faint, "linewidth": theme.points(theme.HAIRLINE), "zorder": 1}
    ax.plot(edges[[0, -1]], [i, i], **base)
    counts, _ = np.histogram(values, edges)
    heights = i - TALL * counts / max(counts.max(), 1)
    ax.stairs(heights, edges, baseline=i, fill=True, color=shade, alpha=0.85, linewidth=0)


def _number(ax, i, values, statistic, colours):
    """Draw the statistic on the base line and write it at the right."""
    found = float(STATISTICS[statistic](values))
    look = {"color": colours.ink, "linewidth": theme.points(2.2), "solid_capstyle": "butt"}
    if statistic == "sd":
        ax.plot([values.mean() - found, values.mean() + found], [i, i], **look)
    else:
        ax.plot([found, found], [i + 0.06, i - TALL], **look)
    ax.annotate(
        f"{statistic} {numbers.score(found)}",
        (1, i),
        (theme.points(12), 0),
        ("axes fraction", "data"),
        textcoords="offset points",
        va="bottom",
        **style(colours.ink, theme.BODY),
    )


def _axis(ax, x_label, colours):
    """Set a few plain ticks below and the axis' name."""
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.compact(value)))
    small = {"labelsize": theme.points(theme.SMALL), "labelcolor": colours.muted}
    ax.tick_params(axis="x", pad=theme.points(6), **small)
    ax.grid(axis="x", color=colours.grid, linewidth=theme.points(theme.HAIRLINE))
    ax.set_axisbelow(True)
    if x_label:
        ax.set_xlabel(x_label, labelpad=theme.points(6), **style(colours.muted, theme.SMALL))
