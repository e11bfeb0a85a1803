"""A learner on the built site: a lesson, an explorer, a wrong and a right answer, another day."""

import json
import os
from pathlib import Path

import pytest
from lab import faults, text_of
from playwright.sync_api import expect

import runtime

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
# What takes the learner's own machine as long as it takes. Minutes are for a slow one.
LONGEST = 900  # seconds
PATIENCE = 60_000  # ms, for JupyterLab to load a theme on a busy machine
EXERCISE = "exercises/00_start_here.ipynb"
ANSWER, CHECK = "average-lookup-answer", "average-lookup-check"
WRONG = "def average_lookup(V):\n    return V.sum(axis=0)"
RIGHT = "def average_lookup(V):\n    return V.mean(axis=0)"


def picture(site, name):
    folder = os.environ.get("COURSE_SCREENSHOTS")
    if folder:
        site.page.screenshot(path=f"{folder}/{name}.png")


def told(outputs):
    """Return the text of a cell's outputs, as it is read without a kernel."""
    texts = [one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs]
    return "".join("".join(text) for text in texts)


def stored(path):
    """Return what the cells of a built notebook print, by cell; not where a time is the point."""
    cells = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]
    return {
        cell["id"]: told(cell["outputs"])
        for cell in cells
        if cell["cell_type"] == "code"
        and "nbval-ignore-output" not in cell["metadata"].get("tags", [])
    }


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_to_its_end_and_prints_what_it_prints_elsewhere(learner, name):
    path = f"notebooks/{name}.ipynb"
    learner.open(path)
    cells = learner.run_all(LONGEST)
    assert faults(cells) == []
    expected = stored(path)
    said = {cell["id"]: told(cell["outputs"]) for cell in cells if cell["id"] in expected}
    assert said == expected


def test_an_explorer_answers(learner):
    learner.open("notebooks/00_start_here.ipynb")
    learner.run_all()
    widget = learner.page.locator(".atc", has=learner.page.locator(".av-queries")).first
    widget.scroll_into_view_if_needed()
    numbers = widget.locator(".av-keys .atc-number")
    before = numbers.all_inner_texts()
    widget.locator(".av-queries input:checked").focus()
    learner.page.keyboard.press("ArrowUp")
    expect(widget.get_by_role("status")).to_contain_text("“cat” looks at: cat 99%")
    assert numbers.all_inner_texts() != before
    for scheme in ("dark", "light"):  # what the learner's system is set to
        learner.page.emulate_media(color_scheme=scheme)
        light = str(scheme == "light").lower()
        body = learner.page.locator("body")
        expect(body).to_have_attribute("data-jp-theme-light", light, timeout=PATIENCE)
        picture(learner, f"explorer_{scheme}")


def test_a_mistake_is_named_and_a_right_answer_is_there_another_day(learner):
    learner.open(EXERCISE)
    learner.write(ANSWER, WRONG)
    said = text_of(learner.run_all(), CHECK)
    assert "Named: your result is the sum of the values, not their average." in said
    picture(learner, "wrong")
    learner.write(ANSWER, RIGHT)
    said = text_of(learner.run_all(), CHECK)
    assert "Kept in my_transformer.py." in said
    picture(learner, "right")
    learner.save()
    learner.page.close()
    learner.page = learner.page.context.new_page()
    learner.page.set_default_timeout(180_000)
    learner.open(EXERCISE)
    [source] = [cell["source"] for cell in learner.cells() if cell["id"] == ANSWER]
    assert source == RIGHT
    assert RIGHT in learner.ask("open('/drive/my_transformer.py', encoding='utf-8').read()")
    learner.write(ANSWER, "from course_utils.answers import load\nkept = load('average_lookup')")
    cells = learner.run_all()
    assert "average_lookup: yours (lesson 0)" in told(
        next(cell["outputs"] for cell in cells if cell["id"] == ANSWER)
    )


def test_a_learner_sees_where_they_are(learner):
    learner.open(EXERCISE)
    learner.write(ANSWER, RIGHT)
    learner.run_all()
    learner.write(ANSWER, "%run -m course_utils.cli status")
    cells = learner.run_all()
    said = told(next(cell["outputs"] for cell in cells if cell["id"] == ANSWER))
    assert "✓ average_lookup" in said
    assert "next: exercise 1.1 in exercises/01_dot_products.ipynb" in said


def test_by_default_pyodide_and_nothing_else_comes_from_its_own_address(default_learner):
    default_learner.open(EXERCISE)
    default_learner.write(ANSWER, RIGHT)
    assert "Kept in" in text_of(default_learner.run_all(), CHECK)
    address = runtime.ADDRESS.format(runtime.pinned()["version"])
    folder = "/" + address.split("/", 3)[3]
    asked = {path.removeprefix(folder) for path in default_learner.distribution}
    known = {*runtime.CORE, *runtime.files(runtime.pinned()["lock"])}
    assert set(runtime.CORE) <= asked <= known


def test_a_page_of_the_reading_copy_leads_to_the_lesson_in_the_browser(learner):
    learner.page.goto(f"{learner.url}notebooks/00_start_here.html")
    learner.page.get_by_role("link", name="in the browser").first.click()
    learner.wait_until_opened("notebooks/00_start_here.ipynb")
    assert learner.cells()
