"""Lesson 2: softmax and the soft look-up."""

import math

import numpy as np

from course_utils.checks.check import Case, Check, Identity, Mistake, distinct_sizes


def softmax_oracle(x, axis=-1):
    """Take each line along `axis` on its own, number by number."""
    lines = np.moveaxis(x, axis, -1)
    result = np.empty(lines.shape, dtype=x.dtype)
    for where in np.ndindex(lines.shape[:-1]):
        line = [float(number) for number in lines[where]]
        powers = [math.exp(number - max(line)) for number in line]
        result[where] = [power / math.fsum(powers) for power in powers]
    return np.moveaxis(result, -1, axis)


def softmax_cases(rng):
    """Give a vector to check by hand, both axes of a matrix, large numbers and four axes."""
    n, m, heads, batch = distinct_sizes(rng, 4)
    x = rng.normal(scale=2.0, size=(n, m))
    by_hand = np.log(rng.integers(1, 6, size=3).astype(float))
    return [
        Case("x = log of three whole numbers", (by_hand,), "softmax(log(c)) is c / sum(c)"),
        Case(f"x of shape ({n}, {m}), axis=-1", (x,)),
        Case(f"x of shape ({n}, {m}), axis=0", (x, 0), "axis says along which axis the sum is 1"),
        Case(
            "x around +1,000",
            (rng.normal(size=(2, m)) + 1000.0,),
            "adding 1,000 to every score changes nothing, and nothing overflows",
        ),
        Case("x from -1,000 to 1,000", (np.array([-1000.0, 0.0, 1000.0]) + rng.normal(size=3),)),
        Case(
            f"x of shape ({batch}, {heads}, {n}, {m})",
            (rng.normal(size=(batch, heads, n, m)),),
            "any leading axes work",
        ),
        Case(f"x of shape ({n}, {m}), float32", (x.astype("float32"),)),
    ]


def sums_to_one(case, weights):
    """Say whether the weights along the case's axis add up to 1."""
    axis = case.args[1] if len(case.args) > 1 else -1
    return np.allclose(weights.sum(axis=axis), 1.0, atol=1e-5)


CHECKS = (
    Check(
        name="softmax",
        number="2.1",
        signature="softmax(x, axis=-1)",
        returns=("the same shape as x",),
        oracle=softmax_oracle,
        cases=softmax_cases,
        points=4,
        difficulty=2,
        importance=5,
        minutes=10,
        identities=(Identity("the weights along the axis sum to 1", sums_to_one),),
        mistakes=(
            Mistake(
                "your weights match a softmax without subtracting the maximum",
                lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True),
                "np.exp(1000) is too large for a float. What may be subtracted first?",
            ),
        ),
    ),
)
