"""Lesson 9: which ways back through attention pass, which are refused, what the learner is told."""

import numpy as np
import pytest

from course_utils.arrays import value_and_grad
from course_utils.checks.registry import find_check
from course_utils.model.attention import attention
from course_utils.model.attention_backward import attention_backward

SEEDS = (0, 1, 2)


def by_loops(d_out, Q, K, V, weights):
    dQ, dK, dV = np.zeros_like(Q), np.zeros_like(K), np.zeros_like(V)
    for *table, i, j in np.ndindex(weights.shape):
        q, k = (*table, i), (*table, j)
        w = weights[q]
        pulls = [np.dot(d_out[q], V[(*table, t)]) for t in range(len(w))]
        step = w[j] * (pulls[j] - np.dot(w, pulls)) / np.sqrt(Q.shape[-1])
        dQ[q] += step * K[k]
        dK[k] += step * Q[q]
        dV[k] += w[j] * d_out[q]
    return dQ, dK, dV


def by_einsum(d_out, Q, K, V, weights):
    dW = np.einsum("...if,...jf->...ij", d_out, V)
    dS = weights * (dW - np.einsum("...ij,...ij->...i", weights, dW)[..., None])
    dS = dS * Q.shape[-1] ** -0.5
    dQ, dK = np.einsum("...ij,...jc->...ic", dS, K), np.einsum("...ij,...ic->...jc", dS, Q)
    return dQ, dK, np.einsum("...ij,...if->...jf", weights, d_out)


def by_the_whole_jacobian(d_out, Q, K, V, weights):
    m = weights.shape[-1]
    jacobian = weights[..., :, None] * (np.eye(m, dtype=Q.dtype) - weights[..., None, :])
    dW = d_out @ np.swapaxes(V, -1, -2)
    dS = (dW[..., None, :] @ jacobian)[..., 0, :] / Q.shape[-1] ** 0.5
    return dS @ K, np.swapaxes(dS, -1, -2) @ Q, np.swapaxes(weights, -1, -2) @ d_out


def by_the_output(d_out, Q, K, V, weights):
    """The average of a row is the dot product of d_out and the output."""
    average = np.sum(d_out * (weights @ V), axis=-1, keepdims=True)
    dS = weights * (d_out @ np.swapaxes(V, -1, -2) - average)
    Q, K = Q / Q.shape[-1] ** 0.5, K / K.shape[-1] ** 0.5
    return dS @ K, np.swapaxes(dS, -1, -2) @ Q, np.swapaxes(weights, -1, -2) @ d_out


def table_by_table(d_out, Q, K, V, weights):
    if Q.ndim == 2:
        return attention_backward(d_out, Q, K, V, weights)
    parts = [table_by_table(*one) for one in zip(d_out, Q, K, V, weights)]
    return tuple(np.stack(part) for part in zip(*parts))


def in_place_on_copies(d_out, Q, K, V, weights):
    dS = np.matmul(d_out, np.moveaxis(V, -1, -2))
    dS -= (weights * dS).sum(axis=-1, keepdims=True)
    dS *= weights
    dS /= np.sqrt(Q.shape[-1])
    return np.matmul(dS, K), np.matmul(np.moveaxis(dS, -1, -2), Q), weights.swapaxes(-1, -2) @ d_out


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "function",
    [
        attention_backward,
        by_loops,
        by_einsum,
        by_the_whole_jacobian,
        by_the_output,
        table_by_table,
        in_place_on_copies,
    ],
)
def test_right_answers_pass_however_they_are_written(verdict_on, function, seed):
    verdict = verdict_on("attention_backward", function, seed)
    assert verdict.right, verdict


def spoils_d_out(d_out, Q, K, V, weights):
    result = attention_backward(d_out, Q, K, V, weights)
    d_out *= 2.0
    return result


def shifted_keys(d_out, Q, K, V, weights):
    dQ, dK, dV = attention_backward(d_out, Q, K, V, weights)
    return dQ, dK + 0.1, dV


def doubled_queries(d_out, Q, K, V, weights):
    dQ, dK, dV = attention_backward(d_out, Q, K, V, weights)
    return 2.0 * dQ, dK, dV


SENTENCES = [
    (lambda d_out, Q: Q, "call", "attention_backward(d_out, Q, K, V, weights)"),
    (lambda d_out, Q, K, V, weights: None, "result", "Is the `return` line missing?"),
    (lambda d_out, Q, K, V, weights: [Q, K, V], "result", "no brackets"),
    (spoils_d_out, "inputs", "the argument d_out is not what it was"),
    (shifted_keys, "identity", "the rows of dK sum to 0"),
    (doubled_queries, "values", "dQ"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, function, stage, words, seed):
    verdict = verdict_on("attention_backward", function, seed)
    assert verdict.stage == stage, verdict
    assert words in " ".join(verdict.feedback())


def sigmoid_slope(d_out, Q, K, V, weights):
    dS = (d_out @ np.swapaxes(V, -1, -2)) * weights * (1 - weights) * Q.shape[-1] ** -0.5
    return dS @ K, np.swapaxes(dS, -1, -2) @ Q, np.swapaxes(weights, -1, -2) @ d_out


def forgets_the_scale(d_out, Q, K, V, weights):
    dW = d_out @ np.swapaxes(V, -1, -2)
    dS = weights * dW - weights * np.sum(weights * dW, axis=-1, keepdims=True)
    return dS @ K, np.swapaxes(dS, -1, -2) @ Q, np.swapaxes(weights, -1, -2) @ d_out


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("function", "words"), [(sigmoid_slope, "w (1 - w)"), (forgets_the_scale, "scale is missing")]
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, function, words, seed):
    assert words in verdict_on("attention_backward", function, seed).mistake


@pytest.mark.parametrize("seed", SEEDS)
def test_the_oracle_agrees_with_finite_differences_and_with_the_tape(seed):
    oracle = find_check("attention_backward").oracle
    rng = np.random.default_rng(seed)
    d_out, *inputs = (rng.normal(size=shape) for shape in ((4, 2), (4, 3), (5, 3), (5, 2)))

    def loss(inputs):
        return np.sum(attention(*inputs)[0] * d_out)

    ours = oracle(d_out, *inputs, attention(*inputs)[1])
    for by_hand, by_tape in zip(ours, value_and_grad(loss)(inputs)[1]):
        np.testing.assert_allclose(by_hand, by_tape, rtol=1e-9, atol=1e-12)
    for place, by_hand in enumerate(ours):
        for index in np.ndindex(by_hand.shape):
            moved = [[X.copy() for X in inputs] for _ in range(2)]
            moved[0][place][index] += 1e-5
            moved[1][place][index] -= 1e-5
            slope = (loss(moved[0]) - loss(moved[1])) / 2e-5
            assert abs(by_hand[index] - slope) < 1e-8
