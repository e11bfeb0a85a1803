"""Lesson 6: the sinusoidal positions as a picture, as clock hands and as dot products."""

import numpy as np
from matplotlib.patches import Rectangle
from traitlets import CFloat, Int, validate

from course_utils.model.positions import sinusoidal_positions
from course_utils.plots import Card, cells, curves, theme
from course_utils.plots.card import head, style
from course_utils.plots.numbers import by_hand
from course_utils.widgets.explorer import Explorer, Model
from course_utils.widgets.wording import table, two

MOST = 512  # positions, and features: what a page can still draw at once
HIGHEST_BASE = 1e9
SLOW = 0.1  # of a turn; a hand that makes less over all positions hardly tells them apart
SIDE = 320  # px, each of the two panels


class PositionExplorerModel(Model):
    """The sinusoidal positions, the position looked at and the one it is compared with."""

    n = Int(read_only=True).tag(sync=True)
    d = Int(read_only=True).tag(sync=True)
    base = CFloat(10000.0).tag(sync=True)
    position = Int(0).tag(sync=True)
    other = Int(0).tag(sync=True)

    def __init__(self, n, d, position=0, other=None, base=10000.0):
        super().__init__()
        self.set_trait("n", _size("n", n))
        self.set_trait("d", _size("d", d))
        self.base, self.position = base, position
        self.other = min(self.position + 1, self.n - 1) if other is None else other

    @validate("base")
    def _in_range(self, proposal):
        if not 1 <= proposal.value <= HIGHEST_BASE:
            raise ValueError(
                f"base must lie between 1 and {HIGHEST_BASE:,.0f}, not {proposal.value}."
            )
        return proposal.value

    @validate("position", "other")
    def _is_there(self, proposal):
        if not self.n:  # while it is made
            return proposal.value
        if not -self.n <= proposal.value < self.n:
            raise ValueError(
                f"{proposal.trait.name} {proposal.value} is not there: there are {self.n}, from 0."
            )
        return proposal.value % self.n

    def table(self):
        """Return the encodings (n positions, d), what a word at each position is given."""
        return sinusoidal_positions(self.n, self.d, self.base)

    def compute(self):
        """Return, a list each: the positions that one turn of each hand takes (d/2,), the hands
        of both positions as [sine, cosine], what each hand adds to their dot product (d/2,), and
        the dot product of the position with all (n,).
        """
        encoding = self.table()
        here, there = (encoding[p].reshape(-1, 2) for p in (self.position, self.other))
        return {
            "turns": (2 * np.pi * self.base ** (np.arange(0, self.d, 2) / self.d)).tolist(),
            "hands": here.tolist(),
            "others": there.tolist(),
            "adds": np.sum(here * there, axis=-1).tolist(),
            "dots": np.sum(encoding * encoding[self.position], axis=-1).tolist(),
        }

    def slow(self):
        """Return how many hands make less than a tenth of a turn over all positions."""
        return sum((self.n - 1) / turn < SLOW for turn in self.compute()["turns"])

    def finding(self):
        """Return the dot product of the two positions and what it depends on."""
        apart = abs(self.position - self.other)
        dot = two(self.compute()["dots"][self.other])
        return (
            f"Position {self.position} with position {self.other}: dot product {dot} of at most "
            f"{self.d // 2}, like all pairs {apart} apart"
        )

    def summary(self):
        """Return every hand of both positions, and the dot product with every position."""
        found = self.compute()
        columns = zip(found["turns"], found["hands"], found["others"], found["adds"])
        here, there = f"position {self.position}", f"position {self.other}"
        headings = ["hand", "one turn", f"sin, {here}", "cos", f"sin, {there}", "cos", "adds"]
        rows = [
            [str(i), two(turn), *map(two, hand), *map(two, other), two(add)]
            for i, (turn, hand, other, add) in enumerate(columns)
        ]
        starts = range(0, self.n, 10)
        dots = [[str(i), *map(two, found["dots"][i : i + 10])] for i in starts]
        dots[-1] += [""] * (min(self.n, 10) + 1 - len(dots[-1]))
        return "\n".join(
            [
                f"{self.n} positions, d = {self.d}, base {by_hand(self.base)}; hands that make "
                f"less than a tenth of a turn: {self.slow()} of {self.d // 2}",
                table(headings, rows),
                f"{self.finding()}. With all:",
                table([here, *(f"+{i}" for i in range(min(self.n, 10)))], dots),
            ]
        )

    def alt(self):
        """Return the sentences that stand for the picture."""
        return (
            f"Sinusoidal positions: {self.n} positions, {self.d // 2} clock hands, base "
            f"{by_hand(self.base)}. {self.finding()}. Hands that make less than a "
            f"tenth of a turn: {self.slow()} of {self.d // 2}."
        )

    def picture(self, dark=False):
        """Return two Axes: all encodings, and the dot products of the position looked at."""
        with Card.row(2, SIDE, SIDE * 0.8, self.finding(), dark, between=36) as axes:
            self._draw_table(axes[0], theme.palette(dark))
            dots = {"dot product": self.compute()["dots"]}
            mark = self.other, dots["dot product"][self.other], f"position {self.other}"
            y_range = min(0.0, *dots["dot product"]) * 1.05, self.d / 2 * 1.06
            curves(range(self.n), dots, x_label="position", mark=mark, ax=axes[1], dark=dark,
                   title=f"dot product with position {self.position}", y_range=y_range)  # fmt: skip
            axes[1].texts[-2].set_visible(False)  # the heading names the only line
            axes[1].set_xticks(_ticks(self.n))
            axes[1].lines[-1].set_clip_on(False)  # the ring, where it lies on the edge
        return axes

    def _draw_table(self, ax, colours):
        """Draw the encodings as cells, with a frame around the two rows."""
        cells.paint(ax, self.table(), theme.diverging(colours), (-1, 1), colours, gap=0)
        for row, shade in ((self.other, colours.key), (self.position, colours.query)):
            frame = {"fill": False, "edgecolor": shade, "linewidth": theme.points(2)}
            ax.add_patch(Rectangle((-0.5, row - 0.5), self.d, 1, clip_on=False, zorder=3, **frame))
        small = style(colours.muted, theme.SMALL)
        ax.set_yticks(*[_ticks(self.n)] * 2, **small)
        ax.set_xticks(*[_ticks(self.d)] * 2, **small)
        ax.set_ylabel("position", labelpad=theme.points(6), **small)
        ax.set_xlabel("feature", labelpad=theme.points(8), **small)
        head(ax, "encodings, −1 to 1", colours)


class PositionExplorer(PositionExplorerModel, Explorer):
    """Return the sinusoidal positions to walk through: the table, the clock hands, the curve.

    `n` positions of `d` features, both from 2 to 512, d even: each sine and cosine are one hand.
    `position` is looked at and compared with the position `other`, the next one where not given.
    Their dot product is the sum of the cosines of the angles between their hands, at most d/2.
    `position`, `other` and `base` can be read and set, by keyboard too.
    Raises ValueError for a size or a position that is not there. Lesson 6; Vaswani et al. 2017,
    section 3.5.

    >>> PositionExplorerModel(8, 4, position=3).finding()[:58]
    'Position 3 with position 4: dot product 1.54 of at most 2,'
    """

    script = "position_explorer.js"


def _size(name, value):
    """Return a size. Raises ValueError when it is not a whole number that can be drawn."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or not 2 <= value <= MOST:
        raise ValueError(f"{name} must be a whole number from 2 to {MOST}, but {value!r} arrived.")
    if name == "d" and value % 2:
        raise ValueError(f"d must be even, for each hand is a sine and a cosine; {value} arrived.")
    return int(value)


def _ticks(count):
    """Return at most about nine evenly spaced places to name."""
    step = next(s for s in (1, 2, 4, 5, 10, 20, 50, 100) if count / s <= 9)
    return range(0, count, step)
