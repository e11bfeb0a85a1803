"""Every rule of shapes, axes, indices, joining and splitting against central differences."""

import numpy as np
import pytest

rng = np.random.default_rng(4)


def normal(*shape):
    return rng.normal(size=shape)


IDS = np.array([[0, 2, 2], [1, -1, 0]])
MASK = np.array([[True, False, True, True], [False] * 4, [True] * 4])
SHAPE = "shape" if np.lib.NumpyVersion(np.__version__) >= "2.1.0" else "newshape"

SHAPERS = {
    "reshape": lambda x: np.reshape(x, (4, 6)),
    "reshape with -1": lambda x: x.reshape(3, -1),
    "reshape from a tuple": lambda x: x.reshape((8, 3)) + np.reshape(x, **{SHAPE: (8, 3)}),
    "ravel": lambda x: np.ravel(x) * x.flatten() + x.ravel() + x.reshape(-1),
    "transpose": lambda x: np.transpose(x),
    "transpose with axes": lambda x: np.transpose(x, (1, 2, 0)) + x.transpose(1, 2, 0),
    "transpose with negative axes": lambda x: x.transpose((-1, 0, 1)),
    "transpose with a list": lambda x: x.transpose([2, 0, 1]),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT + np.matrix_transpose(x),
    "permute_dims": lambda x: np.permute_dims(x, (2, 1, 0)),
    "swapaxes": lambda x: np.swapaxes(x, -1, -2) + x.swapaxes(1, 2),
    "swapaxes by name": lambda x: np.swapaxes(x, axis1=0, axis2=2),
    "moveaxis": lambda x: np.moveaxis(x, 0, -1),
    "moveaxis of several": lambda x: np.moveaxis(x, (0, 1), (2, 0)),
    "rollaxis": lambda x: np.rollaxis(x, 2) + np.rollaxis(x, -1),
    "expand_dims": lambda x: np.expand_dims(x, 1) + np.expand_dims(x, axis=1),
    "expand_dims twice": lambda x: np.expand_dims(x, (0, -1)),
    "squeeze": lambda x: np.squeeze(x[:1]) + x[:1].squeeze(0) + np.squeeze(x[:1], axis=0),
    "broadcast_to": lambda x: np.broadcast_to(x[:, :1], (5, 2, 3, 4)),
    "flip": lambda x: np.flip(x, 1) + np.flip(x) + x[::-1],
    "roll": lambda x: np.roll(x, 1, axis=-1) + np.roll(x, 2),
    "copy": lambda x: x.copy() + np.copy(x),
    "astype": lambda x: x.astype(np.float64) + x.astype(float),
    "tril and triu": lambda x: np.tril(x) + np.triu(x, k=1) * 2 + np.tril(x, -1),
    "repeat": lambda x: np.repeat(x, 2, axis=1),
    "repeat unequally": lambda x: x.repeat([1, 0, 3], axis=-2),
    "repeat all": lambda x: np.repeat(x, 2),
    "tile": lambda x: np.tile(x, (2, 1, 1, 3)),
    "tile once": lambda x: np.tile(x, 2),
    "atleast": lambda x: np.atleast_1d(x[0, 0, 0]) + np.atleast_2d(x[0, 0]),
    "diagonal": lambda x: np.diagonal(x, axis1=1, axis2=2) + np.diagonal(x[:, :, :3], 0, 2, 1),
    "diagonal beside": lambda x: np.diagonal(x, 1, 1, 2),
    "nan_to_num": lambda x: np.nan_to_num(x),
}
INDICES = {
    "integer": np.s_[1],
    "negative": np.s_[-1],
    "numpy integer": np.int64(1),
    "slice": np.s_[0:1],
    "step": np.s_[:, ::2],
    "backwards": np.s_[:, ::-1, ::-2],
    "ellipsis": np.s_[..., 0],
    "None": np.s_[None],
    "None inside": np.s_[:, None, :, None],
    "integers": np.s_[0, 1, 2],
    "rows twice": np.array([0, 1, 1, 0]),
    "two axes of ids": IDS % 2,
    "list": [0, 0, 1],
    "ids behind": np.s_[:, [0, 2, 2]],
    "ids last": np.s_[..., IDS],
    "pairs": (np.arange(2)[:, None], np.array([[2, 2, 0]])),
    "ids and a slice": (slice(None), slice(1, 3), np.array([0, 0, 3])),
    "mask": np.broadcast_to(MASK, (2, 3, 4)).copy(),
    "mask behind": (slice(None), MASK),
    "mask in front": np.array([True, False]),
}


@pytest.mark.parametrize("name", SHAPERS)
def test_shapes(gradient_holds, name):
    gradient_holds(SHAPERS[name], [normal(2, 3, 4)])


@pytest.mark.parametrize("name", INDICES)
def test_index(gradient_holds, name):
    gradient_holds(lambda x: x[INDICES[name]], [normal(2, 3, 4)])


def test_an_index_from_the_array_itself(gradient_holds):
    gradient_holds(lambda x: x[x > 0] * 2, [normal(3, 4)])
    gradient_holds(lambda x: x[np.argmax(x)] * x[x.argmin()], [normal(5)])


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_take(gradient_holds, axis):
    ids = np.array([[0, 1, 1]])
    gradient_holds(lambda x: np.take(x, ids, axis=axis), [normal(2, 3, 4)])
    gradient_holds(lambda x: x.take([1, 0], axis), [normal(2, 3, 4)])


def test_take_without_axis(gradient_holds):
    gradient_holds(lambda x: np.take(x, IDS) + x.take(5), [normal(2, 3, 4)])


def test_take_from_a_long_table(gradient_holds):
    ids = np.array([[1, 1, -1], [239, 0, 1]])
    gradient_holds(lambda x: x[ids], [normal(240, 2)])
    gradient_holds(lambda x: np.take(x, ids), [normal(240)])
    gradient_holds(lambda x: np.concatenate([x[np.array([], int)], x[:1]]), [normal(240)])


def test_take_along_axis(gradient_holds):
    ids = rng.integers(0, 4, (2, 3, 1))
    gradient_holds(lambda x: np.take_along_axis(x, ids, axis=-1), [normal(2, 3, 4)])
    gradient_holds(lambda x: np.take_along_axis(x, IDS[:1, :, None], 1), [normal(2, 3, 4)])
    gradient_holds(lambda x: np.take_along_axis(x, np.array([3, 3]), None), [normal(2, 3)])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_concatenate_and_stack(gradient_holds, axis):
    pair = [normal(2, 3), normal(2, 3)]
    gradient_holds(lambda x, y: np.concatenate([x, y, x], axis=axis), pair)
    gradient_holds(lambda x, y: np.concatenate((x, np.ones((2, 3)), y), axis), pair)
    gradient_holds(lambda x, y: np.stack([x, y], axis=axis) + np.stack((x, pair[0]), axis), pair)


def test_other_joins(gradient_holds):
    pair = [normal(2, 3), normal(2, 3)]
    gradient_holds(lambda x, y: np.concatenate([x, y[:1]], axis=None), pair)
    gradient_holds(lambda x, y: np.vstack([x, y[0]]), pair)
    gradient_holds(lambda x, y: np.hstack([x, y[:, :2]]) * np.c_[1:3], pair)
    gradient_holds(lambda x, y: np.hstack([x[0], y[1], x[0, 0]]), pair)
    gradient_holds(lambda x, y: np.column_stack([x[:, 0], y]), pair)
    gradient_holds(lambda x: np.stack([row * 2 for row in x]), pair[:1])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_split(gradient_holds, axis):
    gradient_holds(lambda x: np.split(x, 2, axis=axis)[1], [normal(4, 6)])
    gradient_holds(lambda x: np.split(x, [1, 3], axis), [normal(4, 6)])
    gradient_holds(lambda x: np.array_split(x, 4, axis), [normal(5, 7)])


def test_unequal_split():
    from course_utils.arrays import value_and_grad

    with pytest.raises(ValueError, match="no 3 equal parts"):
        value_and_grad(lambda x: np.split(x, 3)[0])(np.ones(4))
