"""Gold alignments are complete, in range and say what a bilingual dictionary says."""

import numpy as np
import pytest

from course_utils.data.grammar import CLEAN
from course_utils.data.guessable import GUESSABLE


def words(text):
    return text.split()


# A small dictionary typed apart from the lexicon: French token -> the English it may come from.
DICTIONARY = {
    "le": "the", "la": "the", "l'": "the", "un": "a an", "une": "a an", "ce": "this",
    "cet": "this", "cette": "this", "mon": "my", "ma": "my", "son": "his her", "sa": "his her",
    "votre": "your", "notre": "our", "leur": "their", "chat": "cat", "souris": "mouse",
    "arbre": "tree", "tapis": "mat", "hôtel": "hotel", "noir": "black", "noire": "black",
    "vieil": "old", "vieux": "old", "vieille": "old", "marron": "brown", "assis": "sat",
    "assise": "sat", "caché": "hid", "allée": "went", "dormi": "slept", "entrée": "entered",
    "souvent": "often", "encore": "again", "enfin": "finally", "aussi": "also",
    "vraiment": "really", "sous": "under", "derrière": "behind", "vers": "towards", "près": "near",
    "à": "to", "d'": "from", "de": "from near", ".": ".", "!": "!", "?": "?", "…": "…",
    "sur": "on", "dans": "in entered",
}  # fmt: skip
FUSED = {"au": ({"to", "the"},), "du": ({"from", "the"}, {"near", "the"})}


@pytest.fixture(scope="module", params=[CLEAN, GUESSABLE], ids=["clean", "guessable"])
def pairs(request):
    return request.param.generate(np.random.default_rng(7), 4000)


def test_complete_and_in_range(pairs):
    for pair in pairs:
        assert len(pair.alignment) == len(pair.agreement) == len(pair.target)
        linked = [position for positions in pair.alignment for position in positions]
        assert all(pair.alignment)
        assert set(linked) == set(range(len(pair.source))), "an English word nobody translates"
        assert {p for positions in pair.agreement for p in positions} <= set(linked)


def test_links_are_those_of_the_dictionary(pairs):
    seen = set()
    for pair in pairs:
        for token, positions in zip(pair.target, pair.alignment):
            words = {pair.source[i] for i in positions}
            if token in FUSED:
                assert words in FUSED[token], (token, pair)
            elif token in DICTIONARY:
                assert len(positions) == 1, (token, pair)
                assert words <= set(DICTIONARY[token].split()), (token, pair)
            seen.add(token)
    assert len(seen & DICTIONARY.keys()) > 25


def test_links_go_to_the_right_one_of_two_equal_words():
    pair = CLEAN.translate(words("the old cat often sat on the old mat ."))
    assert pair.target == tuple(words("le vieux chat s'est souvent assis sur le vieux tapis ."))
    assert [links[0] for links in pair.alignment] == [0, 1, 2, 4, 3, 4, 5, 6, 7, 8, 9]
    assert pair.agreement == ((2,), (2,), (), (), (), (2,), (), (8,), (8,), (), ())


def test_a_contraction_and_a_late_adverb():
    pair = CLEAN.translate(words("a black mouse went to the market again !"))
    assert pair.target == tuple(words("une souris noire est encore allée au marché !"))
    assert pair.alignment == ((0,), (2,), (1,), (3,), (7,), (3,), (4, 5), (6,), (8,))


def test_gold_is_the_alignment_as_booleans(pairs):
    for pair in pairs[:200]:
        gold = pair.gold()
        assert gold.shape == (len(pair.target), len(pair.source))
        for row, positions in zip(gold, pair.alignment):
            assert tuple(np.flatnonzero(row)) == positions


def test_every_french_word_of_the_clean_language_needs_its_source():
    """Changing one English word changes the French at its links, and elsewhere only agreement."""
    swaps = {"cat": "dog", "sat": "rested", "on": "under", "mat": "bed", ".": "!", "the": "this"}
    base = CLEAN.translate(words("the cat sat on the mat ."))
    for i, word in enumerate(base.source):
        other = CLEAN.translate([*base.source[:i], swaps[word], *base.source[i + 1 :]])
        changed = {t for t in range(len(base.target)) if base.target[t] != other.target[t]}
        linked = {t for t, links in enumerate(base.alignment) if i in links}
        # s'est is shared by sat and rested: the participle tells them apart.
        assert changed == linked - ({2} if word == "sat" else set())
