"""Lesson 8: the alignment error rate, right answers in many forms and wrong ones told."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.cross_attention import alignment_error_rate

SEEDS = (0, 1, 2)
NAME = "alignment_error_rate"


def by_loops(weights, gold):
    if weights.ndim > 2:
        weights = weights.reshape(-1, weights.shape[-1])
        gold = gold.reshape(-1, gold.shape[-1])
    linked = wrong = 0
    for row, links in zip(weights, gold):
        if links.any():
            linked += 1
            wrong += not links[row.argmax()]
    return wrong / linked


def by_one_hot(weights, gold):
    largest = weights == weights.max(axis=-1, keepdims=True)
    right = np.any(largest & gold, axis=-1)
    linked = np.any(gold, axis=-1)
    return np.sum(linked & ~right) / np.sum(linked)


def by_best_of_the_links(weights, gold):
    linked = gold.any(axis=-1)
    on_links = np.where(gold, weights, -1.0).max(axis=-1)
    elsewhere = np.where(gold, -1.0, weights).max(axis=-1)
    return np.mean((elsewhere > on_links)[linked])


def by_flat_rows(weights, gold):
    m = weights.shape[-1]
    flat, links = weights.reshape(-1, m), gold.reshape(-1, m)
    keep = links.sum(axis=1) > 0
    chosen = np.argmax(flat[keep], axis=1)
    return 1 - links[keep][np.arange(keep.sum()), chosen].mean()


def by_sentences(weights, gold):
    if weights.ndim == 2:
        weights, gold = weights[None], gold[None]
    wrong = linked = 0
    for one, links in zip(weights, gold):
        some = links.any(-1)
        picked = links[range(len(one)), one.argmax(-1)]
        wrong, linked = wrong + (some & ~picked).sum(), linked + some.sum()
    return float(wrong / linked)


def by_eye(weights, gold):
    chosen = np.eye(weights.shape[-1], dtype=bool)[np.argmax(weights, axis=-1)]
    hits = np.einsum("...nm,...nm->...n", chosen, gold)
    return float(1.0 - hits.sum() / gold.any(axis=-1).sum())


RIGHT = [alignment_error_rate, by_loops, by_one_hot, by_best_of_the_links, by_flat_rows]
RIGHT += [by_sentences, by_eye]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("function", RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, function, seed):
    verdict = verdict_on(NAME, function, seed)
    assert verdict.right, verdict


@pytest.mark.parametrize("mistake", find_check(NAME).mistakes, ids=lambda one: one.message)
def test_a_known_mistake_is_named_on_a_third_seed(verdict_on, mistake):
    """tests/checks/test_every_check.py does the same under seeds 0 and 1."""
    verdict = verdict_on(NAME, mistake.function, 2)
    assert not verdict.right
    assert verdict.mistake == mistake.message


def spoils_its_weights(weights, gold):
    found = alignment_error_rate(weights, gold)
    weights[~gold] = 0.0
    return found


SENTENCES = [
    (lambda weights, gold: None, "result", "Is the `return` line missing?"),
    (lambda weights: 0.0, "call", "alignment_error_rate(weights, gold)"),
    (lambda weights, gold: "0.25", "result", "expected"),
    (spoils_its_weights, "inputs", "the argument weights is not what it was"),
    (lambda weights, gold: 0.25, "values", "all right gives 0"),
    (lambda weights, gold: -alignment_error_rate(weights, gold), "identity", "between 0 and 1"),
    (lambda weights, gold: np.array([alignment_error_rate(weights, gold)]), "shape", "(1,)"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, function, stage, words, seed):
    verdict = verdict_on(NAME, function, seed)
    assert verdict.stage == stage, verdict
    assert words in " ".join(verdict.feedback())


def accuracy_by_loops(weights, gold):
    return 1 - by_loops(weights, gold)


def shifted_by_loops(weights, gold):
    return by_loops(np.roll(weights, -1, axis=-2), gold)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("function", "words"),
    [(accuracy_by_loops, "is the accuracy"), (shifted_by_loops, "rolled by one")],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, function, words, seed):
    assert words in verdict_on(NAME, function, seed).mistake


def test_no_row_has_two_largest_weights_and_links_are_none_one_or_two():
    """A tie would be decided by the order of columns, which the exercise does not speak of."""
    counts = set()
    for seed in range(20):
        for case in find_check(NAME).cases(np.random.default_rng(seed)):
            weights, gold = case.args
            counts |= set(gold.sum(axis=-1).ravel().tolist())
            if "all on links" not in case.label:
                top = np.sort(weights, axis=-1)
                assert np.all(top[..., -1] > top[..., -2])
    assert counts == {0, 1, 2}
