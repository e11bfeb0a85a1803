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


def by_hand(rng):
    """Give 3 values with 2 features, all whole numbers, whose averages are whole too."""
    average = rng.integers(-3, 4, size=2)
    # How far from it: two on one side, so that the third value is not the average itself.
    first, second = rng.choice([-1, 1], size=2) * rng.integers(1, 3, size=(2, 2))
    return (average + np.array([first, second, -first - second])).astype(float)


def cases(rng):
    """Give V to check by hand, then random sizes, equal rows, a single row and float32."""
    m, d_v, few, many = distinct_sizes(rng, 4)
    equal = np.tile(rng.normal(size=(1, few)), (many, 1))
    return [
        Case("V of shape (3, 2) with whole numbers", (by_hand(rng),)),
        Case(f"V of shape ({m}, {d_v})", (rng.normal(size=(m, d_v)),)),
        Case(
            f"V of shape ({many}, {few}) with equal rows",
            (equal,),
            "the average of equal values is that value",
        ),
        Case(
            f"V of shape (1, {d_v})",
            (rng.normal(size=(1, d_v)),),
            "the average of one value is that value",
        ),
        Case(f"V of shape ({d_v}, {m}), float32", (rng.normal(size=(d_v, m)).astype("float32"),)),
    ]


def divided_each_round(V):
    """Divide the total as often as something is added."""
    total = np.zeros_like(V[0])
    for value in V:
        total = (total + value) / V.shape[0]
    return total


def halved_each_round(V):
    """Average what there is with the next value."""
    total = V[0].copy()
    for value in V[1:]:
        total = (total + value) / 2
    return total


MISTAKES = (
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
        "your result is a single number: the sum of everything in V, divided by the number of rows",
        lambda V: V.sum() / V.shape[0],
        "np.sum without an axis adds all numbers. Each feature needs a sum of its own.",
    ),
    Mistake(
        "your result is the sum of the values divided by the number of features d_v",
        lambda V: V.sum(axis=0) / V.shape[1],
        "What was added up, rows or columns? Divide by how many there are of these.",
    ),
    Mistake(
        "your result is the sum of the values divided by how many numbers V holds in all",
        lambda V: V.sum(axis=0) / V.size,
        "Each sum has one number from each row. How many rows are there?",
    ),
    Mistake(
        "your result is the sum of the values divided by m - 1",
        lambda V: V.sum(axis=0) / (V.shape[0] - 1),
        "The weights must add up to 1. What do m weights of 1/(m - 1) add up to?",
    ),
    Mistake(
        "your result is the sum of the values divided by 6, however many values there are",
        lambda V: V.sum(axis=0) / V.dtype.type(6),
        "V may have any number of rows. Ask V itself how many it has.",
    ),
    Mistake(
        "your result is the sum of the values divided by 3, however many values there are",
        lambda V: V.sum(axis=0) / V.dtype.type(3),
        "V may have any number of rows. Ask V itself how many it has.",
    ),
    Mistake(
        "your result is the sum of the values divided by 2, however many values there are",
        lambda V: V.sum(axis=0) / V.dtype.type(2),
        "V may have any number of rows. Ask V itself how many it has.",
    ),
    Mistake(
        "your averages are cut down to whole numbers",
        lambda V: V.sum(axis=0) // V.shape[0],
        "// divides and drops what stands behind the point; / keeps it.",
    ),
    Mistake(
        "your result adds up the features of each value, and divides by the number of values",
        lambda V: V.sum(axis=1) / V.shape[0],
        "Which axis are the words on? It is the one that has to disappear in the sum.",
    ),
    Mistake(
        "your result is the last value divided by m: the total is emptied in every round",
        lambda V: V[-1] / V.shape[0],
        "Where must the total be set to 0: before the loop, or inside it?",
    ),
    Mistake(
        "your loop divides in every round, not once at the end",
        divided_each_round,
        "The sum comes first, over all rows. Is the division indented as far as the loop's body?",
    ),
    Mistake(
        "your loop takes the average of two again and again, so later values count more",
        halved_each_round,
        "Of three values each counts a third. Add up all, then divide once.",
    ),
    Mistake(
        "your total begins with the first value, and your loop adds it once more",
        lambda V: (V.sum(axis=0) + V[0]) / V.shape[0],
        "Begin with 0, or begin with V[0] and loop over the others.",
    ),
    Mistake(
        "your result is the first value alone",
        lambda V: V[0].copy(),
        "Every value counts alike, and here only one counts.",
    ),
    Mistake(
        "your result is the last value alone",
        lambda V: V[-1].copy(),
        "Every value counts alike. Does your loop replace its total instead of adding to it?",
    ),
    Mistake(
        "your result is the first value divided by m: the loop ends in its first round",
        lambda V: V[0] / V.shape[0],
        "A return that is indented as far as the loop's body ends the loop at once.",
    ),
    Mistake(
        "your result leaves out the first value",
        lambda V: V[1:].sum(axis=0) / V.shape[0],
        "Rows are counted from 0: where does your loop start?",
    ),
    Mistake(
        "your result leaves out the last value",
        lambda V: V[:-1].sum(axis=0) / V.shape[0],
        "range(m) counts 0, 1, … up to m - 1, which is the last row already.",
    ),
    Mistake(
        "your result is the median of the values",
        lambda V: np.median(V, axis=0),
        "A median looks at the middle values alone. Here every value counts alike.",
    ),
    Mistake(
        "your result is the largest number of each feature",
        lambda V: V.max(axis=0),
        "A maximum takes from one value alone. Here every value counts alike.",
    ),
    Mistake(
        "your result is the average as a table with one row, of shape (1, d_v)",
        lambda V: V.mean(axis=0, keepdims=True),
        "One look-up gives one vector. What does keepdims=True keep?",
    ),
    Mistake(
        "your result is one average row repeated for every value",
        lambda V: np.repeat(V.mean(axis=0, keepdims=True), len(V), axis=0),
        "One look-up gives one vector of shape (d_v,).",
    ),
    Mistake(
        "your result is the values divided by m, not yet added up",
        lambda V: V / V.shape[0],
        "Each row has its share now. What turns m shares into one vector?",
    ),
    Mistake(
        "your result is the weights 1/m, not what they gather",
        lambda V: np.full(V.shape[0], 1 / V.shape[0]),
        "A weight says how much a value counts. Which values are to be added up?",
    ),
)

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
        mistakes=MISTAKES,
        trained=False,
    ),
)
