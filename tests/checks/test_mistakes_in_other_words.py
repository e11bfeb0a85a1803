"""Lessons 4 to 11: mistakes as learners write them, which a check once let pass or did not name.

Every function here is written otherwise than the known mistake that it has to be taken for.
"""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.attention import attention
from course_utils.model.decoding import cached_decoder_block, decode_step
from course_utils.model.masks import causal_mask
from course_utils.model.multi_head_attention import merge_heads, multi_head_attention, split_heads
from course_utils.model.positions import sinusoidal_positions
from course_utils.model.softmax import softmax
from course_utils.model.transformer import decode, embed, encode
from course_utils.model.transformer_block import feed_forward, layer_norm

SEEDS = (0, 1, 2)


def padding_from_the_end(lengths, m):
    rows = [[True] * m for _ in lengths]
    for row, length in zip(rows, lengths):
        row[-(m - length) :] = [False] * len(row[-(m - length) :])
    return np.array(rows)[:, None, :]


def empty_rows_in_the_second_place(scores, mask):
    empty = np.expand_dims(np.sum(mask, axis=-1) == 0, 1)
    weights = softmax(np.where(np.logical_or(mask, empty), scores, -np.inf))
    weights[np.broadcast_to(empty, weights.shape)] = 0
    return weights


def one_or_two_branches(Q, K, V, mask=None):
    turned = K.T if K.ndim == 2 else np.transpose(K, (0, 2, 1))
    scores = Q @ turned / np.sqrt(K.shape[-1])
    weights = softmax(scores if mask is None else np.where(mask, scores, -np.inf))
    return weights @ V, weights


def scaled_before_attention(X, W_Q, W_K, W_V, mask=None):
    return attention(X @ W_Q / W_Q.shape[1] ** 0.5, X @ W_K, X @ W_V, mask)


def rotate_half_with_pairs(X, base=10000):
    n, d = X.shape[-2:]
    angle = np.outer(np.arange(n), base ** -(np.arange(0, d, 2) / d)).repeat(2, axis=1)
    half = np.concatenate([-X[..., d // 2 :], X[..., : d // 2]], axis=-1)
    return np.cos(angle) * X + np.sin(angle) * half


def heads_of_a_batch(*arguments):
    *given, heads, mask = (*arguments, None)[:8]
    X_Q, X_KV, W_Q, W_K, W_V, W_O = given
    Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
    if mask is not None and mask.ndim == 3:
        mask = mask[:, None]
    gathered, weights = attention(Q, K, V, mask)
    return merge_heads(gathered) @ W_O, weights


def scaled_by_the_heads(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    scale = (W_Q.shape[1] // heads / heads) ** 0.5
    return multi_head_attention(X_Q, X_KV, scale * W_Q, W_K, W_V, W_O, heads, mask)


def v_in_a_column(Q, K, W_Q, W_K, v):
    pairs = (Q @ W_Q)[..., :, None, :] + (K @ W_K)[..., None, :, :]
    return np.tanh(pairs) @ np.reshape(v, (-1, 1))


def rate_of_2003(weights, gold):
    chosen = np.zeros(gold.shape, dtype=bool)
    np.put_along_axis(chosen, np.argmax(weights, axis=-1)[..., None], True, axis=-1)
    both = np.count_nonzero(chosen & gold)
    return 1 - (both + both) / (np.count_nonzero(chosen) + np.count_nonzero(gold))


def norm_in_the_second_place(X, gain, bias, epsilon=1e-5):
    mean, root = X.mean(-1), np.sqrt(X.var(-1) + epsilon)
    return gain * (X - mean[:, np.newaxis]) / root[:, np.newaxis] + bias


def network_reads_ready(X, block, heads, mask=None):
    ready = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **block["attention"], heads=heads, mask=mask)
    return X + note + feed_forward(ready, **block["feed_forward"]), weights


def sums_from_y(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    own, other = block["self_attention"], block["cross_attention"]
    a = layer_norm(Y, **block["norm_1"])
    note, weights = multi_head_attention(a, a, **own, heads=heads, mask=mask)
    b = layer_norm(Y + note, **block["norm_2"])
    note, crossed = multi_head_attention(b, X, **other, heads=cross_heads, mask=cross_mask)
    Y = Y + note
    c = layer_norm(Y, **block["norm_3"])
    return Y + feed_forward(c, **block["feed_forward"]), weights, crossed


def ready_asks_twice(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    own, other = block["self_attention"], block["cross_attention"]
    ready = layer_norm(Y, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **own, heads=heads, mask=mask)
    more, crossed = multi_head_attention(ready, X, **other, heads=cross_heads, mask=cross_mask)
    Y = Y + note + more
    ready = layer_norm(Y, **block["norm_3"])
    return Y + feed_forward(ready, **block["feed_forward"]), weights, crossed


def clipped_softmax(logits, targets, keep):
    p = np.clip(softmax(logits), 1e-12, 1.0)
    return -np.mean(np.log(np.take_along_axis(p, targets[..., None], -1))[keep])


def loop_over_names(params, source, heads=4, mask=None):
    X = embed(source, params["source_embedding"])
    for block in params["encoder"]:
        X = layer_norm(X, **block["norm_1"])
    return X, []


def causal_for_the_batch(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    if mask is None:
        mask = causal_mask(len(target))
    return decode(params, target, X, heads, cross_heads, mask, cross_mask)


def causal_always(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    causal = np.tri(target.shape[-1]) > 0
    mask = causal if mask is None else np.logical_and(causal, mask)
    return decode(params, target, X, heads, cross_heads, mask, cross_mask)


def mask_by_place(params, source, target, heads=4, cross_heads=1, source_mask=None):
    X, encoder = encode(params, source, heads, source_mask)
    logits, own, cross = decode(params, target, X, heads, cross_heads, source_mask, source_mask)
    return logits, {"encoder": encoder, "decoder": own, "cross": cross}


def greedy_asks_first(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    X, _ = encode(params, source, heads, source_mask)
    target, over = np.full((len(source), 1), start), np.zeros(len(source), dtype=bool)
    for _ in range(steps):
        guess = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)[0]
        word = np.where(over, end, guess[:, -1].argmax(axis=-1))
        target = np.column_stack([target, word])
        if over.all():
            break
        over |= word == end
    return target[:, 1:]


def greedy_mask_by_place(
    params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None
):
    X, _ = encode(params, source, heads, source_mask)
    target, over = np.full((len(source), 1), start), np.zeros(len(source), dtype=bool)
    while target.shape[1] <= steps and not over.all():
        guess = decode(params, target, X, heads, cross_heads, source_mask)[0]
        word = np.where(over, end, guess[:, -1].argmax(axis=-1))
        target, over = np.column_stack([target, word]), over | (word == end)
    return target[:, 1:]


def step_with_a_colon(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    Y, new = embed(word[:, None], params["target_embedding"], cache["block_1"]["K"].shape[-2]), {}
    for name, block in params["decoder"].items():
        Y, new[name] = cached_decoder_block(Y, block, cache[name], heads, cross_heads, cross_mask)
    return (layer_norm(Y, **params["decoder_norm"]) @ params["W_out"])[:, 0], new


def step_from_block_1(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    cache = dict.fromkeys(cache, cache["block_1"])
    return decode_step(params, word, cache, heads, cross_heads, cross_mask)


def summed_over_p(weights, period=None):
    period = period or weights.shape[-1] // 2
    return np.trace(weights[..., period:, 1:], axis1=-2, axis2=-1) / period


def all_but_the_last(weights, period=None):
    n = weights.shape[-1]
    period = period or n // 2
    return np.mean([weights[..., i, i - period + 1] for i in range(period, n - 1)], axis=0)


def norm_in_place(X, gain, bias, epsilon=1e-5):
    X -= np.mean(X, axis=-1, keepdims=True)
    X /= np.sqrt(np.var(X, axis=-1, keepdims=True) + epsilon)
    return gain * X + bias


def block_in_place(X, block, heads, mask=None):
    ready = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **block["attention"], heads=heads, mask=mask)
    X += note
    X += feed_forward(layer_norm(X, **block["norm_2"]), **block["feed_forward"])
    return X, weights


def pair_for_words(params, source, target, heads=4, cross_heads=1, source_mask=None):
    X = encode(params, source, heads, source_mask)
    logits, own, cross = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
    return logits, {"encoder": X[1], "decoder": own, "cross": cross}


def crossed_by_a_turned_mask(Y, X, W_Q, W_K, W_V, mask=None):
    mask = None if mask is None else np.swapaxes(mask, -1, -2)
    return attention(Y @ W_Q, X @ W_K, X @ W_V, mask)


ONE_AXIS = "right for one leading axis or none"
NAMED = [
    ("padding_mask", padding_from_the_end, "a slice from -0 on"),
    ("padding_mask", lambda lengths, m: np.arange(m) < lengths[None, :, None], "stands in front"),
    ("masked_softmax", empty_rows_in_the_second_place, "in the second place"),
    ("self_attention", scaled_before_attention, "divided by d_k"),
    (
        "self_attention",
        lambda X, Q, K, V, M=None: one_or_two_branches(X @ Q, X @ K, X @ V, M),
        ONE_AXIS,
    ),
    ("apply_rope", rotate_half_with_pairs, "your angles lie beside neighbors"),
    ("multi_head_attention", heads_of_a_batch, ONE_AXIS),
    ("multi_head_attention", scaled_by_the_heads, "√heads"),
    ("additive_scores", v_in_a_column, "got as a column"),
    (
        "cross_attention",
        lambda Y, X, Q, K, V, M=None: one_or_two_branches(Y @ Q, X @ K, X @ V, M),
        ONE_AXIS,
    ),
    ("cross_attention", crossed_by_a_turned_mask, "whenever it gets a mask"),
    ("alignment_error_rate", rate_of_2003, "the set of links"),
    ("layer_norm", norm_in_the_second_place, "in the second place"),
    ("layer_norm", norm_in_place, "changes the X of its caller"),
    ("encoder_block", block_in_place, "`X += ...`"),
    ("encoder_block", network_reads_ready, "nothing is normed again"),
    ("decoder_block", sums_from_y, "second sum begins with Y"),
    ("decoder_block", ready_asks_twice, "asks with the copy"),
    ("cross_entropy", clipped_softmax, "never below 1e-12"),
    ("encode", loop_over_names, "loop over a dict"),
    ("decode", causal_for_the_batch, "as there are sentences"),
    ("decode", causal_always, "joined with the causal one"),
    ("transformer", mask_by_place, "lands among the target words"),
    ("transformer", pair_for_words, "the pair that `encode` returns"),
    ("greedy_decode", greedy_asks_first, "one step late"),
    ("greedy_decode", greedy_mask_by_place, "lands among the target words"),
    ("decode_step", step_with_a_colon, "right for one leading axis"),
    ("decode_step", step_from_block_1, "cache of block_1"),
    ("induction_score", summed_over_p, "divides by the period"),
    ("induction_score", all_but_the_last, "leaves out the last word"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "words"), NAMED)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    verdict = verdict_on(name, function, seed)
    assert not verdict.right
    assert words in verdict.mistake


def positions_in_float32(n, d, base=10000):
    speed = np.exp(np.arange(0, d, 2, dtype=np.float32) * np.float32(-np.log(base) / d))
    angle = np.arange(n, dtype=np.float32)[:, None] * speed
    table = np.empty((n, d), dtype=np.float32)
    table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle[:, : d // 2])
    return table


@pytest.mark.parametrize("seed", range(10))
def test_positions_may_be_worked_out_in_float32(verdict_on, seed):
    verdict = verdict_on("sinusoidal_positions", positions_in_float32, seed)
    assert verdict.right, verdict


def test_positions_a_little_off_are_refused(verdict_on):
    def function(n, d, base=10000):
        return sinusoidal_positions(n, d, base * 1.001)

    assert not verdict_on("sinusoidal_positions", function).right


@pytest.mark.parametrize("name", ["self_attention", "multi_head_attention", "cross_attention"])
def test_one_case_at_least_has_two_leading_axes(name):
    for seed in range(5):
        cases = find_check(name).cases(np.random.default_rng(seed))
        assert any(case.args[0].ndim == 4 for case in cases)
        assert any(case.args[0].ndim == 3 for case in cases)
