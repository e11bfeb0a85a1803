"""The explorers of lessons 3, 4 and 6 without a browser: their numbers against plain loops."""

import math

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.widgets.mask_explorer import MaskExplorerModel

SCORES, TOKENS = [[2, 1, 0], [1, 3, 0], [0, 1, 2]], ["The", "cat", "sat"]


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


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MaskExplorerModel(SCORES, TOKENS, padding=(3,)), "3 queries and 3 keys, from 0"),
        (lambda: MaskExplorerModel(SCORES, TOKENS, padding=2), r"such as \(4, 5\), but 2 arrived"),
        (lambda: MaskExplorerModel(SCORES, TOKENS, padding=[True, False]), "whole numbers"),
        (lambda: MaskExplorerModel(SCORES, TOKENS[:2]), "2 query tokens arrived"),
        (lambda: MaskExplorerModel([[0.5, np.nan]]), r"NaN at \[0, 1\]"),
        (lambda: MaskExplorerModel(np.zeros((2, 3)), ["a", "b"], keys=["c"]), "1 key tokens"),
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
