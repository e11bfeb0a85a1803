"""The mask explorer of lesson 4 in a real JupyterLab: by mouse and by keys, both themes."""

import pytest

pytest.importorskip("playwright")
from explorers_page import (
    assert_named,
    assert_readable,
    find,
    serious_faults,
)
from playwright.sync_api import expect
from widget_page import CONTRAST, click_at, is_rung, said

SETUP = """import numpy as np
from course_utils.widgets import MaskExplorer
rng = np.random.default_rng(0)
tokens = "The cat sat on it <pad>".split()
hostile = ["<img src=x onerror=window.ran=1>", "قطة"]"""
MADE = {
    "mask": "MaskExplorer(np.round(rng.normal(size=(6, 6)) * 1.5, 2), tokens)",
    "wide": "MaskExplorer(np.eye(60), [f'word{i}' for i in range(60)], causal=True)",
    "hostile": "MaskExplorer([[1, 0, 2], [0, 3, 1]], hostile, keys=['a', *hostile])",
}


@pytest.fixture
def shown(lab):
    """Return the function that finds a widget as it was at first; then: no error was logged."""
    yield lambda name: find(lab, name)
    assert lab.errors == []
    assert lab.console == []


@pytest.mark.parametrize("width", [1280, 536])  # in the narrow page a widget has 420 px
@pytest.mark.parametrize("name", MADE)
def test_its_text_can_be_read_and_fits(lab, shown, theme, name, width):
    assert_readable(lab, shown(name), f"{name}_{theme}", width)


def test_axe_finds_nothing_serious(lab, theme):
    assert serious_faults(lab.page) == []


@pytest.mark.parametrize("name", MADE)
def test_everything_that_takes_the_focus_has_a_name(shown, name):
    assert_named(shown(name))


def cell(widget, query, key):
    return widget.get_by_role("button", name=f"{query} may look at {key}, ")


def weights_of(widget, row):
    return (
        widget.locator(".mx-panel").nth(1).get_by_role("img").nth(row).get_attribute("aria-label")
    )


def test_a_cell_is_opened_and_closed_by_mouse(lab, shown, theme):
    widget = shown("mask")
    the_cat = cell(widget, "The", "cat")
    before = weights_of(widget, 0)
    the_cat.click()
    expect(the_cat).to_have_attribute("aria-pressed", "false")
    expect(the_cat).to_have_text("−∞")
    expect(said(widget)).to_contain_text(
        "“The” may not look at “cat” (by hand): score −∞, weight 0"
    )
    expect(said(widget)).to_contain_text(
        "35 of 36 cells may attend; every row of weights sums to 1"
    )
    assert ", cat 0, " in weights_of(widget, 0)
    lab.wait_for("mask.closed == [[0, 1]] and not mask.mask[0, 1]")
    assert widget.evaluate(CONTRAST) == []
    the_cat.click()
    lab.wait_for("mask.closed == []")
    assert weights_of(widget, 0) == before


def test_cells_are_walked_and_changed_by_keys(lab, shown, theme):
    widget = shown("mask")
    cell(widget, "The", "The").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home", "ArrowDown"):
        lab.page.keyboard.press(key)
    here = cell(widget, "sat", "The")
    expect(here).to_be_focused()
    assert is_rung(here)
    expect(said(widget)).to_contain_text("“sat” may look at “The”: score")
    lab.page.keyboard.press("Space")
    expect(said(widget)).to_contain_text("“sat” may not look at “The” (by hand)")
    lab.wait_for("mask.closed == [[2, 0]]")
    lab.page.keyboard.press("Shift+Tab")
    lab.page.keyboard.press("Tab")
    expect(here).to_be_focused()


def test_a_row_with_nothing_to_attend_to_is_said(lab, shown):
    widget = shown("mask")
    widget.get_by_role("switch", name="causal").click()
    cell(widget, "The", "The").click()
    words = "“The” has nothing to attend to: its weights are 0."
    expect(said(widget)).to_contain_text(words)
    assert weights_of(widget, 0).endswith("sum 0")
    assert weights_of(widget, 1).endswith("sum 1")
    assert "nan" not in widget.inner_text().lower()


def test_causal_is_switched_by_mouse_and_keys(lab, shown, theme):
    widget = shown("mask")
    switch = widget.get_by_role("switch", name="causal")
    switch.click()
    expect(said(widget)).to_contain_text("21 of 36 cells may attend")
    expect(cell(widget, "cat", "sat")).to_have_text("−∞")
    lab.wait_for("mask.causal")
    lab.page.keyboard.press("Space")
    assert is_rung(switch)
    expect(said(widget)).to_contain_text("36 of 36 cells may attend")
    lab.wait_for("not mask.causal")


def test_padding_is_chosen_by_mouse_and_keys(lab, shown, theme):
    widget = shown("mask")
    slider = widget.get_by_role("slider", name="padding")
    slider.focus()
    lab.page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "1 key")
    expect(cell(widget, "cat", "<pad>")).to_have_text("−∞")
    assert is_rung(slider)
    lab.wait_for("mask.padding == [5]")
    click_at(lab.page, slider, 0.97)
    expect(said(widget)).to_contain_text("0 of 36 cells may attend; 6 rows have nothing")
    lab.wait_for("mask.padding == [0, 1, 2, 3, 4, 5]")


def test_what_is_opened_by_hand_stays_open_under_the_causal_mask(lab, shown):
    widget = shown("mask")
    widget.get_by_role("switch", name="causal").click()
    cell(widget, "The", "it").click()
    expect(said(widget)).to_contain_text("“The” may look at “it” (by hand)")
    lab.wait_for("mask.opened == [[0, 4]]")
    widget.get_by_role("switch", name="causal").click()
    expect(cell(widget, "The", "it")).to_have_attribute("aria-pressed", "true")
    lab.wait_for("mask.compute()['mask'] == [[True] * 6] * 6")


def test_sixty_tokens_are_still_usable(lab, shown):
    widget = shown("wide")
    cell(widget, "word0", "word0").focus()
    lab.page.keyboard.press("End")
    lab.page.keyboard.press("Enter")
    expect(said(widget)).to_contain_text("“word0” may look at “word59” (by hand)")
    lab.wait_for("wide.opened == [[0, 59]]")
    box = cell(widget, "word59", "word59").bounding_box()
    assert min(box["width"], box["height"]) >= 9


def test_markup_is_text(lab, shown):
    widget = shown("hostile")
    assert widget.locator("img").count() == 0
    assert lab.page.evaluate("() => window.ran") is None
    cell(widget, "قطة", "<img src=x onerror=window.ran=1>").click()
    expect(said(widget)).to_contain_text("“قطة” may not look at “<img src=x onerror=window.ran=1>”")


def test_python_moves_the_picture(lab, shown):
    widget = shown("mask")
    lab.ask("mask.set_trait('padding', [1])")
    expect(said(widget)).to_contain_text("30 of 36 cells may attend")
    lab.ask("mask.set_trait('scores', np.zeros((6, 6)).tolist())")
    expect(cell(widget, "The", "it")).to_have_text("0.00")


def test_no_transition_for_those_who_want_none(lab, shown):
    speed = "e => getComputedStyle(e).transitionDuration"
    knob = shown("mask").locator(".mx-knob").first
    assert 0 < float(knob.evaluate(speed).removesuffix("s")) <= 0.12
    lab.page.emulate_media(reduced_motion="reduce")
    assert knob.evaluate(speed) == "0s"
    lab.page.emulate_media(reduced_motion="no-preference")
