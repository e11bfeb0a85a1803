"""What lesson 11 says about every seed, tried on seeds that it does not name."""

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.transformer import decode, encode, transformer
from course_utils.training.findings import agreement, cut, effects, kendall, repeats, same_word
from course_utils.training.inside import Inside, shipped_inside
from course_utils.training.language import Induction
from course_utils.training.loop import last
from course_utils.training.reach_in import reach_in
from course_utils.training.repeaters import NAMES, Repeater, load_repeater
from course_utils.training.shipped import TranslatorError
from course_utils.training.translator import SMALL, Task


@pytest.fixture(scope="module")
def clean():
    return shipped_inside("clean", count=60)


@pytest.mark.parametrize("seed", [11, 12])
def test_claims_about_every_translator_hold_for_other_seeds(seed):
    task = Task(SMALL, seed)
    found = agreement(Inside(last(task.train()).params, SMALL, task.held_out))
    assert found["noun <- subject"] > 0.9
    assert found["noun without it"] <= 0.05
    assert 0.35 <= found["determiner without the -> subject"] <= 0.75
    way_within, way_across = found["participle without it"], found["participle follows the French"]
    assert (way_within <= 0.7) == (way_across <= 0.1)
    # Which way a seed takes, or some of both, differs between releases of NumPy: seed 12 does.
    if way_across <= 0.1:
        assert found["verb -> subject, agreeing"] > 0.5
    elif way_across >= 0.5:
        assert found["verb -> subject, agreeing"] < 0.5


def test_claims_about_every_repeater_hold_for_another_seed():
    found = repeats(Repeater(last(Induction(steps=400).train(seed=11)).params))
    assert found["loss"] < 0.3
    assert found["scores"].max() > 0.5
    assert found["one back"].max() < 0.5
    assert found["without all heads'"] < 0.2
    assert found["without one word back"] < 0.2


def test_an_edit_that_changes_nothing_gives_what_the_transformer_gives(clean):
    batch = clean.batch
    mask = batch.source_keep[:, None, :]
    heads = clean.setting.all_heads
    expected, all_weights = transformer(
        clean.params, batch.source, batch.target_in, **heads, source_mask=mask
    )
    logits, weights = clean.run()
    np.testing.assert_array_equal(logits, expected)
    for kind, arrays in all_weights.items():
        for a, b in zip(arrays, weights[kind], strict=True):
            np.testing.assert_array_equal(a, b)


def test_every_attention_is_reached_in_its_order_and_the_model_stays_as_it_is(clean):
    seen = []

    def note(place, weights):
        seen.append((place, weights.shape[1]))
        return weights

    clean.run(note)
    assert [place for place, _ in seen] == [
        ("encoder", 0),
        ("encoder", 1),
        ("decoder", 0),
        ("cross", 0),
    ]
    assert [heads for _, heads in seen] == [4, 4, 4, 1]
    assert reach_in(attention, note, ["only"]) is not attention
    assert transformer.__globals__["decode"].__globals__ is transformer.__globals__


def test_cutting_a_link_is_masking_it_in_the_whole_model(clean):
    """The same as a mask in every encoder block, computed without any edit."""
    at, batch = clean.places, clean.batch
    B, m = batch.source.shape
    mask = np.repeat(batch.source_keep[:, None, :], m, axis=1)  # (B, m, m)
    mask[np.arange(B), at.verb, at.subject] = False
    X, _ = encode(clean.params, batch.source, 4, mask)
    expected, _, _ = decode(
        clean.params, batch.target_in, X, cross_mask=batch.source_keep[:, None, :]
    )
    logits, _ = clean.run(cut("encoder", at.verb, at.subject))
    np.testing.assert_allclose(logits, expected, atol=1e-9)


def test_effects_are_those_of_one_cut_at_a_time(clean):
    pair = clean.pairs[0]
    one = clean.given([pair])
    before = one.probabilities()[0]
    found = effects(clean, pair, lambda queries, keys: cut("cross", queries, keys))
    for t, j in [(0, 0), (1, 1), (2, 0), (len(pair.target) - 1, len(pair.source) - 1)]:
        after = one.probabilities(cut("cross", [t], [j]))[0]
        assert found[t, j] == pytest.approx(0.5 * np.abs(after[t] - before[t]).sum(), abs=1e-12)
    assert found.shape == same_word(clean, pair).shape == (len(pair.target), len(pair.source))


def test_kendall_equals_counting_pairs():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 7))
    agree = sum((a[i] - a[j]) * (b[i] - b[j]) > 0 for i in range(7) for j in range(i))
    assert kendall(a, b) == pytest.approx((2 * agree - 21) / 21)
    assert kendall(a, a) == 1
    assert kendall(a, -a) == -1


def test_places_are_where_the_words_stand(clean):
    at, french = clean.places, clean.words[1].tokens
    for i, pair in enumerate(clean.pairs):
        assert pair.source[at.mark[i]] in ".!?…"
        assert pair.alignment[at.noun[i]] == (at.subject[i],)
        assert at.verb[i] in pair.alignment[at.participle[i]]
        assert french[clean.batch.target_out[i, at.participle[i]]] == pair.target[at.participle[i]]
        assert at.agrees[i] == ("a" not in pair.target)  # a dormi, not s'est assis
    assert 0 < at.agrees.mean() < 1


def test_the_shipped_repeaters_are_what_the_lesson_says():
    found = {name: repeats(load_repeater(name), count=50) for name in NAMES}
    assert found["one layer"]["right"] < 0.2
    assert found["two layers"]["right"] > 0.95
    assert found["two layers"]["without the best head's"] < 0.2
    assert found["two layers, another seed"]["without the best head's"] > 0.6


def test_a_missing_repeater_gets_a_sentence(tmp_path):
    with pytest.raises(TranslatorError, match=r"tools/make_repeater_weights\.py"):
        load_repeater("two layers", tmp_path / "none.npz")
    with pytest.raises(TranslatorError, match="not 'three layers'"):
        load_repeater("three layers")
