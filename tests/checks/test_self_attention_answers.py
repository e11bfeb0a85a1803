"""Lesson 5: which answers to self_attention pass, which are refused, what the learner is told."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.attention import attention, scaled_scores
from course_utils.model.self_attention import self_attention
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)


def word_by_word(X, W_Q, W_K, W_V, mask=None):
    if X.ndim > 2:
        masks = [None] * len(X) if mask is None else mask
        both = [word_by_word(x, W_Q, W_K, W_V, m) for x, m in zip(X, masks)]
        return np.stack([output for output, _ in both]), np.stack([w for _, w in both])
    n = len(X)
    allowed = np.broadcast_to(True if mask is None else mask, (n, n))
    weights, output = np.zeros((n, n)), np.zeros((n, W_V.shape[1]))
    for i in range(n):
        scores = np.full(n, -np.inf)
        for j in range(n):
            if allowed[i, j]:
                scores[j] = np.sum((X[i] @ W_Q) * (X[j] @ W_K)) / np.sqrt(W_K.shape[1])
        powers = np.exp(scores - scores.max())
        weights[i] = powers / powers.sum()
        for j in range(n):
            output[i] += weights[i, j] * (X[j] @ W_V)
    return output, weights


def by_einsum(X, W_Q, W_K, W_V, mask=None):
    scores = np.einsum("...id,dk,ek,...je->...ij", X, W_Q, W_K, X) / W_Q.shape[1] ** 0.5
    if mask is not None:
        scores = scores + np.where(mask, 0.0, -np.inf)
    weights = softmax(scores)
    return np.einsum("...ij,...jd,dv->...iv", weights, X, W_V), weights


def in_one_product(X, W_Q, W_K, W_V, mask=None):
    d_k = W_Q.shape[-1]
    Q, K, V = np.split(X @ np.concatenate([W_Q, W_K, W_V], axis=1), [d_k, 2 * d_k], axis=-1)
    return attention(Q, K, V, mask)


def mixed_before_it_is_projected(X, W_Q, W_K, W_V, mask=None):
    mixed, weights = attention(X @ W_Q, X @ W_K, X, mask)
    return mixed @ W_V, weights


def with_one_matrix_for_scores(X, W_Q, W_K, W_V, mask=None):
    scores = X @ (W_Q @ W_K.T) @ np.swapaxes(X, -1, -2) / np.sqrt(W_Q.shape[1])
    weights = softmax(scores if mask is None else np.where(mask, scores, -np.inf))
    return weights @ (X @ W_V), weights


def in_place_on_copies(X, W_Q, W_K, W_V, mask=None):
    Q, K, V = (np.matmul(X.copy(), W) for W in (W_Q, W_K, W_V))
    Q /= Q.shape[-1] ** 0.5
    scores = np.matmul(Q, np.moveaxis(K, -1, -2))
    if mask is not None:
        scores[~np.broadcast_to(mask, scores.shape)] = -np.inf
    scores -= scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ V, weights


def with_keywords(X, W_Q, W_K, W_V, mask=None):
    Q, K, V = np.dot(X, W_Q), np.dot(X, W_K), np.dot(X, W_V)
    return attention(Q=Q, K=K, V=V, mask=mask)


def with_a_mask_always(X, W_Q, W_K, W_V, mask=None):
    n = X.shape[-2]
    mask = np.ones((n, n), dtype=bool) if mask is None else mask
    result = attention(X @ W_Q, X @ W_K, X @ W_V, mask)
    return result[0], result[1]


RIGHT = (
    self_attention,
    word_by_word,
    by_einsum,
    in_one_product,
    mixed_before_it_is_projected,
    with_one_matrix_for_scores,
    in_place_on_copies,
    with_keywords,
    with_a_mask_always,
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("function", RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, function, seed):
    verdict = verdict_on("self_attention", function, seed)
    assert verdict.right, verdict


def test_float32_stays_float32_without_a_remark(verdict_on):
    assert not verdict_on("self_attention", mixed_before_it_is_projected).notes
    assert "float64 came out" in " ".join(verdict_on("self_attention", word_by_word).notes)


def spoils_its_words(X, W_Q, W_K, W_V, mask=None):
    result = self_attention(X, W_Q, W_K, W_V, mask)
    X -= X.mean()
    return result


def sharper_weights(X, W_Q, W_K, W_V, mask=None):
    weights = self_attention(X, W_Q, W_K, W_V, mask)[1] ** 1.1
    return weights @ (X @ W_V), weights


def doubled_output(X, W_Q, W_K, W_V, mask=None):
    output, weights = self_attention(X, W_Q, W_K, W_V, mask)
    return 2 * output, weights


def looks_at_itself_less(X, W_Q, W_K, W_V, mask=None):
    scores = scaled_scores(X @ W_Q, X @ W_K)
    scores = scores - np.eye(scores.shape[-1])
    weights = softmax(scores if mask is None else np.where(mask, scores, -np.inf))
    return weights @ (X @ W_V), weights


SENTENCES = [
    (lambda X, W_Q, W_K, W_V, mask=None: None, "result", "Is the `return` line missing?"),
    (lambda X, W_Q, W_K, W_V: self_attention(X, W_Q, W_K, W_V), "call", "mask=None"),
    (lambda X, mask=None: X, "call", "self_attention(X, W_Q, W_K, W_V, mask=None)"),
    (spoils_its_words, "inputs", "the argument X is not what it was"),
    (sharper_weights, "identity", "the weights of each word sum to 1"),
    (doubled_output, "identity", "the output is weights @ (X @ W_V)"),
    (looks_at_itself_less, "values", "weights"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, function, stage, words, seed):
    verdict = verdict_on("self_attention", function, seed)
    assert verdict.stage == stage
    assert words in " ".join(verdict.feedback())
    assert not verdict.mistake


def scores_of_words(X, W_Q, W_K, W_V, mask=None):
    weights = softmax(X @ X.swapaxes(-1, -2) / X.shape[-1] ** 0.5)
    return weights @ X, weights


def in_brackets(X, W_Q, W_K, W_V, mask=None):
    output, weights = self_attention(X, W_Q, W_K, W_V, mask)
    return [output, weights]


def mask_by_keyword_lost(X, W_Q, W_K, W_V, mask=None):
    return attention(X @ W_Q, X @ W_K, X @ W_V, mask=None)


def transposed_inside(X, W_Q, W_K, W_V, mask=None):
    weights = softmax(scaled_scores(X @ W_K, X @ W_Q))
    return weights @ (X @ W_V), weights


def turned_by_t(X, W_Q, W_K, W_V, mask=None):
    scores = (X @ W_Q) @ (X @ W_K).T / W_Q.shape[1] ** 0.5
    weights = softmax(scores if mask is None else np.where(mask, scores, -np.inf))
    return weights @ (X @ W_V), weights


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("function", "words"),
    [
        (in_brackets, "stand in one list"),
        (mask_by_keyword_lost, "does not use its mask"),
        (transposed_inside, "exchanged their matrices"),
        (turned_by_t, "right for two axes"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, function, words, seed):
    assert words in verdict_on("self_attention", function, seed).mistake


@pytest.mark.parametrize("seed", SEEDS)
def test_the_words_in_another_order_give_the_same_in_that_order(seed):
    cases = find_check("self_attention").cases(np.random.default_rng(seed))
    plain, moved = cases[1].args, cases[3].args
    order = [int(np.argmin(np.abs(plain[0] - word).sum(axis=-1))) for word in moved[0]]
    assert order != sorted(order)
    before, after = self_attention(*plain), self_attention(*moved)
    np.testing.assert_allclose(after[0], before[0][order], rtol=0, atol=1e-12)
    np.testing.assert_allclose(after[1], before[1][order][:, order], rtol=0, atol=1e-12)


def test_every_masked_word_may_look_somewhere_and_not_everywhere_in_a_sentence():
    for seed in range(20):
        for case in find_check("self_attention").cases(np.random.default_rng(seed)):
            for mask in case.args[4:]:
                assert mask.any(axis=-1).all()
                assert not mask.all(axis=(-2, -1)).any()
