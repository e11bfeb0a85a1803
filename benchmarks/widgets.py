"""From a key press to the changed picture: every explorer, and a plain interactive_output.

All stand in one notebook in a real JupyterLab in headless Chromium (Debian's package chromium).
A time runs from the key event to the end of the frame that paints its consequence; median and
90th percentile of `--runs` presses. held_ms: a key held for `--runs` repeats, 30 a second, or
until the control is at its end, and held back again: the longest wait of any of them. ratio =
ours / the peer's median. kind: `client` where the browser computes, `redraw` where the kernel
does, `peer` for ipywidgets' interactive_output with the heatmap that AttentionView shows. The
dashboard's button says at once that it was heard; training stops after the step that is running.

`python benchmarks/widgets.py --json`
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests/browser", "tools")]
from lab import faults, open_lab  # noqa: E402

from measure import options, report  # noqa: E402

SETUP = """import time
from types import SimpleNamespace
import ipywidgets
import numpy as np
from course_utils.training.shipped import load_translator
from course_utils import widgets
from course_utils.plots import heatmap, show
rng = np.random.default_rng(0)
tokens = "The cat sat on the mat . </s>".split()
scores = rng.normal(size=(8, 8)) * 2
weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
many = rng.dirichlet(np.full(60, 0.3), 60)
words = [f"word{i}" for i in range(60)]
translator = load_translator("clean")
cat = translator.translate("The cat sat on the mat.")
def training():
    while True:
        time.sleep(0.005)  # about a step of the translator
        yield SimpleNamespace(loss=1.0, params={})
"""
PEER = """slider = ipywidgets.IntSlider(value=3, min=0, max=7)
def draw(query):
    chosen = np.where(np.arange(8)[:, None] == query, weights, 0)
    show(heatmap(chosen, tokens, title=tokens[query]), alt=f"the weights of row {query}")
ipywidgets.VBox([slider, ipywidgets.interactive_output(draw, {"query": slider})])"""
ARROWS, ENTER = ("ArrowRight", "ArrowLeft"), ("Enter", "Enter")
SENTENCES = ("The cat slept on the mat.", "The black cat sat under the table.")


class Shown(NamedTuple):
    """An explorer: how it is made, who computes, the control, the keys and what they change.

    `room` is how often the first key can move the control before it stands at its end.
    """

    code: str
    kind: str
    role: str
    control: str | None = None
    keys: tuple[str, str] = ARROWS
    part: str = ""
    room: int = 20
    typed: tuple[str, str] | None = None


EXPLORERS = {
    "DotProduct": Shown(
        "DotProduct([2.0, 1.3], [[1.8, -0.4], [0.5, 1.2]], ['cat', 'mat'])", "client", "slider"
    ),
    "SoftmaxExplorer": Shown(
        "SoftmaxExplorer([2, 1, 0, -1.5], ['cat', 'sat', 'mat', 'on'])", "client", "slider"
    ),
    "ScaleExplorer": Shown("ScaleExplorer()", "client", "slider", "query"),
    "AttentionStepper": Shown(
        "AttentionStepper(scores, scores, scores, tokens, row=3)", "client", "radio", "on", room=4
    ),
    "MaskExplorer": Shown("MaskExplorer(scores, tokens)", "client", "slider", "padding", room=7),
    "AttentionView": Shown(
        "AttentionView(weights, tokens, query=3)", "client", "radio", "on", room=4
    ),
    "AttentionView, 60 tokens": Shown(
        "AttentionView(many, words, query=30)", "client", "radio", "word30"
    ),
    "PositionExplorer": Shown(
        "PositionExplorer(16, 16, position=8)", "client", "slider", "position", room=7
    ),
    "AlignmentView": Shown(
        "AlignmentView(cat.cross, cat.source, cat.target)", "client", "radio", "chat", room=5
    ),
    "AlignmentView, 60 words": Shown(
        "AlignmentView(many, words, words)", "client", "radio", "word30"
    ),
    "TranslationExplorer, a word": Shown(
        "TranslationExplorer(translator.translate)", "client", "radio", "chat", room=5
    ),
    "TranslationExplorer, a sentence": Shown(
        *("TranslationExplorer(translator.translate)", "redraw", "combobox", None, ENTER),
        *(".te-result", 0, SENTENCES),
    ),
    "TrainingDashboard, its button": Shown(
        *("TrainingDashboard(training(), 100_000)", "client", "button", None, ENTER, "button"),
    ),
}
PEER_CONTROL = ".noUi-handle"
REST = 300  # ms between the last letter and Enter, in which the page paints what was typed
# Resolves with the milliseconds from the next key event to the end of the frame it changes.
WATCH = """root => {
    window.waits = [];
    let told;
    window.waited = new Promise(resolve => { told = resolve; });
    const picture = () => root.querySelector('img')?.src;
    const changed = (before) => new Promise(resolve => {
        const seen = new MutationObserver(() => {
            if (before && (!picture() || picture() === before)) { return; }  // not redrawn yet
            seen.disconnect();
            resolve();
        });
        seen.observe(root, {subtree: true, childList: true, attributes: true, characterData: true});
    });
    const painted = () => new Promise(resolve => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = resolve;
        channel.port2.postMessage(null);
    }));
    if (window.unwatch) { window.unwatch(); }
    const pressed = async event => {
        const start = event.timeStamp;
        await changed(picture());
        await root.querySelector('img')?.decode();
        await painted();
        window.waits.push(performance.now() - start);
        told(window.waits[0]);
    };
    document.addEventListener('keydown', pressed, true);
    window.unwatch = () => document.removeEventListener('keydown', pressed, true);
}"""


def notebook():
    """Return a notebook with one cell for each explorer and one for the peer."""
    made = [f"widgets.{shown.code}" for shown in EXPLORERS.values()]
    cells = [nbformat.v4.new_code_cell(source) for source in (SETUP, *made, PEER)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def press(page, root, control, shown, runs):
    """Return the milliseconds of `runs` single presses, to and fro."""
    for turn in range(runs + 4):
        if shown.typed:
            control.fill(shown.typed[turn % 2])
            page.wait_for_timeout(REST)
        watch(page, root, control)
        page.keyboard.press(shown.keys[turn % 2])
        yield page.evaluate("window.waited")  # asking again in each frame would cost time


def hold(page, root, control, shown, runs):
    """Return the milliseconds of each repeat of a key that is held one way and then back."""
    watch(page, root, control)
    for key in shown.keys:
        for _ in range(min(runs, shown.room)):
            page.keyboard.down(key)
            time.sleep(1 / 30)
        page.keyboard.up(key)
    page.wait_for_timeout(1000)
    return page.evaluate("window.waits")


def watch(page, root, control):
    """Begin to time the key presses that change what `root` shows."""
    control.focus()
    page.evaluate(WATCH, root.element_handle())


def measure(page, name, shown, root, control, runs):
    """Return the row of one explorer."""
    root.scroll_into_view_if_needed()
    waits = sorted([*press(page, root, control, shown, runs)][4:])
    held = max(hold(page, root, control, shown, runs)) if shown.keys == ARROWS else None
    return {
        "widget": name,
        "kind": shown.kind,
        "median_ms": statistics.median(waits),
        "p90_ms": waits[int(0.9 * (len(waits) - 1))],
        "held_ms": held,
    }


def main():
    choice = options(__doc__.splitlines()[0])
    with tempfile.TemporaryDirectory() as folder, open_lab(folder) as lab:
        nbformat.write(notebook(), Path(folder) / "widgets.ipynb")
        lab.open("widgets.ipynb")
        said = faults(lab.run_all())
        if said:
            sys.exit("\n".join(said))
        lab.page.locator(".atc").nth(len(EXPLORERS) - 1).wait_for()
        rows = []
        for i, (name, shown) in enumerate(EXPLORERS.items()):
            root = lab.page.locator(".atc").nth(i)
            exact = {"exact": True} if shown.control else {}
            control = root.get_by_role(shown.role, name=shown.control, **exact).first
            part = root.locator(shown.part).first if shown.part else root
            rows.append(measure(lab.page, name, shown, part, control, choice.runs))
        output = lab.page.locator(".jp-OutputArea", has=lab.page.locator(PEER_CONTROL)).last
        handle, peer = output.locator(PEER_CONTROL), Shown(PEER, "peer", "slider")
        rows.append(measure(lab.page, "interactive_output", peer, output, handle, choice.runs))
    for row in rows:
        row["ratio"] = row["median_ms"] / rows[-1]["median_ms"]
    report("widgets", rows, choice.json)


if __name__ == "__main__":
    main()
