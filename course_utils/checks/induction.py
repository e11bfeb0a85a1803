"""Lesson 11: how much a head looks at what followed last time, and weights without one link."""

import math

import numpy as np

from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.induction_score_mistakes import SCORE_MISTAKES
from course_utils.checks.knock_out_mistakes import KNOCK_OUT_MISTAKES
from course_utils.checks.knock_out_row_mistakes import KNOCK_OUT_ROW_MISTAKES


def score_oracle(weights, period=None):
    """Add up, for one word after another, its weight on what followed it one period ago."""
    n = weights.shape[-1]
    period = n // 2 if period is None else period
    result = np.empty(weights.shape[:-2], dtype=weights.dtype)
    for where in np.ndindex(result.shape):
        found = [float(weights[(*where, i, i - period + 1)]) for i in range(period, n)]
        result[where] = math.fsum(found) / len(found)
    return result


def knock_out_oracle(weights, query, key):
    """Copy every weight but those of one row, which share out what the cut one had."""
    result = np.empty_like(weights)
    *leading, n, m = weights.shape
    query, key = range(n)[query], range(m)[key]
    for where in np.ndindex(*leading, n):
        row = [float(weight) for weight in weights[where]]
        if where[-1] == query:
            row[key] = 0.0
            total = math.fsum(row)
            row = [weight / total if total > 0 else 0.0 for weight in row]
        result[where] = row
    return result


def score_cases(rng):
    """Give four words to check by hand, then heads with structure, other periods, and float32."""
    period, batch, heads = distinct_sizes(rng, 3, low=3, high=6)
    n, longer = 2 * period, 2 * period + int(rng.integers(2, period + 2))
    size = f"({batch}, {heads}, {longer}, {longer})"
    return [
        _by_hand(rng),
        Case(
            f"weights ({n}, {n}), no period given: {period} words said twice",
            (_causal(rng, n, n),),
            f"without a period it is n // 2 = {period}",
        ),
        Case(
            f"weights ({n}, {n}) that look at what followed last time, period {period}",
            (np.eye(n, k=1 - period), period),
            "a head that does this and nothing else scores 1",
        ),
        Case(
            f"weights ({n}, {n}) that look at the same word last time, period {period}",
            (np.eye(n, k=-period), period),
            "to find the word again is not enough: the word after it counts",
        ),
        Case(
            f"weights ({n}, {n}) that look one word back, period {period}",
            (np.eye(n, k=-1), period),
            "a head that looks one word back scores 0",
        ),
        Case(
            f"weights ({longer}, {longer}), period {period}",
            (_causal(rng, longer, longer), period),
            "with more than two periods, every word after the first period counts",
        ),
        Case(
            f"weights ({heads}, {longer}, {longer}), period {period}",
            (_causal(rng, heads, longer, longer), period),
            "one number for each head",
        ),
        Case(
            f"weights {size}, period {period + 1}",
            (_causal(rng, batch, heads, longer, longer), period + 1),
            "any leading axes work, and each head keeps a number of its own",
        ),
        Case(
            f"weights ({n + 1}, {n + 1}), no period given",
            (_causal(rng, n + 1, n + 1),),
            f"without a period an odd length is halved downwards: n // 2 = {period}",
        ),
        Case(
            f"weights ({n}, {n}), not causal, period {period}",
            (_shares(rng, n, n), period),
            "only words that came before count, also where later ones may be seen",
        ),
        Case(
            f"weights ({longer}, {longer}), float32, period {period}",
            (_causal(rng, longer, longer).astype("float32"), period),
        ),
    ]


def _by_hand(rng):
    """Return two words said twice, in tenths."""
    a, b, c = (int(x) / 10 for x in rng.permutation(np.arange(2, 7))[:3])
    rows = [[1, 0, 0, 0], [1 - c, c, 0, 0], [0.1, a, 0.9 - a, 0], [0.1, 0.1, b, 0.8 - b]]
    return Case(
        f"two words said twice, weights {np.round(rows, 1).tolist()}",
        (np.round(rows, 1), 2),
        f"word 2 looks at word 1 with {a}, word 3 at word 2 with {b}: the mean of these two",
    )


def _shares(rng, *shape):
    powers = np.exp(1.5 * rng.normal(size=shape))
    return powers / powers.sum(axis=-1, keepdims=True)


def _causal(rng, *shape):
    """Return weights whose rows sum to 1 and see nothing later."""
    powers = np.exp(1.5 * rng.normal(size=shape)) * np.tri(shape[-1])
    return powers / powers.sum(axis=-1, keepdims=True)


def knock_out_cases(rng):
    """Give rows in tenths to check by hand, then other sizes, empty rows, heads, and float32."""
    sizes = n, m, _, _ = distinct_sizes(rng, 4, low=3)
    query, key = int(rng.integers(1, n)), int(rng.integers(m - 1))
    table, square = _shares(rng, n, m), _causal(rng, n, n)
    tenths = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3]])
    first, second = (int(i) for i in rng.permutation(3)[:2])
    return [
        Case(
            f"weights {tenths.tolist()}, query 0, key {first}",
            (tenths, 0, first),
            "the rest of the row is scaled up until it sums to 1 again",
        ),
        Case(
            f"weights {tenths.tolist()}, query 1, key {second}",
            (tenths, 1, second),
            "the other row stays as it is",
        ),
        Case(f"weights ({n}, {m}), query {query}, key {key}", (table, query, key)),
        Case(
            f"weights ({n}, {n}), causal, query {n - 1}, key 0",
            (square, n - 1, 0),
            "weights of 0 stay 0",
        ),
        Case(
            f"weights ({n}, {n}), causal, query 0, key 0",
            (square, 0, 0),
            "a query that looked at nothing else gets a row of zeros",
        ),
        Case(
            f"weights ({n}, {m}) in which query {query} looks at key {key} alone",
            (_alone(table, query, key), query, key),
            "a query that looked at nothing else gets a row of zeros",
        ),
        Case(
            f"weights ({n}, {m}) with a masked row of zeros, another query cut",
            (_emptied(table, query - 1), query, key),
            "a row of zeros elsewhere stays as it is",
        ),
        Case(
            f"weights ({n}, {m}) in which query {query} gives key {key} nothing",
            (_without(table, query, key), query, key),
            "where there was no weight, nothing changes",
        ),
        Case(
            f"weights ({n}, {m}) in which key {key} had all but a millionth",
            (_nearly(table, query, key), query, key),
            "a row with little left is scaled up like any other",
        ),
        *_wider_cases(rng, *sizes),
    ]


def _wider_cases(rng, n, m, batch, heads):
    query, key = int(rng.integers(n)), int(rng.integers(m))
    several = _shares(rng, heads, n, m)
    half = several.copy()
    half[0] = _alone(half[0], query, key)
    return [
        Case(
            f"weights ({heads}, {n}, {m}), query {query}, key {key}",
            (several, query, key),
            "the link is cut in every head, each row by its own sum",
        ),
        Case(
            f"weights ({heads}, {n}, {m}), in head 0 query {query} looks at key {key} alone",
            (half, query, key),
            "where one head has nothing left, the others are scaled up as usual",
        ),
        Case(
            f"weights ({batch}, {heads}, {n}, {m}), query {query}, key {key}",
            (_shares(rng, batch, heads, n, m), query, key),
            "any leading axes work",
        ),
        Case(
            f"weights ({n}, {m}), float32, query {query}, key {key}",
            (_shares(rng, n, m).astype("float32"), query, key),
        ),
    ]


def _alone(table, query, key):
    table = table.copy()
    table[query] = np.eye(table.shape[1])[key]
    return table


def _emptied(table, query):
    table = table.copy()
    table[query] = 0.0
    return table


def _without(table, query, key):
    table = table.copy()
    table[query, key] = 0.0
    table[query] /= table[query].sum()
    return table


def _nearly(table, query, key):
    table = table.copy()
    table[query, key] = 0.0
    table[query] *= 1e-6 / table[query].sum()
    table[query, key] = 1 - 1e-6
    return table


def from_none_to_all(case, score):
    """Say whether every score lies between 0 and 1."""
    return bool(np.all((score > -1e-6) & (score < 1 + 1e-6)))


def the_link_is_cut(case, result):
    """Say whether the weight of the link is 0 in every head."""
    _, query, key = case.args
    return bool(np.all(result[..., query, key] == 0))


def rows_sum_to_one_or_zero(case, result):
    """Say whether the row that lost a link sums to 1, or to 0 where nothing was left."""
    weights, query, key = case.args
    left = np.delete(weights[..., query, :], key, axis=-1).sum(axis=-1) > 0
    return np.allclose(result[..., query, :].sum(axis=-1), left, atol=1e-5)


CHECKS = (
    Check(
        name="induction_score",
        number="11.1",
        signature="induction_score(weights, period=None)",
        returns=("(...): one number for each head, an array without axes for a single table",),
        oracle=score_oracle,
        cases=score_cases,
        points=4,
        difficulty=3,
        importance=3,
        minutes=20,
        mistakes=SCORE_MISTAKES,
        identities=(Identity("a score lies between 0 and 1", from_none_to_all),),
    ),
    Check(
        name="knock_out",
        number="11.2",
        signature="knock_out(weights, query, key)",
        returns=("(..., n, m): the weights without one link, each row a whole again",),
        oracle=knock_out_oracle,
        cases=knock_out_cases,
        points=4,
        difficulty=3,
        importance=4,
        minutes=20,
        mistakes=(*KNOCK_OUT_MISTAKES, *KNOCK_OUT_ROW_MISTAKES),
        identities=(
            Identity("the weight of the link is 0", the_link_is_cut),
            Identity(
                "the row that lost a link sums to 1, or to 0 if nothing was left",
                rows_sum_to_one_or_zero,
            ),
        ),
    ),
)
