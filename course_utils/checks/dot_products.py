"""Lesson 1: dot products, cosines, and the scores of all pairs."""

import math

import numpy as np

from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.cosine_mistakes import COSINE_MISTAKES
from course_utils.checks.dot_loops_mistakes import (
    COSINE_LOOP_MISTAKES,
    PAIRWISE_LOOP_MISTAKES,
    SCORES_LOOP_MISTAKES,
)
from course_utils.checks.dot_products_mistakes import PAIRWISE_MISTAKES, SCORES_MISTAKES

WHOLE = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])


def dot(a, b):
    """Multiply number by number and add up."""
    return math.fsum(float(x) * float(y) for x, y in zip(a, b, strict=True))


def scores_oracle(q, K):
    """Score one key after the other."""
    return np.array([dot(q, key) for key in K], dtype=K.dtype)


def scores_cases(rng):
    """Give two small cases to check by hand, more keys than features and fewer, and one key."""
    d, m = distinct_sizes(rng, 2, low=3)
    q, K = rng.normal(size=d), rng.normal(size=(m, d))
    side, wide = rng.normal(size=m), rng.normal(size=(d, m))
    a, b = rng.permutation([1.0, 2.0]) * rng.choice([-1, 1], size=2)
    by_hand = rng.choice(WHOLE, size=2), rng.choice(WHOLE, size=(3, 2))
    special = np.array([a, b]), np.array([[-b, a], [a, b], [-2 * a, -2 * b]])
    # With m = d a transposed product raises no error, so its numbers can tell its name.
    square = rng.normal(size=d), rng.normal(size=(d, d))
    single = rng.normal(size=d), rng.normal(size=(1, d))
    return [
        Case("whole numbers, 3 keys with 2 features", by_hand),
        Case(
            "a perpendicular key, the query itself, an opposite key",
            special,
            "a perpendicular key scores 0, the query itself its length squared, "
            "an opposite key less than 0",
        ),
        Case(f"q ({d},), K ({m}, {d})", (q, K)),
        Case(f"q ({m},), K ({d}, {m})", (side, wide)),
        Case(f"q ({d},), K ({d}, {d})", square, "a key is a row of K, never a column"),
        Case(f"q ({d},), K (1, {d})", single, "one key gives an array with one score"),
        Case(f"q ({d},), K ({m}, {d}), float32", (q.astype("float32"), K.astype("float32"))),
    ]


def cosine_oracle(q, K):
    """Divide each score by both lengths, one key after the other."""
    cosines = [dot(q, key) / (math.sqrt(dot(q, q)) * math.sqrt(dot(key, key))) for key in K]
    return np.array(cosines, dtype=K.dtype)


def cosine_cases(rng):
    """Give whole lengths to check by hand, the three special directions, and changed lengths."""
    d, m = distinct_sizes(rng, 2, low=3)
    q, K = rng.normal(size=d), rng.normal(size=(m, d))
    x, y = rng.permutation([3.0, 4.0]) * rng.choice([-1, 1], size=2)
    by_hand = np.array([x, y]), np.array([[2.0, 0.0], [y, x], [0.0, 1.0]])
    special = np.array([x, y]), np.array([[2 * x, 2 * y], [-x, -y], [-y, x]])
    # With m = d lengths taken along the wrong axis raise no error, so they can be named.
    square = rng.normal(size=d), rng.normal(size=(d, d))
    stretched = 20.0 * q, K * 10.0 ** rng.permutation(np.linspace(-1.0, 2.0, m))[:, None]
    single = rng.normal(size=d), rng.normal(size=(1, d))
    return [
        Case("q of length 5, keys of length 2, 5 and 1", by_hand),
        Case(
            "a key in the query's direction, an opposite one, a perpendicular one",
            special,
            "the same direction gives 1, the opposite one -1, a perpendicular one 0",
        ),
        Case(f"q ({d},), K ({m}, {d})", (q, K)),
        Case(f"q ({d},), K ({d}, {d})", square, "each key, a row of K, has a length of its own"),
        Case(
            f"q ({d},), K ({m}, {d}), lengths changed",
            stretched,
            "a cosine does not change when vectors get longer or shorter",
        ),
        Case(f"q ({d},), K (1, {d})", single, "one key gives an array with one cosine"),
        Case(f"q ({d},), K ({m}, {d}), float32", (q.astype("float32"), K.astype("float32"))),
    ]


def within_one(case, cosines):
    """Say whether every cosine lies between -1 and 1."""
    return bool(np.all(np.abs(cosines) <= 1 + 1e-5))


def pairwise_oracle(Q, K):
    """Fill the table cell by cell."""
    table = np.empty((len(Q), len(K)), dtype=Q.dtype)
    for i, query in enumerate(Q):
        for j, key in enumerate(K):
            table[i, j] = dot(query, key)
    return table


def pairwise_cases(rng):
    """Give a multiplication table to check by hand, other sizes, a square and one query."""
    n, m, d = distinct_sizes(rng, 3, low=3)
    Q, K = rng.normal(size=(n, d)), rng.normal(size=(m, d))
    by_hand = rng.choice(WHOLE, size=(3, 1)), rng.choice(WHOLE, size=(4, 1))
    whole = rng.choice(WHOLE, size=(2, 3)), rng.choice(WHOLE, size=(4, 3))
    # With n = m = d no wrong product raises an error, so its numbers can tell its name.
    square = rng.normal(size=(d, d)), rng.normal(size=(d, d))
    words = rng.normal(size=(n, d))
    single = rng.normal(size=(1, d)), rng.normal(size=(m, d))
    return [
        Case(
            "whole numbers with one feature",
            by_hand,
            "with one feature the scores are a multiplication table",
        ),
        Case("whole numbers, Q (2, 3), K (4, 3)", whole),
        Case(f"Q ({n}, {d}), K ({m}, {d})", (Q, K)),
        Case(f"Q ({d}, {d}), K ({d}, {d})", square, "queries and keys are rows, never columns"),
        Case(
            f"Q and K the same ({n}, {d})",
            (words, words.copy()),
            "the table is its own mirror image when queries and keys are the same vectors",
        ),
        Case(f"Q (1, {d}), K ({m}, {d})", single, "one query gives a table with one row"),
        Case(f"Q ({n}, {d}), K ({m}, {d}), float32", (Q.astype("float32"), K.astype("float32"))),
    ]


CHECKS = (
    Check(
        name="dot_scores",
        number="1.1",
        signature="dot_scores(q, K)",
        returns=("(m,): one score for each key",),
        oracle=scores_oracle,
        cases=scores_cases,
        points=2,
        difficulty=1,
        importance=5,
        minutes=10,
        mistakes=(*SCORES_MISTAKES, *SCORES_LOOP_MISTAKES),
        trained=False,
    ),
    Check(
        name="cosine_similarity",
        number="1.2",
        signature="cosine_similarity(q, K)",
        returns=("(m,): one cosine for each key",),
        oracle=cosine_oracle,
        cases=cosine_cases,
        points=3,
        difficulty=2,
        importance=3,
        minutes=15,
        identities=(Identity("every cosine lies between -1 and 1", within_one),),
        mistakes=(*COSINE_MISTAKES, *COSINE_LOOP_MISTAKES),
        rtol=1e-5,  # a tiny number added to the lengths, against 0 / 0, is no mistake
        atol=1e-8,
        trained=False,
    ),
    Check(
        name="pairwise_scores",
        number="1.3",
        signature="pairwise_scores(Q, K)",
        returns=("(n, m): a row for each query, a column for each key",),
        oracle=pairwise_oracle,
        cases=pairwise_cases,
        points=3,
        difficulty=2,
        importance=5,
        minutes=20,
        mistakes=(*PAIRWISE_MISTAKES, *PAIRWISE_LOOP_MISTAKES),
        trained=False,
    ),
)
