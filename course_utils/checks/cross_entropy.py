"""Lesson 10: the cross-entropy."""

import math

import numpy as np

from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.cross_entropy_mistakes import CROSS_ENTROPY_MISTAKES


def cross_entropy_oracle(logits, targets, keep):
    """Add up the surprise of each word that counts, one after the other."""
    nats = []
    for b, i in np.ndindex(targets.shape):
        if keep[b, i]:
            row = [float(score) for score in logits[b, i]]
            best = max(row)
            total = math.fsum(math.exp(score - best) for score in row)
            nats.append(math.log(total) + best - row[targets[b, i]])
    return logits.dtype.type(math.fsum(nats) / len(nats))


def lengths_mask(rng, B, n):
    """Return keep (B, n) of sentences of different length, at least one of them whole."""
    lengths = rng.permutation(np.append(n, 1 + np.arange(B - 1) % (n - 1)))
    return np.arange(n) < lengths[:, None]


def cross_entropy_cases(rng):
    """Give one word to check by hand, then sentences with padding, then scores far apart."""
    B, n, V = distinct_sizes(rng, 3, low=3)
    counts = rng.permutation(np.arange(1, 8))[:3]
    target = rng.integers(3, size=(1, 1))
    by_hand = np.log(counts)[None, None], target, np.array([[True]])
    share = f"{counts[target[0, 0]]}/{counts.sum()}"
    logits, targets = rng.normal(size=(B, n, V)), rng.integers(V, size=(B, n))
    keep, everything = lengths_mask(rng, B, n), np.ones((B, n), dtype=bool)
    sure = 60.0 * (targets[..., None] == np.arange(V))
    apart = logits - 2000.0 * (np.arange(n) == 0)[:, None]
    wrong = np.where((targets[..., None] == np.arange(V)) & keep[..., None], -1000.0, logits)
    shape = f"logits of shape ({B}, {n}, {V})"
    return [
        Case(
            "one word of a vocabulary of 3",
            by_hand,
            f"the scores are logarithms of whole numbers, and the right word has {share}",
        ),
        Case(f"{shape}, no padding", (logits, targets, everything)),
        Case(
            f"{shape}, sentences of different length",
            (logits, targets, keep),
            "padding is not counted, neither above nor below the line",
        ),
        Case(
            f"{shape}, other scores at the padding",
            (np.where(keep[..., None], logits, 7.0 * logits), targets, keep),
            "what the model says at the padding changes nothing",
        ),
        Case(
            f"{shape}, 100 added to every score",
            (logits + 100.0, targets, keep),
            "a number added to all scores of a place changes nothing",
        ),
        Case(f"{shape}, all scores 0", (0.0 * logits, targets, keep), f"the loss is log({V})"),
        Case(f"{shape}, sure of the right words", (sure, targets, keep), "the loss is nearly 0"),
        Case(f"{shape}, scores near +1,000", (logits + 1000.0, targets, keep), "nothing overflows"),
        Case(
            f"{shape}, the scores of every first word 2,000 lower",
            (apart, targets, keep),
            "each place is judged by its own scores",
        ),
        Case(
            f"{shape}, -1,000 for the right words",
            (wrong, targets, keep),
            "certain and wrong costs about 1,000 nats a word, not infinitely many",
        ),
        Case(f"{shape}, float32", (logits.astype("float32"), targets, keep)),
    ]


def never_negative(case, loss):
    """Say whether the loss is at least 0."""
    return bool(loss >= -1e-9)


CHECKS = (
    Check(
        name="cross_entropy",
        number="10.1",
        signature="cross_entropy(logits, targets, keep)",
        returns=("the loss: one number, in nats",),
        oracle=cross_entropy_oracle,
        cases=cross_entropy_cases,
        points=4,
        difficulty=3,
        importance=5,
        minutes=10,
        mistakes=CROSS_ENTROPY_MISTAKES,
        identities=(Identity("a loss is never negative", never_negative),),
    ),
)
