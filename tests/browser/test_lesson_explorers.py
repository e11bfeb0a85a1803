"""The explorers of lessons 3 and 6 in a real JupyterLab: by mouse and by keys, both themes."""

import pytest

pytest.importorskip("playwright")
from explorers_page import (
    assert_named,
    assert_readable,
    change_theme,
    find,
    serious_faults,
)
from playwright.sync_api import expect
from widget_page import CONTRAST, click_at, is_rung, numbers_of, said

SETUP = "from course_utils.widgets import PositionExplorer, ScaleExplorer"
MADE = {
    "waves": "PositionExplorer(50, 32, position=20, other=26)",
    "scale": "ScaleExplorer()",
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


def hands(widget):
    return widget.locator(".pe-hand").evaluate_all("all => all.map(e => e.getAttribute('d'))")


def test_the_position_moves_by_keys(lab, shown, theme):
    widget = shown("waves")
    slider = widget.get_by_role("slider", name="position")
    before = hands(widget), widget.locator(".pe-line").get_attribute("d")
    slider.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft"):
        lab.page.keyboard.press(key)
    expect(said(widget)).to_contain_text("Position 21 with position 26: dot product")
    expect(said(widget)).to_contain_text("of at most 16, like all pairs 5 apart.")
    after = hands(widget), widget.locator(".pe-line").get_attribute("d")
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert is_rung(slider)
    lab.wait_for("waves.position == 21")
    lab.page.keyboard.press("End")
    lab.wait_for("waves.position == 49")


def test_positions_are_dragged_in_the_table_and_in_the_curve(lab, shown, theme):
    widget = shown("waves")
    for place, name in [(".pe-table", "position"), (".pe-curve", "other")]:
        box = widget.locator(place).bounding_box()
        middle = box["x"] + box["width"] / 2
        lab.page.mouse.move(middle, box["y"] + 5)
        lab.page.mouse.down()
        lab.page.mouse.move(middle, box["y"] + box["height"] * 0.71, steps=5)
        lab.page.mouse.up()
        lab.wait_for(f"waves.{name} == 35")
    expect(said(widget)).to_contain_text("Position 35 with position 35: dot product 16.00")


def test_the_other_position_and_the_base_are_chosen(lab, shown, theme):
    widget = shown("waves")
    line = widget.locator(".pe-line")
    before = line.get_attribute("d"), widget.locator(".pe-clocks").inner_text()
    picture = "e => e.toDataURL()"
    table = widget.locator("canvas").evaluate(picture)
    widget.get_by_role("slider", name="compared with").press("ArrowLeft")
    expect(said(widget)).to_contain_text("Position 20 with position 25")
    lab.wait_for("waves.other == 25")
    widget.get_by_role("radio", name="100", exact=True).click()
    lab.wait_for("waves.base == 100")
    assert line.get_attribute("d") != before[0]
    assert widget.locator(".pe-clocks").inner_text() != before[1]
    assert widget.locator("canvas").evaluate(picture) != table
    lab.page.keyboard.press("ArrowRight")
    lab.wait_for("waves.base == 1000")
    expect(widget.locator(".pe-slow")).to_contain_text(": 5 of 16.")


def test_the_table_is_painted_again_when_the_theme_changes(lab, shown):
    widget = shown("waves")
    corner = "e => [...e.getContext('2d').getImageData(1, 0, 1, 1).data.slice(0, 3)]"  # cos 0 = 1
    for theme, colour in [("dark", [0xC5, 0xE6, 0xFB]), ("light", [0x08, 0x30, 0x6B])]:
        change_theme(lab, theme)
        lab.page.wait_for_function(
            "([e, colour]) => String([...e.getContext('2d').getImageData(1, 0, 1, 1).data"
            ".slice(0, 3)]) === String(colour)",
            arg=[widget.locator("canvas").element_handle(), colour],
        )
        assert widget.locator("canvas").evaluate(corner) == colour


def test_d_k_and_the_divisor_are_chosen_by_mouse_and_keys(lab, shown, theme):
    widget = shown("scale")
    before = numbers_of(widget)
    expect(said(widget)).to_contain_text("dₖ = 1,024, undivided: the scores have sd 32.05.")
    widget.get_by_role("radio", name="√dₖ").click()
    expect(said(widget)).to_contain_text("divided by √dₖ: the scores have sd 1.00.")
    lab.wait_for("scale.divisor == '√d_k'")
    assert numbers_of(widget) != before
    assert widget.evaluate(CONTRAST) == []
    lab.page.keyboard.press("ArrowRight")
    expect(said(widget)).to_contain_text("divided by dₖ: the scores have sd 0.03.")
    lab.wait_for("scale.divisor == 'd_k'")
    widget.get_by_role("radio", name="1,024").focus()
    lab.page.keyboard.press("ArrowLeft")
    expect(said(widget)).to_contain_text("dₖ = 256, divided by dₖ")
    assert is_rung(widget.get_by_role("radio", name="256"))
    widget.get_by_role("row", name="64").first.click()
    lab.wait_for("scale.d_k == 64")
    expect(widget.get_by_role("radio", name="64")).to_be_checked()


def test_the_query_moves_by_mouse_and_keys(lab, shown, theme):
    widget = shown("scale")
    picture = widget.get_by_role("img")
    slider = widget.get_by_role("slider", name="query")
    seen = {picture.get_attribute("aria-label")}
    slider.press("ArrowRight")
    lab.wait_for("scale.query == 1")
    seen.add(picture.get_attribute("aria-label"))
    assert is_rung(slider)
    click_at(lab.page, slider, 0.5)
    lab.wait_for("30 < scale.query < 34")
    seen.add(picture.get_attribute("aria-label"))
    assert len(seen) == 3
    shares = lab.ask("[round(w, 2) for w in scale.compute()['weights']]")
    words = widget.locator(".sc-line").nth(2).locator("span").all_inner_texts()[1:]
    assert [float(word) for word in words] == pytest.approx(shares)


def test_python_moves_the_pictures(lab, shown):
    widget = shown("waves")
    lab.ask("waves.set_trait('position', 3)")
    expect(said(widget)).to_contain_text("Position 3 with")
    widget = shown("scale")
    lab.ask("scale.set_trait('seed', 5)")
    expect(said(widget)).not_to_contain_text("the scores have sd 32.05")


def test_no_transition_for_those_who_want_none(lab, shown):
    speed = "e => getComputedStyle(e).transitionDuration"
    fill = shown("scale").locator(".sc-fill").first
    assert 0 < float(fill.evaluate(speed).removesuffix("s")) <= 0.12
    lab.page.emulate_media(reduced_motion="reduce")
    assert fill.evaluate(speed) == "0s"
    lab.page.emulate_media(reduced_motion="no-preference")
