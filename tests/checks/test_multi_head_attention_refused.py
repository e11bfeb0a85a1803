"""Lesson 7: wrong answers that are no known mistake, and known ones written in other words."""

from dataclasses import replace

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.grading.visible import judge_visible
from course_utils.model.attention import attention
from course_utils.model.multi_head_attention import (
    merge_heads,
    multi_head_attention,
    split_heads,
)
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)


def spoils_its_input(X):
    result = merge_heads(X)
    X *= 2.0
    return result


def spoils_w_o(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    results = multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)
    W_O += 1.0
    return results


def reversed_heads(X, heads):
    return split_heads(X, heads)[..., ::-1, :, :]


def one_number_off(X, heads):
    result = split_heads(X, heads).copy()
    result[..., 0, 0, 0] += 1.0
    return result


def sharper(*arguments):
    output, weights = multi_head_attention(*arguments)
    return output, weights**1.1


def noisy_output(*arguments):
    output, weights = multi_head_attention(*arguments)
    return output + 0.01, weights


SENTENCES = [
    ("split_heads", lambda X: X, "call", "split_heads(X, heads)"),
    ("split_heads", lambda X, heads: None, "result", "Is the `return` line missing?"),
    ("split_heads", one_number_off, "identity", "row i of every head comes from word i"),
    ("split_heads", reversed_heads, "values", "got"),
    ("merge_heads", lambda X, heads: X, "call", "merge_heads(X)"),
    ("merge_heads", spoils_its_input, "inputs", "the argument X is not what it was"),
    ("merge_heads", lambda X: merge_heads(X)[..., ::-1], "values", "got"),
    ("merge_heads", lambda X: merge_heads(X).tolist(), "result", "a list"),
    ("multi_head_attention", lambda X_Q, X_KV: X_Q, "call", "mask=None"),
    ("multi_head_attention", spoils_w_o, "inputs", "the argument W_O is not what it was"),
    ("multi_head_attention", sharper, "identity", "the weights of each query sum to 1"),
    ("multi_head_attention", noisy_output, "values", "output"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage
    assert words in " ".join(verdict.feedback())


def split_with_minus_one(X, heads):
    return np.reshape(X, (*X.shape[:-2], heads, -1, X.shape[-1] // heads))


def split_and_forget(X, heads):
    pieces = [
        X[..., h * X.shape[-1] // heads : (h + 1) * X.shape[-1] // heads] for h in range(heads)
    ]
    return np.stack(pieces, axis=-2)


def merge_with_hstack(X):
    return np.hstack(list(X))


def merge_and_flatten(X):
    return X.reshape(*X.shape[:-3], X.shape[-2], -1)


def sees_no_further_than_d_model(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(W_Q.shape[0])
    if mask is not None:
        scores = np.where(mask[..., None, :, :], scores, -1e9)
    weights = softmax(scores)
    return merge_heads(weights @ V) @ W_O, weights


def gives_the_mask_as_it_is(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
    gathered, weights = attention(Q, K, V, mask)
    return merge_heads(gathered) @ W_O, weights


def stops_before_w_o(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
    gathered, weights = attention(Q, K, V, None if mask is None else mask[..., None, :, :])
    return merge_heads(gathered), weights


def calls_an_attention_for_one_table(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    def attention_of_lesson_3(Q, K, V, mask=None):
        scores = Q @ np.swapaxes(K, -1, -2) / Q.shape[-1] ** 0.5
        if mask is not None:
            scores[..., np.logical_not(mask)] = -np.inf
        weights = softmax(scores)
        return weights @ V, weights

    Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
    mask = None if mask is None else np.expand_dims(mask, -3)
    gathered, weights = attention_of_lesson_3(Q, K, V, mask)
    return merge_heads(gathered) @ W_O, weights


def one_softmax_for_all(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
    scores = Q @ np.swapaxes(K, -1, -2) / Q.shape[-1] ** 0.5
    if mask is not None:
        scores = np.where(np.expand_dims(mask, -3), scores, -np.inf)
    side_by_side = np.concatenate(np.moveaxis(scores, -3, 0), axis=-1)  # (..., n, heads * m)
    shares = np.split(softmax(side_by_side), heads, axis=-1)
    weights = np.stack(shares, axis=-3)
    return merge_heads(weights @ V) @ W_O, weights


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("split_heads", split_with_minus_one, "reading order"),
        ("split_heads", split_and_forget, "stands behind the words"),
        ("merge_heads", merge_and_flatten, "reading order"),
        ("merge_heads", merge_with_hstack, "np.hstack"),
        ("multi_head_attention", sees_no_further_than_d_model, "√d_model"),
        ("multi_head_attention", gives_the_mask_as_it_is, "no axis for the heads"),
        (
            "multi_head_attention",
            calls_an_attention_for_one_table,
            "`attention` that gets it stops",
        ),
        ("multi_head_attention", stops_before_w_o, "W_O is missing"),
        ("multi_head_attention", one_softmax_for_all, "over all heads at once"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    assert words in verdict_on(name, function, seed).mistake


def test_there_and_back_is_no_proof():
    """A wrong pair of reshapes undoes itself; each of the two is refused all the same."""
    first = find_check("split_heads").mistakes[0].function
    second = find_check("merge_heads").mistakes[0].function
    X = np.random.default_rng(0).normal(size=(2, 3, 8))
    np.testing.assert_array_equal(second(first(X, 4)), X)
    assert not np.array_equal(first(X, 4), split_heads(X, 4))


def test_a_wrong_oracle_would_be_seen():
    """Break the oracle on purpose: the reference must then be refused."""
    broken = replace(find_check("split_heads"), oracle=lambda X, heads: split_heads(X, heads) + 1.0)
    assert not judge_visible(broken, split_heads).right
