"""A model whose attention weights are changed on their way, to see what they are used for."""

import itertools
import types

from course_utils.model.attention import attention


def reach_in(model, edit, places):
    """Return a function like `model` in which every attention's weights go through `edit`.

    `places` names the attentions in the order in which the model computes them. edit(place,
    weights) gets the weights (..., heads, n queries, m keys) and returns those to go on with, of
    the same shape; they are also the ones that come back. `model` is a function of
    `course_utils.model`, which stays as it is. Lesson 11.

    >>> import numpy as np
    >>> halved = reach_in(attention, lambda place, weights: weights / 2, ["only"])
    >>> halved(*np.ones((3, 2, 1)))[0].tolist()
    [[0.5], [0.5]]
    """
    upcoming = itertools.cycle(places)

    def edited(Q, K, V, mask=None):
        _, weights = attention(Q, K, V, mask)
        weights = edit(next(upcoming), weights)
        return weights @ V, weights

    return _calling(model, edited)


def _calling(function, edited):
    """Return a function of the model that calls `edited` wherever it would call attention."""
    if function is attention:
        return edited
    if not getattr(function, "__module__", "").startswith("course_utils.model."):
        return function
    names = dict(function.__globals__)
    for name in function.__code__.co_names:
        if isinstance(names.get(name), types.FunctionType):
            names[name] = _calling(names[name], edited)
    return types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
