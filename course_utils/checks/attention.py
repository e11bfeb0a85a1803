"""Lesson 3: scaled scores, and attention with an optional mask."""

import math

import numpy as np

from course_utils.checks.attention_mistakes import ATTENTION_MISTAKES
from course_utils.checks.attention_steps_mistakes import STEPS_MISTAKES
from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.scaled_scores_mistakes import SCORE_MISTAKES


def scores_oracle(Q, K):
    """Add up the products of one query and one key at a time, number by number."""
    n, m, d_k = Q.shape[-2], K.shape[-2], Q.shape[-1]
    scores = np.empty((*Q.shape[:-2], n, m), dtype=Q.dtype)
    for *where, i, j in np.ndindex(scores.shape):
        query, key = Q[(*where, i)], K[(*where, j)]
        products = [float(query[c]) * float(key[c]) for c in range(d_k)]
        scores[(*where, i, j)] = math.fsum(products) / math.sqrt(d_k)
    return scores


def attention_oracle(Q, K, V, mask=None):
    """Weigh the keys that each query may attend to, then mix their values, row by row."""
    scores = scores_oracle(Q, K)
    weights = np.zeros_like(scores)
    output = np.zeros((*scores.shape[:-1], V.shape[-1]), dtype=V.dtype)
    allowed = np.broadcast_to(True if mask is None else mask, scores.shape)
    for row in np.ndindex(scores.shape[:-1]):
        keys = [j for j in range(scores.shape[-1]) if allowed[(*row, j)]]
        best = max(float(scores[(*row, j)]) for j in keys)
        powers = {j: math.exp(float(scores[(*row, j)]) - best) for j in keys}
        total = math.fsum(powers.values())
        for j in keys:
            weights[(*row, j)] = powers[j] / total
            output[row] += (powers[j] / total) * V[(*row[:-1], j)]
    return output, weights


def scores_cases(rng):
    """Give one query and one key to check by hand, then more axes, as many keys, and float32."""
    n, m, d_k, batch, heads = distinct_sizes(rng, 5, low=3)
    if d_k == 4:  # whose root is whole, so that one cut to a whole number would not show
        d_k, batch = batch, d_k
    Q, K = rng.normal(size=(n, d_k)), rng.normal(size=(m, d_k))
    by_hand = [rng.integers(1, 5, size=(1, 4)).astype(float) for _ in range(2)]
    tall = rng.normal(size=(batch, n, d_k)), rng.normal(size=(batch, m, d_k))
    deep = rng.normal(size=(batch, heads, n, d_k)), rng.normal(size=(batch, heads, m, d_k))
    return [
        Case("Q and K of shape (1, 4)", tuple(by_hand)),
        Case(f"Q of shape ({n}, {d_k}) and K of shape ({m}, {d_k})", (Q, K)),
        # With n = m = d_k no wrong product raises an error, so its numbers can tell its name.
        Case(
            f"Q and K of shape ({d_k}, {d_k})",
            tuple(rng.normal(size=(d_k, d_k)) for _ in range(2)),
            "rows are queries and columns are keys, also when all sizes agree",
        ),
        Case(
            f"Q of shape ({n}, 64) and K of shape ({m}, 64)",
            (rng.normal(size=(n, 64)), rng.normal(size=(m, 64))),
            "with d_k = 64 every dot product is divided by 8",
        ),
        Case(f"Q of shape ({batch}, {n}, {d_k}) and K of shape ({batch}, {m}, {d_k})", tall),
        Case(
            f"Q of shape {deep[0].shape} and K of shape {deep[1].shape}",
            deep,
            "any leading axes work",
        ),
        Case(
            f"Q of shape ({n}, {d_k}) and K of shape ({m}, {d_k}), float32",
            (Q.astype("float32"), K.astype("float32")),
        ),
    ]


def choose_keys(rng, n, m):
    """Return a mask in which every query may attend to at least one key, and not to all."""
    mask = rng.random((n, m)) < 0.5
    for row in mask:
        open_key, closed_key = rng.permutation(m)[:2]
        row[open_key], row[closed_key] = True, False
    return mask


def _by_hand(rng):
    """Return a query and three keys whose scores are logarithms, and their weights in words."""
    counts = rng.permutation(np.arange(1, 6))[:3]
    K = rng.integers(-3, 4, size=(3, 4)).astype(float)
    K[:, 0] = np.log(counts)
    V = rng.integers(-4, 5, size=(3, 2)).astype(float)
    shares = ", ".join(f"{count}/{counts.sum()}" for count in counts)
    return (np.array([[2.0, 0.0, 0.0, 0.0]]), K, V), shares


def attention_cases(rng):
    """Give weights to check by hand, then sizes that differ, then masks."""
    n, m, d_k, d_v, _, _ = sizes = distinct_sizes(rng, 6, low=3)
    by_hand, shares = _by_hand(rng)
    Q, K, V = (rng.normal(size=size) for size in ((n, d_k), (m, d_k), (m, d_v)))
    order = np.roll(np.arange(m), rng.integers(1, m))
    far = 30.0 * (np.arange(n)[:, None] > 0)
    near_thirty = Q + far, K / 20.0 + 30.0, V
    plain = [
        Case(
            f"Q = [[2, 0, 0, 0]], K of shape (3, 4) and V = {by_hand[2].astype(int).tolist()}",
            by_hand,
            f"the scores 2 k / √4 are logarithms of whole numbers, and the weights are {shares}",
        ),
        Case(f"Q of shape ({n}, {d_k}), K ({m}, {d_k}), V ({m}, {d_v})", (Q, K, V)),
        Case(
            "the same Q, K and V with the keys and values in another order",
            (Q, K[order], V[order]),
            "keys and values moved together change no output",
        ),
        # With n = m = d_k = d_v no wrong product raises an error: its numbers can tell its name.
        Case(
            f"Q, K and V of shape ({d_k}, {d_k})",
            tuple(rng.normal(size=(d_k, d_k)) for _ in range(3)),
            "rows are queries and columns are keys, also when all sizes agree",
        ),
        Case(
            f"Q of shape ({n}, {d_k}), K ({m}, {d_k}), V ({m}, {d_v}), scores near +1,000 in all "
            "rows but the first",
            near_thirty,
            "nothing overflows, and each row is a softmax of its own",
        ),
    ]
    return plain + _wider_cases(rng, sizes, (Q, K, V))


def _wider_cases(rng, sizes, tables):
    n, m, d_k, d_v, batch, heads = sizes
    Q, K, V = tables
    deep = [(batch, heads, n, d_k), (batch, heads, m, d_k), (batch, heads, m, d_v)]
    tall = [(batch, n, d_k), (batch, m, d_k), (batch, m, d_v)]
    mask = choose_keys(rng, n, m)
    query, best = rng.normal(size=d_k), int(rng.integers(m))
    points = np.full(m, -20000.0)  # what the keys score
    points[best] = 3000.0
    tempting = K + np.outer(points, d_k**0.5 * query / np.sum(query**2))
    beside = rng.normal(size=(m, m))  # with d_v = m a mask laid over the output raises no error
    return [
        Case(
            f"Q of shape {deep[0]}, K {deep[1]}, V {deep[2]}",
            tuple(rng.normal(size=size) for size in deep),
            "any leading axes work",
        ),
        Case(
            f"Q of shape ({n}, {d_k}), V ({m}, {m}), with a mask of shape ({n}, {m})",
            (Q, K, beside, mask),
        ),
        Case(
            f"Q of shape {tall[0]}, K {tall[1]}, V {tall[2]}, with a mask of shape ({n}, {m})",
            (*(rng.normal(size=size) for size in tall), choose_keys(rng, n, m)),
            "one mask serves all leading axes",
        ),
        Case(
            f"Q of shape {tall[0]}, K {tall[1]}, V {tall[2]}, "
            f"with a mask of shape ({batch}, 1, {m})",
            (*(rng.normal(size=size) for size in tall), choose_keys(rng, batch, m)[:, None]),
            "each table may have a row of its own for all its queries",
        ),
        Case(
            f"Q of shape (1, {d_k}), with a mask that forbids a key whose score is 3,000",
            (query[None], tempting, V, (np.arange(m) != best)[None]),
            "a forbidden key gets weight 0, also where all others score −20,000",
        ),
        Case(
            f"Q of shape ({n}, {d_k}), K ({m}, {d_k}), V ({m}, {d_v}), float32",
            (Q.astype("float32"), K.astype("float32"), V.astype("float32")),
        ),
    ]


def rows_sum_to_one(case, output, weights):
    """Say whether the weights of every query add up to 1."""
    return np.allclose(weights.sum(axis=-1), 1.0, atol=1e-5)


def forbidden_keys_get_nothing(case, output, weights):
    """Say whether every weight is zero where the mask is False."""
    mask = case.args[3] if len(case.args) > 3 else None
    return mask is None or not np.any(np.where(mask, 0.0, weights))


def output_is_the_mix(case, output, weights):
    """Say whether the output is what the returned weights make of V."""
    return np.allclose(output, weights @ case.args[2], rtol=1e-4, atol=1e-5)


CHECKS = (
    Check(
        name="scaled_scores",
        number="3.1",
        signature="scaled_scores(Q, K)",
        returns=("(..., n, m): a row for each query, a column for each key",),
        oracle=scores_oracle,
        cases=scores_cases,
        points=3,
        difficulty=2,
        importance=4,
        minutes=10,
        mistakes=SCORE_MISTAKES,
    ),
    Check(
        name="attention",
        number="3.2",
        signature="attention(Q, K, V, mask=None)",
        returns=(
            "output: (..., n, d_v), a mixture of values for each query",
            "weights: (..., n, m), a row for each query, a column for each key",
        ),
        oracle=attention_oracle,
        cases=attention_cases,
        points=6,
        difficulty=3,
        importance=5,
        minutes=20,
        mistakes=(*ATTENTION_MISTAKES, *STEPS_MISTAKES),
        identities=(
            Identity("the weights of each query sum to 1", rows_sum_to_one),
            Identity("a key gets weight 0 where the mask is False", forbidden_keys_get_nothing),
            Identity("the output is weights @ V", output_is_the_mix),
        ),
    ),
)
