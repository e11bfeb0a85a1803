"""Lesson 5: which answers to attention_share pass, which are refused, what the learner is told."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.self_attention import attention_share

SEEDS = (0, 1, 2)


def by_loops(weights, queries, keys):
    total = np.zeros(weights.shape[:-2])
    for i in queries:
        for j in keys:
            total += weights[..., i, j]
    return total / len(queries)


def by_ix(weights, queries, keys):
    rows, columns = np.ix_(queries, keys)
    return weights[..., rows, columns].sum(axis=(-2, -1)) / len(queries)


def by_take(weights, queries, keys):
    return weights.take(queries, axis=-2).take(keys, axis=-1).sum(-1).mean(-1)


def by_products(weights, queries, keys):
    n, m = weights.shape[-2:]
    asks = np.isin(np.arange(n), queries) / len(queries)
    answers = np.isin(np.arange(m), keys).astype(float)
    return asks @ weights @ answers


def by_einsum(weights, queries, keys):
    asks, answers = np.zeros(weights.shape[-2]), np.zeros(weights.shape[-1])
    asks[queries], answers[keys] = 1 / len(queries), 1
    return np.einsum("...nm,n,m->...", weights, asks, answers)


def averaged_first(weights, queries, keys):
    row = np.mean(weights[..., list(queries), :], axis=-2)
    return np.sum(row[..., list(keys)], axis=-1)


def head_by_head(weights, queries, keys):
    if weights.ndim > 2:
        return np.array([head_by_head(head, queries, keys) for head in weights])
    return float(np.mean([sum(weights[i][j] for j in keys) for i in queries]))


RIGHT = (
    attention_share,
    by_loops,
    by_ix,
    by_take,
    by_products,
    by_einsum,
    averaged_first,
    head_by_head,
)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("function", RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, function, seed):
    verdict = verdict_on("attention_share", function, seed)
    assert verdict.right, verdict


def spoils_its_weights(weights, queries, keys):
    result = attention_share(weights, queries, keys)
    weights /= 2
    return result


SENTENCES = [
    (lambda weights, queries, keys: None, "result", "Is the `return` line missing?"),
    (lambda weights, query: 0, "call", "attention_share(weights, queries, keys)"),
    (spoils_its_weights, "inputs", "the argument weights is not what it was"),
    (lambda *args: attention_share(*args) + 1, "identity", "a share lies between 0 and 1"),
    (lambda *args: 0.9 * attention_share(*args), "values", "got"),
    (lambda *args: attention_share(*args)[..., None], "shape", "an array without axes"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, function, stage, words, seed):
    verdict = verdict_on("attention_share", function, seed)
    assert verdict.stage == stage
    assert words in " ".join(verdict.feedback())
    assert not verdict.mistake


def zipped(weights, queries, keys):
    picked = [weights[..., i, j] for i, j in zip(list(queries), list(keys))]
    return np.sum(picked, axis=0) / len(queries)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("function", "words"),
    [
        (zipped, "in step, as zip does"),
        (
            lambda w, q, k: np.mean(w[..., q, :][..., k]),
            "in 6 of the 8 failing cases, your result is the average of all",
        ),
        (lambda w, q, k: w[np.ix_(q, k)].sum() / len(q), "heads"),
        (lambda w, q, k: w[..., q[:, np.newaxis], k].sum((-1, -2)) / len(q), "wants an array"),
        (lambda w, q, k: w[..., q.reshape(-1, 1), k].sum(-1).mean(-1), "no shape and no size"),
        (lambda w, q, k: w[..., q, :][..., k].sum((-1, -2)) / w.shape[-2], "of all queries"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, function, words, seed):
    verdict = verdict_on("attention_share", function, seed)
    assert words in verdict.mistake


def test_indices_are_different_fit_and_leave_a_gap():
    for seed in range(20):
        for case in find_check("attention_share").cases(np.random.default_rng(seed)):
            weights, queries, keys = case.args
            for chosen, size in ((queries, weights.shape[-2]), (keys, weights.shape[-1])):
                assert len(set(chosen)) == len(chosen)
                assert 0 <= min(chosen) <= max(chosen) < size
            np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)


def test_the_words_are_named_in_lists_once():
    """Lesson 5 calls the learner's function with lists."""
    for seed in range(5):
        cases = find_check("attention_share").cases(np.random.default_rng(seed))
        assert sum(type(case.args[1]) is type(case.args[2]) is list for case in cases) == 1


def test_plain_lists_work_in_the_reference_as_the_lesson_uses_them():
    weights = np.array([[0.5, 0.2, 0.3], [0.1, 0.8, 0.1]])
    assert attention_share(weights, [0], [1, 2]) == pytest.approx(0.5)
    assert attention_share(weights, [0, 1], [1]) == pytest.approx(0.5)
