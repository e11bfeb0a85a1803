"""The tape, and `value_and_grad`: from a function in plain NumPy to its gradient."""

import numpy as np

from course_utils.arrays.array import Array, plain
from course_utils.arrays.errors import NotDifferentiable


class Tape:
    """What was computed, in order; read once from the end, and forgotten while it is read.

    A record is (rule, [(position, index) of each parent], result, what the rule saved, options).
    """

    __slots__ = ("records",)

    def __init__(self):
        self.records = []

    def backward(self, index, leaves, careful):
        """Return the gradients of the first `leaves` entries, and which own their memory.

        A gradient is None where nothing depends on the entry. `careful` lets a gradient of zero
        stay zero whatever it meets on its way (0 * NaN = 0).
        """
        records, self.records = self.records[: index + 1], []
        gradients, owned = [None] * (index + 1), bytearray(index + 1)
        gradients[index] = np.ones_like(records[index][2])
        while len(records) > leaves:
            # Popped, not indexed: each intermediate array is freed as soon as it was used.
            rule, parents, out, saved, kwargs = records.pop()
            g = gradients.pop()
            if g is not None:
                for parent, gradient in rule.pull(g, parents, out, saved, kwargs, careful):
                    add_to(gradients, owned, parent, gradient, g)
        return gradients, owned


def add_to(gradients, owned, parent, gradient, source):
    """Add a gradient to a parent's, in place where the memory is known to be nobody else's."""
    present = gradients[parent]
    if present is None:
        gradients[parent] = gradient
        owned[parent] = gradient is not source and gradient.base is None and gradient.ndim > 0
    elif owned[parent]:
        np.add(present, gradient, out=present)
    else:
        gradients[parent] = present + gradient
        owned[parent] = gradients[parent].ndim > 0


def value_and_grad(function, as_vector=False):
    """Return a function that gives the value of `function` and its gradient.

    `value_and_grad(f)(params, *data, **options)` calls `f(params, *data, **options)`, where
    params is an array of floats or nested dicts, lists and tuples of them, and returns
    (loss, gradients); gradients has the structure of params, zeros where the loss does not
    depend on an array, None in the place of integers, strings and None (they pass through).
    as_vector=True returns all gradients, in their order, as one vector instead.
    f returns one number, the loss, or (loss, extra), and then the result is
    ((loss, extra), gradients), every array of extra as a plain one. If NaN came up in places
    that the loss does not depend on, f is called a second time.
    Raises NotDifferentiable, in one sentence that says what to write instead. Lesson 10.

    >>> value_and_grad(lambda p: np.sum(p["w"] ** 2))({"w": np.array([1.0, -2.0])})
    (np.float64(5.0), {'w': array([ 2., -4.])})
    """

    def evaluate(params, *data, **options):
        result, gradients = differentiate(function, params, data, options, as_vector)
        loss = result[0] if isinstance(result, tuple) else result
        if np.isfinite(loss) and not all_finite(gradients):
            return differentiate(function, params, data, options, as_vector, careful=True)
        return result, gradients

    return evaluate


def differentiate(function, params, data, options, as_vector, careful=False):
    """Return the plain result of one call, and the gradients in the structure of params."""
    tape = Tape()
    tree = on_tape(params, tape)
    leaves = [record[2] for record in tape.records]
    try:
        result = function(tree, *data, **options)
    except ValueError as error:
        if isinstance(error.__cause__, NotDifferentiable):  # NumPy wraps ours in plain[i] = x
            raise error.__cause__ from None
        raise
    loss, *extra = result if isinstance(result, tuple) else (result,)
    checked_loss(loss, tape)
    answer = loss.value.reshape(())[()]
    result = (answer, *plain(tuple(extra))) if isinstance(result, tuple) else answer
    with np.errstate(all="ignore"):
        gradients, owned = tape.backward(loss.index, len(leaves), careful)
    gradients = [np.zeros_like(x) if g is None else g for g, x in zip(gradients, leaves)]
    if as_vector:
        return result, np.concatenate([g.ravel() for g in gradients])
    # Memory that may be shared is copied, so that the caller may change what it gets.
    gradients = iter(g if own else g.copy() for g, own in zip(gradients, owned))
    return result, like(params, gradients)


def checked_loss(loss, tape):
    """Raise NotDifferentiable unless the loss is one number that depends on the params."""
    if not isinstance(loss, Array) or loss.tape is not tape:
        raise NotDifferentiable(
            "the loss does not depend on the params: the function must compute it from them, "
            "without float(x), x.item(), x.value or functions of the math module on the way."
        )
    if loss.size != 1:
        raise NotDifferentiable(
            f"the loss must be one number, and has shape {loss.shape}: return its np.mean."
        )


def on_tape(tree, tape, names=()):
    """Return params with every floating array as a differentiable one."""
    if isinstance(tree, dict):
        return {key: on_tape(item, tape, (names, key)) for key, item in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(on_tape(item, tape, (names, i)) for i, item in enumerate(tree))
    if isinstance(tree, (np.ndarray, np.generic)) and tree.dtype.kind == "f":
        value = np.asarray(tree)
        tape.records.append((None, (), value, (), None))
        return Array(value, tape, len(tape.records) - 1)
    if tree is None or isinstance(tree, (bool, int, str)):
        return tree
    where = ""
    while names:
        names, key = names
        where = f"[{key!r}]{where}"
    kind = tree.dtype if isinstance(tree, np.ndarray) else type(tree).__name__
    raise NotDifferentiable(
        f"params{where} must be an array of floats, and is {kind}: "
        "write np.array(..., dtype=float)."
    )


def like(params, gradients):
    """Return the gradients, which come in the order of the leaves, in the structure of params."""
    if isinstance(params, dict):
        return {key: like(item, gradients) for key, item in params.items()}
    if isinstance(params, (list, tuple)):
        return type(params)(like(item, gradients) for item in params)
    return next(gradients) if isinstance(params, (np.ndarray, np.generic)) else None


def all_finite(gradients):
    """Return whether no array in nested dicts, lists and tuples holds NaN or infinity."""
    if isinstance(gradients, dict):
        return all(map(all_finite, gradients.values()))
    if isinstance(gradients, (list, tuple)):
        return all(map(all_finite, gradients))
    return gradients is None or bool(np.isfinite(np.add.reduce(gradients, axis=None)))
