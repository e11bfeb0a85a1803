"""Lesson 3: scaled dot-product attention."""

import numpy as np

from course_utils.model.masks import masked_softmax
from course_utils.model.softmax import softmax


def scaled_scores(Q, K):
    """Return the dot product of every query with every key, divided by the square root of d_k.

    Shapes: Q (..., n queries, d_k), K (..., m keys, d_k) -> (..., n, m). Logits, any real number;
    for random queries and keys of spread 1 their spread is about 1, whatever d_k is.
    Lesson 3; Vaswani et al. 2017, eq. 1.

    >>> scaled_scores(np.ones((1, 4)), np.array([[1.0, 1.0, 1.0, 1.0], [3.0, 0.0, 0.0, -1.0]]))
    array([[2., 1.]])
    """
    d_k = Q.shape[-1]
    return Q @ np.swapaxes(K, -1, -2) / d_k**0.5  # (..., n, m)


def attention(Q, K, V, mask=None):
    """Return each query's weighted average of the values, and the weights.

    Shapes: Q (..., n queries, d_k), K (..., m keys, d_k), V (..., m keys, d_v),
    mask (..., n, m) boolean, True = may attend -> ((..., n, d_v), (..., n, m)).
    Every row of the weights sums to 1; a query that may attend to nothing gets weights and
    output zero. Lessons 3 and 4; Vaswani et al. 2017, eq. 1.

    >>> output, weights = attention(np.zeros((1, 2)), np.ones((2, 2)), np.array([[2.0], [4.0]]))
    >>> output, weights
    (array([[3.]]), array([[0.5, 0.5]]))
    """
    scores = scaled_scores(Q, K)  # (..., n, m)
    weights = softmax(scores) if mask is None else masked_softmax(scores, mask)  # (..., n, m)
    return weights @ V, weights  # (..., n, d_v), (..., n, m)
