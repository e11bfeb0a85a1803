"""The numbers of the browser are those of Python, for every explorer."""

import math

import numpy as np
import pytest

pytest.importorskip("playwright")
from lab import open_page

from course_utils import widgets
from course_utils.plots.numbers import percent
from course_utils.widgets.explorer import module


@pytest.fixture(scope="module")
def page():
    """Return a blank page; the scripts need no JupyterLab to compute."""
    with open_page() as opened:
        yield opened


def random_states():
    """Return models of every kind with random numbers, the extremes among them."""
    rng = np.random.default_rng(7)
    for scale in (0.01, 1, 30, 1000):
        T = float(10 ** rng.uniform(-2, 2))
        keys = rng.normal(size=(5, 2)) * scale
        yield widgets.DotProduct(rng.normal(size=2) * scale, keys, temperature=T)
        yield widgets.SoftmaxExplorer(rng.normal(size=6) * scale, temperature=T)
    yield widgets.DotProduct([0, 0], [[1, 2], [0, 0]])
    yield widgets.DotProduct([1, 0], [[1, 2], [0, 0]])
    yield widgets.SoftmaxExplorer([3, 3, -1000])
    Q, K, V = rng.normal(size=(4, 8)), rng.normal(size=(3, 8)), rng.normal(size=(3, 5))
    yield widgets.AttentionStepper(Q, K, V, row=3)
    yield widgets.AttentionStepper(100 * Q, K, V)
    weights = rng.dirichlet(np.ones(7), size=(3, 5))
    yield widgets.AttentionView(weights, head=2, query=4)
    yield widgets.AttentionView(np.zeros((2, 2)))
    mask = widgets.MaskExplorer(300 * rng.normal(size=(4, 6)), causal=True, padding=(0, 5))
    mask.opened, mask.closed = [(0, 3), (2, 0)], [(3, 3)]
    yield mask
    yield widgets.PositionExplorer(40, 12, position=-1, other=5, base=3)
    yield widgets.PositionExplorer(512, 6, position=500)
    for divisor in ("none", "√d_k", "d_k"):
        yield widgets.ScaleExplorer((2, 3000, 64), seed=4, d_k=3000, divisor=divisor, query=-1)
    weights, gold = rng.dirichlet(np.ones(4), size=6), rng.random((5, 4)) < 0.3
    for row in ("predicts", "reads"):
        yield widgets.AlignmentView(weights, range(4), range(5), gold, row)
        yield widgets.AlignmentView(weights[:5], range(4), range(5), gold, row)
    yield widgets.AlignmentView(np.zeros((2, 2)), gold=[(0, 1)])
    yield widgets.TranslationExplorer(lambda _: ("abcd", "abcdef", weights))
    yield widgets.TranslationExplorer(lambda _: ("abcd", "abcdef"))
    yield widgets.TranslationExplorer(float)
    yield widgets.TrainingDashboard([])
    dashboard = widgets.TrainingDashboard([], 3)
    dashboard.set_trait("points", [5.0, 0.25]), dashboard.set_trait("step", 1)
    yield dashboard


COMPUTE = """async ([esm, state]) => {
    const url = URL.createObjectURL(new Blob([esm], {type: 'text/javascript'}));
    return (await import(url)).compute(state);
}"""


WRITE = """async ([esm, numbers, shares]) => {
    const url = URL.createObjectURL(new Blob([esm], {type: 'text/javascript'}));
    const {fixed, percent} = await import(url);
    return [numbers.map(x => fixed(x)), shares.map(percent)];
}"""


def close(ours, theirs):
    """Return whether two results hold the same numbers."""
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(close(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(close, ours, theirs))
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)


def test_python_and_browser_compute_the_same_numbers(page):
    for widget in random_states():
        state = {k: v for k, v in widget.get_state().items() if not k.startswith("_")}
        state.pop("layout", None)
        theirs = page.evaluate(COMPUTE, [widget._esm, state])
        assert close(widget.compute(), theirs), (type(widget).__name__, state)


HALVES = [0.125, 0.375, -0.125, 0.5, 2.675, 1.005, -0.004, 99.995, 1234.5]
SHARES = [0, 0.0004, 0.0005, 0.00625, 0.0994, 0.0995, 0.125, 0.375, 0.625, 0.9999, 1]


def test_python_and_browser_write_numbers_alike(page):
    esm = module("softmax_explorer.js") + "\nexport { fixed, percent };"
    theirs = page.evaluate(WRITE, [esm, HALVES, SHARES])
    assert theirs == [
        [f"{x:.2f}".replace("-0.00", "0.00").replace("-", "−") for x in HALVES],
        [percent(w) for w in SHARES],
    ]
