"""Lesson 11: heads that look for what came after the same word before."""

import numpy as np


def induction_score(weights, period=None):
    """Return the mean weight on the word that followed this word one period ago.

    Shapes: weights (..., n queries, n keys) over a sequence that repeats every `period` words,
    by default n // 2, one half said twice -> (...), from 0 to 1. The first period, when nothing
    has been repeated yet, is not counted. Lesson 11; Olsson et al. 2022.

    >>> looks_back_two = np.eye(6, k=-2)
    >>> float(induction_score(looks_back_two, period=3))
    1.0
    """
    n = weights.shape[-1]
    if period is None:
        period = n // 2
    query = np.arange(period, n)  # (n - period,)
    return np.mean(weights[..., query, query - period + 1], axis=-1)


def knock_out(weights, query, key):
    """Return the weights with one link cut, the rest of that row scaled up to sum to 1 again.

    Shapes: weights (..., n queries, m keys), query and key indices -> the same. The same as
    masking the link before the softmax. A query that looked at nothing else gets zeros.
    Lesson 11.

    >>> knock_out(np.array([[0.5, 0.3, 0.2], [0.0, 1.0, 0.0]]), query=0, key=0).tolist()
    [[0.0, 0.6, 0.4], [0.0, 1.0, 0.0]]
    """
    n, m = weights.shape[-2:]
    row = np.arange(n)[:, None] == query % n  # (n, 1)
    kept = np.where(row & (np.arange(m) == key % m), 0.0, weights)  # (..., n, m)
    total = np.sum(kept, axis=-1, keepdims=True)  # (..., n, 1)
    return kept / np.where(row & (total > 0), total, 1.0)
