"""Lesson 9: what stands around attention in a transformer."""

import numpy as np

from course_utils.model.multi_head_attention import multi_head_attention


def layer_norm(X, gain, bias, epsilon=1e-5):
    """Return X with the features of each word brought to mean 0 and variance 1, then rescaled.

    Shapes: X (..., d), gain and bias (d,) -> (..., d). The variance divides by d, not d - 1.
    Lesson 9; Ba et al. 2016, eq. 4.

    >>> layer_norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2)).round(3).tolist()
    [[-1.0, 1.0]]
    """
    centred = X - np.mean(X, axis=-1, keepdims=True)
    variance = np.mean(centred * centred, axis=-1, keepdims=True)  # (..., 1)
    return centred / np.sqrt(variance + epsilon) * gain + bias


def feed_forward(X, W_1, b_1, W_2, b_2):
    """Return each word passed through the same two-layer network, alone.

    Shapes: X (..., d_model), W_1 (d_model, d_ff), b_1 (d_ff,), W_2 (d_ff, d_model),
    b_2 (d_model,) -> (..., d_model). Lesson 9; Vaswani et al. 2017, eq. 2.

    >>> feed_forward(np.array([[-1.0, 2.0]]), np.eye(2), np.zeros(2), np.eye(2), np.ones(2))
    array([[1., 3.]])
    """
    return np.maximum(X @ W_1 + b_1, 0.0) @ W_2 + b_2


def encoder_block(X, block, heads, mask=None, norm_first=True):
    """Return the words after one round of self-attention and thinking, and the weights.

    Shapes: X (..., n words, d_model), mask (..., n, n) boolean -> ((..., n, d_model),
    (..., heads, n, n)). block holds "norm_1" and "norm_2" {gain, bias}, "attention" {W_Q, W_K,
    W_V, W_O} and "feed_forward" {W_1, b_1, W_2, b_2}, as `encoder_block_parameters` makes it.
    norm_first=False normalises after each residual sum, as in Vaswani et al. 2017; the default
    before each part (Xiong et al. 2020), which leaves the gradient a free way down. Lesson 9.
    """
    if norm_first:
        normed = layer_norm(X, **block["norm_1"])
        mixed, weights = multi_head_attention(
            normed, normed, **block["attention"], heads=heads, mask=mask
        )
        X = X + mixed
        X = X + feed_forward(layer_norm(X, **block["norm_2"]), **block["feed_forward"])
    else:
        mixed, weights = multi_head_attention(X, X, **block["attention"], heads=heads, mask=mask)
        X = layer_norm(X + mixed, **block["norm_1"])
        X = layer_norm(X + feed_forward(X, **block["feed_forward"]), **block["norm_2"])
    return X, weights


def decoder_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Return the target words after looking at themselves and at the source, and both weights.

    Shapes: Y (..., n target words, d_model), X (..., m encoded source words, d_model),
    mask (..., n, n) and cross_mask (..., n, m) boolean -> ((..., n, d_model),
    (..., heads, n, n), (..., cross_heads, n, m)). block holds "self_attention",
    "cross_attention" and "feed_forward" with "norm_1", "norm_2", "norm_3", as
    `decoder_block_parameters` makes it. Each part is normalised before, as in `encoder_block`.
    Lesson 9; Vaswani et al. 2017, section 3.1.
    """
    normed = layer_norm(Y, **block["norm_1"])
    mixed, weights = multi_head_attention(
        normed, normed, **block["self_attention"], heads=heads, mask=mask
    )
    Y = Y + mixed
    normed = layer_norm(Y, **block["norm_2"])
    mixed, cross_weights = multi_head_attention(
        normed, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask
    )
    Y = Y + mixed
    Y = Y + feed_forward(layer_norm(Y, **block["norm_3"]), **block["feed_forward"])
    return Y, weights, cross_weights
