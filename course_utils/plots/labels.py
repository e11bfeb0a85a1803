"""Where labels go: beside what they name, never on a dot, a line or one another."""

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox

from course_utils.plots import theme


def text_width(words, size=theme.BODY, bold=False):
    """Return the width of a line of text in CSS px, before there is a figure.

    >>> text_width("") == 0 < text_width("cat") < text_width("cats")
    True
    """
    if not words.strip():
        return 0.0
    font = FontProperties(family=theme.FONT, weight="bold" if bold else "normal")
    return float(TextPath((0, 0), words, size=size, prop=font).get_extents().width)


def widest(words, size=theme.BODY, bold=False):
    """Return the width of the widest of several words in CSS px.

    >>> widest(["a", "mat"]) == text_width("mat")
    True
    """
    return max(text_width(word, size, bold) for word in words)


def spread_apart(wanted, least, low=-np.inf, high=np.inf):
    """Return positions at least `least` apart, in the same order, each near where it was wanted.

    Shapes: wanted (n,) -> (n,). Neighbours that collide share the shift evenly. All stay between
    `low` and `high` as long as there is room for them.

    >>> spread_apart([0.0, 1.0, 50.0], 10.0)
    array([-4.5,  5.5, 50. ])
    """
    order = np.argsort(wanted, kind="stable")
    groups = []  # of touching labels: [sum of the starts that each would like, how many]
    for i in order:
        groups.append([float(wanted[i]), 1])
        while len(groups) > 1 and _start(groups[-2]) + least * groups[-2][1] > _start(groups[-1]):
            total, count = groups.pop()
            groups[-1][0] += total - least * groups[-1][1] * count
            groups[-1][1] += count
    placed = np.array([_start(group) + least * k for group in groups for k in range(group[1])])
    steps = least * np.arange(len(placed))
    placed = np.maximum(placed, low + steps)
    placed = np.minimum(placed, high - steps[::-1])
    result = np.empty(len(placed))
    result[order] = placed
    return result


def _start(group):
    """Return where the first of a group of touching labels stands."""
    return group[0] / group[1]


def place(text, anchor, lines, boxes, outward=0.0, distance=9.0, within=None, soft=()):
    """Move a text artist beside a point so that it covers no line and no box; return its box.

    `anchor` is the point, `lines` are Paths and `boxes` Bboxes, all in display pixels;
    `outward` is the first direction tried (radians), `distance` the gap in CSS px. Of the
    directions and distances tried the first free one that stays `within` a Bbox is taken, else
    the one that covers least; `soft` lines are better not covered, but count less.

    >>> from matplotlib.figure import Figure
    >>> box = place(Figure().text(0, 0, "q"), (100.0, 100.0), [], [], distance=9.0)
    >>> round(float(box.x0), 6)
    109.0
    """
    figure = text.figure
    text.set(ha="left", va="bottom", transform=None)
    size = text.get_window_extent()
    ratio = figure.dpi / 100
    best = None
    for away in (distance, distance * 1.8, distance * 2.8):
        for turn in (0, 25, -25, 50, -50, 75, -75, 105, -105, 140, -140, 180):
            angle = outward + np.radians(turn)
            box = _box_at(anchor, angle, away * ratio, size.width, size.height)
            covered = _covered(box.padded(2 * ratio), lines, boxes) + _outside(box, within)
            covered += 0.3 * _covered(box, soft, [])
            if best is None or covered < best[0]:
                best = covered, box
        if best[0] == 0:
            break
    x, y = best[1].x0, best[1].y0
    text.set_position(text.get_transform().inverted().transform((x, y)))
    return best[1]


def beside(ax, words, point, lines, boxes, outward, look, soft=()):
    """Write words beside a point of an Axes as `place` finds room; return their box.

    They are bound to the point, so that they stay beside it when the card takes its size.
    `look` are keyword arguments of the text.

    >>> from matplotlib.figure import Figure
    >>> box = beside(Figure().add_subplot(), "cat", (0.5, 0.5), [], [], 0.0, {"color": "k"})
    >>> bool(box.width > box.height)
    True
    """
    trial = ax.figure.text(0, 0, words, **look)
    anchor, within = ax.transData.transform(point), ax.get_window_extent()
    box = place(trial, anchor, lines, boxes, outward, within=within, soft=soft)
    trial.remove()
    shift = (np.array(box.min) - anchor) * 72 / ax.figure.dpi
    ax.annotate(words, point, shift, textcoords="offset points", ha="left", va="bottom", **look)
    return box


def _box_at(anchor, angle, away, width, height):
    """Return the box of a text in a direction from the anchor, its nearest side `away` from it."""
    dx, dy = np.cos(angle), np.sin(angle)
    along = min(
        (away + half) / max(abs(step), 1e-9) for half, step in ((width / 2, dx), (height / 2, dy))
    )
    x, y = anchor[0] + along * dx, anchor[1] + along * dy
    return Bbox.from_bounds(x - width / 2, y - height / 2, width, height)


def _covered(box, lines, boxes):
    """Return how many of the lines and boxes a box touches."""
    return sum(line.intersects_bbox(box, filled=False) for line in lines) + sum(
        box.overlaps(other) for other in boxes
    )


def _outside(box, within):
    """Return a half, less than any overlap counts, for a box that sticks out of another."""
    if within is None:
        return 0.0
    inside = within.x0 <= box.x0 and box.x1 <= within.x1 and within.y0 <= box.y0
    return 0.0 if inside and box.y1 <= within.y1 else 0.5


def halo(colours):
    """Return the rim of the card's colour that keeps text clear of a grid line behind it.

    >>> len(halo(theme.LIGHT))
    1
    """
    return [withStroke(linewidth=theme.points(4), foreground=colours.surface)]


def segment(start, end):
    """Return the straight path between two points, for `place`.

    >>> len(segment((0, 0), (1, 1)).vertices)
    2
    """
    return Path([start, end])
