"""Errors of Python and NumPy, as they really arise, in words that a beginner knows."""

import math

import numpy as np
import pytest

from course_utils.grading.plain_errors import plain_error

X = np.ones((3, 4))
MASK = np.ones((3, 4), dtype=bool)
KNOWN = {"np": np, "X": X, "MASK": MASK, "math": math}

RAISED = [
    ("X @ X", "4 on the left and 3 on the right"),
    ("np.dot(X, X)", "4 on the left and 3 on the right"),
    ("X + np.ones((2, 3))", "the shapes (3, 4) and (2, 3) do not fit"),
    ("np.where(MASK, np.ones(2), 0)", "the shapes (3, 4) and (2,) do not fit"),
    ("X[:, :2].__setitem__(0, np.ones(3))", "of shape (3,) does not fit into a place of (2,)"),
    ("math.exp(X)", "`np.exp` takes arrays"),
    ("float(X)", "a single number was asked for"),
    ("X ^ 0.5", "`^` is no power: write `**`"),
    ("2 ^ 0.5", "`^` is no power: write `**`"),
    ("~X", "`~` is for True and False"),
    ("MASK | X", "`|` and `&` are for True and False"),
    ("-MASK", "`-` does not turn True and False round"),
    ("MASK - MASK", "cannot be subtracted"),
    ("np.tril(X, dtype=bool)", "`tril` has no option `dtype`"),
    ("(lambda x: x)(1, keepdims=True)", "`<lambda>` has no option `keepdims`"),
    ("X.max(dim=1)", "`max` has no option `dim`"),
    ("max([1], axis=0)", "`max` has no option `axis`; `np.max` has"),
    ("1 if X else 2", "want one True or False"),
    ("X[:, : np.array([1, 2])]", "one whole number was asked for"),
    ("X.reshape(3, 2, 4 / 2)", "`//` divides whole numbers"),
    ("X[: 4 / 2]", "`//` divides whole numbers"),
    ("np.zeros((3, [2]))", "`*` before its name takes it apart"),
    ("np.ones(3, 3)", "stand in brackets of their own"),
    ("np.tril(3)", "want a table"),
    ("10 ** np.arange(-2, 0)", "negative whole numbers"),
    ("np.swapaxes(X, -3, -2)", "no axis -3 in an array whose number of axes is 2"),
    ("X.transpose(0, 2, 1)", "more or fewer numbers"),
    ("np.array([np.ones(2), np.ones(3)])", "parts of different shapes"),
    ("X.permute(1, 0)", "no `.permute`: see np.transpose"),
    ("(X, X).shape", "take them apart first"),
    ("[1].shape", "`np.array(...)` makes an array of it"),
    ("None.shape", "None has no `.shape`"),
    ("None[0]", "None has no places"),
    ("X(0)", "places stand in `[...]`"),
    ("[[1]][0, 0]", "a list has no axes"),
    ("math.exp(1000)", "too large a number"),
    ("np.einsum('n->n', X)", "more axes than it has letters"),
    ("np.einsum('bnd->bdn', X)", "more letters than the array has axes"),
    ("X[:, 4]", "no place 4 along axis 1: its 4 places count from 0"),
    ("np.max(np.array([]))", "no largest number"),
    ("X[[0, 1], [0, 1, 2]]", "read in step, and differ: (2,) and (3,)"),
    ("X[np.ones((3, 1), dtype=bool)]", "`np.where` stretches it"),
    ("X.reshape(8, 3)", "12 numbers do not fill the shape (8, 3), which holds 24"),
    ("X.reshape(5, -1)", "12 numbers do not fill the shape (5, -1)"),
    ("np.broadcast_to(X, (2, 3, 4)).__setitem__(0, 1)", "take a copy"),
]


@pytest.mark.parametrize(("code", "words"), RAISED, ids=[code for code, _ in RAISED])
def test_an_error_is_explained(code, words):
    with pytest.raises(Exception) as raised:
        eval(code, KNOWN)
    assert words in plain_error(str(raised.value))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("n, d = X.shape + (5,)", "more values came than the 2 names on the left"),
        ("n, d, more = X.shape", "3 names stand on the left, and the number of values was 2"),
        ("*front, n, d, e = X.shape", "3 names stand on the left, and the number of values was 2"),
    ],
)
def test_names_that_do_not_match_in_number_are_counted(code, words):
    with pytest.raises(ValueError) as raised:
        exec(code, KNOWN)
    assert plain_error(str(raised.value)) == words


def test_a_name_without_a_value_is_named():
    def function():
        total = total + 1  # noqa: F821
        return total

    with pytest.raises(UnboundLocalError) as raised:
        function()
    assert plain_error(str(raised.value)) == "`total` is used before it has a value"


def test_what_is_plain_already_stays_as_it_is_without_a_second_full_stop():
    assert plain_error("name 'V' is not defined") == "name 'V' is not defined"
    assert plain_error("something else happened.") == "something else happened"
