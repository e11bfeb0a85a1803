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
        rule, signature = FusedRule(compute, vjp, operands), inspect.signature(compute)

        @functools.wraps(compute)
        def call(*args, **kwargs):
            if kwargs:
                bound = signature.bind(*args, **kwargs)
                bound.apply_defaults()
                args = bound.args
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
    return x @ np.ones((x.shape[-1], 1), x.dtype)


def layer_norm_vjp(g, out, unit, inverse, gain):
    """Return the gradients of the input, the gain and the bias."""
    n = unit.shape[-1]
    flat, flat_unit = g.reshape(-1, n), unit.reshape(-1, n)
    ones = np.ones(len(flat), g.dtype)
    d_bias = ones @ flat
    d_gain = ones @ (flat * flat_unit)
    d_unit = flat * gain
    d_x = d_unit - row_sums(d_unit) / n
    d_unit *= flat_unit
    d_x -= flat_unit * (row_sums(d_unit) / n)
    d_x *= inverse.reshape(-1, 1)
    return d_x.reshape(g.shape), d_gain, d_bias


@fused(layer_norm_vjp, 3)
def layer_norm(x, gain, bias, epsilon=1e-5):
    """Return every row with mean 0 and variance 1, times the gain, plus the bias.

    Shapes: x (..., d), gain (d,), bias (d,) -> (..., d). Lesson 9; Ba et al. 2016, eq. 4.
    """
    n = x.shape[-1]
    unit = x - row_sums(x) / n
    inverse = row_sums(unit * unit)
    inverse /= n
    inverse += epsilon
    np.sqrt(inverse, out=inverse)
    np.divide(1, inverse, out=inverse)
    unit *= inverse
    out = unit * gain
    out += bias
    return out, (unit, inverse, gain)


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


def attention_vjp(g, out, Q, K, V, weights, scale):
    """Return the gradients of Q, K and V."""
    d_weights = g @ V.mT  # (..., n, m)
    d_V = weights.mT @ g
    (d_scores,) = softmax_vjp(d_weights, weights, -1)
    d_scores *= scale
    return d_scores @ K, d_scores.mT @ Q, d_V


@fused(attention_vjp, 3)
def attention(Q, K, V, mask=None):
    """Return each query's weighted average of the values.

    Shapes: Q (..., n, d_k), K (..., m, d_k), V (..., m, d_v), mask (..., n, m) boolean, True =
    may attend -> (..., n, d_v). A query that may attend to nothing gets zero. The leading axes
    of Q, K and V must be the same. Lessons 3 and 4; Vaswani et al. 2017, eq. 1.
    """
    scale = Q.dtype.type(1 / Q.shape[-1] ** 0.5)
    weights = Q @ K.mT  # (..., n, m)
    weights *= scale
    if mask is not None:
        np.copyto(weights, -np.inf, where=~mask)
    top = weights.max(axis=-1, keepdims=True)
    if mask is not None:
        top[top == -np.inf] = 0
    weights -= top
    np.exp(weights, out=weights)
    total = weights.sum(axis=-1, keepdims=True)
    if mask is not None:
        total[total == 0] = 1
    weights /= total
    return weights @ V, (Q, K, V, weights, scale)
