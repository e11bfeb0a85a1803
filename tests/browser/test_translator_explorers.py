"""Alignment and translation in a real JupyterLab: each control by mouse and keys, both themes."""

import os

import pytest

pytest.importorskip("playwright")
from explorers_page import serious_faults
from playwright.sync_api import expect
from widget_page import CONTRAST, is_rung, said

from course_utils.plots.numbers import percent

SETUP = """import time
from pathlib import Path
import numpy as np
from course_utils.training.shipped import load_translator
from course_utils.widgets import AlignmentView, TranslationExplorer
translator = load_translator("messy")
found = translator.translate("The black cat sat on the mat.")
gold = translator.setting.grammar.translate(found.source).gold()
weights = found.weights["cross"][-1].mean(axis=0)
rng = np.random.default_rng(0)
sixty = rng.dirichlet(np.full(60, 0.1), size=60)
names = [f"word{i}" for i in range(60)]
evil = ["<img src=x onerror=window.ran=1>", "قطة"]
def slowly(text):
    while Path("waits").exists():
        time.sleep(0.02)
    return backwards(text)
def backwards(text):
    words = text.split() or [1 / 0]
    return words, words[::-1], np.eye(len(words))[::-1]"""
MADE = {
    "align": "AlignmentView(weights, found.source, found.target, gold)",
    "bare": "AlignmentView(sixty, names, names)",
    "evil_align": "AlignmentView([[0.5, 0.2], [0, 1]], evil, evil, [(0, 1)])",
    "translate": "TranslationExplorer(translator.translate)",
    "own": "TranslationExplorer(backwards, 'The <b>big</b> قطة')",
    "long": "TranslationExplorer(lambda text: (names, names, sixty))",
    "slow": "TranslationExplorer(slowly, 'one two')",
}


@pytest.fixture
def shown(lab):
    """Return the function that finds an explorer on the page; then: no error in the console."""

    def find(name):
        widget = lab.page.locator(".atc").nth(list(MADE).index(name))
        widget.scroll_into_view_if_needed()
        return widget

    yield find
    assert lab.errors == []
    assert lab.console == []
    assert lab.page.evaluate("() => window.ran") is None


@pytest.mark.parametrize("name", MADE)
def test_its_text_can_be_read(shown, theme, name):
    widget = shown(name)
    assert widget.evaluate(CONTRAST) == []
    folder = os.environ.get("COURSE_SCREENSHOTS")
    for width in (760, 420):
        widget.evaluate("(e, width) => { e.style.maxWidth = `${width}px`; }", width)
        assert widget.evaluate("e => e.scrollWidth <= e.clientWidth")
        if folder:
            widget.screenshot(path=f"{folder}/{name}_{theme}_{width}.png")
    widget.evaluate("e => { e.style.maxWidth = ''; }")


@pytest.mark.parametrize("name", MADE)
def test_everything_that_takes_the_focus_has_a_name(shown, name):
    tree = shown(name).aria_snapshot()
    for role in ("radio", "button", "radiogroup", "combobox", "textbox", "listbox", "option"):
        assert f"- {role}\n" not in tree
        assert f"- {role} [" not in tree
    assert "- radio " in tree
    assert "- status: " in tree


def test_a_target_word_is_chosen_by_mouse_and_by_keys(lab, shown, theme):
    widget = shown("align")
    widget.get_by_role("radio", name="predicts the word").click()
    labels = widget.locator(".al-words label")
    labels.nth(1).hover()
    labels.nth(0).hover()
    wrong = "The row that predicts “le” looks most at “.” 59%, but its gold link is to “the” 5.5%."
    expect(said(widget)).to_have_text(wrong)
    before = widget.locator(".al-front").inner_html()
    widget.get_by_role("radio", name="le wrong").first.focus()
    lab.page.keyboard.press("ArrowDown")
    right = "The row that predicts “chat” looks most at “cat” 67%: a gold link."
    expect(said(widget)).to_have_text(right)
    assert is_rung(widget.get_by_role("radio", name="chat right"))
    assert widget.locator(".al-front").inner_html() != before
    lab.wait_for("align.word == 1")
    shares = lab.ask("align.weights[1]")
    assert widget.locator(".al-sources .atc-number").all_inner_texts() == [
        percent(w) for w in shares
    ]


def test_the_row_is_switched_by_mouse_and_by_keys(lab, shown, theme):
    widget = shown("align")
    rows = widget.get_by_role("radiogroup", name="row that")
    rows.get_by_role("radio", name="predicts").click()
    error, behind = widget.locator(".al-error"), widget.locator(".al-behind")
    expect(error).to_have_text("alignment error 0.44 4 of 9 words")
    before = behind.inner_html()
    rows.get_by_role("radio", name="reads").click()
    expect(error).to_have_text("alignment error 0.67 6 of 9 words")
    assert behind.inner_html() != before
    lab.wait_for("align.row == 'reads'")
    expect(said(widget)).to_contain_text("The row that reads “")
    lab.page.keyboard.press("ArrowLeft")
    expect(error).to_have_text("alignment error 0.44 4 of 9 words")
    assert behind.inner_html() == before
    assert is_rung(rows.get_by_role("radio", name="predicts"))
    lab.wait_for("align.row == 'predicts'")


def test_wrong_words_are_told_by_shape(shown):
    widget = shown("align")
    style = "e => getComputedStyle(e).strokeDasharray"
    assert widget.locator(".al-behind .al-wrong").count() == 4
    assert widget.locator(".al-behind .al-wrong").first.evaluate(style) != "none"
    assert widget.locator(".al-behind .al-true").first.evaluate(style) == "none"
    marks = widget.locator(".al-mark").all_inner_texts()
    assert "".join(marks) == "✗✓✓✓✓✓✗✗✗"


def test_sixty_words_without_gold_are_still_usable(lab, shown):
    widget = shown("bare")
    assert widget.locator(".al-error").is_hidden()
    widget.get_by_role("radio", name="word0", exact=True).focus()
    lab.page.keyboard.press("ArrowUp")
    expect(said(widget)).to_contain_text("The row that predicts “word59” looks most at")
    assert widget.locator(".al-words label").first.bounding_box()["height"] >= 19


def test_markup_is_text_and_a_bad_sum_is_said(shown):
    for name in ("evil_align", "own"):
        assert shown(name).locator("img, b:has-text('big')").count() == 0
    note = shown("evil_align").get_by_role("note")
    expect(note).to_have_text("1 row sums neither to 1 nor to 0 (row 0: 0.70).")
    assert "<img src=x" in shown("evil_align").inner_text()
    assert "<b>big</b>" in shown("own").inner_text()


def type_in(widget, text):
    line = widget.get_by_label("sentence to translate")
    line.fill("")
    line.press_sequentially(text)
    return line


def test_a_sentence_is_typed_and_translated_by_keys(lab, shown, theme):
    widget = shown("translate")
    cells = len(lab.cells())
    line = type_in(widget, "The dog fell")
    line.press("Enter")
    lab.wait_for("translate.text == 'The dog fell'")
    expect(widget.locator(".te-source")).to_contain_text("dog")
    words = widget.locator(".te-target").inner_text().split()
    assert words == lab.ask("translate.target")
    whole = lab.ask("translate.translated")
    expect(said(widget)).to_contain_text(f"“{whole}” “{words[0]}” was read from")
    assert is_rung(line)
    lab.page.keyboard.press("Tab")
    expect(widget.get_by_role("button", name="translate")).to_be_focused()
    type_in(widget, "The black cat sat on the mat.")
    widget.get_by_role("button", name="translate").click()
    expect(widget.locator(".te-source")).to_contain_text("black")
    lab.page.keyboard.press("Tab")  # not to the list of words, though it scrolls
    expect(widget.get_by_role("radio").first).to_be_focused()
    assert len(lab.cells()) == cells  # no letter was taken for a command of the notebook


def test_a_word_of_the_translation_is_chosen_by_mouse_and_by_keys(lab, shown, theme):
    widget = shown("translate")
    type_in(widget, "The black cat sat on the mat.").press("Enter")
    expect(widget.locator(".te-target")).to_contain_text("noir")
    widget.locator(".te-target label").nth(0).hover()
    widget.locator(".te-target label").nth(1).hover()
    expect(said(widget)).to_contain_text("“chat” was read from “cat” 67%; its probability is 90%")
    before = widget.locator(".te-source").inner_html(), widget.locator(".te-others").inner_text()
    widget.get_by_role("radio", name="chat").focus()
    lab.page.keyboard.press("ArrowRight")
    expect(said(widget)).to_contain_text("“noir” was read from “black” 68%")
    assert is_rung(widget.get_by_role("radio", name="noir"))
    lab.wait_for("translate.word == 2")
    assert widget.locator(".te-source").inner_html() != before[0]
    assert widget.locator(".te-others").inner_text() != before[1]


def test_a_sentence_is_composed_of_offered_words(lab, shown, theme):
    widget = shown("translate")
    line = type_in(widget, "the ca")
    offered = widget.get_by_role("option")
    expect(offered).to_have_text([w for w in lab.ask("translate.words") if w.startswith("ca")])
    line.press("ArrowDown")
    line.press("ArrowDown")
    chosen = widget.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    assert line.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    line.press("ArrowUp")
    word = chosen.inner_text()
    line.press("Enter")
    expect(line).to_have_value(f"the {word} ")
    line.press_sequentially("sle")
    widget.get_by_role("option", name="slept").click()
    expect(line).to_have_value(f"the {word} slept ")
    expect(line).to_be_focused()
    widget.get_by_role("option", name=".", exact=True).click()
    expect(line).to_have_value(f"the {word} slept.")
    line.press("Enter")
    lab.wait_for(f"translate.text == 'the {word} slept.'")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The kat sat", '"kat" is not known; near it are: sat, mat, cat.'),
        (" ", "There is no word in it. Type an English sentence."),
        ("the cat " * 30, "has 61 tokens with its end mark"),
        ("<img src=x onerror=window.ran=1>", "is not known"),
    ],
)
def test_what_cannot_be_translated_is_explained(lab, shown, theme, text, words):
    widget = shown("translate")
    line = widget.get_by_label("sentence to translate")
    line.fill(text)
    line.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text(words)
    expect(widget.locator(".te-result")).to_be_hidden()
    assert widget.evaluate(CONTRAST) == []
    line.fill("The cat sat")
    line.press("Enter")
    expect(widget.get_by_role("alert")).to_be_hidden()
    expect(widget.locator(".te-target")).to_contain_text("chat")


def test_an_error_of_ones_own_function_is_a_sentence(lab, shown):
    widget = shown("own")
    line = widget.get_by_label("sentence to translate")
    line.fill("")
    line.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("translate failed with ZeroDivisionError")
    lab.ask("own.set_trait('text', 'one two')")
    expect(line).to_have_value("one two")
    expect(widget.locator(".te-target")).to_have_text("twoone")


def test_a_slow_translation_is_announced(lab, shown):
    widget = shown("slow")
    waits = lab.folder / "waits"  # a kernel that is busy could not be told
    waits.touch()
    type_in(widget, "three four").press("Enter")
    expect(said(widget)).to_have_text("translating …")
    waits.unlink()
    expect(widget.locator(".te-target")).to_have_text("fourthree")
    expect(said(widget)).to_contain_text("“four” was read from “four”")


def test_axe_finds_nothing_serious(lab, theme):
    assert serious_faults(lab.page) == []


def test_many_bars_do_not_grow_frame_by_frame(shown):
    """Sixty of them, laid out again in each frame, made a held key wait for up to 250 ms."""
    speed = "e => getComputedStyle(e).transitionDuration"
    assert shown("bare").locator(".atc-fill").first.evaluate(speed) == "0s"
    assert shown("align").locator(".atc-fill").first.evaluate(speed) == "0.1s"
