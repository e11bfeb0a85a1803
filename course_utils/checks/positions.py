"""Lesson 6: sinusoidal positions, and rotary ones."""

import math

import numpy as np

from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.positions_mistakes import SINUSOID_MISTAKES
from course_utils.checks.rope_mistakes import ROPE_MISTAKES
from course_utils.checks.rope_pairs_mistakes import ROPE_PAIRS_MISTAKES


def positions_oracle(n, d, base=10000):
    """Turn one hand after the other, at one position after the other."""
    table = np.zeros((n, d))
    for i in range(n):
        for hand in range(math.ceil(d / 2)):
            angle = i * math.exp(-2 * hand / d * math.log(base))
            tip = math.sin(angle), math.cos(angle)
            for side in range(2):
                if 2 * hand + side < d:
                    table[i, 2 * hand + side] = tip[side]
    return table


def positions_cases(rng):
    """Give two hands to check by hand, then the base, a square, and sizes at the edges."""
    n, pairs, more = distinct_sizes(rng, 3, low=3)
    d, root = 2 * pairs + 6, int(rng.choice([5, 10, 20, 50]))
    base, few = int(rng.integers(20, 500)), int(rng.integers(2, 4))
    return [
        Case(
            f"n = {few}, d = 4, base = {root**2:,}",
            (few, 4, root**2),
            f"hand 0 turns by 1 radian for each position, hand 1 by 1/{root}",
        ),
        Case(f"n = {n}, d = {d}", (n, d)),
        Case(f"n = {n}, d = {d}, base = {base}", (n, d, base), "the base sets the speeds"),
        Case(f"n = {d}, d = {d}", (d, d), "rows are positions, also when n = d"),
        Case(f"n = {30 + more}, d = 64", (30 + more, 64), "32 hands, each slower than the last"),
        Case(f"n = {n}, d = 2", (n, 2), "a single hand turns by 1 radian, whatever the base"),
        Case(f"n = 1, d = {d}", (1, d), "position 0 is 0, 1, 0, 1, …"),
        Case(
            f"n = {n}, d = {2 * more + 1}",
            (n, 2 * more + 1),
            "with an odd d the last hand has a sine and no cosine",
        ),
    ]


def tips_on_a_circle(case, table):
    """Say whether sine and cosine of each hand are a point at the distance 1 from the middle."""
    sines, cosines = table[:, 0::2], table[:, 1::2]
    squares = sines[:, : cosines.shape[1]] ** 2 + cosines**2
    return np.allclose(squares, 1.0, atol=1e-6)


def rope_oracle(X, base=10000):
    """Turn one pair at a time, as a complex number."""
    d = X.shape[-1]
    turned = np.empty_like(X)
    for *where, i in np.ndindex(X.shape[:-1]):
        for pair in range(d // 2):
            first, second = (*where, i, 2 * pair), (*where, i, 2 * pair + 1)
            angle = i * math.exp(-2 * pair / d * math.log(base))
            point = complex(X[first], X[second]) * complex(math.cos(angle), math.sin(angle))
            turned[first], turned[second] = point.real, point.imag
    return turned


def rope_cases(rng):
    """Give one pair to check by hand, then the base, equal rows, more axes and float32."""
    n, batch, heads = (int(size) for size in rng.permutation([3, 5, 7, 9])[:3])
    d, base = 2 * int(rng.integers(2, 6)), int(rng.integers(20, 500))
    X = rng.normal(size=(n, d))
    a, b = (int(number) for number in rng.permutation(np.arange(1, 6))[:2])
    deep = batch, heads, n, d
    return [
        Case(
            f"X = [[{a}, {b}], [{a}, {b}]]",
            (np.array([[a, b], [a, b]], dtype=float),),
            f"({a}, {b}) stays at position 0 and turns by 1 radian at position 1",
        ),
        Case(f"X of shape ({n}, {d})", (X,)),
        Case(f"X of shape ({n}, {d}), base = {base}", (X, base), "the base sets the speeds"),
        Case(
            f"X with {n} equal rows of {d} numbers",
            (np.tile(rng.normal(size=d), (n, 1)),),
            "the dot product of two rows of the result depends on their distance only",
        ),
        Case(
            f"X of shape ({d}, {d})",
            (rng.normal(size=(d, d)),),
            "rows are positions, also when n = d",
        ),
        Case(f"X of shape ({30 + n}, 64)", (rng.normal(size=(30 + n, 64)),)),
        Case(f"X of shape (1, {d})", (X[:1],), "position 0 is not turned"),
        Case(
            f"X of shape (1, {n}, {d})",
            (X[None],),
            "positions lie along the last axis but one",
        ),
        Case(f"X of shape ({batch}, {n}, {d})", (rng.normal(size=(batch, n, d)),)),
        Case(f"X of shape {deep}", (rng.normal(size=deep),), "any leading axes work"),
        Case(f"X of shape ({n}, {d}), float32", (X.astype("float32"),)),
    ]


def lengths_are_kept(case, turned):
    """Say whether every row is as long as it was."""
    before, after = (np.sum(rows.astype(float) ** 2, axis=-1) for rows in (case.args[0], turned))
    return np.allclose(before, after, rtol=1e-4, atol=1e-5)


def the_first_stays(case, turned):
    """Say whether position 0 is what it was."""
    return np.allclose(turned[..., 0, :], case.args[0][..., 0, :], rtol=1e-4, atol=1e-5)


def distance_decides(case, turned):
    """Say whether, where all rows of X are equal, the dot products know the distance only."""
    X = case.args[0]
    if X.ndim > 2 or np.ptp(X, axis=0).any():
        return True
    products = turned @ turned.T
    return np.allclose(products[1:, 1:], products[:-1, :-1], rtol=1e-4, atol=1e-5)


CHECKS = (
    Check(
        name="sinusoidal_positions",
        number="6.1",
        signature="sinusoidal_positions(n, d, base=10000)",
        returns=("(n, d): a row for each position, two columns for each hand",),
        oracle=positions_oracle,
        cases=positions_cases,
        points=4,
        difficulty=3,
        importance=4,
        minutes=20,
        mistakes=SINUSOID_MISTAKES,
        rtol=1e-6,
        atol=1e-5,  # no dtype goes in: a table worked out in float32 is right, too
        identities=(
            Identity("columns 2h and 2h + 1 are a point on a circle of radius 1", tips_on_a_circle),
        ),
    ),
    Check(
        name="apply_rope",
        number="6.2",
        signature="apply_rope(X, base=10000)",
        returns=("the same shape as X: (..., n, d)",),
        oracle=rope_oracle,
        cases=rope_cases,
        points=5,
        difficulty=4,
        importance=3,
        minutes=25,
        mistakes=(*ROPE_MISTAKES, *ROPE_PAIRS_MISTAKES),
        identities=(
            Identity("position 0 is left as it is", the_first_stays),
            Identity("a rotation keeps the length of every row", lengths_are_kept),
            Identity("equal rows score by their distance only", distance_decides),
        ),
    ),
)
