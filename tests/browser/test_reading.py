"""Explorers and lessons for readers: with assistive technology, and where no kernel runs."""

import base64
import re

import nbformat
import pytest

pytest.importorskip("playwright")
from axe_playwright_python.sync_playwright import Axe
from lab import ROOT, faults, open_lab
from nbconvert import HTMLExporter
from widget_page import MADE as FIRST_MADE
from widget_page import SETUP as FIRST_SETUP
from widget_page import THEMES

SETUP = f"""{FIRST_SETUP}
from types import SimpleNamespace
from course_utils import widgets
from course_utils.training.shipped import load_translator
translator = load_translator("clean")
cat = translator.translate("The cat sat on the mat.")
losses = (SimpleNamespace(loss=5 / step, params={{}}) for step in range(1, 41))
dashboard = widgets.TrainingDashboard(losses, 40)"""
MADE = FIRST_MADE | {
    "scale": "widgets.ScaleExplorer()",
    "mask": "widgets.MaskExplorer(scores[0], tokens, causal=True)",
    "positions": "widgets.PositionExplorer(16, 16, position=8)",
    "aligned": "widgets.AlignmentView(cat.cross, cat.source, cat.target)",
    "translate": "widgets.TranslationExplorer(translator.translate)",
    "train": "await dashboard.run()",
}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
LIVE = "application/vnd.jupyter.widget-view+json"
# Opens a notebook and starts no kernel.
READ_ONLY = """async path => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = await app.commands.execute('docmanager:open',
        {path, kernelPreference: {shouldStart: false, autoStartDefault: false, canStart: false}});
    await panel.context.ready;
    return panel.sessionContext.hasNoKernel;
}"""


def saved_by_the_build(cells):
    """Return the notebook as tools/build.py saves it: pictures and words, no live views."""
    made = []
    for cell in cells:
        outputs = [nbformat.from_dict(output) for output in cell["outputs"]]
        for output in outputs:
            output.get("data", {}).pop(LIVE, None)
        made.append(nbformat.v4.new_code_cell(cell["source"], outputs=outputs, id=cell["id"]))
    return nbformat.v4.new_notebook(cells=made, metadata=KERNEL)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return a JupyterLab in which a notebook with one explorer of each kind has run."""
    cells = [nbformat.v4.new_code_cell(SETUP, id="setup")]
    cells += [nbformat.v4.new_code_cell(code, id=name) for name, code in MADE.items()]
    with open_lab(tmp_path_factory.mktemp("lab")) as opened:
        live = nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)
        nbformat.write(live, opened.folder / "live.ipynb")
        opened.open("live.ipynb")
        ran = opened.run_all()
        assert faults(ran) == []
        opened.page.locator(".atc").nth(len(MADE) - 1).wait_for()
        opened.saved = saved_by_the_build(ran)
        nbformat.write(opened.saved, opened.folder / "saved.ipynb")
        yield opened


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_in_any_explorer(lab, theme):
    lab.theme(THEMES[theme])
    found = Axe().run(lab.page, context=".atc", options={"resultTypes": ["violations"]})
    serious = [
        f"{fault['id']}: {fault['help']}: {node['html'][:150]}"
        for fault in found.response["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
    assert serious == []
    assert found.response["testEngine"]["name"] == "axe-core"


def test_a_saved_notebook_shows_every_picture_without_a_kernel(lab):
    lab.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    lab.page.goto(f"{lab.url}/lab?reset")
    lab.page.wait_for_function("() => window.jupyterapp")
    assert lab.page.evaluate(READ_ONLY, "saved.ipynb")
    for index, name in enumerate(MADE):
        lab.page.evaluate(
            "i => { const book = window.jupyterapp.shell.currentWidget.content;"
            " book.activeCellIndex = i; return book.scrollToItem(i); }",
            index + 1,
        )
        picture = lab.page.locator(".jp-Cell").filter(has_text=MADE[name][:20]).locator("img")
        picture.first.wait_for()
        assert picture.first.evaluate("e => e.decode().then(() => e.naturalWidth)") > 300
    assert lab.page.get_by_text("Error displaying widget").count() == 0


def test_static_html_shows_every_picture(lab):
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(lab.saved)
    pictures = re.findall(r"<img[^>]*data:image/png[^>]*>", page)
    assert len(pictures) == len(MADE)
    assert all(re.search(r'alt="[^"]{30,}"', picture) for picture in pictures)
    assert "Error displaying widget" not in page


def test_a_notebook_is_small_beyond_its_pictures(lab):
    for path in [*sorted((ROOT / "notebooks").glob("*.ipynb")), lab.folder / "saved.ipynb"]:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                picture = output.get("data", {}).pop("image/png", "")
                assert not picture or base64.b64decode(picture)[:4] == b"\x89PNG"
        assert len(nbformat.writes(notebook).encode()) <= 100_000, path.name


def test_a_quiz_is_answered_by_keyboard(lab):
    lab.open("notebooks/03_scaled_dot_product_attention.ipynb")
    lab.page.evaluate(
        "async () => { const book = window.jupyterapp.shell.currentWidget.content;"
        " const cells = [...book.model.cells];"
        " await book.scrollToItem(cells.findIndex("
        "   cell => cell.sharedModel.getSource().includes('**Question 2.**'))); }"
    )
    choice = lab.page.locator("summary").filter(has_text="The weights are as sharp").first
    answer = lab.page.locator("details").filter(has=choice).get_by_text("Yes: the softmax saw")
    choice.focus()
    assert not answer.is_visible()
    for key, visible in (("Space", True), ("Space", False), ("Enter", True)):
        lab.page.keyboard.press(key)
        assert answer.is_visible() is visible
    assert (
        lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.mode") == "command"
    )
    assert choice.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
