"""Lesson 3: what a class really hands in for scaled_scores, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis


def turned(K):
    """Return K with its last two axes exchanged."""
    return np.swapaxes(K, -1, -2)


def share(scores, axis=-1):
    """Return the softmax along `axis`."""
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def right_scores(Q, K):
    """Return the scores as they should be."""
    return Q @ turned(K) / Q.shape[-1] ** 0.5


def three_axes(Q, K):
    """Return the scores of one batch, as a loop or a transposition of three axes does."""
    if Q.ndim != 3:
        raise ValueError("axes don't match array")
    return right_scores(Q, K)


def reshaped(K):
    """Return K cut into rows anew, in the shape that a transposed K has."""
    return K.reshape(*K.shape[:-2], K.shape[-1], K.shape[-2])


def unit(rows):
    """Return the rows with length 1."""
    return rows / np.sqrt((rows * rows).sum(axis=-1, keepdims=True))


# (message, scores, hint): each is a mistake of both exercises.
SCORE_FAULTS = (
    (
        "your scores are not divided by √d_k",
        lambda Q, K: Q @ turned(K),
        "One factor of the equation is missing: what does the lesson do to scores that grow?",
    ),
    (
        "your scores are divided by d_k instead of √d_k (or by √d_k twice)",
        lambda Q, K: Q @ turned(K) / Q.shape[-1],
        "The variance of a dot product grows as d_k. How does its typical size grow?",
    ),
    (
        "your scores are divided by d_k and then by 2",
        lambda Q, K: Q @ turned(K) / Q.shape[-1] / 2,
        "Python reads d_k**1/2 as (d_k**1) / 2. The root is d_k**0.5.",
    ),
    (
        "your scores are multiplied by √d_k instead of divided",
        lambda Q, K: Q @ turned(K) * Q.shape[-1] ** 0.5,
        "The scale should make large scores smaller.",
    ),
    (
        "your scores are divided by √m, the number of keys",
        lambda Q, K: Q @ turned(K) / K.shape[-2] ** 0.5,
        "How many products does one dot product add up? That number is an axis of Q and of K.",
    ),
    (
        "your scores are divided by √n, the number of queries",
        lambda Q, K: Q @ turned(K) / Q.shape[-2] ** 0.5,
        "How many products does one dot product add up? That number is an axis of Q and of K.",
    ),
    (
        "your scores are divided by √len(K), the first axis of K",
        lambda Q, K: Q @ turned(K) / len(K) ** 0.5,
        "Count axes from the end: d_k is the last axis, whatever stands before it.",
    ),
    (
        "your scores are divided by √len(Q), the first axis of Q",
        lambda Q, K: Q @ turned(K) / len(Q) ** 0.5,
        "Count axes from the end: d_k is the last axis, whatever stands before it.",
    ),
    (
        "your scale uses shape[1], which is d_k only while there are two axes",
        lambda Q, K: Q @ turned(K) / Q.shape[1] ** 0.5,
        "Count axes from the end: the last one is -1.",
    ),
    (
        "your scores are divided by 2, whatever d_k is",
        lambda Q, K: Q @ turned(K) / 2,
        "2 is √4, and 4 is the d_k of the lesson's example. Ask Q for its own.",
    ),
    (
        "your scores are divided by 8, whatever d_k is",
        lambda Q, K: Q @ turned(K) / 8,
        "8 is √64, and 64 is the d_k of the paper. Ask Q for its own.",
    ),
    (
        "your scale uses shape[2], which is d_k only while there are three axes",
        lambda Q, K: Q @ turned(K) / Q.shape[2] ** 0.5,
        "Count axes from the end: the last one is -1.",
    ),
    (
        "your function takes three axes, no fewer and no more",
        three_axes,
        "Count axes from the end: np.swapaxes(A, -1, -2) takes any number of them.",
    ),
    (
        "your K is reshaped, not transposed: its numbers are cut into rows anew",
        lambda Q, K: Q @ reshaped(K) / Q.shape[-1] ** 0.5,
        "A key must become a column with the same numbers in it. Which two axes change places?",
    ),
    (
        "your scores are cosines: the lengths of the rows are divided away",
        lambda Q, K: unit(Q) @ turned(unit(K)),
        "Attention keeps the lengths of queries and keys and divides by one number for all.",
    ),
    (
        "your function is right for two axes and stops when leading axes come first",
        lambda Q, K: Q @ K.T / Q.shape[-1] ** 0.5,
        "A score takes only the last two axes of K; `.T` turns round all. Which two change places, "
        "counted from the end?",
    ),
    (
        "your function exchanges axes 1 and 2 counted from the front, and stops at tables with two",
        lambda Q, K: Q @ np.swapaxes(K, 1, 2) / Q.shape[-1] ** 0.5,
        "Count axes from the end, where they stay the same however many stand in front.",
    ),
    (
        "your scores are not divided by √d_k, and leading axes stop your function",
        lambda Q, K: Q @ K.T,
        "First the scale. Then: K.T turns round all axes; which two should change places?",
    ),
    (
        "your scores have a row for each key: rows and columns are exchanged",
        lambda Q, K: K @ turned(Q) / Q.shape[-1] ** 0.5,
        "Rows are queries. The left table of a matrix product gives the rows of the result.",
    ),
    (
        "your product is Q @ K: the queries meet the columns of K, not its rows",
        lambda Q, K: Q @ K / Q.shape[-1] ** 0.5,
        "The left table's columns must match the right table's rows. Which one has to be turned?",
    ),
)

SCORE_MISTAKES = (
    *(Mistake(*fault) for fault in SCORE_FAULTS),
    Mistake(
        "your product runs over the words instead of the d_k features, as Qᵀ K does",
        lambda Q, K: turned(Q) @ K / Q.shape[-1] ** 0.5,
        "Each score compares one row of Q with one row of K. Which of the two must be turned?",
    ),
    Mistake(
        "your function compares every table with every other, as np.dot does on leading axes",
        lambda Q, K: np.dot(Q, turned(K)) / Q.shape[-1] ** 0.5,
        "The operator @ keeps leading axes in step; np.dot and np.inner do not.",
    ),
    Mistake(
        "your scores have gone through the softmax already",
        lambda Q, K: share(right_scores(Q, K)),
        "Weights come in the next exercise. Here the scores alone are asked for.",
    ),
    Mistake(
        "your scores come together with the weights",
        lambda Q, K: (right_scores(Q, K), share(right_scores(Q, K))),
        "Weights come in the next exercise. Here the scores alone are asked for.",
    ),
    Mistake(
        "your result holds the products, feature by feature; they are not added up yet",
        lambda Q, K: Q[..., :, None, :] * K[..., None, :, :] / Q.shape[-1] ** 0.5,
        "Its last axis holds the d_k features. Which axis has to disappear in a sum?",
    ),
    Mistake(
        "your scores are cut down to whole numbers",
        lambda Q, K: Q @ turned(K) // Q.shape[-1] ** 0.5,
        "// divides and drops what stands behind the point; / keeps it.",
    ),
    Mistake(
        "your product is Q * K, which multiplies place by place",
        lambda Q, K: Q * K / Q.shape[-1] ** 0.5,
        "A matrix product has a sign of its own in Python: @. Which of the two is turned for it?",
    ),
    Mistake(
        "your root of d_k is cut to a whole number, as int(...) does",
        lambda Q, K: Q @ turned(K) / int(Q.shape[-1] ** 0.5),
        "√64 is whole, √5 is not. Leave the root as it is.",
    ),
    one_leading_axis(right_scores),
)
