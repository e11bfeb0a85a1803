"""Labels find their place: against brute force and by what they must not touch."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from course_utils.plots import labels, numbers


@pytest.mark.parametrize("seed", range(20))
def test_spread_apart_keeps_order_and_distance(seed):
    rng = np.random.default_rng(seed)
    wanted = rng.uniform(0, 60, size=rng.integers(1, 9))
    placed = labels.spread_apart(wanted, 10.0)
    order = np.argsort(wanted)
    assert np.all(np.diff(placed[order]) >= 10 - 1e-9)


def test_spread_apart_moves_nothing_that_has_room():
    assert labels.spread_apart([30.0, 0.0, 15.0], 10.0).tolist() == [30.0, 0.0, 15.0]


def test_spread_apart_is_nearest_by_brute_force():
    wanted = np.array([0.0, 2.0, 3.0, 18.0])
    grid = np.arange(-10, 30, 0.5)
    best = min(
        np.sum((np.array([a, b, c, d]) - wanted) ** 2)
        for a in grid[:40]
        for b in grid[(grid >= a + 8)][:20]
        for c in grid[(grid >= b + 8)][:20]
        for d in grid[(grid >= c + 8)][:20]
    )
    placed = labels.spread_apart(wanted, 8.0)
    assert np.sum((placed - wanted) ** 2) <= best + 0.05


def test_spread_apart_stays_inside():
    placed = labels.spread_apart([1.0, 2.0, 3.0], 10.0, low=0.0, high=100.0)
    assert placed.min() >= 0
    placed = labels.spread_apart([98.0, 99.0], 10.0, low=0.0, high=100.0)
    assert placed.max() <= 100


@pytest.mark.parametrize("outward", np.linspace(-3, 3, 7))
def test_place_covers_no_line_no_box_and_not_its_point(outward):
    lines = [Path([(100, 100), (300, 100)]), Path([(100, 100), (100, 300)])]
    boxes = [Bbox.from_bounds(90, 90, 20, 20), Bbox.from_bounds(120, 110, 60, 20)]
    box = labels.place(Figure().text(0, 0, "label"), (100, 100), lines, boxes, outward, 12)
    assert not any(line.intersects_bbox(box, filled=False) for line in lines)
    assert not any(box.overlaps(other) for other in boxes)


def test_text_width_is_what_is_drawn():
    figure = Figure(dpi=100)
    drawn = figure.text(0, 0, "incomprehensible", fontsize=13 * 0.72).get_window_extent().width
    assert labels.text_width("incomprehensible", 13) == pytest.approx(drawn, rel=0.05)


@pytest.mark.parametrize(
    ("write", "value", "shown"),
    [
        (numbers.weight, 0.995, "0.99"),
        (numbers.weight, 1.0, "1.00"),
        (numbers.weight, 0.0049, "<0.01"),
        (numbers.score, -0.001, "0.00"),
        (numbers.score, 99.6, "99.6"),
        (numbers.score, -12345.0, "−12,345"),
        (numbers.short_score, -0.04, "0.0"),
        (numbers.short_score, -15.3, "−15"),
        (numbers.percent, 0.0999, "10%"),
        (numbers.percent, 1.0, "100%"),
        (numbers.by_hand, 100.0, "100"),
        (numbers.by_hand, 0.0, "0"),
        (numbers.by_hand, -0.001, "0"),
        (numbers.by_hand, -1200.5, "−1,200.5"),
        (numbers.by_hand, -np.inf, "−∞"),
        (numbers.compact, 0.25, "0.25"),
    ],
)
def test_numbers_as_written(write, value, shown):
    assert write(value) == shown
