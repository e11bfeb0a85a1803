"""The array as plain NumPy code meets it, value_and_grad, and dtypes."""

import weakref

import numpy as np
import pytest

from course_utils.arrays import value_and_grad
from course_utils.arrays.array import Array
from course_utils.arrays.fused import fused

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


# What a learner's code asks an array.
def test_an_array_answers_like_numpys():
    x = inside(lambda x: x, np.arange(6.0).reshape(2, 3))
    assert (len(x), x.shape, x.ndim, x.size, x.dtype) == (2, (2, 3), 2, 6, np.float64)
    assert [row.shape for row in x] == [(3,), (3,)]
    assert x[None].shape == (1, 2, 3)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert float(x[1, 2]) == x[1, 2].item() == x.item(5) == 5.0
    assert int(x[1, 1]) == 4
    assert f"{x.sum():.1f} {x[0]}" == "15.0 [0. 1. 2.]"
    assert x[0, 1]
    assert not x[0, 0]
    assert repr(x[0]) == "differentiable array([0., 1., 2.])"


def test_what_carries_no_gradient_is_plain():
    x = np.array([[1.0, -2.0], [3.0, 0.5]])
    for question in (
        lambda x: x > 0,
        lambda x: x == x.T,
        lambda x: (x > 0) & (x < 2),
        lambda x: np.argmax(x, axis=-1),
        lambda x: x.argsort(axis=0),
        lambda x: np.any(x > 0, axis=1),
        lambda x: np.isfinite(x),
        lambda x: np.sign(x),
        lambda x: np.zeros_like(x),
        lambda x: np.round(x, 1),
        lambda x: np.shape(x),
        lambda x: np.floor(x),
        lambda x: x.astype(int),
        lambda x: x.nonzero(),
        lambda x: x.value,
    ):
        answer = inside(question, x)
        assert not isinstance(answer, Array)
        expected = x if isinstance(answer, np.ndarray) and (answer == x).all() else question(x)
        np.testing.assert_array_equal(answer, expected)


def test_iteration_unpacks():
    gradient = value_and_grad(lambda x: sum(i * np.sum(row) for i, row in enumerate(x)))(
        np.ones((3, 2))
    )[1]
    assert gradient.tolist() == [[0, 0], [1, 1], [2, 2]]

    def first(x):
        a, _ = x
        return np.sum(a * 3)

    assert value_and_grad(first)(np.ones((2, 2)))[1].tolist() == [[3, 3], [0, 0]]


def test_a_learners_loops():
    def loss(V, w):
        total = np.zeros(2)
        for i in range(len(w)):
            total += w[i] * V[i]
        scores = np.stack([np.dot(v, total) for v in V])
        scores /= np.sqrt(2)
        return max(scores) + scores[0] * scores.max()

    params = [rng.normal(size=(3, 2)), rng.normal(size=3)]
    value, gradients = value_and_grad(lambda p: loss(*p))(params)
    assert np.isclose(value, loss(*params), rtol=1e-13)
    moved = [p + 1e-7 * np.ones_like(p) for p in params]
    slope = (loss(*moved) - loss(*params)) / 1e-7
    assert np.isclose(slope, sum(g.sum() for g in gradients), rtol=1e-5)


# value_and_grad.
def test_nested_params_keep_their_structure():
    params = {"a": [np.ones(2), {"b": np.full((1, 2), 3.0)}], "heads": 4, "unused": np.ones(3),
              "none": None, "t": (np.ones(()),)}  # fmt: skip
    loss, gradients = value_and_grad(
        lambda p, x: np.sum(p["a"][0] * p["a"][1]["b"] * x) * p["t"][0] / p["heads"]
    )(params, np.array([4.0, 8.0]))
    assert loss == 9.0
    assert gradients["a"][0].tolist() == [3.0, 6.0]
    assert gradients["a"][1]["b"].tolist() == [[1.0, 2.0]]
    assert gradients["unused"].tolist() == [0.0, 0.0, 0.0]
    assert gradients["heads"] is None
    assert gradients["none"] is None
    assert gradients["t"][0] == 9.0


def test_gradients_as_one_vector():
    params = {"a": ROW, "heads": 4, "unused": np.ones(2), "b": {"c": np.ones((2, 1))}}
    f = value_and_grad(lambda p: np.sum(p["a"] * 2) + np.sum(p["b"]["c"]) * 3, as_vector=True)
    assert f(params)[1].tolist() == [2, 2, 2, 0, 0, 3, 3]


def test_extra_results_come_back_plain():
    def f(x, factor, shift=0.0):
        y = x * factor + shift
        return np.sum(y), {"y": y, "list": [y[0], 7]}

    (loss, extra), gradient = value_and_grad(f)(ROW, 2.0, shift=1.0)
    assert loss == 15.0
    assert extra["y"].tolist() == [3.0, 5.0, 7.0]
    assert type(extra["list"][0]) is np.ndarray
    assert extra["list"][1] == 7
    assert gradient.tolist() == [2.0, 2.0, 2.0]


def test_params_are_unchanged_and_gradients_own_their_memory():
    params = {"a": np.ones(3), "b": np.ones(3)}

    def loss(p):
        p["a"] += 1
        return np.sum(p["a"] + p["b"])

    _, gradients = value_and_grad(loss)(params)
    assert params["a"].tolist() == [1, 1, 1]
    gradients["a"] *= 5
    assert gradients["b"].tolist() == [1, 1, 1]


def test_gradients_add_up_over_uses():
    gradient = value_and_grad(lambda x: np.sum(x) + np.sum(x + x) + np.sum(x.T) + x[0] * x[1])(ROW)
    assert gradient[1].tolist() == [6.0, 5.0, 4.0]


# Dtype.
def test_float32_stays_float32():
    constants = {
        "float64 scalar": lambda x: x / np.sqrt(64),
        "float64 scalar first": lambda x: np.float64(2) * x,
        "float64 array": lambda x: x + np.linspace(0, 1, 4),
        "integers": lambda x: x * np.arange(4) + x / np.array([1, 2, 3, 4])[:, None],
        "truth values": lambda x: x * (np.arange(4) > 1),
        "Python numbers": lambda x: 2 * x**0.5 / 3.0,
        "where": lambda x: np.where(np.eye(4) > 0, x, np.zeros((4, 4))),
        "product": lambda x: np.eye(4) @ x @ np.ones(4),
        "einsum": lambda x: np.einsum("ij,jk->ik", x, np.ones((4, 2))),
        "joined": lambda x: np.concatenate([x, np.ones((1, 4))]),
        "reduction": lambda x: x.mean(-1) + np.var(x, axis=0) + x.std() + x.max(0) + x.sum(),
        "maximum": lambda x: np.maximum(np.zeros(4), x),
        "power": lambda x: x ** np.array([2, 3, 1, 2]),
        "in place": lambda x: inplace(x * 1),
        "total": lambda x: total(x),
    }

    def inplace(x):
        x /= np.float64(3)
        return x

    def total(x):
        out = np.zeros(4)
        out += x[0]
        return out

    for name, function in constants.items():
        x = rng.uniform(1, 2, (4, 4)).astype(F32)
        (loss, out), gradient = value_and_grad(lambda x, f=function: (np.sum(f(x)), f(x)))(x)
        assert (loss.dtype, out.dtype, gradient.dtype) == (F32, F32, F32), name


def test_two_dtypes_meet_as_in_numpy():
    params = [np.ones(2, F32), np.ones(2)]
    loss, gradients = value_and_grad(lambda p: np.sum(p[0] * p[1]))(params)
    assert loss.dtype == np.float64
    assert [g.dtype for g in gradients] == [F32, np.float64]
    loss, gradients = value_and_grad(lambda p: np.sum(np.where(np.arange(2), p[0], p[1])))(params)
    assert [g.dtype for g in gradients] == [F32, np.float64]


def test_astype_sends_the_gradient_back_in_its_own_dtype():
    assert value_and_grad(lambda x: np.sum(x.astype(np.float64)))(np.ones(2, F32))[1].dtype == F32


# NaN in places that the loss does not depend on.
def plain_softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_fully_masked_row_puts_no_nan_into_gradients():
    mask = np.tril(np.ones((4, 4), bool), -1)  # row 0 may attend to nothing
    keep = mask.any(axis=-1, keepdims=True)

    def with_nan(p, rows, select):
        scores = np.where(mask, p["Q"] @ p["K"].T / np.sqrt(3), -np.inf)[rows]
        return np.sum(np.square(select(plain_softmax(scores) @ p["V"])))

    params = {name: rng.normal(size=(4, 3)) for name in "QKV"}
    expected = value_and_grad(with_nan)(params, slice(1, None), lambda x: x)
    for select in (lambda x: np.where(keep, x, 0.0), lambda x: x[1:], lambda x: x[keep[:, 0]]):
        loss, gradients = value_and_grad(with_nan)(params, slice(None), select)
        assert np.isclose(loss, expected[0])
        for name in "QKV":
            np.testing.assert_allclose(gradients[name], expected[1][name], rtol=1e-12, atol=1e-15)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_zero_times_a_logarithm_of_zero():
    p = np.array([0.0, 0.5])
    gradient = value_and_grad(lambda p: np.sum(np.where(p > 0, p * np.log(p), 0)))(p)[1]
    np.testing.assert_allclose(gradient, [0, np.log(0.5) + 1])


@pytest.mark.filterwarnings("ignore:invalid value")
def test_nan_that_the_loss_depends_on_is_shown():
    loss, gradient = value_and_grad(lambda x: np.sum(np.log(x)))(np.array([-1.0]))
    assert np.isnan(loss)
    assert np.isfinite(gradient).all() or np.isnan(gradient).all()


def test_an_infinite_slope_is_shown():
    assert value_and_grad(lambda x: np.sum(np.sqrt(x)))(np.zeros(1))[1].tolist() == [np.inf]


def test_intermediates_are_freed_during_the_backward_pass():
    seen, alive = [], []

    def watch(g, out):
        alive.extend(ref() is not None for ref in seen)
        return (g,)

    first = fused(watch, 1)(lambda x: (x * 2, ()))

    def loss(x):
        y = np.exp(first(x))
        z = np.sin(y)
        seen.extend([weakref.ref(y.value), weakref.ref(z.value)])
        return np.sum(z)

    value_and_grad(loss)(ROW)
    assert alive == [False, False]
