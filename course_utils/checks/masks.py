"""Lesson 4: the causal mask, the padding mask, and a softmax that obeys a mask."""

import math

import numpy as np

from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.masked_rows_mistakes import MASKED_ROWS_MISTAKES
from course_utils.checks.masked_softmax_mistakes import MASKED_SOFTMAX_MISTAKES
from course_utils.checks.masks_mistakes import CAUSAL_MISTAKES, PADDING_MISTAKES


def causal_oracle(n):
    """Ask for each query and each key whether the key comes later."""
    mask = np.empty((n, n), dtype=bool)
    for query in range(n):
        for key in range(n):
            mask[query, key] = not key > query
    return mask


def padding_oracle(lengths, m):
    """Open the first words of each sentence, one at a time."""
    mask = np.zeros((len(lengths), 1, m), dtype=bool)
    for sentence, length in enumerate(lengths):
        for word in range(int(length)):
            mask[sentence, 0, word] = True
    return mask


def masked_softmax_oracle(scores, mask):
    """Share out a weight of 1 among the keys that a row allows, key by key."""
    weights = np.zeros_like(scores)
    allowed = np.broadcast_to(mask, scores.shape)
    for row in np.ndindex(scores.shape[:-1]):
        keys = [j for j in range(scores.shape[-1]) if allowed[(*row, j)]]
        best = max((float(scores[(*row, j)]) for j in keys), default=0.0)
        powers = {j: math.exp(float(scores[(*row, j)]) - best) for j in keys}
        for j in keys:
            weights[(*row, j)] = powers[j] / math.fsum(powers.values())
    return weights


def causal_cases(rng):
    """Give three words to write down by hand, one word, then sentences of other lengths."""
    lengths = [int(n) for n in rng.choice([2, 4, 5, 6, 7, 8, 9, 10, 11, 12], 4, replace=False)]
    return [
        Case("n = 3", (3,), "query 0 sees key 0 alone, query 2 sees all three"),
        Case("n = 1", (1,), "a word alone may attend to itself"),
        *(Case(f"n = {n}", (n,)) for n in lengths),
    ]


def padding_cases(rng):
    """Give two sentences to check by hand, then more, then full, wide and empty ones."""
    sentences, m, more, spare = distinct_sizes(rng, 4, low=3)
    mixed = rng.integers(1, m + 1, size=sentences)
    mixed[0], mixed[-1] = m - 1, 1
    short = rng.integers(1, m, size=more)
    empty = np.concatenate([rng.permutation(np.arange(1, m + 1))[:2], [0]])
    cases = [
        (rng.permutation([1, 2]), 3, "a row for the words of each sentence"),
        (mixed, m, ""),
        (short, m + spare, "m may be more than the longest sentence here has"),
        (np.full(sentences, m), m, "where every sentence is full, nothing is hidden"),
        (rng.permutation(np.arange(1, m + 1)), m, "as many sentences as words"),
        (empty, m, "a sentence of length 0 has no word to attend to"),
        (np.array([more]), more + spare, "one sentence is a batch too"),
    ]
    return [
        Case(f"lengths = {lengths.tolist()} and m = {m}", (lengths, m), claim)
        for lengths, m, claim in cases
    ]


def some_keys(rng, *shape):
    """Return a mask whose rows allow at least one key and forbid at least one."""
    mask = rng.random(shape) < 0.5
    for row in np.ndindex(shape[:-1]):
        opened, closed = rng.permutation(shape[-1])[:2]
        mask[(*row, opened)], mask[(*row, closed)] = True, False
    return mask


def _by_hand(rng):
    """Return one row of scores that are logarithms, its mask, and the weights in words."""
    counts, closed = rng.permutation(np.arange(1, 7))[:3], int(rng.integers(3))
    mask = (np.arange(3) != closed)[None, :]
    total = counts.sum() - counts[closed]
    shares = ", ".join(f"{c}/{total}" if open_ else "0" for c, open_ in zip(counts, mask[0]))
    return np.log(counts.astype(float))[None, :], mask, counts.tolist(), shares


def masked_softmax_cases(rng):
    """Give weights to check by hand, a row with nothing, extremes, then stretched masks."""
    n, m, batch, heads = distinct_sizes(rng, 4, low=3)
    by_hand, mask, counts, shares = _by_hand(rng)
    scores, allowed = rng.normal(size=(n, m)) * 2, some_keys(rng, n, m)
    one_empty = some_keys(rng, n, m)
    one_empty[rng.integers(n)] = False
    tempting, best = rng.normal(size=(n, m)), int(rng.integers(m))
    tempting[:, best] = 30000.0
    far = rng.normal(size=(n, m)) + np.resize([1000.0, 0.0, -20000.0], n)[:, None]
    return [
        Case(
            f"scores = log of {counts}, mask = {mask[0].tolist()}",
            (by_hand, mask),
            f"the scores are logarithms of whole numbers, and the weights are {shares}",
        ),
        Case(f"scores and mask of shape ({n}, {m})", (scores, allowed)),
        Case(
            f"scores of shape ({n}, {m}), with a row in which nothing is allowed",
            (scores, one_empty),
            "a row with nothing to attend to gets zeros, and no other row notices",
        ),
        Case(
            f"scores of shape ({n}, {m}) and a mask that is False everywhere",
            (scores, np.zeros((n, m), dtype=bool)),
            "where every row is empty, all weights are 0",
        ),
        Case(
            f"scores of shape ({n}, {m}), with a forbidden key whose scores are 30,000",
            (tempting, np.broadcast_to(np.arange(m) != best, (n, m)).copy()),
            "a forbidden key gets weight 0, however well it fits",
        ),
        Case(
            f"scores of shape ({n}, {m}) near +1,000, 0 and −20,000",
            (far, some_keys(rng, n, m)),
            "nothing overflows",
        ),
        *_stretched(rng, n, m, batch, heads),
    ]


def _stretched(rng, n, m, batch, heads):
    lengths = rng.integers(1, m, size=batch)
    lengths[0] = 0
    padding = np.arange(m) < lengths[:, None, None]
    deep = rng.normal(size=(batch, heads, n, m))
    tables, own = rng.normal(size=(heads, n, m)).astype("float32"), some_keys(rng, heads, n, m)
    own[rng.integers(heads), rng.integers(n)] = False
    return [
        Case(
            f"scores of shape ({batch}, {n}, {m}) and a mask of shape ({batch}, 1, {m})",
            (rng.normal(size=(batch, n, m)), padding),
            "a mask with an axis of length 1 serves all queries; the first sentence is empty",
        ),
        Case(
            f"scores of shape ({batch}, {heads}, {n}, {m}) and a mask of shape ({n}, {m})",
            (deep, some_keys(rng, n, m)),
            "one mask serves all leading axes",
        ),
        Case(
            f"scores and mask of shape ({heads}, {n}, {m}), float32, with an empty row",
            (tables, own),
            "a mask may have all the axes of the scores",
        ),
    ]


def each_word_sees_itself(case, mask):
    """Say whether the diagonal is True."""
    return bool(np.diagonal(mask).all())


def no_word_sees_a_later_one(case, mask):
    """Say whether everything right of the diagonal is False."""
    return not any(mask[i, i + 1 :].any() for i in range(len(mask)))


def as_many_as_the_length(case, mask):
    """Say whether each sentence has as many True as words."""
    return np.array_equal(mask.sum(axis=-1).ravel(), case.args[0])


def forbidden_keys_get_nothing(case, weights):
    """Say whether every weight is zero where the mask is False."""
    return not np.any(np.where(case.args[1], 0.0, weights))


def rows_sum_to_one_or_zero(case, weights):
    """Say whether a row sums to 1 where a key is allowed, and to 0 elsewhere."""
    some = np.broadcast_to(case.args[1], weights.shape).any(axis=-1)
    return np.allclose(weights.sum(axis=-1), np.where(some, 1.0, 0.0), atol=1e-5)


CHECKS = (
    Check(
        name="causal_mask",
        number="4.1",
        signature="causal_mask(n)",
        returns=("(n, n): a row for each query, a column for each key",),
        oracle=causal_oracle,
        cases=causal_cases,
        points=2,
        difficulty=1,
        importance=5,
        minutes=8,
        mistakes=CAUSAL_MISTAKES,
        identities=(
            Identity("every word may attend to itself", each_word_sees_itself),
            Identity("no word may attend to a later one", no_word_sees_a_later_one),
        ),
    ),
    Check(
        name="padding_mask",
        number="4.2",
        signature="padding_mask(lengths, m)",
        returns=("(B, 1, m): for each sentence one row over the keys, for all queries",),
        oracle=padding_oracle,
        cases=padding_cases,
        points=3,
        difficulty=3,
        importance=4,
        minutes=12,
        mistakes=PADDING_MISTAKES,
        identities=(
            Identity("a sentence has as many True as it has words", as_many_as_the_length),
        ),
    ),
    Check(
        name="masked_softmax",
        number="4.3",
        signature="masked_softmax(scores, mask)",
        returns=("(..., n, m): a row for each query, a column for each key",),
        oracle=masked_softmax_oracle,
        cases=masked_softmax_cases,
        points=4,
        difficulty=3,
        importance=5,
        minutes=15,
        mistakes=(*MASKED_SOFTMAX_MISTAKES, *MASKED_ROWS_MISTAKES),
        identities=(
            Identity("a key gets weight 0 where the mask is False", forbidden_keys_get_nothing),
            Identity(
                "a row sums to 1 where a key is allowed, and to 0 where none is",
                rows_sum_to_one_or_zero,
            ),
        ),
    ),
)
