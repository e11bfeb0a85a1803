"""The map of heads: what stands in it, what it refuses, and that its text fits."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_utils.plots import head_map, theme

SHARES = np.random.default_rng(0).uniform(size=(6, 12))


def test_rows_are_layers_columns_are_heads_both_from_zero():
    ax = head_map(SHARES, title="")
    mesh = ax.collections[0]
    assert np.array_equal(mesh.get_array(), SHARES)
    assert (mesh.norm.vmin, mesh.norm.vmax) == (0, 1)
    assert [t.get_text() for t in ax.texts] == [f"{share:.2f}" for share in SHARES.ravel()]
    assert [t.get_text() for t in ax.get_yticklabels()] == [str(i) for i in range(6)]
    assert [t.get_text() for t in ax.get_xticklabels()] == [str(i) for i in range(12)]
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("layer", "head")


def test_no_sum_is_written_since_shares_need_none():
    assert len(head_map(np.full((2, 3), 0.9)).texts) == 6


@pytest.mark.parametrize("dark", [False, True])
def test_strong_cells_have_light_text_in_the_light_theme(dark):
    colours = theme.palette(dark)
    weak, strong = head_map([[0.1, 0.9]], dark=dark).texts
    shades = [to_hex(text.get_color()) for text in (weak, strong)]
    pair = [colours.on_light, colours.on_dark]
    assert shades == (pair[::-1] if dark else pair)


@pytest.mark.parametrize("shape", [(1, 1), (2, 4), (6, 12), (12, 16)])
def test_the_card_fits_a_page_and_numbers_fit_their_cells(shape):
    ax = head_map(np.random.default_rng(1).uniform(size=shape), title="A finding " * 20)
    assert ax.figure.width() <= theme.MAX_WIDTH
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        (np.ones(3), "shares must have 2 axes"),
        ([[0.5, np.nan]], "NaN"),
        ([[0.5, 1.2]], "from 0 to 1"),
        ([[-0.5, 0.2]], "from 0 to 1"),
    ],
)
def test_one_sentence_says_what_is_wrong(shares, words):
    with pytest.raises(ValueError, match=words):
        head_map(shares)


def test_the_argument_is_left_as_it_was():
    shares = np.array([[1.0005, 0.5]])
    head_map(shares)
    assert shares[0, 0] == 1.0005
