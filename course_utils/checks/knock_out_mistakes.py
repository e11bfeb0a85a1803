"""Lesson 11: what a class really hands in for knock_out, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def zeroed(weights, query, key):
    """Return a copy with one link at 0 and nothing else done."""
    kept = weights.copy()
    kept[..., query, key] = 0.0
    return kept


def whole(kept, axis=-1):
    """Return what `kept` is after every row, or column, was divided by its sum."""
    total = kept.sum(axis=axis, keepdims=True)
    return kept / np.where(total > 0, total, 1.0)


def in_place(weights, query, key):
    """Change the argument itself."""
    weights[..., query, key] = 0.0
    total = weights[..., query, :].sum(axis=-1, keepdims=True)
    weights[..., query, :] /= np.where(total > 0, total, 1.0)
    return weights


def divided_by_zero(weights, query, key):
    """Divide the row by its sum, whatever it is."""
    kept = zeroed(weights, query, key)
    with np.errstate(invalid="ignore"):
        kept[..., query, :] /= kept[..., query, :].sum(axis=-1, keepdims=True)
    return kept


def every_row_divided(weights, query, key):
    """Divide all rows, the empty ones elsewhere too."""
    kept = zeroed(weights, query, key)
    with np.errstate(invalid="ignore"):
        return kept / kept.sum(axis=-1, keepdims=True)


def epsilon_in_the_sum(weights, query, key):
    """Add a small number to the sum."""
    kept = zeroed(weights, query, key)
    kept[..., query, :] /= kept[..., query, :].sum(axis=-1, keepdims=True) + 1e-8
    return kept


def empty_row_shared(weights, query, key):
    """Give an empty row equal shares."""
    kept = zeroed(weights, query, key)
    total = kept[..., query, :].sum(axis=-1, keepdims=True)
    share = 1.0 / weights.shape[-1]
    kept[..., query, :] = np.where(
        total > 0, kept[..., query, :] / np.where(total > 0, total, 1.0), share
    )
    return kept


def empty_row_kept(weights, query, key):
    """Leave a row alone that would be empty."""
    kept = whole(zeroed(weights, query, key))
    empty = kept[..., query, :].sum(axis=-1, keepdims=True) == 0
    kept[..., query, :] = np.where(empty, weights[..., query, :], kept[..., query, :])
    return kept


def softmax_again(weights, query, key):
    """Take the weights for scores, with the link at minus infinity."""
    scores = weights.copy()
    scores[..., query, key] = -np.inf
    powers = np.exp(scores)
    return powers / powers.sum(axis=-1, keepdims=True)


def softmax_of_zero(weights, query, key):
    """Put the link to 0 and take the softmax of the row."""
    powers = np.exp(zeroed(weights, query, key))
    return powers / powers.sum(axis=-1, keepdims=True)


def spread_evenly(weights, query, key):
    """Give every other key of the row the same part of the cut weight."""
    kept = zeroed(weights, query, key)
    others = np.arange(weights.shape[-1]) != key
    kept[..., query, :] += others * weights[..., query, key][..., None] / others.sum()
    return kept


def whole_table_divided(weights, query, key):
    """Divide the table by what is left in the row."""
    kept = zeroed(weights, query, key)
    total = kept[..., query, :].sum(axis=-1)[..., None, None]
    return kept / np.where(total > 0, total, 1.0)


def first_head_only(weights, query, key):
    """Cut the link in the first table only."""
    if weights.ndim == 2:
        return whole(zeroed(weights, query, key))
    result = weights.copy()
    first = (0,) * (weights.ndim - 2)
    result[first] = whole(zeroed(weights[first], query, key))
    return result


def one_sum_for_all_heads(weights, query, key):
    """Divide the row of every head by the sum over all heads."""
    kept = zeroed(weights, query, key)
    total = kept[..., query, :].sum()
    kept[..., query, :] /= total if total > 0 else 1.0
    return kept


def axes_in_front(weights, query, key):
    """Index the first two axes, which are heads when there are some."""
    kept = weights.copy()
    kept[query, key] = 0.0
    return whole(kept)


def column_gone(weights, query, key):
    """Cut the key for every query."""
    kept = weights.copy()
    kept[..., key] = 0.0
    return whole(kept)


def row_gone(weights, query, key):
    """Cut every link of the query."""
    kept = weights.copy()
    kept[..., query, :] = 0.0
    return kept


def kept_only(weights, query, key):
    """Keep the link and cut the others."""
    kept = weights.copy()
    kept[..., query, :] = np.where(np.arange(weights.shape[-1]) == key, 1.0, 0.0)
    return kept


def deleted(weights, query, key):
    """Take the column out of the table."""
    return whole(np.delete(weights, key, axis=-1))


def row_alone(weights, query, key):
    """Return the changed row."""
    return whole(zeroed(weights, query, key))[..., query, :]


def exchanged(weights, query, key):
    """Take the query for the column."""
    return whole(zeroed(weights, key, query))


WHOLE = "What does a row of weights sum to? How do you bring it there without changing its shares?"
EMPTY = (
    "A query that looked at nothing else has a row of zeros left, as in lesson 4. Divide only "
    "where the sum is above 0."
)
ONE = "One query loses one key. What stands in that row, and what in the others?"
SCORES = (
    "These are weights, after the softmax. Without a link, how large are the others compared with "
    "one another: as before?"
)

KNOCK_OUT_MISTAKES = (
    Mistake(
        "your row is not made whole again: the link is cut and the rest left as it was",
        zeroed,
        WHOLE,
    ),
    Mistake(
        "your columns are made whole, not your rows: the sum runs over the queries",
        lambda weights, query, key: whole(zeroed(weights, query, key), axis=-2),
        "Each query shares out a weight of 1 over its keys. Along which axis do keys lie?",
    ),
    Mistake(
        "your function changes its argument: the weights it was given have lost the link",
        in_place,
        "Work on a copy, or make a new array with np.where.",
    ),
    Mistake(
        "your function divides by zero where a query looked at nothing else, which gives NaN",
        divided_by_zero,
        EMPTY,
    ),
    Mistake(
        "your function divides every row, so that a row of zeros elsewhere becomes NaN",
        every_row_divided,
        EMPTY,
    ),
    Mistake(
        "your sum has a small number added, which matters where little is left",
        epsilon_in_the_sum,
        EMPTY,
    ),
    Mistake(
        "your row of a query that looked at nothing else gets equal shares, not zeros",
        empty_row_shared,
        EMPTY,
    ),
    Mistake(
        "your row of a query that looked at nothing else keeps its link",
        empty_row_kept,
        EMPTY,
    ),
    Mistake(
        "your weights go through a softmax once more, with the link at minus infinity",
        softmax_again,
        SCORES,
    ),
    Mistake(
        "your weights go through a softmax once more, with the link at 0",
        softmax_of_zero,
        SCORES,
    ),
    Mistake(
        "your cut weight is shared out evenly, not in proportion to what the others had",
        spread_evenly,
        SCORES,
    ),
    Mistake(
        "your whole table is divided by what is left in one row",
        whole_table_divided,
        ONE,
    ),
    Mistake(
        "your link is cut in the first head only",
        first_head_only,
        "weights[..., query, key] means this link in every head.",
    ),
    Mistake(
        "your rows are divided by one sum for all heads",
        one_sum_for_all_heads,
        "Each head has a sum of its own: keep its axis.",
    ),
    Mistake(
        "your indices count axes from the front, where the heads are",
        axes_in_front,
        "weights[..., query, key] means this link in every head.",
    ),
    Mistake("your key is cut for every query, not for the one", column_gone, ONE),
    Mistake("your query has lost all its keys, not the one", row_gone, ONE),
    Mistake("your link is the only one left: the others are cut", kept_only, ONE),
    Mistake(
        "your table has lost a column: the key is taken out, not set to 0",
        deleted,
        "The shape stays as it is, and the other columns stay where they are.",
    ),
    Mistake("your result is the changed row alone", row_alone, "The whole table is asked for."),
    Mistake(
        "your query and key are exchanged: rows are queries, columns are keys",
        exchanged,
        "weights[..., query, key]: the row asks.",
    ),
)
