"""Lesson 11: one-sided models, induction, cut links, long texts in chunks."""

import tracemalloc

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.chunked_attention import chunked_attention
from course_utils.model.induction import induction_score, knock_out
from course_utils.model.language_model import language_model
from course_utils.model.masks import causal_mask
from course_utils.model.parameters import cast, language_model_parameters


@pytest.mark.parametrize("d_ff", [None, 9])
def test_a_language_model_sees_only_the_past(d_ff):
    params = language_model_parameters(np.random.default_rng(0), 13, 8, d_ff, blocks=3)
    words = np.random.default_rng(1).integers(13, size=(2, 6))
    before, weights = language_model(params, words)
    assert before.shape == (2, 6, 13)
    assert [w.shape for w in weights] == [(2, 2, 6, 6)] * 3
    words[:, 4:] += 1
    words %= 13
    after, _ = language_model(params, words)
    assert np.array_equal(before[:, :4], after[:, :4])
    assert not np.allclose(before[:, 4:], after[:, 4:])


def test_without_feed_forward_a_block_is_attention_only():
    rng = np.random.default_rng(0)
    block = language_model_parameters(rng, 13)["blocks"]["block_1"]
    assert set(block) == {"norm_1", "attention"}
    params = cast(language_model_parameters(rng, 13, d_ff=16), np.float32)
    logits, _ = language_model(params, np.arange(6))
    assert logits.dtype == np.float32


def test_induction_score_equals_a_loop():
    weights = np.random.default_rng(2).random((3, 2, 12, 12))
    expected = np.zeros((3, 2))
    for head in np.ndindex(3, 2):
        expected[head] = sum(weights[head][i, i - 5 + 1] for i in range(5, 12)) / 7
    assert np.allclose(induction_score(weights, period=5), expected)
    assert np.allclose(induction_score(weights), induction_score(weights, period=6))


def test_a_perfect_induction_head_scores_one_and_a_previous_word_head_none():
    words = np.tile(np.array([4, 2, 7, 1]), 2)
    perfect = np.zeros((8, 8))
    for i in range(4, 8):
        earlier = [j for j in range(1, i) if words[j - 1] == words[i]]
        perfect[i, earlier[-1]] = 1
    assert induction_score(perfect) == 1
    assert induction_score(np.eye(8, k=-1)) == 0


def test_knocking_out_is_masking_before_the_softmax():
    rng = np.random.default_rng(3)
    Q, K, V = rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 5, 3))
    _, weights = attention(Q, K, V)
    copy, mask = weights.copy(), np.ones((4, 5), dtype=bool)
    mask[1, 3] = False
    cut = knock_out(weights, query=1, key=3)
    assert np.allclose(cut, attention(Q, K, V, mask)[1], atol=1e-14)
    assert np.array_equal(np.delete(cut, 1, axis=-2), np.delete(weights, 1, axis=-2))
    assert np.array_equal(weights, copy)
    assert np.array_equal(knock_out(weights, -3, -2), cut)


def test_a_row_with_one_link_is_empty_without_it():
    assert np.array_equal(knock_out(np.eye(2), 1, 1), [[1, 0], [0, 0]])


@pytest.mark.parametrize("chunk", [1, 3, 8, 100])
@pytest.mark.parametrize("kind", ["plain", "causal", "masked", "per head"])
@pytest.mark.parametrize("spread", [1, 30])  # with and without a search for the largest score
def test_chunks_give_the_same_as_the_textbook(chunk, kind, spread):
    rng = np.random.default_rng(4)
    Q, K = spread * rng.normal(size=(2, 3, 9, 4)), spread * rng.normal(size=(2, 3, 11, 4))
    V = rng.normal(size=(2, 3, 11, 5))
    mask = {
        "plain": None,
        "causal": causal_mask(11)[:9],
        "masked": rng.random((9, 11)) < 0.3,
        "per head": rng.random((2, 3, 9, 11)) < 0.3,
    }[kind]
    if kind == "masked":
        mask[4] = False
        mask[5, :8] = False
    expected, _ = attention(Q, K, V, mask)
    assert np.abs(chunked_attention(Q, K, V, mask, chunk, chunk + 1) - expected).max() < 1e-11


def test_chunks_broadcast_and_do_not_overflow():
    rng = np.random.default_rng(5)
    Q, K, V = (
        100 * rng.normal(size=(2, 9, 4)),
        100 * rng.normal(size=(11, 4)),
        rng.normal(size=(11, 5)),
    )
    expected, _ = attention(Q, K, V)
    assert np.allclose(chunked_attention(Q, K, V, key_chunk=4), expected)
    rising = np.arange(11.0)[:, None] * 1000  # every block brings a larger score than the last
    expected, _ = attention(np.ones((1, 1)), rising, V)
    assert np.allclose(chunked_attention(np.ones((1, 1)), rising, V, key_chunk=2), expected)


def test_chunks_keep_the_dtype_and_the_arguments():
    rng = np.random.default_rng(6)
    arrays = [rng.normal(size=(9, 4)).astype(np.float32) for _ in range(3)]
    copies = [A.copy() for A in arrays]
    assert chunked_attention(*arrays, causal_mask(9), key_chunk=4).dtype == np.float32
    assert all(np.array_equal(A, copy) for A, copy in zip(arrays, copies))


def test_chunks_need_little_room():
    rng = np.random.default_rng(7)
    Q, K, V = (rng.normal(size=(4096, 16)).astype(np.float32) for _ in range(3))
    tracemalloc.start()
    chunked_attention(Q, K, V)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20, "all weights at once would be 64 MiB"
