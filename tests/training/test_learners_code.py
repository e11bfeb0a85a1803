"""A beginner's plain NumPy transformer is trained unchanged, to the reference's loss curve."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from course_utils.data.batches import shuffled_batches
from course_utils.model.parameters import cast
from course_utils.model.transformer import transformer
from course_utils.training.flat import leaves
from course_utils.training.loop import train
from course_utils.training.loss import translation_loss
from course_utils.training.translator import SMALL, TRANSLATOR, Task

place = Path(__file__).with_name("beginners_transformer.py")
spec = importlib.util.spec_from_file_location("beginners_transformer", place)
beginner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(beginner)


def curve(task, loss, dtype, steps):
    """Return the losses of a short training, and the last parameters."""
    batches = shuffled_batches(np.random.default_rng(1), task.batch, 32)
    params = cast(task.parameters(), dtype)
    records = [(r.loss, r.params) for r in train(loss, params, batches, steps, 5e-3, 10)]
    return [loss for loss, _ in records], records[-1][1]


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-3)])
def test_the_same_loss_curve(dtype, tolerance):
    task = Task(SMALL, seed=0, training=500, held_out=20)
    expected, params = curve(task, translation_loss(transformer, smoothing=0.1), dtype, 60)
    losses, own = curve(task, translation_loss(beginner.transformer, smoothing=0.1), dtype, 60)
    np.testing.assert_allclose(losses, expected, rtol=tolerance)
    assert losses[-1] < losses[0] - 1
    assert all(array.dtype == dtype for _, array in leaves(own))
    if dtype == np.float64:
        for (path, a), (_, b) in zip(leaves(own), leaves(params), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-8, err_msg=path)


def test_their_own_loss_too():
    task = Task(TRANSLATOR, seed=0, training=200, held_out=20)

    def own_loss(params, batch):
        keep = batch.source_keep[:, None, :]
        logits, _ = beginner.transformer(params, batch.source, batch.target_in, source_mask=keep)
        return beginner.cross_entropy(logits, batch.target_out, batch.target_keep)

    expected, _ = curve(task, translation_loss(transformer, smoothing=0.0), np.float64, 4)
    losses, _ = curve(task, own_loss, np.float64, 4)
    np.testing.assert_allclose(losses, expected, rtol=1e-12)
