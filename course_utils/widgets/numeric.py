"""Numbers as they come in: what a plain float array would change without a word is refused."""

from collections.abc import Iterator
from operator import index

import numpy as np

from course_utils.plots.inputs import as_numbers


def real_numbers(values, name):
    """Return the values as a float array of any axes.

    Raises ValueError for what is none, and for what would lose a part on the way: complex
    numbers, dates, structured arrays, and the entries that a masked array leaves out.

    >>> real_numbers([[True, False]], "weights")
    array([[1., 0.]])
    """
    if values is None:
        raise ValueError(f"{name} must be numbers, but None arrived; is a `return` missing?")
    if isinstance(values, dict | set | frozenset | Iterator):
        kind = type(values).__name__
        raise ValueError(f"{name} must be a list or an array of numbers, but a {kind} arrived.")
    _lose_nothing(values, name)
    try:
        return as_numbers(values, name)
    except OverflowError:
        raise ValueError(f"{name} has a number that is too large for a float.") from None


def _lose_nothing(values, name):
    """Raise ValueError where a float array would be less than the values."""
    if isinstance(values, list | tuple):
        if values and not isinstance(values[0], int | float):
            for value in values:
                _lose_nothing(value, name)
        return
    hidden = np.ma.count_masked(values) if isinstance(values, np.ma.MaskedArray) else 0
    if hidden:
        raise ValueError(
            f"{name} must be a plain array, but {hidden} of its {values.size} entries are masked "
            "and would be shown all the same; say what stands there with .filled(...)."
        )
    dtype = getattr(values, "dtype", None)
    if "complex" in str(dtype):
        raise ValueError(f"{name} must be real, but {dtype} arrived; is .real or abs(...) meant?")
    if getattr(dtype, "kind", "f") in "mMV":
        raise ValueError(f"{name} must be numbers, but an array of {dtype} arrived.")


def count_of(value, name):
    """Return a whole number from 1 as an int. Raises ValueError for anything else.

    >>> count_of(np.int64(5), "steps")
    5
    """
    try:
        number = index(int(value) if isinstance(value, float) and value.is_integer() else value)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"{name} must be a whole number from 1, but {value!r} arrived.")
    return number
