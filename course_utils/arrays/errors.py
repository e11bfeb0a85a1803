"""One sentence for each thing that a differentiable array cannot do: what to write instead."""

import difflib


class NotDifferentiable(TypeError):
    """Raised where NumPy code cannot be differentiated as it is written."""


# What a person who reaches for these means is not what their spelling is nearest to.
INSTEAD = {
    "apply_along_axis": "np.stack",
    "argpartition": "np.argsort",
    "block": "np.concatenate",
    "choose": "np.where",
    "compress": "np.take",
    "convolve": "np.einsum",
    "cumprod": "np.cumsum (of the logarithms)",
    "delete": "np.concatenate (of the slices to keep)",
    "fmax": "np.maximum",
    "fmin": "np.minimum",
    "heaviside": "np.where",
    "insert": "np.concatenate",
    "kron": "np.einsum",
    "median": "np.mean",
    "nanmax": "np.max (after np.where)",
    "nanmean": "np.mean (after np.where)",
    "nansum": "np.sum (after np.where)",
    "pad": "np.concatenate (with np.zeros)",
    "partition": "np.take (with indices from np.argsort)",
    "piecewise": "np.where",
    "ptp": "np.max (minus np.min)",
    "resize": "np.reshape",
    "select": "np.where",
    "sort": "np.take_along_axis (with indices from np.argsort)",
    "vectorize": "np.stack",
}


def unknown_function(function, supported):
    """Return the error for a NumPy function without a rule, naming the nearest that has one."""
    module = getattr(function, "__module__", None) or "numpy"
    name = getattr(function, "__name__", str(function))
    near = INSTEAD.get(name) or nearest(name, supported)
    shown = module.replace("numpy", "np", 1) + "." + name
    return NotDifferentiable(
        f"{shown} cannot be differentiated here: write it with {near}, the nearest supported "
        "function, or compute it outside the function that is trained."
    )


def nearest(name, supported):
    """Return the supported function, as `np.name`, whose name is spelt most like `name`."""
    match = difflib.get_close_matches(name, supported, n=1, cutoff=0.0)[0]
    return f"np.{match}"


def unknown_attribute(name, supported):
    """Return the error for an array method or attribute that a differentiable array lacks."""
    match = difflib.get_close_matches(name, supported, n=1, cutoff=0.0)[0]
    return AttributeError(
        f"a differentiable array has no .{name}: the nearest that it has is .{match}."
    )


def assignment():
    """Return the error for `x[i] = value` on a differentiable array or with one."""
    return NotDifferentiable(
        "a differentiable array cannot be assigned into or from (x[i] = ...): build the whole "
        "array at once, with np.where(mask, new, x) or np.stack([...]) of its rows."
    )


def in_place(name):
    """Return the error for an in-place operation that other arrays would have to notice."""
    return NotDifferentiable(
        f"np.{name} cannot change this array in place, because another array shares its memory: "
        "write x = x + y instead of x += y (or drop out=)."
    )


def conversion():
    """Return the error for np.array(x), np.asarray(x) and np.array([x, y])."""
    return NotDifferentiable(
        "np.array and np.asarray would lose the gradient: use the array as it is, "
        "np.stack([a, b]) for a list of arrays, or x.value to look at the numbers."
    )


def option(name, keyword):
    """Return the error for a keyword that no rule understands."""
    return NotDifferentiable(
        f"np.{name} cannot be differentiated with {keyword}=: leave it out, and use "
        "np.where(mask, x, y) to choose or .astype(dtype) to convert."
    )


def two_tapes():
    """Return the error for arrays of two calls of value_and_grad that meet in one operation."""
    return NotDifferentiable(
        "arrays of two value_and_grad calls met, and second derivatives are not supported: "
        "compute the inner gradient outside, and pass it in as data."
    )


def misplaced(name):
    """Return the error for a differentiable array where a function takes an option."""
    return NotDifferentiable(
        f"np.{name} got a differentiable array where it takes plain numbers: pass the array as "
        "its first argument, and x.value where an option is meant."
    )
