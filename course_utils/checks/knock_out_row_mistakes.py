"""Lesson 11: known wrong answers to knock_out that go wrong in one row, column or head."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.knock_out_mistakes import ONE, SCORES, whole, zeroed


def cut_at_the_other(weights, query, key):
    """Cut the link with row and column exchanged, and divide the right row."""
    kept = zeroed(weights, key, query)
    kept[..., query, :] = whole(kept[..., query, :])
    return kept


def column_gone_one_row_whole(weights, query, key):
    """Cut the key for every query, and divide the one row."""
    kept = weights.copy()
    kept[..., key] = 0.0
    kept[..., query, :] = whole(kept[..., query, :])
    return kept


def row_through_softmax(cut):
    """Return a function that cuts the link in the row and takes the row for scores."""

    def knock_out(weights, query, key):
        kept = weights.copy()
        kept[..., query, key] = cut
        powers = np.exp(kept[..., query, :])
        kept[..., query, :] = powers / powers.sum(axis=-1, keepdims=True)
        return kept

    return knock_out


def table_alone(weights, query, key):
    """Stop when there are heads."""
    if weights.ndim > 2:
        raise ValueError("operands could not be broadcast together")
    return whole(zeroed(weights, query, key))


def one_empty_for_all(weights, query, key):
    """Leave all heads alone where one of them has nothing left."""
    kept = zeroed(weights, query, key)
    empty = np.any(kept[..., query, :].sum(axis=-1) == 0)
    return kept if empty else whole(kept)


KNOCK_OUT_ROW_MISTAKES = (
    Mistake(
        "your link is cut at [key, query], and rows are queries",
        cut_at_the_other,
        "weights[..., query, key]: the row asks.",
    ),
    Mistake(
        "your key is cut for every query, and only one row is made whole again",
        column_gone_one_row_whole,
        ONE,
    ),
    Mistake(
        "your row goes through a softmax once more, with the link at 0",
        row_through_softmax(0.0),
        SCORES,
    ),
    Mistake(
        "your row goes through a softmax once more, with the link at minus infinity",
        row_through_softmax(-np.inf),
        SCORES,
    ),
    Mistake(
        "your function is right for one table and stops when there are heads",
        table_alone,
        "Each head has a sum of its own. Does keepdims keep its axis? And an `if` cannot ask a "
        "whole array: np.where chooses number by number.",
    ),
    Mistake(
        "your heads all stay as they are where one of them has nothing left",
        one_empty_for_all,
        "Each head is divided by its own sum, or by 1: np.where chooses number by number.",
    ),
)
