"""Lesson 10: encoder, decoder, transformer; which answers pass, and what the others are told."""

import numpy as np
import pytest

from course_utils.model.masks import causal_mask
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.transformer import decode, embed, encode, transformer
from course_utils.model.transformer_block import (
    decoder_block,
    encoder_block,
    feed_forward,
    layer_norm,
)

SEEDS = (0, 1, 2)


def encode_recursively(params, source, heads=4, mask=None):
    def rest(X, blocks, found):
        if not blocks:
            return layer_norm(X, **params["encoder_norm"]), found
        X, weights = encoder_block(X, blocks[0], heads, mask=mask)
        return rest(X, blocks[1:], [*found, weights])

    start = embed(source, params["source_embedding"])
    return rest(start, list(params["encoder"].values()), [])


def encode_by_name(params, source, heads=4, mask=None):
    X, found = embed(words=source, table=params["source_embedding"]), ()
    for number in range(1, len(params["encoder"]) + 1):
        X, weights = encoder_block(X, params["encoder"][f"block_{number}"], heads, mask)
        found += (weights,)
    norm = params["encoder_norm"]
    return layer_norm(X, norm["gain"], norm["bias"]), list(found)


def encode_without_blocks(params, source, heads=4, mask=None):
    d = params["source_embedding"].shape[1]
    X, found = embed(source, params["source_embedding"]).reshape(*source.shape, d), []
    for block in params["encoder"].values():
        before = layer_norm(X, **block["norm_1"])
        out, weights = multi_head_attention(
            before, before, **block["attention"], heads=heads, mask=mask
        )
        X = X + out
        X = X + feed_forward(layer_norm(X, **block["norm_2"]), **block["feed_forward"])
        found.append(weights)
    mean, spread = X.mean(-1, keepdims=True), X.std(-1, keepdims=True)
    last = params["encoder_norm"]
    return (X - mean) / np.sqrt(spread**2 + 1e-5) * last["gain"] + last["bias"], found


def encode_with_full_mask(params, source, heads=4, mask=None):
    m = source.shape[-1]
    full = np.ones((m, m), dtype=bool)
    return encode(params, source, heads, full if mask is None else np.logical_and(full, mask))


def encode_sentence_by_sentence(params, source, heads=4, mask=None):
    if source.ndim == 1:
        return encode(params, source, heads, mask)
    masks = [mask] * len(source) if mask is None else mask
    parts = [encode_sentence_by_sentence(params, *one) for one in zip(source, [heads] * 99, masks)]
    return np.stack([X for X, _ in parts]), [np.stack(w) for w in zip(*[w for _, w in parts])]


def decode_with_tri(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    n = target.shape[-1]
    mask = np.tri(n, dtype=bool) if mask is None else mask
    Y, own, cross = embed(target, params["target_embedding"]), [], []
    for block in params["decoder"].values():
        Y, *both = decoder_block(Y, X, block, heads, cross_heads, mask=mask, cross_mask=cross_mask)
        own, cross = [*own, both[0]], [*cross, both[1]]
    return np.matmul(layer_norm(Y, **params["decoder_norm"]), params["W_out"]), own, cross


def decode_with_einsum(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    Y, found = embed(target, params["target_embedding"]), []
    own_mask = causal_mask(target.shape[-1]) if mask is None else mask
    for block in list(params["decoder"].values()):
        Y, a, b = decoder_block(Y, X, block, heads, cross_heads, own_mask, cross_mask)
        found.append((a, b))
    own, cross = zip(*found)
    Y = layer_norm(Y, **params["decoder_norm"])
    return np.einsum("...nd,dv->...nv", Y, params["W_out"]), list(own), list(cross)


def decode_word_by_word(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    logits, own, cross = decode(params, target, X, heads, cross_heads, mask, cross_mask)
    if mask is None:
        rows = [
            decode(params, target[..., : t + 1], X, heads, cross_heads, None, cross_mask)[0]
            for t in range(target.shape[-1])
        ]
        logits = np.stack([one[..., -1, :] for one in rows], axis=-2)
    return logits, own, cross


def decode_with_float_copies(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    logits, own, cross = decode(params, target, X.copy(), heads, cross_heads, mask, cross_mask)
    return logits.astype(float), [w + 0.0 for w in own], [w.astype(float) for w in cross]


def decode_as_tuples(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    logits, own, cross = decode(params, target, X, heads, cross_heads, mask, cross_mask)
    return logits, tuple(own), tuple(cross)


def transformer_by_names(params, source, target, heads=4, cross_heads=1, source_mask=None):
    X, encoder = encode(params=params, source=source, mask=source_mask, heads=heads)
    logits, own, cross = decode(
        cross_mask=source_mask, params=params, target=target, X=X, cross_heads=cross_heads,
        heads=heads,
    )  # fmt: skip
    return logits, dict(cross=cross, decoder=own, encoder=encoder)


def transformer_with_own_mask(params, source, target, heads=4, cross_heads=1, source_mask=None):
    X, encoder = encode(params, source, heads, source_mask)
    mask = causal_mask(target.shape[-1])
    logits, own, cross = decode(params, target, X, heads, cross_heads, mask, source_mask)
    return logits, {"encoder": encoder, "decoder": own, "cross": cross}


def transformer_with_more(params, source, target, heads=4, cross_heads=1, source_mask=None):
    logits, weights = transformer(params, source, target, heads, cross_heads, source_mask)
    return logits, {**weights, "note": "mine"}


def transformer_with_wide_mask(params, source, target, heads=4, cross_heads=1, source_mask=None):
    m, n = source.shape[-1], target.shape[-1]
    if source_mask is None:
        source_mask = np.ones((1, m), dtype=bool)
    X, encoder = encode(params, source, heads, np.repeat(source_mask, m, axis=-2))
    wide = np.repeat(source_mask, n, axis=-2)
    logits, own, cross = decode(params, target, X, heads, cross_heads, cross_mask=wide)
    return logits, {"encoder": encoder, "decoder": own, "cross": cross}


RIGHT = [
    ("encode", encode),
    ("encode", encode_recursively),
    ("encode", encode_by_name),
    ("encode", encode_without_blocks),
    ("encode", encode_with_full_mask),
    ("encode", encode_sentence_by_sentence),
    ("decode", decode),
    ("decode", decode_with_tri),
    ("decode", decode_with_einsum),
    ("decode", decode_word_by_word),
    ("decode", decode_with_float_copies),
    ("decode", decode_as_tuples),
    ("transformer", transformer),
    ("transformer", transformer_by_names),
    ("transformer", transformer_with_own_mask),
    ("transformer", transformer_with_more),
    ("transformer", transformer_with_wide_mask),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


def spoils_params(params, source, heads=4, mask=None):
    X, weights = encode(params, source, heads, mask)
    params["source_embedding"] += 1
    return X, weights


def post_normed(params, source, heads=4, mask=None):
    X, found = embed(source, params["source_embedding"]), []
    for block in params["encoder"].values():
        X, weights = encoder_block(X, block, heads, mask, norm_first=False)
        found.append(weights)
    return layer_norm(X, **params["encoder_norm"]), found


def misspelt(*args):
    logits, weights = transformer(*args)
    return logits, {"encoders": weights["encoder"], **weights} | {"cross": weights["cross"][:1]}


SENTENCES = [
    ("encode", lambda params, source: encode(params, source), "call", "heads=4, mask=None"),
    ("encode", lambda *args: None, "result", "Is the `return` line missing?"),
    ("encode", lambda *args: encode(*args)[::-1], "result", "expected 2 results"),
    ("encode", spoils_params, "inputs", "the argument params is not what it was"),
    ("encode", post_normed, "values", "expected X"),
    ("decode", lambda *a: (decode(*a)[0], [], []), "result", "to be a list with 1 entry"),
    ("decode", lambda *a: (decode(*a)[0] + 1, *decode(*a)[1:]), "values", "expected logits"),
    ("transformer", lambda *a: (transformer(*a)[0], {}), "result", 'there is no "encoder" in it'),
    ("transformer", misspelt, "result", 'weights["cross"] to be a list with 2 entries'),
    ("transformer", lambda *a: (transformer(*a)[0], None), "result", "to be a dict with"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage, verdict
    assert words in " ".join(verdict.feedback())
