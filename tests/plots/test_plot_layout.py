"""Nothing is cut off and no label covers another, whatever the tokens: boxes are measured."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from course_utils import plots

LONG = "incomprehensibilities"


def rows(n, m=None, seed=0):
    weights = np.random.default_rng(seed).exponential(size=(n, m or n)) ** 2
    return weights / weights.sum(-1, keepdims=True)


def names(n, long=False):
    words = ["The", "cat", "sat", "on", "the", "mat", "because", "it", "was", "tired"]
    found = [words[i % 10] + ("" if i < 10 else str(i)) for i in range(n)]
    return [f"{LONG}{i}" for i in range(n)] if long else found


def unit_vectors(n, seed, query=None):
    angles = np.random.default_rng(seed).uniform(0, 2 * np.pi, n)
    sizes = np.random.default_rng(seed + 99).uniform(0.5, 2, n)
    return (sizes * [np.cos(angles), np.sin(angles)]).T


def curves(n, seed=0):
    ends = np.random.default_rng(seed).normal(size=(n, 20)).cumsum(1)
    return {f"line {i}": y for i, y in enumerate(ends)}


CASES = {
    **{f"heatmap {n}": lambda n=n: plots.heatmap(rows(n), names(n)) for n in (1, 2, 7, 13, 20, 30)},
    "heatmap long": lambda: plots.heatmap(rows(6), names(6, long=True)),
    "heatmap long 30": lambda: plots.heatmap(rows(30), names(30, long=True)),
    "heatmap wide": lambda: plots.heatmap(rows(2, 30), names(2), names(30)),
    "heatmap tall": lambda: plots.heatmap(rows(30, 2), names(30), names(2)),
    "heatmap sums": lambda: plots.heatmap(rows(5) * 0.9, names(5)),
    "heatmap scores": lambda: plots.heatmap(rows(20) * 99 - 30, names(20), kind="scores"),
    "heatmap big scores": lambda: plots.heatmap(-rows(7) * 9000, names(7), kind="scores"),
    "heatmap mask": lambda: plots.heatmap(np.tri(9) > 0, names(9), kind="mask"),
    "heatmaps": lambda: plots.heatmaps({f"head {i}": rows(5, 5, i) for i in range(4)}, names(5)),
    "heatmaps long": lambda: plots.heatmaps({"a": rows(7), "b": rows(7)}, names(7, long=True)),
    "bars 2": lambda: plots.bars([0.0, 1.0], names(2)),
    "bars 30": lambda: plots.bars(rows(1, 30)[0], names(30)),
    "bars long": lambda: plots.bars(rows(1, 4)[0], names(4, long=True), title="word " * 40),
    "bars scores": lambda: plots.bars([-1234, 0, -3, 99], names(4), kind="scores"),
    "bars negative": lambda: plots.bars([-1, -2], names(2), kind="scores"),
    "three bars": lambda: plots.bars_side_by_side(
        {f"T = {t}": rows(1, 6, t)[0] for t in (1, 2, 3)}, names(6, long=True)
    ),
    "bars of two kinds": lambda: plots.bars_side_by_side(
        {"a": [-5.0, 700.0], "b": [0.0, 1.0]}, names(2), kind=["scores", "weights"]
    ),
    "lines 2": lambda: plots.attention_lines(rows(2), names(2), row=1),
    "lines 30": lambda: plots.attention_lines(rows(30), names(30, long=True), row=29),
    "lines cross": lambda: plots.attention_lines(rows(3, 9), names(3), names(9, long=True)),
    "lines sum": lambda: plots.attention_lines(rows(2) * 0.9, ["a", "b"]),
    **{
        f"vectors {seed}": lambda seed=seed: plots.vectors(
            unit_vectors(4, seed), names(4), unit_vectors(1, seed + 50)[0], shadows=True
        )
        for seed in range(12)
    },
    "vectors long": lambda: plots.vectors(unit_vectors(3, 1), names(3, long=True)),
    **{f"curves {n}": lambda n=n: plots.curves(np.arange(20), curves(n, n)) for n in range(1, 6)},
    "curves flat": lambda: plots.curves([4, 16, 64, 256, 1024], {"flat": [1] * 5}, log_x=True),
    "curves seven": lambda: plots.curves(
        np.arange(20), curves(7), highlight="line 3", x_label="step", y_label="loss"
    ),
    "curves mark": lambda: plots.curves(
        [1, 2, 3], {"up": [0, 1, 4], "down": [4, 1, 0]}, mark=(2, 1, "they cross here"), x_label="x"
    ),
    "distributions": lambda: plots.distributions(
        {f"d = {d}": np.random.default_rng(d).normal(size=500) * d for d in (2, 8, 32)},
        x_label="q·k",
    ),
    "alignment": lambda: plots.alignment(
        rows(9, 7), names(7), names(9), [(i, i) for i in range(7)]
    ),
    "positions": lambda: plots.positions(np.sin(np.arange(3200)).reshape(50, 64)),
    "positions 7": lambda: plots.positions(np.sin(np.arange(56)).reshape(7, 8), names(7)),
    "steps": lambda: plots.attention_steps(
        [4, -2, 1], [2, -1, 0.5], rows(1, 3)[0], rows(3, 2) * 10, [1.234, 9], names(3)
    ),
    "steps long": lambda: plots.attention_steps(
        rows(1, 8)[0] * -900, rows(1, 8)[0], rows(1, 8)[0], rows(8, 9), [9] * 9, names(8, True)
    ),
}


def visible_texts(figure):
    """Every piece of text that is drawn, with its box in pixels."""
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    hidden = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if not low <= tick.get_loc() <= high:
                    hidden |= {tick.label1, tick.label2}
    texts = [text for text in figure.findobj(Text) if text not in hidden and text.get_visible()]
    return [(t, t.get_window_extent(renderer)) for t in texts if t.get_text().strip()]


@pytest.fixture(params=CASES, scope="module")
def figure(request):
    axes = CASES[request.param]()
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    figure.fit()
    return figure


@pytest.fixture(scope="module")
def drawn(figure):
    return visible_texts(figure)


def test_nothing_is_cut_off(figure, drawn):
    assert drawn
    for text, box in drawn:
        inside = figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        inside = inside and figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
        assert inside, text.get_text()


def test_the_card_is_at_most_760_px_wide(figure):
    assert figure.width() <= 760


def test_no_label_covers_another(drawn):
    level = [
        (text, Bbox.from_extents(b.x0 + 1, b.y0 + 2, b.x1 - 1, b.y1 - 2))  # without the leading
        for text, b in drawn
        if text.get_rotation() in (0, 90)
    ]
    for (one, a), (other, b) in combinations(level, 2):
        assert not a.overlaps(b), (one.get_text(), other.get_text())


@pytest.mark.parametrize("seed", range(12))
def test_no_name_stands_on_an_arrow_or_a_dot(seed):
    ax = CASES[f"vectors {seed}"]()
    ax.figure.fit()
    for text in ax.texts:
        box = text.get_window_extent()
        for line in ax.lines:
            points = ax.transData.transform(line.get_xydata())
            if line.get_marker() == "o":
                assert not box.contains(*points[0]), text.get_text()
            elif line.get_zorder() >= 3:  # arrows and drops
                assert not Path(points).intersects_bbox(box, filled=False), text.get_text()


def test_a_title_that_begins_in_hebrew_is_not_turned_around():
    figure = plots.heatmap([[1.0]], ["שלום"], title="שלום looks most at itself").figure
    figure.fit()
    assert figure.heading.get_text() == "\u200eשלום looks most at itself"
    assert figure.title == "שלום looks most at itself"


def test_numbers_fit_their_cells(figure):
    for ax in figure.axes:
        for mesh in ax.collections:
            if not hasattr(mesh, "get_coordinates"):
                continue
            corner = ax.transData.transform([(0, 0), (1, 1)])
            cell = abs(corner[1] - corner[0])
            for text in (t for t in ax.texts if "sum" not in t.get_text()):
                assert text.get_window_extent().width < cell[0], text.get_text()
