"""Lesson 9: the encoder block and the decoder block."""

import numpy as np

from course_utils.checks.attention import choose_keys
from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.decoder_block_mistakes import DECODER_MISTAKES
from course_utils.checks.decoder_inputs_mistakes import DECODER_INPUT_MISTAKES
from course_utils.checks.encoder_block_mistakes import ENCODER_MISTAKES
from course_utils.checks.reused_norm_mistakes import DECODER_REUSE_MISTAKES, ENCODER_REUSE_MISTAKES
from course_utils.checks.word_by_word import decoder_block_oracle, encoder_block_oracle

D_MODEL = (10, 14, 22)  # larger than any number of words
WAYS_OUT = {
    "attention": ("W_O",),
    "self_attention": ("W_O",),
    "cross_attention": ("W_O",),
    "feed_forward": ("W_2", "b_2"),
}


def _norm(rng, d):
    gain = rng.uniform(0.5, 1.5, size=d) * rng.choice([-1.0, 1.0], size=d)
    return {"gain": gain, "bias": 0.5 * rng.normal(size=d)}


def _matrices(rng, d, d_k, d_v):
    """Return W_Q, W_K, W_V and W_O for heads that are d_k and d_v wide together."""
    shapes = {"W_Q": (d, d_k), "W_K": (d, d_k), "W_V": (d, d_v), "W_O": (d_v, d)}
    return {name: rng.normal(size=shape) / shape[0] ** 0.5 for name, shape in shapes.items()}


def _network(rng, d, d_ff):
    shapes = {"W_1": (d, d_ff), "b_1": (d_ff,), "W_2": (d_ff, d), "b_2": (d,)}
    return {name: rng.normal(size=shape) / shape[0] ** 0.5 for name, shape in shapes.items()}


def encoder_parameters(rng, d, d_ff, d_k, d_v):
    """Return a block in which no gain is 1 and no bias is 0."""
    return {
        "norm_1": _norm(rng, d),
        "attention": _matrices(rng, d, d_k, d_v),
        "norm_2": _norm(rng, d),
        "feed_forward": _network(rng, d, d_ff),
    }


def decoder_parameters(rng, d, d_ff, d_k, d_v):
    """Return a block in which no gain is 1 and no bias is 0."""
    return {
        "norm_1": _norm(rng, d),
        "self_attention": _matrices(rng, d, d_k, d_v),
        "norm_2": _norm(rng, d),
        "cross_attention": _matrices(rng, d, d_k, d_v),
        "norm_3": _norm(rng, d),
        "feed_forward": _network(rng, d, d_ff),
    }


def changed(block, **parts):
    """Return a block in which some arrays of some parts are multiplied by a number.

    >>> changed({"norm": {"gain": 2.0}}, norm={"gain": 0.0})
    {'norm': {'gain': 0.0}}
    """
    return {
        part: {name: array * parts.get(part, {}).get(name, 1.0) for name, array in arrays.items()}
        for part, arrays in block.items()
    }


def _single(tree):
    if isinstance(tree, dict):
        return {name: _single(part) for name, part in tree.items()}
    return tree.astype("float32")


NO_NETWORK = {"feed_forward": {"W_2": 0.0, "b_2": 0.0}}
SILENT = {"W_Q": 0.0, "W_O": 0.0}


def encoder_cases(rng):
    """Give a silent block to check by hand, then one part at a time, all, masks and more axes."""
    n, heads, batch, more = distinct_sizes(rng, 4, low=3, high=7)
    d = int(rng.choice(D_MODEL))
    small = encoder_parameters(rng, 2, 3, 1, 1)
    block = encoder_parameters(rng, d, d + 3, 2 * heads, heads)
    even = encoder_parameters(rng, heads, heads, heads, heads)
    X = 2.0 * rng.normal(size=(n, d))
    tall, deep = rng.normal(size=(batch, n, d)), rng.normal(size=(more, batch, n, d))
    lengths = np.resize(rng.permutation(np.arange(1, n)), batch)
    padding = np.arange(n) < lengths[:, None, None]  # (batch, 1, n)
    shape = f"X of shape ({n}, {d}), {heads} heads"
    return [
        Case(
            "2 words of 2 features, a block whose W_Q, W_O, W_2 and b_2 are 0",
            (
                rng.integers(1, 9, size=(2, 2)).astype(float),
                changed(small, attention=SILENT, **NO_NETWORK),
                1,
            ),
            "where nothing is added, each word comes out as it went in",
        ),
        Case(
            f"{shape}, W_2 and b_2 are 0",
            (X, changed(block, **NO_NETWORK), heads),
            "the network adds nothing here: only attention speaks",
        ),
        Case(
            f"{shape}, W_O is 0",
            (X, changed(block, attention={"W_O": 0.0}), heads),
            "attention adds nothing here: only the network speaks",
        ),
        Case(shape, (X, block, heads)),
        Case(
            f"{shape}, X 50 times as large",
            (50.0 * X, block, heads),
            "what is added depends on the normed words, and is not larger for larger words",
        ),
        Case(
            f"X of shape ({heads}, {heads}), {heads} heads",
            (rng.normal(size=(heads, heads)), even, heads),
            "also when all sizes agree",
        ),
        Case(f"{shape}, mask ({n}, {n})", (X, block, heads, choose_keys(rng, n, n))),
        Case(
            f"X of shape {tall.shape}, mask {padding.shape}",
            (tall, block, heads, padding),
            "padding: as in lesson 4",
        ),
        Case(f"X of shape {deep.shape}", (deep, block, heads), "any leading axes work"),
        Case(f"{shape}, float32", (X.astype("float32"), _single(block), heads)),
    ]


def decoder_cases(rng):
    """Give a silent block to check by hand, then one part at a time, all, masks and more axes."""
    n, m, batch = distinct_sizes(rng, 3, low=3, high=6)
    heads, cross_heads = (int(h) for h in rng.permutation([2, 3]))
    d = int(rng.choice(D_MODEL))
    small = decoder_parameters(rng, 2, 3, 1, 1)
    block = decoder_parameters(rng, d, d + 3, 12, 6)
    Y, X = 2.0 * rng.normal(size=(n, d)), rng.normal(size=(m, d)) + 0.5
    as_many = 2.0 * rng.normal(size=(n, d)) + 0.5
    causal = np.tril(np.ones((n, n), dtype=bool))
    tall = rng.normal(size=(batch, n, d)), rng.normal(size=(batch, m, d))
    padding = np.arange(m) < rng.integers(1, m, size=(batch, 1, 1))
    both = heads, cross_heads
    shape = f"Y of shape ({n}, {d}), X ({m}, {d})"
    silent = changed(small, self_attention=SILENT, cross_attention=SILENT, **NO_NETWORK)
    alone = {"W_O": 0.0}
    words = [rng.integers(1, 9, size=(rows, 2)).astype(float) for rows in (2, 3)]
    return [
        Case(
            "2 words beside 3, of 2 features, a block in which W_Q, W_O, W_2 and b_2 are 0",
            (*words, silent, 1, 1),
            "where nothing is added, each word of Y comes out as it went in",
        ),
        Case(
            f"{shape}, W_O of cross-attention, W_2 and b_2 are 0",
            (Y, X, changed(block, cross_attention=alone, **NO_NETWORK), *both),
            "only self-attention adds something here",
        ),
        Case(
            f"{shape}, W_O of self-attention, W_2 and b_2 are 0",
            (Y, X, changed(block, self_attention=alone, **NO_NETWORK), *both),
            "only cross-attention adds something here",
        ),
        Case(shape, (Y, X, block, *both), "without a mask every word sees every other"),
        Case(
            f"Y and X of shape ({n}, {d}), causal mask",
            (Y, as_many, block, *both, causal),
            "the causal mask is among the words of Y, also when X has as many words",
        ),
        Case(f"{shape}, causal mask", (Y, X, block, *both, causal)),
        Case(
            f"{shape}, cross_mask ({n}, {m})",
            (Y, X, block, *both, None, choose_keys(rng, n, m)),
        ),
        Case(
            f"Y and X of shape ({n}, {d}), both masks ({n}, {n})",
            (Y, as_many, block, *both, causal, choose_keys(rng, n, n)),
            "each mask goes to its own attention",
        ),
        Case(
            f"Y of shape {tall[0].shape}, X {tall[1].shape}, both masks",
            (*tall, block, *both, causal, padding),
            "many sentences: nobody looks ahead, and nobody at padding",
        ),
        Case(
            f"{shape}, float32", (*(one.astype("float32") for one in (Y, X)), _single(block), *both)
        ),
    ]


def silent_block_changes_nothing(case, output, *weights):
    """Say whether the words come out as they went in where every way out of a part is 0."""
    words, block = case.args[0], next(one for one in case.args if isinstance(one, dict))
    ways_out = [part[name] for key, part in block.items() for name in WAYS_OUT.get(key, ())]
    return any(np.any(way) for way in ways_out) or np.array_equal(output, words)


def rows_sum_to_one(case, output, *weights):
    """Say whether every row of all weights adds up to 1."""
    return all(np.allclose(one.sum(axis=-1), 1.0, atol=1e-5) for one in weights)


IDENTITIES = (
    Identity("where nothing is added, the words come out unchanged", silent_block_changes_nothing),
    Identity("in each head the weights of each word sum to 1", rows_sum_to_one),
)
BLOCK_CHECKS = (
    Check(
        name="encoder_block",
        number="9.3",
        signature="encoder_block(X, block, heads, mask=None)",
        returns=(
            "output: (..., n, d_model), a row for each word",
            "weights: (..., heads, n, n), for each head a row for every word",
        ),
        oracle=encoder_block_oracle,
        cases=encoder_cases,
        points=5,
        difficulty=3,
        importance=5,
        minutes=15,
        mistakes=(*ENCODER_MISTAKES, *ENCODER_REUSE_MISTAKES),
        identities=IDENTITIES,
    ),
    Check(
        name="decoder_block",
        number="9.4",
        signature=("decoder_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None)"),
        returns=(
            "output: (..., n, d_model), a row for each word of Y",
            "weights: (..., heads, n, n), what the words of Y give each other",
            "cross_weights: (..., cross_heads, n, m), what they give the words of X",
        ),
        oracle=decoder_block_oracle,
        cases=decoder_cases,
        points=6,
        difficulty=3,
        importance=5,
        minutes=20,
        mistakes=(*DECODER_MISTAKES, *DECODER_INPUT_MISTAKES, *DECODER_REUSE_MISTAKES),
        identities=IDENTITIES,
    ),
)
