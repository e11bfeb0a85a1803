"""Words for what was expected and what arrived, in sentences a beginner understands."""

import re

import numpy as np

KINDS = {
    "list": "a list (turn it into an array: `np.array(...)`)",
    "tuple": "a tuple",
    "dict": "a dict",
    "NoneType": "None",
    "int": "a number",
    "float": "a number",
    "str": "a text",
    "bool": "True or False",
    "module": "a module",
    "function": "a function",
    "method": "a function (is `()` missing behind its name?)",
    "builtin_function_or_method": "a function (is `()` missing behind its name?)",
}


def call_words(check) -> str:
    """Return the call an exercise expects: a function called as `softmax(x, axis=-1)`."""
    return f"a function called as `{check.signature}`"


def parameters(check) -> list[str]:
    """Return the parameter names of an exercise's signature, in order."""
    return re.findall(r"[(,]\s*(\w+)", check.signature)


def given(check, case) -> str:
    """Say which call is meant: the inputs if they can be checked by hand, else the label."""
    plain = all(isinstance(one, (np.ndarray, int, float)) or one is None for one in case.args)
    if not plain or sum(np.size(argument) for argument in case.args) > 8:
        return f"For {case.label}"
    pairs = zip(parameters(check), case.args)
    return "With " + ", ".join(f"{name} = {_small(value)}" for name, value in pairs)


def _small(value):
    if isinstance(value, np.ndarray) and value.ndim:
        return "[" + ", ".join(_small(part) for part in value) + "]"
    return number(value) if isinstance(value, (int, float, np.generic, np.ndarray)) else str(value)


def kind_words(data) -> str:
    """Name the kind of an encoded value: "a list", "None", "2 results", "an array of shape (3,)".

    >>> kind_words({"tuple": [1, 2], "length": 2})
    '2 results'
    """
    if type(data) is not dict:
        return KINDS.get(type(data).__name__, type(data).__name__)
    if "array" in data:
        return f"one array of shape {shape_words(data['shape'])}"
    if "scalar" in data:
        return "a number"
    if "tuple" in data:
        return f"{data['length']} results"
    if "list" in data:
        return KINDS["list"]
    if "dict" in data:
        return KINDS["dict"]
    if data["type"] == "ndarray":
        return f"one array of {dtype_words(data['dtype'])}" if "dtype" in data else "an array"
    return KINDS.get(data["type"], f"an object of type {data['type']}")


def dtype_words(dtype) -> str:
    """Say which dtype it is, and what that means where it holds no numbers.

    >>> dtype_words("<U5"), dtype_words("float64")
    ('dtype <U5, which is text', 'dtype float64')
    """
    means = {"<U": ", which is text", "ob": ", which is Python's own objects"}
    return f"dtype {dtype}{means.get(dtype[:2], '')}"


def shape_words(shape) -> str:
    """Write a shape as NumPy does; the empty one is named.

    >>> shape_words([3, 5]), shape_words(())
    ('(3, 5)', '() (a single number)')
    """
    return str(tuple(shape)) if len(shape) else "() (a single number)"


def number(value, digits=4) -> str:
    """Write a number with as many digits as help: 4 decimals, or an exponent.

    >>> number(0.25), number(1e-9), number(True), number(float("nan"))
    ('0.25', '1e-09', 'True', 'nan')
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    value = float(value)
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    if 1e-3 <= abs(value) < 1e6:
        return f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return f"{value:.{digits - 1}g}"


def difference(start, which, want, got, tolerance) -> str:
    """Say where two arrays of one shape differ: all numbers of a short one, else the first."""
    rtol, atol = tolerance
    of = f" {which}" if which else ""
    start = f"{start}: expected{of} "
    if want.ndim <= 1 and want.size <= 6:
        return f"{start}{', got '.join(_apart(want, got))}."
    with np.errstate(all="ignore"):
        wrong = ~np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = ", ".join(map(str, first))
    many = f"{int(wrong.sum())} of {want.size} numbers differ"
    expected, found = _apart(want[first], got[first])
    return f"{start}{expected} at [{place}], got {found} ({many})."


def _apart(want, got):
    """Return two numbers or rows as text, with so many digits that they read differently.

    >>> _apart(np.float64(0.0521), np.float64(0.05210004))
    ('0.0521', '0.05210004')
    """
    for digits in (4, 8, 16):
        texts = _row(want, digits), _row(got, digits)
        if texts[0] != texts[1]:
            break
    return texts


def _row(array, digits):
    if array.ndim == 0:
        return number(array, digits)
    return "[" + ", ".join(number(one, digits) for one in array) + "]"
