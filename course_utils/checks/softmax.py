"""Lesson 2: softmax and the soft look-up."""

import math

import numpy as np

from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.soft_lookup_mistakes import LOOKUP_MISTAKES
from course_utils.checks.softmax_mistakes import SOFTMAX_MISTAKES


def softmax_oracle(x, axis=-1):
    """Take each line along `axis` on its own, number by number."""
    lines = np.moveaxis(x, axis, -1)
    result = np.empty(lines.shape, dtype=np.result_type(x.dtype, np.float32))
    for where in np.ndindex(lines.shape[:-1]):
        line = [float(number) for number in lines[where]]
        powers = [math.exp(number - max(line)) for number in line]
        result[where] = [power / math.fsum(powers) for power in powers]
    return np.moveaxis(result, -1, axis)


def softmax_cases(rng):
    """Give a vector to check by hand, every axis, numbers that overflow, whole and single ones."""
    n, m, heads, batch = distinct_sizes(rng, 4)
    x = rng.normal(scale=2.0, size=(n, m))
    by_hand = np.log(rng.permutation(np.arange(1.0, 6.0))[:3])
    thousand = np.array([-1000.0, 0.0, 1000.0])
    blocked = rng.normal(size=4)
    blocked[rng.integers(4)] = -np.inf
    tall = rng.normal(size=(batch, n, m))
    deep = rng.normal(size=(batch, heads, n, m))
    return [
        Case("x = log of three whole numbers", (by_hand,), "softmax(log(c)) is c / sum(c)"),
        Case("x of whole numbers", (rng.permutation(np.arange(-1, 3)),), "weights are fractions"),
        Case(f"x of shape ({n}, {m}), axis=-1", (x,)),
        Case(f"x of shape ({n}, {m}), axis=0", (x, 0), "the sum is 1 along the axis asked for"),
        Case(f"x of shape ({batch}, {n}, {m}), axis=1", (tall, 1), "any axis can be asked for"),
        Case(f"x of shape ({batch}, {heads}, {n}, {m})", (deep,), "any leading axes work"),
        Case(
            f"x of shape ({n}, {m}) around +1,000",
            (rng.normal(size=(n, m)) + 1000.0,),
            "adding 1,000 to every score changes nothing, and nothing overflows",
        ),
        Case("x from -1,000 to 1,000", (thousand + rng.normal(size=3),), "nothing overflows"),
        Case(
            f"x of shape (3, {m}), a row around -1,000, one around 0, one around 1,000",
            (thousand[:, None] + rng.normal(size=(3, m)),),
            "each row is a softmax of its own, however large the other rows are",
        ),
        Case("x with a score of -inf", (blocked,), "a score of minus infinity gets the weight 0"),
        Case(f"x of shape ({n}, {m}), float32", (x.astype("float32"),)),
    ]


def sums_to_one(case, weights):
    """Say whether the weights along the case's axis add up to 1."""
    axis = case.args[1] if len(case.args) > 1 else -1
    slack = 1e-5 if case.args[0].dtype == np.float32 else 1e-7
    return np.allclose(weights.sum(axis=axis), 1.0, rtol=0, atol=slack)


def lookup_oracle(q, K, V, temperature=1.0):
    """Score every key with a loop, then add up the values, each by its share."""
    m, d_v = V.shape
    scores = [math.fsum(float(a) * float(b) for a, b in zip(q, K[j])) for j in range(m)]
    e = [math.exp((score - max(scores)) / temperature) for score in scores]
    total = math.fsum(e)
    mixed = [math.fsum(e[j] / total * float(V[j, c]) for j in range(m)) for c in range(d_v)]
    return np.array(mixed, dtype=V.dtype)


def lookup_cases(rng):
    """Give two keys to check by hand, four temperatures, a long query and one key alone."""
    d, m, d_v = distinct_sizes(rng, 3, low=3)
    q, K, V = rng.normal(size=d), rng.normal(size=(m, d)), rng.normal(size=(m, d_v))
    a, b = np.log(rng.permutation([2.0, 6.0]))
    whole = 4.0 * rng.permutation(np.arange(1, 6))[:4].reshape(2, 2)
    order = rng.permutation(m)
    scores = K @ q
    long = q * 1000 / scores[np.argmax(np.abs(scores))]
    clear = q * 2 / np.abs(scores.max())  # at temperature .001 every power over- or underflows
    shapes = f"q ({d},), K ({m}, {d}), V ({m}, {d_v})"
    one = (rng.normal(size=d), rng.normal(size=(1, d)), rng.normal(size=(1, d_v)))
    # With m = d = d_v no wrong product raises an error, so its numbers can tell its name.
    square = (rng.normal(size=d), rng.normal(size=(d, d)), rng.normal(size=(d, d)))
    return [
        Case(
            "two keys whose scores are log 2 and log 6",
            (np.array([1.0]), np.array([[a], [b]]), whole),
            "the weights are 1/4 and 3/4",
        ),
        Case(shapes, (q, K, V)),
        Case(f"{shapes}, temperature=0.5", (q, K, V, 0.5)),
        Case(
            f"{shapes}, temperature=0.001",
            (clear, K, V, 0.001),
            "towards temperature 0 the key that fits best takes all",
        ),
        Case(
            f"{shapes}, temperature=1,000,000",
            (q, K, V, 1e6),
            "towards an infinite temperature the result is the average of the values",
        ),
        Case(
            f"{shapes}, keys and values in another order, temperature=2",
            (q, K[order], V[order], 2.0),
            "the order of the keys does not matter, as long as each keeps its value",
        ),
        Case(f"{shapes}, largest score 1,000", (long, K, V), "nothing overflows"),
        Case("a single key", one, "with one key the result is its value, whatever the query"),
        Case(
            f"q ({d},), K ({d}, {d}), V ({d}, {d})",
            square,
            "keys and values are rows, also when all sizes agree",
        ),
        Case(f"{shapes}, float32", tuple(array.astype("float32") for array in (q, K, V))),
    ]


def within_values(case, mixed):
    """Say whether each feature lies between the smallest and largest of the values."""
    V = case.args[2]
    slack = 1e-5 * np.abs(V).max()
    return bool(np.all((mixed >= V.min(axis=0) - slack) & (mixed <= V.max(axis=0) + slack)))


CHECKS = (
    Check(
        name="softmax",
        number="2.1",
        signature="softmax(x, axis=-1)",
        returns=("the same shape as x",),
        oracle=softmax_oracle,
        cases=softmax_cases,
        points=4,
        difficulty=2,
        importance=5,
        minutes=25,
        identities=(Identity("the weights along the axis sum to 1", sums_to_one),),
        mistakes=SOFTMAX_MISTAKES,
    ),
    Check(
        name="soft_lookup",
        number="2.2",
        signature="soft_lookup(q, K, V, temperature=1.0)",
        returns=("(d_v,): one number for each feature of the values",),
        oracle=lookup_oracle,
        cases=lookup_cases,
        points=3,
        difficulty=2,
        importance=5,
        minutes=20,
        identities=(
            Identity("a mixture lies between the smallest and largest value", within_values),
        ),
        mistakes=LOOKUP_MISTAKES,
        trained=False,
    ),
)
