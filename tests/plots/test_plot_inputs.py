"""What the figures refuse, in one sentence, and what they take."""

import numpy as np
import pytest

from course_utils import plots
from course_utils.plots import inputs

SQUARE = np.full((3, 3), 1 / 3)
WORDS = ["a", "b", "c"]
NAN = np.array([[0.5, 0.5], [np.nan, np.nan]])


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: plots.heatmap(SQUARE, ["a", "b"]), "2 query tokens arrived"),
        (lambda: plots.heatmap(SQUARE, WORDS, ["a"]), "1 key token"),
        (lambda: plots.heatmap(SQUARE, "abc"), "did you mean .split()"),
        (lambda: plots.heatmap(SQUARE[None], WORDS), "choose one of the first axis"),
        (lambda: plots.heatmap(SQUARE[0], WORDS), "must have 2 axes"),
        (lambda: plots.heatmap(NAN), "NaN at [1, 0]"),
        (lambda: plots.heatmap([[0.5, -0.5]]), "are these scores"),
        (lambda: plots.heatmap([[2.0, 1.0]]), "are these scores"),
        (lambda: plots.heatmap([[1, 2], [3]]), "rows of equal length: these differ in length"),
        (lambda: plots.heatmap(SQUARE, 5), "must be a list of strings, but 5 arrived"),
        (lambda: plots.heatmap(np.zeros((0, 3))), "nothing to draw"),
        (lambda: plots.heatmap(SQUARE, kind="logits"), "kind is one of"),
        (lambda: plots.heatmap([[np.inf]], kind="scores"), "a masked score is -inf"),
        (lambda: plots.heatmap([[0.5]], kind="mask"), "mask must be boolean"),
        (lambda: plots.heatmaps({}), "matrices is empty"),
        (lambda: plots.heatmaps({"a": SQUARE, "b": [[1.0]]}), "1 to be named"),
        (lambda: plots.attention_lines(SQUARE, WORDS, row=3), "row 3 is not there"),
        (lambda: plots.attention_lines(SQUARE, [*WORDS, "d"]), "4 query tokens arrived"),
        (lambda: plots.bars([[0.5, 0.5]]), "must have 1 axes"),
        (lambda: plots.bars([0.5, np.nan]), "NaN at [1]"),
        (lambda: plots.bars([1, np.inf], kind="scores"), "[1] is infinite"),
        (lambda: plots.bars([0.5], kind="wrong"), "kind is"),
        (lambda: plots.bars([0.5, 0.5], ["cat"]), "1 tokens arrived"),
        (lambda: plots.bars_side_by_side({"x": [1.0]}, kind=["weights"] * 2), "2 kinds"),
        (lambda: plots.vectors([[1, 2, 3]]), "vectors of 2 numbers"),
        (lambda: plots.vectors([[1, 2]], shadows=True), "shadows need a query"),
        (lambda: plots.vectors([[1, 2]], query=[0, 0], shadows=True), "shadows need a query"),
        (lambda: plots.curves([1, 2], {"a": [1]}), "'a' has 1 values"),
        (lambda: plots.curves([1, 2], {}), "lines is empty"),
        (lambda: plots.curves([0, 2], {"a": [1, 2]}, log_x=True), "every x above 0"),
        (lambda: plots.curves([1, 2], {"a": [0, 2]}, log_y=True), "every value above 0"),
        (lambda: plots.curves([1, 2], {"a": [0, 2]}, highlight="b"), "'b' is not among"),
        (lambda: plots.curves([1], {str(i): [1] for i in range(6)}), "cannot be told apart"),
        (lambda: plots.distributions({}), "samples is empty"),
        (lambda: plots.distributions({"a": [1, 2]}, statistic="mode"), "statistic is one of"),
        (lambda: plots.distributions({"a": [1, 2]}, highlight="b"), "'b' is not among"),
        (lambda: plots.alignment(SQUARE, WORDS, WORDS, [(3, 0)]), "(3, 0) lies outside"),
        (lambda: plots.alignment(SQUARE, WORDS, WORDS, [1, 2]), "pairs (target, source)"),
        (lambda: plots.alignment(np.eye(2), [1, 2], [1, 2], np.eye(2)), "or a boolean array"),
        (lambda: plots.alignment(SQUARE, WORDS, WORDS, np.eye(2, dtype=bool)), "gold has shape"),
        (lambda: plots.positions([1.0, 2.0]), "must have 2 axes"),
        (
            lambda: plots.attention_steps([1, 2], [1], [1, 0], [[1], [2]], [1]),
            "scaled has 1 keys",
        ),
        (
            lambda: plots.attention_steps([1, 2], [1, 2], [1, 0], [[1], [2]], [1, 2]),
            "output has 2 features",
        ),
    ],
)
def test_one_sentence_says_what_is_wrong(draw, words):
    with pytest.raises(ValueError) as error:
        draw()
    message = str(error.value)
    assert words in message
    assert "\n" not in message


class Tensor:
    """Like a PyTorch tensor on the CPU that requires a gradient."""

    def __init__(self, array):
        self.array = array

    def detach(self):
        return Tensor.Detached(self.array)

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad")

    class Detached:
        def __init__(self, array):
            self.array = array

        def __array__(self, dtype=None, copy=None):
            return self.array if dtype is None else self.array.astype(dtype)


class Bfloat16(Tensor):
    """Like a tensor of a precision that NumPy does not have."""

    dtype = "torch.bfloat16"

    def detach(self):
        return self

    def float(self):
        return self.array.astype(np.float32)


@pytest.mark.parametrize(
    "form",
    [
        np.ndarray.tolist,
        Tensor,
        Bfloat16,
        lambda w: [Tensor(row) for row in w],
        lambda w: w.astype(np.float32),
        lambda w: [tuple(r) for r in w],
    ],
)
def test_lists_float32_and_tensors_are_taken(form):
    weights = np.array([[0.25, 0.75], [1.0, 0.0]])
    ax = plots.heatmap(form(weights), ["a", "b"])
    assert [t.get_text() for t in ax.texts] == ["0.25", "0.75", "1.00", "0"]


def test_the_arguments_are_left_as_they_were():
    weights, tokens = SQUARE.copy(), list(WORDS)
    plots.heatmap(weights, tokens)
    plots.attention_lines(weights, tokens)
    assert np.array_equal(weights, SQUARE)
    assert tokens == WORDS


@pytest.mark.parametrize(
    ("token", "shown"),
    [("", "␣"), ("  ", "␣␣"), ("a\tb", "a⇥b"), ("\u202eb", "□b"), ("été", "été"), ("$x$", "$x$")],
)
def test_tokens_become_one_visible_line(token, shown):
    assert inputs.as_tokens([token], 1) == [shown]


def test_rows_of_zeros_are_no_fault_and_other_sums_are():
    assert inputs.bad_sums(np.array([[0, 0], [0.5, 0.5], [0.9, 0.05]])).tolist() == [0, 0, 1]
