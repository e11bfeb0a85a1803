"""Adding rows up where an index read them more than once: the gradient of a look-up."""

import numpy as np


def add_rows(index, rows, shape):
    """Return an array of `shape` whose entry i is the sum of the rows that were read from i.

    Shapes: index (...) integers, rows (..., *shape[1:]).
    """
    flat = np.where(index < 0, index + shape[0], index).ravel()
    width = int(np.prod(shape[1:]))
    # One-hot times rows is a product for BLAS; for long tables the zeros would cost too much.
    if shape[0] <= 1024 and width > 1:
        one_hot = np.zeros((len(flat), shape[0]), rows.dtype)
        one_hot[np.arange(len(flat)), flat] = 1
        return (one_hot.T @ rows.reshape(len(flat), width)).reshape(shape)
    total = np.zeros((shape[0], width), rows.dtype)
    np.add.at(total, flat, rows.reshape(len(flat), width))
    return total.reshape(shape)
