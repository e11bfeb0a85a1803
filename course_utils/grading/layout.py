"""How results and arguments are laid out: the arrays in tuples, lists and dicts, one by one."""

import numpy as np

from course_utils.grading.wording import kind_words


class Misfit(Exception):
    """A result is not laid out as expected; the message is a sentence without its beginning."""


def as_results(value):
    """Return every array of a result, in order, as a flat tuple; numbers become arrays.

    >>> [array.shape for array in as_results((np.ones(3), {"a": [np.ones(2), 1.0]}))]
    [(3,), (2,), ()]
    """
    return tuple(np.asarray(leaf) for _, leaf in leaves(value))


def leaves(value, path=""):
    """Yield (path, leaf) for what stands in nested tuples, lists and dicts.

    >>> list(leaves({"cross": [1.5]}))
    [('["cross"][0]', 1.5)]
    """
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f'{path}["{key}"]')
    elif isinstance(value, (tuple, list)):
        for i, part in enumerate(value):
            yield from leaves(part, f"{path}[{i}]")
    else:
        yield path, value


def matched(returns, expected, seen):
    """Return (what it is, expected array, encoded part) for every array that is expected.

    `returns` describes each result, `expected` is what the oracle returned, `seen` the encoded
    result. Raises Misfit if the number of results is another, or the layout of one of them.
    """
    wanted = expected if isinstance(expected, tuple) else (expected,)
    parts = _results(wanted, seen)
    if parts is None:
        raise Misfit(_count_words(wanted, seen))
    found = []
    for text, want, part in zip(returns, wanted, parts):
        if isinstance(want, (dict, list)):
            found += _inside(text.split(":")[0], want, part)
        else:
            found.append((text, np.asarray(want), part))
    return found


def _results(wanted, seen):
    """Return the encoded results, or None if they are not as many, or no arrays where expected."""
    if type(seen) is dict and "tuple" in seen and len(wanted) > 1:
        parts = seen["tuple"] if seen["length"] == len(wanted) else []
    else:
        parts = [seen]
    if len(parts) != len(wanted):
        return None
    return None if any(map(_odd, wanted, parts)) else parts


def _count_words(expected, seen):
    count = len(expected)
    wanted = "one array" if count == 1 else f"{count} results"
    cause = " Is the `return` line missing?" if seen is None else ""
    if count > 1 and type(seen) is dict and "list" in seen:
        return f"expected {wanted}, got one list. Write a comma between them and no brackets."
    lengths = (len(seen.get("tuple", ())), seen.get("length")) if type(seen) is dict else ()
    if count > 1 and lengths == (count, count):
        pairs = enumerate(zip(expected, seen["tuple"]), 1)
        number, part = next((i, part) for i, (want, part) in pairs if _odd(want, part))
        return f"expected {wanted}, and your result number {number} is {kind_words(part)}."
    return f"expected {wanted}, got {kind_words(seen)}.{cause}"


def _odd(want, part):
    return not (isinstance(want, (dict, list)) or is_array(part))


def _inside(name, want, part):
    """Return the rows of `matched` for one result that is a dict or a list."""
    if isinstance(want, dict):
        inside = part.get("dict") if type(part) is dict else None
        keys = ", ".join(f'"{key}"' for key in want)
        if inside is None:
            raise Misfit(f"expected {name} to be a dict with {keys}, got {kind_words(part)}.")
        missing = [key for key in want if key not in inside]
        if missing:
            raise Misfit(f'expected {name} to have {keys}; there is no "{missing[0]}" in it.')
        pairs = [(f'{name}["{key}"]', one, inside[key]) for key, one in want.items()]
    elif isinstance(want, list):
        inside = part.get("list", part.get("tuple")) if type(part) is dict else None
        if inside is None or len(inside) != len(want):
            got = kind_words(part) if inside is None else f"{len(inside)} entries"
            many = "1 entry" if len(want) == 1 else f"{len(want)} entries"
            raise Misfit(f"expected {name} to be a list with {many}, got {got}.")
        pairs = [(f"{name}[{i}]", *both) for i, both in enumerate(zip(want, inside))]
    else:
        if not is_array(part):
            raise Misfit(f"expected {name} to be an array, got {kind_words(part)}.")
        return [(name, np.asarray(want), part)]
    return [row for pair in pairs for row in _inside(*pair)]


def is_array(part) -> bool:
    """Say whether an encoded value is an array or a number."""
    if type(part) is dict:
        return "array" in part or "scalar" in part or part.get("type") == "ndarray"
    return type(part) in (int, float, bool)


def any_single(arguments) -> bool:
    """Say whether a float32 array is among the arguments, also inside dicts."""
    found = [leaf for _, leaf in leaves(list(arguments)) if isinstance(leaf, np.ndarray)]
    return any(array.dtype == np.float32 for array in found)


def all_single(arguments) -> bool:
    """Say whether there are arrays of floats among the arguments, all of them float32."""
    found = [leaf for _, leaf in leaves(list(arguments)) if isinstance(leaf, np.ndarray)]
    kinds = {array.dtype for array in found if array.dtype.kind == "f"}
    return kinds == {np.dtype(np.float32)}


def same_data(before, after) -> bool:
    """Say whether an argument, perhaps a dict of arrays, still holds what it held.

    >>> same_data({"a": np.ones(2)}, {"a": np.ones(2)}), same_data(np.ones(2), np.zeros(2))
    (True, False)
    """
    old, new = dict(leaves(before)), dict(leaves(after))
    if old.keys() != new.keys():
        return False
    return all(_same_array(array, new[path]) for path, array in old.items())


def _same_array(before, after):
    if not isinstance(before, np.ndarray):
        return type(after) is type(before) and (after == before or before != before)
    if not isinstance(after, np.ndarray) or after.shape != before.shape:
        return False
    return np.array_equal(after, before, equal_nan=before.dtype.kind == "f")
