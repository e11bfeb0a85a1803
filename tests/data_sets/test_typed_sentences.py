import numpy as np
import pytest

from course_utils.data.grammar import CLEAN
from course_utils.data.sentences import detokenise_english, detokenise_french, tokenise
from course_utils.data.vocabulary import vocabularies

ENGLISH, FRENCH = vocabularies(CLEAN)


@pytest.mark.parametrize(
    "typed",
    [
        "The cat sat on the mat.",
        "the cat sat on the mat",
        "  THE  cat\tsat on\nthe mat . ",
        "The cat sat on the mat .",
    ],
)
def test_many_ways_of_typing_one_sentence(typed):
    assert tokenise(typed, ENGLISH) == ("the", "cat", "sat", "on", "the", "mat", ".")


def test_three_dots_are_one_mark():
    assert tokenise("A dog ran...", ENGLISH)[-1] == tokenise("A dog ran…", ENGLISH)[-1] == "…"


def test_what_was_written_out_can_be_typed_in_again():
    for pair in CLEAN.generate(np.random.default_rng(0), 500):
        assert tokenise(detokenise_english(pair.source), ENGLISH) == pair.source


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "There is no word in it"),
        ("  ?! ", "There is no word in it"),
        ("The catt sat on the mat.", '"catt" is not known; near it are: cat'),
        ("The gray cat sat.", '"gray" is not known; near it are: grey'),
        ("The cat didn't sit.", """"didn't" is not known"""),
        ("The xylophone sat.", '"xylophone" is not known, and no known word is near it'),
        (
            "The cat sat, finally.",
            '"," is not known; the marks that may end a sentence are ! . ? …',
        ),
        ("Le chât sat.", '"chât" is not known'),
        ("the cat " * 6, "The sentence has 13 tokens with its end mark; the model has seen at"),
    ],
)
def test_what_cannot_be_translated_gets_a_sentence(typed, message):
    with pytest.raises(ValueError) as caught:
        tokenise(typed, ENGLISH)
    assert message in str(caught.value)


def test_every_unknown_word_is_named_once():
    with pytest.raises(ValueError) as caught:
        tokenise("The tiger saw the tiger and the lion.", ENGLISH)
    assert str(caught.value).count('"tiger"') == 1
    assert '"lion"' in str(caught.value)


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("l' oiseau s'est assis sur l' arbre .", "L'oiseau s'est assis sur l'arbre."),
        ("un chat est tombé d' un toit !", "Un chat est tombé d'un toit\u202f!"),
        ("ce chat a dormi …", "Ce chat a dormi…"),
        ("cet écureuil a couru ?", "Cet écureuil a couru\u202f?"),
        ("", ""),
    ],
)
def test_french_is_written_as_french(tokens, text):
    assert detokenise_french(tokens.split()) == text
