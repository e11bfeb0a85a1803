"""Lesson 4: known wrong answers to masked_softmax that take something else for a row."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.masked_softmax_mistakes import hide, is_empty, share


def not_of_a_row(scores, mask):
    """Divide by the sum over the whole table."""
    best = np.max(hide(scores, mask | is_empty(mask)), axis=-1, keepdims=True)
    e = np.where(mask, np.exp(hide(scores, mask) - best), 0.0)
    return e / e.sum() if mask.any() else e


def largest_of_all(scores, mask):
    """Subtract one number from all rows, and give zeros where 0 / 0 comes out."""
    e = np.exp(hide(scores, mask) - np.max(hide(scores, mask), initial=0.0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total)


def along(axis):
    """Return a softmax along another axis, with zeros where the mask forbids or nan comes out."""

    def masked_softmax(scores, mask):
        return np.where(mask, np.nan_to_num(share(hide(scores, mask), axis)), 0.0)

    return masked_softmax


def over_the_queries(scores, mask):
    """Share out a weight of 1 for each key."""
    return np.where(mask, share(hide(scores, mask | is_empty(mask)), -2), 0.0)


def test_inverted(scores, mask):
    """Take the rows for empty that are not."""
    some = ~is_empty(mask)
    return np.where(some, 0.0, share(hide(scores, mask | some)))


def loop_over_the_first_axis(scores, mask):
    """Look at what lies along the first axis as if each were a row."""
    weights = np.zeros_like(scores)
    for i in range(len(scores)):
        if mask[i].any():
            weights[i] = share(hide(scores[i], mask[i]))
    return weights


def empty_columns(scores, mask):
    """Look for keys that nobody may attend to."""
    empty = ~mask.any(axis=-2, keepdims=True)
    return np.where(empty, 0.0, share(np.where(mask | empty, scores, -np.inf)))


def lost_axis(scores, mask):
    """Find the empty rows and forget to keep their axis."""
    empty = ~mask.any(axis=-1)
    return np.where(empty, 0.0, share(np.where(mask | empty, scores, -np.inf)))


def axis_from_the_front(scores, mask):
    """Give the empty rows their axis back at place 1 from the front."""
    empty = ~mask.any(axis=-1)[:, None]
    return np.where(empty, 0.0, share(np.where(mask | empty, scores, -np.inf)))


def rows_of_one_table(scores, mask):
    """Take the first axis for the queries, row by row."""
    weights = np.zeros_like(scores)
    for query in range(len(scores)):
        if mask[query].any():
            weights[query, mask[query]] = share(scores[query, mask[query]])
    return weights


MASKED_ROWS_MISTAKES = (
    Mistake(
        "your empty rows are searched among the keys: np.any along axis=-2",
        empty_columns,
        "A row is empty if none of its keys is allowed. Along which axis do the keys lie?",
    ),
    Mistake(
        "your test for empty rows, or your maximum or sum, has lost its axis and does not line up "
        "with the scores",
        lost_axis,
        "Which option of np.any, np.max and np.sum keeps an axis of length 1?",
    ),
    Mistake(
        "your test for empty rows gets its axis back in the second place, not in the last",
        axis_from_the_front,
        "In [:, None] the new axis is the second, in [..., None] the last. Or keep it: keepdims.",
    ),
    Mistake(
        "your test for empty rows finds those that are not: it is inverted",
        test_inverted,
        "np.any is True where a key is allowed. When is a row empty?",
    ),
    Mistake(
        "your loop takes the first axis for the queries, which is right for a single table only",
        rows_of_one_table,
        "np.where and axis=-1 need no loop. Or stretch the mask, and loop over np.ndindex.",
    ),
    Mistake(
        "your loop looks at what lies along the first axis as at rows, which are tables when there "
        "are more axes",
        loop_over_the_first_axis,
        "A test without a loop serves all axes: np.any with axis=-1 and keepdims=True.",
    ),
    Mistake(
        "your maximum is that of all rows, not of each: rows far below it become 0 / 0",
        largest_of_all,
        "`softmax` of lesson 2 subtracts the largest score of each row. Which option has np.max?",
    ),
    Mistake(
        "your weights are divided by the sum of the whole table: no row sums to 1",
        not_of_a_row,
        "Each query shares out a weight of 1. Which axis and which option does np.sum need?",
    ),
    Mistake(
        "your softmax runs along axis=1, where the keys lie only in a single table",
        along(1),
        "Count from the end: which axis holds the keys, however many stand in front?",
    ),
    Mistake(
        "your weights match a softmax over the queries (axis=-2)",
        over_the_queries,
        "Each query shares out a weight of 1 over its keys. Along which axis do keys lie?",
    ),
)
