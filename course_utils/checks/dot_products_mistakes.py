"""Lesson 1: what a class really hands in for dot products, cosines and tables of scores."""

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
)

COSINE_MISTAKES = (
    Mistake(
        "your result is the plain dot product: no length is divided out",
        lambda q, K: K @ q,
        "A cosine may not change when a vector gets longer. What must be divided out?",
    ),
    Mistake(
        "your result is divided by the lengths of the keys, but not by that of the query",
        lambda q, K: K @ q / lengths(K),
        "What happens to your result when the query is doubled?",
    ),
    Mistake(
        "your result is divided by the length of the query, but not by those of the keys",
        lambda q, K: K @ q / length(q),
        "What happens to your result when one key is doubled?",
    ),
    Mistake(
        "your result is multiplied by the length of the query, not divided by it",
        lambda q, K: K @ q / lengths(K) * length(q),
        "Python goes from left to right: a / b * c is (a / b) * c. Where do brackets belong?",
    ),
    Mistake(
        "your result is multiplied by the lengths of the keys, not divided by them",
        lambda q, K: K @ q / length(q) * lengths(K),
        "Python goes from left to right: a / b * c is (a / b) * c. Where do brackets belong?",
    ),
    Mistake(
        "your result is divided by the squares of the lengths: the roots are missing",
        lambda q, K: K @ q / (lengths(K) ** 2 * length(q) ** 2),
        "The sum of the squares is the square of the length. Which step is left?",
    ),
    Mistake(
        "your result is divided by the sum of the two lengths, not by their product",
        lambda q, K: K @ q / (lengths(K) + length(q)),
        "Dot product = one length times the other times the cosine. Solve for the cosine.",
    ),
    Mistake(
        "your result takes one length for all keys together",
        lambda q, K: K @ q / (length(K) * length(q)),
        "A sum, or np.linalg.norm, without an axis takes the whole of K. Each key has its own.",
    ),
    Mistake(
        "your lengths are those of the columns of K (axis=0), not of its rows",
        lambda q, K: K @ q / (np.sqrt(np.sum(K * K, axis=0)) * length(q)),
        "Compare the shape of your lengths with that of the scores. Which axis holds the features?",
    ),
    Mistake(
        "your result is divided by the number of features, not by the lengths",
        lambda q, K: K @ q / (len(q) * K.shape[1]),
        "len() counts the numbers in a vector. The length of its arrow is something else.",
    ),
    Mistake(
        "your lengths are the sums of the absolute features, without squares and root",
        lambda q, K: K @ q / (np.abs(K).sum(axis=-1) * np.abs(q).sum()),
        "The arrow (3, 4) has the length 5, not 7.",
    ),
    Mistake(
        "your cosines have lost their sign",
        lambda q, K: np.abs(K @ q) / (lengths(K) * length(q)),
        "An arrow that points the other way has a cosine below 0.",
    ),
    Mistake(
        "your result is the angle itself, not its cosine",
        lambda q, K: np.arccos(np.clip(K @ q / (lengths(K) * length(q)), -1, 1)),
        "You went one step too far: the quotient is the cosine already.",
    ),
    Mistake(
        "your result is 1 minus the cosine, a distance",
        lambda q, K: 1 - K @ q / (lengths(K) * length(q)),
        "A similarity is largest, 1, for the same direction. Yours is smallest there.",
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
