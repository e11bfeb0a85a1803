"""What the figures accept, and one sentence for what they do not."""

from functools import cache

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, get_font

from course_utils.plots import theme

TOLERANCE = 1e-3  # how far from 1 a row of weights may sum; enough for float16 and for rounding


def as_array(values, name, ndim, axes):
    """Return the values as a float array of `ndim` axes.

    Accepts nested lists, NumPy arrays and PyTorch tensors on the CPU, also such that require
    a gradient. `axes` names the axes for the error. Raises ValueError when the number of axes
    is another, when there is nothing to draw, or at a NaN.

    >>> as_array([[1, 2]], "scores", 2, "queries, keys").shape
    (1, 2)
    """
    array = as_numbers(values, name)
    if array.ndim != ndim:
        hint = f"; choose one of the first axis, such as {name}[0]" if array.ndim > ndim else ""
        raise ValueError(
            f"{name} must have {ndim} axes ({axes}), but an array of shape {array.shape} "
            f"arrived{hint}."
        )
    if array.size == 0:
        raise ValueError(f"{name} has nothing to draw: an array of shape {array.shape} arrived.")
    if np.isnan(array).any():
        where = ", ".join(str(int(i)) for i in np.argwhere(np.isnan(array))[0])
        raise ValueError(
            f"{name} has a NaN at [{where}]; the usual cause is a softmax over a row that is -inf "
            "everywhere."
        )
    return array


def as_numbers(values, name):
    """Return the values as a float array of any axes. Raises ValueError for what is none.

    >>> as_numbers([[1, 2]], "scores").shape
    (1, 2)
    """
    try:
        return np.asarray(_detached(values), dtype=float)
    except (TypeError, ValueError) as error:
        ragged = "inhomogeneous" in str(error)
        cause = "these differ in length" if ragged else error
        raise ValueError(f"{name} must be numbers in rows of equal length: {cause}") from None


def _detached(values):
    """Return tensors, also those in a list, without gradient and in a precision NumPy has."""
    if isinstance(values, list | tuple) and values and not isinstance(values[0], int | float):
        return [_detached(value) for value in values]
    if hasattr(values, "detach"):
        values = values.detach()
        return values.float() if str(getattr(values, "dtype", "")).endswith("bfloat16") else values
    return values


def finite(array, name):
    """Return the array. Raises ValueError at an infinity.

    >>> finite(np.ones(1), "scores")
    array([1.])
    """
    if not np.isfinite(array).all():
        where = ", ".join(str(int(i)) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name} must be finite, but [{where}] is infinite; if a mask made it so, give the "
            "numbers from before the mask."
        )
    return array


def as_weights(values, name="weights", ndim=2):
    """Return attention weights as a float array (queries, keys), or (keys,) for `ndim` 1.

    Raises ValueError as `as_array` does, and when a weight lies outside 0 to 1. That a row
    sums to 1 is not demanded here: `bad_sums` finds the rows, and a figure says so.

    >>> as_weights([0.25, 0.75], ndim=1)
    array([0.25, 0.75])
    """
    array = as_array(values, name, ndim, "queries, keys" if ndim == 2 else "keys")
    outside = (array < -1e-9) | (array > 1 + TOLERANCE)
    if outside.any():
        where = tuple(int(i) for i in np.argwhere(outside)[0])
        place = ", ".join(map(str, where))
        raise ValueError(
            f"{name} must lie between 0 and 1, but [{place}] is {array[where]:.3g}; are these "
            "scores, from before the softmax?"
        )
    return array


def bad_sums(weights):
    """Return which rows sum neither to 1 nor to 0 (a query that may look at nothing).

    >>> bad_sums(np.array([[0.5, 0.5], [0.0, 0.0], [0.5, 0.2]]))
    array([False, False,  True])
    """
    sums = weights.sum(axis=-1)
    return (np.abs(sums - 1) > TOLERANCE) & (np.abs(sums) > TOLERANCE)


def as_tokens(tokens, count, what="token", array="weights"):
    """Return `count` names as strings fit for a label: spaces seen, long ones shortened.

    Without tokens, the positions 0, 1, 2 … are the names. Raises ValueError when one string
    came in place of a list, or the number of tokens is not `count`.

    >>> as_tokens(["cat", "incomprehensibilities", " "], 3)
    ['cat', 'incomprehensib…', '␣']
    """
    if tokens is None:
        return [str(i) for i in range(count)]
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    if isinstance(tokens, str):
        raise ValueError(
            f"{plural} must be a list of strings, but the one string {tokens!r} arrived; "
            "did you mean .split()?"
        )
    if not hasattr(tokens, "__iter__"):
        raise ValueError(f"{plural} must be a list of strings, but {tokens!r} arrived.")
    names = [readable(str(token)) for token in tokens]
    if len(names) != count:
        raise ValueError(
            f"{len(names)} {plural} arrived, but the {array} have {count} to be named; "
            f"give one {what} for each."
        )
    return names


def readable(token, longest=15):
    """Return a token as one short visible line; what the font lacks becomes a box.

    >>> readable("two\\nlines"), readable("猫 cat")
    ('two⏎lines', '□ cat')
    """
    shown = token.replace("\n", "⏎").replace("\t", "⇥")
    shown = "".join(c if c.isprintable() and ord(c) in _glyphs() else "□" for c in shown)
    if not shown.strip():
        shown = "␣" * max(1, len(shown))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


@cache
def _glyphs():
    """Return the code points that the figures' font can draw."""
    return frozenset(get_font(findfont(FontProperties(family=theme.FONT))).get_charmap())
