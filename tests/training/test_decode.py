"""Greedy and beam decoding against searching through everything, and the measures."""

import itertools

import numpy as np
import pytest

from course_utils.data.batches import Batch
from course_utils.data.vocabulary import END, PADDING, START
from course_utils.model.parameters import transformer_parameters
from course_utils.model.transformer import transformer
from course_utils.training.decode import beam, greedy
from course_utils.training.measure import exact_match, same_sentence

rng = np.random.default_rng(8)
PARAMS = transformer_parameters(rng, 6, 6, 8, 12, encoder_blocks=1, decoder_blocks=2)
HEADS = {"heads": 2, "cross_heads": 1}


def log_probability(source, words):
    """Return the nats of a whole sentence with END, from the model without a cache."""
    target = np.array([[START, *words]])
    logits, _ = transformer(PARAMS, source[None], target, **HEADS)
    p = np.exp(logits[0]) / np.exp(logits[0]).sum(axis=-1, keepdims=True)
    return sum(np.log(p[t, word]) for t, word in enumerate([*words, END]))


@pytest.mark.parametrize("power", [0.0, 0.6, 1.0])
def test_a_wide_beam_finds_the_best_of_all_sentences(power):
    source = rng.integers(3, 6, 4)
    others = [w for w in range(6) if w != END]
    every = [s for n in range(4) for s in itertools.product(others, repeat=n)]
    scores = {s: log_probability(source, s) / (len(s) + 1) ** power for s in every}
    best = sorted(every, key=lambda s: -scores[s])[:5]
    found = beam(PARAMS, source, width=len(every), steps=3, length_power=power, **HEADS)
    assert [tuple(words) for words, _ in found[:5]] == best
    np.testing.assert_allclose([s for _, s in found[:5]], [scores[s] for s in best], rtol=1e-9)


def test_a_beam_of_one_is_greedy():
    for _ in range(10):
        source = rng.integers(3, 6, 5)
        words = greedy(PARAMS, source[None], steps=8, **HEADS)[0]
        [(found, score)] = beam(PARAMS, source, width=1, steps=8, length_power=0.0, **HEADS)
        expected = words[: np.argmax(words == END)] if END in words else words
        assert found[: len(expected)].tolist() == expected.tolist()
        if END in words:
            assert np.isclose(score, log_probability(source, expected))


def test_padding_changes_no_word():
    source = rng.integers(3, 6, (3, 4))
    padded = np.concatenate([source, np.full((3, 2), PADDING)], axis=1)
    expected = greedy(PARAMS, source, steps=6, **HEADS)
    found = greedy(PARAMS, padded, padded != PADDING, steps=6, **HEADS)
    np.testing.assert_array_equal(found, expected)


def test_same_sentence():
    written = np.array([[3, 4, END, END], [3, 4, 5, END], [3, 4, 5, 5], [END, 3, 3, 3]])
    wanted = np.array([[3, 4, END], [3, 4, END], [3, 4, END], [END, PADDING, PADDING]])
    assert same_sentence(written, wanted).tolist() == [True, False, False, True]
    assert same_sentence(written[:, :2], wanted).tolist() == [False, False, False, True]


def test_exact_match_counts_whole_sentences():
    source = rng.integers(3, 6, (4, 3))
    written = greedy(PARAMS, source, steps=7, **HEADS)[:, :6]
    out = np.concatenate([written, np.full((4, 1), END)], axis=1)
    batch = Batch(source, source > 0, out, out, out > 0)
    before = exact_match(PARAMS, batch, **HEADS)
    ends = [END in row for row in written]
    assert before >= np.mean(ends)
    out[0, 0] = 5 if out[0, 0] != 5 else 4
    assert exact_match(PARAMS, batch, **HEADS) == before - (0.25 if ends[0] else 0)
