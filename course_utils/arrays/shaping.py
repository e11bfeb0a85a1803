"""The rules of moving numbers about: shapes, axes, indices, joining and splitting."""

import numpy as np

from course_utils.arrays.array import Array, plain, record
from course_utils.arrays.rules import RULES, Rule, composed, general, view
from course_utils.arrays.scatter import add_rows

view(np.reshape, lambda g, out, x, *_, **__: np.reshape(g, x.shape))
view(np.ravel, lambda g, out, x, *_, **__: np.reshape(g, x.shape))
view(np.squeeze, lambda g, out, x, *_, **__: np.reshape(g, x.shape))
view(np.expand_dims, lambda g, out, x, *_, **__: np.reshape(g, x.shape))
view(np.broadcast_to, lambda g, out, x, *_, **__: g)
view(np.swapaxes, lambda g, out, x, axis1, axis2: np.swapaxes(g, axis1, axis2))
view(np.moveaxis, lambda g, out, x, source, destination: np.moveaxis(g, destination, source))
view(
    np.transpose,
    lambda g, out, x, axes=None: np.transpose(
        g, None if axes is None else np.argsort(np.asarray(axes) % x.ndim)
    ),
)
view(np.flip, lambda g, out, x, axis=None: np.flip(g, axis))
general(np.roll, lambda g, out, x, shift, axis=None: np.roll(g, np.negative(shift), axis))
general(np.copy, lambda g, out, x, *_, **__: g)
general(np.astype, lambda g, out, x, *_, **__: g)
general(np.tril, lambda g, out, x, k=0: np.tril(g, k))
general(np.triu, lambda g, out, x, k=0: np.triu(g, k))
general(np.nan_to_num, lambda g, out, x, *_, **__: np.where(np.isfinite(x), g, 0))


def indexed(x, index):
    """Return x[index]; an index may hold differentiable arrays of truth values or integers."""
    return x[plain(index)]


def index_gradient(g, out, x, index):
    """Return g at the places that x[index] read, added up where one was read twice."""
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu":
        return add_rows(index, g, x.shape)
    whole = np.zeros(x.shape, g.dtype)
    if reads_once(index):
        whole[index] = g
    else:
        np.add.at(whole, index, g)
    return whole


def reads_once(index):
    """Return whether no place can be read twice: slices, integers, None and truth values."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, (slice, int, np.integer))
        or (isinstance(part, np.ndarray) and part.dtype == bool)
        for part in parts
    )


RULES[Array.__getitem__] = Rule(Array.__getitem__, (index_gradient,), shares=True, compute=indexed)


def take_gradient(g, out, x, indices, axis=None, *_, **__):
    """Return g at the places that np.take read."""
    if axis is None:
        return add_rows(np.asarray(indices), g, (x.size,)).reshape(x.shape)
    axis, n = axis % x.ndim, np.ndim(indices)
    front = np.moveaxis(g, range(axis, axis + n), range(n))
    moved = (x.shape[axis], *np.delete(x.shape, axis))
    return np.moveaxis(add_rows(np.asarray(indices), front, moved), 0, axis)


def take_along_gradient(g, out, x, indices, axis=-1):
    """Return g at the places that np.take_along_axis read."""
    if axis is None:
        return add_rows(indices, g, (x.size,)).reshape(x.shape)
    places = list(np.indices(np.broadcast_shapes(g.shape, indices.shape), sparse=True))
    places[axis] = indices
    whole = np.zeros(x.shape, g.dtype)
    np.add.at(whole, tuple(places), g)
    return whole


def repeat_gradient(g, out, x, repeats, axis=None):
    """Return the sums of g over the copies of each element."""
    length = x.size if axis is None else x.shape[axis]
    source = np.repeat(np.arange(length), repeats)
    return take_gradient(g, out, x, source, axis)


def diagonal_gradient(g, out, x, offset=0, axis1=0, axis2=1):
    """Return g on the diagonal that was read, zero beside it."""
    whole = np.zeros(x.shape, g.dtype)
    rows, columns = x.shape[axis1], x.shape[axis2]
    i = np.arange(max(0, -offset), min(rows, columns - offset))
    np.moveaxis(whole, (axis1, axis2), (0, 1))[i, i + offset] = np.moveaxis(g, -1, 0)
    return whole


general(np.take, take_gradient)
general(np.take_along_axis, take_along_gradient)
general(np.repeat, repeat_gradient)
view(np.diagonal, diagonal_gradient)


# Joining takes a list; its arrays are the arguments of a rule that has as many as it is given.
class Pieces:
    """The vector-Jacobian products of joining any number of arrays along an axis."""

    def __len__(self):
        return 1 << 30

    def __getitem__(self, position):
        def piece(g, out, *arrays, axis):
            start = sum(x.shape[axis] for x in arrays[:position])
            part = [slice(None)] * g.ndim
            part[axis] = slice(start, start + arrays[position].shape[axis])
            return g[tuple(part)]

        return piece


JOIN = Rule(
    np.concatenate, Pieces(), compute=lambda *arrays, axis: np.concatenate(arrays, axis=axis)
)


@composed(np.concatenate)
def concatenate(arrays, axis=0):
    """Return arrays joined along an axis that they have."""
    if axis is None:
        arrays, axis = [np.ravel(x) for x in arrays], 0
    return record(
        JOIN, [x if isinstance(x, Array) else np.asarray(x) for x in arrays], {"axis": axis}
    )


@composed(np.stack)
def stack(arrays, axis=0):
    """Return arrays joined along a new axis."""
    return np.concatenate([np.expand_dims(x, axis) for x in arrays], axis=axis)


@composed(np.vstack)
def vstack(tup):
    """Return arrays as rows, one below the other."""
    return np.concatenate([np.reshape(x, (1, -1)) if np.ndim(x) < 2 else x for x in tup])


@composed(np.hstack)
def hstack(tup):
    """Return arrays side by side."""
    arrays = [np.reshape(x, 1) if np.ndim(x) == 0 else x for x in tup]
    return np.concatenate(arrays, axis=0 if np.ndim(arrays[0]) == 1 else 1)


@composed(np.column_stack)
def column_stack(tup):
    """Return vectors as the columns of a matrix."""
    return np.concatenate([x[:, None] if np.ndim(x) == 1 else x for x in tup], axis=1)


@composed(np.array_split)
def array_split(x, indices_or_sections, axis=0):
    """Return the parts of an array along an axis: a number of parts, or where they begin."""
    parts = np.array_split(np.arange(x.shape[axis]), indices_or_sections)
    starts = np.cumsum([0, *map(len, parts)])
    before = (slice(None),) * (axis % x.ndim)
    return [x[(*before, slice(start, start + len(part)))] for start, part in zip(starts, parts)]


@composed(np.split)
def split(x, indices_or_sections, axis=0):
    """Return equal parts of an array along an axis: a number of parts, or where they begin."""
    sections, length = indices_or_sections, x.shape[axis]
    if np.ndim(sections) == 0 and length % sections:
        raise ValueError(f"np.split: an axis of length {length} has no {sections} equal parts.")
    return array_split(x, sections, axis)


@composed(np.tile)
def tile(x, reps):
    """Return copies of an array side by side."""
    reps = tuple(np.atleast_1d(reps))
    x = np.reshape(x, (1,) * (len(reps) - x.ndim) + x.shape)
    reps = (1,) * (x.ndim - len(reps)) + reps
    for axis, times in enumerate(reps):
        x = np.concatenate([x] * int(times), axis=axis)
    return x


@composed(np.matrix_transpose)
def matrix_transpose(x):
    """Return x with its last two axes exchanged."""
    return np.swapaxes(x, -1, -2)


@composed(np.rollaxis)
def rollaxis(x, axis, start=0):
    """Return x with one axis moved before another."""
    axis %= x.ndim
    return np.moveaxis(x, axis, start - 1 if axis < start else start)


@composed(np.atleast_1d)
def atleast_1d(x):
    """Return x, or its one number as an array with one axis."""
    return np.reshape(x, (1,)) if x.ndim == 0 else x


@composed(np.atleast_2d)
def atleast_2d(x):
    """Return x, or with fewer axes as one row."""
    return np.reshape(x, (1, -1)) if x.ndim < 2 else x
