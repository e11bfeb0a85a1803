"""The explorers of lessons 3, 4 and 6 without a browser: their numbers against plain loops."""

import math

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.widgets.mask_explorer import MaskExplorerModel
from course_utils.widgets.position_explorer import PositionExplorerModel
from course_utils.widgets.scale_explorer import ScaleExplorerModel

SCORES, TOKENS = [[2, 1, 0], [1, 3, 0], [0, 1, 2]], ["The", "cat", "sat"]


@pytest.mark.parametrize(("names", "panels"), [(TOKENS, 2), (["m" * 40, "cat", "w" * 30], 1)])
def test_the_cells_of_a_mask_are_as_wide_as_what_is_in_them(names, panels):
    axes = np.atleast_1d(MaskExplorerModel(SCORES, names).picture())
    axes[0].figure.fit()
    assert len(axes) == panels
    for ax in axes:
        (left, _), (right, _) = ax.transData.transform([(0, 0), (1, 0)])
        assert all(text.get_window_extent().width < right - left for text in ax.texts[:9])


def test_masked_weights_by_loops():
    model = MaskExplorerModel(SCORES, TOKENS, causal=True, padding=(2,))
    model.opened, model.closed = [(1, 2)], [(1, 1), (0, 0)]
    allowed = [[], [0, 2], [0, 1]]
    found = model.compute()
    for i, row in enumerate(SCORES):
        total = sum(math.exp(row[j]) for j in allowed[i])
        for j, score in enumerate(row):
            assert found["mask"][i][j] == (j in allowed[i])
            expected = math.exp(score) / total if j in allowed[i] else 0.0
            assert found["weights"][i][j] == pytest.approx(expected)
    assert found["sums"] == pytest.approx([0, 1, 1])
    assert "“The” has nothing to attend to: its weights are 0" in model.finding()


def test_the_weights_are_those_of_attention_with_this_mask():
    rng = np.random.default_rng(3)
    Q, K, V = rng.normal(size=(4, 8)), rng.normal(size=(6, 8)), rng.normal(size=(6, 2))
    model = MaskExplorerModel(Q @ K.T / 8**0.5, causal=True, padding=[0, 5])
    _, weights = attention(Q, K, V, model.mask)
    assert np.array(model.compute()["weights"]) == pytest.approx(weights)
    assert model.finding().endswith("“0” has nothing to attend to: its weights are 0")


def test_what_is_changed_by_hand_outlives_the_rules():
    model = MaskExplorerModel(SCORES, TOKENS)
    model.opened, model.closed = [(0, 2)], [(2, 1)]
    model.causal, model.padding = True, range(2, 3)
    assert model.mask.tolist() == [[True, False, True], [True, True, False], [True, False, False]]
    assert "2 by hand" in model.alt()


def test_a_row_with_nothing_to_attend_to_is_zero_and_said():
    model = MaskExplorerModel(SCORES, TOKENS, padding=[0, 1, 2])
    assert np.array(model.compute()["weights"]).tolist() == [[0.0] * 3] * 3
    assert "0 of 9 cells may attend; 3 rows have nothing to attend to" in model.summary()
    assert model.picture()[0].figure


def angle(position, i, d, base):
    return position / base ** (2 * i / d)


def test_hands_and_dot_products_of_positions_by_loops():
    model = PositionExplorerModel(9, 6, position=2, other=7, base=50)
    found = model.compute()
    for i in range(3):
        here, there = angle(2, i, 6, 50), angle(7, i, 6, 50)
        assert found["hands"][i] == pytest.approx([math.sin(here), math.cos(here)])
        assert found["others"][i] == pytest.approx([math.sin(there), math.cos(there)])
        assert found["adds"][i] == pytest.approx(math.cos(here - there))
        assert angle(found["turns"][i], i, 6, 50) == pytest.approx(2 * math.pi)
    for p, shown in enumerate(found["dots"]):
        assert shown == pytest.approx(sum(math.cos(angle(2 - p, i, 6, 50)) for i in range(3)))


def test_hands_that_hardly_move_are_counted():
    model = PositionExplorerModel(50, 32)
    turned = [angle(49, i, 32, 10000) / (2 * math.pi) for i in range(16)]
    assert model.slow() == sum(share < 0.1 for share in turned) == 8
    assert "a tenth of a turn: 8 of 16" in model.alt()


def test_the_base_and_both_positions_are_in_the_summary():
    model = PositionExplorerModel(23, 4)
    seen = {model.summary()}
    for name, value in [("position", 22), ("other", 5), ("base", 11.0)]:
        setattr(model, name, value)
        seen.add(model.summary())
    assert len(seen) == 4
    assert model.summary().splitlines()[-1].startswith("20 ")


def softmax_by_loops(scores):
    powers = [math.exp(s - max(scores)) for s in scores]
    return [power / sum(powers) for power in powers]


def slope_by_moving_the_scores(scores, h=1e-5):
    sum_of_squares = 0.0
    for j in range(len(scores)):
        up, down = (
            softmax_by_loops([s + by * (i == j) for i, s in enumerate(scores)]) for by in (h, -h)
        )
        sum_of_squares += sum(((a - b) / (2 * h)) ** 2 for a, b in zip(up, down))
    return math.sqrt(sum_of_squares)


@pytest.mark.parametrize(("divisor", "power"), [("none", 0), ("√d_k", 0.5), ("d_k", 1)])
def test_the_scale_by_loops(divisor, power):
    model = ScaleExplorerModel((4, 64), seed=1, d_k=64, divisor=divisor, query=5)
    found = model.compute()
    for i, d in enumerate((4, 64)):
        rows = [[s / d**power for s in row] for row in model.samples[i]]
        tops = [max(softmax_by_loops(row)) for row in rows]
        slopes = sorted(slope_by_moving_the_scores(row) for row in rows)
        flat = [s for row in rows for s in row]
        mean = sum(flat) / len(flat)
        sd = math.sqrt(sum((s - mean) ** 2 for s in flat) / len(flat))
        assert found["sds"][i] == pytest.approx(sd)
        assert found["tops"][i] == pytest.approx(sum(tops) / len(tops))
        assert found["slopes"][i] == pytest.approx((slopes[31] + slopes[32]) / 2, abs=1e-8)
    row = [s / 64**power for s in model.samples[1][5]]
    assert found["scores"] == pytest.approx(row)
    assert found["weights"] == pytest.approx(softmax_by_loops(row))
    assert found["top"] == pytest.approx(max(softmax_by_loops(row)))
    assert found["slope"] == pytest.approx(slope_by_moving_the_scores(row), abs=1e-8)


def test_the_spread_grows_as_the_root_of_d_k_and_the_scale_takes_it_back():
    model = ScaleExplorerModel()
    for d, plain, scaled in zip(
        model.d_ks, model.compute("none")["sds"], model.compute("√d_k")["sds"]
    ):
        assert plain == pytest.approx(d**0.5, rel=0.1)
        assert scaled == pytest.approx(1, abs=0.1)


def test_the_samples_are_those_of_the_vectors():
    rngs = [np.random.default_rng([9, part]) for part in range(2)]
    Q, K = rngs[0].normal(size=(7, 64)), rngs[1].normal(size=(7, 64, 16))
    samples = np.array(ScaleExplorerModel([7, 2], seed=9).samples)
    assert samples.shape == (2, 64, 16)
    for i, d in enumerate((2, 7)):
        by_loop = sum(Q[f, 11] * K[f, 11, 4] for f in range(d))
        assert samples[i, 11, 4] == pytest.approx(by_loop, abs=6e-5)


def test_every_choice_of_the_scale_is_in_the_summary():
    model = ScaleExplorerModel((4, 64))
    seen = {model.summary()}
    for name, value in [("d_k", 4), ("divisor", "√d_k"), ("query", 1), ("seed", 1)]:
        setattr(model, name, value)
        seen.add(model.summary())
    assert len(seen) == 5
    assert ScaleExplorerModel([64]).picture().figure


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MaskExplorerModel(SCORES, TOKENS, padding=(3,)), "3 queries and 3 keys, from 0"),
        (lambda: MaskExplorerModel(SCORES, TOKENS, padding=2), r"such as \(4, 5\), but 2 arrived"),
        (lambda: MaskExplorerModel(SCORES, TOKENS, padding=[True, False]), "whole numbers"),
        (lambda: MaskExplorerModel(SCORES, TOKENS[:2]), "2 query tokens arrived"),
        (lambda: MaskExplorerModel([[0.5, np.nan]]), r"NaN at \[0, 1\]"),
        (lambda: MaskExplorerModel(np.zeros((2, 3)), ["a", "b"], keys=["c"]), "1 key tokens"),
        (lambda: PositionExplorerModel(1, 4), "n must be a whole number from 2 to 512, but 1"),
        (lambda: PositionExplorerModel(4.5, 4), r"n must be .* 4\.5 arrived"),
        (lambda: PositionExplorerModel(4, 5), "d must be even"),
        (lambda: PositionExplorerModel(4, 4, position=4), "position 4 is not there: there are 4"),
        (lambda: PositionExplorerModel(4, 4, base=0), "base must lie between 1 and"),
        (lambda: ScaleExplorerModel(()), "d_ks must be 1 to 8 different whole numbers"),
        (lambda: ScaleExplorerModel(64), "such as .* but 64 arrived"),
        (lambda: ScaleExplorerModel((4, 4)), "different whole numbers"),
        (lambda: ScaleExplorerModel((0, 4)), "from 1 to 4096"),
        (lambda: ScaleExplorerModel((4,), d_k=5), r"d_k must be one of \[4\], but 5"),
        (lambda: ScaleExplorerModel((4,), divisor="sqrt"), "'none', '√d_k', 'd_k'.*'sqrt' arrived"),
        (lambda: ScaleExplorerModel((4,), query=64), "query 64 is not there: there are 64"),
        (lambda: ScaleExplorerModel((4,), seed=-1), "seed must be a whole number from 0"),
        (lambda: ScaleExplorerModel((4,), seed=None), "seed must be a whole number from 0"),
        (lambda: MaskExplorerModel(np.zeros(3)), r"must have 2 axes \(queries, keys\)"),
    ],
)
def test_bad_input_gets_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_later_value_is_checked_too():
    model = MaskExplorerModel(SCORES, TOKENS, padding=(2, 2))
    assert model.padding == [2]
    for name, value in [("scores", np.eye(2)), ("padding", [-1]), ("opened", [(0, 3)])]:
        with pytest.raises(ValueError, match=r"from 0|3 queries and 3 keys"):
            setattr(model, name, value)
    assert model.padding == [2]
