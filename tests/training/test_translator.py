"""The small translator over several seeds: exact, aligned, and right on the worked sentence."""

import numpy as np
import pytest

from course_utils.data.pairs import WORKED_SOURCE
from course_utils.training.flat import leaves
from course_utils.training.loop import last
from course_utils.training.measure import alignment_error
from course_utils.training.translator import SMALL, TRANSLATOR, Task


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_small_translator_learns(seed):
    task = Task(SMALL, seed)
    result = task.measured(last(task.train()).params)
    assert result["exact_match"] >= 0.98
    assert result["alignment_error"] <= 0.05
    assert result["worked_sentence"]
    assert result["chat_from_cat"]
    assert result["tapis_from_mat"]


def test_nothing_held_out_is_trained_on():
    task = Task(TRANSLATOR, seed=3)
    assert (len(task.pairs), len(task.held_out)) == (5000, 500)
    sources = {pair.source for pair in task.pairs}
    assert len(sources) == 5000
    assert sources.isdisjoint(pair.source for pair in task.held_out)
    assert WORKED_SOURCE not in sources


def test_a_seed_says_everything():
    first, again, other = Task(SMALL, 5, 50, 5), Task(SMALL, 5, 50, 5), Task(SMALL, 6, 50, 5)
    assert first.pairs == again.pairs != other.pairs
    for (_, a), (_, b), (_, c) in zip(
        leaves(first.parameters()), leaves(again.parameters()), leaves(other.parameters())
    ):
        assert np.array_equal(a, b)
        assert a.dtype == np.float32
        assert np.array_equal(a, c) == (len(np.unique(a)) == 1)  # gains and biases start alike
    records = [last(task.train(steps=3)).loss for task in (first, again)]
    assert records[0] == records[1]


def test_alignment_error_counts_links(monkeypatch):
    """Against counting by hand, on weights that are put in the model's place."""
    task = Task(SMALL, 0, 40, 12)
    batch, pairs = task.held_out_batch, task.held_out
    weights = np.random.default_rng(0).random(
        (12, batch.target_out.shape[1], batch.source.shape[1])
    )
    monkeypatch.setattr("course_utils.training.measure.cross_weights", lambda *_: weights)
    wrong = linked = 0
    for i, pair in enumerate(pairs):
        for t, links in enumerate(pair.alignment):
            linked += bool(links)
            wrong += bool(links) and int(weights[i, t].argmax()) not in links
    assert alignment_error({}, pairs, batch) == wrong / linked
