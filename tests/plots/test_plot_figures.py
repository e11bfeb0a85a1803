"""What the figures show, read back from their artists."""

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from course_utils import plots
from course_utils.plots import theme
from course_utils.plots.display import png

TOKENS = ["The", "cat", "sat"]
WEIGHTS = np.array([[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0.0, 0.68, 0.32]])


def texts(ax):
    return [text.get_text() for text in ax.texts]


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def heading(ax):
    return ax.get_title(loc="left")


def test_heatmap_tokens_numbers_and_colours():
    ax = plots.heatmap(WEIGHTS, TOKENS)
    mesh = ax.collections[0]
    assert ticks(ax.yaxis) == ticks(ax.xaxis) == TOKENS
    assert texts(ax) == [f"{w:.2f}" if w else "0" for w in WEIGHTS.ravel()]
    assert np.array_equal(mesh.get_array(), WEIGHTS)
    assert (mesh.norm.vmin, mesh.norm.vmax) == (0, 1)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # query 0 at the top
    for text, (i, j) in zip(ax.texts, np.ndindex(3, 3)):
        assert text.get_position() == (j, i)


def test_cell_text_turns_white_only_above_67():
    row = np.linspace(0, 1, 13)
    ax = plots.heatmap(row[:, None], [str(i) for i in range(13)], ["k"], title="")
    cells = [text for text in ax.texts if "sum" not in text.get_text()]
    white = [to_hex(text.get_color()) == "#ffffff" for text in cells]
    assert white == (row > 0.67).tolist()


def test_score_heatmap_is_centred_on_zero_and_masks_are_grey():
    scores = np.array([[3.0, -np.inf], [-1.0, 0.0]])
    ax = plots.heatmap(scores, ["a", "b"], kind="scores")
    mesh = ax.collections[0]
    assert mesh.norm.vmin == -mesh.norm.vmax == -3
    assert texts(ax) == ["3", "−∞", "−1", "0"]
    assert to_hex(mesh.to_rgba(mesh.get_array())[0, 1]) == theme.LIGHT.grid


def test_scores_that_are_not_whole_have_two_decimals():
    ax = plots.heatmap([[3.0, -1.25]], ["a"], ["b", "c"], kind="scores")
    assert texts(ax) == ["3.00", "−1.25"]
    assert texts(plots.bars([3.0, -1.5], ["b", "c"], kind="scores")) == ["3.00", "−1.50"]


def test_heatmap_of_a_mask():
    ax = plots.heatmap(np.tril(np.ones((3, 3), bool)), TOKENS, kind="mask")
    assert len(ax.texts) == 6
    assert ax.figure.title == "6 of 9 pairs may attend"


def test_rows_that_do_not_sum_to_one_are_marked():
    ax = plots.heatmap([[0.5, 0.2], [0.5, 0.5], [0, 0]], ["a", "b", "c"], ["d", "e"])
    assert [t for t in texts(ax) if "sum" in t] == ["sum 0.70"]
    ax = plots.bars([0.5, 0.2], ["a", "b"])
    assert ax.get_xlabel() == "sum 0.70, not 1"
    ax = plots.attention_lines([[0.5, 0.2]], ["a"], ["b", "c"])
    assert "weight (sum 0.70)" in texts(ax)


def test_heatmaps_share_rows_and_scale():
    pair = {"one": [[1.0, -4.0]], "two": [[2.0, 0.0]]}
    axes = plots.heatmaps(pair, ["q"], ["a", "b"], kind="scores")
    assert [heading(ax) for ax in axes] == ["one", "two"]
    assert {ax.collections[0].norm.vmax for ax in axes} == {4.0}


def test_crowded_cells_keep_the_numbers_that_matter():
    weights = np.full((30, 30), 0.4 / 29)
    np.fill_diagonal(weights, 0.6)
    ax = plots.heatmap(weights)
    assert texts(ax) == [".60"] * 30


def test_bars_lengths_numbers_and_highlight():
    ax = plots.bars([0.25, 0.75], ["cat", "mat"], highlight=1)
    assert [bar.get_width() for bar in ax.patches] == [0.25, 0.75]
    assert texts(ax) == ["0.25", "0.75"]
    shades = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert shades == [theme.LIGHT.faint, theme.LIGHT.accent]
    assert ticks(ax.yaxis) == ["cat", "mat"]


def test_bars_side_by_side_share_the_axis_of_their_kind():
    axes = plots.bars_side_by_side(
        {"a": [4, -2], "b": [1, 0], "c": [0.9, 0.1]},
        ["x", "y"],
        kind=["scores", "scores", "weights"],
    )
    assert axes[0].get_xlim() == axes[1].get_xlim() != axes[2].get_xlim()
    assert [heading(ax) for ax in axes] == ["a", "b", "c"]


def test_bars_tell_an_exact_zero_from_a_small_number():
    ax = plots.bars([2.5, 0.0, 0.001], ["x", "y", "z"], kind="scores")
    assert texts(ax) == ["2.50", "0", "0.00"]


def test_weights_that_round_to_nothing_are_muted():
    ax = plots.heatmap(
        [[0.994, 0.004, 0.002, 0], [0.49, 0.495, 0.005, 0.01]], ["a", "b"], list("wxyz")
    )
    shades = [text.get_color() for text in ax.texts]
    assert shades[1:4] == [theme.LIGHT.muted] * 3
    assert shades[4:] == [theme.LIGHT.on_light] * 4


def test_equal_weights_claim_no_largest():
    assert plots.bars([0.5, 0.5], ["a", "b"]).figure.title == ""


def test_shadows_are_the_projections():
    query, keys = np.array([3.0, 4.0]), np.array([[5.0, 0.0], [-4.0, 3.0], [-1.0, -2.0]])
    ax = plots.vectors(keys, ["a", "b", "c"], query, shadows=True)
    assert texts(ax) == ["q", "a 3.00", "b 0.00", "c −2.20"]
    feet = [line.get_xydata()[1] for line in ax.lines if line.is_dashed()]
    for key, foot in zip(keys, feet):
        assert (key - foot) @ query == pytest.approx(0, abs=1e-9)  # the drop is perpendicular
        assert foot[0] * query[1] == pytest.approx(foot[1] * query[0], abs=1e-9)  # on its line


def test_vectors_bear_the_colours_of_their_roles():
    ax = plots.vectors([[1, 2]], ["v"], [2, 1], kind="value")
    assert [text.get_color() for text in ax.texts] == [theme.LIGHT.query, theme.LIGHT.value]
    assert ax.get_aspect() == 1


def test_attention_lines_are_as_wide_as_their_weights():
    ax = plots.attention_lines(WEIGHTS, TOKENS, row=1)
    chosen = next(c for c in ax.collections if c.get_label() == "chosen")
    others = next(c for c in ax.collections if c.get_label() == "others")
    assert np.argmax(chosen.get_linewidths()) == 1
    starts = [path.vertices[0][1] for path in chosen.get_paths()]
    assert starts == [2, 2, 2]  # row 1 is the second line of the figure, below the heading
    assert [path.vertices[-1][1] for path in chosen.get_paths()] == [1, 2, 3]
    assert len(others.get_paths()) == 5  # a weight of exactly 0 has no line
    assert to_hex(chosen.get_edgecolor()[0]) == theme.LIGHT.accent
    assert texts(ax)[-3:] == ["5.0%", "90%", "5.0%"]
    assert next(t for t in ax.texts if t.get_fontweight() == "bold").get_text() == "cat"
    lengths = np.array([bar.get_width() for bar in ax.patches[-3:]])
    assert lengths / lengths.sum() == pytest.approx(WEIGHTS[1])


def test_of_many_attention_lines_the_strongest_and_the_chosen_row_are_drawn():
    weights = np.linspace(0.001, 0.03, 3600).reshape(60, 60)
    ax = plots.attention_lines(weights, row=0)
    chosen = next(c for c in ax.collections if c.get_label() == "chosen")
    others = next(c for c in ax.collections if c.get_label() == "others")
    assert len(chosen.get_paths()) == 60
    assert len(others.get_paths()) == 200
    assert {path.vertices[0][1] for path in others.get_paths()} == {57, 58, 59, 60}


def test_attention_lines_take_other_keys_and_negative_rows():
    ax = plots.attention_lines(WEIGHTS[:, :2] * 0 + 0.5, TOKENS, ["le", "chat"], row=-1)
    assert {"le", "chat", *TOKENS} <= set(texts(ax))
    assert next(t for t in ax.texts if t.get_fontweight() == "bold").get_text() == "sat"


def test_curves_are_named_at_their_ends():
    ax = plots.curves([1, 10, 100], {"a": [1, 2, 3], "b": [3, 2, 1]}, log_x=True, x_label="n")
    assert texts(ax) == ["a", "b"]
    assert [tuple(text.xy) for text in ax.texts] == [(100, 3), (100, 1)]
    assert [text.get_color() for text in ax.texts] == [line.get_color() for line in ax.lines]
    assert ax.get_legend() is None
    assert ax.get_xscale() == "log"


def test_curves_highlight_and_mark():
    lines = {str(i): [i, i + 1] for i in range(7)}
    ax = plots.curves([0, 1], lines, highlight="3", mark=(1, 4, "here"))
    shades = {line.get_label(): line.get_color() for line in ax.lines}
    assert shades["3"] == theme.LIGHT.accent
    assert shades["2"] == theme.LIGHT.faint
    assert "here" in texts(ax)


def test_bands_lie_around_their_line():
    ax = plots.curves([0, 1], {"a": [1, 2]}, bands={"a": ([0, 1], [2, 3])})
    box = ax.collections[0].get_datalim(ax.transData)
    assert (box.y0, box.y1) == (0, 3)


def test_distributions_count_and_state():
    samples = {"wide": np.array([-3.0, 3.0]), "narrow": np.array([1.0, 1.0, -1.0, -1.0])}
    ax = plots.distributions(samples)
    assert texts(ax) == ["sd 3.00", "sd 1.00"]
    assert ticks(ax.yaxis) == ["wide", "narrow"]
    ax = plots.distributions({"a": [1.0, 2.0, 9.0]}, statistic="median")
    assert texts(ax) == ["median 2.00"]


@pytest.mark.parametrize(
    "gold", [[(0, 0), (2, 1)], np.array([[1, 0, 0], [0, 0, 0], [0, 1, 0]]) > 0]
)
def test_alignment_rings_stand_in_their_cells(gold):
    ax = plots.alignment(WEIGHTS, ["the", "cat", "sat"], ["le", "chat", "assis"], gold)
    rings = next(line for line in ax.lines if line.get_label() == "gold").get_xydata()
    assert [(round(y), round(x)) for x, y in rings] == [(0, 0), (2, 1)]
    assert ax.figure.title == "2 of 2 words have their largest weight on a gold link"
    assert ticks(ax.yaxis) == ["le", "chat", "assis"]


def test_alignment_of_many_tokens_frames_the_cells():
    ax = plots.alignment(np.eye(24), None, None, [(3, 5)])
    frame = next(patch for patch in ax.patches if patch.get_label() == "gold")
    assert 4.5 < frame.get_x() < frame.get_x() + frame.get_width() < 5.5
    assert ax.figure.title.startswith("0 of 1")


def test_positions_have_numbers_when_small_and_a_key_when_large():
    small = plots.positions(np.eye(3), TOKENS)
    assert len(small.texts) == 9
    large = plots.positions(np.sin(np.arange(50 * 64)).reshape(50, 64) * 2)
    assert not large.texts
    shown = ticks(large.child_axes[0].yaxis)
    assert shown == ["−2", "0", "2"]
    norm = large.collections[0].norm
    assert norm.vmax == -norm.vmin == pytest.approx(2, abs=1e-3)


def test_steps_write_what_was_computed():
    axes = plots.attention_steps([4, 2], [2, 1], [0.75, 0.25], [[8, 0], [0, 4]], [6, 1], ["a", "b"])
    assert texts(axes[0]) == ["4", "2"]
    assert texts(axes[2]) == ["0.75", "0.25"]
    assert texts(axes[3]) == ["0.75 ×", "(8, 0)", "0.25 ×", "(0, 4)", "sum =", "(6, 1)"]
    assert axes[0].get_xlim() == axes[1].get_xlim()


DRAWN_ON_GIVEN_AXES = [
    lambda **k: plots.heatmap(WEIGHTS, TOKENS, title="t", **k),
    lambda **k: plots.bars(WEIGHTS[0], TOKENS, title="t", **k),
    lambda **k: plots.vectors([[1, 2]], ["a"], title="t", **k),
    lambda **k: plots.attention_lines(WEIGHTS, TOKENS, title="t", **k),
    lambda **k: plots.curves([1, 2], {"a": [1, 2]}, title="t", **k),
    lambda **k: plots.distributions({"a": [1, 2]}, title="t", **k),
    lambda **k: plots.alignment(WEIGHTS, TOKENS, TOKENS, title="t", **k),
    lambda **k: plots.positions(WEIGHTS, title="t", **k),
]


@pytest.mark.parametrize("draw", DRAWN_ON_GIVEN_AXES)
def test_axes_of_ones_own_are_drawn_on(draw):
    mine = Figure(figsize=(5, 4)).add_subplot()
    assert draw(ax=mine) is mine
    assert heading(mine) == "t"
    assert png(mine)[1:4] == b"PNG"


@pytest.mark.parametrize("draw", DRAWN_ON_GIVEN_AXES)
def test_the_dark_theme_has_a_dark_card_and_light_text(draw):
    figure = draw(dark=True).figure
    assert to_hex(figure.paper.get_facecolor()) == theme.DARK.surface
    assert to_hex(figure.heading.get_color()) == theme.DARK.ink


def test_two_different_figures_beside_each_other():
    card = plots.Card("Two")
    left = plots.heatmap(WEIGHTS, TOKENS, title="one", ax=card.panel(150, 100))
    right = plots.bars(WEIGHTS[0], TOKENS, title="two", ax=card.panel(150, 100))
    card.fit()
    assert left.get_window_extent().x1 < right.get_window_extent().x0


@pytest.mark.parametrize("draw", DRAWN_ON_GIVEN_AXES)
def test_the_readers_settings_are_neither_used_nor_changed(draw):
    plain = png(draw())
    mine = {"font.size": 30, "font.family": "monospace", "axes.grid": True, "lines.marker": "x"}
    with matplotlib.rc_context(mine):
        before = dict(matplotlib.rcParams)
        assert png(draw()) == plain
        assert dict(matplotlib.rcParams) == before


def test_dollars_in_tokens_are_not_mathematics():
    ax = plots.heatmap([[0.5, 0.5]], ["$x$"], ["$\\frac", "_^"], title="$5 and $6")
    assert png(ax)
