"""Lesson 1: what a class really hands in for cosines, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.dot_products_mistakes import length, lengths

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
    Mistake(
        "your result is divided by the square of the query's length: its root is missing",
        lambda q, K: K @ q / (lengths(K) * length(q) ** 2),
        "Two roots are needed, one for the query and one for each key.",
    ),
    Mistake(
        "your result is divided by the squares of the keys' lengths: their roots are missing",
        lambda q, K: K @ q / (lengths(K) ** 2 * length(q)),
        "Two roots are needed, one for the query and one for each key.",
    ),
    Mistake(
        "your lengths are roots of plain sums: the features are not squared",
        lambda q, K: K @ q / (np.sqrt(K.sum(axis=-1)) * np.sqrt(q.sum())),
        "The arrow (3, 4) has the length 5, the root of 9 + 16.",
    ),
    Mistake(
        "your result is a table: the lengths of the keys stand in a column of shape (m, 1)",
        lambda q, K: K @ q / (lengths(K)[:, None] * length(q)),
        "Scores of shape (m,) need lengths of shape (m,). Which option made the column?",
    ),
    Mistake(
        "your result is a single number for all keys together",
        lambda q, K: (K * q).sum() / (length(K) * length(q)),
        "A sum without an axis adds up everything. Each key needs a cosine of its own.",
    ),
    Mistake(
        "your result is the angle in degrees, not its cosine",
        lambda q, K: np.degrees(np.arccos(np.clip(K @ q / (lengths(K) * length(q)), -1, 1))),
        "You went two steps too far: the quotient is the cosine already.",
    ),
)
