"""Lesson 0: the average of the values."""

import numpy as np

from course_utils.checks.check import Case, Check, Mistake, distinct_sizes


def oracle(V):
    """Sum each column with a loop, then divide by the number of rows."""
    m, d_v = V.shape
    result = np.zeros(d_v, dtype=V.dtype)
    for i in range(m):
        result += V[i]
    return result / V.dtype.type(m)


def cases(rng):
    """Give 3 values with 2 features to check by hand, then random sizes and float32."""
    m, d_v = distinct_sizes(rng, 2)
    by_hand = rng.integers(-4, 5, size=(3, 2)).astype(float)
    return [
        Case("V of shape (3, 2) with whole numbers", (by_hand,)),
        Case(f"V of shape ({m}, {d_v})", (rng.normal(size=(m, d_v)),)),
        Case(
            "V with a single row",
            (rng.normal(size=(1, d_v)),),
            "the average of one value is that value",
        ),
        Case(f"V of shape ({d_v}, {m}), float32", (rng.normal(size=(d_v, m)).astype("float32"),)),
    ]


CHECKS = (
    Check(
        name="average_lookup",
        number="0.1",
        signature="average_lookup(V)",
        returns=("(d_v,): one number for each feature",),
        oracle=oracle,
        cases=cases,
        points=1,
        difficulty=1,
        importance=2,
        minutes=5,
        mistakes=(
            Mistake(
                "your result is the sum of the values, not their average",
                lambda V: V.sum(axis=0),
                "How many values were added up? Divide by that number.",
            ),
            Mistake(
                "your result averages over the features (axis=1): one number for each value",
                lambda V: V.mean(axis=1),
                "V has one row for each value. Which has to disappear: rows or columns?",
            ),
            Mistake(
                "your result is a single number: the average over everything in V",
                lambda V: V.mean(),
                "np.mean without an axis averages all numbers. Name the axis of the rows.",
            ),
            Mistake(
                "your result is the sum of the values divided by the number of features d_v",
                lambda V: V.sum(axis=0) / V.shape[1],
                "Divide by the number of rows of V, which is V.shape[0].",
            ),
            Mistake(
                "your result is the first value alone",
                lambda V: V[0].copy(),
                "Every value counts alike: add them all before you divide.",
            ),
            Mistake(
                "your result is one average row repeated for every value",
                lambda V: np.repeat(V.mean(axis=0, keepdims=True), len(V), axis=0),
                "One look-up gives one vector of shape (d_v,).",
            ),
        ),
    ),
)
