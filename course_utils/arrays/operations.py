"""The rules of arithmetic, reductions and linear algebra: one short entry a NumPy function."""

import numpy as np

from course_utils.arrays.einsum import einsum, einsum_gradient
from course_utils.arrays.rules import COMPOSED, CONSTANT, composed, elementwise, general

# Each entry: the function, then for each argument the gradient of the loss with respect to it,
# from the gradient g of the result, the result and the arguments.
elementwise(np.add, lambda g, out, x, y: g, lambda g, out, x, y: g)
elementwise(np.subtract, lambda g, out, x, y: g, lambda g, out, x, y: -g)
elementwise(np.multiply, lambda g, out, x, y: g * y, lambda g, out, x, y: g * x)
elementwise(np.divide, lambda g, out, x, y: g / y, lambda g, out, x, y: -g * out / y)
elementwise(np.negative, lambda g, out, x: -g)
elementwise(np.positive, lambda g, out, x: g)
elementwise(np.reciprocal, lambda g, out, x: -g * out * out)
elementwise(np.exp, lambda g, out, x: g * out)
elementwise(np.exp2, lambda g, out, x: g * out * 0.6931471805599453)
elementwise(np.expm1, lambda g, out, x: g * (out + 1))
elementwise(np.log, lambda g, out, x: g / x)
elementwise(np.log2, lambda g, out, x: g / (x * 0.6931471805599453))
elementwise(np.log10, lambda g, out, x: g / (x * 2.302585092994046))
elementwise(np.log1p, lambda g, out, x: g / (1 + x))
elementwise(np.sqrt, lambda g, out, x: g / (2 * out))
elementwise(np.square, lambda g, out, x: g * (2 * x))
elementwise(np.absolute, lambda g, out, x: g * np.sign(x))
elementwise(np.fabs, lambda g, out, x: g * np.sign(x))
elementwise(np.tanh, lambda g, out, x: g * (1 - out * out))
elementwise(np.sinh, lambda g, out, x: g * np.cosh(x))
elementwise(np.cosh, lambda g, out, x: g * np.sinh(x))
elementwise(np.sin, lambda g, out, x: g * np.cos(x))
elementwise(np.cos, lambda g, out, x: -g * np.sin(x))
elementwise(np.tan, lambda g, out, x: g * (1 + out * out))
elementwise(np.arctan, lambda g, out, x: g / (1 + x * x))
elementwise(
    np.logaddexp,
    lambda g, out, x, y: g * np.exp(x - out),
    lambda g, out, x, y: g * np.exp(y - out),
)


def power_of(g, out, x, y):
    """Return the gradient with respect to the base of x ** y."""
    return g * (x * 2) if np.ndim(y) == 0 and y == 2 else g * (y * x ** (y - 1))


elementwise(
    np.power, power_of, lambda g, out, x, y: g * out * np.log(np.where(np.asarray(x) > 0, x, 1))
)


def chosen(g, better, equal):
    """Return the gradient of the argument that was chosen; equal ones share it."""
    return g * (better + 0.5 * equal) if equal.any() else g * better


elementwise(
    np.maximum,
    lambda g, out, x, y: chosen(g, np.greater(x, y), np.equal(x, y)),
    lambda g, out, x, y: chosen(g, np.less(x, y), np.equal(x, y)),
)
elementwise(
    np.minimum,
    lambda g, out, x, y: chosen(g, np.less(x, y), np.equal(x, y)),
    lambda g, out, x, y: chosen(g, np.greater(x, y), np.equal(x, y)),
)
elementwise(
    np.where,
    None,
    lambda g, out, mask, x, y: np.where(mask, g, 0),
    lambda g, out, mask, x, y: np.where(mask, 0, g),
)


@composed(np.clip)
def clip(x, a_min=None, a_max=None, *, min=None, max=None):  # noqa: A002
    """Return x kept between two bounds, either of which may be None."""
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


# Reductions. Where a reduced axis was dropped, the gradient gets it back with length 1.
def with_axes(g, x, axis, keepdims):
    """Return g with the axes that a reduction of x dropped, each of length 1."""
    if keepdims or axis is None:
        return g if keepdims else np.reshape(g, (1,) * x.ndim)
    return np.expand_dims(g, tuple(a % x.ndim for a in np.atleast_1d(axis)))


def sum_gradient(g, out, x, axis=None, dtype=None, _out=None, keepdims=False):
    """Return g at every place that was summed."""
    return np.broadcast_to(with_axes(g, x, axis, keepdims), x.shape)


def mean_gradient(g, out, x, axis=None, dtype=None, _out=None, keepdims=False):
    """Return g over the number of places at every place that was averaged."""
    return np.broadcast_to(with_axes(g, x, axis, keepdims) * (out.size / x.size), x.shape)


def extreme_gradient(g, out, x, axis=None, _out=None, keepdims=False):
    """Return g at the place of the extreme; equal ones share it."""
    is_extreme = x == with_axes(out, x, axis, keepdims)
    count = np.sum(is_extreme, axis=axis, keepdims=True, dtype=x.dtype)
    return is_extreme * (
        with_axes(g, x, axis, keepdims) / count.reshape(with_axes(out, x, axis, keepdims).shape)
    )


def cumsum_gradient(g, out, x, axis=None):
    """Return at every place the sum of g from there to the end."""
    g = np.reshape(g, x.shape) if axis is None and x.ndim != 1 else g
    if axis is None:
        return np.cumsum(np.ravel(g)[::-1])[::-1].reshape(x.shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


def prod_gradient(g, out, x, axis=None, dtype=None, _out=None, keepdims=False):
    """Return g times the product of the others (x must have no zero)."""
    return with_axes(g, x, axis, keepdims) * with_axes(out, x, axis, keepdims) / x


general(np.sum, sum_gradient)
general(np.mean, mean_gradient)
general(np.max, extreme_gradient)
general(np.min, extreme_gradient)
general(np.cumsum, cumsum_gradient)
general(np.prod, prod_gradient)


COMPOSED.update({np.amax: np.max, np.amin: np.min})


@composed(np.var)
def var(x, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, correction=None, mean=None):
    """Return the mean square distance from the mean."""
    mean = np.mean(x, axis=axis, keepdims=True) if mean is None else mean
    squares = np.sum(np.square(x - mean), axis=axis, keepdims=keepdims)
    freedom = ddof if correction is None else correction
    return squares / (x.size / max(squares.size, 1) - freedom)


@composed(np.std)
def std(x, *args, **kwargs):
    """Return the square root of the variance."""
    return np.sqrt(np.var(x, *args, **kwargs))


@composed(np.average)
def average(x, axis=None, weights=None, returned=False, *, keepdims=False):
    """Return the mean, or the weighted mean; weights as long as the axis or of x's shape."""
    if weights is None:
        return np.mean(x, axis=axis, keepdims=keepdims)
    if np.ndim(weights) == 1 and axis is not None:
        weights = np.reshape(weights, (-1,) + (1,) * (x.ndim - 1 - axis % x.ndim))
    total = np.sum(np.broadcast_to(weights, x.shape), axis=axis, keepdims=keepdims)
    return np.sum(x * weights, axis=axis, keepdims=keepdims) / total


@composed(np.linalg.norm)
def norm(x, ord=None, axis=None, keepdims=False):  # noqa: A002
    """Return the Euclidean length, or with ord=1 the sum of the sizes."""
    if ord not in (None, 1, 2) or (ord is not None and axis is None and np.ndim(x) != 1):
        raise ValueError("np.linalg.norm of a differentiable array: lengths of vectors only.")
    if ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


# Linear algebra.
def product(a, b):
    """Return a @ b, as one product where b is one matrix for every leading axis of a."""
    if a.ndim > 2 and b.ndim == 2 and a.flags.c_contiguous:
        return (a.reshape(-1, a.shape[-1]) @ b).reshape(*a.shape[:-1], b.shape[-1])
    return np.matmul(a, b)


def left_gradient(g, out, a, b):
    """Return the gradient of the left factor of a @ b."""
    if b.ndim == 1:
        return np.expand_dims(g, -1) * b
    if a.ndim == 1:
        return np.squeeze(np.expand_dims(g, -2) @ b.mT, -2) if b.ndim > 2 else b @ g
    return product(dense(g), b.mT)


def right_gradient(g, out, a, b):
    """Return the gradient of the right factor of a @ b."""
    if a.ndim == 1:
        return a[:, None] * np.expand_dims(g, -2) if b.ndim > 1 else a * g
    if b.ndim == 1:
        return np.tensordot(g, a, g.ndim)
    if b.ndim == 2:
        return a.reshape(-1, a.shape[-1]).T @ g.reshape(-1, g.shape[-1])
    return a.mT @ dense(g)


def dense(g):
    """Return g in memory of its own if BLAS could not read it where it is."""
    return g if g.itemsize in g.strides[-2:] else np.ascontiguousarray(g)


general(np.matmul, left_gradient, right_gradient, compute=product)


@composed(np.dot)
def dot(a, b):
    """Return the product of NumPy's dot: over the last axis of a and the last but one of b."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    return a @ b if np.ndim(b) <= 2 else np.tensordot(a, b, axes=(-1, -2))


@composed(np.vecdot)
def vecdot(a, b, axis=-1):
    """Return the dot products along an axis."""
    return np.sum(a * b, axis=axis)


@composed(np.inner)
def inner(a, b):
    """Return the products over the last axes of both."""
    return a * b if np.ndim(a) == 0 or np.ndim(b) == 0 else np.tensordot(a, b, axes=(-1, -1))


@composed(np.outer)
def outer(a, b):
    """Return all products of an element of a with an element of b."""
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


@composed(np.tensordot)
def tensordot(a, b, axes=2):
    """Return the products of a and b summed over pairs of axes."""
    n = np.ndim(a)
    pairs = (range(n - axes, n), range(axes)) if isinstance(axes, int) else axes
    first, second = (np.atleast_1d(pair) % ndim for pair, ndim in zip(pairs, (n, np.ndim(b))))
    letters = [chr(ord("A") + i) for i in range(n + np.ndim(b))]
    for i, j in zip(first, second):
        letters[n + j] = letters[i]
    kept = [x for x in letters if letters.count(x) == 1]
    return np.einsum(f"{''.join(letters[:n])},{''.join(letters[n:])}->{''.join(kept)}", a, b)


@composed(np.trace)
def trace(x, offset=0, axis1=0, axis2=1):
    """Return the sum of a diagonal."""
    return np.sum(np.diagonal(x, offset, axis1, axis2), axis=-1)


# np.einsum(subscripts, *operands): the subscripts are argument 0 and have no gradient.
general(
    np.einsum,
    None,
    *(lambda *args, i=i, **_: einsum_gradient(i, *args) for i in range(8)),
    compute=einsum,
)

CONSTANT.update([
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor,
    np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.floor_divide,
    np.isnan, np.isinf, np.isfinite, np.isclose, np.allclose, np.array_equal, np.signbit,
    np.argmax, np.argmin, np.argsort, np.argpartition, np.searchsorted, np.nonzero, np.argwhere,
    np.flatnonzero, np.count_nonzero, np.any, np.all, np.unique,
    np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj,
    np.zeros_like, np.ones_like, np.full_like, np.empty_like,
    np.array_repr, np.array_str, np.array2string,
])  # fmt: skip
