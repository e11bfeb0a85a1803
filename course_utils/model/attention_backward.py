"""Lesson 9: attention backwards, by hand."""

import numpy as np


def attention_backward(d_out, Q, K, V, weights):
    """Return how a loss changes with Q, K and V, given how it changes with attention's output.

    Shapes: d_out (..., n, d_v), Q (..., n, d_k), K (..., m, d_k), V (..., m, d_v) and weights
    (..., n, m) as `attention` gave them -> ((..., n, d_k), (..., m, d_k), (..., m, d_v)).
    Masks need no care here: a masked weight is 0, and so is its gradient. Lesson 9.

    >>> grads = attention_backward(*(np.ones((1, 1)) for _ in range(5)))
    >>> [g.item() for g in grads]
    [0.0, 0.0, 1.0]
    """
    d_k = Q.shape[-1]
    dV = np.swapaxes(weights, -1, -2) @ d_out  # (..., m, d_v)
    d_weights = d_out @ np.swapaxes(V, -1, -2)  # (..., n, m)
    average = np.sum(weights * d_weights, axis=-1, keepdims=True)  # (..., n, 1)
    d_scores = weights * (d_weights - average) / d_k**0.5  # (..., n, m)
    return d_scores @ K, np.swapaxes(d_scores, -1, -2) @ Q, dV
