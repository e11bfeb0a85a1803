"""The training loop: a generator that yields after every step, so that one can watch and stop."""

import sys
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from course_utils.arrays import value_and_grad
from course_utils.training.adam import Adam, warm_up_and_decay
from course_utils.training.memory import keep_freed_memory


class Record(NamedTuple):
    """One step of training: its number from 0, its loss in nats, its learning rate.

    `params` are the parameters after the step. They are the ones that go on learning: take a
    `snapshot` to keep them. Lesson 10.

    >>> Record._fields
    ('step', 'loss', 'rate', 'params')
    """

    step: int
    loss: float
    rate: float
    params: dict[str, Any]


def train(loss, params, batches, steps, rate=1e-3, warm_up=100):
    """Yield a Record after each of `steps` steps of Adam on `loss(params, batch)`.

    `params` are nested dicts of arrays and stay as they are; `batches` is an iterator. Nothing
    runs between two steps: stop by not asking for the next, go on by asking again. While a step
    runs, BLAS has one thread, which at this size is the fastest. Raises FloatingPointError if the
    loss is not finite. Lesson 10; Kingma & Ba 2015.

    >>> def loss(params, batch):
    ...     return np.sum((params["w"] - batch) ** 2)
    >>> [round(r.loss, 3) for r in train(loss, {"w": np.zeros(1)}, iter([1.0, 1.0]), 2, warm_up=1)]
    [1.0, 0.998]
    """
    keep_freed_memory()
    adam, one_thread = Adam(params), _one_thread()
    evaluate = value_and_grad(loss, as_vector=True)
    for step, batch in zip(range(steps), batches, strict=False):
        now = warm_up_and_decay(step, steps, rate, warm_up)
        with one_thread():
            value, gradient = evaluate(adam.params, batch)
            if not np.isfinite(value):
                raise FloatingPointError(
                    f"the loss of step {step} is {value}: the learning rate {rate:g} may be too "
                    "large, or a function of the model divides by zero."
                )
            adam.step(gradient, now)
        yield Record(step, float(value), now, adam.params)


def _one_thread():
    """Return a function whose context gives BLAS one thread; in the browser it has no more."""
    if sys.platform == "emscripten":  # and to look for its threads warns there
        return nullcontext
    return partial(ThreadpoolController().limit, limits=1, user_api="blas")


def snapshot(params):
    """Return a copy of nested dicts of arrays that no later step changes."""
    if isinstance(params, dict):
        return {name: snapshot(item) for name, item in params.items()}
    return params.copy()


def last(records):
    """Run a training to its end and return its last Record."""
    record = None
    for record in records:  # noqa: B007
        pass
    return record
