"""What goes into an explorer: odd but sensible works, the rest gets one sentence."""

import numpy as np
import pytest

from course_utils import widgets

HALF = np.full((2, 2), 0.5)
SQUARE = {
    "view": widgets.AttentionView,
    "align": widgets.AlignmentView,
    "mask": widgets.MaskExplorer,
    "step": lambda values: widgets.AttentionStepper(values, HALF, HALF),
    "dot": lambda values: widgets.DotProduct([1, 2], values),
    "translate": lambda values: _translated("ab", "cd", values),
}
NAMED = {
    "view": lambda names: widgets.AttentionView(HALF, names).key_names,
    "align": lambda names: widgets.AlignmentView(HALF, names).source,
    "mask": lambda names: widgets.MaskExplorer(HALF, names).key_names,
    "step": lambda names: widgets.AttentionStepper(HALF, HALF, HALF, names).queries,
    "dot": lambda names: widgets.DotProduct([1, 2], HALF, names).names,
    "soft": lambda names: widgets.SoftmaxExplorer([1, 2], names).labels,
}


def _translated(*answer):
    """Make an explorer of one translation; its problem is raised, as the others raise theirs."""
    found = widgets.TranslationExplorer(lambda _: answer)
    if found.problem:
        raise ValueError(found.problem)
    return found


@pytest.mark.parametrize("name", SQUARE)
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (HALF + 1j, "must be real, but complex128 arrived"),
        ([HALF[0], HALF[1] + 1j], "must be real, but complex128 arrived"),
        (np.ma.array(HALF, mask=[[0, 1], [0, 0]]), "1 of its 4 entries are masked"),
        (HALF.astype("m8[D]"), "must be numbers, but an array of timedelta64"),
        ([[10**400, 1], [1, 1]], "a number that is too large"),
        ({0: [1, 2]}, "but a dict arrived"),
        (map(list, HALF), "but a map arrived"),
    ],
)
def test_nothing_is_lost_without_a_word(name, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        SQUARE[name](values)


def test_what_a_function_without_return_gives_is_told():
    with pytest.raises(ValueError, match="weights must be numbers, but None arrived; is a `return"):
        widgets.AttentionView(None)


@pytest.mark.parametrize("name", SQUARE)
@pytest.mark.parametrize(
    "values",
    [
        np.eye(2, dtype=bool),
        np.eye(2, dtype=np.float16),
        np.ma.array(np.eye(2)),
        np.eye(2).astype(object),
        ((True, False), (False, True)),
    ],
)
def test_odd_but_sensible_numbers_work(name, values):
    assert SQUARE[name](values).summary() == SQUARE[name]([[1, 0], [0, 1]]).summary()


@pytest.mark.parametrize("name", NAMED)
def test_a_generator_names_tokens(name):
    assert NAMED[name](word for word in ("cat", "sat")) == ["cat", "sat"]
    assert NAMED[name](["cat", "cat"]) == ["cat", "cat"]


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("names", [{"cat", "sat"}, b"ab", "ab"])
def test_tokens_come_in_an_order(name, names):
    with pytest.raises(ValueError, match="must be a list of "):
        NAMED[name](names)


def test_flags_and_words_of_any_kind():
    assert widgets.MaskExplorer(HALF, causal=np.True_).causal is True
    for words in ("cat", 3):
        with pytest.raises(ValueError, match="words must be a list of words"):
            widgets.TranslationExplorer(lambda _: ("a", "b"), words=words)


@pytest.mark.parametrize("name", ["steps", "every"])
def test_a_training_counts_in_whole_numbers(name):
    for wrong in (0, -1, "5", 1.5, float("nan"), [2]) + ((None,) if name == "every" else ()):
        with pytest.raises(ValueError, match=f"{name} must be a whole number from 1, but "):
            widgets.TrainingDashboard([], **{name: wrong})
    for right in (2, 2.0, np.int64(2), np.array(2)):
        assert getattr(widgets.TrainingDashboard([], **{name: right}), name) == 2
