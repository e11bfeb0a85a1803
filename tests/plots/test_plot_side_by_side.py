"""Two maps of different sizes on one card: their own tokens, cells of one size, nothing cut."""

import numpy as np
import pytest

from course_utils.plots import theme
from course_utils.plots.side_by_side import side_by_side

ENGLISH = ["the", "cat", "sat", "on", "the", "mat", "."]
FRENCH = ["le", "chat", "s'est", "assis", "sur", "le", "tapis", "."]
MAPS = {
    "within": (np.eye(7), ENGLISH, ENGLISH),
    "across": (np.full((8, 7), 1 / 7), FRENCH, ENGLISH),
}


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def cell_px(ax):
    box, (rows, columns) = ax.get_window_extent(), np.shape(ax.collections[0].get_array())
    return box.width / columns, box.height / rows


@pytest.mark.parametrize("dark", [False, True])
def test_each_panel_has_its_own_tokens_and_cells_of_one_size(dark):
    within, across = side_by_side(MAPS, title="One function", dark=dark)
    assert ticks(within.yaxis) == ticks(within.xaxis) == ticks(across.xaxis) == ENGLISH
    assert ticks(across.yaxis) == FRENCH
    assert [ax.get_title(loc="left") for ax in (within, across)] == ["within", "across"]
    np.testing.assert_allclose(cell_px(within), cell_px(across), rtol=1e-6)
    assert len(across.texts) == 56


def test_the_card_holds_its_panels_and_is_not_too_wide():
    axes = side_by_side(MAPS)
    card = axes[0].figure
    assert card.width() <= theme.MAX_WIDTH
    page = card.bbox
    for ax in axes:
        box = ax.get_tightbbox(card.canvas.get_renderer())
        assert box.x0 >= page.x0
        assert box.x1 <= page.x1
        assert box.y0 >= page.y0
        assert box.y1 <= page.y1


def test_no_map_and_tokens_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="maps is empty"):
        side_by_side({})
    with pytest.raises(ValueError, match="query token"):
        side_by_side({"within": (np.eye(3), ENGLISH, ENGLISH)})
