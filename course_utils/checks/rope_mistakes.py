"""Lesson 6: what a class really hands in for rotary positions, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.positions_mistakes import made_of as positions_made_of


def right_angle(position, hand, d, base):
    """Return the angle of each position (n, 1) and pair (d/2,) in radians, (n, d/2)."""
    return position / base ** (2 * hand / d)


def turn(x, y, cos, sin):
    """Turn the points (x, y) counterclockwise."""
    return x * cos - y * sin, x * sin + y * cos


def interleave(x, y):
    """Put the two numbers of a pair side by side."""
    return np.reshape(np.stack([x, y], axis=-1), (*x.shape[:-1], 2 * x.shape[-1]))


def side_by_side(X):
    """Take the even and the odd features."""
    return X[..., 0::2], X[..., 1::2]


def two_halves(X):
    """Take the left and the right half of the features."""
    return np.split(X, 2, axis=-1)


def stacked_in_front(x, y):
    """Stack along a new first axis and run everything into the old shape."""
    return np.reshape(np.stack([x, y]), (*x.shape[:-1], 2 * x.shape[-1]))


def concatenate(x, y):
    """Put all first numbers before all second ones."""
    return np.concatenate([x, y], axis=-1)


def made_of(angle=right_angle, turn=turn, pairs=side_by_side, join=interleave, start=0, axis=-2):
    """Return a rotation in which one of the steps is another."""

    def apply_rope(X, base=10000):
        n, d = X.shape[axis], X.shape[-1]
        position = np.arange(start, n + start)[:, None]
        angles = angle(position, np.arange(d // 2), d, base)
        x, y = turn(*pairs(X), np.cos(angles), np.sin(angles))
        return join(x, y).astype(X.dtype)

    return apply_rope


def turned_in_sequence(x, y, cos, sin):
    """Use the new x where the old one is asked for."""
    x = x * cos - y * sin
    return x, x * sin + y * cos


def in_place(X, base=10000):
    """Write the result into the argument."""
    X[...] = made_of()(X, base)
    return X


def positions_of(X, base):
    """Return the sinusoidal positions of the rows of X, in its dtype."""
    return positions_made_of()(X.shape[-2], X.shape[-1], base).astype(X.dtype)


def angles_and_halves(spread, partner):
    """Return X cos + partner sin, as many programs write it, with one of the two another."""

    def apply_rope(X, base=10000):
        d = X.shape[-1]
        angle = np.arange(X.shape[-2])[:, None] * base ** -(np.arange(0, d, 2) / d)
        return (X * np.cos(spread(angle)) + partner(X) * np.sin(spread(angle))).astype(X.dtype)

    return apply_rope


def pairwise(angle):
    """Give each angle to two neighbors."""
    return np.repeat(angle, 2, axis=-1)


def twice(angle):
    """Lay all angles out, and again."""
    return np.concatenate([angle, angle], axis=-1)


def neighbor(X):
    """Return for each number what is added to it when its pair of neighbors turns."""
    return interleave(-X[..., 1::2], X[..., 0::2])


def other_half(X):
    """Return for each number what is added to it when it is paired with the other half."""
    left, right = two_halves(X)
    return concatenate(-right, left)


def speed_of_the_column(X, base=10000):
    """Count columns in the exponent."""
    d = X.shape[-1]
    angle = np.arange(X.shape[-2])[:, None] * float(base) ** -(np.arange(d) / d)
    return (X * np.cos(angle) + neighbor(X) * np.sin(angle)).astype(X.dtype)


ROPE_MISTAKES = (
    Mistake(
        "your angle grows with the feature and not with the position: every row turns alike",
        made_of(lambda position, hand, d, base: hand / base ** (2 * hand / d) + 0.0 * position),
        "Row i turns i times as far as row 1, and row 0 not at all.",
    ),
    Mistake(
        "your pairs turn by their own number, in every row alike",
        made_of(lambda position, hand, d, base: hand + 0.0 * position),
        "Row i turns i times as far as row 1, and row 0 not at all.",
    ),
    Mistake(
        "your rows are all turned as far as position 1",
        made_of(lambda position, hand, d, base: right_angle(0.0 * position + 1.0, hand, d, base)),
        "The speed of a pair is its angle for one step. How many steps is row i from the start?",
    ),
    Mistake(
        "your pairs are feature h with feature h + d/2, one from each half",
        made_of(pairs=two_halves, join=concatenate),
        "Some models pair them so. Here neighbors are a pair: 0 with 1, 2 with 3.",
    ),
    Mistake(
        "your pairs are taken from the two halves and put back side by side",
        made_of(pairs=two_halves),
        "Take and put back by one rule: neighbors are a pair, 0 with 1, 2 with 3.",
    ),
    Mistake(
        "your numbers are right and in another order: all first ones of the pairs, then all "
        "second ones",
        made_of(join=concatenate),
        "The two numbers of a pair go back where they came from: columns 2h and 2h + 1.",
    ),
    Mistake(
        "your numbers are right and land in other rows: np.stack without axis=-1 puts its new axis "
        "in front",
        made_of(join=stacked_in_front),
        "The two numbers of a pair must be neighbors when the axes are run together.",
    ),
    Mistake(
        "your pairs turn in the other direction, clockwise",
        made_of(turn=lambda x, y, cos, sin: turn(x, y, cos, -sin)),
        "At position 1 the point (1, 0) goes to (cos 1, sin 1). Look at the two signs.",
    ),
    Mistake(
        "your sine and cosine are exchanged: position 0 is turned by a quarter",
        made_of(turn=lambda x, y, cos, sin: turn(x, y, sin, cos)),
        "Position 0 stays as it is, and cos 0 = 1. Which factor keeps x in its place?",
    ),
    Mistake(
        "your pairs are mirrored as well as turned: x cos + y sin beside x sin − y cos",
        made_of(turn=lambda x, y, cos, sin: (x * cos + y * sin, x * sin - y * cos)),
        "At position 0 both numbers of a pair stay, with their signs.",
    ),
    Mistake(
        "your pairs have a plus where a minus belongs: x cos + y sin beside x sin + y cos",
        made_of(turn=lambda x, y, cos, sin: (x * cos + y * sin, x * sin + y * cos)),
        "A rotation keeps every length. With (1, 1) yours does not.",
    ),
    Mistake(
        "your second number of a pair is made from the first one after it was turned",
        made_of(turn=turned_in_sequence),
        "Both lines of the rotation need the old x and the old y. Give the new ones other names.",
    ),
    Mistake(
        "your pairs keep their second number: only the first is turned",
        made_of(turn=lambda x, y, cos, sin: (x * cos - y * sin, y)),
        "A turn changes both numbers of a pair.",
    ),
    Mistake(
        "your numbers are multiplied by cosine and sine one by one: no pair is turned",
        made_of(turn=lambda x, y, cos, sin: (x * cos, y * sin)),
        "Each new number of a pair needs both old ones.",
    ),
    Mistake(
        "your positions are added, not used as angles",
        lambda X, base=10000: X + positions_of(X, base),
        "Nothing is added here: each pair keeps its length and turns.",
    ),
    Mistake(
        "your vectors are multiplied by the sinusoidal positions",
        lambda X, base=10000: X * positions_of(X, base),
        "Each pair keeps its length and turns. A product with one number cannot do that.",
    ),
    Mistake(
        "your pairs all turn at the same speed: the base plays no part",
        made_of(lambda position, hand, d, base: position + 0.0 * hand),
        "Is the exponent 0 everywhere? `//` cuts 2h/d down to a whole number, `/` does not.",
    ),
    Mistake(
        "your angles have the base 10,000 whatever base is asked for",
        lambda X, base=10000: made_of()(X),
        "The second argument has a name. Use it in place of the number.",
    ),
    Mistake(
        "your positions are multiplied by base^(2h/d): every pair is faster than the one before",
        made_of(lambda position, hand, d, base: position * base ** (2 * hand / d)),
        "Pair 0 is the fastest. What does the minus in the exponent do?",
    ),
    Mistake(
        "your exponent is h/d where 2h/d is asked for",
        made_of(lambda position, hand, d, base: position / base ** (hand / d)),
        "There are d/2 pairs, and their exponents run from 0 to nearly 1.",
    ),
    Mistake(
        "your exponent is 4h/d: it is divided by the number of pairs, or doubled twice",
        made_of(lambda position, hand, d, base: position / base ** (4 * hand / d)),
        "d is the number of features, and 0, 2, 4, … are doubled already.",
    ),
    Mistake(
        "your first row is turned as position 1",
        made_of(start=1),
        "Positions count from 0: row 0 is not turned.",
    ),
    Mistake(
        "your angles are taken for degrees",
        made_of(lambda *sizes: np.deg2rad(right_angle(*sizes))),
        "np.sin and np.cos expect radians, and the formula gives radians.",
    ),
    Mistake(
        "your angles are multiplied by 2π",
        made_of(lambda *sizes: 2 * np.pi * right_angle(*sizes)),
        "Pair 0 turns by 1 radian for each position, not by a whole turn.",
    ),
    Mistake(
        "your pairs turn at every position by twice their angle",
        made_of(lambda *sizes: 2 * right_angle(*sizes)),
        "Is the rotation applied once?",
    ),
    Mistake(
        "your positions are counted along the first axis, which holds them only while there are "
        "two axes",
        made_of(axis=0),
        "Count the axis of the positions from the end.",
    ),
    Mistake(
        "your result is right, but it is written into the argument X",
        in_place,
        "Make a new array: whoever called the function still needs the old one.",
    ),
    Mistake(
        "your angles lie beside neighbors and your pairs are taken from the two halves",
        angles_and_halves(pairwise, other_half),
        "Two customs are mixed. Here neighbors are a pair: what is added to column 0 is column 1.",
    ),
    Mistake(
        "your pairs are neighbors and your angles are laid out for the two halves",
        angles_and_halves(twice, neighbor),
        "Two customs are mixed. Columns 2h and 2h + 1 need the same angle: np.repeat, not twice.",
    ),
    Mistake(
        "your exponent counts columns: the two numbers of a pair turn at different speeds",
        speed_of_the_column,
        "Columns 2h and 2h + 1 are one pair h and share its angle.",
    ),
)
