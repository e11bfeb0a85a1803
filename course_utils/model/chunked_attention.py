"""Lesson 11: attention for long texts, without ever holding all n x m weights."""

import numpy as np


def chunked_attention(Q, K, V, mask=None, chunk=512):
    """Return the output of `attention`, computed in blocks of queries and keys; no weights.

    Shapes: Q (..., n queries, d_k), K (..., m keys, d_k), V (..., m keys, d_v),
    mask (..., n, m) boolean, True = may attend -> (..., n, d_v). It needs room for one block of
    chunk x chunk scores instead of n x m. The leading axes are done one after the other.
    Lesson 11; Milakov & Gimelshein 2018, Rabe & Staats 2021.

    >>> chunked_attention(np.zeros((1, 2)), np.ones((2, 2)), np.array([[2.0], [4.0]]))
    array([[3.]])
    """
    leading = np.broadcast_shapes(Q.shape[:-2], K.shape[:-2], V.shape[:-2])
    n, m = Q.shape[-2], K.shape[-2]
    Q, K, V = (np.broadcast_to(A, leading + A.shape[-2:]) for A in (Q, K, V))
    if mask is not None:
        mask = np.broadcast_to(mask, (*leading, n, m))
    out = np.empty((*leading, n, V.shape[-1]), np.result_type(Q, K, V))
    for i in np.ndindex(*leading):
        for start in range(0, n, chunk):
            rows = slice(start, start + chunk)
            allowed = None if mask is None else mask[i][rows]
            out[i][rows] = running_attention(Q[i][rows], K[i], V[i], allowed, chunk)
    return out


def running_attention(Q, K, V, mask=None, chunk=512):
    """Return attention's output for one block of queries, reading the keys block by block.

    Shapes: Q (n, d_k), K (m, d_k), V (m, d_v), mask (n, m) boolean -> (n, d_v). Only the largest
    score so far, the sum of exponentials and the weighted sum of values are kept; when a larger
    score turns up, both sums are scaled down to it. Lesson 11.

    >>> V = np.array([[1.0], [2.0], [6.0]])
    >>> running_attention(np.ones((1, 1)), np.ones((3, 1)), V, chunk=2)
    array([[3.]])
    """
    Q = Q / Q.shape[-1] ** 0.5
    # Low enough to be replaced at once, high enough that a difference does not overflow.
    largest = np.full((len(Q), 1), np.finfo(Q.dtype).min / 2, Q.dtype)  # (n, 1)
    total, mixed = np.zeros_like(largest), np.zeros((len(Q), V.shape[-1]), Q.dtype)
    for start in range(0, len(K), chunk):
        keys = slice(start, start + chunk)
        scores = Q @ K[keys].T  # (n, chunk)
        if mask is not None:
            np.copyto(scores, -np.inf, where=~mask[:, keys])
        before, largest = largest, np.maximum(largest, np.max(scores, axis=-1, keepdims=True))
        weights = np.exp(np.subtract(scores, largest, out=scores), out=scores)
        shrink = np.exp(before - largest)  # (n, 1)
        total = total * shrink + np.sum(weights, axis=-1, keepdims=True)
        mixed = mixed * shrink + weights @ V[keys]  # (n, d_v)
    return mixed / np.where(total > 0, total, 1.0)
