"""Lesson 2: what a class really hands in for softmax, each under its name."""

import math

import numpy as np

from course_utils.checks.check import Mistake


def powers(x, axis):
    """Return e to the scores, the largest along `axis` subtracted."""
    return np.exp(x - x.max(axis=axis, keepdims=True))


def share(e, axis):
    """Return e divided by its sum along `axis`."""
    return e / e.sum(axis=axis, keepdims=True)


def in_place(x, axis=-1):
    """Give the right weights, but spoil the caller's scores."""
    x -= x.max(axis=axis, keepdims=True)
    return share(np.exp(x), axis)


def along_axis_1(x, axis=-1):
    """Take axis=1 whatever is asked, which a vector does not have."""
    return share(powers(x, 1), 1)


def overflowing_axis_1(x, axis=-1):
    """Take axis=1 whatever is asked, and subtract nothing."""
    return share(np.exp(x), 1)


def row_by_row(x, axis=-1):
    """Take x[i] for a row, whatever it is."""
    return np.array([powers(part, None) / powers(part, None).sum() for part in x])


def two_axes(x, axis=-1):
    """Unpack the shape of a table, and go through its rows."""
    n, _ = x.shape
    return np.array([row_by_row(x)[i] for i in range(n)])


def lost_axis_at_the_end(x, axis=-1):
    """Give the axis that was lost back at the end."""
    e = np.exp(x - x.max(axis=axis)[..., None])
    return e / e.sum(axis=axis)[..., None]


def cut_powers(x, axis=-1):
    """Keep the powers in an array of the dtype of x."""
    e = powers(x, axis).astype(x.dtype)
    return e / e.sum(axis=axis, keepdims=True)


SOFTMAX_MISTAKES = (
    Mistake(
        "your weights match a softmax without subtracting the maximum",
        lambda x, axis=-1: share(np.exp(x), axis),
        "np.exp(1000) is too large for a float. What may be subtracted first?",
    ),
    Mistake(
        "your weights sum to 1 along the last axis, whatever `axis` says",
        lambda x, axis=-1: share(powers(x, -1), -1),
        "Look for a -1 in your function where the argument `axis` belongs.",
    ),
    Mistake(
        "your weights sum to 1 along the last axis, whatever `axis` says, and they overflow",
        lambda x, axis=-1: share(np.exp(x), -1),
        "First hand `axis` on to the sum, then think about np.exp(1000).",
    ),
    Mistake(
        "your weights sum to 1 along the first axis (axis=0), whatever `axis` says",
        lambda x, axis=-1: share(powers(x, 0), 0),
        "Python's own sum and max work along the first axis. NumPy's take axis=...",
    ),
    Mistake(
        "your weights sum to 1 along the first axis (axis=0), and large scores overflow",
        lambda x, axis=-1: share(np.exp(x), 0),
        "Python's own sum adds along the first axis. NumPy's takes axis=...",
    ),
    Mistake(
        "your weights sum to 1 over the whole array, not along one axis",
        lambda x, axis=-1: powers(x, None) / powers(x, None).sum(),
        "A sum without an axis adds up everything. Each line along `axis` needs its own sum.",
    ),
    Mistake(
        "your weights sum to 1 over the whole array, and large scores overflow",
        lambda x, axis=-1: np.exp(x) / np.exp(x).sum(),
        "A sum without an axis adds up everything. Each line along `axis` needs its own sum.",
    ),
    Mistake(
        "your sum or maximum along `axis` has lost that axis, so it does not line up with x",
        lambda x, axis=-1: powers(x, axis) / powers(x, axis).sum(axis=axis),
        "Compare its shape with that of x. Which option of np.sum and np.max keeps an axis of "
        "length 1?",
    ),
    Mistake(
        "your sum has lost its axis and does not line up with x, and large scores overflow",
        lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis=axis),
        "Compare the shapes of x and of the sum. Which option of np.sum keeps an axis of length 1?",
    ),
    Mistake(
        "your softmax subtracts the largest number of the whole array from every row",
        lambda x, axis=-1: share(powers(x, None), axis),
        "A row 1,000 below that number becomes 0 / 0. Which maximum does each row need?",
    ),
    Mistake(
        "your maximum is taken along the last axis, your sum along `axis`",
        lambda x, axis=-1: share(powers(x, -1), axis),
        "What is subtracted must be the same number for all scores that share one sum.",
    ),
    Mistake(
        "your large scores overflow, and nan is replaced by 0 afterwards",
        lambda x, axis=-1: np.nan_to_num(share(np.exp(x), axis)),
        "What overflowed is lost. Which number may be subtracted before np.exp?",
    ),
    Mistake(
        "your softmax subtracts the mean, which is not enough from -1,000 to 1,000",
        lambda x, axis=-1: share(np.exp(x - x.mean(axis=axis, keepdims=True)), axis),
        "After the subtraction no score may be above 0.",
    ),
    Mistake(
        "your softmax subtracts the smallest score, so the others grow",
        lambda x, axis=-1: share(np.exp(x - x.min(axis=axis, keepdims=True)), axis),
        "After the subtraction no score may be above 0.",
    ),
    Mistake(
        "your softmax divides by the largest score instead of subtracting it",
        lambda x, axis=-1: share(np.exp(x / x.max(axis=axis, keepdims=True)), axis),
        "Dividing changes the differences between scores, and they decide the weights.",
    ),
    Mistake(
        "your scores are cut off (clipped) before np.exp, so large ones become equal",
        lambda x, axis=-1: share(np.exp(np.clip(x, -500, 500)), axis),
        "Cutting off loses the differences. Which change of all scores loses nothing?",
    ),
    Mistake(
        "your softmax subtracts a fixed number, so all powers of ordinary scores become 0",
        lambda x, axis=-1: share(np.exp(x - 1000.0), axis),
        "The number to subtract must come from the scores themselves, row by row.",
    ),
    Mistake(
        "your function is right for vectors and stops at tables, as Python's own max does",
        lambda x, axis=-1: share(np.exp(x - max(x)), axis),
        "A table's row is no number. np.max, np.exp and np.sum take any shape, and an axis.",
    ),
    Mistake(
        "your function stops at tables: math.exp takes one number at a time",
        lambda x, axis=-1: share(np.array([math.exp(score) for score in x]), axis),
        "NumPy has an exp of its own, which takes arrays of any shape.",
    ),
    Mistake(
        "your powers are divided by the root of the sum of their squares",
        lambda x, axis=-1: (
            powers(x, axis) / np.sqrt((powers(x, axis) ** 2).sum(axis=axis, keepdims=True))
        ),
        "That makes an arrow of length 1, as in lesson 1. Weights sum to 1.",
    ),
    Mistake(
        "your powers are not divided by their sum: the largest weight is always 1",
        lambda x, axis=-1: powers(x, axis),
        "One step is missing: what do the weights of a mixture add up to?",
    ),
    Mistake(
        "your result is exp(x), not divided by anything",
        lambda x, axis=-1: np.exp(x),
        "One step is missing: what do the weights of a mixture add up to?",
    ),
    Mistake(
        "your weights are the scores divided by their sum, without np.exp",
        lambda x, axis=-1: share(x, axis),
        "Scores may be negative, weights may not. What makes every number positive?",
    ),
    Mistake(
        "your result is the logarithm of the weights",
        lambda x, axis=-1: np.log(share(powers(x, axis), axis)),
        "Weights lie between 0 and 1. Your numbers are what np.log makes of them.",
    ),
    Mistake(
        "your weights prefer the smallest score: the sign is turned round",
        lambda x, axis=-1: share(powers(-x, axis), axis),
        "Subtract the maximum from x, not x from the maximum.",
    ),
    Mistake(
        "your result is 1 for the largest score and 0 for all others",
        lambda x, axis=-1: (x == x.max(axis=axis, keepdims=True)).astype(float),
        "That is the argmax of the lesson. Every key gets a share here.",
    ),
    Mistake(
        "your weights match a logistic function of each score alone",
        lambda x, axis=-1: 1 / (1 + np.exp(-x)),
        "The weight of one score depends on all scores along the axis.",
    ),
    Mistake(
        "your weights use powers of 2 instead of powers of e",
        lambda x, axis=-1: share(np.exp2(x - x.max(axis=axis, keepdims=True)), axis),
        "np.exp(x) is e to the power of x. The bits of the lesson are another matter.",
    ),
    Mistake(
        "your weights are cut to whole numbers when x has whole numbers",
        lambda x, axis=-1: share(powers(x, axis), axis).astype(x.dtype),
        "np.zeros_like(x) has the dtype of x. A weight such as 0.25 does not fit into an integer.",
    ),
    Mistake(
        "your powers are cut to whole numbers when x has whole numbers",
        cut_powers,
        "np.zeros_like(x) has the dtype of x. A power such as 0.37 does not fit into an integer.",
    ),
    Mistake(
        "your function works along axis=1, whatever `axis` says",
        along_axis_1,
        "The argument `axis` says where. -1 is the last axis, and a vector has no axis 1.",
    ),
    Mistake(
        "your function works along axis=1, whatever `axis` says, and large scores overflow",
        overflowing_axis_1,
        "The argument `axis` says where. -1 is the last axis, and a vector has no axis 1.",
    ),
    Mistake(
        "your loop takes x[i] for a row, which it is only in a table with axis=-1",
        row_by_row,
        "In a vector x[i] is one number. NumPy's sum and max work along any axis at once.",
    ),
    Mistake(
        "your function takes tables of two axes alone, and goes through their rows",
        two_axes,
        "`n, m = x.shape` wants two axes. NumPy's sum and max work along any axis at once.",
    ),
    Mistake(
        "your sum or maximum gets its lost axis back at the end, which is right for axis=-1 only",
        lost_axis_at_the_end,
        "Which option of np.sum and np.max keeps the axis where it was?",
    ),
    Mistake(
        "your maximum is taken along `axis`, your sum over the whole array",
        lambda x, axis=-1: powers(x, axis) / powers(x, axis).sum(),
        "A sum without an axis adds up everything. Each line along `axis` needs its own sum.",
    ),
    Mistake(
        "your maximum is subtracted above the line, in the powers, and not below it, in their sum",
        lambda x, axis=-1: powers(x, axis) / np.exp(x).sum(axis=axis, keepdims=True),
        "The sum adds up the same powers that are divided. Give them a name and use it twice.",
    ),
    Mistake(
        "your maximum is subtracted below the line, in the sum, and not above it, in the powers",
        lambda x, axis=-1: np.exp(x) / powers(x, axis).sum(axis=axis, keepdims=True),
        "The sum adds up the same powers that are divided. Give them a name and use it twice.",
    ),
    Mistake(
        "your divisor is e to the sum of the scores, not the sum of the powers",
        lambda x, axis=-1: np.exp(x) / np.exp(x.sum(axis=axis, keepdims=True)),
        "First the powers, then their sum: which function stands inside the other?",
    ),
    Mistake(
        "your weights are right, but your function changes x in place",
        in_place,
        "After the call the caller's scores are lost. Give the difference a name of its own.",
    ),
)
