"""All parameters of a model as one long vector, and the nested dicts as views into it."""

import numpy as np


def leaves(tree, path=""):
    """Yield (path, array) for every array in nested dicts, in their order.

    >>> [path for path, _ in leaves({"norm": {"gain": np.ones(2), "bias": np.zeros(2)}})]
    ['norm/gain', 'norm/bias']
    """
    for key, item in tree.items():
        if isinstance(item, dict):
            yield from leaves(item, f"{path}{key}/")
        else:
            yield f"{path}{key}", item


def views(tree, vector, start=0):
    """Return nested dicts like `tree` whose arrays are views into a vector, and where they end."""
    result = {}
    for key, item in tree.items():
        if isinstance(item, dict):
            result[key], start = views(item, vector, start)
        else:
            result[key] = vector[start : start + item.size].reshape(item.shape)
            start += item.size
    return result, start


def flat_copy(tree, out=None):
    """Return the numbers of all arrays in nested dicts as one vector, in `out` if it is given.

    >>> flat_copy({"a": np.ones((1, 2)), "b": {"c": np.zeros(1)}})
    array([1., 1., 0.])
    """
    return np.concatenate([array.ravel() for _, array in leaves(tree)], out=out)
