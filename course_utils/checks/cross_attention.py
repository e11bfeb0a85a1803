"""Lesson 8: scores by a small network, and attention to another sentence."""

import math

import numpy as np

from course_utils.checks.additive_scores_mistakes import ADDITIVE_MISTAKES
from course_utils.checks.attention import attention_oracle, choose_keys, rows_sum_to_one
from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.cross_attention_mistakes import CROSS_MISTAKES


def project(rows, W):
    """Multiply every row by the matrix, number by number."""
    made = np.empty((*rows.shape[:-1], W.shape[1]), dtype=rows.dtype)
    for *where, c in np.ndindex(made.shape):
        row = rows[tuple(where)]
        made[(*where, c)] = math.fsum(float(row[f]) * float(W[f, c]) for f in range(len(row)))
    return made


def additive_oracle(Q, K, W_Q, W_K, v):
    """Send one query and one key at a time through the small network."""
    asked, offered = project(Q, W_Q), project(K, W_K)
    scores = np.empty((*Q.shape[:-1], K.shape[-2]), dtype=Q.dtype)
    for *where, i, j in np.ndindex(scores.shape):
        query, key = asked[(*where, i)], offered[(*where, j)]
        hidden = [math.tanh(float(a) + float(b)) for a, b in zip(query, key, strict=True)]
        scores[(*where, i, j)] = math.fsum(h * float(u) for h, u in zip(hidden, v, strict=True))
    return scores


def additive_cases(rng):
    """Give one query and two keys to check by hand, other sizes, a square, extremes, float32."""
    n, m, d_q, d_k, d_a, batch = sizes = distinct_sizes(rng, 6, low=4, high=9)
    plain = _additive(rng, *sizes[:5])
    square = _additive(rng, n, n, n, n, n)
    tall = _additive(rng, *sizes[:5], (batch,))
    deep = _additive(rng, *sizes[:5], (2, 3))
    a, b, c = rng.permutation([-2.0, -1.0, 1.0, 2.0])[:3]
    by_hand = (
        np.array([[a]]),
        np.array([[-a], [b]]),
        np.array([[1.0]]),
        np.array([[1.0]]),
        np.array([c]),
    )
    words = f"Q of shape ({n}, {d_q}), K ({m}, {d_k}), W_Q ({d_q}, {d_a}), W_K ({d_k}, {d_a})"
    return [
        Case(
            "one query and two keys of one number each, W_Q = W_K = [[1]]",
            by_hand,
            "a key that is the opposite of the query scores tanh(0) = 0",
        ),
        Case(words, plain),
        Case(
            f"Q, K, W_Q and W_K of shape ({n}, {n})", square, "also when no size tells them apart"
        ),
        Case(
            f"{words}, with one query",
            (plain[0][:1], *plain[1:]),
            "a query's scores do not depend on the other queries",
        ),
        Case(
            f"{words}, Q and K 1,000 times as large",
            (1000.0 * plain[0], 1000.0 * plain[1], *plain[2:]),
            "nothing overflows, and no score is larger than the sizes of v together",
        ),
        Case(f"Q of shape {tall[0].shape} and K of shape {tall[1].shape}", tall),
        Case(
            f"Q of shape {deep[0].shape} and K of shape {deep[1].shape}",
            deep,
            "any leading axes work",
        ),
        Case(f"{words}, float32", tuple(array.astype("float32") for array in plain)),
    ]


def _additive(rng, n, m, d_q, d_k, d_a, leading=()):
    shapes = (*leading, n, d_q), (*leading, m, d_k), (d_q, d_a), (d_k, d_a), (d_a,)
    return tuple(rng.normal(size=shape) for shape in shapes)


def bounded_by_v(case, scores):
    """Say whether no score is larger than the sizes of the numbers in v together."""
    return bool(np.all(np.abs(scores) <= np.abs(case.args[4]).sum() * (1 + 1e-5)))


def cross_oracle(Y, X, W_Q, W_K, W_V, mask=None):
    """Project both sentences and attend, in loops."""
    return attention_oracle(project(Y, W_Q), project(X, W_K), project(X, W_V), mask)


def cross_cases(rng):
    """Give weights to check by hand, then sizes that differ, sizes that agree, and masks."""
    n, m, d_model, d_k, d_v, _ = sizes = distinct_sizes(rng, 6, low=3, high=9)
    Y, X, *W = plain = _cross(rng, *sizes[:5])
    by_hand, shares = _by_hand(rng)
    order = np.roll(np.arange(m), rng.integers(1, m))
    words = f"Y of shape ({n}, {d_model}), X ({m}, {d_model}), d_k = {d_k}, d_v = {d_v}"
    return [
        Case(
            f"Y = [[1, 0]], X = {by_hand[1].round(3).tolist()}, "
            "W_Q = [[2], [0]], W_K = [[0.5], [0]], W_V = [[0], [1]]",
            by_hand,
            f"the scores are logarithms of whole numbers, and the weights are {shares}",
        ),
        Case(words, plain),
        Case(
            f"{words}, the words of X in another order",
            (Y, X[order], *W),
            "a row of the output does not depend on the order of the words of X",
        ),
        Case(
            f"{words}, with one word in Y",
            (Y[:1], X, *W),
            "what a word of Y gathers does not depend on the other words of Y",
        ),
        Case(
            f"Y, X and all W of shape ({n}, {n})",
            _cross(rng, n, n, n, n, n),
            "Y asks and X answers, also when no size tells them apart",
        ),
        *_wider_cases(rng, sizes, plain, words),
    ]


def _wider_cases(rng, sizes, plain, words):
    n, m, _, _, _, batch = sizes
    tall, deep = (_cross(rng, *sizes[:5], lead) for lead in ((batch,), (2, batch)))
    padding = np.arange(m) < rng.integers(1, m, size=(batch, 1, 1))
    return [
        Case(
            f"Y of shape {deep[0].shape} and X of shape {deep[1].shape}",
            deep,
            "any leading axes work",
        ),
        Case(f"{words}, with a mask of shape ({n}, {m})", (*plain, choose_keys(rng, n, m))),
        Case(
            f"Y of shape {tall[0].shape}, X {tall[1].shape}, with a mask of shape {padding.shape}",
            (*tall, padding),
            "one row of the mask serves all words of Y: nobody looks at padding",
        ),
        Case(f"{words}, float32", tuple(array.astype("float32") for array in plain)),
    ]


def _cross(rng, n, m, d_model, d_k, d_v, leading=()):
    rows = ((*leading, n, d_model), (*leading, m, d_model))
    matrices = ((d_model, d_k), (d_model, d_k), (d_model, d_v))
    return (
        *(rng.normal(size=shape) for shape in rows),
        *(rng.normal(size=shape) for shape in matrices),
    )


def _by_hand(rng):
    """Return one asking word and three answering ones, and their weights in words."""
    counts = rng.permutation(np.arange(1, 6))[:3]
    X = np.stack([np.log(counts), rng.integers(1, 6, size=3)], axis=-1)
    Y = np.array([[1.0, 0.0]])
    W_Q, W_K, W_V = np.array([[2.0], [0.0]]), np.array([[0.5], [0.0]]), np.array([[0.0], [1.0]])
    shares = ", ".join(f"{count}/{counts.sum()}" for count in counts)
    return (Y, X, W_Q, W_K, W_V), shares


def forbidden_words_get_nothing(case, output, weights):
    """Say whether every weight is zero where the mask is False."""
    mask = case.args[5] if len(case.args) > 5 else None
    return mask is None or not np.any(np.where(mask, 0.0, weights))


def output_is_made_of_X(case, output, weights):
    """Say whether the output is what the returned weights make of the values of X."""
    _, X, _, _, W_V = case.args[:5]
    return np.allclose(output, weights @ (X @ W_V), rtol=1e-4, atol=1e-4)


CHECKS = (
    Check(
        name="additive_scores",
        number="8.1",
        signature="additive_scores(Q, K, W_Q, W_K, v)",
        returns=("(..., n, m): a row for each query, a column for each key",),
        oracle=additive_oracle,
        cases=additive_cases,
        points=4,
        difficulty=3,
        importance=2,
        minutes=20,
        mistakes=ADDITIVE_MISTAKES,
        identities=(Identity("no score is larger than the sizes of v added up", bounded_by_v),),
    ),
    Check(
        name="cross_attention",
        number="8.2",
        signature="cross_attention(Y, X, W_Q, W_K, W_V, mask=None)",
        returns=(
            "output: (..., n, d_v), a mixture of values of X for each word of Y",
            "weights: (..., n, m), a row for each word of Y, a column for each word of X",
        ),
        oracle=cross_oracle,
        cases=cross_cases,
        points=4,
        difficulty=2,
        importance=5,
        minutes=10,
        mistakes=CROSS_MISTAKES,
        identities=(
            Identity("the weights of each word of Y sum to 1", rows_sum_to_one),
            Identity("a word gets weight 0 where the mask is False", forbidden_words_get_nothing),
            Identity("the output is weights @ (X @ W_V)", output_is_made_of_X),
        ),
    ),
)
