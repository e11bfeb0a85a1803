"""Lesson 11: attention for long texts, without ever holding all n x m weights."""

import numpy as np


def chunked_attention(Q, K, V, mask=None, query_chunk=1024, key_chunk=224):
    """Return the output of `attention`, computed in blocks of queries and keys; no weights.

    Shapes: Q (..., n queries, d_k), K (..., m keys, d_k), V (..., m keys, d_v),
    mask (..., n, m) boolean, True = may attend -> (..., n, d_v). It needs room for one block of
    query_chunk x key_chunk scores instead of n x m. The leading axes are done one by one.
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
        for start in range(0, n, query_chunk):
            rows = slice(start, start + query_chunk)
            allowed = None if mask is None else mask[i][rows]
            out[i][rows] = running_attention(Q[i][rows], K[i], V[i], allowed, key_chunk)
    return out


def running_attention(Q, K, V, mask=None, key_chunk=224):
    """Return attention's output for one block of queries, reading the keys block by block.

    Shapes: Q (n, d_k), K (m, d_k), V (m, d_v), mask (n, m) boolean -> (n, d_v). Only the largest
    score so far, the sum of exponentials and the weighted sum of values are kept; when a larger
    score turns up, both sums are scaled down to it. Lesson 11.

    >>> V = np.array([[1.0], [2.0], [6.0]])
    >>> running_attention(np.ones((1, 1)), np.ones((3, 1)), V, key_chunk=2)
    array([[3.]])
    """
    n, d_k = Q.shape
    # exp(x) is 2 to the power x log2(e), and NumPy's powers of two are twice as fast as its exp.
    Q = stack_rows(Q)  # (stack, rows, d_k), a copy
    Q *= 1.4426950408889634 / d_k**0.5
    room = np.empty((*Q.shape[:-1], key_chunk), Q.dtype)  # for every block of scores in turn
    part = np.empty((*Q.shape[:-1], V.shape[-1]), Q.dtype)
    ones = np.ones((key_chunk, 1), Q.dtype)
    mixed, total = np.zeros_like(part), np.zeros_like(part[..., :1])
    # Low enough to be replaced at once, high enough that a difference does not overflow.
    largest = np.full_like(total, np.finfo(Q.dtype).min / 2)
    # No score exceeds the product of the lengths; below 60, 2^score neither overflows nor
    # vanishes in float32, and the search for the largest can be spared.
    small = longest(Q) * longest(K) <= 60
    for start in range(0, len(K), key_chunk):
        keys = slice(start, start + key_chunk)
        columns = np.ascontiguousarray(K[keys].T)  # (d_k, size)
        scores = np.matmul(Q, columns, out=room[..., : columns.shape[-1]])  # (stack, rows, size)
        if mask is not None:
            np.copyto(scores, -np.inf, where=stack_rows(~mask[:, keys]))
        if not small:
            largest = lower(scores, largest, total, mixed)
        weights = np.exp2(scores, out=scores)
        total += weights @ ones[: weights.shape[-1]]  # a sum, which BLAS does fastest
        mixed += np.matmul(weights, V[keys], out=part)  # (stack, rows, d_v)
    mixed /= np.where(total > 0, total, 1.0)
    return mixed.reshape(-1, V.shape[-1])[:n]


def lower(scores, largest, total, mixed):
    """Return the largest score of each row so far; everything is scaled down to it in place.

    Shapes: scores (..., n, size) as powers of two, largest and total (..., n, 1), mixed
    (..., n, d_v) -> (..., n, 1). Lesson 11; Milakov & Gimelshein 2018, algorithm 3.

    >>> scores, total, mixed = np.array([[5.0, 7.0]]), np.ones((1, 1)), np.ones((1, 1))
    >>> lower(scores, np.array([[4.0]]), total, mixed), scores, total
    (array([[7.]]), array([[-2.,  0.]]), array([[0.125]]))
    """
    now = np.maximum(largest, np.max(scores, axis=-1, keepdims=True))
    shrink = np.exp2(largest - now)
    scores -= now
    total *= shrink
    mixed *= shrink
    return now


def stack_rows(X, rows=64):
    """Return X cut into a stack of matrices of at most `rows` rows, the last filled with zeros.

    Shapes: X (n, d) -> (stack, rows, d). BLAS multiplies small matrices without first copying
    them into its own order, which for d = 64 takes as long as a seventh of the product.

    >>> stack_rows(np.ones((5, 1)), rows=3)[..., 0].tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]]
    """
    n, d = X.shape
    stack = max(1, -(-n // rows))
    height = -(-n // stack)
    filled = np.zeros((stack * height, d), X.dtype)
    filled[:n] = X
    return filled.reshape(stack, height, d)


def longest(X):
    """Return the length of the longest row. Shapes: X (..., d) -> a scalar. Lesson 11.

    >>> float(longest(np.array([[3.0, 4.0], [0.0, 1.0]])))
    5.0
    """
    return np.max(np.einsum("...d,...d->...", X, X)) ** 0.5
