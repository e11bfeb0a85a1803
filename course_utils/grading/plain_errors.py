"""Says what Python's and NumPy's own errors mean, in words that a beginner knows."""

import math
import re

INSTEAD = {
    "permute": "np.transpose",
    "unsqueeze": "np.expand_dims",
    "masked_fill": "np.where",
    "dim": "X.ndim",
    "cat": "np.concatenate",
}
WITHOUT = {  # what has no such attribute
    "tuple": "it holds several results: take them apart first, as in `a, b = ...`",
    "list": "`np.array(...)` makes an array of it",
    "NoneType": "nothing was returned, or nothing was given",
}


def _spaced(shape):
    return shape.replace("newaxis", "-1").replace(",", ", ").replace(", )", ",)")


def _shapes(found):
    shapes = dict.fromkeys(re.findall(r"\(\d[\d,]*\)", found[0]))
    return " and ".join(map(_spaced, shapes))


def _no_room(found):
    return f"an array of shape {_spaced(found[1])} does not fit into a place of {_spaced(found[2])}"


def _do_not_fit(found):
    rule = "lined up from the right, two sizes must be equal, or one of them 1"
    return f"the shapes {_shapes(found)} do not fit: {rule}"


def _not_filled(found):
    shape = _spaced(found[2])
    size = math.prod(int(size) for size in re.findall(r"-?\d+", shape))
    holds = f", which holds {size}" if size >= 0 else ""
    return f"{found[1]} numbers do not fill the shape {shape}{holds}"


def _no_option(found):
    groups = found.groupdict()
    name, option = groups["name"].split(".")[-1], groups["option"]
    name = {"_amax": "max", "_amin": "min"}.get(name, name.lstrip("_"))
    numpys = name in ("max", "min", "sum", "abs", "round") and option in ("axis", "keepdims")
    return f"`{name}` has no option `{option}`" + (f"; `np.{name}` has" if numpys else "")


def _no_attribute(found):
    kind, name = found[1], found[2]
    if kind == "numpy.ndarray":
        instead = f": see {INSTEAD[name]}" if name in INSTEAD else ""
        return f"a NumPy array has no `.{name}`{instead}"
    return f"{'None' if kind == 'NoneType' else f'a {kind}'} has no `.{name}`: {WITHOUT[kind]}"


def _no_such_place(found):
    place, axis, size = (int(number) for number in found.groups())
    return f"there is no place {place} along axis {axis}: its {size} places count from 0"


SEVERAL = "a single number was asked for and an array came: `np.exp` takes arrays, `math.exp` and "
SEVERAL += "`float` do not"
TRUTH = "`if`, `and`, `or` and `not` want one True or False and got an array of them. Do you mean "
TRUTH += "`is None`? Else `np.where`, `&`, `|` and `~` answer place by place"
WHOLE = "a size or a place is a whole number, and `/` makes a float: `//` divides whole numbers"
ONE = "one whole number was asked for (a place, an axis, a `range`), and an array came"
BRACKETS = "the sizes of `np.zeros` and `np.ones` stand in brackets of their own: `np.ones((n, m))`"
POWER = "whole numbers cannot be raised to negative whole numbers: put the whole exponent in "
POWER += "brackets, divide in it by `/`, or give the base a point, `10000.0`"
SIZES = r"the sizes that a matrix product sums over differ, {} on the left and {} on the right"

# The first that is found speaks; `\1` is what stood in its first brackets.
PLAIN = [
    (r"core dimension.*\(size (\d+) is different from (\d+)\)", SIZES.format(r"\2", r"\1")),
    (r"not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)", SIZES.format(r"\1", r"\2")),
    (r"matmul: Input operand \d does not have enough", "`@` got something without axes"),
    (
        r"indexing arrays could not be broadcast together with shapes .*",
        lambda found: (
            f"lists of indices side by side are read in step, and differ: {_shapes(found)}"
        ),
    ),
    (r"could not be broadcast together with shapes? .*", _do_not_fit),
    (r"could not broadcast input array from shape (\(.*?\)) into shape (\(.*?\))", _no_room),
    (r"boolean index did not match", "a mask inside [...] needs all axes; `np.where` stretches it"),
    (r"only (0-dimensional|length-1|size-1) arrays can be converted", SEVERAL),
    (r"'bitwise_xor' not supported|operand type\(s\) for \^", "`^` is no power: write `**`"),
    (r"'invert' not supported|unary ~: 'float'", "`~` is for True and False, and got numbers"),
    (r"'bitwise_(or|and)' not", "`|` and `&` are for True and False, and one side holds numbers"),
    (r"boolean negative", "`-` does not turn True and False round: `~` does"),
    (r"boolean subtract", "True and False cannot be subtracted: `~` turns them round"),
    (r"(?P<name>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<option>\w+)'", _no_option),
    (r"'(?P<option>\w+)' is an invalid keyword argument for (?P<name>\w+)\(\)", _no_option),
    (r"truth value of an array", TRUTH),
    (r"only integer scalar arrays can be", ONE),
    (r"'(numpy\.)?float\d*' object cannot be interpreted as an integer|slice indices must", WHOLE),
    (
        r"'(list|tuple)' object cannot be interpreted as an integer",
        r"one size was asked for and a \1 came: `*` before its name takes it apart",
    ),
    (r"Cannot interpret '\d+' as a data type", BRACKETS),
    (r"tri\(\) missing .* 'N'", "`np.tril` and `np.triu` want a table, and got a single number"),
    (r"Integers to negative integer powers", POWER),
    (
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        r"there is no axis \1 in an array whose number of axes is \2",
    ),
    (r"axes don't match array", "`transpose` got more or fewer numbers than the array has axes"),
    (r"inhomogeneous shape", "`np.array` got parts of different shapes, which make no table"),
    (r"'(numpy\.ndarray|tuple|list|NoneType)' object has no attribute '(\w+)'", _no_attribute),
    (r"'NoneType' object is not subscriptable", "None has no places `[...]`: was nothing given?"),
    (r"function.* is not subscriptable", "a function is called with round brackets, not `[...]`"),
    (
        r"'(numpy\.ndarray|tuple|list)' object is not callable",
        r"places stand in `[...]`, not `(...)`",
    ),
    (r"list indices must be", "a list has no axes: `np.array(...)` makes an array of it"),
    (r"math range error", "the result is too large a number"),
    (
        r"more dimensions than subscripts given in einstein",
        "`np.einsum` got an array with more axes than it has letters: `...` stands for the others",
    ),
    (r"too many subscripts for operand", "`np.einsum` has more letters than the array has axes"),
    (r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", _no_such_place),
    (r"zero-size array to reduction operation m\w+imum", "an empty array has no largest number"),
    (
        r"too many values to unpack \(expected (\d+)",
        r"more values came than the \1 names on the left",
    ),
    (
        r"not enough values to unpack \(expected (at least )?(\d+), got (\d+)",
        r"\2 names stand on the left, and the number of values was \3",
    ),
    (r"cannot reshape array of size (\d+) into shape (\(.*?\))", _not_filled),
    (r"local variable '(\w+)'", r"`\1` is used before it has a value"),
    (r"destination is read-only", "this array cannot be written into: take a copy of it first"),
]


def plain_error(message) -> str:
    """Return what an error message means, or the message itself where nothing plainer is known.

    >>> plain_error("matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc "
    ...             "signature (n?,k),(k,m?)->(n?,m?) (size 4 is different from 3)")
    'the sizes that a matrix product sums over differ, 3 on the left and 4 on the right'
    """
    for pattern, words in PLAIN:
        found = re.search(pattern, message)
        if found:
            return words(found) if callable(words) else found.expand(words)
    return message.rstrip(".")
