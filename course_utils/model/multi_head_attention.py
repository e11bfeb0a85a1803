"""Lesson 7: several attentions side by side."""

import numpy as np

from course_utils.model.attention import attention


def split_heads(X, heads):
    """Return X cut along its features into heads, each with every word.

    Shapes: X (..., n words, d) with d divisible by heads -> (..., heads, n, d / heads).
    Head h gets the features from h * d / heads on. Lesson 7; Vaswani et al. 2017, 3.2.2.

    >>> split_heads(np.arange(8).reshape(2, 4), heads=2).tolist()
    [[[0, 1], [4, 5]], [[2, 3], [6, 7]]]
    """
    *leading, n, d = X.shape
    cut = np.reshape(X, (*leading, n, heads, d // heads))
    return np.swapaxes(cut, -2, -3)  # (..., heads, n, d / heads)


def merge_heads(X):
    """Return the heads laid side by side again: undoes `split_heads`.

    Shapes: X (..., heads, n words, d_head) -> (..., n, heads * d_head). Lesson 7.

    >>> merge_heads(np.array([[[0, 1], [4, 5]], [[2, 3], [6, 7]]])).tolist()
    [[0, 1, 2, 3], [4, 5, 6, 7]]
    """
    *leading, heads, n, d_head = X.shape
    side_by_side = np.swapaxes(X, -2, -3)  # (..., n, heads, d_head)
    return np.reshape(side_by_side, (*leading, n, heads * d_head))


def multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Return what all heads gathered, mixed by W_O, and the weights of each head.

    Shapes: X_Q (..., n, d_model) asks, X_KV (..., m, d_model) answers, W_Q and W_K
    (d_model, heads * d_k), W_V (d_model, heads * d_v), W_O (heads * d_v, d_model), mask
    (..., n, m) boolean for all heads alike -> ((..., n, d_model), (..., heads, n, m)).
    Lesson 7; Vaswani et al. 2017, section 3.2.2.

    >>> X, W = np.ones((3, 4)), np.eye(4)
    >>> [a.shape for a in multi_head_attention(X, X[:2], W, W, W, W, heads=2)]
    [(3, 4), (2, 3, 2)]
    """
    Q = split_heads(X_Q @ W_Q, heads)  # (..., heads, n, d_k)
    K = split_heads(X_KV @ W_K, heads)  # (..., heads, m, d_k)
    V = split_heads(X_KV @ W_V, heads)  # (..., heads, m, d_v)
    if mask is not None:
        mask = np.expand_dims(mask, -3)  # (..., 1, n, m)
    gathered, weights = attention(Q, K, V, mask)  # (..., heads, n, d_v), (..., heads, n, m)
    return merge_heads(gathered) @ W_O, weights
