"""Lesson 5: a sentence attends to itself."""

from course_utils.model.attention import attention


def self_attention(X, W_Q, W_K, W_V, mask=None):
    """Return what each word gathers from its own sentence, and the weights.

    Shapes: X (..., n words, d_model), W_Q and W_K (d_model, d_k), W_V (d_model, d_v),
    mask (..., n, n) boolean, True = may attend -> ((..., n, d_v), (..., n queries, n keys)).
    Queries, keys and values are three views of the same X. Lesson 5; Vaswani et al. 2017, 3.2.

    >>> import numpy as np
    >>> self_attention(np.eye(2), np.zeros((2, 3)), np.zeros((2, 3)), np.array([[2.0], [6.0]]))[0]
    array([[4.],
           [4.]])
    """
    return attention(X @ W_Q, X @ W_K, X @ W_V, mask)


def attention_share(weights, queries, keys):
    """Return how much of their attention some queries give to some keys, one number for each head.

    Shapes: weights (..., n queries, m keys), queries (a,) and keys (b,) different indices from
    0 -> (...), from 0 to 1: the weights summed over the chosen keys, averaged over the chosen
    queries. Lesson 5.

    >>> import numpy as np
    >>> attention_share(np.array([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]]), [0, 1], [0, 2]).item()
    0.875
    """
    asked = weights[..., queries, :]  # (..., a, m)
    return asked[..., keys].sum(axis=-1).mean(axis=-1)  # (..., a, b) -> (..., a) -> (...)
