"""Curves with their names at their ends instead of a legend."""

import numpy as np
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from course_utils.plots import labels, numbers, theme
from course_utils.plots.card import drawing, style
from course_utils.plots.inputs import as_array, finite

SIZE = 560, 280  # px
LABEL_PITCH = 18  # px, the least distance of two names at the ends
FEW = 9  # as many values of x are each given a tick


def curves(
    x,
    lines,
    *,
    x_label="",
    y_label="",
    log_x=False,
    log_y=False,
    bands=None,
    highlight=None,
    mark=None,
    y_range=None,
    title="",
    ax=None,
    dark=False,
):
    """Return Axes with a line for each entry of `lines`, its name at its right end.

    Shapes: x (n,); `lines` maps a name to its values (n,); `bands` maps a name to the pair
    (low (n,), high (n,)) drawn around its line. `highlight` names the one line to look at, the
    others go grey. `mark` is (x, y, words): a ring at that point with words beside it.
    `log_x` and `log_y` make the axes logarithmic; `y_range` is (low, high).
    Raises ValueError for lengths that differ from that of x, NaN, more than five lines without
    a highlight, a name that is not among the lines, what a logarithm cannot take. Lesson 1.

    >>> ax = curves([1, 2], {"loops": [3, 4], "matmul": [1, 1]}, y_label="seconds")
    >>> [text.get_text() for text in ax.texts]
    ['seconds', 'loops', 'matmul']
    """
    x = finite(as_array(x, "x", 1, "n"), "x")
    lines = {str(name): _along(x, y, str(name)) for name, y in lines.items()}
    bands = {n: [_along(x, side, f"band of {n}") for side in b] for n, b in (bands or {}).items()}
    _check(x, lines, bands, highlight, log_x, log_y)
    with drawing(ax, *SIZE, title, dark) as ax:
        colours = theme.palette(dark)
        shades = dict(zip(lines, _shades(list(lines), highlight, colours)))
        for name, (low, high) in bands.items():
            ax.fill_between(x, low, high, color=shades[name], alpha=0.16, linewidth=0)
        for name, y in lines.items():
            front = {"zorder": 4 if name == highlight else 3, "label": name}
            width = theme.points(theme.LINE + (0.6 if name == highlight else 0))
            ax.plot(x, y, color=shades[name], linewidth=width, solid_capstyle="round", **front)
        _axes(ax, x, x_label, y_label, log_x, log_y, y_range, colours)
        _let_edges_show(ax)
        names = {n: colours.muted if s == colours.faint else s for n, s in shades.items()}
        _name_ends(ax, x, lines, names)
        if mark is not None:
            _mark(ax, mark, colours)
    return ax


def _along(x, values, name):
    """Return values as long as x. Raises ValueError when they are not."""
    values = finite(as_array(values, name, 1, "n"), name)
    if len(values) != len(x):
        raise ValueError(f"{name!r} has {len(values)} values, but x has {len(x)}.")
    return values


def _check(x, lines, bands, highlight, log_x, log_y):
    """Raise ValueError for lines that cannot be drawn as asked."""
    if not lines:
        raise ValueError("lines is empty: give at least one name with its values.")
    for name in [*bands, *([] if highlight is None else [highlight])]:
        if name not in lines:
            raise ValueError(f"{name!r} is not among the lines {list(lines)}.")
    if highlight is None and len(lines) > 5:
        raise ValueError(f"{len(lines)} lines cannot be told apart: highlight one of them.")
    if log_x and x.min() <= 0:
        raise ValueError(f"log_x needs every x above 0, but {x.min():.3g} is among them.")
    low = min(y.min() for y in lines.values())
    if log_y and low <= 0:
        raise ValueError(f"log_y needs every value above 0, but {low:.3g} is among them.")


def _shades(names, highlight, colours):
    """Return a colour for each line."""
    if highlight is not None:
        return [colours.accent if name == highlight else colours.faint for name in names]
    return [colours.query, colours.key, colours.value, colours.other, colours.another][: len(names)]


def _axes(ax, x, x_label, y_label, log_x, log_y, y_range, colours):
    """Set limits, a few ticks in plain numbers, faint level lines, and the axes' names."""
    write = FuncFormatter(lambda value, _: numbers.compact(value))
    if log_x:
        ax.set_xscale("log")
    if log_y:
        ax.set_yscale("log")
    ax.margins(x=0.015, y=0.06)
    if y_range is not None:
        ax.set_ylim(*y_range)
    if len(np.unique(x)) <= FEW:
        ax.xaxis.set_major_locator(FixedLocator(np.unique(x)))
    elif not log_x:
        ax.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
    if not log_y:
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(write)
    ax.autoscale_view()  # now, since the names at the ends are placed by these limits
    ax.tick_params(labelsize=theme.points(theme.SMALL), labelcolor=colours.muted)
    ax.grid(axis="y", color=colours.grid, linewidth=theme.points(theme.HAIRLINE))
    ax.set_axisbelow(True)
    if x_label:
        ax.set_xlabel(x_label, labelpad=theme.points(8), **style(colours.muted, theme.SMALL))
    if y_label:
        look = style(colours.muted, theme.SMALL, va="bottom")
        up = (0, theme.points(10))
        ax.annotate(y_label, (0, 1), up, "axes fraction", textcoords="offset points", **look)


def _let_edges_show(ax):
    """Draw lines that lie within the limits whole, also where they run along the edge."""
    low, high = ax.get_ylim()
    for line in ax.get_lines():
        y = line.get_ydata()
        line.set_clip_on(not (low <= y.min() and y.max() <= high))


def _name_ends(ax, x, lines, shades):
    """Write each line's name right of its end, moved apart where ends are close."""
    ratio = ax.figure.dpi / 100
    last = int(np.argmax(x))
    to_px = ax.transData.transform
    ends = np.array([to_px((x[last], y[last])) for y in lines.values()])
    box = ax.get_window_extent()
    heights = labels.spread_apart(ends[:, 1], LABEL_PITCH * ratio, box.y0, box.y1)
    for (name, y), end, height in zip(lines.items(), ends, heights):
        shift = theme.points(10), theme.points((height - end[1]) / ratio)
        strong = style(shades[name], fontweight="bold", va="center_baseline")
        ax.annotate(name, (x[last], y[last]), shift, textcoords="offset points", **strong)


def _mark(ax, mark, colours):
    """Put a ring at a point and words beside it, clear of the lines."""
    x, y, words = mark
    ring = {"markersize": theme.points(11), "mew": theme.points(2), "zorder": 6}
    ax.plot([x], [y], "o", mfc=colours.surface, mec=colours.ink, label="mark", **ring)
    point = ax.transData.transform((x, y))
    dot = 8 * ax.figure.dpi / 100
    obstacles = [Path(ax.transData.transform(line.get_xydata())) for line in ax.lines[:-1]]
    boxes = [Bbox.from_extents(*(point - dot), *(point + dot))]
    boxes += [text.get_window_extent() for text in ax.texts]
    middle = ax.get_window_extent().get_points().mean(0)
    toward = np.arctan2(*(middle - point)[::-1])
    look = style(colours.ink, theme.SMALL, zorder=6, path_effects=labels.halo(colours))
    labels.beside(ax, words, (x, y), obstacles, boxes, toward, look)
