"""Lesson 8: how often attention looks elsewhere than the gold links."""

import numpy as np

from course_utils.checks.alignment_error_rate_mistakes import RATE_MISTAKES
from course_utils.checks.check import Case, Check, Identity


def rate_oracle(weights, gold):
    """Look at one target word after the other."""
    linked = wrong = 0
    for row in np.ndindex(gold.shape[:-1]):
        links = [j for j in range(gold.shape[-1]) if gold[(*row, j)]]
        if links:
            best = max(range(gold.shape[-1]), key=lambda j: weights[(*row, j)])
            linked += 1
            wrong += best not in links
    return wrong / linked


def rate_cases(rng):
    """Give four words to check by hand, perfect and hopeless weights, unlinked and twice linked."""
    n, m, batch = rng.permutation(np.arange(4, 12))[:3]
    n, m, batch = int(9 * n), int(m), int(batch)  # many words, so that rates differ
    linked = np.array([0, 1, 1, 2])
    by_hand = np.array([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.6, 0.3, 0.1], [0.2, 0.2, 0.6]])
    order = rng.permutation(4)
    weights, gold = _aligned(rng, (n, m))
    tall, tall_gold = _aligned(rng, (batch, n, m))
    certain = np.where(gold.any(axis=-1, keepdims=True), gold, 1.0)
    certain = certain / certain.sum(axis=-1, keepdims=True)
    return [
        Case(
            f"weights = {by_hand[order].tolist()}, words linked to {linked[order].tolist()}",
            (by_hand[order], np.eye(3, dtype=bool)[linked[order]]),
            "one of four largest weights is not on a link, so the rate is 0.25",
        ),
        Case(f"weights of shape ({n}, {m}), all on links", (certain, gold), "all right gives 0"),
        Case(
            f"weights of shape ({n}, {m}), none on a link",
            (_elsewhere(rng, gold), gold),
            "all wrong gives 1",
        ),
        Case(
            f"weights of shape ({n}, {m}), a link for every word",
            _aligned(rng, (n, m), unlinked=0.0, twice=0.0),
        ),
        Case(
            f"weights of shape ({n}, {m}), some words with two links",
            _aligned(rng, (n, m), unlinked=0.0),
            "either link of a word is right",
        ),
        Case(
            f"weights of shape ({n}, {m}), some words without a link",
            (weights, gold),
            "a word without a link is neither right nor wrong",
        ),
        Case(
            f"weights of shape ({batch}, {n}, {m})",
            (tall, tall_gold),
            "all linked words of all sentences count alike",
        ),
        Case(
            f"weights of shape ({n}, {m}), float32",
            (weights.astype("float32"), gold),
        ),
    ]


def _aligned(rng, shape, unlinked=0.3, twice=0.4):
    """Return weights that lean towards the links, and links: none, one or two for a word."""
    *rows, m = shape
    gold = np.zeros(shape, dtype=bool)
    for row in np.ndindex(*rows):
        share = unlinked * (1 + (row[0] % 3 - 1) * 0.8)  # sentences differ in how much is linked
        if rng.random() >= share:
            count = 2 if rng.random() < twice else 1
            gold[(*row, rng.permutation(m)[:count])] = True
    powers = np.exp(rng.normal(size=shape) + 2.0 * gold)
    return powers / powers.sum(axis=-1, keepdims=True), gold


def _elsewhere(rng, gold):
    powers = np.where(gold, 0.01, rng.uniform(1, 2, size=gold.shape))
    return powers / powers.sum(axis=-1, keepdims=True)


CHECKS = (
    Check(
        name="alignment_error_rate",
        number="8.3",
        signature="alignment_error_rate(weights, gold)",
        returns=("a number from 0 to 1: the share of linked words that look elsewhere",),
        oracle=rate_oracle,
        cases=rate_cases,
        points=4,
        difficulty=3,
        importance=3,
        minutes=20,
        mistakes=RATE_MISTAKES,
        trained=False,
        identities=(
            Identity("an error rate lies between 0 and 1", lambda case, rate: 0 <= rate <= 1),
        ),
    ),
)
