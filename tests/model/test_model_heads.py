"""Lessons 7 and 8: many heads, and attention between two sentences."""

import math

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.cross_attention import (
    additive_scores,
    alignment_error_rate,
    cross_attention,
)
from course_utils.model.masks import padding_mask
from course_utils.model.multi_head_attention import (
    merge_heads,
    multi_head_attention,
    split_heads,
)

HEADS, D_MODEL, D_K, D_V = 3, 8, 2, 4


def draw(seed):
    rng = np.random.default_rng(seed)
    X_Q, X_KV = rng.normal(size=(2, 4, D_MODEL)), rng.normal(size=(2, 5, D_MODEL))
    W_Q, W_K = rng.normal(size=(2, D_MODEL, HEADS * D_K))
    W_V, W_O = rng.normal(size=(D_MODEL, HEADS * D_V)), rng.normal(size=(HEADS * D_V, D_MODEL))
    return X_Q, X_KV, W_Q, W_K, W_V, W_O


def test_a_head_is_a_block_of_features():
    X = np.random.default_rng(0).normal(size=(2, 4, 6))
    split = split_heads(X, HEADS)
    assert split.shape == (2, HEADS, 4, 2)
    for head in range(HEADS):
        assert np.array_equal(split[:, head], X[:, :, 2 * head : 2 * head + 2])
    assert np.array_equal(merge_heads(split), X)
    assert split_heads(X[0, :0], HEADS).shape == (HEADS, 0, 2)


@pytest.mark.parametrize("masked", [False, True])
def test_concatenating_and_w_o_is_a_sum_over_heads(masked):
    X_Q, X_KV, W_Q, W_K, W_V, W_O = draw(1)
    mask = padding_mask(np.array([3, 5]), 5) if masked else None
    output, weights = multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, HEADS, mask)
    summed = np.zeros_like(X_Q)
    for head in range(HEADS):
        k, v = slice(head * D_K, (head + 1) * D_K), slice(head * D_V, (head + 1) * D_V)
        gathered, alone = attention(X_Q @ W_Q[:, k], X_KV @ W_K[:, k], X_KV @ W_V[:, v], mask)
        assert np.allclose(weights[:, head], alone)
        summed += gathered @ W_O[v]
    assert output.shape == (2, 4, D_MODEL)
    assert np.abs(output - summed).max() < 1e-11


def test_no_batch_axis_is_needed():
    X_Q, X_KV, *matrices = draw(2)
    mask = np.random.default_rng(0).random((4, 5)) < 0.6
    batch, _ = multi_head_attention(X_Q, X_KV, *matrices, HEADS, mask)
    alone, weights = multi_head_attention(X_Q[1], X_KV[1], *matrices, HEADS, mask)
    assert weights.shape == (HEADS, 4, 5)
    assert np.allclose(batch[1], alone)


def test_cross_attention_asks_with_y_and_answers_with_x():
    Y, X, W_Q, W_K, W_V, _ = draw(3)
    mask = padding_mask(np.array([2, 5]), 5)
    output, weights = cross_attention(Y, X, W_Q, W_K, W_V, mask)
    expected, expected_weights = attention(Y @ W_Q, X @ W_K, X @ W_V, mask)
    assert weights.shape == (2, 4, 5)
    assert np.allclose(output, expected)
    assert np.allclose(weights, expected_weights)


def test_additive_scores_equal_a_loop():
    rng = np.random.default_rng(4)
    Q, K, v = rng.normal(size=(4, 3)), rng.normal(size=(5, 2)), rng.normal(size=6)
    W_Q, W_K = rng.normal(size=(3, 6)), rng.normal(size=(2, 6))
    expected = np.zeros((4, 5))
    for i, j, a in np.ndindex(4, 5, 6):
        asked = sum(Q[i, f] * W_Q[f, a] for f in range(3))
        offered = sum(K[j, f] * W_K[f, a] for f in range(2))
        expected[i, j] += v[a] * math.tanh(asked + offered)
    assert np.allclose(additive_scores(Q, K, W_Q, W_K, v), expected)
    batch = additive_scores(np.stack([Q, -Q]), K, W_Q, W_K, v)
    assert batch.shape == (2, 4, 5)
    assert np.allclose(batch[0], expected)


def links(n, m, *pairs):
    gold = np.zeros((n, m), dtype=bool)
    for target, source in pairs:
        gold[target, source] = True
    return gold


def test_alignment_error_rate_counts_wrong_rows():
    weights = np.array([[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6], [1.0, 0.0, 0.0]])
    assert alignment_error_rate(weights, links(4, 3, (0, 0), (1, 1), (2, 2))) == 0
    assert alignment_error_rate(weights, links(4, 3, (0, 0), (1, 2), (2, 1), (3, 0))) == 0.5
    assert alignment_error_rate(weights, links(4, 3, (1, 0), (1, 1))) == 0, "either is right"
    assert alignment_error_rate(weights[1:], links(3, 3, (0, 0), (1, 1))) == 1, "the wrong row"
    batch = np.stack([links(4, 3, (0, 0)), links(4, 3, (0, 1))])
    assert alignment_error_rate(np.stack([weights, weights]), batch) == 0.5


def test_with_one_link_a_word_it_is_the_published_rate():
    rng = np.random.default_rng(5)
    weights, gold = rng.random((9, 6)), {(i, int(rng.integers(6))) for i in range(9)}
    chosen = {(i, int(j)) for i, j in enumerate(weights.argmax(axis=-1))}
    published = 1 - 2 * len(chosen & gold) / (len(chosen) + len(gold))
    assert alignment_error_rate(weights, links(9, 6, *gold)) == pytest.approx(published)


def test_alignment_without_a_link_says_so():
    with pytest.raises(ValueError, match="no True"):
        alignment_error_rate(np.eye(2), np.zeros((2, 2), dtype=bool))
