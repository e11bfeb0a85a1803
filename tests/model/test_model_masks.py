"""Lessons 4 to 6: masks, self-attention, positions."""

import math

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.masks import causal_mask, masked_softmax, padding_mask
from course_utils.model.positions import apply_rope, sinusoidal_positions
from course_utils.model.self_attention import self_attention


def projections(rng, d_model=6, d_k=4, d_v=5):
    return (
        rng.normal(size=(d_model, d_k)),
        rng.normal(size=(d_model, d_k)),
        rng.normal(size=(d_model, d_v)),
    )


def test_causal_mask_equals_a_loop():
    expected = [[key <= query for key in range(5)] for query in range(5)]
    assert causal_mask(5).dtype == bool
    assert causal_mask(5).tolist() == expected


def test_padding_mask_equals_a_loop():
    mask = padding_mask(np.array([0, 2, 4]), 4)
    assert mask.dtype == bool
    assert mask.tolist() == [[[j < length for j in range(4)]] for length in (0, 2, 4)]
    assert padding_mask(3, 4).tolist() == [[True, True, True, False]]


def test_the_future_changes_the_past_by_exactly_nothing():
    rng = np.random.default_rng(0)
    X, weights = rng.normal(size=(2, 7, 6)), projections(rng)
    before, _ = self_attention(X, *weights, mask=causal_mask(7))
    X[:, 4:] = rng.normal(size=(2, 3, 6)) * 100
    after, _ = self_attention(X, *weights, mask=causal_mask(7))
    assert np.array_equal(before[:, :4], after[:, :4])
    assert not np.allclose(before[:, 4:], after[:, 4:])


def test_padding_changes_nothing():
    rng = np.random.default_rng(1)
    X, weights = rng.normal(size=(2, 5, 6)), projections(rng)
    padded, _ = self_attention(X, *weights, mask=padding_mask(np.array([3, 5]), 5))
    alone, _ = self_attention(X[0, :3], *weights)
    assert np.allclose(padded[0, :3], alone, atol=1e-13)


def test_self_attention_is_attention_of_three_views():
    rng = np.random.default_rng(2)
    X, (W_Q, W_K, W_V) = rng.normal(size=(3, 5, 6)), projections(rng)
    views = [np.einsum("bnd,dk->bnk", X, W) for W in (W_Q, W_K, W_V)]
    for ours, expected in zip(self_attention(X, W_Q, W_K, W_V), attention(*views)):
        assert np.allclose(ours, expected)


def test_shuffled_words_give_shuffled_outputs():
    rng = np.random.default_rng(3)
    X, weights, order = rng.normal(size=(7, 6)), projections(rng), rng.permutation(7)
    output, maps = self_attention(X, *weights)
    shuffled, shuffled_maps = self_attention(X[order], *weights)
    assert np.abs(shuffled - output[order]).max() < 1e-12
    assert np.abs(shuffled_maps - maps[order][:, order]).max() < 1e-12


def test_positions_end_that():
    rng = np.random.default_rng(3)
    X, weights, order = rng.normal(size=(7, 6)), projections(rng), np.arange(7)[::-1]
    P = sinusoidal_positions(7, 6)
    output, _ = self_attention(X + P, *weights)
    shuffled, _ = self_attention(X[order] + P, *weights)
    assert np.abs(shuffled - output[order]).max() > 1e-2


@pytest.mark.parametrize(("d", "base"), [(6, 10000), (7, 10000), (4, 50)])
def test_sinusoidal_positions_equal_a_loop(d, base):
    expected = np.zeros((9, d))
    for position in range(9):
        for column in range(d):
            angle = position / base ** (2 * (column // 2) / d)
            expected[position, column] = math.cos(angle) if column % 2 else math.sin(angle)
    assert np.allclose(sinusoidal_positions(9, d, base), expected, rtol=1e-12, atol=1e-15)


def test_a_shift_of_positions_is_one_rotation():
    P, shift, d = sinusoidal_positions(40, 8), 5, 8
    rotation = np.zeros((d, d))
    for i in range(0, d, 2):
        angle = shift / 10000 ** (i / d)
        rotation[i : i + 2, i : i + 2] = [
            [math.cos(angle), -math.sin(angle)],
            [math.sin(angle), math.cos(angle)],
        ]
    assert np.abs(P[shift:] - P[:-shift] @ rotation).max() < 1e-12
    assert np.allclose(rotation @ rotation.T, np.eye(d))


@pytest.mark.parametrize("base", [10000, 100])
def test_rope_turns_pairs_as_complex_numbers_turn(base):
    X = np.random.default_rng(4).normal(size=(2, 3, 5, 6))
    expected = np.zeros_like(X)
    for *leading, position, pair in np.ndindex(2, 3, 5, 3):
        at = (*leading, position)
        number = complex(X[at][2 * pair], X[at][2 * pair + 1])
        number *= np.exp(1j * position / base ** (2 * pair / 6))
        expected[at][2 * pair : 2 * pair + 2] = number.real, number.imag
    assert np.allclose(apply_rope(X, base), expected)


def test_rope_scores_know_only_the_distance():
    q, k = np.random.default_rng(5).normal(size=(2, 8))
    scores = apply_rope(np.tile(q, (12, 1))) @ apply_rope(np.tile(k, (12, 1))).T
    for distance in range(-11, 12):
        same = np.diagonal(scores, distance)
        assert np.abs(same - same[0]).max() < 1e-12
    assert np.ptp(scores[0]) > 0.1


def test_rope_keeps_lengths_and_dtype():
    X = np.random.default_rng(6).normal(size=(5, 6)).astype(np.float32)
    turned = apply_rope(X)
    assert turned.dtype == np.float32
    assert np.allclose((turned**2).sum(axis=-1), (X**2).sum(axis=-1), rtol=1e-5)


def looped_weights(scores, mask):
    """One row at a time with the standard library; a row that may see nothing stays zero."""
    weights = np.zeros(scores.shape)
    for row in np.ndindex(scores.shape[:-1]):
        powers = [math.exp(s) if seen else 0.0 for s, seen in zip(scores[row], mask[row])]
        for j, power in enumerate(powers):
            weights[(*row, j)] = power / sum(powers) if power else 0.0
    return weights


def test_masked_softmax_equals_a_loop():
    rng = np.random.default_rng(7)
    scores, mask = rng.normal(size=(3, 2, 5, 4)), rng.random((3, 1, 5, 4)) < 0.5
    mask[1, 0, 2] = False
    expected = looped_weights(scores, np.broadcast_to(mask, scores.shape))
    weights = masked_softmax(scores, mask)
    assert np.allclose(weights, expected, rtol=1e-12, atol=0)
    assert not weights[1, :, 2].any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_masked_softmax_keeps_the_dtype_and_survives_extremes(dtype):
    scores = np.array([[1000.0, -1000.0, 0.0]] * 3, dtype=dtype)
    mask = np.array([[True, True, True], [False, True, False], [False, False, False]])
    weights = masked_softmax(scores, mask)
    assert weights.dtype == dtype
    assert weights.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_no_causal_row_is_empty_unless_the_padding_stands_in_front():
    lengths = np.arange(1, 8)
    both = causal_mask(7) & padding_mask(lengths, 7)
    assert both.any(axis=-1).all()
    in_front = causal_mask(7) & padding_mask(lengths, 7)[..., ::-1]
    assert (~in_front.any(axis=-1)).sum(axis=-1).tolist() == [6, 5, 4, 3, 2, 1, 0]
