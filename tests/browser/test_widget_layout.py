"""No explorer's picture is cut off in a narrow page, and nothing moves when another row is chosen.

A blank page will do: the scripts and style sheets are those of the widgets, a plain object is
the model. Real JupyterLabs stand in the other files.
"""

import numpy as np
import pytest

pytest.importorskip("playwright")
from lab import open_page

from course_utils import widgets

rng = np.random.default_rng(3)
LONG = ["Donaudampfschifffahrtsgesellschaftskapitän", "m" * 60, "<b>x</b>", "قطة", "the"]
WEIGHTS = rng.dirichlet(np.full(5, 0.4), size=(12, 5))
VECTORS = rng.normal(size=(3, 5, 6)) * 5
MADE = {
    "view": lambda: widgets.AttentionView(WEIGHTS, LONG),
    "one": lambda: widgets.AttentionView([[1.0]], ["cat"]),
    "align": lambda: widgets.AlignmentView(WEIGHTS[0], LONG, LONG, [(0, 1), (2, 2)]),
    "dot": lambda: widgets.DotProduct([2, 1.3], [[1.8, 0], [-1.5, 0.5], [0, 1.9]], LONG[:3]),
    "soft": lambda: widgets.SoftmaxExplorer([110, -20, 1, 0.5, 0], LONG),
    "step": lambda: widgets.AttentionStepper(*VECTORS, LONG),
    "mask": lambda: widgets.MaskExplorer(VECTORS[0, :3, :3] * 1000, LONG[:3]),
    "waves": lambda: widgets.PositionExplorer(50, 32, 20),
    "scale": lambda: widgets.ScaleExplorer(),
    "translate": lambda: widgets.TranslationExplorer(lambda _: (LONG, LONG, WEIGHTS[1])),
}
# The style sheet comes first: in a notebook the next widget's brings the shared rules once more.
RENDER = """async ([esm, sheets, state, width]) => {
    const url = URL.createObjectURL(new Blob([esm], {type: 'text/javascript'}));
    const {render} = (await import(url)).default;
    const heard = new Map();
    window.model = {
        get: name => state[name], save_changes() {}, send() {}, off() {},
        on: (event, f) => heard.set(event, [...(heard.get(event) ?? []), f]),
        set: (name, value) => {  // as ipywidgets: no event where nothing changes
            if (JSON.stringify(state[name]) === JSON.stringify(value)) { return; }
            state[name] = value;
            (heard.get(`change:${name}`) ?? []).forEach(f => f());
        },
    };
    const style = document.createElement('style');
    style.textContent = sheets.join('\\n');
    const el = document.createElement('div');
    el.style.width = `${width}px`;
    document.body.replaceChildren(style, el);
    render({model: window.model, el});
}"""
OUTSIDE = """root => {
    const edge = root.getBoundingClientRect().right + 1;
    const scrolls = e => e !== root
        && (getComputedStyle(e).overflowX === 'auto' || scrolls(e.parentElement));
    const found = [...root.querySelectorAll(':not(svg *)')].filter(e =>
        e.getBoundingClientRect().right > edge && !e.closest('.atc-unseen') && !scrolls(e));
    for (const text of root.querySelectorAll('svg text')) {
        const [own, all] = [text, text.closest('svg')].map(e => e.getBoundingClientRect());
        if (own.left < all.left - 2 || own.right > all.right + 2) { found.push(text); }
    }
    return found.map(e => `${e.tagName} ${e.textContent.slice(0, 30)}`);
}"""
PLACES = """root => [...root.querySelectorAll(
    '.atc-name, th, td, label, button, svg:not(svg svg), .atc-says')].map(e => {
        const {left, top, width, height} = e.getBoundingClientRect();
        return [left, top, width, height].map(Math.round).join(' ');
    })"""


@pytest.fixture(scope="module")
def page():
    with open_page() as opened:
        yield opened


def show(page, name, width):
    """Render a widget on the page and return its place there."""
    widget, other = MADE[name](), MADE["one" if name != "one" else "soft"]()
    state = {k: v for k, v in widget.get_state().items() if k != "layout" and k[0] != "_"}
    page.evaluate(RENDER, [widget._esm, [widget._css, other._css], state, width])
    return page.locator(".atc")


def put(page, trait, value):
    """Change a trait as Python does."""
    page.evaluate("([trait, value]) => window.model.set(trait, value)", [trait, value])


@pytest.mark.parametrize("width", [420, 696])
@pytest.mark.parametrize("name", MADE)
def test_nothing_is_cut_off_in_a_narrow_page(page, name, width):
    assert show(page, name, width).evaluate(OUTSIDE) == []


@pytest.mark.parametrize(
    ("name", "trait", "values"),
    [
        ("view", "query", range(5)),
        ("view", "head", range(12)),
        ("align", "word", range(5)),
        ("align", "row", ["reads", "predicts"]),
        ("scale", "d_k", (4, 16, 64, 256)),
        ("waves", "base", (10, 100, 1000)),
        ("soft", "logits", [[-99.5, 100, 1, 1, 1], [0, 0, 0, 0, 0]]),
        ("dot", "q", [[-1.9, -1.9], [0.1, 0], [0, 0]]),
    ],
)
@pytest.mark.parametrize("width", [420, 760])
def test_another_choice_moves_nothing(page, name, trait, values, width):
    widget = show(page, name, width)
    widget.evaluate("e => e.querySelector('.atc-says').style.display = 'none'")  # lines vary
    before = widget.evaluate(PLACES)
    for value in values:
        put(page, trait, value)
        assert widget.evaluate(PLACES) == before


def test_a_vector_from_python_stays_in_the_plane(page):
    widget = show(page, "dot", 760)
    put(page, "q", [30, -40])
    plane = widget.locator(".dp-plane").bounding_box()
    dot = widget.get_by_role("slider", name="query q").locator(".dp-dot").bounding_box()
    assert plane["x"] < dot["x"] < plane["x"] + plane["width"]
    assert plane["y"] < dot["y"] < plane["y"] + plane["height"]
    assert "40" in widget.locator(".dp-tick").all_text_contents()
    widget.get_by_role("button", name="reset").click()
    assert "2" in widget.locator(".dp-tick").all_text_contents()


def test_a_reset_that_changes_nothing_leaves_the_room_to_move(page):
    """It forgot the plane's size, and the next key sent the vector to the origin."""
    widget = show(page, "dot", 760)
    widget.get_by_role("button", name="reset").click()
    query = widget.get_by_role("slider", name="query q")
    query.press("ArrowRight")
    assert query.get_attribute("aria-valuetext") == "2.10, 1.30"
    widget = show(page, "soft", 760)
    widget.get_by_role("button", name="reset").click()
    put(page, "logits", [1, -20, 1, 0.5, 0])
    assert float(widget.get_by_role("slider", name="logit of Donau").evaluate("e => e.max")) > 110


@pytest.mark.parametrize("top", [5.5, 11, 110, 1234])
def test_a_logit_lies_on_its_slider_and_a_key_moves_it_by_one_step(page, top):
    widget = show(page, "soft", 760)
    put(page, "logits", [top, -2, 1, 0.5, 0])
    slider = widget.get_by_role("slider", name="logit of Donau")
    at, step = (float(slider.evaluate(f"e => e.{what}")) for what in ("value", "step"))
    assert abs(at - top) <= step / 2
    slider.press("ArrowLeft")
    assert abs(page.evaluate("() => window.model.get('logits')[0]") - (at - step)) < 1e-6


def test_large_scores_stay_in_their_cells(page):
    for score in widget_cells(show(page, "mask", 760)):
        assert score["text"] <= score["cell"], score


def widget_cells(widget):
    """Return the width of each score and of its cell, in px."""
    return widget.evaluate(
        """root => [...root.querySelectorAll('.mx-score')].map(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return {text: range.getBoundingClientRect().width, cell: cell.clientWidth};
        })"""
    )


def test_the_column_of_a_step_comes_into_sight(page):
    widget = show(page, "step", 420)
    for step in (3, 0, 2, 1):
        put(page, "step", step)
        room = widget.locator(".as-scroll").bounding_box()
        column = widget.locator(f"th.as-{step + 1}").bounding_box()
        assert room["x"] <= column["x"] + 1
        assert column["x"] + column["width"] <= room["x"] + room["width"] + 3
