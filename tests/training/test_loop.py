"""The loop: its records, stopping and going on, BLAS threads, a loss gone wrong."""

import itertools

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from course_utils.data.batches import shuffled_batches
from course_utils.model.transformer import transformer
from course_utils.training.adam import warm_up_and_decay
from course_utils.training.flat import leaves
from course_utils.training.loop import last, snapshot, train
from course_utils.training.loss import translation_loss
from course_utils.training.memory import keep_freed_memory
from course_utils.training.translator import SMALL, Task


@pytest.fixture(scope="module")
def task():
    return Task(SMALL, seed=0, training=200, held_out=20)


def batches(task):
    return shuffled_batches(np.random.default_rng(1), task.batch, 16)


def run(task, steps=5, loss=None, **options):
    loss = loss or translation_loss(transformer)
    return train(loss, task.parameters(), batches(task), steps, warm_up=2, **options)


def close(a, b, tolerance):
    for (path, x), (other, y) in zip(leaves(a), leaves(b), strict=True):
        assert path == other
        np.testing.assert_allclose(x, y, rtol=tolerance, atol=tolerance)


def test_a_record_a_step(task):
    records = [(r.step, r.loss, r.rate) for r in run(task)]
    steps, losses, rates = zip(*records)
    assert steps == (0, 1, 2, 3, 4)
    assert rates == tuple(warm_up_and_decay(i, 5, warm_up=2) for i in range(5))
    assert abs(losses[0] - np.log(len(task.french))) < 1
    assert all(type(loss) is float for loss in losses)


def test_stopping_and_going_on_changes_nothing(task):
    whole = snapshot(last(run(task)).params)
    records = run(task)
    first = list(itertools.islice(records, 2))
    kept = snapshot(first[-1].params)
    assert last(records).step == 4
    close(last(run(task)).params, whole, 0)
    assert not np.array_equal(kept["W_out"], first[-1].params["W_out"])


def test_given_params_stay_as_they_are(task):
    params, before = task.parameters(), task.parameters()
    last(train(translation_loss(transformer), params, batches(task), 2))
    close(params, before, 0)


def test_blas_has_one_thread_in_a_step_only(task):
    def threads():
        return [lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"]

    seen, loss = [], translation_loss(transformer)

    def watched(params, batch):
        seen.extend(threads())
        return loss(params, batch)

    before = threads()
    for _ in run(task, steps=2, loss=watched):
        assert threads() == before
    assert set(seen) <= {1}


@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_is_not_finite_stops_with_a_sentence(task):
    plain = translation_loss(transformer)
    with pytest.raises(FloatingPointError, match="loss of step 0 is nan: the learning rate"):
        last(run(task, loss=lambda p, b: plain(p, b) * np.nan))


def test_a_loop_learns(task):
    losses = [r.loss for r in run(task, steps=60, rate=5e-3)]
    assert np.mean(losses[-5:]) < losses[0] - 1


def test_freed_memory_is_kept_where_the_system_can(monkeypatch):
    """A training step must not fail where the C library is another one."""
    assert keep_freed_memory() in (True, False)
    for error in (OSError, AttributeError, TypeError):

        def refuse(_, error=error):
            raise error

        monkeypatch.setattr("ctypes.CDLL", refuse)
        assert keep_freed_memory.__wrapped__() is False
