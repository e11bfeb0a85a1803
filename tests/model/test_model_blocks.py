"""Lesson 9: norm, feed-forward, the blocks, and attention backwards."""

import math

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.attention_backward import attention_backward
from course_utils.model.masks import causal_mask
from course_utils.model.parameters import decoder_block_parameters, encoder_block_parameters
from course_utils.model.transformer_block import (
    decoder_block,
    encoder_block,
    feed_forward,
    layer_norm,
)


def draw(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def test_layer_norm_equals_a_loop():
    X, gain, bias = draw((2, 3, 5), 5, 5)
    expected = np.zeros_like(X)
    for i, j in np.ndindex(2, 3):
        row = [float(x) for x in X[i, j]]
        mean = sum(row) / 5
        spread = math.sqrt(sum((x - mean) ** 2 for x in row) / 5 + 0.1)
        for f in range(5):
            expected[i, j, f] = (row[f] - mean) / spread * gain[f] + bias[f]
    assert np.allclose(layer_norm(X, gain, bias, epsilon=0.1), expected, rtol=1e-12)


def test_layer_norm_forgets_shift_and_size():
    (X,) = draw((4, 6))
    plain = layer_norm(X, np.ones(6), np.zeros(6), epsilon=0)
    assert np.allclose(layer_norm(30 * X - 7, np.ones(6), np.zeros(6), epsilon=0), plain)
    assert np.all(np.isfinite(layer_norm(np.ones((2, 6)), np.ones(6), np.zeros(6))))


def test_feed_forward_equals_a_loop():
    X, W_1, b_1, W_2, b_2 = draw((4, 3), (3, 5), 5, (5, 3), 3)
    expected = np.tile(b_2, (4, 1))
    for i in range(4):
        for h in range(5):
            active = max(0.0, sum(X[i, f] * W_1[f, h] for f in range(3)) + b_1[h])
            expected[i] += active * W_2[h]
    assert np.allclose(feed_forward(X, W_1, b_1, W_2, b_2), expected)


def silenced(block):
    """The block with every way into the residual stream multiplied by zero."""
    quiet = {"W_O", "W_2", "b_2"}
    return {
        name: silenced(part) if isinstance(part, dict) else part * (name not in quiet)
        for name, part in block.items()
    }


def test_a_silent_block_hands_its_input_on():
    rng = np.random.default_rng(1)
    Y, X = draw((2, 3, 6), (2, 4, 6))
    output, weights = encoder_block(X, silenced(encoder_block_parameters(rng, 6, 7)), 2)
    assert np.array_equal(output, X)
    assert weights.shape == (2, 2, 4, 4)
    block = silenced(decoder_block_parameters(rng, 6, 7))
    output, weights, cross_weights = decoder_block(Y, X, block, 2, 1, causal_mask(3))
    assert np.array_equal(output, Y)
    assert weights.shape == (2, 2, 3, 3)
    assert cross_weights.shape == (2, 1, 3, 4)


def test_post_norm_ends_normalised_and_pre_norm_does_not():
    (X,) = draw((5, 6))
    block = encoder_block_parameters(np.random.default_rng(2), 6, 7)
    after, _ = encoder_block(10 * X, block, 3, norm_first=False)
    before, _ = encoder_block(10 * X, block, 3)
    assert np.allclose(after.std(axis=-1), 1, atol=1e-4)
    assert before.std(axis=-1).min() > 2


def finite_differences(loss, X, step=1e-5):
    gradient = np.zeros_like(X)
    for index in np.ndindex(X.shape):
        up, down = X.copy(), X.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (loss(up) - loss(down)) / (2 * step)
    return gradient


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_attention_backward_agrees_with_finite_differences(seed, masked):
    Q, K, V, d_out = draw((2, 4, 3), (2, 5, 3), (2, 5, 2), (2, 4, 2), seed=seed)
    mask = None
    if masked:
        mask = np.random.default_rng(seed).random((4, 5)) < 0.5
        mask[1] = False
    _, weights = attention(Q, K, V, mask)
    dQ, dK, dV = attention_backward(d_out, Q, K, V, weights)
    for ours, expected in (
        (dQ, finite_differences(lambda A: np.sum(attention(A, K, V, mask)[0] * d_out), Q)),
        (dK, finite_differences(lambda A: np.sum(attention(Q, A, V, mask)[0] * d_out), K)),
        (dV, finite_differences(lambda A: np.sum(attention(Q, K, A, mask)[0] * d_out), V)),
    ):
        assert np.abs(ours - expected).max() / np.abs(expected).max() < 1e-6
