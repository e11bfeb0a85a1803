"""From a key press to the changed picture: every explorer, and a plain interactive_output.

All stand in one notebook in a real JupyterLab in headless Chromium (Debian's package chromium).
A time runs from the key event to the end of the frame that paints its consequence; median and
90th percentile of `--runs` presses. held_ms: a key held for `--runs` repeats, 30 a second, and
the longest wait of any of them. ratio = ours / the peer's median. kind: `client` where the
browser computes, `redraw` where the kernel does, `peer` for ipywidgets' interactive_output with
the heatmap that AttentionView shows.

`python benchmarks/widgets.py --json`
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests/browser", "tools")]
from lab import faults, open_lab  # noqa: E402

from measure import options, report  # noqa: E402

SETUP = """import ipywidgets
import numpy as np
from course_utils import widgets
from course_utils.plots import heatmap, show
rng = np.random.default_rng(0)
tokens = "The cat sat on the mat . </s>".split()
scores = rng.normal(size=(8, 8)) * 2
weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
"""
PEER = """slider = ipywidgets.IntSlider(value=3, min=0, max=7)
def draw(query):
    chosen = np.where(np.arange(8)[:, None] == query, weights, 0)
    show(heatmap(chosen, tokens, title=tokens[query]), alt=f"the weights of row {query}")
ipywidgets.VBox([slider, ipywidgets.interactive_output(draw, {"query": slider})])"""
# What is shown, how it is made, its kind, and the control that the keys move.
EXPLORERS = [
    ("DotProduct", "([2.0, 1.3], [[1.8, -0.4], [0.5, 1.2]], ['cat', 'mat'])", "client", "slider"),
    ("SoftmaxExplorer", "([2, 1, 0, -1.5], ['cat', 'sat', 'mat', 'on'])", "client", "slider"),
    ("AttentionStepper", "(scores, scores, scores, tokens)", "client", "radio"),
    ("AttentionView", "(weights, tokens, query=3)", "client", "radio"),
]
PEER_CONTROL = ".noUi-handle"
# Resolves with the milliseconds from the next key event to the end of the frame it changes.
WATCH = """root => {
    window.waits = [];
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
    };
    document.addEventListener('keydown', pressed, true);
    window.unwatch = () => document.removeEventListener('keydown', pressed, true);
}"""


def notebook():
    """Return a notebook with one cell for each explorer and one for the peer."""
    made = [f"widgets.{name}{arguments}" for name, arguments, _, _ in EXPLORERS]
    cells = [nbformat.v4.new_code_cell(source) for source in (SETUP, *made, PEER)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def press(page, root, control, runs):
    """Return the milliseconds of `runs` single presses, to and fro."""
    watch(page, root, control)
    for turn in range(runs + 4):
        seen = page.evaluate("window.waits.length")
        page.keyboard.press("ArrowRight" if turn % 2 else "ArrowLeft")
        page.wait_for_function(f"window.waits.length > {seen}")
    return page.evaluate("window.waits")[4:]


def hold(page, root, control, runs):
    """Return the milliseconds of each repeat of a key that is held."""
    watch(page, root, control)
    for turn in range(2 * runs):
        page.keyboard.down("ArrowRight" if turn < runs else "ArrowLeft")
        time.sleep(1 / 30)
        if turn == runs - 1:
            page.keyboard.up("ArrowRight")
    page.keyboard.up("ArrowLeft")
    page.wait_for_timeout(1000)
    return page.evaluate("window.waits")


def watch(page, root, control):
    root.scroll_into_view_if_needed()
    control.focus()
    page.evaluate(WATCH, root.element_handle())


def measure(page, name, kind, root, control, runs):
    """Return the row of one explorer."""
    waits = sorted(press(page, root, control, runs))
    return {
        "widget": name,
        "kind": kind,
        "median_ms": statistics.median(waits),
        "p90_ms": waits[int(0.9 * (len(waits) - 1))],
        "held_ms": max(hold(page, root, control, runs)),
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
        for i, (name, _, kind, role) in enumerate(EXPLORERS):
            root = lab.page.locator(".atc").nth(i)
            control = (
                root.get_by_role(role, checked=True) if role == "radio" else root.get_by_role(role)
            )
            rows.append(measure(lab.page, name, kind, root, control.first, choice.runs))
        output = lab.page.locator(".jp-OutputArea", has=lab.page.locator(PEER_CONTROL)).last
        handle = output.locator(PEER_CONTROL)
        rows.append(measure(lab.page, "interactive_output", "peer", output, handle, choice.runs))
    for row in rows:
        row["ratio"] = row["median_ms"] / rows[-1]["median_ms"]
    report("widgets", rows, choice.json)


if __name__ == "__main__":
    main()
