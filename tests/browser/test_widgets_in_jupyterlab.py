"""Every explorer in a real JupyterLab: each control by mouse and by keyboard, both themes."""

import base64
import os

import pytest

pytest.importorskip("playwright")
from explorers_page import open_explorers
from playwright.sync_api import expect
from widget_page import CONTRAST, MADE, SETUP, click_at, drag, is_rung, numbers_of, said

from course_utils.plots.numbers import percent


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return a JupyterLab with a notebook that shows one widget of each kind."""
    with open_explorers(tmp_path_factory.mktemp("lab"), SETUP, MADE) as opened:
        yield opened


@pytest.fixture
def shown(lab):
    """Return the function that finds a widget on the page; then: no error in the console."""
    order = list(MADE)

    def find(name):
        widget = lab.page.locator(".atc").nth(order.index(name))
        widget.scroll_into_view_if_needed()
        return widget

    yield find
    assert lab.errors == []
    assert lab.console == []


@pytest.mark.parametrize("name", MADE)
def test_its_bundle_has_picture_words_and_live_view(lab, shown, name):
    (output,) = lab.outputs[name]
    live = "application/vnd.jupyter.widget-view+json"
    assert sorted(output["data"]) == [live, "image/png", "text/plain"]
    picture = base64.b64decode(output["data"]["image/png"])
    assert picture[:4] == b"\x89PNG"
    assert len(output["metadata"]["image/png"]["alt"].split()) > 5
    assert lab.ask(f"{name}.summary()").startswith(output["data"]["text/plain"][:40])


@pytest.mark.parametrize("name", MADE)
def test_its_text_can_be_read(shown, theme, name):
    widget = shown(name)
    assert widget.evaluate(CONTRAST) == []
    assert widget.bounding_box()["width"] <= 760
    folder = os.environ.get("COURSE_SCREENSHOTS")
    if folder:
        widget.screenshot(path=f"{folder}/{name}_{theme}.png")


def test_a_vector_is_dragged(lab, shown, theme):
    widget = shown("dot")
    widget.get_by_role("button", name="reset").click()
    mat = widget.get_by_role("slider", name="key mat")
    drag(lab.page, mat, 40, 30)
    expect(mat).not_to_have_attribute("aria-valuetext", "0.50, 1.20")
    expect(said(widget)).to_contain_text("mat: shadow on q")
    x, y = map(float, mat.get_attribute("aria-valuetext").split(", "))
    lab.wait_for(f"dot.K[1] == [{x}, {y}]")
    assert numbers_of(widget)[3] == f"{2 * x + 1.3 * y:.2f}"


def test_a_vector_is_moved_by_arrow_keys(lab, shown, theme):
    widget = shown("dot")
    widget.get_by_role("button", name="reset").click()
    query = widget.get_by_role("slider", name="query q")
    place = lab.page.locator(".jp-WindowedPanel-outer").evaluate("e => e.scrollTop")
    query.focus()
    before = widget.locator(".dp-plane").inner_html(), numbers_of(widget)
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown", "Shift+ArrowRight"):
        lab.page.keyboard.press(key)
    expect(query).to_have_attribute("aria-valuetext", "2.50, 1.40")
    assert is_rung(query)
    after = widget.locator(".dp-plane").inner_html(), numbers_of(widget)
    assert before[0] != after[0]
    assert before[1] != after[1]
    lab.wait_for("dot.q == [2.5, 1.4]")
    assert lab.page.locator(".jp-WindowedPanel-outer").evaluate("e => e.scrollTop") == place
    lab.page.keyboard.press("Tab")
    expect(widget.get_by_role("slider", name="key cat")).to_be_focused()
    expect(said(widget)).to_contain_text("cat: shadow on q 1.38 × length of q 2.87 = q · k 3.94")
    assert numbers_of(widget)[:2] == ["3.94", "0.75"]


def test_a_row_of_the_table_shows_its_shadow(shown):
    widget = shown("dot")
    widget.get_by_role("button", name="reset").click()
    widget.get_by_role("row", name="on").click()
    expect(said(widget)).to_contain_text("on: shadow on q −0.88")


@pytest.mark.parametrize("name", ["dot", "soft"])
def test_the_temperature_moves_by_mouse_and_keys(lab, shown, theme, name):
    widget = shown(name)
    widget.get_by_role("button", name="reset").click()
    slider = widget.get_by_role("slider", name="temperature")
    before = numbers_of(widget)
    click_at(lab.page, slider, 0.8)
    expect(slider).not_to_have_attribute("aria-valuetext", "1")
    lab.wait_for(f"{name}.temperature > 5")
    hot = lab.ask(f"{name}.temperature")
    assert numbers_of(widget) != before
    lab.page.keyboard.press("ArrowLeft")
    lab.wait_for(f"{name}.temperature < {hot}")
    assert is_rung(slider)
    widget.get_by_role("button", name="reset").click()
    assert numbers_of(widget) == before
    lab.wait_for(f"{name}.temperature == 1")


def test_a_logit_moves_by_mouse_and_keys(lab, shown, theme):
    widget = shown("soft")
    widget.get_by_role("button", name="reset").click()
    slider = widget.get_by_role("slider", name="logit of sat")
    slider.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowUp")
    expect(slider).to_have_attribute("aria-valuetext", "1.20")
    lab.wait_for("soft.logits == [2.0, 1.2, 0.0, -1.5]")
    click_at(lab.page, slider, 0.95)
    expect(said(widget)).to_contain_text("“sat” takes 9")
    lab.wait_for("soft.logits[1] > 4")


def test_adding_to_all_logits_changes_no_weight(lab, shown):
    widget = shown("soft")
    widget.get_by_role("button", name="reset").click()
    before = numbers_of(widget)
    widget.get_by_role("button", name="add 1 to all logits").click()
    expect(said(widget)).to_have_text("All logits moved by 1: no weight has changed.")
    lab.wait_for("soft.logits == [3.0, 2.0, 1.0, -0.5]")
    after = numbers_of(widget)
    assert [cell for i, cell in enumerate(before) if i % 3] == [
        cell for i, cell in enumerate(after) if i % 3
    ]
    widget.get_by_role("button", name="subtract 1 from all logits").press("Enter")
    assert numbers_of(widget) == before


def test_a_row_is_walked_through_by_mouse(lab, shown, theme):
    widget = shown("step")
    widget.get_by_role("radio", name="1 score").click()
    expect(said(widget)).to_have_text("1 score: “cat” 2·2 + 1·0 + 0·1 + 1·0 = 4")
    assert not widget.get_by_text("weight × value").is_visible()
    go = widget.get_by_role("button", name="next")
    go.click()
    expect(said(widget)).to_have_text("2 scale: “cat” 4 ÷ √4 = 2")
    go.click()
    expect(said(widget)).to_have_text("3 softmax: “cat” e2 ÷ sum of all = 7.39 ÷ 11.11 = 0.665")
    go.click()
    expect(said(widget)).to_have_text("4 mix: first feature 0.665·10 + 0.245·0 + 0.090·5 = 7.10")
    expect(widget.get_by_text("(7.10, 2.90)")).to_be_visible()
    assert widget.evaluate(CONTRAST) == []
    assert go.is_disabled()
    widget.get_by_role("button", name="back").click()
    lab.wait_for("step.step == 2")
    widget.get_by_role("row", name="mat").click()
    expect(said(widget)).to_contain_text("“mat” e0")
    widget.get_by_role("radio", name="cat").check(force=True)


def test_a_row_is_walked_through_by_keys(lab, shown, theme):
    widget = shown("step")
    widget.get_by_role("radio", name="1 score").click()
    lab.page.keyboard.press("ArrowRight")
    expect(said(widget)).to_have_text("2 scale: “cat” 4 ÷ √4 = 2")
    assert is_rung(widget.get_by_role("radio", name="2 scale"))
    before = numbers_of(widget)
    widget.get_by_role("radio", name="sat").focus()
    lab.page.keyboard.press("ArrowRight")
    expect(said(widget)).to_have_text("2 scale: “cat” 1 ÷ √4 = 0.5")
    assert numbers_of(widget) != before
    lab.wait_for("step.row == 1")
    lab.page.keyboard.press("ArrowLeft")
    widget.get_by_role("radio", name="cat").focus()
    lab.page.keyboard.press("ArrowDown")
    expect(said(widget)).to_have_text("2 scale: “on” 2 ÷ √4 = 1")
    assert is_rung(widget.get_by_role("radio", name="on"))
    lab.page.keyboard.press("ArrowUp")
    widget.get_by_role("button", name="next").press("Enter")
    lab.wait_for("step.step == 2")


def test_a_query_is_chosen_by_hover_and_by_keys(lab, shown, theme):
    widget = shown("view")
    lines = widget.locator(".av-chosen")
    widget.locator(".av-queries label").nth(2).hover()
    expect(said(widget)).to_contain_text("“sat” looks at: cat")
    before = lines.nth(1).get_attribute("d")
    widget.locator(".av-queries label").nth(4).hover()
    expect(said(widget)).to_contain_text("“it” looks at:")
    assert lines.nth(1).get_attribute("d") != before
    radio = widget.get_by_role("radio", name="it")
    radio.focus()
    lab.page.keyboard.press("ArrowUp")
    expect(said(widget)).to_contain_text("“on” looks at:")
    assert is_rung(widget.get_by_role("radio", name="on"))
    lab.wait_for("view.query == 3")
    shares = lab.ask("[round(float(w), 6) for w in view.weights[0][3]]")
    shown_shares = widget.locator(".av-keys .atc-number").all_inner_texts()
    assert shown_shares == [percent(w) for w in shares]


def test_a_head_is_chosen_by_mouse_and_by_keys(lab, shown, theme):
    widget = shown("view")
    heads = widget.get_by_role("radiogroup", name="head")
    heads.get_by_role("radio", name="0").click()
    before = widget.locator(".av-other").first.get_attribute("d")
    heads.get_by_role("radio", name="1").click()
    assert widget.locator(".av-other").first.get_attribute("d") != before
    lab.wait_for("view.head == 1")
    lab.page.keyboard.press("ArrowLeft")
    expect(heads.get_by_role("radio", name="0")).to_be_checked()
    lab.wait_for("view.head == 0")
    assert widget.locator(".av-other").first.get_attribute("d") == before


def test_two_widgets_do_not_uncheck_each_other(shown):
    for name in ("view", "wide", "hostile"):
        assert shown(name).locator(".av-queries input:checked").count() == 1


def test_sixty_tokens_are_still_usable(lab, shown):
    widget = shown("wide")
    widget.get_by_role("radio", name="word0", exact=True).focus()
    lab.page.keyboard.press("ArrowUp")
    expect(said(widget)).to_contain_text("“word59” looks at: word0 1.7%")
    assert widget.locator(".av-queries label").first.bounding_box()["height"] >= 19


def test_markup_is_text_and_a_bad_sum_is_said(lab, shown):
    widget = shown("hostile")
    assert widget.locator("img").count() == 0
    assert lab.page.evaluate("() => window.ran") is None
    assert "<img src=x" in widget.locator(".av-queries").inner_text()
    row = "The row of “<img src=x onerror=window.ran=1>”"
    words = f"{row} sums to 0.70, neither to 1 nor to 0."
    expect(widget.get_by_role("note")).to_have_text(words)


@pytest.mark.parametrize("name", MADE)
def test_everything_that_takes_the_focus_has_a_name(shown, name):
    widget = shown(name)
    tree = widget.aria_snapshot()
    for role in ("slider", "radio", "button", "radiogroup"):
        assert f"- {role}\n" not in tree
        assert f"- {role} [" not in tree
    roles = {"dot": "slider", "soft": "slider"}.get(name, "radio")
    assert f"- {roles} " in tree
    assert "- status: " in tree


def test_python_moves_the_picture(lab, shown):
    widget = shown("dot")
    lab.ask("dot.set_trait('q', [1.0, 0.0])")
    query = widget.get_by_role("slider", name="query q")
    expect(query).to_have_attribute("aria-valuetext", "1.00, 0.00")
    widget.get_by_role("button", name="reset").click()
    expect(query).to_have_attribute("aria-valuetext", "2.00, 1.30")


def test_no_transition_for_those_who_want_none(lab, shown):
    fill = shown("soft").locator(".atc-fill").first
    speed = "e => getComputedStyle(e).transitionDuration"
    assert float(fill.evaluate(speed).removesuffix("s")) <= 0.12
    lab.page.emulate_media(reduced_motion="reduce")
    assert fill.evaluate(speed) == "0s"
    lab.page.emulate_media(reduced_motion="no-preference")
