"""The registry: which NumPy function has which rule, and how an entry is written.

An entry is the function and one vector-Jacobian product an argument: a function of the gradient
`g` of the result, the result `out` and the arguments, that returns the gradient of that argument.
"""

import numpy as np

RULES = {}  # function -> Rule
COMPOSED = {}  # function -> the same written with functions that have rules
CONSTANT = set()  # functions whose result carries no gradient: comparisons, indices, shapes
REDUCTIONS = {np.add: np.sum, np.maximum: np.max, np.minimum: np.min, np.multiply: np.prod}


class Rule:
    """How one function is computed, and how gradients come back through it."""

    __slots__ = ("compute", "elementwise", "name", "operands", "shares", "vjps")

    def __init__(self, function, vjps, elementwise=False, shares=False, compute=None):
        self.name = function.__name__
        self.compute, self.vjps = compute or function, vjps
        self.elementwise, self.shares = elementwise, shares
        self.operands = len(vjps)

    def forward(self, *values, **kwargs):
        """Return the result, and what its gradient will need."""
        return self.compute(*values, **kwargs), values

    def pull(self, g, parents, out, saved, kwargs, careful):
        """Return (index on the tape, gradient) of every parent, from the gradient `g` of `out`."""
        if careful and not self.elementwise:
            out, saved = finite(out), finite(saved)
        pulled = []
        for position, index in parents:
            gradient, operand = self.vjps[position](g, out, *saved, **kwargs), saved[position]
            if careful and self.elementwise:
                gradient = np.where(g == 0, 0, gradient)
            if gradient.shape != operand.shape or gradient.dtype != operand.dtype:
                gradient = unbroadcast(gradient, operand.shape).astype(operand.dtype, copy=False)
            pulled.append((index, gradient))
        return pulled


class FusedRule(Rule):
    """Several steps as one: `compute` also returns what `vjp` needs to give all gradients."""

    __slots__ = ()

    def __init__(self, compute, vjp, operands):
        super().__init__(compute, (vjp,) * operands)

    def forward(self, *values, **kwargs):
        """Return the result, and what its gradient will need."""
        return self.compute(*values, **kwargs)

    def pull(self, g, parents, out, saved, kwargs, careful):
        """Return (index on the tape, gradient) of every parent, from the gradient `g` of `out`."""
        if careful:
            out, saved = finite(out), finite(saved)
        gradients = self.vjps[0](g, out, *saved, **kwargs)
        return [
            (index, gradients[position])
            for position, index in parents
            if gradients[position] is not None
        ]


def elementwise(function, *vjps):
    """Enter a function whose result at a place depends on its arguments at that place only."""
    RULES[function] = Rule(function, vjps, elementwise=True)


def general(function, *vjps, compute=None):
    """Enter any other function; `compute` replaces it where that is faster or fuller."""
    RULES[function] = Rule(function, vjps, compute=compute)


def view(function, *vjps):
    """Enter a function whose result shares memory with its first argument in NumPy."""
    RULES[function] = Rule(function, vjps, shares=True)


def composed(*functions):
    """Enter, as a decorator, functions written with others that have rules."""

    def enter(definition):
        COMPOSED.update(dict.fromkeys(functions, definition))
        return definition

    return enter


def supported_names():
    """Return the names of all functions with a rule, sorted."""
    names = {function.__name__ for function in (*RULES, *COMPOSED, *CONSTANT)}
    return sorted(name for name in names if hasattr(np, name))


def unbroadcast(gradient, shape):
    """Return the gradient summed over the axes along which an operand of `shape` was repeated."""
    extra = gradient.ndim - len(shape)
    if extra:
        gradient = rows_summed(gradient, extra)
    repeated = tuple(a for a, n in enumerate(shape) if n == 1 and gradient.shape[a] != 1)
    if repeated == (len(shape) - 1,):
        return gradient @ np.ones((gradient.shape[-1], 1), gradient.dtype)
    return gradient.sum(axis=repeated, keepdims=True) if repeated else gradient


def rows_summed(gradient, extra):
    """Return the sum over the first `extra` axes."""
    rest = gradient.shape[extra:]
    if not rest or gradient.size == 0:
        return gradient.sum(axis=tuple(range(extra)))
    rows = gradient.reshape(-1, int(np.prod(rest)))
    # A product with ones goes through BLAS: several times faster than a sum over rows.
    return (np.ones(len(rows), gradient.dtype) @ rows).reshape(rest)


def finite(value):
    """Return a floating array with 0 in place of NaN and infinities, anything else as it is."""
    if isinstance(value, (tuple, list)):
        return [finite(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "f":
        return np.where(np.isfinite(value), value, value.dtype.type(0))
    return value
