"""The translation explorer without a browser: what it asks of a translator, and what it says."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.training.shipped import load_translator
from course_utils.widgets.translation_explorer import LONGEST, TranslationExplorerModel

SOURCE, TARGET = ["the", "cat"], ["le", "chat"]
CROSS = [[0.75, 0.25], [0.5, 0.5], [1, 0]]
NEXT = [[("le", 0.75), ("la", 0.125)], [("chat", 0.5), ("chien", 0.25)], [("<end>", 1.0)]]


def explorer(*found, **options):
    return TranslationExplorerModel(lambda text: found, **options)


@pytest.fixture(scope="module")
def translate():
    return load_translator("clean").translate


def test_the_shipped_translator_is_one(translate):
    model = TranslationExplorerModel(translate)
    lines = model.summary().splitlines()
    assert lines[0] == "“The cat sat on the mat.” → “Le chat s'est assis sur le tapis.”"
    assert lines[1].split()[-3:] == ["probability", "next", "best"]
    assert len(lines) == 2 + len(model.target)
    assert "“chat” at “cat” 100%" in model.alt()
    assert {"cat", "mat", "."} <= set(model.words)


def test_another_sentence_another_translation(translate):
    model = TranslationExplorerModel(translate)
    model.word = 3
    before, turn = model.summary(), model.turn
    model.text = "your old dog fell"
    assert model.summary() != before
    assert model.source == ["your", "old", "dog", "fell", "."]
    assert (model.word, model.turn) == (0, turn + 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is no word in it."),
        ("  ?! ", "There is no word in it."),
        ("The kat sat.", '"kat" is not known; near it are: sat, mat, cat.'),
        ("the cat " * 30, "The sentence has 61 tokens with its end mark"),
        ("<b>cat</b> \u202e قطة 🐈", "is not known"),
    ],
)
def test_what_cannot_be_translated_is_said_in_a_sentence(translate, text, words):
    model = TranslationExplorerModel(translate, text)
    assert words in model.problem
    assert words in model.summary()
    assert words in model.alt()
    assert model.target == []
    assert model.compute() == {"row": [], "order": []}
    assert model.picture()[0].figure
    model.text = "The cat sat."
    assert model.problem == ""
    assert model.picture().figure


def test_a_hundred_unknown_words_are_not_all_listed(translate):
    model = TranslationExplorerModel(translate, " ".join(f"x{i}y" for i in range(100)))
    assert len(model.problem) == LONGEST


def test_an_error_of_the_translator_is_no_traceback():
    def translate(text):
        return {}[text]

    model = TranslationExplorerModel(translate, "cat")
    assert model.problem == "translate failed with KeyError: 'cat'"
    assert isinstance(model.error, KeyError)


def test_a_function_of_ones_own_by_hand():
    model = explorer(SOURCE, TARGET, CROSS, NEXT, text="the cat")
    assert model.summary().splitlines() == [
        "“the cat” → “le chat”",
        "target   the   cat  probability  next best",
        "le      0.75  0.25         0.75         la  0.12",
        "chat    0.50  0.50         0.50      chien  0.25",
    ]
    assert model.compute() == {"row": [0.75, 0.25], "order": [0, 1]}
    assert explorer(SOURCE, TARGET, CROSS, text="x").summary().splitlines()[2].endswith("0.25")
    assert explorer(SOURCE, TARGET, text="x").summary() == "“x” → “le chat”\ntarget\nle\nchat"
    assert explorer(SOURCE, [], np.zeros((0, 2)), text="x").summary() == "“x” → “”"


def test_an_object_and_a_tuple_say_the_same():
    kept = SimpleNamespace(source=SOURCE, target=TARGET, cross=np.array(CROSS), alternatives=NEXT)
    model = TranslationExplorerModel(lambda text: kept, "x")
    assert model.summary() == explorer(SOURCE, TARGET, CROSS, NEXT, text="x").summary()
    kept.french = "Le chat"
    assert TranslationExplorerModel(lambda text: kept, "x").translated == "Le chat"


def test_each_changed_number_changes_the_summary():
    before = explorer(SOURCE, TARGET, CROSS, NEXT).summary()
    for i in (0, 1):
        changed = np.array(CROSS)
        changed[i, 0] -= 0.02
        assert explorer(SOURCE, TARGET, changed, NEXT).summary() != before
        steps = [list(step) for step in NEXT]
        steps[i][1] = ("autre", 0.03)
        assert explorer(SOURCE, TARGET, CROSS, steps).summary() != before


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (("the cat",), "translate must return an object with source"),
        ((SOURCE, TARGET, [[1, 0]]), r"cross has shape \(1, 2\) for n = 2 and m = 2"),
        ((SOURCE, TARGET, [[np.nan, 0], [1, 0]]), "NaN"),
        ((SOURCE, TARGET, [[3, -2], [1, 0]]), "between 0 and 1"),
        ((SOURCE, TARGET, CROSS, [1, 2]), "for each of the 2 target words"),
        ((SOURCE, TARGET, CROSS, NEXT[:1]), "for each of the 2 target words"),
    ],
)
def test_what_a_translator_may_not_return(found, words):
    assert re.search(words, explorer(*found).problem)


def test_bad_input_gets_a_sentence():
    with pytest.raises(ValueError, match="must be a function of one sentence, but a str came"):
        TranslationExplorerModel("translate")
    model = explorer(SOURCE, TARGET, CROSS)
    with pytest.raises(ValueError, match="there are 2 target words"):
        model.word = 2
