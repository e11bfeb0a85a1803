"""Lesson 6: known wrong answers to apply_rope whose pairs or axes go astray."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.rope_mistakes import (
    angles_and_halves,
    interleave,
    made_of,
    pairwise,
    side_by_side,
    turn,
)


def by_two_indices(X, base=10000):
    """Index X with two numbers, row and column."""
    turned = np.zeros_like(X)
    n, d = X.shape[-2:]
    for i, h in np.ndindex(n, d // 2):
        angle, place = i * base ** (-2 * h / d), (i, 2 * h)
        partner = (i, 2 * h + 1)
        x, y = turn(X[place], X[partner], np.cos(angle), np.sin(angle))
        turned[place], turned[partner] = x, y
    return turned


def for_two_axes(X, base=10000):
    """Unpack a shape of two axes."""
    n, _ = X.shape
    return made_of()(X[:n], base)


def one_axis(X, base=10000):
    """Forget to make a column of the positions."""
    n, d = X.shape[-2:]
    angle = np.arange(n) * base ** -(np.arange(0, d, 2) / d)
    return interleave(*turn(*side_by_side(X), np.cos(angle), np.sin(angle))).astype(X.dtype)


def not_run_together(x, y):
    """Leave the pairs on an axis of their own."""
    return np.stack([x, y], axis=-1)


def rows_for_pairs(X, base=10000):
    """Take every second row."""
    n, d = X.shape[-2:]
    angle = np.arange(n)[:, None] * base ** -(np.arange(0, d, 2) / d)
    return interleave(*turn(X[0::2], X[1::2], np.cos(angle), np.sin(angle)))


ROPE_PAIRS_MISTAKES = (
    Mistake(
        "your function expects two axes and stops when there are more",
        for_two_axes,
        "`n, d = X.shape`, `X[i, 0]` and `R @ x` want two axes. X.shape[-2:], `X[..., i, 0]` and "
        "x * cos take any number.",
        also=(by_two_indices,),
    ),
    Mistake(
        "your second line subtracts: x sin − y cos in the place of x sin + y cos",
        made_of(turn=lambda x, y, cos, sin: (x * cos - y * sin, x * sin - y * cos)),
        "At position 0 both numbers of a pair stay, with their signs.",
    ),
    Mistake(
        "your pairs still have an axis of their own: (..., n, d/2, 2)",
        made_of(join=not_run_together),
        "One step is left: the last two axes become one, as long as d.",
    ),
    Mistake(
        "your pairs are rows, not features: X[0::2] takes every second row",
        rows_for_pairs,
        "The features lie along the last axis: X[..., 0::2].",
    ),
    Mistake(
        "your positions and speeds lie along one axis, so NumPy pairs them one by one",
        one_axis,
        "To meet all with all, the positions need another axis: (n, 1) with (d/2,).",
    ),
    Mistake(
        "your numbers get their own sine added, not their partner's",
        angles_and_halves(pairwise, lambda X: X),
        "What is added to x is made of y, and what is added to y of x.",
    ),
)
