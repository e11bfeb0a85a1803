"""Lesson 1: what a class really hands in for dot products and tables of scores."""

import numpy as np

from course_utils.checks.check import Mistake


def lengths(K):
    """Return the length of every row."""
    return np.sqrt(np.sum(K * K, axis=-1))


def length(q):
    """Return the length of one vector, by whatever axes: the root of the sum of all squares."""
    return np.sqrt(np.sum(q * q))


def as_many_as_features(q, K):
    """Return one score for each feature number, which runs out of keys where d > m."""
    return np.array([K[i] @ q for i in range(len(q))])


def three_keys(q, K):
    """Return the scores of three keys, however many there are."""
    return np.array([K[j] @ q for j in range(3)])


def exchanged_places(Q, K):
    """Fill a table of queries by keys as if it were one of keys by queries."""
    table = np.zeros((len(Q), len(K)))
    for i in range(len(Q)):
        for j in range(len(K)):
            table[j, i] = Q[i] @ K[j]
    return table


def as_many_keys_as_queries(Q, K):
    """Run both loops over the queries."""
    return np.array([[Q[i] @ K[j] for j in range(len(Q))] for i in range(len(Q))])


SCORES_MISTAKES = (
    Mistake(
        "your result holds the products, feature by feature; they are not added up yet",
        lambda q, K: K * q,
        "A row of products belongs to one key. What turns a row into one number?",
    ),
    Mistake(
        "your result adds up over the keys (axis=0): one number for each feature",
        lambda q, K: (K * q).sum(axis=0),
        "K has one row for each key. Which has to disappear in the sum: rows or columns?",
    ),
    Mistake(
        "your result is a single number: the scores of all keys added together",
        lambda q, K: (K * q).sum(),
        "A sum without an axis adds up everything. Each key needs a sum of its own.",
    ),
    Mistake(
        "your result is the score of the first key alone",
        lambda q, K: K[0] @ q,
        "If you wrote a loop: is the `return` line inside it?",
    ),
    Mistake(
        "your result is the average of the products, not their sum",
        lambda q, K: (K * q).mean(axis=-1),
        "A dot product is a tally: it adds, and divides by nothing.",
    ),
    Mistake(
        "your result is the cosine: the scores are divided by the lengths",
        lambda q, K: K @ q / (lengths(K) * length(q)),
        "That is the next exercise. Here a longer key may score more.",
    ),
    Mistake(
        "your scores are divided by the square root of the number of features",
        lambda q, K: K @ q / np.sqrt(len(q)),
        "That belongs to lesson 3. Here a score is the plain dot product.",
    ),
    Mistake(
        "your result is the distance from the query to each key",
        lambda q, K: lengths(K - q),
        "A distance is small where two vectors agree; a score is large. Multiply, do not subtract.",
    ),
    Mistake(
        "your scores have lost their sign",
        lambda q, K: np.abs(K @ q),
        "Where two features disagree, the tally goes down, and it may end below 0.",
    ),
    Mistake(
        "your result is a table with one column, of shape (m, 1)",
        lambda q, K: K @ q[:, None],
        "q is a vector of shape (d,). It needs no second axis.",
    ),
    Mistake(
        "your product pairs the query with the columns of K, not with its rows",
        lambda q, K: K.T @ q,
        "`A @ q` pairs q with each row of A. Are the keys the rows of what you wrote there?",
    ),
    Mistake(
        "your loop makes one score for each feature, not one for each key",
        as_many_as_features,
        "How many keys are there? Compare len(q) with len(K).",
    ),
    Mistake(
        "your loop makes three scores, however many keys there are",
        three_keys,
        "The number of keys is len(K).",
    ),
    Mistake(
        "your total goes on from key to key: each score contains those before it",
        lambda q, K: np.cumsum(K @ q),
        "Where must the total be set to 0: before the loop over the keys, or inside it?",
    ),
    Mistake(
        "your score is the product of the last feature alone",
        lambda q, K: K[:, -1] * q[-1],
        "In a loop, `=` replaces what was there. What adds to it?",
    ),
    Mistake(
        "your score adds up the first two features alone",
        lambda q, K: K[:, :2] @ q[:2],
        "There may be more than two features: len(q) of them.",
    ),
    Mistake(
        "your scores are cut to whole numbers",
        lambda q, K: (K @ q).astype(int),
        "An array made with dtype=int cannot hold 0.5.",
    ),
    Mistake(
        "your product is K.T * q, whose rows are features, so q does not line up with the keys",
        lambda q, K: (K.T * q).sum(axis=0),
        "Write down the shapes of q, K and K.T. Whose rows are as long as q?",
    ),
)

PAIRWISE_MISTAKES = (
    Mistake(
        "your table is transposed: its rows are the keys, its columns the queries",
        lambda Q, K: K @ Q.T,
        "Row i of the table belongs to query i. Which of the two should stand first?",
    ),
    Mistake(
        "your product transposes the queries (Q.T @ K), so it multiplies features by features",
        lambda Q, K: Q.T @ K,
        "`A @ B` pairs the rows of A with the columns of B. What should stand in those columns?",
    ),
    Mistake(
        "your product pairs the queries with the columns of K, not with its rows",
        lambda Q, K: Q @ K,
        "`A @ B` pairs the rows of A with the columns of B. What should stand in those columns?",
    ),
    Mistake(
        "your product is Q * K.T, which multiplies place by place",
        lambda Q, K: Q * K.T,
        "A matrix product has a sign of its own in Python. The lesson uses it.",
    ),
    Mistake(
        "your K is reshaped to (d, m), not transposed: its numbers are cut into rows anew",
        lambda Q, K: Q @ K.reshape(K.shape[1], K.shape[0]),
        "A key must become a column with the same numbers in it. Print K and what you made of it.",
    ),
    Mistake(
        "your queries are compared with each other; K is not used",
        lambda Q, K: Q @ Q.T,
        "Rows are queries, columns are keys. Which letter stands twice in your product?",
    ),
    Mistake(
        "your loop fills place [j, i] with query i and key j: rows and columns are exchanged",
        exchanged_places,
        "In table[row, column] the row is the query's number.",
    ),
    Mistake(
        "your table has as many columns as queries: both loops run over the queries",
        as_many_keys_as_queries,
        "How many columns should there be? Compare len(Q) with len(K).",
    ),
    Mistake(
        "your result pairs query i with key i alone, not every query with every key",
        lambda Q, K: (Q * K).sum(axis=-1),
        "n queries and m keys make n times m pairs. `*` pairs only what stands in the same place.",
    ),
    Mistake(
        "your result holds the products, feature by feature; they are not added up yet",
        lambda Q, K: Q[:, None, :] * K[None, :, :],
        "Its shape is (n, m, d). Which axis has to disappear in a sum?",
    ),
    Mistake(
        "your scores stand in one long row of n times m numbers",
        lambda Q, K: (Q @ K.T).ravel(),
        "Make a table: a new row begins where the next query begins.",
    ),
    Mistake(
        "your result has the scores of the first query alone",
        lambda Q, K: K @ Q[0],
        "If you wrote a loop: is the `return` line inside it?",
    ),
    Mistake(
        "your result has the scores of the last query alone",
        lambda Q, K: K @ Q[-1],
        "In a loop, `=` replaces what was there. Where do the rows gather?",
    ),
    Mistake(
        "your result is a single number: all scores added together",
        lambda Q, K: (Q @ K.T).sum(),
        "A sum without an axis adds up everything. Each pair needs a sum of its own.",
    ),
    Mistake(
        "your result is the table of cosines: the scores are divided by the lengths",
        lambda Q, K: Q @ K.T / (lengths(Q)[:, None] * lengths(K)),
        "Here a score is the plain dot product; no length is divided out.",
    ),
    Mistake(
        "your scores are divided by the square root of the number of features",
        lambda Q, K: Q @ K.T / np.sqrt(Q.shape[-1]),
        "That belongs to lesson 3. Here a score is the plain dot product.",
    ),
    Mistake(
        "your table holds the distance of every query from every key",
        lambda Q, K: lengths(Q[:, None] - K),
        "A distance is small where two vectors agree; a score is large. Multiply, do not subtract.",
    ),
)
