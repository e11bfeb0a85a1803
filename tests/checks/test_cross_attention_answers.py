"""Lesson 8: right scores and cross-attention however written; what else is told in a sentence."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.attention import attention
from course_utils.model.cross_attention import additive_scores, cross_attention
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)
MISTAKES = [
    pytest.param(name, mistake, id=f"{name}: {mistake.message}")
    for name in ("additive_scores", "cross_attention")
    for mistake in find_check(name).mistakes
]


def additive_by_loops(Q, K, W_Q, W_K, v):
    scores = np.zeros((*Q.shape[:-1], K.shape[-2]))
    for *where, i, j in np.ndindex(scores.shape):
        hidden = np.tanh(Q[(*where, i)] @ W_Q + K[(*where, j)] @ W_K)
        scores[(*where, i, j)] = sum(h * u for h, u in zip(hidden, v))
    return scores


def additive_query_by_query(Q, K, W_Q, W_K, v):
    if Q.ndim > 2:
        return np.stack([additive_query_by_query(q, k, W_Q, W_K, v) for q, k in zip(Q, K)])
    return np.array([np.tanh(q @ W_Q + K @ W_K) @ v for q in Q])


def additive_by_einsum(Q, K, W_Q, W_K, v):
    asked = np.einsum("...nq,qa->...na", Q, W_Q)
    offered = np.einsum("...mk,ka->...ma", K, W_K)
    hidden = np.tanh(asked[..., :, np.newaxis, :] + offered[..., np.newaxis, :, :])
    return np.einsum("...nma,a->...nm", hidden, v)


def additive_end_to_end(Q, K, W_Q, W_K, v):
    n, m = Q.shape[-2], K.shape[-2]
    queries = np.repeat(Q[..., None, :], m, axis=-2)
    keys = np.repeat(np.expand_dims(K, -3), n, axis=-3)
    both = np.concatenate([queries, keys], axis=-1)
    return np.sum(np.tanh(both @ np.vstack([W_Q, W_K])) * v, axis=-1)


def additive_feature_by_feature(Q, K, W_Q, W_K, v):
    asked, offered = Q @ W_Q, np.swapaxes(K @ W_K, -1, -2)
    scores = 0.0
    for a in range(len(v)):
        scores = scores + v[a] * np.tanh(asked[..., :, a, None] + offered[..., None, a, :])
    return scores


def additive_with_a_stable_tanh(Q, K, W_Q, W_K, v):
    x = (Q @ W_Q)[..., None, :] + (K @ W_K)[..., None, :, :]
    power = np.exp(-2.0 * np.abs(x))
    return (np.sign(x) * (1.0 - power) / (1.0 + power)) @ v


def cross_in_one_line(Y, X, W_Q, W_K, W_V, mask=None):
    return attention(Y @ W_Q, X @ W_K, X @ W_V, mask=mask)


def cross_by_einsum(Y, X, W_Q, W_K, W_V, mask=None):
    Q, K = np.einsum("...nd,dk->...nk", Y, W_Q), np.einsum("...md,dk->...mk", X, W_K)
    scores = np.einsum("...nk,...mk->...nm", Q, K) / np.sqrt(W_Q.shape[1])
    if mask is not None:
        scores = scores + np.where(mask, 0.0, -np.inf)
    weights = softmax(scores)
    return np.einsum("...nm,...mv->...nv", weights, X @ W_V), weights


def cross_word_by_word(Y, X, W_Q, W_K, W_V, mask=None):
    K, V = X @ W_K, X @ W_V
    outputs, weights = [], []
    for i in range(Y.shape[-2]):
        row = None if mask is None else mask[..., [min(i, mask.shape[-2] - 1)], :]
        output, weight = attention(Y[..., [i], :] @ W_Q, K, V, row)
        outputs.append(output)
        weights.append(weight)
    return np.concatenate(outputs, axis=-2), np.concatenate(weights, axis=-2)


def cross_with_folded_matrices(Y, X, W_Q, W_K, W_V, mask=None):
    scores = Y @ (W_Q @ W_K.T) @ np.swapaxes(X, -1, -2) / W_K.shape[-1] ** 0.5
    weights = softmax(scores if mask is None else np.where(mask, scores, -1e9), axis=-1)
    return (weights @ X) @ W_V, weights


def cross_from_the_whole_sentence(Y, X, W_Q, W_K, W_V, mask=None):
    both = X @ np.concatenate([W_K, W_V], axis=1)
    K, V = both[..., : W_K.shape[1]], both[..., W_K.shape[1] :]
    return attention(np.matmul(Y, W_Q), K, V, mask)


RIGHT = [
    ("additive_scores", additive_scores),
    ("additive_scores", additive_by_loops),
    ("additive_scores", additive_query_by_query),
    ("additive_scores", additive_by_einsum),
    ("additive_scores", additive_end_to_end),
    ("additive_scores", additive_feature_by_feature),
    ("additive_scores", additive_with_a_stable_tanh),
    ("cross_attention", cross_attention),
    ("cross_attention", cross_in_one_line),
    ("cross_attention", cross_by_einsum),
    ("cross_attention", cross_word_by_word),
    ("cross_attention", cross_with_folded_matrices),
    ("cross_attention", cross_from_the_whole_sentence),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_a_known_mistake_is_named_on_a_third_seed(verdict_on, name, mistake):
    """tests/checks/test_every_check.py does the same under seeds 0 and 1."""
    verdict = verdict_on(name, mistake.function, 2)
    assert not verdict.right
    assert verdict.mistake == mistake.message


def spoils_its_queries(Q, K, W_Q, W_K, v):
    scores = additive_scores(Q, K, W_Q, W_K, v)
    Q *= 2.0
    return scores


def doubled_output(Y, X, W_Q, W_K, W_V, mask=None):
    output, weights = cross_attention(Y, X, W_Q, W_K, W_V, mask)
    return 2.0 * output, weights


def flattened(Y, X, W_Q, W_K, W_V, mask=None):
    weights = cross_attention(Y, X, W_Q, W_K, W_V, mask)[1] ** 0.9
    return weights @ (X @ W_V), weights


SENTENCES = [
    ("additive_scores", lambda *arguments: None, "result", "Is the `return` line missing?"),
    ("additive_scores", lambda Q, K: Q, "call", "additive_scores(Q, K, W_Q, W_K, v)"),
    ("additive_scores", spoils_its_queries, "inputs", "the argument Q is not what it was"),
    ("additive_scores", lambda *given: additive_scores(*given) + 1e-3, "values", "got"),
    ("additive_scores", lambda *given: 9 * additive_scores(*given), "identity", "sizes of v"),
    ("additive_scores", lambda *given: additive_scores(*given)[..., 0], "shape", "(..., n, m)"),
    ("cross_attention", lambda Y, X, W_Q, W_K, W_V: (Y, X), "call", "mask=None"),
    ("cross_attention", lambda *given: None, "result", "expected 2 results"),
    ("cross_attention", doubled_output, "identity", "the output is weights @ (X @ W_V)"),
    ("cross_attention", flattened, "identity", "the weights of each word of Y sum to 1"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage
    assert words in " ".join(verdict.feedback())


def from_the_encoder(Y, X, W_Q, W_K, W_V, mask=None):
    scores = (X @ W_Q) @ np.swapaxes(Y @ W_K, -1, -2) / W_Q.shape[-1] ** 0.5
    weights = softmax(scores if mask is None else np.where(mask, scores, -np.inf))
    return weights @ (Y @ W_V), weights


def self_attention_of_the_target(Y, X, W_Q, W_K, W_V, mask=None):
    Q, K, V = (Y @ W for W in (W_Q, W_K, W_V))
    return attention(Q, K, V, mask)


def without_a_new_axis(Q, K, W_Q, W_K, v):
    return np.dot(np.tanh(np.add(Q @ W_Q, K @ W_K)), v)


def luong(Q, K, W_Q, W_K, v):
    return np.einsum("...na,...ma->...nm", Q @ W_Q, K @ W_K)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("cross_attention", from_the_encoder, "X asks and Y answers"),
        ("cross_attention", self_attention_of_the_target, "self-attention of Y"),
        ("additive_scores", without_a_new_axis, "query i meets key i only"),
        ("additive_scores", luong, "dot products of the projected"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    assert words in verdict_on(name, function, seed).mistake


def test_every_word_may_look_at_a_word_and_not_at_all():
    """Rows with nothing to look at are lesson 4's; sizes that agree would hide an exchange."""
    for seed in range(20):
        cases = find_check("cross_attention").cases(np.random.default_rng(seed))
        for case in cases:
            for mask in case.args[5:]:
                assert mask.any(axis=-1).all()
                assert not mask.all(axis=-1).any()
        assert sum(case.args[0].shape == case.args[1].shape for case in cases) == 1
