"""Lesson 5: what a class really hands in for attention_share, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def chosen(weights, queries, keys):
    """Return the weights of the chosen queries (rows) on the chosen keys (columns)."""
    return weights[..., queries, :][..., keys]


def sliced(weights, queries, keys):
    """Take all words from the smallest index to the largest."""
    rows = slice(min(queries), max(queries) + 1)
    columns = slice(min(keys), max(keys) + 1)
    return weights[..., rows, columns].sum(axis=-1).mean(axis=-1)


def largest_is_chosen(weights, queries, keys):
    """Count the queries whose largest weight is on a chosen key."""
    best = weights[..., queries, :].argmax(axis=-1)
    return np.isin(best, keys).mean(axis=-1)


def half_the_pair(weights, queries, keys):
    """Divide by the number of keys as well as of queries."""
    return chosen(weights, queries, keys).mean(axis=(-2, -1))


def paired(weights, queries, keys):
    """Take the first query with the first key, the second with the second."""
    return weights[..., queries, keys]


def in_step(weights, queries, keys):
    """Walk through queries and keys together, as far as the shorter list goes."""
    return sum(weights[..., i, j] for i, j in zip(queries, keys)) / len(queries)


def one_number(weights, queries, keys):
    """Average over the heads too."""
    return chosen(weights, queries, keys).sum(axis=-1).mean()


def arrays_only(weights, queries, keys):
    """Put an axis into the indices, which a list does not have."""
    return weights[..., queries[:, None], keys].sum(axis=(-2, -1)) / len(queries)


def arrays_asked(weights, queries, keys):
    """Ask the indices for their size, which a list does not know."""
    return chosen(weights, queries, keys).sum(axis=(-2, -1)) / queries.size


def by_the_counter(weights, queries, keys):
    """Use the number of the round in place of the index."""
    rounds = np.arange(len(queries)), np.arange(len(keys))
    return chosen(weights, *rounds).sum(axis=-1).mean(axis=-1)


def begun_anew(weights, queries, keys):
    """Set the sum to 0 for every query."""
    return weights[..., queries[-1], :][..., keys].sum(axis=-1) / len(queries)


def first_query_only(weights, queries, keys):
    """Return within the loop over the queries."""
    return weights[..., queries[0], :][..., keys].sum(axis=-1) / len(queries)


def last_pair_only(weights, queries, keys):
    """Write `=` for `+=`."""
    return weights[..., queries[-1], keys[-1]] / len(queries)


PAIRED = (
    "Two lists of indices side by side are read in step, [first, first], [second, second]. Choose "
    "the rows first, then the columns of what you have."
)
STEPS = "For each chosen query add its weights on the chosen keys; then average over the queries."

SHARE_MISTAKES = (
    Mistake(
        "your result pairs the first query with the first key, the second with the second, and "
        "adds them",
        lambda weights, queries, keys: paired(weights, queries, keys).sum(axis=-1),
        PAIRED,
        also=(lambda weights, queries, keys: weights[queries, keys].sum(axis=-1),),
    ),
    Mistake(
        "your result pairs the first query with the first key, the second with the second, and "
        "averages them",
        lambda weights, queries, keys: paired(weights, queries, keys).mean(axis=-1),
        PAIRED,
    ),
    Mistake(
        "your loop walks through queries and keys in step, as zip does, and leaves pairs out",
        in_step,
        "Every chosen query meets every chosen key: that takes a loop inside a loop, or none.",
    ),
    Mistake(
        "your result is the average of all the chosen weights: the keys are not added up",
        half_the_pair,
        STEPS,
    ),
    Mistake(
        "your result is the sum of all the chosen weights: the queries are not averaged",
        lambda weights, queries, keys: chosen(weights, queries, keys).sum(axis=(-2, -1)),
        STEPS,
    ),
    Mistake(
        "your result takes the queries from the columns and the keys from the rows",
        lambda weights, queries, keys: chosen(weights, keys, queries).sum(axis=-1).mean(axis=-1),
        "Rows are queries, columns are keys.",
    ),
    Mistake(
        "your result adds over the queries and averages over the keys",
        lambda weights, queries, keys: chosen(weights, queries, keys).sum(axis=-2).mean(axis=-1),
        "It is the other way round. Which of the two last axes holds the keys?",
    ),
    Mistake(
        "your result divides by the number of all queries, not of the chosen ones",
        lambda weights, queries, keys: (
            chosen(weights, queries, keys).sum(axis=(-2, -1)) / weights.shape[-2]
        ),
        STEPS,
    ),
    Mistake(
        "your function makes one Python number of its result, which stops where there are heads",
        lambda weights, queries, keys: float(chosen(weights, queries, keys).sum(-1).mean(-1)),
        "With heads there are several numbers. Return the array as it is.",
    ),
    Mistake(
        "your function stops when the words are named in lists: queries[:, None] wants an array",
        arrays_only,
        "np.ix_ takes lists as well. Or choose in two steps, first rows and then columns.",
    ),
    Mistake(
        "your function stops when the words are named in lists, which have no shape and no size",
        arrays_asked,
        "len(...) counts both. Or make arrays of them first: np.asarray(...).",
    ),
    Mistake(
        "your result averages over all queries, not the chosen ones",
        lambda weights, queries, keys: weights[..., keys].sum(axis=-1).mean(axis=-1),
        "Choose rows as well as columns.",
    ),
    Mistake(
        "your result is one number for all heads together",
        one_number,
        "An average without an axis runs over everything. Which axis holds the queries now?",
    ),
    Mistake(
        "your result adds up the heads as well",
        lambda weights, queries, keys: chosen(weights, queries, keys).sum() / len(queries),
        "A sum without an axis runs over everything. Which two axes are meant?",
    ),
    Mistake(
        "your indices count axes from the front, where the heads are",
        lambda weights, queries, keys: weights[queries][:, keys].sum(axis=-1).mean(axis=-1),
        "`weights[..., rows, :]` leaves all leading axes alone.",
    ),
    Mistake(
        "your result sums along axes counted from the front, where the heads are",
        lambda weights, queries, keys: chosen(weights, queries, keys).sum(axis=1).mean(axis=0),
        "Count axes from the end: the keys are the last one.",
    ),
    Mistake(
        "your result has a number for each query: they are not averaged",
        lambda weights, queries, keys: chosen(weights, queries, keys).sum(axis=-1),
        STEPS,
    ),
    Mistake(
        "your result is the table of the chosen weights, with nothing added up",
        chosen,
        STEPS,
    ),
    Mistake(
        "your result has a number for each key: they are not added up",
        lambda weights, queries, keys: chosen(weights, queries, keys).mean(axis=-2),
        STEPS,
    ),
    Mistake(
        "your result counts all keys, so every share is 1",
        lambda weights, queries, keys: weights[..., queries, :].sum(axis=-1).mean(axis=-1),
        "Choose columns as well as rows.",
    ),
    Mistake(
        "your two lists both choose columns",
        lambda weights, queries, keys: weights[..., queries][..., keys].sum(axis=-1).mean(axis=-1),
        "`weights[..., queries, :]` chooses rows: the colon stands for all columns.",
    ),
    Mistake(
        "your loop takes the number of its round, 0, 1, 2, ..., for the word",
        by_the_counter,
        "`for i in queries` gives the words themselves; with `range(len(queries))` the word is "
        "`queries[i]`.",
    ),
    Mistake(
        "your sum begins anew with every query: the last one alone is left",
        begun_anew,
        "Where stands the line that sets the sum to 0, inside the loop or above it?",
    ),
    Mistake(
        "your loop ends after the first query",
        first_query_only,
        "How far is `return` indented? It should run when all rounds are over.",
    ),
    Mistake(
        "your sum keeps the last weight alone",
        last_pair_only,
        "`=` puts a number in the place of the one before, `+=` adds to it.",
    ),
    Mistake(
        "your result takes the largest weight of each query instead of the sum",
        lambda weights, queries, keys: chosen(weights, queries, keys).max(axis=-1).mean(axis=-1),
        STEPS,
    ),
    Mistake(
        "your result counts the queries whose largest weight is on a chosen key",
        largest_is_chosen,
        "A share is made of weights. Add them up, whether they are the largest or not.",
    ),
    Mistake(
        "your result counts words from 1",
        lambda weights, queries, keys: (
            chosen(weights, np.subtract(queries, 1), np.subtract(keys, 1)).sum(-1).mean(-1)
        ),
        "Indices count from 0: use them as they are.",
    ),
    Mistake(
        "your result takes all words from the first named to the last, those between them too",
        sliced,
        "A slice has no gaps. Index with the array itself.",
    ),
)
