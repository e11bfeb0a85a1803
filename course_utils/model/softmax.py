"""Lesson 2: from scores to weights, and the soft look-up."""

import numpy as np

from course_utils.model.dot_products import dot_scores


def softmax(x, axis=-1):
    """Return weights along `axis`: positive, summing to 1, larger where x is larger.

    Shapes: x (...) -> the same. x are logits (any real number), the result probabilities.
    The maximum is subtracted first, which changes nothing but the overflow.
    Lesson 2; Bridle 1990.

    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def soft_lookup(q, K, V, temperature=1.0):
    """Return the average of the values, weighted by how well each key fits the query.

    Shapes: q (d,), K (m keys, d), V (m keys, d_v) -> (d_v,). `temperature` > 0 divides the
    scores: towards 0 the best key takes all, towards infinity all keys count alike.
    Lesson 2; attention with a single query and no scale.

    >>> soft_lookup(np.array([50.0]), np.array([[1.0], [0.0]]), np.array([[7.0], [9.0]]))
    array([7.])
    """
    weights = softmax(dot_scores(q, K) / temperature)  # (m,)
    return weights @ V
