"""Lesson 4: which answers pass, which are refused, and what the learner is told."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.masks import causal_mask, masked_softmax, padding_mask
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)


def causal_by_loops(n):
    mask = np.zeros((n, n), dtype=bool)
    for i in range(n):
        for j in range(i + 1):
            mask[i, j] = True
    return mask


def causal_by_rows(n):
    mask = np.full((n, n), False)
    for i in range(n):
        mask[i, : i + 1] = True
    return mask


def causal_by_the_forbidden_part(n):
    mask = np.ones((n, n), dtype=bool)
    mask[np.triu_indices(n, k=1)] = False
    return mask


def padding_by_loops(lengths, m):
    mask = np.zeros((len(lengths), 1, m), dtype=bool)
    for b, length in enumerate(lengths):
        mask[b, 0, :length] = True
    return mask


def padding_from_lists(lengths, m):
    return np.array([[[j < length for j in range(m)]] for length in lengths])


def padding_by_the_hidden_part(lengths, m):
    positions = np.tile(np.arange(m), (lengths.shape[0], 1))
    return np.logical_not(positions >= lengths.reshape(-1, 1))[:, np.newaxis]


def padding_by_table(lengths, m):
    return np.tri(m + 1, m, k=-1, dtype=bool)[lengths][:, None, :]


def softmax_row_by_row(scores, mask):
    weights = np.zeros(scores.shape)
    allowed = np.broadcast_to(mask, scores.shape)
    for row in np.ndindex(scores.shape[:-1]):
        if allowed[row].any():
            e = np.exp(scores[row][allowed[row]] - scores[row][allowed[row]].max())
            weights[row][allowed[row]] = e / e.sum()
    return weights


def softmax_and_zero(scores, mask):
    with np.errstate(invalid="ignore"):
        weights = softmax(np.where(mask, scores, -np.inf))
    return np.where(mask, weights, 0.0)


def softmax_and_nan_to_num(scores, mask):
    hidden = scores + np.where(mask, 0.0, -np.inf)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(softmax(hidden))


def softmax_with_a_finite_fill(scores, mask):
    return softmax(np.where(mask, scores, -1e30)) * mask


def softmax_with_the_lowest_number(scores, mask):
    low = np.finfo(scores.dtype).min
    e = np.where(mask, np.exp(scores - np.max(np.where(mask, scores, low), -1)[..., None]), 0)
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)


def softmax_with_where_in_the_maximum(scores, mask):
    best = scores.max(axis=-1, keepdims=True, where=mask, initial=-np.inf)
    e = np.exp(np.where(mask, scores - np.where(np.isinf(best), 0, best), -np.inf))
    total = np.einsum("...m->...", e)[..., None]
    return e / np.maximum(total, 1e-30)


def softmax_by_assignment(scores, mask):
    mask = np.broadcast_to(mask, scores.shape)
    hidden = scores.astype(np.float64)
    hidden[~mask] = -np.inf
    empty = ~mask.any(axis=-1)
    hidden[empty] = 0
    weights = softmax(hidden)
    weights[empty] = 0
    return weights


RIGHT = [
    ("causal_mask", causal_mask),
    ("causal_mask", causal_by_loops),
    ("causal_mask", causal_by_rows),
    ("causal_mask", causal_by_the_forbidden_part),
    ("causal_mask", lambda n: np.arange(n)[:, None] >= np.arange(n)),
    ("causal_mask", lambda n: ~np.triu(np.ones((n, n), dtype=bool), k=1)),
    ("causal_mask", lambda n: np.cumsum(np.eye(n, dtype=int), axis=1).T > 0),
    ("causal_mask", lambda n: np.tri(n) == 1),
    ("padding_mask", padding_mask),
    ("padding_mask", padding_by_loops),
    ("padding_mask", padding_from_lists),
    ("padding_mask", padding_by_the_hidden_part),
    ("padding_mask", padding_by_table),
    ("padding_mask", lambda lengths, m: np.less.outer(np.arange(m), lengths).T[:, None, :]),
    ("masked_softmax", masked_softmax),
    ("masked_softmax", softmax_row_by_row),
    ("masked_softmax", softmax_and_zero),
    ("masked_softmax", softmax_and_nan_to_num),
    ("masked_softmax", softmax_with_a_finite_fill),
    ("masked_softmax", softmax_with_the_lowest_number),
    ("masked_softmax", softmax_with_where_in_the_maximum),
    ("masked_softmax", softmax_by_assignment),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


def test_a_warning_of_numpy_is_told_and_costs_nothing(verdict_on):
    def function(scores, mask):
        return np.where(mask, softmax(np.where(mask, scores, -np.inf)), 0.0)

    verdict = verdict_on("masked_softmax", function)
    assert verdict.right
    assert "NumPy warned: invalid value" in " ".join(verdict.notes)


SENTENCES = [
    ("causal_mask", lambda n: None, "result", "Is the `return` line missing?"),
    ("causal_mask", lambda: causal_mask(3), "call", "causal_mask(n)"),
    ("causal_mask", lambda n: causal_mask(n)[None], "shape", "(n, n)"),
    ("causal_mask", lambda n: causal_mask(n).tolist(), "result", "a list"),
    ("causal_mask", lambda n: causal_mask(n + 1), "shape", "got shape (4, 4)"),
    ("causal_mask", lambda n: np.tril(np.ones((n, n), int)), "dtype", "True and False"),
    ("causal_mask", lambda n: causal_mask(n) ^ (np.arange(n) == 1), "identity", "With n = 3"),
    ("padding_mask", lambda lengths: lengths, "call", "padding_mask(lengths, m)"),
    ("padding_mask", lambda lengths, m: padding_mask(lengths, m)[:, 0], "shape", "(B, 1, m)"),
    ("padding_mask", lambda lengths, m: padding_mask(lengths, m).tolist(), "result", "a list"),
    (
        "padding_mask",
        lambda lengths, m: np.roll(padding_mask(lengths, m), 1, axis=-1),
        "values",
        "a row for the words of each sentence",
    ),
    ("padding_mask", lambda lengths, m: lengths < m, "shape", "for all queries"),
    ("masked_softmax", lambda scores: softmax(scores), "call", "masked_softmax(scores, mask)"),
    ("masked_softmax", lambda scores, mask: (scores, mask), "result", "2 results"),
    ("masked_softmax", lambda scores, mask: masked_softmax(scores, mask).T, "shape", "(..., n, m)"),
    (
        "masked_softmax",
        lambda scores, mask: masked_softmax(scores, mask) ** 1.1,
        "identity",
        "sums to 1 where a key is allowed, and to 0 where none is",
    ),
    (
        "masked_softmax",
        lambda scores, mask: masked_softmax(scores / 2, mask),
        "values",
        "the weights are",
    ),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage, verdict
    assert words in " ".join(verdict.feedback())


def minus_infinity_for_the_weights(scores, mask):
    return np.where(mask, softmax(scores), -np.inf)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("causal_mask", lambda n: np.tril(np.ones((n, n), bool), k=-1), "leaves out the diagonal"),
        ("causal_mask", lambda n: np.triu(np.ones((n, n), bool)), "turned round"),
        ("causal_mask", lambda n: np.triu(np.ones((n, n), bool), k=1), "is inverted"),
        ("causal_mask", lambda n: np.tril(np.ones((n, n))), "in numbers"),
        ("causal_mask", lambda n: np.tri(n, dtype=int), "in numbers"),
        ("padding_mask", lambda lengths, m: np.arange(m) < lengths[:, None], "no axis for the"),
        (
            "masked_softmax",
            lambda scores, mask: softmax(scores + np.where(mask, 0.0, -np.inf)),
            "nothing to attend to is nan",
        ),
        (
            "masked_softmax",
            lambda scores, mask: softmax(np.where(mask, scores, -1e9)),
            "shares 1 equally",
        ),
        (
            "masked_softmax",
            lambda scores, mask: softmax(np.where(mask, scores, 0.0)),
            "exp(0) is 1",
        ),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    with np.errstate(invalid="ignore"):
        assert words in verdict_on(name, function, seed).mistake


def test_every_masked_softmax_case_but_the_empty_ones_has_an_open_and_a_closed_key():
    for seed in range(20):
        cases = find_check("masked_softmax").cases(np.random.default_rng(seed))
        empty = [case for case in cases if not case.args[1].any(axis=-1).all()]
        assert len(empty) == 4
        for case in cases:
            scores, mask = case.args
            np.broadcast_to(mask, scores.shape)
            assert not mask.all(axis=-1).any()
