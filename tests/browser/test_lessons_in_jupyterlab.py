"""Every lesson runs to its end in a real browser, and a learner's first mistake is named there."""

import os
from pathlib import Path

import pytest

pytest.importorskip("playwright")
from lab import FLAGS, ROOT, Lab, LabServer, faults, find_chromium, text_of
from playwright.sync_api import sync_playwright

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
WRONG = "def average_lookup(V):\n    return V.sum(axis=0)"
RIGHT = "def average_lookup(V):\n    return V.mean(axis=0)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return a JupyterLab in a headless browser."""
    chromium = find_chromium()
    if chromium is None:
        reason = "no Chromium here: install Debian's package chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    server = LabServer(tmp_path_factory.mktemp("lab"))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(120_000)
            opened = Lab(page, server.url)
            opened.folder = server.folder
            yield opened
            browser.close()
    finally:
        server.stop()


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_to_its_end(lab, name):
    """As learners do, who come from the lesson before in the same page."""
    there = lab.page.url.startswith(lab.url)
    (lab.go_on if there else lab.open)(f"notebooks/{name}.ipynb")
    cells = lab.run_all()
    assert faults(cells) == []
    assert any(cell["outputs"] for cell in cells)
    assert lab.errors == []


def test_a_mistake_is_named_and_a_right_answer_is_kept(lab):
    lab.open("exercises/00_start_here.ipynb")
    lab.write("average-lookup-answer", WRONG)
    said = text_of(lab.run_all(), "average-lookup-check")
    assert "Named: your result is the sum of the values, not their average." in said
    shown = lab.page.locator(".jp-OutputArea [role=status]").last.inner_text()
    assert "Your result is the sum of the values" in shown
    lab.write("average-lookup-answer", RIGHT)
    said = text_of(lab.run_all(), "average-lookup-check")
    assert "Kept in my_transformer.py." in said
    kept = Path(lab.folder) / "my_transformer.py"
    assert "V.mean(axis=0)" in kept.read_text(encoding="utf-8")
