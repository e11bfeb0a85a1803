"""Adding rows up where an index read them more than once: the gradient of a look-up."""

import numpy as np


def add_rows(index, rows, shape):
    """Return an array of `shape` whose entry i is the sum of the rows that were read from i.

    Shapes: index (...) integers, rows (..., *shape[1:]).
    """
    width, flat = int(np.prod(shape[1:])), np.where(index < 0, index + shape[0], index).ravel()
    rows = rows.reshape(len(flat), width)
    # One-hot times rows is a product for BLAS, and faster than sorting up to about 200 entries.
    if shape[0] <= 200:
        one_hot = np.zeros((len(flat), shape[0]), rows.dtype)
        one_hot[np.arange(len(flat)), flat] = 1
        return (one_hot.T @ rows).reshape(shape)
    total = np.zeros((shape[0], width), rows.dtype)
    if len(flat):
        order = np.argsort(flat, kind="stable")
        sorted_ = flat[order]
        first = np.flatnonzero(np.concatenate([[True], sorted_[1:] != sorted_[:-1]]))
        total[sorted_[first]] = np.add.reduceat(rows[order], first, axis=0)
    return total.reshape(shape)
