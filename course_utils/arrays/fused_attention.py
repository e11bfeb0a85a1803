"""Attention, and attention with heads, as one operation each: called as in lessons 3 and 7.

They hold the same numbers as the plain forms in `course_utils.model`, which tests show. What makes
them fast: fewer and larger matrix products, views instead of copies, arrays used again. The
weights that they return are plain numbers to look at: no gradient flows through them.
"""

import numpy as np

from course_utils.arrays.array import plain
from course_utils.arrays.fused import fused, row_sums


def softmax_weights(Q, K, mask):
    """Return the weights (..., n, m), zero in a row that may attend to nothing."""
    weights = scaled_scores(Q, K)
    # One maximum for all scores keeps exp from overflowing, and is quicker than one a row.
    weights -= weights.max(initial=-np.inf)
    np.exp(weights, out=weights)
    if mask is not None:
        weights *= mask.astype(weights.dtype)
    total = row_sums(weights)
    limits = np.finfo(weights.dtype)
    # A row so far below the maximum that nothing is left of it needs its own.
    if not total.min(initial=1) > limits.tiny / limits.eps:
        return softmax_weights_by_row(Q, K, mask)
    np.divide(1, total, out=total)
    weights *= total
    return weights


def softmax_weights_by_row(Q, K, mask):
    """Return the same as `softmax_weights`, with the maximum of each row."""
    weights = scaled_scores(Q, K)
    if mask is not None:
        np.copyto(weights, -np.inf, where=~mask)
    top = weights.max(axis=-1, keepdims=True)
    weights -= np.where(top == -np.inf, 0, top)
    np.exp(weights, out=weights)
    total = weights.sum(axis=-1, keepdims=True)
    weights /= np.where(total == 0, 1, total)
    return weights


def scaled_scores(Q, K):
    """Return Q K^T / sqrt(d_k), shape (..., n, m)."""
    scores = Q @ K.mT
    scores *= scores.dtype.type(1 / Q.shape[-1] ** 0.5)
    return scores


def scores_gradient(g, V, weights, d_k):
    """Return the gradient of Q K^T, from the gradient g of weights @ V."""
    d_scores = g @ V.mT  # (..., n, m), of the weights so far
    d_scores *= weights
    d_scores -= weights * row_sums(d_scores)
    d_scores *= d_scores.dtype.type(1 / d_k**0.5)
    return d_scores


def attention_vjp(g, out, Q, K, V, weights):
    """Return the gradients of Q, K and V."""
    d_scores = scores_gradient(g, V, weights, Q.shape[-1])
    return d_scores @ K, d_scores.mT @ Q, weights.mT @ g


@fused(attention_vjp, 3)
def gathered(Q, K, V, weights):
    """Return weights @ V, and send its gradient to Q, K and V."""
    return weights @ V, (Q, K, V, weights)


def attention(Q, K, V, mask=None):
    """Return each query's weighted average of the values, and the weights.

    Shapes: Q (..., n queries, d_k), K (..., m keys, d_k), V (..., m keys, d_v),
    mask (..., n, m) boolean, True = may attend -> ((..., n, d_v), (..., n, m)). Leading axes are
    the same in Q, K and V. A query that may attend to nothing gets weights and output zero.
    Lessons 3 and 4; Vaswani et al. 2017, eq. 1.
    """
    weights = softmax_weights(plain(Q), plain(K), mask)
    return gathered(Q, K, V, weights), weights


def cut(rows, shape, parts, heads):
    """Return the parts of packed rows, each a view (..., heads, n, d_head) of the same memory.

    Shapes: rows (B * n, parts * heads * d_head), shape (..., n).
    """
    split = rows.reshape(*shape, parts, heads, -1)
    return [split[..., part, :, :].swapaxes(-2, -3) for part in range(parts)]


def project(X_Q, X_KV, W_Q, W_K, W_V, heads):
    """Return Q, K and V cut into heads; one product for all that has the same input."""
    queries, keys = X_Q.shape[:-1], X_KV.shape[:-1]
    if X_Q is X_KV:
        packed = flat(X_Q) @ np.concatenate([W_Q, W_K, W_V], axis=1)
        return cut(packed, queries, 3, heads)
    packed = flat(X_KV) @ np.concatenate([W_K, W_V], axis=1)
    return cut(flat(X_Q) @ W_Q, queries, 1, heads) + cut(packed, keys, 2, heads)


def flat(X):
    """Return the rows of X under one axis."""
    return X.reshape(-1, X.shape[-1])


def heads_vjp(g, out, X_Q, X_KV, matrices, Q, K, V, weights, merged):
    """Return the gradients of X_Q, X_KV, W_Q, W_K, W_V and W_O."""
    W_Q, W_K, W_V, W_O = matrices
    heads, d = Q.shape[-3], W_Q.shape[-1]
    (d_gathered,) = cut(flat(g) @ W_O.T, X_Q.shape[:-1], 1, heads)
    d_scores = scores_gradient(d_gathered, V, weights, Q.shape[-1])
    d_W_O = merged.T @ flat(g)
    parts = (d_scores, K), (d_scores.mT, Q), (weights.mT, d_gathered)
    if X_Q is X_KV:
        d_X, d_W = packed_gradient(X_Q, [W_Q, W_K, W_V], parts, heads)
        return d_X, None, d_W[:, :d], d_W[:, d : 2 * d], d_W[:, 2 * d :], d_W_O
    d_X_Q, d_W_Q = packed_gradient(X_Q, [W_Q], parts[:1], heads)
    d_X_KV, d_W = packed_gradient(X_KV, [W_K, W_V], parts[1:], heads)
    return d_X_Q, d_X_KV, d_W_Q, d_W[:, :d], d_W[:, d:], d_W_O


def packed_gradient(X, matrices, products, heads):
    """Return the gradients of X and of the packed matrices that it went through."""
    rows = flat(X)
    packed = np.empty((len(rows), sum(W.shape[1] for W in matrices)), rows.dtype)
    views = cut(packed, X.shape[:-1], len(matrices), heads)
    for (left, right), view in zip(products, views):
        np.matmul(left, right, out=view)
    d_X = packed @ (matrices[0] if len(matrices) == 1 else np.concatenate(matrices, axis=1)).T
    return d_X.reshape(X.shape), rows.T @ packed


@fused(heads_vjp, 6)
def gathered_by_heads(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask, kept):
    """Return what all heads gathered, mixed by W_O; the weights are appended to `kept`."""
    Q, K, V = project(X_Q, X_KV, W_Q, W_K, W_V, heads)
    weights = softmax_weights(Q, K, mask)
    kept.append(weights)
    merged = np.empty((X_Q[..., 0].size, W_V.shape[1]), V.dtype)
    np.matmul(weights, V, out=cut(merged, X_Q.shape[:-1], 1, heads)[0])
    out = (merged @ W_O).reshape(*X_Q.shape[:-1], -1)
    return out, (X_Q, X_KV, (W_Q, W_K, W_V, W_O), Q, K, V, weights, merged)


def multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Return what all heads gathered, mixed by W_O, and the weights of each head.

    Shapes: X_Q (..., n, d_model), X_KV (..., m, d_model) with the same leading axes, W_Q, W_K and
    W_V (d_model, d), W_O (d, d_model), mask (..., n, m) boolean for all heads alike
    -> ((..., n, d_model), (..., heads, n, m)). Lesson 7; Vaswani et al. 2017, section 3.2.2.
    """
    if mask is not None:
        mask = np.expand_dims(mask, -3)  # (..., 1, n, m)
    kept = []
    out = gathered_by_heads(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask, kept)
    return out, kept[0]
