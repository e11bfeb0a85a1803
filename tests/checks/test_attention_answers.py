"""Lesson 3: which answers pass, which are refused, and what the learner is told."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.attention import attention, scaled_scores
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)
EXERCISES = ("scaled_scores", "attention")


def scores_by_loops(Q, K):
    result = np.zeros((*Q.shape[:-1], K.shape[-2]))
    for *where, i, j in np.ndindex(result.shape):
        result[(*where, i, j)] = sum(Q[(*where, i)] * K[(*where, j)]) / np.sqrt(Q.shape[-1])
    return result


def scores_of_scaled_queries(Q, K):
    small = Q.copy()
    small /= Q.shape[-1] ** 0.5
    return np.matmul(small, np.moveaxis(K, -1, -2))


def scores_by_broadcasting(Q, K):
    return np.sum(Q[..., :, None, :] * K[..., None, :, :], axis=-1) / np.sqrt(K.shape[-1])


def scores_table_by_table(Q, K):
    if Q.ndim == 2:
        return np.dot(Q, K.T) / np.sqrt(np.float64(K.shape[1]))
    return np.stack([scores_table_by_table(q, k) for q, k in zip(Q, K)])


def scores_by_shared_scale(Q, K):
    fourth_root = float(Q.shape[-1]) ** -0.25
    return (Q * fourth_root) @ (K * fourth_root).swapaxes(-2, -1)


def attention_by_loops(Q, K, V, mask=None):
    scores = scores_by_loops(Q, K)
    weights = np.zeros(scores.shape)
    output = np.zeros((*scores.shape[:-1], V.shape[-1]))
    for row in np.ndindex(scores.shape[:-1]):
        allowed = np.broadcast_to(True if mask is None else mask, scores.shape)[row]
        best = scores[row][allowed].max()
        weights[row][allowed] = np.exp(scores[row][allowed] - best)
        weights[row] /= weights[row].sum()
        for j, weight in enumerate(weights[row]):
            output[row] += weight * V[(*row[:-1], j)]
    return output, weights


def attention_by_einsum(Q, K, V, mask=None):
    scores = np.einsum("...nd,...md->...nm", Q, K) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = scores + np.where(mask, 0.0, -np.inf)
    weights = softmax(scores)
    return np.einsum("...nm,...mv->...nv", weights, V), weights


def attention_with_minus_1e9(Q, K, V, mask=None):
    scores = scaled_scores(Q, K)
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights = powers / np.sum(powers, axis=-1, keepdims=True)
    return np.matmul(weights, V), weights


def attention_with_assignment(Q, K, V, mask=None):
    scores = scaled_scores(Q, K).copy()
    if mask is not None:
        scores[~np.broadcast_to(mask, scores.shape)] = -np.inf
    weights = softmax(scores)
    return weights @ V, weights


def attention_with_default_mask(Q, K, V, mask=None):
    if mask is None:
        mask = np.ones((Q.shape[-2], K.shape[-2]), dtype=bool)
    weights = softmax(np.where(mask, scaled_scores(Q, K), -np.inf), -1)
    return weights @ V, weights


def attention_that_normalizes_last(Q, K, V, mask=None):
    scores = scaled_scores(Q, K)
    if mask is not None:
        scores = np.where(np.broadcast_to(mask, scores.shape), scores, float("-inf"))
    powers = np.exp(scores - scores.max(-1)[..., None])
    total = powers.sum(-1)[..., None]
    return (powers @ V) / total, powers / total


RIGHT = [
    ("scaled_scores", scaled_scores),
    ("scaled_scores", scores_by_loops),
    ("scaled_scores", scores_of_scaled_queries),
    ("scaled_scores", scores_by_broadcasting),
    ("scaled_scores", scores_table_by_table),
    ("scaled_scores", scores_by_shared_scale),
    ("scaled_scores", lambda Q, K: np.einsum("...nd,...md->...nm", Q, K) / Q.shape[-1] ** 0.5),
    ("attention", attention),
    ("attention", attention_by_loops),
    ("attention", attention_by_einsum),
    ("attention", attention_with_minus_1e9),
    ("attention", attention_with_assignment),
    ("attention", attention_with_default_mask),
    ("attention", attention_that_normalizes_last),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


def weights_to_the_power(Q, K, V, mask=None):
    weights = attention(Q, K, V, mask)[1] ** 1.1
    return weights @ V, weights


def spoils_its_queries(Q, K):
    Q /= Q.shape[-1] ** 0.5
    return Q @ np.swapaxes(K, -1, -2)


def spoils_its_values(Q, K, V, mask=None):
    output, weights = attention(Q, K, V, mask)
    V += 1.0
    return output, weights


SENTENCES = [
    ("scaled_scores", lambda Q, K: None, "result", "Is the `return` line missing?"),
    ("scaled_scores", lambda Q: Q, "call", "scaled_scores(Q, K)"),
    ("scaled_scores", lambda Q, K: scaled_scores(Q, K)[..., None], "shape", "(..., n, m)"),
    ("scaled_scores", spoils_its_queries, "inputs", "the argument Q is not what it was"),
    ("scaled_scores", lambda Q, K: scaled_scores(Q, K) + 0.5, "values", "got"),
    ("scaled_scores", lambda Q, K: scaled_scores(Q, K).tolist(), "result", "a list"),
    ("attention", lambda Q, K, V: attention(Q, K, V), "call", "mask=None"),
    ("attention", lambda Q, K, V, mask=None: attention(Q, K, V, mask)[1], "result", "2 results"),
    ("attention", weights_to_the_power, "identity", "the weights of each query sum to 1"),
    ("attention", spoils_its_values, "inputs", "the argument V is not what it was"),
    (
        "attention",
        lambda Q, K, V, mask=None: (attention(Q, K, V, mask)[0] * 2, attention(Q, K, V, mask)[1]),
        "identity",
        "the output is weights @ V",
    ),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage
    assert words in " ".join(verdict.feedback())


@pytest.mark.parametrize("fill", [-100.0, -1000.0])
def test_a_fill_that_is_not_low_enough_is_named(verdict_on, fill):
    def function(Q, K, V, mask=None):
        scores = scaled_scores(Q, K)
        weights = softmax(scores if mask is None else np.where(mask, scores, scores + fill))
        return weights @ V, weights

    assert "not low enough" in verdict_on("attention", function).mistake


def softmax_before_the_mask_and_after(Q, K, V, mask=None):
    first = softmax(scaled_scores(Q, K))
    weights = softmax(first if mask is None else np.where(mask, first, -np.inf))
    return weights @ V, weights


def plus_infinity(Q, K, V, mask=None):
    scores = scaled_scores(Q, K)
    weights = softmax(scores if mask is None else np.where(mask, scores, np.inf))
    return weights @ V, weights


def scores_at_the_mask(Q, K, V, mask=None):
    scores = scaled_scores(Q, K)
    if mask is not None:
        scores[np.logical_not(mask)] = float("-inf")
    weights = softmax(scores)
    return weights @ V, weights


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        (
            "scaled_scores",
            lambda Q, K: Q @ np.swapaxes(K, -1, -2) / K.shape[-1] ** 1 / 2,
            "d_k and then by 2",
        ),
        (
            "scaled_scores",
            lambda Q, K: np.matmul(Q, K.swapaxes(1, 2)) / Q.shape[-1] ** 0.5,
            "counted from the front",
        ),
        (
            "scaled_scores",
            lambda Q, K: scaled_scores(Q, K) / K.shape[-1] ** 0.5,
            "or by √d_k twice",
        ),
        ("attention", softmax_before_the_mask_and_after, "softmax twice"),
        ("attention", plus_infinity, "rows become nan"),
        ("attention", scores_at_the_mask, "stops when leading axes"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    assert words in verdict_on(name, function, seed).mistake


def test_float32_that_becomes_float64_is_remarked_and_costs_nothing(verdict_on):
    verdict = verdict_on("scaled_scores", scores_by_broadcasting)
    assert verdict.right
    assert "float64 came out" in " ".join(verdict.notes)


def test_sizes_differ_and_every_query_has_an_open_and_a_closed_key():
    for seed in range(20):
        for case in find_check("attention").cases(np.random.default_rng(seed)):
            for mask in case.args[3:]:
                assert mask.any(axis=-1).all()
                assert not mask.all(axis=-1).any()
