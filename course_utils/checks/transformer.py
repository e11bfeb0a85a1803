"""Lesson 10: the embedding, the encoder, the decoder, and the transformer."""

import numpy as np

from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.decode_mistakes import DECODE_MISTAKES
from course_utils.checks.embed_mistakes import EMBED_MISTAKES
from course_utils.checks.encode_mistakes import ENCODE_MISTAKES
from course_utils.checks.transformer_mistakes import TRANSFORMER_MISTAKES
from course_utils.checks.whole_model import (
    decode_oracle,
    embedded,
    encode_oracle,
    random_params,
    stacked,
    transformer_oracle,
)


def embed_oracle(words, table, start=0):
    """Embed word by word."""

    def one(i):
        return np.array([embedded(word, start + p, table) for p, word in enumerate(words[i])])

    return stacked(words.shape[:-1], one, table.dtype)


def embed_cases(rng):
    """Give one word to check by hand, then sentences, then a later start."""
    n, B, heads, V = distinct_sizes(rng, 4, low=3, high=9)
    d = 2 * (n + 1)
    table = rng.normal(size=(V, d))
    small = rng.integers(1, 9, size=(2, 4)).astype(float)
    words = rng.integers(V, size=(B, n))
    start = int(rng.integers(2, 9))
    shape = f"table of shape ({V}, {d})"
    return [
        Case(
            "one word, and a table of shape (2, 4)",
            (rng.integers(2, size=1), small),
            "position 0 is (0, 1, 0, 1), and √4 is 2",
        ),
        Case(f"a sentence of {n} words, {shape}", (words[0], table)),
        Case(
            f"the same word {n} times, {shape}",
            (np.full(n, words[0, 0]), table),
            "the same word at another place has another vector",
        ),
        Case(f"words of shape ({B}, {n}), {shape}", (words, table)),
        Case(
            f"words of shape ({heads}, {B}, {n}), {shape}",
            (rng.integers(V, size=(heads, B, n)), table),
            "any leading axes work",
        ),
        Case(
            f"words of shape ({B}, {n}), {shape}, start = {start}",
            (words, table, start),
            f"the first word stands at position {start}",
        ),
        Case(
            f"words of shape ({B}, 1), {shape}, start = {start + n}",
            (words[:, :1], table, start + n),
            "one word, far behind",
        ),
        Case(f"words of shape ({B}, {n}), {shape}, float32", (words, table.astype("float32"))),
    ]


def _sizes(rng):
    """Return B, n, m and V, all different, with V the largest."""
    B, n, m = distinct_sizes(rng, 3, low=2, high=5)
    return B, n, m, int(rng.integers(7, 12))


def padding(rng, B, m):
    """Return a mask (B, 1, m) that hides the end of some sentences, and of none wholly."""
    lengths = rng.permutation(np.append(m, 1 + np.arange(B - 1) % (m - 1)))
    return np.arange(m) < lengths[:, None, None]


def encode_cases(rng):
    """Give one block and a short sentence, then more blocks, padding, and other masks."""
    B, lead, m, V = _sizes(rng)
    one, deep = (random_params(rng, V, V + 2, 12, (blocks, 1)) for blocks in (1, 2))
    words = rng.integers(V, size=(B, m))
    anything = rng.random((m, m)) < 0.5
    anything[np.arange(m), rng.integers(m, size=m)] = True
    anything[0] = np.arange(m) == m - 1
    told = f"source of shape ({B}, {m})"
    single = random_params(rng, V, V + 2, 12, (2, 1), "float32")
    return [
        Case("a source of 2 words, 1 block, 2 heads", (one, words[0, :2], 2)),
        Case(f"a source of {m} words, 2 blocks, 2 heads", (deep, words[0], 2)),
        Case(f"{told}, 2 blocks, 3 heads", (deep, words, 3)),
        Case(
            f"{told}, 1 block, without heads",
            (one, words),
            "there are 4 heads where nothing is said",
        ),
        Case(
            f"{told}, 2 blocks, 2 heads, padding hidden",
            (deep, words, 2, padding(rng, B, m)),
            "no word looks at padding, in any block",
        ),
        Case(
            f"a source of {m} words with a mask of shape ({m}, {m})", (deep, words[0], 3, anything)
        ),
        Case(
            f"source of shape ({lead}, {B}, {m}), 1 block, 6 heads",
            (one, rng.integers(V, size=(lead, B, m)), 6),
            "any leading axes work",
        ),
        Case(f"{told}, 2 blocks, 2 heads, float32", (single, words, 2)),
    ]


def decode_cases(rng):
    """Give one block and a short target, then more blocks and masks of all kinds."""
    B, n, m, V = _sizes(rng)
    one, deep = (random_params(rng, V + 2, V, 12, (1, blocks)) for blocks in (1, 2))
    words, X = rng.integers(V, size=(B, n)), rng.normal(size=(B, m, 12))
    cross_mask = padding(rng, B, m)
    peek = np.tril(np.ones((n, n), dtype=bool))
    peek[0, n - 1], peek[n - 1, 0] = True, False
    told = f"target of shape ({B}, {n}), X of shape ({B}, {m}, 12)"
    single = random_params(rng, V + 2, V, 12, (1, 2), "float32")
    return [
        Case(
            "a target of 2 words, X of shape (1, 12), 1 block",
            (one, words[0, :2], rng.normal(size=(1, 12)), 2, 1),
        ),
        Case(
            f"a target of {n} words, X of shape ({m}, 12), 2 blocks", (deep, words[0], X[0], 2, 3)
        ),
        Case(f"{told}, 2 blocks, 3 heads and 2", (deep, words, X, 3, 2)),
        Case(
            f"{told}, 1 block, without heads",
            (one, words, X),
            "4 heads and 1 where nothing is said",
        ),
        Case(
            f"{told}, padding of the source hidden",
            (deep, words, X, 2, 1, None, cross_mask),
            "the decoder does not read padding, in any block",
        ),
        Case(
            f"{told}, with a mask of shape ({n}, {n}) that is not causal",
            (deep, words, X, 2, 1, peek),
            "a mask that is handed over takes the place of the causal one",
        ),
        Case(f"{told}, both masks", (one, words, X, 3, 2, peek, cross_mask)),
        Case(f"{told}, 2 blocks, float32", (single, words, X.astype("float32"), 2, 1)),
    ]


def transformer_cases(rng):
    """Give two short sentences, then batches with padding."""
    B, n, m, V = _sizes(rng)
    small, deep = (random_params(rng, V, V + 2, 12, blocks) for blocks in ((1, 1), (2, 2)))
    source, target = rng.integers(V, size=(B, m)), rng.integers(V, size=(B, n))
    other = np.append(target[:, :-1], (target[:, -1:] + 1) % V, axis=1)
    mask = padding(rng, B, m)
    told = f"source of shape ({B}, {m}), target of shape ({B}, {n})"
    single = random_params(rng, V, V + 2, 12, (2, 1), "float32")
    return [
        Case("a source of 3 words, a target of 2", (small, source[0, :3], target[0, :2], 2, 1)),
        Case(f"{told}, 2 and 2 blocks", (deep, source, target, 3, 2)),
        Case(
            f"{told}, without heads", (small, source, target), "4 heads and 1 where nothing is said"
        ),
        Case(
            f"{told}, another last word",
            (deep, source, other, 3, 2),
            "a word changes no guess that stands before it",
        ),
        Case(
            f"{told}, padding hidden",
            (deep, source, target, 2, 3, mask),
            "padding is hidden from the encoder and from the decoder",
        ),
        Case(
            f"{told}, other words at the padding",
            (deep, np.where(mask[:, 0], source, 0), target, 2, 3, mask),
            "which words stand at the padding changes nothing that is predicted",
        ),
        Case(f"{told}, padding hidden, float32", (single, source, target, 2, 1, mask)),
    ]


def rows_sum_to_one(case, first, *rest):
    """Say whether the weights of every query add up to 1, in every block."""
    return all(np.allclose(weights.sum(axis=-1), 1.0, atol=1e-5) for weights in rest)


WEIGHTS = Identity("the weights of each query sum to 1, in every block", rows_sum_to_one)

CHECKS = (
    Check(
        name="embed",
        number="10.2",
        signature="embed(words, table, start=0)",
        returns=("(..., n, d_model): a vector for each word",),
        oracle=embed_oracle,
        cases=embed_cases,
        points=2,
        difficulty=2,
        importance=3,
        minutes=6,
        mistakes=EMBED_MISTAKES,
    ),
    Check(
        name="encode",
        number="10.3",
        signature="encode(params, source, heads=4, mask=None)",
        returns=(
            "X: (..., m, d_model), the encoded words",
            "weights: a list with (..., heads, m, m) for each block",
        ),
        oracle=encode_oracle,
        cases=encode_cases,
        points=3,
        difficulty=3,
        importance=5,
        minutes=10,
        mistakes=ENCODE_MISTAKES,
        identities=(WEIGHTS,),
    ),
    Check(
        name="decode",
        number="10.4",
        signature="decode(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None)",
        returns=(
            "logits: (..., n, vocabulary), a guess after each word",
            "weights: a list with (..., heads, n, n) for each block",
            "cross_weights: a list with (..., cross_heads, n, m) for each block",
        ),
        oracle=decode_oracle,
        cases=decode_cases,
        points=4,
        difficulty=3,
        importance=5,
        minutes=12,
        mistakes=DECODE_MISTAKES,
        identities=(WEIGHTS,),
    ),
    Check(
        name="transformer",
        number="10.5",
        signature="transformer(params, source, target, heads=4, cross_heads=1, source_mask=None)",
        returns=(
            "logits: (..., n, vocabulary), a guess after each word",
            'weights: a dict with the lists "encoder", "decoder" and "cross"',
        ),
        oracle=transformer_oracle,
        cases=transformer_cases,
        points=3,
        difficulty=2,
        importance=5,
        minutes=6,
        mistakes=TRANSFORMER_MISTAKES,
        identities=(WEIGHTS,),
    ),
)
