"""The unseen pairs of the shipped translators: unseen, as the README measures, links in place."""

import numpy as np
import pytest

from course_utils.model.cross_attention import alignment_error_rate
from course_utils.training.attention_inputs import attention_inputs
from course_utils.training.held_out import KIND, held_out
from course_utils.training.shipped import load_translator


@pytest.fixture(scope="module", params=["clean", "messy"])
def found(request):
    return request.param, held_out(request.param)


def test_none_was_trained_on_and_the_readme_says_the_same(found):
    name, seen = found
    assert not {pair.source for pair in seen.pairs} & {pair.source for pair in seen.trained}
    assert (len(seen.trained), len(seen.pairs)) == (5000, 500)
    error = alignment_error_rate(seen.cross, seen.gold)
    exact, expected = {"clean": (0.998, 0.0), "messy": (1.0, 0.484)}[name]
    assert seen.exact == exact
    assert error == pytest.approx(expected, abs=5e-4)


def test_weights_are_those_of_translating_one_by_one(found):
    name, seen = found
    translator = load_translator(name)
    for i in (0, 7, 99):
        pair = seen.pairs[i]
        alone = translator.translate(" ".join(pair.source))
        assert alone.target == pair.target
        n, m = pair.gold().shape
        np.testing.assert_allclose(seen.cross[i, :n, :m], alone.cross, atol=1e-9)
        assert not seen.cross[i, :, m:].any()
        own = seen.weights["encoder"][1][i, :, :m, :m]
        np.testing.assert_allclose(own, alone.self_attention[1], atol=1e-9)
        encoded = attention_inputs(translator, alone).encoded
        np.testing.assert_allclose(seen.encoded[i, :m], encoded, atol=1e-9)


def test_links_and_kinds_are_those_of_the_pairs(found):
    _, seen = found
    for i, pair in enumerate(seen.pairs):
        n, m = pair.gold().shape
        assert np.array_equal(seen.gold[i, :n, :m], pair.gold())
        assert seen.gold[i].sum() == pair.gold().sum()
        assert (seen.kinds[i] != "").sum() == n
        assert seen.kinds[i, n - 1] == "end mark"
    assert {pair.source[-1] for pair in seen.pairs} <= {w for w in KIND if KIND[w] == "end mark"}


def test_every_word_of_both_languages_has_one_kind(found):
    name, _ = found
    for word in load_translator(name).english.words:
        assert word in KIND, word


def test_feminine_subjects_are_those_whose_determiner_says_so(found):
    _, seen = found
    told = {"le": False, "un": False, "ce": False, "la": True, "une": True, "cette": True}
    said = [
        (told[p.target[0]], f) for p, f in zip(seen.pairs, seen.feminine) if p.target[0] in told
    ]
    assert len(said) > 100
    assert all(told == feminine for told, feminine in said)


def test_no_head_of_messy_aligns_all_tokens_as_lesson_8_says():
    seen = held_out("messy")
    rates = {
        kind: [
            alignment_error_rate(block[:, head], seen.gold & of_kind[..., None])
            for block in seen.weights["cross"]
            for head in range(4)
        ]
        for kind, of_kind in {
            "all": seen.kinds != "",
            **{kind: seen.kinds == kind for kind in ("noun", "determiner", "end mark")},
        }.items()
    }
    said = [0.58, 0.50, 0.40, 0.44, 0.62, 0.60, 0.75, 0.32]
    assert rates["all"] == pytest.approx(said, abs=0.005)
    assert all(round(min(rates[kind]), 2) <= 0.02 for kind in ("noun", "determiner", "end mark"))
