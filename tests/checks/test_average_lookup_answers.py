"""Lesson 0's check: right answers written in many ways pass, known wrong ones are named."""

import functools
import statistics

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.average_lookup import average_lookup

SEEDS = (0, 1, 2)
CHECK = find_check("average_lookup")


def by_loops(V):
    m, d_v = V.shape
    return np.array([sum(V[i, j] for i in range(m)) / m for j in range(d_v)])


def by_statistics(V):
    return np.array([statistics.fmean(column) for column in V.T])


def by_weights(V):
    weights = np.full(len(V), 1 / len(V))
    return weights @ V


def by_average(V, weights=None):
    return np.average(V, axis=0, weights=weights)


def by_einsum(V):
    return np.einsum("ij->j", V) / V.shape[0]


def by_reduce(V):
    return functools.reduce(np.add, V) / len(V)


def by_transposing(V):
    return V.T.mean(axis=-1)


def by_negative_axis(V):
    return np.mean(V, -2)


def by_scaling_first(V):
    return (V / V.shape[0]).sum(0)


def in_place_on_a_copy(V):
    total = V[0].copy()
    for value in V[1:]:
        total += value
    total /= len(V)
    return total


def running_average(V):
    average = np.zeros(V.shape[1])
    for count, value in enumerate(V, start=1):
        average += (value - average) / count
    return average


def other_names(values):
    number_of_values = values.shape[0]
    total = values.sum(axis=0, keepdims=True)
    assert total.shape == (1, values.shape[1])
    return np.squeeze(total / number_of_values, axis=0)


RIGHT = [
    average_lookup,
    by_loops,
    by_statistics,
    by_weights,
    by_average,
    by_einsum,
    by_reduce,
    by_transposing,
    by_negative_axis,
    by_scaling_first,
    in_place_on_a_copy,
    running_average,
    other_names,
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", RIGHT, ids=lambda one: getattr(one, "__name__", None))
def test_right_answers_pass(verdict_on, answer, seed):
    verdict = verdict_on("average_lookup", answer, seed)
    assert verdict.right, verdict


def return_in_the_loop(V):
    total = 0
    for value in V:
        total = total + value
        return total / len(V)


def from_one(V):
    total = np.zeros(V.shape[1])
    for i in range(1, len(V)):
        total += V[i]
    return total / len(V)


def one_short(V):
    total = np.zeros(V.shape[1])
    for i in range(len(V) - 1):
        total += V[i]
    return total / len(V)


def weights_on_the_columns(V):
    return V @ np.full(V.shape[1], 1 / V.shape[1])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (return_in_the_loop, "the loop ends in its first round"),
        (from_one, "leaves out the first value"),
        (one_short, "leaves out the last value"),
        (weights_on_the_columns, "averages over the features"),
        (lambda V: sum(V), "the sum of the values, not their average"),
        (lambda V: sum(V) / 6, "divided by 6"),
        (lambda V: np.average(V), "the average over everything"),
        (lambda V: V.mean(0)[None, :], "a table with one row"),
    ],
)
def test_mistakes_as_learners_write_them_are_named(verdict_on, answer, words):
    assert words in verdict_on("average_lookup", answer).mistake


def test_first_case_can_be_checked_by_hand():
    """Whole numbers, and whole averages."""
    for seed in range(20):
        (V,) = CHECK.cases(np.random.default_rng(seed))[0].args
        assert V.shape == (3, 2)
        np.testing.assert_array_equal(V, np.round(V))
        np.testing.assert_array_equal(CHECK.oracle(V), [sum(column) // 3 for column in V.T])


@pytest.mark.parametrize("seed", SEEDS)
def test_claims_hold_for_the_oracle(seed):
    claimed = [case for case in CHECK.cases(np.random.default_rng(seed)) if case.claim]
    assert len(claimed) == 2
    for case in claimed:
        np.testing.assert_allclose(CHECK.oracle(*case.args), case.args[0][0], atol=1e-12)


def changed_in_place(V):
    total = V[0]
    for value in V[1:]:
        total += value
    return total / len(V)


def of_the_first_case(V):
    return np.array([0.0, 1.0])


def printed(V):
    print(np.mean(V, axis=0))


@pytest.mark.parametrize(
    ("answer", "stage", "words"),
    [
        (changed_in_place, "inputs", "V is not what it was before"),
        (of_the_first_case, "shape", "expected shape"),
        (printed, "result", "Is the `return` line missing?"),
        (lambda V: V.mean(axis=0).tolist(), "result", "got a list"),
        (lambda V: V.mean(axis=2), "error", "At the line"),
        (lambda V, m: V.sum(axis=0) / m, "call", "average_lookup(V)"),
        (lambda: 0, "call", "average_lookup(V)"),
        (lambda V: np.exp(np.abs(V).mean(axis=0)), "values", "expected"),
        (lambda V: V.mean(axis=0) + 1e-3, "values", "expected"),
        (lambda V: V.mean(axis=0).astype(str), "dtype", "expected an array of numbers"),
    ],
)
def test_other_wrong_answers_get_a_sentence(verdict_on, answer, stage, words):
    verdict = verdict_on("average_lookup", answer)
    assert verdict.stage == stage, verdict
    assert verdict.mistake == ""
    assert words in " ".join(verdict.sentences), verdict
