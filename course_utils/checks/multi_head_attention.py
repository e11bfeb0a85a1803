"""Lesson 7: features split into heads, merged again, and attention with many heads."""

import math

import numpy as np

from course_utils.checks.attention import choose_keys
from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.heads_mistakes import SPLIT_MISTAKES, blocks
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.merge_heads_mistakes import MERGE_MISTAKES, joined
from course_utils.checks.multi_head_attention_mistakes import MULTI_HEAD_MISTAKES
from course_utils.checks.multi_head_inputs_mistakes import INPUT_MISTAKES
from course_utils.checks.multi_head_loops_mistakes import LOOP_MISTAKES


def split_oracle(X, heads):
    """Carry every number to the head that its feature belongs to."""
    *leading, n, d = X.shape
    d_head = d // heads
    result = np.empty((*leading, heads, n, d_head), dtype=X.dtype)
    for *where, word, feature in np.ndindex(X.shape):
        head, place = divmod(feature, d_head)
        result[(*where, head, word, place)] = X[(*where, word, feature)]
    return result


def merge_oracle(X):
    """Carry every number back to the row of its word."""
    *leading, heads, n, d_head = X.shape
    result = np.empty((*leading, n, heads * d_head), dtype=X.dtype)
    for *where, head, word, place in np.ndindex(X.shape):
        result[(*where, word, head * d_head + place)] = X[(*where, head, word, place)]
    return result


def _products(left, right):
    return math.fsum(float(a) * float(b) for a, b in zip(left, right))


def _seen_by(W, head, heads, word):
    """Return what one head makes of a word: a list of d_head numbers."""
    d_head = W.shape[1] // heads
    return [_products(word, W[:, head * d_head + f]) for f in range(d_head)]


def _shares(query, keys, open_keys):
    """Return the weight of every key, 0 for those that are not open."""
    scores = {j: _products(query, keys[j]) / math.sqrt(len(query)) for j in open_keys}
    best = max(scores.values())
    powers = {j: math.exp(score - best) for j, score in scores.items()}
    total = math.fsum(powers.values())
    return [powers[j] / total if j in powers else 0.0 for j in range(len(keys))]


def multi_head_oracle(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Let each head look and write for itself, and add up what they wrote."""
    *leading, n, _ = X_Q.shape
    m, d_v = X_KV.shape[-2], W_V.shape[1] // heads
    weights = np.zeros((*leading, heads, n, m), dtype=X_Q.dtype)
    output = np.zeros((*leading, n, W_O.shape[1]), dtype=np.float64)
    allowed = np.broadcast_to(mask is None or mask, (*leading, n, m))
    for *where, h in np.ndindex(*leading, heads):
        keys = [_seen_by(W_K, h, heads, X_KV[(*where, j)]) for j in range(m)]
        values = [_seen_by(W_V, h, heads, X_KV[(*where, j)]) for j in range(m)]
        for i in range(n):
            query = _seen_by(W_Q, h, heads, X_Q[(*where, i)])
            open_keys = [j for j in range(m) if allowed[(*where, i, j)]]
            row = _shares(query, keys, open_keys)
            weights[(*where, h, i)] = row
            for f in range(d_v):
                gathered = _products(row, [value[f] for value in values])
                output[(*where, i)] += gathered * W_O[h * d_v + f]
    return output.astype(X_Q.dtype), weights


def _numbered(rng, words, features):
    """Return a table whose numbers say where they stand: feature 3 of word 2 is 23."""
    first = int(rng.integers(1, 7))
    rows, columns = first + np.arange(words), 1 + np.arange(features)
    return 10.0 * rows[:, None] + columns


def _split_case(rng, leading, n, heads, d_head, claim="", dtype="float64"):
    X = rng.normal(size=(*leading, n, heads * d_head)).astype(dtype)
    single = ", float32" if dtype == "float32" else ""
    return Case(f"X of shape {X.shape}, heads={heads}{single}", (X, heads), claim)


def split_cases(rng):
    """Give numbers that say where they come from, then sizes that differ, then leading axes."""
    n, heads, d_head, batch, more = distinct_sizes(rng, 5)
    X = _numbered(rng, 3, 4)
    says = "the first digit of a number is its word, and a row of a head belongs to one word"
    alike = "words are not taken for heads, also when there are as many of both"
    return [
        Case(f"X = {X.astype(int).tolist()}, heads=2", (X, 2), says),
        _split_case(rng, (), n, heads, d_head),
        _split_case(rng, (), n, n, d_head, alike),
        _split_case(rng, (), n, 1, d_head, "one head is the whole, with an axis of length 1"),
        _split_case(rng, (), n, heads, 1, "a head may have a single feature"),
        _split_case(rng, (batch,), n, heads, d_head),
        _split_case(rng, (batch, more), n, heads, d_head, "any leading axes work"),
        _split_case(rng, (), n, heads, d_head + 1, dtype="float32"),
    ]


def _merge_case(rng, leading, n, heads, d_head, claim="", dtype="float64"):
    X = rng.normal(size=(*leading, heads, n, d_head)).astype(dtype)
    single = ", float32" if dtype == "float32" else ""
    return Case(f"X of shape {X.shape}{single}", (X,), claim)


def merge_cases(rng):
    """Give two heads of three words to merge by hand, then sizes that differ, leading axes."""
    n, heads, d_head, batch, more = distinct_sizes(rng, 5)
    X = np.stack(np.split(_numbered(rng, 3, 4), 2, axis=-1))
    says = "the first digit of a number is its word, and the row of a word has no other digit"
    alike = "words are not taken for heads, also when there are as many of both"
    return [
        Case(f"X = {X.astype(int).tolist()}", (X,), says),
        _merge_case(rng, (), n, heads, d_head),
        _merge_case(rng, (), n, n, d_head, alike),
        _merge_case(rng, (), n, 1, d_head, "one head is the whole"),
        _merge_case(rng, (), n, heads, 1, "a head may have a single feature"),
        _merge_case(rng, (batch,), n, heads, d_head),
        _merge_case(rng, (batch, more), n, heads, d_head, "any leading axes work"),
        _merge_case(rng, (), 1, heads, d_head + 1, "a single word keeps its row", "float32"),
    ]


def _same_numbers_for_each_word(whole, heads):
    """Say whether each word of (..., n, d) has the numbers that it has in (..., heads, n, d')."""
    rows = np.moveaxis(heads, -3, -2).reshape(whole.shape)
    return np.array_equal(np.sort(rows, axis=-1), np.sort(whole, axis=-1))


def split_keeps_words_apart(case, result):
    """Say whether row i of the heads holds the numbers of word i and no others."""
    return _same_numbers_for_each_word(case.args[0], result)


def merge_keeps_words_apart(case, result):
    """Say whether row i holds the numbers that word i has in the heads and no others."""
    return _same_numbers_for_each_word(result, case.args[0])


def _by_hand(rng):
    """Return two heads with one feature each whose weights are simple shares, said in words."""
    a, b = (int(k) for k in rng.permutation(np.arange(2, 10))[:2])
    X_Q, X_KV = np.ones((1, 2)), np.eye(2)
    W_K = np.array([[math.log(a), 0.0], [0.0, math.log(b)]])
    W_V, W_O = (rng.integers(1, 5, size=(2, 2)).astype(float) for _ in range(2))
    shares = (
        f"the weights are ({a}/{a + 1}, 1/{a + 1}) in head 0 and (1/{b + 1}, {b}/{b + 1}) in head 1"
    )
    return (X_Q, X_KV, np.eye(2), W_K, W_V, W_O, 2), shares


def _draw(rng, n, m, sizes, heads, leading=(), dtype="float64"):
    """Return the seven arguments before the mask; sizes are d_model, d_k and d_v."""
    d_model, d_k, d_v = sizes
    shapes = [(*leading, n, d_model), (*leading, m, d_model)]
    shapes += [(d_model, heads * d_k), (d_model, heads * d_k)]
    shapes += [(d_model, heads * d_v), (heads * d_v, d_model)]
    return (*(rng.normal(size=shape).astype(dtype) for shape in shapes), heads)


def _says(arguments, words=""):
    X_Q, X_KV, *_, heads = arguments
    return f"X_Q of shape {X_Q.shape}, X_KV {X_KV.shape}, heads={heads}{words}"


def multi_head_cases(rng):
    """Give two heads to check by hand, then sizes that differ, then masks and many sentences."""
    n, m, d_k, d_v, heads, batch = distinct_sizes(rng, 6, high=7)
    sizes = int(rng.choice([11, 13])), d_k, d_v  # a prime, so never heads * d_k
    by_hand, shares = _by_hand(rng)
    plain, tall = (_draw(rng, n, m, sizes, heads, leading) for leading in ((), (batch,)))
    square = _draw(rng, 6, 6, (6, 2, 2), 3)
    alone = _draw(rng, n, m, (sizes[0], d_k, d_k), 1)
    single = _draw(rng, n, m, sizes, heads, dtype="float32")
    plain_cases = [
        Case("X_Q = [[1, 1]], X_KV = [[1, 0], [0, 1]], heads=2", by_hand, shares),
        Case(_says(plain), plain),
        Case(
            _says(square),
            square,
            "words are rows, and W stands on the right, also when all sizes agree",
        ),
        Case(_says(alone), alone, "one head is `attention`, and a product with W_O"),
        Case(_says(tall), tall),
        Case(_says(single, ", float32"), single),
    ]
    return plain_cases + _masked_cases(rng, (n, m, sizes, heads, batch))


def _masked_cases(rng, drawn):
    n, m, sizes, heads, batch = drawn
    tall, as_many = (_draw(rng, n, m, sizes, heads, (count,)) for count in (batch, heads))
    plain = _draw(rng, n, m, sizes, heads)
    lengths = np.resize(rng.permutation(np.arange(1, m)), (batch, 1, 1))
    padding = np.arange(m) < lengths  # (batch, 1, m)
    own = np.stack([choose_keys(rng, n, m) for _ in range(heads)])
    deep = _draw(rng, n, m, sizes, heads, (2, batch))
    each = np.stack([choose_keys(rng, n, m) for _ in range(2 * batch)]).reshape(2, batch, n, m)
    shared = choose_keys(rng, n, m)
    low, only = _low_score(plain)
    return [
        Case(_says(plain, f", mask ({n}, {m})"), (*plain, shared), "no head sees what is hidden"),
        Case(_says(tall, f", mask ({n}, {m})"), (*tall, shared), "one mask for all sentences"),
        Case(_says(tall, f", mask {padding.shape}"), (*tall, padding), "padding: as in lesson 4"),
        Case(_says(deep, f", mask {each.shape}"), (*deep, each), "any leading axes work"),
        Case(
            _says(as_many, f", mask {own.shape}"),
            (*as_many, own),
            "a mask belongs to a sentence and not to a head, also when there are as many of both",
        ),
        Case(
            _says(plain, f", query 0 sees key {only} only, with the score −20,000 in head 0"),
            (*low, (np.arange(m) == only) | (np.arange(n)[:, None] > 0)),
            "what is hidden gets weight 0, however low the others score",
        ),
    ]


def _low_score(arguments):
    """Return them with a W_Q that makes one score of query 0 -20,000, and the index of its key."""
    X_Q, X_KV, W_Q, W_K, *rest, heads = arguments
    d_k = W_Q.shape[1] // heads
    scores = X_Q[0] @ W_Q[:, :d_k] @ (X_KV @ W_K[:, :d_k]).T / d_k**0.5
    only = int(np.argmax(np.abs(scores)))
    return (X_Q, X_KV, W_Q * (-20000.0 / scores[only]), W_K, *rest, heads), only


def rows_sum_to_one(case, output, weights):
    """Say whether in each head the weights of every query add up to 1."""
    return np.allclose(weights.sum(axis=-1), 1.0, atol=1e-5)


def no_head_sees_what_is_hidden(case, output, weights):
    """Say whether every head's weights are zero where the mask is False."""
    mask = case.args[7] if len(case.args) > 7 else None
    return mask is None or not np.any(np.where(np.expand_dims(mask, -3), 0.0, weights))


CHECKS = (
    Check(
        name="split_heads",
        number="7.1",
        signature="split_heads(X, heads)",
        returns=("(..., heads, n, d / heads): for each head a row for every word",),
        oracle=split_oracle,
        cases=split_cases,
        points=3,
        difficulty=3,
        importance=4,
        minutes=15,
        mistakes=(*SPLIT_MISTAKES, one_leading_axis(blocks)),
        identities=(Identity("row i of every head comes from word i", split_keeps_words_apart),),
    ),
    Check(
        name="merge_heads",
        number="7.2",
        signature="merge_heads(X)",
        returns=("(..., n, heads * d_head): a row for each word",),
        oracle=merge_oracle,
        cases=merge_cases,
        points=2,
        difficulty=2,
        importance=4,
        minutes=10,
        mistakes=(*MERGE_MISTAKES, one_leading_axis(joined, 3)),
        identities=(Identity("row i holds what word i has in the heads", merge_keeps_words_apart),),
    ),
    Check(
        name="multi_head_attention",
        number="7.3",
        signature="multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None)",
        returns=(
            "output: (..., n, d_model), a row for each word of X_Q",
            "weights: (..., heads, n, m), for each head a row for every query",
        ),
        oracle=multi_head_oracle,
        cases=multi_head_cases,
        points=6,
        difficulty=4,
        importance=5,
        minutes=25,
        mistakes=(*MULTI_HEAD_MISTAKES, *INPUT_MISTAKES, *LOOP_MISTAKES),
        identities=(
            Identity("in each head the weights of each query sum to 1", rows_sum_to_one),
            Identity(
                "no head gives weight to a key where the mask is False",
                no_head_sees_what_is_hidden,
            ),
        ),
    ),
)
