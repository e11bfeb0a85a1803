"""Lesson 11: right answers in many forms pass, wrong ones are refused and told what they are."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.induction import induction_score, knock_out

SEEDS = (0, 1, 2)


def score_by_loops(weights, period=None):
    n = weights.shape[-1]
    period = n // 2 if period is None else period
    total = np.zeros(weights.shape[:-2])
    for i in range(period, n):
        total = total + weights[..., i, i - period + 1]
    return total / (n - period)


def score_by_diagonal(weights, period=None):
    period = weights.shape[-1] // 2 if period is None else period
    return np.diagonal(weights, 1 - period, -2, -1)[..., 1:].mean(axis=-1)


def score_by_slices(weights, period=None):
    period = period or weights.shape[-1] // 2
    below = weights[..., period:, 1:]
    return np.trace(below, axis1=-2, axis2=-1) / below.shape[-2]


def score_by_mask(weights, period=None):
    n = weights.shape[-1]
    period = n // 2 if period is None else period
    links = np.eye(n, k=1 - period)
    links[:period] = 0
    return (weights * links).sum(axis=(-2, -1)) / links.sum()


def score_by_einsum(weights, period=None):
    n = weights.shape[-1]
    period = n // 2 if period is None else period
    rows = np.eye(n)[period:]
    columns = np.eye(n)[1 : n - period + 1]
    return np.einsum("...nm,in,im->...", weights, rows, columns) / (n - period)


def score_by_take_along(weights, period=None):
    n = weights.shape[-1]
    period = n // 2 if period is None else int(period)
    later = weights[..., period:, :]
    place = np.broadcast_to(np.arange(1, n - period + 1)[:, None], (*later.shape[:-1], 1))
    return np.take_along_axis(later, place, axis=-1)[..., 0].mean(-1)


def cut_by_loops(weights, query, key):
    result = np.array(weights)
    for where in np.ndindex(*weights.shape[:-2]):
        row = result[where][query]
        row[key] = 0
        if row.sum() > 0:
            row /= row.sum()
    return result


def cut_by_where(weights, query, key):
    n, m = weights.shape[-2:]
    here = np.zeros((n, m), dtype=bool)
    here[query, key] = True
    row = np.any(here, axis=-1, keepdims=True)
    kept = np.where(here, 0, weights)
    total = kept.sum(-1, keepdims=True)
    divisor = np.where(row & (total > 0), total, 1)
    return kept / divisor


def cut_by_delete(weights, query, key):
    left = np.delete(weights[..., query, :], key, axis=-1)
    total = left.sum(axis=-1, keepdims=True)
    left = np.divide(left, total, out=np.zeros_like(left), where=total > 0)
    result = weights.copy()
    result[..., query, :] = np.insert(left, key, 0, axis=-1)
    return result


def cut_by_logs(weights, query, key):
    with np.errstate(divide="ignore"):
        scores = np.log(weights)
    scores[..., query, key] = -np.inf
    row = np.exp(scores[..., query, :])
    total = row.sum(axis=-1, keepdims=True)
    result = weights.copy()
    result[..., query, :] = np.where(total > 0, row / np.where(total > 0, total, 1), 0)
    return result


def cut_by_concatenation(weights, query, key):
    row = weights[..., query : query + 1, :] * (np.arange(weights.shape[-1]) != key)
    total = row.sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    return np.concatenate(
        [
            weights[..., :query, :],
            (row / total).astype(weights.dtype),
            weights[..., query + 1 :, :],
        ],
        axis=-2,
    )


def cut_and_mended(weights, query, key):
    result = weights.copy()
    result[..., query, key] = 0
    total = result[..., query, :].sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        result[..., query, :] = np.nan_to_num(result[..., query, :] / total)
    return result


RIGHT = [
    *(
        ("induction_score", function)
        for function in (
            induction_score,
            score_by_loops,
            score_by_diagonal,
            score_by_slices,
            score_by_mask,
            score_by_einsum,
            score_by_take_along,
        )
    ),
    *(
        ("knock_out", function)
        for function in (
            knock_out,
            cut_by_loops,
            cut_by_where,
            cut_by_delete,
            cut_by_logs,
            cut_by_concatenation,
            cut_and_mended,
        )
    ),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


THIRD_SEED = [
    (name, mistake)
    for name in ("induction_score", "knock_out")
    for mistake in find_check(name).mistakes
]


@pytest.mark.parametrize(
    ("name", "mistake"), THIRD_SEED, ids=lambda one: getattr(one, "message", one)
)
def test_a_known_mistake_is_named_on_a_third_seed(verdict_on, name, mistake):
    """tests/checks/test_every_check.py does the same under seeds 0 and 1."""
    verdict = verdict_on(name, mistake.function, 2)
    assert not verdict.right
    assert verdict.mistake == mistake.message


SENTENCES = [
    (
        "induction_score",
        lambda weights, period=None: None,
        "result",
        "Is the `return` line missing?",
    ),
    ("induction_score", lambda weights: 0.0, "call", "induction_score(weights, period=None)"),
    ("induction_score", lambda *args: induction_score(*args) + 1, "identity", "between 0 and 1"),
    ("induction_score", lambda *args: 0.9 * induction_score(*args), "values", "got"),
    ("induction_score", lambda *args: induction_score(*args)[..., None], "shape", "without axes"),
    ("knock_out", lambda weights, query, key: None, "result", "Is the `return` line missing?"),
    ("knock_out", lambda weights, link: weights, "call", "knock_out(weights, query, key)"),
    ("knock_out", lambda weights, query, key: weights, "identity", "the weight of the link is 0"),
    ("knock_out", lambda *args: knock_out(*args) ** 2, "identity", "sums to 1"),
    ("knock_out", lambda *args: knock_out(*args)[::-1], "identity", ""),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage, verdict
    assert words in " ".join(verdict.feedback())
    assert not verdict.mistake


def cuts_the_argument(weights, query, key):
    result = knock_out(weights, query, key)
    weights[..., query, key] = 0.0
    return result


def test_a_changed_argument_is_told(verdict_on):
    verdict = verdict_on("knock_out", cuts_the_argument)
    assert "your function changes its argument" in " ".join(verdict.feedback())


def test_weights_in_the_cases_are_shares():
    for seed in range(10):
        for name in ("induction_score", "knock_out"):
            for case in find_check(name).cases(np.random.default_rng(seed)):
                sums = case.args[0].sum(axis=-1)
                whole = np.isclose(sums, 1, atol=1e-5) | (sums == 0)
                by_hand = "that look" in case.label  # rows of np.eye, empty at the top
                assert by_hand or whole.all(), case.label
