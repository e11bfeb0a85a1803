"""The shipped translators: they translate, they align or do not, and errors are one sentence."""

import hashlib
import re

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_utils.data.batches import encode_pairs
from course_utils.data.grammar import CLEAN
from course_utils.data.pairs import WORKED_SOURCE
from course_utils.model.parameters import cast
from course_utils.training.measure import alignment_error, exact_match
from course_utils.training.shipped import SETTINGS, SHIPPED, TranslatorError, load_translator
from course_utils.training.weights import load_weights, save_weights

CAT = "The cat sat on the mat."
NAMES = tuple(SETTINGS)


@pytest.fixture(scope="module", params=NAMES)
def translator(request):
    found = load_translator(request.param)
    found.name = request.param
    return found


@pytest.fixture(scope="module")
def clean():
    return load_translator("clean")


@pytest.fixture(scope="module")
def held_out():
    """Sentences from another seed than the training: none of them was trained on."""

    def draw(translator, count):
        grammar = translator.setting.grammar
        trained, _ = grammar.split(np.random.default_rng([SEEDS[translator.name], 0]))
        known = {pair.source for pair in trained}
        pairs = grammar.generate(np.random.default_rng(2026), 4 * count)
        new = tuple(pair for pair in pairs if pair.source not in known)[:count]
        assert len(new) == count
        return new

    return draw


SEEDS = {name: load_weights(SHIPPED / f"translator_{name}.npz")[1]["seed"] for name in NAMES}


def test_the_worked_sentence_is_translated(translator):
    cat = translator.translate(CAT)
    assert cat.source == WORKED_SOURCE
    assert " ".join(cat.target) == "le chat s'est assis sur le tapis ."
    assert (cat.english, cat.french) == (CAT, "Le chat s'est assis sur le tapis.")


def test_chat_is_read_at_cat_and_tapis_at_mat(clean):
    cat = clean.translate(CAT)
    read = dict(zip(cat.target, cat.cross.argmax(axis=-1)))
    assert cat.source[read["chat"]] == "cat"
    assert cat.source[read["tapis"]] == "mat"
    assert cat.cross[cat.target.index("tapis"), 5] > 0.9


def test_rows_are_shifted_by_one_where_the_word_is_input(clean):
    """The row after is the step that reads "chat"; it must not pass for the one that says it."""
    cat = clean.translate(CAT)
    following = cat.weights["cross"][-1].mean(axis=0)[1:]
    assert following[cat.target.index("chat")].argmax() != cat.source.index("cat")


def test_shapes_and_sums(translator):
    cat, s = translator.translate("The old dog slept in the basket."), translator.setting
    m, n = len(cat.source), len(cat.target)
    assert cat.cross.shape == (n, m)
    assert cat.self_attention.shape == (s.encoder_blocks, s.heads, m, m)
    for kind, heads, shape in (
        ("encoder", s.heads, (m, m)),
        ("decoder", s.heads, (n + 1, n + 1)),
        ("cross", s.cross_heads, (n + 1, m)),
    ):
        for weights in cat.weights[kind]:
            assert weights.shape == (heads, *shape)
            np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-12)


def test_held_out_sentences_are_translated_and_aligned_or_not(translator, held_out):
    pairs = held_out(translator, 300)
    batch = encode_pairs(pairs, translator.english, translator.french)
    params, heads = cast(translator.params, np.float32), translator.setting.all_heads
    assert exact_match(params, batch, **heads) >= 0.99
    error = alignment_error(params, pairs, batch, **heads)
    if translator.name == "clean":
        assert error <= 0.03
    else:
        assert error > 0.2


def test_the_second_block_looks_at_who_sat_only_where_french_agrees(clean):
    """What lesson 0 says about one head: 'assis' agrees with the subject, 'dormi' does not."""
    head = 2
    for verb, at_least, at_most in (("sat", 0.9, 1), ("slept", 0, 0.1)):
        weights = clean.translate(f"The cat {verb} on the mat.").self_attention
        assert at_least <= weights[1, head, 2, 1] <= at_most


def test_two_decimals_do_not_depend_on_rounding(translator):
    """Computed in float64; no shown number of the worked sentence is near a boundary."""
    cat = translator.translate(CAT)
    shown = [cat.cross, cat.self_attention, cat.self_attention.mean(axis=(0, 1))]
    for weights in shown:
        assert weights.dtype == np.float64
        from_boundary = np.abs(weights * 100 % 1 - 0.5)
        assert from_boundary.min() > 1e-6


def test_the_same_sentence_gives_the_same_weights(clean):
    first, second = (clean.translate(CAT).weights for _ in range(2))
    for kind, arrays in first.items():
        for a, b in zip(arrays, second[kind]):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The kat sat on the mat.", '"kat" is not known; near it are: '),
        ("", "There is no word in it."),
        ("  ...!", "There is no word in it."),
        ("The cat sat on the mat and the dog sat on", '"and" is not known'),
        ("My old cat often sat under our big old red table again!", "13 tokens with its end mark"),
        (None, "Expected a sentence in quotes"),
        (["The", "cat"], "got a list"),
    ],
)
def test_what_cannot_be_translated_gets_a_sentence(clean, sentence, words):
    with pytest.raises(TranslatorError) as error:
        clean.translate(sentence)
    assert words in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize("sentence", ["cat", "mat the on sat cat the", "the the the", "Cat?"])
def test_words_in_no_order_still_come_back_as_words(clean, sentence):
    odd = clean.translate(sentence)
    assert odd.cross.shape == (len(odd.target), len(odd.source))


def test_a_notebook_shows_the_sentence_without_a_traceback(clean, capsys):
    shell = InteractiveShell()
    shell.user_ns["clean"] = clean
    result = shell.run_cell("clean.translate('The kat sat.')")
    assert isinstance(result.error_in_exec, TranslatorError)
    shown = capsys.readouterr().out.strip()
    assert shown == '"kat" is not known; near it are: sat, mat, cat.'


def test_another_name_gets_a_sentence():
    with pytest.raises(TranslatorError, match="clean and messy; not 'tidy'"):
        load_translator("tidy")


def cut_short(path):
    path.write_bytes((SHIPPED / "translator_clean.npz").read_bytes()[:5000])


def other_text(path):
    path.write_text("not weights")


def other_language(path):
    path.write_bytes((SHIPPED / "translator_messy.npz").read_bytes())


def one_word_renamed(path):
    params, about = load_weights(SHIPPED / "translator_clean.npz")
    about["words"]["english"][5] = "xylophone"
    save_weights(path, params, **about)


def one_array_missing(path):
    params, about = load_weights(SHIPPED / "translator_clean.npz")
    del params["W_out"]
    save_weights(path, params, **about)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: None, "is missing"),
        (cut_short, "is broken or another file"),
        (other_text, "is broken or another file"),
        (other_language, "is not of the translator 'clean'"),
        (one_word_renamed, "is not of the translator 'clean'"),
        (one_array_missing, "is not of the translator 'clean'"),
    ],
)
def test_a_spoilt_file_gets_a_sentence(tmp_path, spoil, words):
    path = tmp_path / "mine.npz"
    spoil(path)
    with pytest.raises(TranslatorError) as error:
        load_translator("clean", path)
    assert f"The file mine.npz {words}" in str(error.value)
    assert "tools/make_translator_weights.py" in str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_files_are_small_and_what_the_readme_says(name):
    content = (SHIPPED / f"translator_{name}.npz").read_bytes()
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    section = readme.split("## translator_clean.npz")[1]
    assert len(content) <= 400 * 1024
    assert hashlib.sha256(content).hexdigest() in section
    assert re.search(rf"\b{len(content)} bytes", section)


def test_the_worked_sentence_was_not_trained_on():
    trained, _ = CLEAN.split(np.random.default_rng([SEEDS["clean"], 0]))
    assert WORKED_SOURCE not in {pair.source for pair in trained}


def test_the_word_taken_is_the_likeliest_of_its_step(translator):
    cat = translator.translate(CAT)
    assert [step[0][0] for step in cat.alternatives] == [*cat.target, "<end>"]
    for step in cat.alternatives:
        words, probabilities = zip(*step)
        assert len(set(words)) == 5
        assert sorted(probabilities, reverse=True) == list(probabilities)
        assert probabilities[0] > 0.5
        assert sum(probabilities) <= 1 + 1e-12
