"""Lesson 9: the way back through attention."""

import math

import numpy as np

from course_utils.checks.attention import attention_oracle, choose_keys
from course_utils.checks.attention_backward_mistakes import BACKWARD_MISTAKES
from course_utils.checks.check import Case, Check, Identity, distinct_sizes


def attention_backward_oracle(d_out, Q, K, V, weights):
    """Follow the change of every single score to every single weight, and back."""
    dQ, dK, dV = (np.zeros(X.shape, dtype=np.float64) for X in (Q, K, V))
    for where in np.ndindex(weights.shape[:-1]):
        table = where[:-1]
        row = [float(w) for w in weights[where]]
        pulls = [_products(d_out[where], V[(*table, j)]) for j in range(len(row))]
        for j in range(len(row)):
            dV[(*table, j)] += row[j] * d_out[where].astype(float)
            # score j moves weight k by w_k (1 - w_j) if k is j, else by -w_k w_j
            moves = [row[k] * ((k == j) - row[j]) for k in range(len(row))]
            d_score = _products(moves, pulls) / math.sqrt(Q.shape[-1])
            dQ[where] += d_score * K[(*table, j)].astype(float)
            dK[(*table, j)] += d_score * Q[where].astype(float)
    return tuple(d.astype(X.dtype) for d, X in zip((dQ, dK, dV), (Q, K, V)))


def _products(left, right):
    return math.fsum(float(a) * float(b) for a, b in zip(left, right, strict=True))


def _draw(rng, n, m, d_k, d_v, leading=(), mask=None, dtype="float64"):
    """Return the five arguments; the weights are those that attention gives."""
    shapes = (n, d_v), (n, d_k), (m, d_k), (m, d_v)
    d_out, Q, K, V = (rng.normal(size=(*leading, *shape)).astype(dtype) for shape in shapes)
    return d_out, Q, K, V, attention_oracle(Q, K, V, mask)[1]


def _by_hand(rng):
    """Return one query and two keys of 4 features whose weights are 3/4 and 1/4, say."""
    a = int(rng.integers(2, 6))
    first, other = rng.permutation([4.0, 8.0, 12.0])[:2]
    Q, V = np.array([[2.0, 0.0, 0.0, 0.0]]), np.array([[first], [other]])
    K = np.array([[math.log(a), 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    weights = np.array([[a / (a + 1), 1 / (a + 1)]])
    pull = f"the two weights are pulled by {first:g} and {other:g}, {a}/{a + 1} and 1/{a + 1}"
    return (np.ones((1, 1)), Q, K, V, weights), f"{pull} of which is their average"


def backward_cases(rng):
    """Give one query and two keys by hand, then sizes that differ, sizes that agree, masks."""
    n, m, d_k, d_v, batch, heads = sizes = distinct_sizes(rng, 6, low=3, high=9)
    by_hand, pull = _by_hand(rng)
    d_out, Q, K, V, weights = plain = _draw(rng, *sizes[:4])
    sure = (np.arange(m) == rng.integers(m, size=(n, 1))).astype(float)
    alike = np.broadcast_to(V[:1], V.shape).copy()
    closed = weights.copy()
    closed[rng.integers(n)] = 0.0
    tall, deep = (_draw(rng, *sizes[:4], lead) for lead in ((batch,), (batch, heads)))
    words = f"Q of shape ({n}, {d_k}), K ({m}, {d_k}), V ({m}, {d_v})"
    return [
        Case("one query and two keys of 4 features", by_hand, pull),
        Case(words, plain),
        Case(
            f"d_out, Q, K, V and weights of shape ({n}, {n})",
            _draw(rng, n, n, n, n),
            "rows are words, also when all sizes agree",
        ),
        Case(
            f"{words}, each query sure of one key",
            (d_out, Q, K, V, sure),
            "where a weight is 1 the softmax lets nothing through to Q and K",
        ),
        Case(
            f"{words}, all values alike",
            (d_out, Q, K, alike, weights),
            "if it does not matter which value is taken, nothing pulls at Q and K",
        ),
        Case(
            f"{words}, with a mask",
            _draw(rng, *sizes[:4], mask=choose_keys(rng, n, m)),
            "a hidden key gets nothing",
        ),
        Case(
            f"{words}, one query that may attend to nothing",
            (d_out, Q, K, V, closed),
            "a row of weights that is all 0 gives 0",
        ),
        Case(f"Q of shape {tall[1].shape}, K {tall[2].shape}, V {tall[3].shape}", tall),
        Case(
            f"Q of shape {deep[1].shape}, K {deep[2].shape}, V {deep[3].shape}",
            deep,
            "any leading axes work, so heads do",
        ),
        Case(f"{words}, float32", _draw(rng, *sizes[:4], dtype="float32")),
    ]


def keys_move_together(case, dQ, dK, dV):
    """Say whether the rows of dK sum to 0: one vector added to all keys changes no weight."""
    return np.allclose(dK.sum(axis=-2), 0.0, atol=1e-4)


def values_get_what_goes_out(case, dQ, dK, dV):
    """Say whether dV adds up to what came in, each query's share counted."""
    d_out, weights = case.args[0], case.args[4]
    came = np.sum(d_out * weights.sum(axis=-1, keepdims=True), axis=-2)
    return np.allclose(dV.sum(axis=-2), came, atol=1e-4)


CHECKS = (
    Check(
        name="attention_backward",
        number="9.5",
        signature="attention_backward(d_out, Q, K, V, weights)",
        returns=(
            "dQ: (..., n, d_k), the shape of Q",
            "dK: (..., m, d_k), the shape of K",
            "dV: (..., m, d_v), the shape of V",
        ),
        oracle=attention_backward_oracle,
        cases=backward_cases,
        points=6,
        difficulty=5,
        importance=3,
        minutes=30,
        mistakes=BACKWARD_MISTAKES,
        identities=(
            Identity("the rows of dV sum to those of d_out", values_get_what_goes_out),
            Identity(
                "the rows of dK sum to 0, since one vector added to all keys changes no weight",
                keys_move_together,
            ),
        ),
    ),
)
