import numpy as np
import pytest

from course_utils.data.grammar import CLEAN
from course_utils.data.guessable import GUESSABLE
from course_utils.data.vocabulary import END, PADDING, START, Vocabulary, vocabularies


@pytest.mark.parametrize("grammar", [CLEAN, GUESSABLE], ids=["clean", "guessable"])
def test_holds_exactly_the_words_that_are_said(grammar):
    english, french = vocabularies(grammar)
    pairs = grammar.generate(np.random.default_rng(0), 5000)
    assert set(english.words) == {word for pair in pairs for word in pair.source}
    assert set(french.words) == {word for pair in pairs for word in pair.target}
    assert vocabularies(grammar)[1].tokens == french.tokens


def test_decoding_undoes_encoding():
    english, french = vocabularies(CLEAN)
    for pair in CLEAN.generate(np.random.default_rng(1), 300):
        assert english.decode(english.encode(pair.source)) == pair.source
        ids = french.encode(pair.target)
        assert french.decode([START, *ids, END, 7, PADDING]) == pair.target


def test_ids_are_unique_and_the_special_ones_come_first():
    vocabulary = Vocabulary(["b", "a", "b"])
    assert vocabulary.tokens == ("<padding>", "<start>", "<end>", "a", "b")
    assert (PADDING, START, END) == (0, 1, 2)
    assert len(vocabulary) == 5
    assert vocabulary.encode([]).dtype == np.int64


def test_unknown_words_are_named():
    with pytest.raises(ValueError, match="not in the vocabulary: zebra, lion"):
        Vocabulary(["cat"]).encode(["zebra", "cat", "lion"])
