"""The training dashboard in a real JupyterLab: stop, go on, interrupt, fail; Run All trains."""

import os
import time

import nbformat
import psutil
import pytest

pytest.importorskip("playwright")
from explorers_page import PATIENCE
from lab import READY, faults, open_lab, text_of
from playwright.sync_api import expect
from widget_page import CONTRAST, THEMES, is_rung

SETUP = """import time
from types import SimpleNamespace
from course_utils.widgets import TrainingDashboard

def attention(params):
    if params["n"] == params["bad_map"]:
        raise KeyError("cross")
    w = params["n"] / (params["n"] + 200)
    source = ["the", "cat", "<img src=x onerror=window.ran=1>", "قطة"]
    return [[w, 1 - w, 0, 0], [0, 0.5, 0.5, 0]], ["le", "chat"], source

def training(steps, fails_at=None, bad_map=None):
    for step in range(steps):
        time.sleep(0.004)
        if step == fails_at:
            raise ValueError("sizes differ")
        params = {"n": step + 1, "bad_map": bad_map}
        yield SimpleNamespace(loss=5 / (1 + step / 50), params=params)"""
CELLS = {
    "setup": SETUP,
    "make": "d = TrainingDashboard(training(5000), 5000, attention)",
    "run": "await d.run()",
    "after": "after = d.params['n']\nafter",
}
START = """() => {
    window.done = false;
    window.jupyterapp.commands.execute('notebook:run-all-cells').finally(
        () => { window.done = true; });
}"""
RESTART = """async () => {
    const {sessionContext} = window.jupyterapp.shell.currentWidget;
    await sessionContext.restartKernel();
}"""
CLOSE = "() => window.jupyterapp.commands.execute('application:close')"
# What "Close and Shut Down Notebook" does with the kernel.
SHUT_DOWN = """async () => {
    await window.jupyterapp.shell.currentWidget.sessionContext.shutdown();
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return a JupyterLab with a notebook that trains."""
    with open_lab(tmp_path_factory.mktemp("lab")) as opened:
        cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(notebook, opened.folder / "training.ipynb")
        opened.console = []
        opened.page.on("console", lambda m: m.type == "error" and opened.console.append(m.text))
        opened.open("training.ipynb")
        yield opened


@pytest.fixture
def start(lab):
    """Return the function that runs all cells and comes back while they run."""

    def begin(make):
        lab.write("make", f"d = {make}")
        lab.console.clear()
        lab.page.evaluate(START)
        widget = lab.page.locator(".atc")
        expect(widget.locator(".td-counted")).to_contain_text("steps", timeout=PATIENCE)
        return widget

    yield begin
    assert lab.errors == []
    assert lab.console == []


def until_cells_end(lab):
    lab.page.wait_for_function("() => window.done")
    return {cell["id"]: cell["outputs"] for cell in lab.cells()}


def until_steps(widget, most):
    """Wait until some steps were made, and not all."""
    expect(widget.locator(".td-counted")).not_to_have_text(f"0 of {most} steps", timeout=PATIENCE)
    expect(widget.locator(".td-table")).to_be_visible(timeout=PATIENCE)


def test_run_all_trains_before_the_next_cell(lab, start):
    start("TrainingDashboard(training(300), 300, attention)")
    outputs = until_cells_end(lab)
    assert faults(lab.cells()) == []
    assert text_of(lab.cells(), "after") == "300"
    live, printed = outputs["run"]
    assert sorted(live["data"])[1:] == ["image/png", "text/plain"]
    assert printed["text"].startswith("300 of 300 steps, finished; loss 5.0 nats at first, 0.7")
    assert lab.page.evaluate("() => window.ran") is None


@pytest.mark.parametrize("theme", THEMES)
def test_it_is_stopped_and_goes_on_by_mouse(lab, start, theme):
    lab.theme(THEMES[theme])
    widget = start("TrainingDashboard(training(5000), 5000, attention)")
    until_steps(widget, "5,000")
    before = widget.locator(".td-line").get_attribute("d")
    widget.get_by_role("button", name="stop").click()
    widget.get_by_role("button", name="go on").wait_for()
    outputs = until_cells_end(lab)
    stopped = lab.ask("d.done")
    assert 0 < stopped < 5000
    assert outputs["run"][1]["text"].startswith(f"{stopped:,} of 5,000 steps, stopped")
    assert widget.locator(".td-line").get_attribute("d") != before
    assert widget.evaluate(CONTRAST) == []
    folder = os.environ.get("COURSE_SCREENSHOTS")
    if folder:
        widget.screenshot(path=f"{folder}/training_{theme}.png")
    widget.get_by_role("button", name="go on").click()
    widget.get_by_role("button", name="stop").wait_for()
    lab.wait_for(f"d.done > {stopped + 20}")
    widget.get_by_role("button", name="stop").click()
    widget.get_by_role("button", name="go on").wait_for()
    assert lab.ask("d.done == len(d.losses) == d.params['n']")


def test_it_is_stopped_and_goes_on_by_keys(lab, start):
    widget = start("TrainingDashboard(training(5000), 5000, attention)")
    until_steps(widget, "5,000")
    widget.get_by_role("button", name="stop").focus()
    lab.page.keyboard.press("Enter")
    button = widget.get_by_role("button", name="go on")
    button.wait_for()
    until_cells_end(lab)
    expect(button).to_be_focused()
    assert is_rung(button)
    heard = widget.get_by_role("status")
    expect(heard).to_contain_text("stopped; loss")
    stopped = heard.inner_text()
    lab.page.keyboard.press("Space")
    widget.get_by_role("button", name="stop").wait_for()
    lab.page.keyboard.press("Space")
    button.wait_for()
    expect(heard).not_to_have_text(stopped)


def test_an_interrupt_ends_the_cell_and_keeps_what_was_learned(lab, start):
    widget = start("TrainingDashboard(training(5000), 5000, attention)")
    until_steps(widget, "5,000")
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    outputs = until_cells_end(lab)
    (error,) = (o for o in outputs["run"] if o["output_type"] == "error")
    assert len(error["traceback"]) == 1
    assert "Nothing is lost: run it again to go on." in error["traceback"][0]
    assert outputs["after"] == []
    widget.get_by_role("button", name="go on").wait_for()
    assert lab.ask("d.done == len(d.losses) == d.params['n'] > 0")


def test_a_failed_step_is_one_sentence(lab, start):
    widget = start("TrainingDashboard(training(5000, fails_at=60), 5000, attention)")
    outputs = until_cells_end(lab)
    (error,) = (o for o in outputs["run"] if o["output_type"] == "error")
    words = "Step 60 failed with ValueError (in training, line 16): sizes differ."
    assert len(error["traceback"]) == 1
    assert error["traceback"][0].startswith(words)
    expect(widget.get_by_role("note")).to_contain_text(words)
    assert widget.get_by_role("button").count() == 0


def test_a_failed_map_does_not_stop_the_training(lab, start):
    widget = start("TrainingDashboard(training(100, bad_map=40), 100, attention)")
    until_cells_end(lab)
    assert text_of(lab.cells(), "after") == "100"
    expect(widget.get_by_role("note")).to_have_text("The map failed with KeyError: 'cross'")


def test_the_button_starts_it_too(lab, start):
    lab.write("run", "d")
    widget = start("TrainingDashboard(training(5000), 5000, attention)")
    lab.write("after", "'nothing yet'")
    until_cells_end(lab)
    lab.write("run", "await d.run()")
    widget.get_by_role("button", name="start").click()
    widget.get_by_role("button", name="stop").click()
    widget.get_by_role("button", name="go on").wait_for()
    lab.wait_for("0 < d.done < 5000")


def test_what_takes_the_focus_has_a_name(lab, start):
    tree = lab.page.locator(".atc").aria_snapshot()
    assert '- button "go on"' in tree
    assert '- progressbar "steps done"' in tree
    assert '- img "loss curve from' in tree
    assert '- table "attention map"' in tree


def test_a_restarted_kernel_trains_no_more(lab, start):
    lab.page.locator(".atc").get_by_role("button", name="go on").click()
    lab.page.locator(".atc").get_by_role("button", name="stop").wait_for()
    lab.page.evaluate(RESTART)
    assert lab.ask("'d' in globals()") is False
    lab.errors.clear(), lab.console.clear()


def test_a_page_that_is_left_stops_its_training_which_can_go_on(lab, start):
    widget = start("TrainingDashboard(training(5000), 5000, attention)")
    until_steps(widget, "5,000")
    lab.page.reload()
    lab.page.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
    lab.page.evaluate(READY, "training.ipynb")
    stopped = lab.ask("d.done")
    assert lab.ask("(d.state, d.going, d.done)") == ("stopped", False, stopped)


def test_a_tab_that_is_closed_leaves_nothing_running_after_the_last_step(lab, start):
    process = psutil.Process(lab.ask("__import__('os').getpid()"))
    widget = start("TrainingDashboard(training(600), 600, attention)")
    until_steps(widget, "600")
    lab.page.evaluate(CLOSE)
    lab.page.evaluate(READY, "training.ipynb")
    assert lab.ask("(d.state, d.done, len(d.losses))") == ("finished", 600, 600)
    assert process.children() == []


def test_a_notebook_that_is_shut_down_leaves_nothing_running(lab, start):
    process = lab.ask("__import__('os').getpid()")
    widget = start("TrainingDashboard(training(5000), 5000, attention)")
    until_steps(widget, "5,000")
    os.kill(process, 0)  # it trains
    lab.page.evaluate(SHUT_DOWN)
    end = time.monotonic() + 10
    while psutil.pid_exists(process):
        assert time.monotonic() < end
        time.sleep(0.1)
    lab.errors.clear(), lab.console.clear()
