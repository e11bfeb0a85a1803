"""Scores or weights as bars, one for each token, with its number beside it."""

import numpy as np

from course_utils.plots import labels, numbers, theme
from course_utils.plots.card import Card, drawing, head, style
from course_utils.plots.inputs import as_array, as_tokens, as_weights, bad_sums, finite

THICKNESS = 0.62  # share of the height from bar to bar that is filled
WIDTH = 360  # px, numbers included
ROOM = 48  # px for the numbers at either end
BESIDE = 6  # px between a bar and its number
KINDS = ("weights", "scores")


def bars(values, tokens=None, *, kind="weights", highlight=None, title=None, ax=None, dark=False):
    """Return Axes with one horizontal bar for each token, its number at its end.

    Shapes: values (m tokens,). `kind` is "weights" (0 to 1, the axis fixed) or "scores" (any
    number, from a line at zero). `highlight` is the index of the one bar to look at; without it
    all bear the accent. Without a title, the largest value is stated.
    Raises ValueError for values and tokens that do not fit, NaN, or weights outside 0 to 1.
    Lesson 2.

    >>> ax = bars([0.7, 0.1, 0.2], ["cat", "sat", "mat"])
    >>> [text.get_text() for text in ax.texts], ax.figure.title
    (['0.70', '0.10', '0.20'], '“cat” has the largest weight: 0.70')
    """
    values, names = _checked(values, kind), as_tokens(tokens, len(values), array="values")
    title = _finding(values, names, kind) if title is None else title
    with drawing(ax, WIDTH, pitch(len(values)) * len(values), title, dark) as ax:
        draw_bars(ax, values, names, kind, highlight, span([values], kind), theme.palette(dark))
    return ax


def bars_side_by_side(rows, tokens=None, *, kind="weights", highlight=None, title="", dark=False):
    """Return a list of Axes side by side: several rows of bars over the same tokens.

    `rows` maps each panel's heading to its values (m tokens,). `kind` is "weights" or "scores"
    for all, or a list with one for each panel; panels of scores share one axis.
    Raises ValueError as `bars` does, and for a number of kinds that is not that of the rows.
    Lesson 2: the same logits at three temperatures; scores and then weights.

    >>> axes = bars_side_by_side({"T = 1": [0.7, 0.3], "T = 9": [0.5, 0.5]}, ["cat", "mat"])
    >>> [ax.get_title(loc="left") for ax in axes]
    ['T = 1', 'T = 9']
    """
    kinds = [kind] * len(rows) if isinstance(kind, str) else list(kind)
    if len(kinds) != len(rows) or not rows:
        raise ValueError(f"{len(kinds)} kinds arrived for {len(rows)} rows; give one for each.")
    checked = {name: _checked(values, k) for (name, values), k in zip(rows.items(), kinds)}
    count = len(next(iter(checked.values())))
    names = as_tokens(tokens, count, array="values")
    for name, values in checked.items():
        as_tokens(names, len(values), array=f"values of {name!r}")
    colours = theme.palette(dark)
    scores = [v for v, k in zip(checked.values(), kinds) if k == "scores"]
    spans = {"weights": span([], "weights"), "scores": span(scores, "scores")}
    room = theme.MAX_WIDTH - 2 * theme.PADDING - labels.widest(names) - 28 * (len(rows) - 1)
    with Card.row(
        len(rows), min(WIDTH, room / len(rows)), pitch(count) * count, title, dark
    ) as axes:
        for i, (ax, (name, values)) in enumerate(zip(axes, checked.items())):
            draw_bars(ax, values, names, kinds[i], highlight, spans[kinds[i]], colours)
            head(ax, str(name), colours)
            if i:
                ax.tick_params(labelleft=False)
    return axes


def _checked(values, kind):
    """Return the values as an array. Raises ValueError when they are not of that kind."""
    if kind not in KINDS:
        raise ValueError(f'kind is "weights" or "scores", but {kind!r} arrived.')
    if kind == "weights":
        return as_weights(values, ndim=1)
    return finite(as_array(values, "scores", 1, "keys"), "scores")


def _finding(values, names, kind):
    """Return the sentence that states the largest value."""
    top = int(np.argmax(values))
    if np.sum(values == values[top]) > 1:
        return ""
    shown = numbers.weight if kind == "weights" else numbers.scores_like(values)
    return f"“{names[top]}” has the largest {kind[:-1]}: {shown(values[top])}"


def pitch(count):
    """Return the height in CSS px from bar to bar, less for many bars.

    >>> pitch(4), pitch(30)
    (27, 20.0)
    """
    return max(19, min(27, 600 / count))


def span(rows, kind):
    """Return the ends of the axis: 0 and 1 for weights, what holds zero and all for scores.

    >>> span([np.array([2.0, -1.0])], "scores"), span([], "weights")
    ((-1.0, 2.0), (0.0, 1.0))
    """
    if kind == "weights" or not rows:
        return 0.0, 1.0
    low, high = min(0.0, *(r.min() for r in rows)), max(0.0, *(r.max() for r in rows))
    return float(low), float(high if high > low else low + 1.0)


def draw_bars(ax, values, names, kind, highlight, ends, colours):
    """Draw the bars, their numbers and their tokens on an Axes."""
    rest = colours.accent if highlight is None else colours.faint
    shades = [colours.accent if i == highlight else rest for i in range(len(values))]
    ax.barh(range(len(values)), values, THICKNESS, color=shades, linewidth=0)
    ax.set_yticks(range(len(values)), names, **style(colours.ink))
    ax.set(xticks=[], ylim=(len(values) - 0.5, -0.5), xlim=_with_room(ax, ends))
    shown = numbers.weight if kind == "weights" else numbers.scores_like(values)
    for i, value in enumerate(values):
        left = value < 0
        ax.annotate(
            "0" if value == 0 else shown(value),
            (value, i),
            ((-1 if left else 1) * theme.points(BESIDE), 0),
            textcoords="offset points",
            va="center_baseline",
            ha="right" if left else "left",
            **style(colours.ink if i == highlight else colours.muted, theme.SMALL),
        )
    if ends[0] < 0:
        ax.axvline(0, color=colours.faint, linewidth=theme.points(theme.HAIRLINE), zorder=0)
    if kind == "weights" and bad_sums(values[None])[0]:
        note = f"sum {values.sum():.2f}, not 1"
        ax.set_xlabel(note, loc="left", **style(colours.key, theme.SMALL))


def _with_room(ax, ends):
    """Return the limits of the axis, with room for the numbers beside the bars."""
    low, high = ends
    width = ax.get_window_extent().width / ax.figure.dpi * 100
    left, right = (ROOM + 8 if low < 0 else 0), (ROOM if high > 0 else 8)
    unit = (high - low) / max(width - left - right, 20)
    return low - unit * left, high + unit * right
