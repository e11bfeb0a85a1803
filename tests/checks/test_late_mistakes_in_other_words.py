"""Lessons 8 to 11: mistakes as a class writes them that had no name, or another's.

Every function here is written otherwise than the known mistake that it has to be taken for.
"""

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.cross_attention import cross_attention
from course_utils.model.decoding import cached_decoder_block, greedy_decode
from course_utils.model.induction import induction_score
from course_utils.model.masks import causal_mask
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.softmax import softmax
from course_utils.model.transformer import decode, embed, encode
from course_utils.model.transformer_block import encoder_block, feed_forward, layer_norm

SEEDS = (0, 1, 2)


def v_on_the_left(Q, K, W_Q, W_K, v):
    return v @ np.tanh(np.expand_dims(Q @ W_Q, -2) + np.expand_dims(K @ W_K, -3))


def keys_turned_before(Y, X, W_Q, W_K, W_V, mask=None):
    return attention(Y @ W_Q, np.swapaxes(X @ W_K, -1, -2), X @ W_V, mask)


def one_projection_twice(Y, X, W_Q, W_K, W_V, mask=None):
    return cross_attention(Y, X, W_Q, W_Q, W_V, mask)


def rate_of_sure_words(weights, gold):
    linked = gold.sum(-1) == 1
    best = np.take_along_axis(gold, weights.argmax(-1)[..., None], -1)[..., 0]
    return 1 - best[linked].mean()


def norm_without_keepdims(X, gain, bias, epsilon=1e-5):
    mean = np.mean(X, axis=-1)
    variance = np.mean((X - mean) ** 2, axis=-1)
    return (X - mean) / np.sqrt(variance + epsilon) * gain + bias


def norm_with_a_flat_variance(X, gain, bias, epsilon=1e-5):
    mean = np.mean(X, axis=-1, keepdims=True)
    return (X - mean) / (X.var(-1) + epsilon) ** 0.5 * gain + bias


def norm_without_brackets(X, gain, bias, epsilon=1e-5):
    mean, variance = X.mean(-1, keepdims=True), X.var(-1, keepdims=True)
    return X - mean / (variance + epsilon) ** 0.5 * gain + bias


def norm_with_a_tiny_epsilon(X, gain, bias, epsilon=1e-5):
    return layer_norm(X, gain, bias, 1e-8)


def network_row_by_row(X, *rest):
    return np.array([np.maximum(0, x @ rest[0] + rest[1]) @ rest[2] + rest[3] for x in X])


def weights_overwritten(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    ready = layer_norm(Y, **block["norm_1"])
    note, weights = multi_head_attention(
        ready, ready, **block["self_attention"], heads=heads, mask=mask
    )
    Y = Y + note
    ready = layer_norm(Y, **block["norm_2"])
    note, weights = multi_head_attention(
        ready, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask
    )
    Y = Y + note
    ready = layer_norm(Y, **block["norm_3"])
    return Y + feed_forward(ready, **block["feed_forward"]), weights, weights


def backward_with_a_mean(d_out, Q, K, V, weights):
    pull = np.einsum("...nv,...mv->...nm", d_out, V)
    d_scores = weights * (pull - (weights * pull).mean(axis=-1, keepdims=True)) / Q.shape[-1] ** 0.5
    turned = np.swapaxes(d_scores, -1, -2)
    return d_scores @ K, turned @ Q, np.swapaxes(weights, -1, -2) @ d_out


def loss_with_one_maximum(logits, targets, keep):
    shifted = logits - logits.max()
    with np.errstate(all="ignore"):
        log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0][keep].mean()


def loss_without_keepdims(logits, targets, keep):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=-1))
    return -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0][keep].mean()


def all_words_counted(words, table, start=0):
    P = np.ones((start + words.size, table.shape[-1]))[start:]
    return (table[words] + P).astype(table.dtype)


def heads_forgotten(params, source, heads=4, mask=None):
    X = embed(source, params["source_embedding"])
    for block in params["encoder"].values():
        X, _ = encoder_block(X, block, mask=mask)
    return X, []


def asks_the_mask(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    if not mask:
        mask = causal_mask(target.shape[-1])
    return decode(params, target, X, heads, cross_heads, mask, cross_mask)


def two_of_three(params, source, target, heads=4, cross_heads=1, source_mask=None):
    X, encoder = encode(params, source, heads, source_mask)
    logits, decoder = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
    return logits, {"encoder": encoder, "decoder": decoder, "cross": []}


def floats_written(*arguments):
    return greedy_decode(*arguments) * 1.0


def marker_of_the_capstone(params, source, start, end, *rest):
    return greedy_decode(params, source, start, 2, *rest)


def step_of_the_batch(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    Y = embed(word[..., None], params["target_embedding"], start=len(cache["block_1"]["K"]))
    new = {}
    for name, block in params["decoder"].items():
        Y, new[name] = cached_decoder_block(Y, block, cache[name], heads, cross_heads, cross_mask)
    return (layer_norm(Y, **params["decoder_norm"]) @ params["W_out"])[..., 0, :], new


def score_before(weights, period=None):
    n = weights.shape[-1]
    p = n // 2 if period is None else period
    return sum(weights[..., i, i - p - 1] for i in range(p, n)) / (n - p)


def cut_without_keepdims(weights, query, key):
    kept = weights.copy()
    kept[..., query, key] = 0
    left = kept[..., query, :].sum(axis=-1)
    kept[..., query, :] = kept[..., query, :] / np.where(left > 0, left, 1)
    return kept


def cut_row_for_scores(weights, query, key):
    kept = weights.copy()
    kept[..., query, key] = 0
    kept[..., query, :] = softmax(kept[..., query, :])
    return kept


def cut_all_or_none(weights, query, key):
    kept = np.array(weights)
    kept[..., query, key] = 0
    left = kept[..., query, :].sum(axis=-1, keepdims=True)
    if (left > 0).all():
        kept[..., query, :] /= left
    return kept


NAMED = [
    ("cross_attention", one_projection_twice, "keys are projected by W_Q, too"),
    ("layer_norm", norm_without_keepdims, "missing in both"),
    ("layer_norm", norm_with_a_flat_variance, "variance has lost its axis"),
    ("layer_norm", norm_without_brackets, "brackets are missing"),
    ("layer_norm", norm_with_a_tiny_epsilon, "too small a number"),
    ("feed_forward", network_row_by_row, "stops for one word alone"),
    ("decoder_block", weights_overwritten, "come twice"),
    ("attention_backward", backward_with_a_mean, "divided by the number of keys"),
    ("cross_entropy", loss_with_one_maximum, "the logarithm of a total of 0"),
    ("cross_entropy", loss_without_keepdims, "keepdims is missing"),
    ("decode", asks_the_mask, "as `if not mask:` does"),
    ("greedy_decode", floats_written, "they are not integers"),
    ("greedy_decode", marker_of_the_capstone, "is always 2"),
    ("decode_step", step_of_the_batch, "the number of sentences"),
    ("induction_score", score_before, "column -1 is read from the end"),
    ("knock_out", cut_without_keepdims, "stops when there are heads"),
    ("knock_out", cut_row_for_scores, "row goes through a softmax once more, with the link at 0"),
    ("knock_out", cut_all_or_none, "heads all stay as they are"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "words"), NAMED)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    verdict = verdict_on(name, function, seed)
    assert not verdict.right
    assert words in verdict.mistake


# What was said of each of these and is not true of it.
NOT_SAID = [
    ("additive_scores", v_on_the_left, "matrices stand on the left"),
    ("cross_attention", keys_turned_before, "matrices stand on the left"),
    ("alignment_error_rate", rate_of_sure_words, "share of all words that are right"),
    ("feed_forward", network_row_by_row, "np.max"),
    ("cross_entropy", loss_with_one_maximum, "no maximum is subtracted"),
    ("embed", all_words_counted, "as many as the sentences"),
    ("encode", heads_forgotten, "as a loop over a dict does"),
    ("transformer", two_of_three, "as it does when the pair"),
    ("greedy_decode", floats_written, "takes all steps"),
    ("decode_step", step_of_the_batch, "one too far"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "words"), NOT_SAID)
def test_no_name_is_given_that_is_not_true(verdict_on, name, function, words, seed):
    verdict = verdict_on(name, function, seed)
    assert not verdict.right
    assert words not in verdict.mistake


def by_the_diagonal(weights, period=None):
    p = weights.shape[-1] // 2 if period is None else period
    return np.trace(weights[..., p:, 1:], axis1=-2, axis2=-1) / (weights.shape[-1] - p)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_trace_is_as_right(verdict_on, seed):
    assert verdict_on("induction_score", by_the_diagonal, seed).right
    assert verdict_on("induction_score", induction_score, seed).right
