"""A page of explorers in JupyterLab, and hands and eyes for those of lessons 3, 4 and 6."""

import os
from contextlib import contextmanager

import nbformat
from axe_playwright_python.sync_playwright import Axe
from lab import faults, open_lab
from playwright.sync_api import expect
from widget_page import CONTRAST, THEMES

PATIENCE = 30_000  # ms, for JupyterLab to load a theme on a busy machine


@contextmanager
def open_explorers(folder, setup, made):
    """Yield a JupyterLab with a notebook that shows one widget in each cell; name -> code."""
    cells = [nbformat.v4.new_code_cell(setup, id="setup")]
    cells += [nbformat.v4.new_code_cell(f"{n} = {code}\n{n}", id=n) for n, code in made.items()]
    with open_lab(folder) as opened:
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)  # else Lab asks for one
        nbformat.write(notebook, opened.folder / "explorers.ipynb")
        opened.console, opened.made = [], list(made)
        opened.page.on("console", lambda m: m.type == "error" and opened.console.append(m.text))
        opened.open("explorers.ipynb")
        cells = opened.run_all()
        assert faults(cells) == []
        opened.outputs = {cell["id"]: cell["outputs"] for cell in cells}
        opened.page.locator(".atc").nth(len(made) - 1).wait_for()
        opened.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
        opened.console.clear()  # what JupyterLab itself said while it started
        yield opened


def change_theme(lab, name):
    """Change to the "light" or the "dark" theme, unless it is there, and wait until it is."""
    light = str(name == "light").lower()
    body = lab.page.locator("body")
    if body.get_attribute("data-jp-theme-light") != light:
        lab.theme(THEMES[name])
    expect(body).to_have_attribute("data-jp-theme-light", light, timeout=PATIENCE)


def find(lab, name):
    """Return a widget as it was at first, in sight."""
    widget = lab.page.locator(".atc").nth(lab.made.index(name))
    widget.scroll_into_view_if_needed()
    widget.get_by_role("button", name="reset").click()
    return widget


def fits(lab, widget, width):
    """Return whether nothing sticks out of a widget on a page of this width."""
    lab.page.set_viewport_size({"width": width, "height": 900})
    return widget.evaluate("e => e.scrollWidth <= Math.min(760, e.clientWidth)")


def nameless(widget):
    """Return the lines of the accessibility tree where a role has no name."""
    roles = ("slider", "radio", "button", "radiogroup", "switch", "img", "group")
    lines = [line.strip() for line in widget.aria_snapshot().splitlines()]
    return [line for line in lines if line.removeprefix("- ").split(" [")[0].rstrip(":") in roles]


def assert_readable(lab, widget, name, width):
    """Assert that a widget fits a page of this width and its text has contrast; picture it."""
    assert fits(lab, widget, width)
    assert widget.evaluate(CONTRAST) == []
    folder = os.environ.get("COURSE_SCREENSHOTS")
    if folder:
        widget.screenshot(path=f"{folder}/{name}_{width}.png")
    lab.page.set_viewport_size({"width": 1280, "height": 900})


def assert_named(widget):
    """Assert that all that takes the focus has a name, and that sliders and words are there."""
    assert nameless(widget) == []
    assert "- slider " in widget.aria_snapshot()
    assert "- status: " in widget.aria_snapshot()


def serious_faults(page):
    """Return what axe-core finds in the explorers of a page and calls serious or critical."""
    found = Axe().run(page, context=".atc", options={"resultTypes": ["violations"]}).response
    assert found["testEngine"]["name"] == "axe-core"
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {node['html'][:150]}" for v in serious for node in v["nodes"]]
