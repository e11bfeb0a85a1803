"""The differentiable array: plain NumPy code runs on it, and it remembers what was done."""

import opcode
import sys

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from course_utils.arrays import errors
from course_utils.arrays.rules import COMPOSED, CONSTANT, REDUCTIONS, RULES, supported_names

STORES = {opcode.opmap[name] for name in ("STORE_SUBSCR", "STORE_SLICE") if name in opcode.opmap}
# Methods that are the NumPy function of the same name with the array as its first argument.
METHODS = ["all", "any", "argmax", "argmin", "argsort", "clip", "copy", "cumsum", "diagonal", "dot"]
METHODS += ["max", "mean", "min", "nonzero", "prod", "ravel", "repeat", "round", "squeeze", "std"]
METHODS += ["sum", "swapaxes", "take", "trace", "var"]
OPTIONS = {"out", "where", "initial", "dtype", "casting"}
ATTRIBUTES = ["T", "astype", "dtype", "flatten", "item", "mT", "ndim", "reshape", "shape", "size"]
ATTRIBUTES += ["tolist", "transpose", "value"]


class Array(NDArrayOperatorsMixin):
    """An array whose history is on a tape, so that gradients can flow back through it.

    `value` is the plain ndarray; `tape` and `index` say where its history is. Comparisons,
    `argmax`, `float(x)` and `x.value` give plain numbers, through which no gradient flows.
    A NumPy number or array that meets it takes its dtype, so float32 stays float32 where
    NumPy 2 would turn `x / np.sqrt(d_k)` into float64. Raises NotDifferentiable for what
    has no rule. Lesson 10.

    >>> from course_utils.arrays import value_and_grad
    >>> value_and_grad(lambda x: np.sum(x * x))(np.array([1.0, 3.0]))
    (np.float64(10.0), array([2., 6.]))
    """

    __slots__ = ("index", "shared", "tape", "value")

    def __init__(self, value, tape, index, shared=False):
        self.value, self.tape, self.index, self.shared = value, tape, index, shared

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        if method == "at":
            raise errors.assignment()
        if method == "reduce" and ufunc in REDUCTIONS:
            return REDUCTIONS[ufunc](*inputs, **options)
        if method != "__call__":
            raise errors.unknown_function(getattr(ufunc, method), supported_names())
        if options:
            raise errors.option(ufunc.__name__, next(iter(options)))
        result = run(ufunc, inputs, options)
        return result if out is None else replaced(ufunc.__name__, inputs[0], out[0], result)

    def __array_function__(self, function, types, args, kwargs):
        return run(function, args, kwargs)

    def __array__(self, dtype=None, copy=None):
        raise errors.conversion()

    def __setitem__(self, index, value):
        raise errors.assignment()

    def __getitem__(self, index):
        return run(Array.__getitem__, (self, index), {})

    def __getattr__(self, name):
        if name.startswith("__"):  # Python and NumPy ask for these to learn what we are.
            raise AttributeError(name)
        raise errors.unknown_attribute(name, METHODS + ATTRIBUTES)

    def __len__(self):
        return len(self.value)

    def __iter__(self):
        return (self[row] for row in range(len(self)))

    def __bool__(self):
        return bool(self.value)

    def __int__(self):
        return int(self.value)

    def __float__(self):
        # `plain[i] = x` also asks for float(x), and would silently cut the gradient.
        frame = sys._getframe(1)
        if frame.f_code.co_code[frame.f_lasti] in STORES:
            raise errors.assignment()
        return float(self.value)

    def __format__(self, spec):
        return format(self.value if self.ndim else self.value.item(), spec)

    def __repr__(self):
        return f"differentiable {self.value!r}"

    __hash__ = object.__hash__

    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    dtype = property(lambda self: self.value.dtype)
    T = property(lambda self: np.transpose(self))
    mT = property(lambda self: np.swapaxes(self, -1, -2))

    def item(self, *index):
        """Return one number as a Python number; no gradient flows through it."""
        return self.value.item(*index)

    def tolist(self):
        """Return the numbers as nested lists; no gradient flows through them."""
        return self.value.tolist()

    def reshape(self, *shape, **options):
        """Return the same numbers in another shape, given as a tuple or as several integers."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **options)

    def transpose(self, *axes):
        """Return the array with its axes in another order, reversed where none is given."""
        axes = axes[0] if len(axes) == 1 else axes
        return np.transpose(self, axes or None)

    def flatten(self):
        """Return the numbers along one axis."""
        return np.ravel(self)

    def astype(self, dtype, **options):
        """Return the array in another dtype; plain where that is not a floating one."""
        if np.dtype(dtype).kind != "f":
            return self.value.astype(dtype)
        return run(np.astype, (self, dtype), {})


def method(name):
    """Return the array method that is NumPy's function `name`."""
    function = getattr(np, name)

    def forward(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    forward.__name__ = name
    forward.__doc__ = f"Return np.{name} of this array."
    return forward


for _name in METHODS:
    setattr(Array, _name, method(_name))


def run(function, args, kwargs):
    """Return what a NumPy function gives for differentiable arrays, and record how."""
    for keyword in kwargs:
        if keyword in OPTIONS and kwargs[keyword] is not None:
            raise errors.option(function.__name__, keyword)
    rule = RULES.get(function)
    if rule is not None:
        return record(rule, args, kwargs)
    if function in COMPOSED:
        return COMPOSED[function](*args, **kwargs)
    if function in CONSTANT:
        return function(*plain(args), **plain(kwargs))
    if function in (np.copyto, np.put, np.place, np.putmask, np.fill_diagonal):
        raise errors.assignment()
    raise errors.unknown_function(function, supported_names())


def record(rule, args, kwargs):
    """Return a rule's result as an array on the tape of its arguments."""
    tape, parents, values = None, [], list(args)
    for position, argument in enumerate(args):
        if type(argument) is Array:
            if tape is not argument.tape and tape is not None:
                raise errors.two_tapes()
            tape = argument.tape
            values[position] = argument.value
            parents.append((position, argument.index))
    if tape is None:
        raise errors.misplaced(rule.name)
    if len(parents) < len(values):
        match_dtype(values, rule.operands, parents)
    out, saved = rule.forward(*values, **kwargs)
    if type(out) is not np.ndarray:
        out = np.asarray(out)
    if rule.shares:
        args[0].shared = True
    tape.records.append((rule, parents, out, saved, kwargs))
    return Array(out, tape, len(tape.records) - 1, rule.shares)


def match_dtype(values, operands, parents):
    """Turn the plain numbers among a rule's operands, in place, into the arrays' own dtype."""
    dtype, arrays = None, [position for position, _ in parents]
    for position, constant in enumerate(values[:operands]):
        if position in arrays:
            continue
        # Python's own numbers are weak in NumPy 2 already, and truth values never promote.
        if isinstance(constant, (np.ndarray, np.generic)) and constant.dtype.kind in "fiu":
            if dtype is None:
                dtype = np.result_type(*(values[place].dtype for place in arrays))
            if constant.dtype != dtype:
                values[position] = constant.astype(dtype)


def replaced(name, first, target, result):
    """Return what `target` is after an in-place operation, as `x += y` asks for it."""
    if type(target) is not Array:
        # `total += x` on a plain array is bound to what is returned here, if it owns its memory.
        if target is first and target.base is None:
            return result
        raise errors.in_place(name)
    if target.shared:
        raise errors.in_place(name)
    if result.shape != target.shape:
        raise ValueError(f"np.{name} in place gives shape {result.shape}, not {target.shape}.")
    result = result.astype(target.dtype) if result.dtype != target.dtype else result
    target.value, target.index = result.value, result.index
    return target


def plain(tree):
    """Return nested tuples, lists and dicts with every differentiable array as an ndarray."""
    if isinstance(tree, Array):
        return tree.value
    if isinstance(tree, dict):
        return {key: plain(item) for key, item in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(plain, tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(map(plain, tree))
    return tree
