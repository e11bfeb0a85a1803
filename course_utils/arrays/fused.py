"""Several steps as one, for speed: each equals its plain form, and a test holds them equal.

All of them take plain arrays too, and then return plain arrays.
"""

import functools
import inspect

import numpy as np

from course_utils.arrays.array import Array, record
from course_utils.arrays.rules import FusedRule
from course_utils.arrays.scatter import add_rows


def fused(vjp, operands):
    """Make a fused function of `compute`, which returns its result and what `vjp` needs.

    `vjp(g, out, *saved)` returns the gradients of the first `operands` arguments.
    """

    def enter(compute):
        rule = FusedRule(compute, vjp, operands)
        signature = inspect.signature(compute)
        defaults = {p.name: p.default for p in signature.parameters.values()}
        names = list(defaults)

        @functools.wraps(compute)
        def call(*args, **kwargs):
            if kwargs:
                # Like signature.bind, which takes longer than the smaller of these operations.
                given = dict(kwargs)
                rest = {name: kwargs.pop(name, defaults[name]) for name in names[len(args) :]}
                if kwargs or any(value is inspect.Parameter.empty for value in rest.values()):
                    signature.bind(*args, **given)  # says what is missing or too much
                args = (*args, *rest.values())
            if any(type(argument) is Array for argument in args):
                return record(rule, args, {})
            return compute(*args)[0]

        return call

    return enter


def softmax_vjp(g, out, axis):
    """Return y * (g - sum(g * y))."""
    product = g * out
    product -= out * product.sum(axis=axis, keepdims=True)
    return (product,)


@fused(softmax_vjp, 1)
def softmax(x, axis=-1):
    """Return weights along an axis, positive and summing to 1.

    Shapes: x (...) logits -> the same, probabilities. Lesson 2; Bridle 1990.
    """
    y = x - np.max(x, axis=axis, keepdims=True)
    np.exp(y, out=y)
    y /= y.sum(axis=axis, keepdims=True)
    return y, (axis,)


def row_sums(x):
    """Return the sum of each row, shape (..., 1), by a product with ones (BLAS)."""
    n = x.shape[-1]
    return (x.reshape(-1, n) @ np.ones(n, x.dtype)).reshape(*x.shape[:-1], 1)


def layer_norm_vjp(g, out, unit, inverse, gain):
    """Return the gradients of the input, the gain and the bias."""
    n = unit.shape[-1]
    flat = g.reshape(-1, n)
    ones = np.ones(len(flat), g.dtype)
    product = flat * unit
    d_bias, d_gain = ones @ flat, ones @ product
    # With u = g * gain: dx = (u - mean(u) - unit * mean(u * unit)) / deviation.
    share = gain[:, None] / n
    mean, slope = flat @ share, product @ share
    d_x = np.multiply(unit, slope, out=product)
    d_x += mean
    np.subtract(flat * gain, d_x, out=d_x)
    d_x *= inverse
    return d_x.reshape(g.shape), d_gain, d_bias


@fused(layer_norm_vjp, 3)
def layer_norm(x, gain, bias, epsilon=1e-5):
    """Return every row with mean 0 and variance 1, times the gain, plus the bias.

    Shapes: x (..., d), gain (d,), bias (d,) -> (..., d). Lesson 9; Ba et al. 2016, eq. 4.
    """
    rows = x.reshape(-1, x.shape[-1])
    mean = row_sums(rows)
    mean /= x.shape[-1]
    unit = rows - mean
    inverse = np.vecdot(unit, unit)[:, None]
    inverse /= x.shape[-1]
    inverse += epsilon
    np.sqrt(inverse, out=inverse)
    np.divide(1, inverse, out=inverse)
    unit *= inverse
    out = unit * gain
    out += bias
    return out.reshape(x.shape), (unit, inverse, gain)


def cross_entropy_vjp(g, out, gradient):
    """Return the gradient that was computed along with the loss."""
    return (gradient * g,)


@fused(cross_entropy_vjp, 1)
def cross_entropy(logits, targets, keep=None, smoothing=0.0):
    """Return the mean of -log p(target) in nats over the places to keep.

    Shapes: logits (..., V classes), targets (...) integers, keep (...) boolean, all where None.
    With smoothing s the target has 1 - s of the weight and all V classes share s alike.
    Lesson 10; Szegedy et al. 2016, section 7.
    """
    classes = logits.shape[-1]
    flat, chosen = logits.reshape(-1, classes), np.asarray(targets).ravel()
    weight = np.ones(chosen.shape) if keep is None else np.asarray(keep, float).ravel()
    weight = (weight / max(weight.sum(), 1.0)).astype(logits.dtype)[:, None]  # (places, 1)
    shifted = flat - flat.max(axis=-1, keepdims=True)
    p = np.exp(shifted)
    total = p.sum(axis=-1, keepdims=True)
    rows = np.arange(len(chosen))
    # -log p(c) is log(total) - shifted(c), for the target and averaged over the classes.
    aim = (1 - smoothing) * shifted[rows, chosen]
    if smoothing:
        aim += smoothing / classes * shifted.sum(axis=-1)
    loss = np.vdot(weight, np.log(total[:, 0]) - aim)
    p *= weight / total
    p -= weight * (smoothing / classes)
    p[rows, chosen] -= (1 - smoothing) * weight[:, 0]
    return logits.dtype.type(loss), (p.reshape(logits.shape),)


def embedding_vjp(g, out, ids, shape):
    """Return the rows of g added up where they were read."""
    return (add_rows(ids, g, shape),)


@fused(embedding_vjp, 1)
def embedding(table, ids):
    """Return the rows of a table.

    Shapes: table (V, d), ids (...) integers -> (..., d). Lesson 10.
    """
    return table[ids], (ids, table.shape)


def feed_forward_vjp(g, out, rows, hidden, W_1, W_2):
    """Return the gradients of the input, both matrices and both biases."""
    flat = g.reshape(-1, g.shape[-1])
    ones = np.ones(len(flat), g.dtype)
    d_hidden = flat @ W_2.T
    d_hidden *= hidden > 0
    d_X = (d_hidden @ W_1.T).reshape(*g.shape[:-1], -1)
    return d_X, rows.T @ d_hidden, ones @ d_hidden, hidden.T @ flat, ones @ flat


@fused(feed_forward_vjp, 5)
def feed_forward(X, W_1, b_1, W_2, b_2):
    """Return each word passed through the same two-layer network, alone.

    Shapes: X (..., d_model), W_1 (d_model, d_ff), b_1 (d_ff,), W_2 (d_ff, d_model),
    b_2 (d_model,) -> (..., d_model). Lesson 9; Vaswani et al. 2017, eq. 2.
    """
    rows = X.reshape(-1, X.shape[-1])
    hidden = rows @ W_1
    hidden += b_1
    np.maximum(hidden, 0, out=hidden)
    out = hidden @ W_2
    out += b_2
    return out.reshape(*X.shape[:-1], -1), (rows, hidden, W_1, W_2)
