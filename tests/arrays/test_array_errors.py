"""What a differentiable array cannot do, and the sentence that says what to write instead."""

import numpy as np
import pytest

from course_utils.arrays import NotDifferentiable, value_and_grad

rng = np.random.default_rng(5)
ROW = np.array([1.0, 2.0, 3.0])
F32 = np.float32


def inside(function, *params):
    """Return what `function` returns for differentiable arrays, and its gradients."""
    kept = []

    def loss(p):
        kept.append(function(*p))
        return sum(np.sum(x) for x in p)

    value_and_grad(loss)(list(params))
    return kept[0]


def assign(x):
    x[0] = 1.0


def assign_into_plain(x):
    out = np.zeros(3)
    out[0] = x[0]


def assign_slice_into_plain(x):
    out = np.zeros((2, 3))
    out[0] = x


def add_to_part_of_plain(x):
    out = np.zeros((2, 3))
    out[0] += x


def add_to_a_view(x):
    y = x * 2
    y[:2] += 1


def add_to_what_is_viewed(x):
    y = x * 2
    z = y.T
    y += 1
    return z


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (assign, "cannot be assigned"),
        (assign_into_plain, "np.stack"),
        (assign_slice_into_plain, "np.stack"),
        (add_to_part_of_plain, "x = x . y"),
        (add_to_a_view, "x = x . y"),
        (add_to_what_is_viewed, "x = x . y"),
        (lambda x: np.add.at(x, [0], 1), "cannot be assigned"),
        (lambda x: np.fill_diagonal(x[None], 0), "cannot be assigned"),
        (lambda x: np.full(3, x[0]), "np.stack"),
        (lambda x: np.copyto(np.zeros(3), x), "cannot be assigned"),
        (lambda x: np.exp(x, out=np.zeros(3)), "out="),
        (lambda x: np.sum(x, out=np.zeros(())), "out="),
        (lambda x: np.array([x, x]), "np.stack"),
        (lambda x: np.asarray(x), "np.stack"),
        (lambda x: np.mean(x, where=[True, False, True]), "where="),
        (lambda x: np.exp(x, where=[True, False, True]), "where="),
        (lambda x: np.sort(x), "np.sort .*np.take_along_axis"),
        (lambda x: np.nansum(x), r"np.nansum .*np.sum"),
        (lambda x: np.convolve(x, x), "np.einsum"),
        (lambda x: np.linalg.inv(x[None]), r"np.linalg.inv .*nearest"),
        (lambda x: np.heaviside(x, 0), "np.where"),
        (lambda x: np.add.accumulate(x), "nearest"),
        (lambda x: np.cross(x, x), "nearest"),
        (lambda x: np.einsum(x, [0], [0]), "one string"),
        (lambda x: value_and_grad(lambda y: np.sum(x * y))(ROW), "second derivatives"),
    ],
)
def test_what_is_not_supported_says_what_to_write(bad, sentence):
    with pytest.raises(NotDifferentiable, match=sentence) as caught:
        inside(bad, ROW)
    assert str(caught.value).endswith(".")
    assert str(caught.value).count(". ") == 0  # one sentence


def test_an_unknown_attribute_names_the_nearest():
    with pytest.raises(AttributeError, match=r"no \.sums: the nearest that it has is \.sum\."):
        inside(lambda x: x.sums(), ROW)
    assert inside(lambda x: hasattr(x, "fill"), ROW) is False


def test_in_place_keeps_the_shape():
    with pytest.raises(ValueError, match="shape"):
        inside(lambda x: np.add(x, np.ones((2, 3)), out=x), ROW)


@pytest.mark.parametrize(
    ("function", "params", "sentence"),
    [
        (lambda p: 1.0, ROW, "does not depend"),
        (lambda p: float(np.sum(p)), ROW, "does not depend"),
        (lambda p: p * 2, ROW, r"shape \(3,\)"),
        (lambda p: np.sum(p["w"]), {"w": np.array([1, 2])}, r"params\['w'\] .*int64"),
        (lambda p: np.sum(p[0]), [2.0], r"params\[0\] .*float"),
    ],
)
def test_value_and_grad_says_what_is_wrong(function, params, sentence):
    with pytest.raises(NotDifferentiable, match=sentence):
        value_and_grad(function)(params)


def test_numpys_own_errors_come_through():
    with pytest.raises(ValueError, match="matmul"):
        inside(lambda x: x @ np.ones((4, 2)), ROW)
    with pytest.raises(IndexError):
        inside(lambda x: x[7], ROW)
