"""Lesson 2's checks: right answers written in many ways pass, known wrong ones are named."""

import math

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.softmax import soft_lookup, softmax

SEEDS = (0, 1, 2)
EXERCISES = {name: find_check(name) for name in ("softmax", "soft_lookup")}
REFERENCE = {"softmax": softmax, "soft_lookup": soft_lookup}


RIGHT = list(REFERENCE.items())


def right(name):
    """Add a function to the right answers of an exercise."""
    return lambda answer: RIGHT.append((name, answer)) or answer


def one_line(scores):
    """Softmax of a list of floats, by hand."""
    top = max(scores)
    e = [math.exp(score - top) for score in scores]
    return [one / sum(e) for one in e]


@right("softmax")
def by_apply_along_axis(x, axis=-1):
    return np.apply_along_axis(one_line, axis, x.astype(float)).astype(
        x.dtype if x.dtype.kind == "f" else float
    )


@right("softmax")
def by_moving_the_axis(x, axis=-1):
    rows = np.moveaxis(np.asarray(x, dtype=float), axis, 0)
    e = np.exp(rows - rows.max(axis=0))
    return np.moveaxis(e / e.sum(axis=0), 0, axis)


@right("softmax")
def by_log_sum_exp(x, axis=-1):
    return np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))


@right("softmax")
def by_expand_dims(x, axis=-1):
    top = np.expand_dims(np.amax(x, axis), axis)
    e = np.exp(np.subtract(x, top))
    total = np.expand_dims(np.add.reduce(e, axis), axis)
    return np.divide(e, total)


@right("softmax")
def in_place_on_a_copy(x, axis=-1):
    z = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    z -= z.max(axis, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis, keepdims=True)
    return z


@right("softmax")
def by_ratios(x, axis=-1):
    """Each weight is 1 / (sum of e to the differences), with nothing subtracted first."""
    rows = np.moveaxis(x, axis, -1)
    with np.errstate(over="ignore", invalid="ignore"):
        differences = rows[..., None, :] - rows[..., :, None]
        weights = 1 / np.exp(differences).sum(axis=-1)
    return np.moveaxis(np.where(np.isnan(weights), 0.0, weights), -1, axis)


@right("softmax")
def other_names(scores, axis=-1, unused=None):
    shifted = scores - np.max(scores, axis=axis, keepdims=True)
    exponentials = np.exp(shifted)
    normaliser = np.sum(exponentials, axis=axis, keepdims=True)
    weights = exponentials / normaliser
    assert weights.shape == scores.shape
    return weights


@right("soft_lookup")
def by_loops(q, K, V, temperature=1.0):
    scores = [sum(a * b for a, b in zip(q, key)) / temperature for key in K]
    result = np.zeros(V.shape[1], dtype=V.dtype)
    for weight, value in zip(one_line(scores), V):
        result += weight * value
    return result


@right("soft_lookup")
def by_einsum(q, K, V, temperature=1.0):
    return np.einsum("m,mv->v", softmax(np.einsum("d,md->m", q, K) / temperature), V)


@right("soft_lookup")
def by_weighted_rows(q, K, V, temperature=1.0):
    weights = by_expand_dims((K * q).sum(axis=1) / temperature)
    return (weights[:, np.newaxis] * V).sum(axis=0)


@right("soft_lookup")
def by_average(q, K, V, temperature=1.0):
    return np.average(V, axis=0, weights=softmax(np.inner(q, K) / temperature))


@right("soft_lookup")
def by_matrices(q, K, V, temperature=1):
    Q = q.reshape(1, -1) / temperature
    return (softmax(Q @ K.T, axis=1) @ V)[0]


@right("soft_lookup")
def values_first(q, K, V, temperature=1.0):
    return V.T @ softmax(np.dot(K, q) / temperature)


@right("soft_lookup")
def normalise_last(q, K, V, temperature=1.0):
    e = np.exp((K @ q - np.max(K @ q)) / temperature)
    return e @ V / e.sum()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=lambda one: getattr(one, "__name__", one))
def test_right_answers_pass(verdict_on, name, answer, seed):
    verdict = verdict_on(name, answer, seed)
    assert verdict.right, verdict


def test_first_case_of_softmax_can_be_checked_by_hand():
    """The weights of log(c) are c / sum(c): whole numbers over a whole number."""
    for seed in SEEDS:
        (x,) = EXERCISES["softmax"].cases(np.random.default_rng(seed))[0].args
        counts = np.round(np.exp(x))
        np.testing.assert_allclose(EXERCISES["softmax"].oracle(x), counts / counts.sum())


def test_first_case_of_soft_lookup_can_be_checked_by_hand():
    """Weights of 1/4 and 3/4 on multiples of 4 give whole numbers."""
    for seed in SEEDS:
        q, K, V = EXERCISES["soft_lookup"].cases(np.random.default_rng(seed))[0].args
        quarters = np.round(np.exp(K @ q)) / 2
        assert sorted(quarters) == [1, 3]
        np.testing.assert_allclose(EXERCISES["soft_lookup"].oracle(q, K, V), quarters @ V / 4)


def squares(x, axis=-1):
    return x**2 / np.sum(x**2, axis=axis, keepdims=True)


def padded(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / (np.sum(e, axis=axis, keepdims=True) + 1e-3)


def built_in_max(x, axis=-1):
    e = np.exp(x - max(x))
    return e / e.sum(axis=axis, keepdims=True)


def changed_query(q, K, V, temperature=1.0):
    q /= temperature
    return softmax(K @ q) @ V


def by_distance(q, K, V, temperature=1.0):
    return softmax(-((K - q) ** 2).sum(axis=-1) / temperature) @ V


def a_row(q, K, V, temperature=1.0):
    return soft_lookup(q, K, V, temperature)[None]


def no_default(q, K, V, temperature):
    return soft_lookup(q, K, V, temperature)


def no_temperature(q, K, V):
    return soft_lookup(q, K, V)


@pytest.mark.parametrize(
    ("name", "answer", "stage", "words"),
    [
        ("softmax", lambda x, axis=-1: np.full(x.shape, 1 / x.shape[axis]), "values", "expected"),
        ("softmax", squares, "values", "expected"),
        ("softmax", padded, "identity", "it should hold that the weights along the axis sum to 1"),
        (
            "softmax",
            lambda x, axis=-1: softmax(x, axis).tolist(),
            "result",
            "expected one array, got a list",
        ),
        ("softmax", lambda x, axis=-1: None, "result", "Is the `return` line missing?"),
        ("softmax", lambda x: softmax(x), "call", "softmax(x, axis=-1)"),
        ("soft_lookup", changed_query, "inputs", "q is not what it was before"),
        ("soft_lookup", by_distance, "values", "expected"),
        ("soft_lookup", a_row, "shape", "got shape (1, 2)"),
        ("soft_lookup", no_default, "call", "temperature=1.0"),
        ("soft_lookup", no_temperature, "call", "temperature=1.0"),
    ],
)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, answer, stage, words):
    verdict = verdict_on(name, answer)
    assert verdict.stage == stage, verdict
    assert verdict.mistake == ""
    assert words in " ".join(verdict.sentences), verdict


def one_maximum_for_large_scores(x, axis=-1):
    if x.max() > 700:
        x = x - x.max()
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def maximum_without_its_axis(x, axis=-1):
    e = np.exp(x - np.max(x, axis))
    return e / np.sum(e, axis, keepdims=True)


def one_number_at_a_time(x, axis=-1):
    powers = [math.exp(score - np.max(x)) for score in x]
    return np.array(powers) / sum(powers)


def compares_the_values(q, K, V, temperature=1.0):
    weights = softmax(np.array([np.dot(q, v) for v in V]) / temperature)
    return weights @ V


def products_for_scores(q, K, V, temperature=1.0):
    return np.dot(softmax(q * K / temperature), V)


def weights_beside_the_values(q, K, V, temperature=1.0):
    return np.sum(V * softmax(K.dot(q) / temperature), axis=0)


def keeps_the_last(q, K, V, temperature=1.0):
    for weight, value in zip(softmax(K @ q / temperature), V):
        mixture = weight * value
    return mixture


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("softmax", built_in_max, "Python's own max"),
        ("softmax", one_maximum_for_large_scores, "largest number of the whole array"),
        ("softmax", maximum_without_its_axis, "sum or maximum along `axis` has lost"),
        ("softmax", one_number_at_a_time, "math.exp takes one number"),
        ("soft_lookup", compares_the_values, "compared with the values"),
        ("soft_lookup", products_for_scores, "they are not added up"),
        ("soft_lookup", weights_beside_the_values, "weights do not line up"),
        ("soft_lookup", keeps_the_last, "share of the last value"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, answer, words, seed):
    assert words in verdict_on(name, answer, seed).mistake


def test_an_error_of_another_cause_gets_no_name(verdict_on):
    verdict = verdict_on("soft_lookup", lambda q, K, V, temperature=1.0: np.concatenate([q, K]))
    assert (verdict.stage, verdict.mistake) == ("error", "")


def test_large_scores_are_told_as_such(verdict_on):
    """The failing case is named with what it tests, not only with its numbers."""
    verdict = verdict_on(
        "softmax", lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis, None, None, True)
    )
    assert "expected finite numbers, got nan or inf" in verdict.sentences[0]
    assert "adding 1,000 to every score changes nothing" in verdict.sentences[1]


def test_float32_that_grows_costs_nothing(verdict_on):
    verdict = verdict_on("softmax", by_moving_the_axis)
    assert verdict.right
    assert "float64 came out" in verdict.notes[0]
