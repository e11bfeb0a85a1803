"""Lesson 1: vectors in the plane, and the shadows of keys on a query."""

import numpy as np
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from course_utils.plots import labels, numbers, theme
from course_utils.plots.card import drawing, style
from course_utils.plots.inputs import as_array, as_tokens, finite

SIZE = 380  # px, the sides of the square


def vectors(
    keys,
    names=None,
    query=None,
    *,
    query_name="q",
    kind="key",
    shadows=False,
    x_label="",
    y_label="",
    title="",
    ax=None,
    dark=False,
):
    """Return Axes with vectors from the origin in the plane, on one scale in both directions.

    Shapes: keys (m, 2), query (2,) or None; `names` one for each key. `kind` ("query", "key"
    or "value") chooses the colour of the keys. With `shadows`, each key is projected on the
    query and its label bears the length of the shadow, negative where it points away.
    `x_label` and `y_label` name the axes.
    Raises ValueError as `inputs.as_array` and `as_tokens` do, and for shadows on no query.
    Lesson 1.

    >>> ax = vectors([[2, 1], [-1, 1]], ["cat", "on"], query=[1, 0], shadows=True)
    >>> [text.get_text() for text in ax.texts]
    ['q', 'cat 2.00', 'on −1.00']
    """
    keys = _plane(finite(as_array(keys, "keys", 2, "keys, 2"), "keys"), "keys")
    names = as_tokens(names, len(keys), "name", "keys")
    if query is not None:
        query = _plane(finite(as_array(query, "query", 1, "2"), "query"), "query")
    shadow = _shadow_lengths(keys, query) if shadows else None
    with drawing(ax, SIZE, SIZE, title, dark) as ax:
        colours = theme.palette(dark)
        tips = keys if query is None else np.vstack([query, keys])
        words = list(names) if query is None else [str(query_name), *names]
        shades = [getattr(colours, kind)] * len(keys)
        shades = shades if query is None else [colours.query, *shades]
        _plane_of(ax, tips, colours)
        drops = _draw_shadows(ax, keys, query, shadow, shades[-1], colours) if shadows else []
        notes = [x_label] if x_label else []
        if shadows:
            notes.append(f"beside each {kind}: the length of its shadow on {query_name}")
            words[1:] = [f"{n} {numbers.score(s)}" for n, s in zip(names, shadow)]
        _name_axes(ax, notes, y_label, colours)
        for tip, shade in zip(tips[::-1], shades[::-1]):
            _arrow(ax, tip, shade)
        _label(ax, tips, words, shades, drops, colours)
    return ax


def _plane(array, name):
    """Return the array. Raises ValueError when its vectors do not lie in the plane."""
    if array.shape[-1] != 2:
        raise ValueError(
            f"{name} must be vectors of 2 numbers to be drawn in the plane, but shape "
            f"{array.shape} arrived."
        )
    return array


def _shadow_lengths(keys, query):
    """Return q·k / |q| for each key (m,). Raises ValueError for no query or one of length 0."""
    if query is None or not np.any(query):
        raise ValueError("shadows need a query that is not zero: they fall on its line.")
    return keys @ query / np.sqrt(query @ query)


def _plane_of(ax, tips, colours):
    """Set limits that hold the origin and every tip with room for names; draw the unit grid."""
    low, high = np.minimum(tips.min(0), 0), np.maximum(tips.max(0), 0)
    half = max((high - low).max() / 2, 1e-9) * 1.35
    middle = (low + high) / 2
    ax.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] - half, middle[1] + half))
    ax.set_aspect("equal", adjustable="box")
    ticks = MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(-abs(tips).max(), abs(tips).max())
    for value in ticks:
        strong = abs(value) < 1e-12
        line = {
            "color": colours.faint if strong else colours.grid,
            "linewidth": theme.points(1.4 if strong else 1.0),
            "zorder": 1 if strong else 0.5,
        }
        if middle[0] - half < value < middle[0] + half:
            ax.axvline(value, **line)
        if middle[1] - half < value < middle[1] + half:
            ax.axhline(value, **line)
    for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        inside = [value for value in ticks if low < value < high]
        small = style(colours.muted, theme.SMALL)
        axis.set_ticks(inside, [numbers.compact(round(v, 9)) for v in inside], **small)


def _name_axes(ax, notes, y_label, colours):
    """Write the notes below the plane, one a line, and what goes up above its left edge."""
    look = style(colours.muted, theme.SMALL)
    if notes:
        ax.set_xlabel("\n".join(notes), labelpad=theme.points(8), linespacing=1.6, **look)
    if y_label:
        up = {"textcoords": "offset points", "va": "bottom", **look}
        ax.annotate(y_label, (0, 1), (0, theme.points(4)), "axes fraction", **up)


def _arrow(ax, tip, shade):
    """Draw one vector: a line from the origin with a round tip."""
    line = {"color": shade, "linewidth": theme.points(2.8), "solid_capstyle": "round", "zorder": 4}
    ax.plot([0, tip[0]], [0, tip[1]], **line)
    ax.plot(*tip[:, None], "o", color=shade, markersize=theme.points(11), mew=0, zorder=5)


def _draw_shadows(ax, keys, query, lengths, shade, colours):
    """Draw each key's shadow as a band along the query; return the (key, foot) pairs."""
    feet = lengths[:, None] * query / np.sqrt(query @ query)
    for foot in feet:
        band = {"linewidth": theme.points(9), "alpha": 0.22, "zorder": 2}
        ax.plot([0, foot[0]], [0, foot[1]], color=shade, solid_capstyle="butt", **band)
    for key, foot in zip(keys, feet):
        dashes = {"linestyle": (0, (2.5, 2.5)), "linewidth": theme.points(1.4), "zorder": 3}
        ax.plot(*zip(key, foot), color=colours.muted, **dashes)
    return list(zip(keys, feet))


def _label(ax, tips, words, shades, drops, colours):
    """Write each name beyond its tip, clear of every dot and line."""
    rim = labels.halo(colours)
    ax.apply_aspect()
    to_px = ax.transData.transform
    origin = to_px((0, 0))
    lines = [labels.segment(origin, to_px(tip)) for tip in tips]
    for key, foot in drops:
        lines += [labels.segment(to_px(key), to_px(foot)), labels.segment(origin, to_px(foot))]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    cross = (((left, 0), (right, 0)), ((0, low), (0, high)))
    cross = [labels.segment(*to_px(ends)) for ends in cross]
    dot = 6 * ax.figure.dpi / 100
    boxes = [Bbox.from_extents(*(to_px(tip) - dot), *(to_px(tip) + dot)) for tip in tips]
    for tip, word, shade in zip(tips, words, shades):
        outward = np.arctan2(*(to_px(tip) - origin)[::-1])
        look = style(shade, fontweight="bold", zorder=6, path_effects=rim)
        boxes.append(labels.beside(ax, word, tip, lines, boxes, outward, look, cross))
