"""Lessons 0 to 3: the look-ups, against loops a beginner would write, and by their identities."""

import math

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.average_lookup import average_lookup
from course_utils.model.dot_products import cosine_similarity, dot_scores, pairwise_scores
from course_utils.model.softmax import soft_lookup, softmax


def looped_attention(Q, K, V, mask=None):
    """One query, one key, one feature at a time, with the standard library's arithmetic."""
    n, m, d_k, d_v = len(Q), len(K), Q.shape[1], V.shape[1]
    output, weights = np.zeros((n, d_v)), np.zeros((n, m))
    for i in range(n):
        seen = [j for j in range(m) if mask is None or mask[i, j]]
        scores = {
            j: sum(float(Q[i, f]) * float(K[j, f]) for f in range(d_k)) / math.sqrt(d_k)
            for j in seen
        }
        total = sum(math.exp(score) for score in scores.values())
        for j in seen:
            weights[i, j] = math.exp(scores[j]) / total
            for f in range(d_v):
                output[i, f] += weights[i, j] * V[j, f]
    return output, weights


def draw(seed, leading=(), n=4, m=5, d_k=3, d_v=2):
    rng = np.random.default_rng(seed)
    Q, K = rng.normal(size=(*leading, n, d_k)), rng.normal(size=(*leading, m, d_k))
    return Q, K, rng.normal(size=(*leading, m, d_v)), rng.random((n, m)) < 0.6


def test_the_first_lookups_equal_loops():
    Q, K, V, _ = draw(0)
    assert np.allclose(average_lookup(V), [sum(V[:, f]) / 5 for f in range(2)])
    dots = [[sum(Q[i, f] * K[j, f] for f in range(3)) for j in range(5)] for i in range(4)]
    assert np.allclose(pairwise_scores(Q, K), dots)
    assert np.allclose(dot_scores(Q[1], K), dots[1])
    lengths = [math.dist(K[j], np.zeros(3)) * math.dist(Q[1], np.zeros(3)) for j in range(5)]
    assert np.allclose(cosine_similarity(Q[1], K), np.array(dots[1]) / lengths)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_softmax_equals_a_loop(axis):
    x = np.random.default_rng(1).normal(size=(3, 4))
    expected = np.zeros_like(x)
    for i in range(3):
        for j in range(4):
            line = x[:, j] if axis == 0 else x[i]
            expected[i, j] = math.exp(x[i, j]) / sum(math.exp(value) for value in line)
    assert np.allclose(softmax(x, axis=axis), expected)


def test_softmax_is_finite_and_shift_free_at_a_thousand():
    x = np.array([[1000.0, 999.0], [-1000.0, -1001.0]])
    assert np.allclose(softmax(x), softmax(x - x[:, :1]), rtol=1e-12)
    assert np.allclose(softmax(x)[:, 0], 1 / (1 + math.exp(-1)))


def test_soft_lookup_goes_from_dictionary_to_average():
    Q, K, V, _ = draw(2)
    best = np.argmax(K @ Q[0])
    assert np.allclose(soft_lookup(Q[0], K, V, temperature=1e-3), V[best])
    assert np.allclose(soft_lookup(Q[0], K, V, temperature=1e6), average_lookup(V), atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("masked", [False, True])
def test_attention_equals_a_loop(seed, masked):
    Q, K, V, mask = draw(seed)
    mask[2] = False
    mask = mask if masked else None
    for ours, looped in zip(attention(Q, K, V, mask), looped_attention(Q, K, V, mask)):
        assert np.allclose(ours, looped, rtol=1e-12, atol=1e-14)


def test_leading_axes_are_done_one_by_one():
    Q, K, V, mask = draw(3, leading=(2, 3))
    output, weights = attention(Q, K, V, mask)
    assert output.shape == (2, 3, 4, 2)
    assert weights.shape == (2, 3, 4, 5)
    for index in np.ndindex(2, 3):
        alone = attention(Q[index], K[index], V[index], mask)
        assert np.allclose(output[index], alone[0])
        assert np.allclose(weights[index], alone[1])


def test_rows_sum_to_one_or_are_empty():
    Q, K, V, mask = draw(4)
    mask[1] = False
    output, weights = attention(1000 * Q, K, V, mask)
    assert np.allclose(weights.sum(axis=-1), [1, 0, 1, 1])
    assert np.all(output[1] == 0)
    assert np.all(weights[~mask] == 0)


def test_a_masked_key_leaks_nothing():
    Q, K, V, mask = draw(5)
    mask[:, 0] = True
    mask[:, 3] = False
    before = attention(Q, K, V, mask)
    K[3], V[3] = 1e6, -1e6
    for a, b in zip(before, attention(Q, K, V, mask)):
        assert np.array_equal(a, b)


def test_the_order_of_the_keys_does_not_matter():
    Q, K, V, mask = draw(6)
    order = np.random.default_rng(0).permutation(5)
    shuffled, weights = attention(Q, K[order], V[order], mask[:, order])
    output, expected = attention(Q, K, V, mask)
    assert np.allclose(shuffled, output, atol=1e-14)
    assert np.allclose(weights, expected[:, order], atol=1e-14)


def test_arguments_stay_as_they_were():
    arrays = draw(7)
    copies = [a.copy() for a in arrays]
    attention(*arrays)
    assert all(np.array_equal(a, b) for a, b in zip(arrays, copies))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_stays(dtype):
    Q, K, V, mask = draw(8)
    Q, K, V = (A.astype(dtype) for A in (Q, K, V))
    results = [
        *attention(Q, K, V),
        *attention(Q, K, V, mask),
        softmax(Q),
        cosine_similarity(Q[0], K),
    ]
    results += [soft_lookup(Q[0], K, V), average_lookup(V), pairwise_scores(Q, K)]
    assert {result.dtype for result in results} == {np.dtype(dtype)}
