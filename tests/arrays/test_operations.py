"""Every rule of arithmetic, reductions and linear algebra against central differences."""

import numpy as np
import pytest

rng = np.random.default_rng(3)


def normal(*shape):
    return rng.normal(size=shape)


def positive(*shape):
    return rng.uniform(0.5, 2.0, size=shape)


UNARY_ANY = ["absolute", "arctan", "cos", "cosh", "exp", "exp2", "expm1", "fabs", "negative"]
UNARY_ANY += ["positive", "sin", "sinh", "square", "tan", "tanh"]
UNARY_POSITIVE = ["log", "log10", "log1p", "log2", "reciprocal", "sqrt"]
BINARY = ["add", "divide", "logaddexp", "maximum", "minimum", "multiply", "subtract"]
SHAPES = [((3, 4), (3, 4)), ((3, 4), (4,)), ((4,), (3, 4)), ((3, 1), (1, 4)), ((2, 1, 3), (4, 1))]
SHAPES += [((), (2, 3)), ((2, 3), ()), ((), ()), ((1,), (2, 3)), ((2, 0), (1, 1))]


@pytest.mark.parametrize("name", UNARY_ANY)
def test_one_argument(gradient_holds, name):
    gradient_holds(getattr(np, name), [0.7 * normal(3, 4)])
    gradient_holds(getattr(np, name), [np.array(0.3)])


@pytest.mark.parametrize("name", UNARY_POSITIVE)
def test_one_positive_argument(gradient_holds, name):
    gradient_holds(getattr(np, name), [positive(3, 4)])


@pytest.mark.parametrize("name", [*BINARY, "power"])
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_two_arguments_broadcast_both_ways(gradient_holds, name, shapes):
    gradient_holds(getattr(np, name), [positive(*shape) for shape in shapes])


@pytest.mark.parametrize("name", BINARY)
def test_one_of_two_arguments_may_be_plain(gradient_holds, name):
    function, constant = getattr(np, name), positive(3, 1)
    gradient_holds(lambda x: function(x, constant), [positive(4)])
    gradient_holds(lambda x: function(constant, x), [positive(4)])
    gradient_holds(lambda x: function(2.5, x) + function(x, 3), [positive(2, 4)])


@pytest.mark.parametrize("power", [0, 1, 2, 3, -1, 0.5, np.array([[1.0], [2.0]])], ids=str)
def test_powers(gradient_holds, power):
    gradient_holds(lambda x: x**power, [positive(2, 3)])
    gradient_holds(lambda x: 1.5**x, [normal(2, 3)])


def test_operators(gradient_holds):
    gradient_holds(lambda x, y: -x + 2 * y - x / y + (3 - x) * (1 / y) + abs(x) + +y,
                   [normal(2, 3), positive(3)])  # fmt: skip


def test_the_same_array_twice(gradient_holds):
    gradient_holds(lambda x: x * x + x @ x.T + x, [normal(3, 3)])


def test_where(gradient_holds):
    mask = rng.random((3, 4)) > 0.5
    gradient_holds(lambda x, y: np.where(mask, x, y), [normal(3, 4), normal(3, 4)])
    gradient_holds(lambda x, y: np.where(mask[:, :1], x, y), [normal(4), normal(3, 1)])
    gradient_holds(lambda x: np.where(mask, x, 0.0) + np.where(x > 0, 2.0, x), [normal(3, 4)])


@pytest.mark.parametrize("bounds", [(-0.5, 0.5), (None, 0.3), (0.1, None)])
def test_clip(gradient_holds, bounds):
    gradient_holds(lambda x: np.clip(x, *bounds), [normal(3, 4)])
    gradient_holds(lambda x: x.clip(*bounds), [normal(3, 4)])


REDUCTIONS = ["sum", "mean", "max", "min", "prod"]
AXES = [None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2)]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize(
    "name", ["sum", "mean", "max", "min", "prod", "var", "std", "amax", "amin"]
)
def test_reductions(gradient_holds, name, axis, keepdims):
    x = [positive(2, 3, 4)]
    gradient_holds(lambda x: getattr(np, name)(x, axis=axis, keepdims=keepdims), x)
    gradient_holds(lambda x: getattr(np, name)(x, axis), x)
    if not name.startswith("am"):
        gradient_holds(lambda x: getattr(x, name)(axis=axis, keepdims=keepdims), x)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions_of_few_axes(gradient_holds, name):
    gradient_holds(getattr(np, name), [positive(4)])
    gradient_holds(getattr(np, name), [np.array(1.5)])


def test_ufunc_reduce(gradient_holds):
    gradient_holds(lambda x: np.add.reduce(x, axis=0) + np.maximum.reduce(x, 0), [normal(3, 4)])


def test_ties_share_the_gradient():
    from course_utils.arrays import value_and_grad

    one = value_and_grad(lambda x: np.max(x))(np.array([2.0, 2.0, 1.0]))[1]
    assert one.tolist() == [0.5, 0.5, 0.0]
    two = value_and_grad(lambda x: np.sum(np.maximum(x, 0.0)))(np.array([-1.0, 0.0, 1.0]))[1]
    assert two.tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("ddof", [0, 1])
def test_var_with_ddof(gradient_holds, ddof):
    gradient_holds(lambda x: np.var(x, axis=-1, ddof=ddof), [normal(3, 4)])


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_cumsum(gradient_holds, axis):
    gradient_holds(lambda x: np.cumsum(x, axis=axis), [normal(3, 4)])
    gradient_holds(lambda x: x.cumsum(), [normal(5)])


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_average(gradient_holds, axis):
    gradient_holds(lambda x: np.average(x, axis=axis), [normal(3, 4)])
    gradient_holds(lambda x, w: np.average(x, axis=axis, weights=w), [normal(3, 4), positive(3, 4)])


def test_average_with_weights_along_an_axis(gradient_holds):
    gradient_holds(lambda x, w: np.average(x, axis=0, weights=w), [normal(3, 4), positive(3)])


@pytest.mark.parametrize("options", [{}, {"axis": -1}, {"axis": 0, "keepdims": True}], ids=str)
def test_norm(gradient_holds, options):
    gradient_holds(lambda x: np.linalg.norm(x, **options), [normal(3, 4)])


def test_norm_of_order_1(gradient_holds):
    gradient_holds(lambda x: np.linalg.norm(x, ord=1, axis=1), [normal(3, 4)])


PRODUCTS = [((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 5)), ((3, 4), (4, 5)), ((2, 3, 4), (4, 5))]
PRODUCTS += [((3, 4), (2, 4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 3, 4), (4,)), ((4,), (2, 4, 5))]
PRODUCTS += [((2, 1, 3, 4), (6, 4, 5)), ((1, 3, 4), (2, 4, 5)), ((2, 6, 3, 4), (6, 4, 5))]


@pytest.mark.parametrize("shapes", PRODUCTS, ids=str)
def test_matmul(gradient_holds, shapes):
    arrays = [normal(*shape) for shape in shapes]
    gradient_holds(np.matmul, arrays)
    gradient_holds(lambda a: a @ arrays[1], arrays[:1])
    gradient_holds(lambda b: arrays[0] @ b, arrays[1:])


def test_matmul_of_views(gradient_holds):
    gradient_holds(lambda a, b: a.T @ b.mT + np.swapaxes(a[::2], 0, 1) @ b[:, ::2].T,
                   [normal(4, 3), normal(5, 4)])  # fmt: skip


@pytest.mark.parametrize(
    "shapes", [((4,), (4,)), ((3, 4), (4, 2)), ((2, 3, 4), (4,)), ((3, 4), (2, 4, 5)), ((), (3,))]
)
def test_dot(gradient_holds, shapes):
    gradient_holds(np.dot, [normal(*shape) for shape in shapes])


def test_other_products(gradient_holds):
    gradient_holds(np.outer, [normal(3), normal(4)])
    gradient_holds(np.inner, [normal(2, 4), normal(3, 4)])
    gradient_holds(np.vecdot, [normal(3, 4), normal(3, 4)])
    gradient_holds(lambda x: x.dot(x.T) + x.trace() + np.trace(x, 1), [normal(3, 3)])
    gradient_holds(lambda a, b: np.tensordot(a, b, axes=1), [normal(2, 3), normal(3, 4)])
    gradient_holds(
        lambda a, b: np.tensordot(a, b, axes=([0, 2], [1, 0])), [normal(2, 3, 4), normal(4, 2)]
    )


EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("bhqd,bhkd->bhqk", (2, 3, 4, 5), (2, 3, 6, 5)),
    ("...qd,...kd->...qk", (2, 3, 4, 5), (2, 3, 6, 5)),
    ("...qd,...kd->...qk", (2, 4, 5), (6, 5)),
    ("...ij,...jk", (2, 3, 4), (4, 5)),
    ("nd,d->n", (3, 4), (4,)),
    ("i,i->", (4,), (4,)),
    ("i,j->ij", (3,), (4,)),
    ("i,j->ji", (3,), (4,)),
    ("ij->ji", (3, 4)),
    ("ij->", (3, 4)),
    ("ij->j", (3, 4)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("iij,j->i", (3, 3, 2), (2,)),
    ("ij,ij->i", (3, 4), (3, 4)),
    ("ij,kl->k", (2, 3), (4, 5)),
    ("ab,bc,cd->ad", (2, 3), (3, 4), (4, 2)),
    ("ij,ij->ij", (3, 1), (3, 4)),
    ("b n d , d e -> b n e", (2, 3, 4), (4, 5)),
]


@pytest.mark.parametrize("case", EINSUMS, ids=str)
def test_einsum(gradient_holds, case):
    subscripts, *shapes = case
    arrays = [normal(*shape) for shape in shapes]
    gradient_holds(lambda *a: np.einsum(subscripts, *a), arrays)
    gradient_holds(lambda a: np.einsum(subscripts, a, *arrays[1:]), arrays[:1])
    gradient_holds(lambda *a: np.einsum(subscripts, *a, optimize=True), arrays)
