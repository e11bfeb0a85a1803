"""Lesson 8: what a class really hands in for additive_scores, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.scaled_scores_mistakes import share, turned


def all_pairs(asked, offered):
    """Return the sum of every projected query with every projected key: (..., n, m, d_a)."""
    return asked[..., :, None, :] + offered[..., None, :, :]


def made_of(pair=all_pairs, bend=np.tanh, finish=np.matmul):
    """Return an additive_scores in which one of the steps is another."""

    def additive_scores(Q, K, W_Q, W_K, v):
        return finish(bend(pair(Q @ W_Q, K @ W_K)), v)

    return additive_scores


def right_scores(Q, K, W_Q, W_K, v):
    """Return the scores as they should be."""
    return np.tanh(all_pairs(Q @ W_Q, K @ W_K)) @ v


def product_of_pairs(asked, offered):
    """Multiply feature by feature."""
    return asked[..., :, None, :] * offered[..., None, :, :]


def difference_of_pairs(asked, offered):
    """Subtract the key."""
    return asked[..., :, None, :] - offered[..., None, :, :]


def overflowing_tanh(x):
    """Write the tanh out with powers that overflow."""
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def exchanged_matrices(Q, K, W_Q, W_K, v):
    """Give each matrix to the other."""
    return np.tanh(all_pairs(Q @ W_K, K @ W_Q)) @ v


def keys_first(Q, K, W_Q, W_K, v):
    """Lay key and query end to end, over a matrix that begins with the queries' part."""
    n, m = Q.shape[-2], K.shape[-2]
    queries = np.repeat(Q[..., :, None, :], m, axis=-2)  # (..., n, m, d_q)
    keys = np.repeat(K[..., None, :, :], n, axis=-3)  # (..., n, m, d_k)
    return np.tanh(np.concatenate([keys, queries], -1) @ np.concatenate([W_Q, W_K])) @ v


def one_matrix(Q, K, W_Q, W_K, v):
    """Project queries and keys alike."""
    return np.tanh(all_pairs(Q @ W_Q, K @ W_Q)) @ v


def plain_queries(Q, K, W_Q, W_K, v):
    """Leave the queries as they are."""
    return np.tanh(all_pairs(Q, K @ W_K)) @ v


def plain_keys(Q, K, W_Q, W_K, v):
    """Leave the keys as they are."""
    return np.tanh(all_pairs(Q @ W_Q, K)) @ v


def transposed_matrices(Q, K, W_Q, W_K, v):
    """Turn the matrices, as where they stand on the left of a column."""
    return np.tanh(all_pairs(Q @ W_Q.T, K @ W_K.T)) @ v


def matrices_on_the_left(Q, K, W_Q, W_K, v):
    """Write the equation of the paper with rows instead of columns."""
    return np.tanh(all_pairs(W_Q @ Q, W_K @ K)) @ v


def bent_before(Q, K, W_Q, W_K, v):
    """Take the tanh of the vectors that came in."""
    return all_pairs(np.tanh(Q) @ W_Q, np.tanh(K) @ W_K) @ v


def dots(Q, K, W_Q, W_K, v):
    """Score by dot products of the projected vectors."""
    return (Q @ W_Q) @ turned(K @ W_K)


def bent_dots(Q, K, W_Q, W_K, v):
    """Take the tanh of dot products of the projected vectors."""
    return np.tanh(dots(Q, K, W_Q, W_K, v))


def v_between(Q, K, W_Q, W_K, v):
    """Score by dot products in which v weighs the features."""
    return (Q @ W_Q * v) @ turned(K @ W_K)


def plus_one_to_one(asked, offered):
    """Add without new axes: query i meets key i only."""
    return asked + offered


def axes_from_the_front(asked, offered):
    """Put the new axes where they belong for two axes alone."""
    return asked[:, None, :] + offered[None, :, :]


def keys_in_rows(asked, offered):
    """Put the new axes the other way round."""
    return asked[..., None, :, :] + offered[..., :, None, :]


ADDITIVE_MISTAKES = (
    Mistake(
        "your scores have no tanh",
        made_of(bend=lambda x: x),
        "Without it the sum is a number for the query plus a number for the key, and every query "
        "prefers the same key. What stands between the sum and v?",
    ),
    Mistake(
        "your network bends with max(0, ·) instead of tanh",
        made_of(bend=lambda x: np.maximum(x, 0.0)),
        "Many networks do so today. The equation here names another function.",
    ),
    Mistake(
        "your network bends with the logistic function 1 / (1 + exp(-x)) instead of tanh",
        made_of(bend=lambda x: 0.5 * (1.0 + np.tanh(0.5 * x))),
        "The function of the equation reaches from -1 to 1. NumPy has it.",
    ),
    Mistake(
        "your tanh is written with np.exp and overflows",
        made_of(bend=overflowing_tanh),
        "NumPy has this function, and it survives large numbers.",
    ),
    Mistake(
        "your queries and keys are multiplied feature by feature instead of added",
        made_of(pair=product_of_pairs),
        "The score is called additive. Which sign stands between the two projections?",
    ),
    Mistake(
        "your keys are subtracted from the queries instead of added",
        made_of(pair=difference_of_pairs),
        "The score is called additive. Which sign stands between the two projections?",
    ),
    Mistake(
        "your scores are dot products of the projected queries and keys",
        dots,
        "That is what came later. Here a sum goes through tanh, and v makes a number of it.",
    ),
    Mistake(
        "your scores are the tanh of dot products: v is not used",
        bent_dots,
        "Query and key are added: d_a numbers a pair. tanh bends each of them, and v adds them up.",
    ),
    Mistake(
        "your scores are dot products in which v weighs the features",
        v_between,
        "The sum of query and key is taken before v, and tanh stands between them.",
    ),
    Mistake(
        "your matrices are exchanged: W_K projects the queries and W_Q the keys",
        exchanged_matrices,
        "Each matrix has as many rows as the vectors that it projects have features.",
    ),
    Mistake(
        "your key stands before the query, while the matrix under it begins with W_Q",
        keys_first,
        "If you lay both end to end, vectors and matrices must come in the same order.",
    ),
    Mistake(
        "your keys are projected by W_Q, too",
        one_matrix,
        "Two matrices came in, one for each side.",
    ),
    Mistake(
        "your queries are not projected",
        plain_queries,
        "Queries and keys may have different sizes. What brings both to the same d_a features?",
    ),
    Mistake(
        "your keys are not projected",
        plain_keys,
        "Queries and keys may have different sizes. What brings both to the same d_a features?",
    ),
    Mistake(
        "your matrices are transposed",
        transposed_matrices,
        "In this course vectors are rows, and the matrix stands on their right as it is.",
    ),
    Mistake(
        "your matrices stand on the left of the vectors",
        matrices_on_the_left,
        "Vectors are rows here: (n, d_q) needs (d_q, d_a) on its right.",
    ),
    Mistake(
        "your tanh is taken of Q and K before they are projected",
        bent_before,
        "Read the equation from the inside: project, add, tanh, v.",
    ),
    Mistake(
        "your tanh is taken of each projection before they are added",
        made_of(pair=lambda a, b: all_pairs(np.tanh(a), np.tanh(b)), bend=lambda x: x),
        "First the sum, then the tanh. Otherwise query and key never meet.",
    ),
    Mistake(
        "your tanh is taken last, after v",
        made_of(bend=lambda x: x, finish=lambda x, v: np.tanh(x @ v)),
        "Each of the d_a features goes through tanh on its own, before v adds them up.",
    ),
    Mistake(
        "your features are added up without v",
        made_of(finish=lambda x, v: x.sum(axis=-1)),
        "Not all features count alike: what is v for?",
    ),
    Mistake(
        "your features are averaged, and v is forgotten",
        made_of(finish=lambda x, v: x.mean(axis=-1)),
        "Not all features count alike: what is v for?",
    ),
    Mistake(
        "your features are weighed by v and averaged instead of added up",
        made_of(finish=lambda x, v: (x * v).mean(axis=-1)),
        "The product with v is a dot product: it adds.",
    ),
    Mistake(
        "your last step is missing: there are still d_a numbers for each pair",
        made_of(finish=lambda x, v: x),
        "A score is one number. Which argument have you not used yet?",
    ),
    Mistake(
        "your numbers are multiplied by v and never added up",
        made_of(finish=lambda x, v: x * v),
        "A score is one number for each pair: a dot product with v.",
    ),
    Mistake(
        "your scores are divided by √d_a",
        made_of(finish=lambda x, v: x @ v / len(v) ** 0.5),
        "The scale belongs to dot products. tanh has bounded every feature already.",
    ),
    Mistake(
        "your scores have gone through the softmax already",
        made_of(finish=lambda x, v: share(x @ v)),
        "The scores alone are asked for here.",
    ),
    Mistake(
        "your scores have a row for each key: rows and columns are exchanged",
        made_of(pair=keys_in_rows),
        "Rows are queries. Where do the two new axes of length 1 stand?",
    ),
    Mistake(
        "your sum is right for two axes and stops when leading axes come first",
        made_of(pair=axes_from_the_front),
        "Count from the end: the new axis of the queries is the one before the features.",
    ),
    Mistake(
        "your query i meets key i only: the sum has no axis of its own for the keys",
        made_of(pair=plus_one_to_one),
        "Every query meets every key. Which axes of length 1 make NumPy form all sums?",
    ),
    Mistake(
        "your scores have an axis of length 1 left, which v got as a column",
        made_of(finish=lambda x, v: x @ v[:, None]),
        "`@ v` with v of shape (d_a,) takes the last axis away.",
    ),
    one_leading_axis(right_scores),
)
