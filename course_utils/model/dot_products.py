"""Lesson 1: how well one vector agrees with others."""

import numpy as np


def dot_scores(q, K):
    """Return the dot product of one query with every key.

    Shapes: q (d,), K (m keys, d) -> (m,). Any real number; grows with both lengths.
    Lesson 1; the numerator of Vaswani et al. 2017, eq. 1.

    >>> dot_scores(np.array([1.0, 2.0]), np.array([[3.0, 0.0], [1.0, 1.0]]))
    array([3., 3.])
    """
    return K @ q


def cosine_similarity(q, K):
    """Return the cosine of the angle between one query and every key, from -1 to 1.

    Shapes: q (d,), K (m keys, d) -> (m,). No vector may have length zero.
    Lesson 1.

    >>> cosine_similarity(np.array([1.0, 0.0]), np.array([[2.0, 0.0], [0.0, 5.0]]))
    array([1., 0.])
    """
    lengths = np.sqrt(np.sum(K * K, axis=-1)) * np.sqrt(np.sum(q * q))  # (m,)
    return K @ q / lengths


def pairwise_scores(Q, K):
    """Return the dot product of every query with every key, a row a query.

    Shapes: Q (n queries, d), K (m keys, d) -> (n, m).
    Lesson 1; Q @ K.T of Vaswani et al. 2017, eq. 1.

    >>> pairwise_scores(np.eye(2), np.array([[3.0, 0.0], [1.0, 1.0], [0.0, 2.0]]))
    array([[3., 1., 0.],
           [0., 1., 2.]])
    """
    return Q @ K.T
