"""The reading copy in a real browser: nothing fetched, nothing cut off, readable by everybody."""

import pytest

pytest.importorskip("playwright")
from lab import open_page
from reading_site import NAMES, NARROW, SCHEMES, WIDE, read_by_axe, serious, served

import reading

# One page of each kind; `make site-test` does this with all of them.
KINDS = ["index", "notebooks/03_scaled_dot_product_attention", "notebooks/notation"]
KINDS += ["exercises/02_softmax", "docs/grading", "docs/how_it_is_built"]
# What scrolls sideways inside the page and cannot be reached by keyboard.
UNREACHABLE = """() => [...document.querySelectorAll('body *')]
    .filter(e => getComputedStyle(e).overflowX === 'auto' && e.scrollWidth > e.clientWidth + 1)
    .filter(e => e.tabIndex < 0 && !e.querySelector('a, summary'))
    .map(e => e.outerHTML.slice(0, 120))"""
# Characters on each full line of the paragraphs of a page.
LINES = """() => [...document.querySelectorAll('article > p')].flatMap(p => {
    const range = document.createRange();
    range.selectNodeContents(p);
    const lines = new Set([...range.getClientRects()].map(r => Math.round(r.bottom / 12))).size;
    return lines > 3 ? [p.innerText.length / lines] : [];
})"""
HIDDEN = """() => [...document.querySelectorAll('article details > *')]
    .filter(e => !e.checkVisibility({contentVisibilityAuto: true})).length"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return a page of a browser, the address of a reading copy, and what the browser asked for."""
    folder = tmp_path_factory.mktemp("copy")
    reading.build_reading(folder)
    with open_page() as page, served(page, folder) as found:
        yield found


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fetches_nothing_and_is_as_wide_as_a_phone(site, name):
    site.asked.clear()
    site.said.clear()
    site.page.set_viewport_size(NARROW)
    site.page.goto(site.url + name)
    site.page.wait_for_function("() => [...document.images].every(i => i.complete)")
    assert site.asked
    assert all(address.startswith(site.url) for address in site.asked)
    assert site.said == []
    assert site.page.evaluate("() => [...document.images].every(i => i.naturalWidth > 0)")
    for _ in range(2):
        assert site.page.evaluate("() => document.documentElement.scrollWidth") <= NARROW["width"]
        assert site.page.evaluate(UNREACHABLE) == []
        site.page.evaluate("() => document.querySelectorAll('details').forEach(e => e.open = true)")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious(site, kind, scheme):
    assert read_by_axe(site, f"{kind}.html", scheme) == []


def test_axe_can_find_something(site):
    site.page.set_content(
        "<html><body><img src='x.png'><p style='color:#ddd'>pale</p></body></html>"
    )
    found = " ".join(serious(site.page))
    assert "image-alt" in found
    assert "color-contrast" in found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_both_schemes_have_the_figures_colours(site, scheme):
    site.page.emulate_media(color_scheme=scheme)
    site.page.goto(site.url + "notebooks/02_softmax.html")
    colour = "() => getComputedStyle(document.body).backgroundColor"
    assert (
        site.page.evaluate(colour)
        == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 25, 30)"}[scheme]
    )


def test_lines_are_about_seventy_characters_long(site):
    site.page.set_viewport_size(WIDE)
    site.page.goto(site.url + "notebooks/03_scaled_dot_product_attention.html")
    lengths = sorted(site.page.evaluate(LINES))
    assert len(lengths) > 5
    assert 50 < lengths[len(lengths) // 2] < 80


def test_it_reads_from_a_folder_without_a_server(site):
    site.said.clear()
    site.page.set_viewport_size(WIDE)
    site.page.goto((site.folder / "index.html").as_uri())
    site.page.get_by_role("link", name="Read lesson 0").click()
    site.page.wait_for_url("**/notebooks/00_start_here.html")
    assert (
        site.page.evaluate("() => getComputedStyle(document.querySelector('.beside')).position")
        == "sticky"
    )
    assert site.page.locator("article img").first.evaluate("e => e.naturalWidth") > 300
    site.page.locator(".following").click()
    site.page.wait_for_url("**/notebooks/01_dot_products.html")
    assert site.said == []


def test_the_keyboard_skips_to_the_text_and_shows_where_it_is(site):
    site.page.goto(site.url + "notebooks/02_softmax.html")
    site.page.keyboard.press("Tab")
    focused = site.page.locator(":focus")
    assert focused.inner_text() == "Skip to the text"
    assert focused.bounding_box()["x"] >= 0
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    site.page.keyboard.press("Enter")
    assert site.page.evaluate("() => document.activeElement.id") == "content"


def test_on_paper_all_is_open_and_nothing_is_left_to_click(site):
    site.page.goto(site.url + "notebooks/02_softmax.html")
    assert site.page.evaluate(HIDDEN) > 5
    site.page.emulate_media(media="print", color_scheme="dark")
    assert site.page.evaluate(HIDDEN) == 0
    for part in ("header", "footer", ".beside", ".doors", ".neighbours", ".above"):
        assert not site.page.locator(part).is_visible()
    assert site.page.evaluate("() => getComputedStyle(document.body).color") == "rgb(31, 41, 51)"
    site.page.emulate_media(media="screen", color_scheme="light")
