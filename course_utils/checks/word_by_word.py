"""Lesson 9's oracles: norm, network and blocks, one word and one number at a time."""

import math

import numpy as np

from course_utils.checks.multi_head_attention import multi_head_oracle


def layer_norm_oracle(X, gain, bias, epsilon=1e-5):
    """Take each word on its own, number by number."""
    result = np.empty_like(X)
    d = X.shape[-1]
    for where in np.ndindex(X.shape[:-1]):
        word = [float(feature) for feature in X[where]]
        mean = math.fsum(word) / d
        variance = math.fsum((feature - mean) ** 2 for feature in word) / d
        for f, feature in enumerate(word):
            even = (feature - mean) / math.sqrt(variance + epsilon)
            result[(*where, f)] = even * float(gain[f]) + float(bias[f])
    return result


def feed_forward_oracle(X, W_1, b_1, W_2, b_2):
    """Send each word through the two layers, number by number."""
    result = np.empty((*X.shape[:-1], W_2.shape[1]), dtype=X.dtype)
    for where in np.ndindex(X.shape[:-1]):
        hidden = [max(value, 0.0) for value in _through(X[where], W_1, b_1)]
        result[where] = _through(hidden, W_2, b_2)
    return result


def _through(word, W, b):
    """Return what one layer makes of a word, as a list."""
    return [
        math.fsum([float(x) * float(w) for x, w in zip(word, column, strict=True)] + [float(shift)])
        for column, shift in zip(W.T, b, strict=True)
    ]


def norm_of(X, block, number):
    """Return X after the norm with this number."""
    norm = block[f"norm_{number}"]
    return layer_norm_oracle(X, norm["gain"], norm["bias"])


def gathered(asks, answers, matrices, heads, mask):
    """Return what the heads gather, and their weights."""
    order = (matrices[name] for name in ("W_Q", "W_K", "W_V", "W_O"))
    return multi_head_oracle(asks, answers, *order, heads, mask)


def thought(X, network):
    """Return what the feed-forward network makes of each word."""
    order = (network[name] for name in ("W_1", "b_1", "W_2", "b_2"))
    return feed_forward_oracle(X, *order)


def encoder_block_oracle(X, block, heads, mask=None):
    """Note what attention adds to the words, then what the network adds to that."""
    asks = norm_of(X, block, 1)
    first, weights = gathered(asks, asks, block["attention"], heads, mask)
    second = thought(norm_of(X + first, block, 2), block["feed_forward"])
    return X + first + second, weights


def decoder_block_oracle(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Note the three things that are added to the target words."""
    asks = norm_of(Y, block, 1)
    first, weights = gathered(asks, asks, block["self_attention"], heads, mask)
    asks = norm_of(Y + first, block, 2)
    second, cross_weights = gathered(asks, X, block["cross_attention"], cross_heads, cross_mask)
    third = thought(norm_of(Y + first + second, block, 3), block["feed_forward"])
    return Y + first + second + third, weights, cross_weights
