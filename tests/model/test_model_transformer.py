"""Lesson 10: loss, the whole transformer, and decoding with and without a cache."""

import math

import numpy as np
import pytest

from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.decoding import (
    cached_greedy_decode,
    decode_step,
    greedy_decode,
    start_cache,
)
from course_utils.model.masks import causal_mask, padding_mask
from course_utils.model.parameters import cast, transformer_parameters
from course_utils.model.transformer import decode, encode, transformer

B, M, N, SOURCE_WORDS, TARGET_WORDS = 3, 7, 5, 11, 13
START, END = 0, 1


def small(seed=0, **sizes):
    sizes = {"d_model": 12, "d_ff": 10, "encoder_blocks": 2, "decoder_blocks": 2, **sizes}
    return transformer_parameters(np.random.default_rng(seed), SOURCE_WORDS, TARGET_WORDS, **sizes)


def batch(seed=0):
    rng = np.random.default_rng(seed)
    source, target = rng.integers(2, 11, (B, M)), rng.integers(2, 13, (B, N))
    return source, target, padding_mask(np.array([4, 7, 5]), M)


def numbers(params):
    return sum(numbers(part) if isinstance(part, dict) else part.size for part in params.values())


def test_cross_entropy_equals_a_loop():
    rng = np.random.default_rng(0)
    logits, targets = 30 * rng.normal(size=(2, 3, 4)), rng.integers(4, size=(2, 3))
    keep = np.array([[True, True, False], [True, False, False]])
    surprises = []
    for i, j in zip(*np.nonzero(keep)):
        total = math.fsum(math.exp(value) for value in logits[i, j])
        surprises.append(math.log(total) - logits[i, j, targets[i, j]])
    assert cross_entropy(logits, targets, keep) == pytest.approx(sum(surprises) / 3, rel=1e-12)


def test_cross_entropy_does_not_read_padding_or_overflow():
    logits, targets = np.zeros((2, 3, 5)), np.zeros((2, 3), dtype=int)
    keep = np.array([[True, True, True], [True, False, False]])
    assert cross_entropy(logits, targets, keep) == pytest.approx(math.log(5))
    logits[1, 1:], targets[1, 1:] = 1e4, 4
    assert cross_entropy(logits, targets, keep) == pytest.approx(math.log(5))
    logits[...] = [-1e4, 0, 0, 0, 0]
    assert cross_entropy(logits, np.zeros_like(targets), keep) == pytest.approx(1e4 + math.log(4))


def test_the_translators_have_the_size_that_the_syllabus_says():
    rng = np.random.default_rng(0)
    four_layers = transformer_parameters(rng, 78, 78, decoder_blocks=2)
    assert numbers(four_layers) == 181_120
    default = transformer_parameters(rng, 78, 78)
    assert (len(default["encoder"]), len(default["decoder"])) == (2, 1)


def test_all_weights_come_back():
    source, target, mask = batch()
    logits, weights = transformer(small(), source, target, 4, 1, source_mask=mask)
    assert logits.shape == (B, N, TARGET_WORDS)
    shapes = {kind: [w.shape for w in maps] for kind, maps in weights.items()}
    assert shapes == {
        "encoder": [(B, 4, M, M)] * 2,
        "decoder": [(B, 4, N, N)] * 2,
        "cross": [(B, 1, N, M)] * 2,
    }
    for maps in weights.values():
        assert all(np.allclose(w.sum(axis=-1), 1) for w in maps)
    assert all(np.all(w[0, :, :, 4:] == 0) for w in weights["encoder"] + weights["cross"])
    assert all(np.all(np.triu(w, 1) == 0) for w in weights["decoder"])


def test_source_padding_and_target_future_change_nothing():
    source, target, mask = batch()
    params = small()
    logits, _ = transformer(params, source, target, source_mask=mask)
    alone, _ = transformer(params, source[:1, :4], target[:1])
    assert np.allclose(logits[0], alone[0], atol=1e-12)
    source[0, 4:] = 9
    target[:, 3:] = 12
    changed, _ = transformer(params, source, target, source_mask=mask)
    assert np.array_equal(changed[:, :3], logits[:, :3])
    assert not np.allclose(changed[:, 3:], logits[:, 3:])


def test_order_matters_and_the_source_is_read():
    source, target, _ = batch()
    params = small()
    logits, _ = transformer(params, source, target)
    turned, _ = transformer(params, source[:, ::-1], target)
    assert np.abs(turned - logits).max() > 1e-3


def test_a_knocked_out_link_stays_dark():
    source, target, mask = batch()
    params = small()
    blind = np.ones((M, M), dtype=bool)
    blind[2, 1] = False
    X, weights = encode(params, source, mask=mask & blind)
    assert all(np.all(w[:, :, 2, 1] == 0) for w in weights)
    one_word_back = causal_mask(N) & ~causal_mask(N).T | np.eye(N, dtype=bool)
    _, own, _ = decode(params, target, X, mask=one_word_back, cross_mask=mask)
    assert all(np.array_equal(w != 0, np.broadcast_to(one_word_back, w.shape)) for w in own)


def test_float32_stays_float32():
    source, target, mask = batch()
    params = cast(small(), np.float32)
    logits, weights = transformer(params, source, target, source_mask=mask)
    loss = cross_entropy(logits, target, target > 3)
    X, _ = encode(params, source, mask=mask)
    step, cache = decode_step(params, target[:, 0], start_cache(params, X), cross_mask=mask)
    kept = [A for block in cache.values() for A in block.values()]
    arrays = [logits, loss, step, *kept, *(w for maps in weights.values() for w in maps)]
    assert {A.dtype for A in arrays} == {np.dtype(np.float32)}


@pytest.mark.parametrize("cross_heads", [1, 3])
def test_a_cached_step_equals_the_whole(cross_heads):
    source, target, mask = batch()
    params = small()
    logits, _ = transformer(params, source, target, 4, cross_heads, source_mask=mask)
    X, _ = encode(params, source, 4, mask)
    cache = start_cache(params, X, 4, cross_heads)
    for t in range(N):
        before = {name: block["K"].copy() for name, block in cache.items()}
        step, longer = decode_step(params, target[:, t], cache, 4, cross_heads, cross_mask=mask)
        assert np.abs(step - logits[:, t]).max() < 1e-12
        assert all(np.array_equal(cache[name]["K"], before[name]) for name in cache)
        cache = longer


def looped_greedy(params, source, mask, steps):
    """Each sentence alone, from its own words, with the whole transformer at every step."""
    sentences = []
    for i in range(len(source)):
        words = [START]
        while len(words) <= steps and words[-1] != END:
            only = slice(i, i + 1)
            logits, _ = transformer(params, source[only], np.array([words]), source_mask=mask[only])
            words.append(max(range(TARGET_WORDS), key=lambda w: logits[0, -1, w]))
        sentences.append(words[1:])
    return sentences


@pytest.mark.parametrize("decoder", [greedy_decode, cached_greedy_decode])
@pytest.mark.parametrize("seed", range(4))
def test_greedy_decoding_equals_a_loop(decoder, seed):
    source, _, mask = batch(seed)
    params = small(seed)
    params["W_out"][:, END] *= 2  # so that some sentences end early
    expected = looped_greedy(params, source, mask, steps=8)
    written = decoder(params, source, START, END, 8, source_mask=mask)
    longest = max(len(words) for words in expected)
    assert written.tolist() == [words + [END] * (longest - len(words)) for words in expected]


def test_some_greedy_sentence_ends_early_and_some_does_not():
    lengths = set()
    for seed in range(4):
        source, _, mask = batch(seed)
        params = small(seed)
        params["W_out"][:, END] *= 2
        lengths |= {len(words) for words in looped_greedy(params, source, mask, steps=8)}
    assert min(lengths) < 8
    assert max(lengths) == 8
