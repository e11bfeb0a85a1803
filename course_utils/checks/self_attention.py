"""Lesson 5: self-attention, and how much attention some words give to others."""

import math

import numpy as np

from course_utils.checks.attention import attention_oracle
from course_utils.checks.attention_share_mistakes import SHARE_MISTAKES
from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.self_attention_mistakes import SELF_ATTENTION_MISTAKES
from course_utils.checks.self_attention_scale_mistakes import SELF_ATTENTION_SCALE_MISTAKES


def project(X, W):
    """Multiply the vector of each word with each column of W, number by number."""
    result = np.empty((*X.shape[:-1], W.shape[1]), dtype=X.dtype)
    for *where, column in np.ndindex(result.shape):
        word = X[tuple(where)]
        products = [float(word[c]) * float(W[c, column]) for c in range(len(W))]
        result[(*where, column)] = math.fsum(products)
    return result


def self_attention_oracle(X, W_Q, W_K, W_V, mask=None):
    """Let every word ask, answer and hand over, then mix row by row."""
    return attention_oracle(project(X, W_Q), project(X, W_K), project(X, W_V), mask)


def share_oracle(weights, queries, keys):
    """Add up the weight of one query on one key at a time."""
    result = np.empty(weights.shape[:-2], dtype=weights.dtype)
    for where in np.ndindex(result.shape):
        total = math.fsum(float(weights[(*where, i, j)]) for i in queries for j in keys)
        result[where] = total / len(queries)
    return result


def _by_hand(rng):
    """Return two words, and matrices of one feature whose scores are logarithms or 0."""
    first, second = counts = rng.permutation(np.arange(1, 6))[:2]
    X = np.array([[1.0, 0.0, rng.integers(1, 4)], [0.0, 1.0, rng.integers(1, 4)]])
    W_Q = np.array([[1.0], [0.0], [0.0]])
    W_K = np.array([[math.log(first)], [math.log(second)], [0.0]])
    W_V = rng.integers(-4, 5, size=(3, 2)).astype(float)
    shares = f"{first}/{counts.sum()} and {second}/{counts.sum()}"
    return Case(
        f"X = {X.astype(int).tolist()}, W_Q = [[1], [0], [0]], "
        f"W_K = [[log {first}], [log {second}], [0]], W_V = {W_V.astype(int).tolist()}",
        (X, W_Q, W_K, W_V),
        f"the first word asks 1, the second 0: its weights are {shares}, those of the second 1/2",
    )


def self_attention_cases(rng):
    """Give two words to check by hand, then sizes that differ, then leading axes and masks."""
    sizes = n, d_model, d_k, d_v, _, _ = distinct_sizes(rng, 6, low=3)
    W_Q, W_K, W_V = W = [rng.normal(size=(d_model, d)) for d in (d_k, d_k, d_v)]
    X, one = rng.normal(size=(n, d_model)), rng.normal(size=(1, d_model))
    order = np.roll(np.arange(n), rng.integers(1, n))
    plain = [
        _by_hand(rng),
        Case(f"X of shape ({n}, {d_model}), W_Q and W_K {W_Q.shape}, W_V {W_V.shape}", (X, *W)),
        Case(
            f"X of shape ({n}, {d_model}), all three matrices ({d_model}, {d_model})",
            (X, *(rng.normal(size=(d_model, d_model)) for _ in range(3))),
            "queries, keys and values each have a matrix of their own, also when all are square",
        ),
        Case(
            "the same words and matrices as in case 2, the words in another order",
            (X[order], *W),
            "the outputs come in the new order and are the same, and so are the weights",
        ),
        Case(
            f"X of shape ({n}, {d_model}) with scores in the thousands",
            (X, 100.0 * W_Q, 100.0 * W_K, W_V),
            "nothing overflows",
        ),
        Case(
            f"X of shape (1, {d_model}), a sentence of one word",
            (one, *W),
            "one word alone gives itself a weight of 1",
        ),
        Case(
            f"X of shape ({n}, {d_model}), float32",
            (X.astype("float32"), *(w.astype("float32") for w in W)),
        ),
    ]
    return plain + _wider_cases(rng, sizes, W)


def _wider_cases(rng, sizes, W):
    n, d_model, _, _, batch, heads = sizes
    X = rng.normal(size=(n, d_model))
    sentences = rng.normal(size=(batch, n, d_model))
    lengths = rng.integers(1, n, size=batch)
    low, only = _low_score(X, *W[:2])
    return [
        Case(
            f"X of shape ({batch}, {n}, {d_model})",
            (sentences, *W),
            "each sentence attends to itself alone",
        ),
        Case(
            f"X of shape ({batch}, {heads}, {n}, {d_model})",
            (rng.normal(size=(batch, heads, n, d_model)), *W),
            "any leading axes work",
        ),
        Case(
            f"X of shape ({n}, {d_model}), with the causal mask of shape ({n}, {n})",
            (X, *W, np.tril(np.ones((n, n), dtype=bool))),
            "no word sees a later one",
        ),
        Case(
            f"X of shape ({batch}, {n}, {d_model}), with a padding mask of shape ({batch}, 1, {n})",
            (sentences, *W, np.arange(n) < lengths[:, None, None]),
            "every sentence has a mask of its own, the same for all its queries",
        ),
        Case(
            f"X of shape ({n}, {d_model}), word 0 may attend to word {only} only, score −20,000",
            (X, low, *W[1:], (np.arange(n) == only) | (np.arange(n)[:, None] > 0)),
            "a hidden word gets weight 0, however low the others score",
        ),
    ]


def _low_score(X, W_Q, W_K):
    """Return W_Q so large that word 0 gives a word a score of -20,000, and that word's index."""
    scores = X[0] @ W_Q @ (X @ W_K).T / W_Q.shape[1] ** 0.5
    only = int(np.argmax(np.abs(scores)))
    return W_Q * (-20000.0 / scores[only]), only


def _weights(rng, *shape):
    """Return weights whose rows sum to 1."""
    powers = np.exp(2.0 * rng.normal(size=shape))
    return powers / powers.sum(axis=-1, keepdims=True)


def _some(rng, size, count):
    """Return `count` different indices below `size`, sorted, with a gap between the last two."""
    return np.sort(np.append(rng.permutation(size - 2)[: count - 1], size - 1))


def share_cases(rng):
    """Give one row to check by hand, then several words, heads and layers, and float32."""
    n, m = (int(size) for size in rng.permutation(np.arange(7, 11))[:2])
    layers, heads = distinct_sizes(rng, 2, low=3, high=6)
    tenths = np.array([rng.permutation([0.1, 0.2, 0.3, 0.4]) for _ in range(3)])
    queries, keys = _some(rng, n, 2), _some(rng, m, 3)
    table, square = _weights(rng, n, m), _weights(rng, n, n)
    sums = "the weights of a query on all the keys are added, then averaged over the queries"
    return [
        Case(
            f"weights with the rows {tenths.tolist()}, queries [1], keys [0, 3]",
            (tenths, np.array([1]), np.array([0, 3])),
            "two weights of one row are added",
        ),
        Case(
            f"weights ({n}, {m}), queries {queries.tolist()}, keys {keys.tolist()}",
            (table, queries, keys),
            sums,
        ),
        Case(
            f"weights ({n}, {n}), two queries and two keys",
            (square, _some(rng, n, 2), _some(rng, n - 1, 2)),
            "every chosen query counts with every chosen key, also when there are as many of both",
        ),
        Case(
            f"weights ({n}, {m}), lists of queries and keys in falling order",
            (table, queries[::-1].tolist(), keys[::-1].tolist()),
            "the words may be named in lists as well as arrays, and in any order",
        ),
        Case(
            f"weights ({n}, {m}), queries {queries.tolist()}, all keys",
            (table, queries, np.arange(m)),
            "all keys together get a share of 1",
        ),
        Case(
            f"weights ({heads}, {n}, {m}), one query and two keys",
            (_weights(rng, heads, n, m), _some(rng, n, 1), _some(rng, m, 2)),
            "one number for each head",
        ),
        Case(
            f"weights ({layers}, {heads}, {n}, {m}), three queries and two keys",
            (_weights(rng, layers, heads, n, m), _some(rng, n, 3), _some(rng, m, 2)),
            "any leading axes work, and each head keeps a number of its own",
        ),
        Case(
            f"weights ({n}, {m}), queries {queries.tolist()}, keys {keys.tolist()}, float32",
            (table.astype("float32"), queries, keys),
        ),
    ]


def rows_sum_to_one(case, output, weights):
    """Say whether the weights of every word add up to 1."""
    return np.allclose(weights.sum(axis=-1), 1.0, atol=1e-5)


def masked_words_get_nothing(case, output, weights):
    """Say whether every weight is zero where the mask is False."""
    mask = case.args[4] if len(case.args) > 4 else None
    return mask is None or not np.any(np.where(mask, 0.0, weights))


def output_mixes_the_values(case, output, weights):
    """Say whether the output is what the returned weights make of the values X @ W_V."""
    return np.allclose(output, weights @ (case.args[0] @ case.args[3]), rtol=1e-4, atol=1e-4)


def between_none_and_all(case, share):
    """Say whether every share lies between 0 and 1."""
    return bool(np.all((share > -1e-6) & (share < 1 + 1e-6)))


CHECKS = (
    Check(
        name="self_attention",
        number="5.1",
        signature="self_attention(X, W_Q, W_K, W_V, mask=None)",
        returns=(
            "output: (..., n, d_v), a mixture of values for each word",
            "weights: (..., n, n), a row for each word that asks, a column for each that answers",
        ),
        oracle=self_attention_oracle,
        cases=self_attention_cases,
        points=4,
        difficulty=2,
        importance=5,
        minutes=15,
        mistakes=(*SELF_ATTENTION_MISTAKES, *SELF_ATTENTION_SCALE_MISTAKES),
        identities=(
            Identity("the weights of each word sum to 1", rows_sum_to_one),
            Identity("a word gets weight 0 where the mask is False", masked_words_get_nothing),
            Identity("the output is weights @ (X @ W_V)", output_mixes_the_values),
        ),
    ),
    Check(
        name="attention_share",
        number="5.2",
        signature="attention_share(weights, queries, keys)",
        returns=("(...): one number for each head, an array without axes for a single table",),
        oracle=share_oracle,
        cases=share_cases,
        points=3,
        difficulty=2,
        importance=3,
        minutes=15,
        mistakes=SHARE_MISTAKES,
        identities=(Identity("a share lies between 0 and 1", between_none_and_all),),
    ),
)
