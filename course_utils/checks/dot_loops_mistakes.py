"""Lesson 1: what goes wrong in loops over keys, and products that take one array for another."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.dot_products_mistakes import length, lengths


def some_keys(scores, kept):
    """Return scores that are 0 but for those that the slice `kept` takes."""
    result = np.zeros_like(scores)
    result[kept] = scores[kept]
    return result


def cosines(q, K):
    """Return the cosines as they should be."""
    return K @ q / (lengths(K) * length(q))


def places_for_features(q, K):
    """Fill an array that has a place for each feature, key by key."""
    scores = np.zeros(len(q))
    for j in range(len(K)):
        scores[j] = K[j] @ q
    return scores


def down_the_columns(q, K):
    """Take K[f, j] for feature f of key j."""
    return np.array([sum(q[f] * K[f, j] for f in range(len(q))) for j in range(len(K))])


def table_down_the_columns(Q, K):
    """Take K[f, j] for feature f of key j, for every query."""
    return np.array([down_the_columns(query, K) for query in Q])


def columns_for_keys(Q, K):
    """Fill a table with a column for each feature by a loop over the features."""
    return np.array([[query @ K[j] for j in range(K.shape[1])] for query in Q])


# (message, what is kept, hint): each is a mistake of the first two exercises.
LOOP_FAULTS = (
    (
        "your loop leaves out the last key, which keeps its 0",
        slice(0, -1),
        "range(m) counts 0, 1, … up to m - 1, which is the last key already.",
    ),
    (
        "your loop leaves out the first key, which keeps its 0",
        slice(1, None),
        "Rows are counted from 0: where does your loop start?",
    ),
    (
        "your loop fills the place of the first key and ends; the others keep their 0",
        slice(0, 1),
        "A return that is indented as far as the loop's body ends the loop at once.",
    ),
)


def loop_mistakes(right):
    """Return the loop mistakes of an exercise whose right answer is `right`."""

    def with_gaps(kept):
        return lambda q, K: some_keys(right(q, K), kept)

    return tuple(Mistake(message, with_gaps(kept), hint) for message, kept, hint in LOOP_FAULTS)


SCORES_LOOP_MISTAKES = (
    *loop_mistakes(lambda q, K: K @ q),
    Mistake(
        "your result is the score of the last key alone",
        lambda q, K: K[-1] @ q,
        "In a loop, `=` replaces what was there. Where do the scores gather?",
    ),
    Mistake(
        "your result is an array with the score of the first key alone",
        lambda q, K: K[:1] @ q,
        "If you wrote a loop: is the `return` line inside it?",
    ),
    Mistake(
        "your result is the best score alone",
        lambda q, K: np.max(K @ q),
        "Every key gets its score here, the bad ones too.",
    ),
    Mistake(
        "your result is the number of the best key, not the scores",
        lambda q, K: np.argmax(K @ q),
        "Every key gets its score here. Choosing among them comes in lesson 2.",
    ),
    Mistake(
        "your score leaves out the last feature",
        lambda q, K: K[:, :-1] @ q[:-1],
        "range(d) counts 0, 1, … up to d - 1, which is the last feature already.",
    ),
    Mistake(
        "your result has a place for each feature, not one for each key",
        places_for_features,
        "How many keys are there? Compare len(q) with len(K).",
    ),
    Mistake(
        "your loop reads K[f, j] for feature f of key j: rows and columns are exchanged",
        down_the_columns,
        "A key is a row of K. Which index of K[row, column] is the key's?",
    ),
    Mistake(
        "your scores are divided by the length of the query",
        lambda q, K: K @ q / length(q),
        "That makes shadows of them. A score is the plain sum of the products.",
    ),
    Mistake(
        "your scores are divided by the lengths of the keys",
        lambda q, K: K @ q / lengths(K),
        "Here a longer key may score more. Lengths come in the next exercise.",
    ),
    Mistake(
        "your result is a table with one row, of shape (1, m)",
        lambda q, K: q[None] @ K.T,
        "q is a vector of shape (d,). It needs no second axis.",
    ),
)

COSINE_LOOP_MISTAKES = (
    *loop_mistakes(cosines),
    Mistake(
        "your result is the cosine of the first key alone",
        lambda q, K: cosines(q, K)[0],
        "If you wrote a loop: is the `return` line inside it?",
    ),
    Mistake(
        "your result is the cosine of the last key alone",
        lambda q, K: cosines(q, K)[-1],
        "In a loop, `=` replaces what was there. Where do the cosines gather?",
    ),
    Mistake(
        "your |q| is abs(q), the absolute value of each feature, not the length",
        lambda q, K: K @ q / (np.abs(q) * lengths(K)),
        "A length is one number: the root of the sum of the squares.",
    ),
    Mistake(
        "your |q| and |k| are absolute values of each feature, not lengths",
        lambda q, K: K @ q / (np.abs(q) * np.abs(K)),
        "A length is one number: the root of the sum of the squares.",
    ),
    Mistake(
        "your result is divided by the query's length twice, by the keys' not at all",
        lambda q, K: K @ q / np.sum(q * q),
        "What happens to your result when one key is doubled?",
    ),
    Mistake(
        "your result is divided by the keys' lengths twice, by the query's not at all",
        lambda q, K: K @ q / lengths(K) ** 2,
        "What happens to your result when the query is doubled?",
    ),
    Mistake(
        "your lengths are plain sums of the features, without squares and root",
        lambda q, K: K @ q / (K.sum(axis=-1) * q.sum()),
        "The arrow (3, 4) has the length 5, the root of 9 + 16.",
    ),
    Mistake(
        "your result is divided by how many features and how many keys there are",
        lambda q, K: K @ q / (len(q) * len(K)),
        "len() counts. The length of an arrow is something else.",
    ),
)

PAIRWISE_LOOP_MISTAKES = (
    Mistake(
        "your loops leave out the last query and the last key, which keep their 0",
        lambda Q, K: np.pad(Q[:-1] @ K[:-1].T, ((0, 1), (0, 1))),
        "range(n) counts 0, 1, … up to n - 1, which is the last one already.",
    ),
    Mistake(
        "your loop leaves out the last key, whose column keeps its 0",
        lambda Q, K: np.pad(Q @ K[:-1].T, ((0, 0), (0, 1))),
        "range(m) counts 0, 1, … up to m - 1, which is the last key already.",
    ),
    Mistake(
        "your loop fills the row of the first query and ends; the others keep their 0",
        lambda Q, K: np.pad(Q[:1] @ K.T, ((0, len(Q) - 1), (0, 0))),
        "A return that is indented as far as the loop's body ends the loop at once.",
    ),
    Mistake(
        "your loop fills the first place of the table and ends; the others keep their 0",
        lambda Q, K: np.pad(Q[:1] @ K[:1].T, ((0, len(Q) - 1), (0, len(K) - 1))),
        "A return that is indented as far as the loop's body ends the loop at once.",
    ),
    Mistake(
        "your scores are cut to whole numbers",
        lambda Q, K: (Q @ K.T).astype(int),
        "An array made with dtype=int cannot hold 0.5.",
    ),
    Mistake(
        "your total goes on from key to key: each score contains those before it in its row",
        lambda Q, K: np.cumsum(Q @ K.T, axis=1),
        "Where must the total be set to 0: before the loop over the keys, or inside it?",
    ),
    Mistake(
        "your total goes on through the table: each score contains all those before it",
        lambda Q, K: np.cumsum(Q @ K.T).reshape(len(Q), len(K)),
        "Where must the total be set to 0: before the loops, or inside the inner one?",
    ),
    Mistake(
        "your score is the product of the last feature alone",
        lambda Q, K: np.outer(Q[:, -1], K[:, -1]),
        "In a loop, `=` replaces what was there. What adds to it?",
    ),
    Mistake(
        "your loop takes one key for each query, side by side as zip does",
        lambda Q, K: np.array([query @ key for query, key in zip(Q, K)]),
        "n queries and m keys make n times m pairs. One loop stands inside the other.",
    ),
    Mistake(
        "your loop reads K[f, j] for feature f of key j: rows and columns are exchanged",
        table_down_the_columns,
        "A key is a row of K. Which index of K[row, column] is the key's?",
    ),
    Mistake(
        "your loop over the keys counts features: K.shape[1] of them",
        columns_for_keys,
        "How many keys are there? Compare len(K) with K.shape[1].",
    ),
    Mistake(
        "your keys are compared with each other; Q is not used",
        lambda Q, K: K @ K.T,
        "Rows are queries, columns are keys. Which letter stands twice in your product?",
    ),
)
