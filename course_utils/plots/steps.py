"""One query's attention in four small panels: score, scale, softmax, mix."""

import numpy as np

from course_utils.plots import labels, numbers, theme
from course_utils.plots.bars import draw_bars, pitch, span
from course_utils.plots.card import Card, head, style
from course_utils.plots.inputs import as_array, as_tokens, as_weights, finite

BETWEEN = 26  # px from panel to panel
MOST = 4  # features of a value that are written out
HEADINGS = ("1  score  q·k", "2  scale  ÷√dₖ", "3  softmax", "4  mix")


def attention_steps(
    scores, scaled, weights, values, output, tokens=None, *, title=None, dark=False
):
    """Return four Axes in a row: how one query gets its output, with numbers to check by hand.

    Shapes: scores, scaled and weights (m keys,), values (m keys, d_v), output (d_v,). They are
    what the learner computed, and are drawn as they are: q·k, the same divided by √d_k, its
    softmax, and each weight times its value with the sum below. Of more than four features the
    first three are written. Raises ValueError for lengths that differ, NaN, weights outside
    0 to 1. Lesson 3; Vaswani et al. 2017, eq. 1.

    >>> half = [0.5, 0.5]
    >>> axes = attention_steps([4, 4], [2, 2], half, [[1, 0], [0, 1]], half, ["cat", "mat"])
    >>> axes[3].texts[-1].get_text()
    '(0.5, 0.5)'
    """
    scores = finite(as_array(scores, "scores", 1, "keys"), "scores")
    scaled = finite(as_array(scaled, "scaled", 1, "keys"), "scaled")
    weights = as_weights(weights, ndim=1)
    values = finite(as_array(values, "values", 2, "keys, d_v"), "values")
    output = finite(as_array(output, "output", 1, "d_v"), "output")
    _check(scores, scaled, weights, values, output)
    names = as_tokens(tokens, len(scores), array="scores")
    title = _finding(weights, names) if title is None else title
    first, second = _mix_widths(weights, values, output)
    room = theme.MAX_WIDTH - 2 * theme.PADDING - labels.widest(names) - 8 - 3 * BETWEEN
    width = min(170, (room - first - second) / 3)
    with Card.row(4, width, pitch(len(names)) * len(names), title, dark, BETWEEN) as axes:
        colours = theme.palette(dark)
        both = span([scores, scaled], "scores")
        panels = ((scores, "scores", both), (scaled, "scores", both), (weights, "weights", (0, 1)))
        for i, (ax, (row, kind, ends)) in enumerate(zip(axes, panels)):
            draw_bars(ax, row, names, kind, None, ends, colours)
            if i:
                ax.tick_params(labelleft=False)
        _mix(axes[3], weights, values, output, (first, second), colours)
        for ax, words in zip(axes, HEADINGS):
            head(ax, words, colours)
    return axes


def _check(scores, scaled, weights, values, output):
    """Raise ValueError when the steps are not those of one row."""
    for name, row in (("scaled", scaled), ("weights", weights), ("values", values)):
        if len(row) != len(scores):
            raise ValueError(f"{name} has {len(row)} keys, but the scores have {len(scores)}.")
    if len(output) != values.shape[1]:
        raise ValueError(
            f"output has {len(output)} features, but the values have {values.shape[1]}."
        )


def _finding(weights, names):
    """Return the sentence that states the row's largest weight."""
    top = int(np.argmax(weights))
    return f"The output is {numbers.percent(weights[top])} the value of “{names[top]}”"


def _tuple(vector):
    """Return a vector as text, its first features when there are many."""
    shown = [numbers.by_hand(x) for x in vector[: MOST if len(vector) <= MOST else MOST - 1]]
    return f"({', '.join(shown + ['…'] * (len(vector) > MOST))})"


def _factor(weight):
    """Return the words before a value: its weight and a times sign."""
    return f"{numbers.cell_weight(weight)} ×"


def _mix_widths(weights, values, output):
    """Return the widths in CSS px of the factors, with the gap after them, and of the values."""
    first = labels.widest([_factor(w) for w in weights] + ["sum ="]) + 7
    plain, bold = (
        labels.widest([_tuple(v) for v in values]),
        labels.text_width(_tuple(output), bold=True),
    )
    return first, max(plain, bold)


def _mix(ax, weights, values, output, widths, colours):
    """Write weight times value for each key, and the output as their sum below a line."""
    rows, (first, second) = len(weights), widths
    wide = first + second
    ax.set(xlim=(0, wide), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    ax.figure.widen(ax, wide)
    for i, (w, value) in enumerate(zip(weights, values)):
        ax.text(first - 7, i, _factor(w), ha="right", **_look(colours.muted))
        ax.text(first, i, _tuple(value), **_look(colours.value))
    rule = {"color": colours.faint, "linewidth": theme.points(theme.HAIRLINE), "clip_on": False}
    ax.plot([0, wide], [rows - 0.45] * 2, **rule)
    ax.text(first - 7, rows, "sum =", ha="right", **_look(colours.muted))
    ax.text(first, rows, _tuple(output), **_look(colours.value, fontweight="bold"))


def _look(colour, **more):
    """Return the style of a number in the mix."""
    return style(colour, va="center_baseline", **more)
