"""Against PyTorch's gradients in float64, stored by tools/make_torch_references.py."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.arrays import fused, fused_attention, value_and_grad
from course_utils.model.transformer import transformer

STORED = dict(np.load(Path(__file__).parent.parent / "data" / "torch_references.npz"))
NAMES = sorted({key.split("/")[0] for key in STORED} - {"batch", "translator"})
MASK = np.array([[True, False, True, True], [True, True, False, False], [True] * 4])
IDS = np.array([[0, 2, 2], [1, 1, 0]])

# What differs from `np.name(*arguments)`.
FORMS = {
    "clip": lambda x: np.clip(x, 0.8, 1.2),
    "where": lambda x, y: np.where(MASK, x, y),
    "sum": lambda x: np.sum(x, axis=1),
    "mean": lambda x: np.mean(x, axis=(0, 2), keepdims=True),
    "prod": lambda x: np.prod(x, axis=-1),
    "max": lambda x: np.max(x, axis=-1),
    "min": lambda x: np.min(x, axis=0),
    "var": lambda x: np.var(x, axis=-1),
    "std": lambda x: np.std(x, axis=0, ddof=1),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "norm": lambda x: np.linalg.norm(x, axis=-1),
    "matmul of batches": lambda x, y: x @ y,
    "einsum": lambda x, y: np.einsum("bqd,bkd->bqk", x, y),
    "reshape": lambda x: x.reshape(2, 6),
    "transpose": lambda x: x.transpose(1, 2, 0),
    "swapaxes": lambda x: np.swapaxes(x, -1, -2),
    "moveaxis": lambda x: np.moveaxis(x, 0, -1),
    "expand_dims": lambda x: x[:, None],
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 4)),
    "flip": lambda x: np.flip(x, axis=1),
    "roll": lambda x: np.roll(x, 1, axis=-1),
    "tile": lambda x: np.tile(x, (2, 3)),
    "repeat": lambda x: np.repeat(x, 2, axis=1),
    "concatenate": lambda x, y: np.concatenate([x, y], axis=-1),
    "stack": lambda x, y: np.stack([x, y], axis=1),
    "split": lambda x: np.split(x, 2, axis=1)[1],
    "index": lambda x: x[:, 1::2],
    "index with integers": lambda x: x[IDS],
    "index with a mask": lambda x: x[MASK],
    "take": lambda x: np.take(x, IDS[0], axis=1),
    "take_along_axis": lambda x: np.take_along_axis(x, IDS.T, axis=1),
    "softmax": fused.softmax,
    "layer_norm": fused.layer_norm,
    "cross_entropy": lambda x: fused.cross_entropy(x, IDS, smoothing=0.1),
    "embedding": lambda x: fused.embedding(x, IDS),
    "attention": lambda q, k, v: fused_attention.attention(q, k, v, MASK)[0],
}


def stored_arrays(name, kind):
    """Return name/kind_0, name/kind_1, ... as a list."""
    keys = sorted(key for key in STORED if key.startswith(f"{name}/{kind}_"))
    return [STORED[key] for key in keys]


def weighted(out):
    """Return the loss that the stored gradients are of."""
    return np.sum(out * np.cos(1 + np.arange(np.size(out))).reshape(np.shape(out)))


@pytest.mark.parametrize("name", NAMES)
def test_operation(name, arrays_close):
    function = FORMS.get(name) or (np.linalg.norm if name == "norm" else getattr(np, name))

    def loss(arrays):
        out = function(*arrays)
        return weighted(out), out

    (_, out), gradients = value_and_grad(loss)(stored_arrays(name, "in"))
    arrays_close([np.asarray(out)], [STORED[f"{name}/out"]], 1e-9)
    arrays_close(gradients, stored_arrays(name, "grad"), 1e-9)


def tree(kind):
    """Return the translator's stored values or gradients as nested dicts."""
    root = {}
    for key, array in STORED.items():
        first, *path, end = key.split("/")
        if first == "translator" and end == kind:
            node = root
            for part in path[:-1]:
                node = node.setdefault(part, {})
            node[path[-1]] = array
    return root


def flat(nested):
    """Return (path, array) of all arrays in nested dicts, sorted."""
    for key in sorted(nested):
        if isinstance(nested[key], dict):
            yield from ((f"{key}/{path}", array) for path, array in flat(nested[key]))
        else:
            yield key, nested[key]


def plain_loss(params, source, target):
    """Return the smoothed loss in plain NumPy, padding (0) left out."""
    logits, _ = transformer(params, source, target[:, :-1], heads=4, cross_heads=2)
    p = logits - np.log(np.sum(np.exp(logits), axis=-1, keepdims=True))
    aim = 0.9 * np.eye(p.shape[-1])[target[:, 1:]] + 0.1 / p.shape[-1]
    keep = target[:, 1:] != 0
    return -np.sum(p * aim * keep[..., None]) / keep.sum()


def test_whole_translator(arrays_close):
    """The reference model in plain NumPy, all of its gradients."""
    batch = STORED["batch/source"], STORED["batch/target"]
    loss, gradients = value_and_grad(plain_loss)(tree("value"), *batch)
    assert abs(loss - STORED["batch/loss"]) < 1e-9
    mine, theirs = dict(flat(gradients)), dict(flat(tree("grad")))
    assert list(mine) == list(theirs)
    assert len(mine) == 3 + 2 * 12 + 2 * 18 + 4
    arrays_close(list(mine.values()), list(theirs.values()), 1e-9)


def test_whole_translator_against_differences():
    """Moving all parameters at once, in several random directions."""
    rng = np.random.default_rng(0)
    batch = STORED["batch/source"], STORED["batch/target"]
    values = dict(flat(tree("value")))
    gradients = dict(flat(value_and_grad(plain_loss)(tree("value"), *batch)[1]))
    for path, value in values.items():
        direction = rng.normal(size=value.shape)
        slope = np.sum(direction * gradients[path])
        losses = []
        for step in (2e-6, 1e-6, -1e-6, -2e-6):
            moved = tree("value")
            node = moved
            *parents, last = path.split("/")
            for part in parents:
                node = node[part]
            node[last] = value + step * direction
            losses.append(plain_loss(moved, *batch))
        a, b, c, d = losses
        assert abs((8 * (b - c) - (a - d)) / 1.2e-5 - slope) < 1e-6 * max(abs(slope), 0.01), path
