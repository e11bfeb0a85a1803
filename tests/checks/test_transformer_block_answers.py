"""Lesson 9: right answers to layer_norm, feed_forward and the blocks, however they are written."""

import math

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.transformer_block import (
    decoder_block,
    encoder_block,
    feed_forward,
    layer_norm,
)

SEEDS = (0, 1, 2)


def norm_by_loops(X, gain, bias, epsilon=1e-5):
    result = np.zeros_like(X)
    for where in np.ndindex(X.shape[:-1]):
        mean = sum(X[where]) / len(gain)
        spread = math.sqrt(sum((x - mean) ** 2 for x in X[where]) / len(gain) + epsilon)
        for f in range(len(gain)):
            result[(*where, f)] = (X[where][f] - mean) / spread * gain[f] + bias[f]
    return result


def norm_with_var(X, gain, bias, epsilon=1e-5):
    mean, variance = X.mean(-1, keepdims=True), X.var(-1, keepdims=True)
    return gain * (X - mean) / np.sqrt(variance + epsilon) + bias


def norm_with_std(X, gain, bias, epsilon=1e-5):
    spread = (np.std(X, axis=-1) ** 2 + epsilon) ** 0.5
    return gain * ((X - np.mean(X, axis=-1)[..., None]) / spread[..., None]) + bias


def norm_by_einsum(X, gain, bias, epsilon=1e-5):
    d = X.shape[-1]
    centred = X - np.einsum("...f->...", X)[..., np.newaxis] / d
    variance = np.einsum("...f,...f->...", centred, centred)[..., np.newaxis] / d
    return np.einsum("...f,f->...f", centred * (variance + epsilon) ** -0.5, gain) + bias


def norm_by_a_matrix(X, gain, bias, epsilon=1e-5):
    d = X.shape[-1]
    centred = X @ (np.eye(d, dtype=X.dtype) - np.full((d, d), 1 / d, dtype=X.dtype))
    return centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + epsilon) * gain + bias


def norm_in_place_on_a_copy(X, gain, bias, epsilon=1e-5):
    X = X.copy()
    X -= X.mean(axis=-1, keepdims=True)
    X /= np.sqrt(np.mean(np.square(X), axis=-1, keepdims=True) + epsilon)
    X *= gain
    X += bias
    return X


def norm_of_a_flat_table(X, gain, bias, epsilon=1e-5):
    flat = X.reshape(-1, X.shape[-1])
    rows = [(x - x.mean()) / np.sqrt(x.var() + epsilon) * gain + bias for x in flat]
    return np.array(rows).reshape(X.shape)


def norm_of_transposes(X, gain, bias, epsilon=1e-5):
    return ((X.T - X.T.mean(0)) / np.sqrt(X.T.var(0) + epsilon)).T * gain + bias


def network_by_loops(X, W_1, b_1, W_2, b_2):
    result = np.zeros((*X.shape[:-1], len(b_2)), dtype=X.dtype)
    for where in np.ndindex(X.shape[:-1]):
        hidden = [max(sum(X[where] * W_1[:, h]) + b_1[h], 0) for h in range(len(b_1))]
        for f in range(len(b_2)):
            result[(*where, f)] = sum(hidden[h] * W_2[h, f] for h in range(len(b_1))) + b_2[f]
    return result


def network_with_where(X, W_1, b_1, W_2, b_2):
    hidden = X @ W_1 + b_1
    return np.where(hidden > 0, hidden, 0) @ W_2 + b_2


def network_by_einsum(X, W_1, b_1, W_2, b_2):
    hidden = np.einsum("...d,df->...f", X, W_1) + b_1
    return np.einsum("...f,fd->...d", hidden * (hidden > 0), W_2) + b_2


def network_in_place(X, W_1, b_1, W_2, b_2):
    hidden = np.matmul(X, W_1)
    hidden += b_1
    hidden[hidden < 0] = 0
    return np.matmul(hidden, W_2) + b_2


def network_with_biases_in_the_matrix(X, W_1, b_1, W_2, b_2):
    one = np.ones((*X.shape[:-1], 1), dtype=X.dtype)
    hidden = np.concatenate([X, one], axis=-1) @ np.vstack([W_1, b_1])
    hidden = (hidden + np.abs(hidden)) / 2
    return np.concatenate([hidden, one], axis=-1) @ np.vstack([W_2, b_2])


def network_with_clip(X, W_1, b_1, W_2, b_2):
    return np.dot(np.clip(np.dot(X, W_1) + b_1, 0, None), W_2) + b_2


def encoder_with_names(X, block, heads, mask=None):
    norm_1, norm_2 = block["norm_1"], block["norm_2"]
    a, f = block["attention"], block["feed_forward"]
    ready = layer_norm(X, norm_1["gain"], norm_1["bias"])
    note, weights = multi_head_attention(
        ready, ready, a["W_Q"], a["W_K"], a["W_V"], a["W_O"], heads, mask
    )
    middle = X + note
    ready = layer_norm(middle, norm_2["gain"], norm_2["bias"])
    return middle + feed_forward(ready, f["W_1"], f["b_1"], f["W_2"], f["b_2"]), weights


def encoder_sentence_by_sentence(X, block, heads, mask=None):
    if X.ndim == 2:
        return encoder_block(X, block, heads, mask)
    masks = np.broadcast_to(True if mask is None else mask, (*X.shape[:-1], X.shape[-2]))
    both = [encoder_sentence_by_sentence(x, block, heads, m) for x, m in zip(X, masks)]
    return np.stack([out for out, _ in both]), np.stack([weights for _, weights in both])


def encoder_adds_up_at_the_end(X, block, heads, mask=None):
    ready = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **block["attention"], heads=heads, mask=mask)
    thought = feed_forward(layer_norm(X + note, **block["norm_2"]), **block["feed_forward"])
    return X + (note + thought), weights


def encoder_in_place_on_a_copy(X, block, heads, mask=None):
    X = np.array(X)
    ready = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, heads=heads, mask=mask, **block["attention"])
    X += note
    X += feed_forward(layer_norm(X, **block["norm_2"]), **block["feed_forward"])
    return X, weights


def encoder_of_functions(X, block, heads, mask=None):
    def attend(Z):
        found.append(multi_head_attention(Z, Z, **block["attention"], heads=heads, mask=mask))
        return found[0][0]

    def think(Z):
        return feed_forward(Z, **block["feed_forward"])

    found = []
    for name, part in (("norm_1", attend), ("norm_2", think)):
        X = X + part(layer_norm(X, **block[name]))
    return X, found[0][1]


def decoder_from_an_encoder(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    silent = {name: 0 * array for name, array in block["feed_forward"].items()}
    own = {
        "norm_1": block["norm_1"],
        "attention": block["self_attention"],
        "norm_2": block["norm_2"],
        "feed_forward": silent,
    }
    Y, weights = encoder_block(Y, own, heads, mask)
    ready = layer_norm(Y, **block["norm_2"])
    p = block["cross_attention"]
    note, crossed = multi_head_attention(ready, X, **p, heads=cross_heads, mask=cross_mask)
    Y = Y + note
    return (
        Y + feed_forward(layer_norm(Y, **block["norm_3"]), **block["feed_forward"]),
        weights,
        crossed,
    )


def decoder_in_place_on_a_copy(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    Y = Y.copy()
    ready = layer_norm(Y, **block["norm_1"])
    note, weights = multi_head_attention(
        ready, ready, **block["self_attention"], heads=heads, mask=mask
    )
    Y += note
    note, crossed = multi_head_attention(
        layer_norm(Y, **block["norm_2"]),
        X,
        **block["cross_attention"],
        heads=cross_heads,
        mask=cross_mask,
    )
    Y += note
    Y += feed_forward(layer_norm(Y, **block["norm_3"]), **block["feed_forward"])
    return Y, weights, crossed


def decoder_of_functions(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    all_weights = []

    def attend(Z, answers, matrices, count, allowed):
        note, weights = multi_head_attention(Z, answers, **matrices, heads=count, mask=allowed)
        all_weights.append(weights)
        return note

    Z = layer_norm(Y, **block["norm_1"])
    Y = Y + attend(Z, Z, block["self_attention"], heads, mask)
    Z = layer_norm(Y, **block["norm_2"])
    Y = Y + attend(Z, X, block["cross_attention"], cross_heads, cross_mask)
    Z = layer_norm(Y, **block["norm_3"])
    return Y + feed_forward(Z, **block["feed_forward"]), *all_weights


def decoder_with_masks_always(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    n, m = Y.shape[-2], X.shape[-2]
    mask = np.ones((n, n), dtype=bool) if mask is None else mask
    cross_mask = np.ones((n, m), dtype=bool) if cross_mask is None else cross_mask
    return decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)


def decoder_sentence_by_sentence(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    if Y.ndim == 2:
        return decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)
    found = []
    for b in range(len(Y)):
        own = mask if mask is None or mask.ndim == 2 else mask[b]
        other = cross_mask if cross_mask is None or cross_mask.ndim == 2 else cross_mask[b]
        found.append(decoder_block(Y[b], X[b], block, heads, cross_heads, own, other))
    return tuple(np.stack(parts) for parts in zip(*found))


RIGHT = {
    "layer_norm": (
        layer_norm,
        norm_by_loops,
        norm_with_var,
        norm_with_std,
        norm_by_einsum,
        norm_by_a_matrix,
        norm_in_place_on_a_copy,
        norm_of_a_flat_table,
        norm_of_transposes,
    ),
    "feed_forward": (
        feed_forward,
        network_by_loops,
        network_with_where,
        network_by_einsum,
        network_in_place,
        network_with_biases_in_the_matrix,
        network_with_clip,
    ),
    "encoder_block": (
        encoder_block,
        encoder_with_names,
        encoder_sentence_by_sentence,
        encoder_adds_up_at_the_end,
        encoder_in_place_on_a_copy,
        encoder_of_functions,
    ),
    "decoder_block": (
        decoder_block,
        decoder_from_an_encoder,
        decoder_in_place_on_a_copy,
        decoder_of_functions,
        decoder_with_masks_always,
        decoder_sentence_by_sentence,
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "function"), [(name, one) for name, some in RIGHT.items() for one in some]
)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


def test_sizes_never_hide_an_exchange():
    for seed in range(30):
        for case in find_check("decoder_block").cases(np.random.default_rng(seed))[3:]:
            Y, X, block, heads, cross_heads, *masks = case.args
            W = block["self_attention"]
            assert Y.shape[-1] not in W["W_Q"].shape[1:] + W["W_V"].shape[1:]
            assert heads != cross_heads
            if "Y and X" not in case.label:
                assert Y.shape[-2] != X.shape[-2]
            for mask in masks:
                assert mask is None or (mask.any(axis=-1).all() and not mask.all())
