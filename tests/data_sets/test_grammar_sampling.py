"""What is drawn: enough, distinct, reproducible, never the worked sentence in training."""

from collections import Counter

import numpy as np
import pytest

from course_utils.data.grammar import CLEAN, Grammar
from course_utils.data.guessable import GUESSABLE
from course_utils.data.pairs import WORKED_SOURCE


def words(text):
    return text.split()


BOTH = pytest.mark.parametrize("grammar", [CLEAN, GUESSABLE], ids=["clean", "guessable"])


@BOTH
def test_split_has_no_overlap_and_enough_sentences(grammar):
    training, held_out = grammar.split(np.random.default_rng(0), 5000, 500)
    sources = [pair.source for pair in training + held_out]
    assert (len(training), len(held_out), len(set(sources))) == (5000, 500, 5500)
    assert not {pair.source for pair in training} & {pair.source for pair in held_out}


@BOTH
def test_the_worked_sentence_is_in_the_language_but_never_drawn(grammar):
    said = words("le chat s'est assis sur le tapis .")
    assert grammar.translate(WORKED_SOURCE).target == tuple(said)
    for seed in range(3):
        pairs = grammar.generate(np.random.default_rng(seed), 5000)
        assert WORKED_SOURCE not in {pair.source for pair in pairs}


def test_the_worked_sentence_would_be_drawn_if_it_were_not_left_out():
    tiny = Grammar({"sat": ("seat",)}, ("the",), (), (".",), adjective_share=0.0)
    everything = len(tiny.subjects) * len(tiny.places["seat"])
    assert len(tiny.generate(np.random.default_rng(0), everything - 1)) == everything - 1
    with pytest.raises(ValueError, match=f"asked for {everything} .* gave {everything - 1}"):
        tiny.generate(np.random.default_rng(0), everything)


@BOTH
def test_same_seed_same_pairs_and_no_global_randomness(grammar):
    first = grammar.split(np.random.default_rng(5), 50, 10)
    np.random.default_rng().random()
    assert grammar.split(np.random.default_rng(5), 50, 10) == first
    assert grammar.split(np.random.default_rng(6), 50, 10) != first


@BOTH
def test_reading_a_sentence_back_gives_the_same_pair(grammar):
    for pair in grammar.generate(np.random.default_rng(3), 2000):
        assert grammar.translate(pair.source) == pair


@BOTH
def test_no_sentence_is_longer_than_the_model_expects(grammar):
    pairs = grammar.generate(np.random.default_rng(4), 5000)
    assert max(len(pair.source) for pair in pairs) <= 10
    assert max(len(pair.target) for pair in pairs) <= 11  # 12 with the start or end token


def test_the_clean_language_has_what_the_syllabus_names():
    pairs = CLEAN.generate(np.random.default_rng(8), 5000)
    first = Counter(pair.target[0] for pair in pairs)
    families = ["le la l'", "un une", "ce cet cette", "mon ma", "votre", "son sa", "notre", "leur"]
    shares = [sum(first[form] for form in family.split()) / 5000 for family in families]
    assert sum(shares) == 1
    assert min(shares) > 0.08
    marks = Counter(pair.source[-1] for pair in pairs)
    assert set(marks) == set(".!?…")
    assert min(marks.values()) > 1100
    words = Counter(word for pair in pairs for word in pair.source)
    verbs = "sat hid rested fled stayed fell went came returned slept played jumped ran walked"
    assert all(words[verb] > 270 for verb in verbs.split())
    prepositions = "on in under behind from to towards"
    assert all(words[preposition] > 180 for preposition in prepositions.split())


def test_verbs_bring_their_preposition_in_the_guessable_language_only():
    def prepositions_of(grammar):
        found = {}
        for pair in grammar.generate(np.random.default_rng(1), 4000):
            words = {link[0]: i for i, link in enumerate(pair.alignment)}
            verb = next(i for i, word in enumerate(pair.source) if word in grammar.verbs)
            found.setdefault(pair.source[verb], set()).add(pair.source[verb + 1])
            assert verb in words
        return found

    assert all(len(found) == 1 for found in prepositions_of(GUESSABLE).values())
    assert all(len(found) >= 2 for found in prepositions_of(CLEAN).values())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("cat sat on the mat .", "expected a determiner as word 1, got 'cat'"),
        ("the cat sat the mat .", "expected a preposition as word 4, got 'the'"),
        ("the cat sat on the mat", "stops where an end mark should follow"),
        ("the cat sat on the mat . .", "goes on after its end mark"),
        ("the black white cat sat on the mat .", "expected a noun as word 3, got 'white'"),
        ("", "stops where a determiner should follow"),
    ],
)
def test_a_sentence_of_another_form_is_refused_with_a_reason(words, message):
    with pytest.raises(ValueError, match=message):
        CLEAN.translate(words.split())
