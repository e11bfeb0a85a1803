"""Lessons 4 to 7: what a class of beginners wrote, wrong or right, and how it has to be taken.

Every wrong one is written otherwise than the known mistake that it has to be taken for.
"""

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.masks import masked_softmax
from course_utils.model.multi_head_attention import merge_heads, split_heads
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)


def one_short(n):
    mask = np.full((n, n), False)
    for i in range(n - 1):
        mask[i, : i + 1] = True
    return mask


def same_row_n_times(n):
    rows = [[False] * n] * n
    for i in range(n):
        for j in range(i + 1):
            rows[i][j] = True
    return np.array(rows)


def returns_at_once(lengths, m):
    mask = np.zeros((len(lengths), 1, m), dtype=bool)
    for b, length in enumerate(lengths):
        mask[b, 0, :length] = True
        return mask


def powers_and_zeros(scores, mask):
    e = np.exp(scores) * mask
    return np.nan_to_num(e / np.sum(e, axis=-1, keepdims=True))


def zero_times_infinity(scores, mask):
    return np.nan_to_num(softmax(scores + (-np.inf) * (~mask)))


def maximum_without_its_axis(scores, mask):
    hidden = np.where(mask, scores, -np.inf)
    e = np.exp(hidden - np.max(hidden, axis=-1))
    return e / e.sum(axis=-1)


def any_not_inverted(scores, mask):
    empty = mask.any(axis=-1, keepdims=True)
    return np.where(empty, 0, softmax(np.where(mask | empty, scores, -np.inf)))


def lowered_by_ten_thousand(scores, mask):
    return softmax(scores + np.where(mask, 0, -1e4)) * mask


def attends(fill=-np.inf, weigh=softmax, scale=lambda Q: Q.shape[-1] ** 0.5):
    def attention(Q, K, V, mask=None):
        scores = Q @ np.swapaxes(K, -1, -2) / scale(Q)
        weights = weigh(scores if mask is None else np.where(mask, scores, fill))
        return weights @ V, weights

    return attention


def own(attend):
    return lambda X, W_Q, W_K, W_V, mask=None: attend(X @ W_Q, X @ W_K, X @ W_V, mask)


def star_product(X, W_Q, W_K, W_V, mask=None):
    return attention(X * W_Q, X * W_K, X * W_V, mask)


def inverted(X, W_Q, W_K, W_V, mask=None):
    return own(attention)(X, W_Q, W_K, W_V, None if mask is None else ~mask)


def only_if_masked(X, W_Q, W_K, W_V, mask=None):
    if mask is not None:
        return own(attention)(X, W_Q, W_K, W_V, mask)


def range_of_len(weights, queries, keys):
    total = 0
    for i in range(len(queries)):
        for j in range(len(keys)):
            total = total + weights[..., i, j]
    return total / len(queries)


def zero_in_the_loop(weights, queries, keys):
    for i in queries:
        total = 0
        for j in keys:
            total = total + weights[..., i, j]
    return total / len(queries)


def in_one_row(n, d, base=10000):
    hand = np.arange(d) // 2
    angle = np.arange(n) * base ** (-2 * hand / d)
    return np.where(np.arange(d) % 2 == 0, np.sin(angle), np.cos(angle))


def first_position_only(n, d, base=10000):
    table = np.zeros((n, d))
    for i in range(n):
        for c in range(d):
            angle = i / base ** (c // 2 * 2 / d)
            table[i, c] = np.cos(angle) if c % 2 else np.sin(angle)
        return table


def rotation(X, base):
    n, d = X.shape[-2:]
    angle = np.outer(np.arange(n), base ** (-np.arange(0, d, 2) / d))
    return X[..., ::2], X[..., 1::2], np.cos(angle), np.sin(angle)


def with_a_second_minus(X, base=10000):
    x, y, c, s = rotation(X, base)
    turned = np.array(X)
    turned[..., ::2], turned[..., 1::2] = c * x - s * y, s * x - c * y
    return turned


def by_row_and_column(X, base=10000):
    turned = np.zeros_like(X)
    n, d = X.shape[-2:]
    for i in range(n):
        for h in range(d // 2):
            a = i * base ** (-2 * h / d)
            x, y = X[i, 2 * h], X[i, 2 * h + 1]
            turned[i, 2 * h] = x * np.cos(a) - y * np.sin(a)
            turned[i, 2 * h + 1] = x * np.sin(a) + y * np.cos(a)
    return turned


def reshape_lost(X, heads):
    *leading, n, d = X.shape
    X.reshape(*leading, n, heads, d // heads)
    return X.swapaxes(-2, -3)


def slices_too_short(X, heads):
    d_h = X.shape[-1] // heads
    return np.moveaxis([X[..., h * d_h : (h + 1) * d_h - 1] for h in range(heads)], 0, -3)


def many(attend=attention, widen=lambda mask: np.expand_dims(mask, -3), merge=merge_heads):
    def multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
        Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
        gathered, weights = attend(Q, K, V, None if mask is None else widen(mask))
        return merge(gathered) @ W_O, weights

    return multi_head_attention


def if_mask(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    mask = np.expand_dims(mask, -3) if mask else mask
    return many(widen=lambda mask: mask)(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)


def head_by_head(last=False, axis=0, merged=-1):
    def multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
        notes, shares = [], []
        for h in range(heads):
            Q, K, V = (np.split(W, heads, axis=1)[h] for W in (W_Q, W_K, W_V))
            note, weights = attention(X_Q @ Q, X_KV @ K, X_KV @ V, mask)
            notes, shares = [*notes, note], [*shares, weights]
        return np.concatenate(notes, axis=-1) @ W_O, weights if last else np.stack(shares, axis)

    return multi_head_attention


def width_of_the_paper(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    attend = attends(scale=lambda Q: (X_Q.shape[-1] / heads) ** 0.5)
    return many(attend)(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)


NAMED = [
    ("causal_mask", one_short, "a last row that is all False"),
    ("causal_mask", same_row_n_times, "allows everything"),
    ("causal_mask", lambda n: np.arange(n) <= np.arange(n), "each with itself"),
    ("padding_mask", lambda lengths, m: lengths > np.arange(m), "lie along one axis"),
    ("padding_mask", returns_at_once, "right for the first sentence"),
    ("padding_mask", lambda lengths, m: np.full((len(lengths), 1, m), True), "hides nothing"),
    ("masked_softmax", powers_and_zeros, "overflow"),
    ("masked_softmax", zero_times_infinity, "0 everywhere"),
    ("masked_softmax", maximum_without_its_axis, "has lost its axis"),
    ("masked_softmax", any_not_inverted, "it is inverted"),
    ("masked_softmax", lambda scores, mask: softmax(np.where(mask, scores, -1e3)) * mask, "low"),
    ("masked_softmax", lambda s, mask: np.nan_to_num(softmax(np.where(mask, s, -np.inf), 1)), "=1"),
    ("self_attention", star_product, "X * W"),
    ("self_attention", inverted, "is inverted"),
    ("self_attention", own(attends(fill=-100)), "not low enough"),
    ("self_attention", own(attends(fill=-1e4)), "not low enough"),
    ("self_attention", only_if_masked, "nothing when there is no mask"),
    ("self_attention", lambda *given: own(attention)(*given)[-1], "the weights alone"),
    ("attention_share", range_of_len, "the number of its round"),
    ("attention_share", zero_in_the_loop, "begins anew"),
    ("attention_share", lambda w, q, k: w[q, k].sum(), "pairs the first query"),
    ("attention_share", lambda w, q, k: np.sum(w[..., q, :], -1).mean(-1), "every share is 1"),
    ("sinusoidal_positions", in_one_row, "lie along one axis"),
    ("sinusoidal_positions", first_position_only, "right in its first row"),
    ("apply_rope", with_a_second_minus, "your second line subtracts"),
    ("apply_rope", by_row_and_column, "expects two axes"),
    ("split_heads", reshape_lost, "your cut is lost"),
    ("split_heads", slices_too_short, "lack the last feature"),
    ("multi_head_attention", many(merge=lambda X: X), "not merged before W_O"),
    ("multi_head_attention", many(attends(fill=-100)), "not low enough"),
    ("multi_head_attention", many(attends(fill=0)), "exp(0) is 1"),
    ("multi_head_attention", if_mask, "`if mask:`"),
    ("multi_head_attention", head_by_head(), "before the leading axes"),
    ("multi_head_attention", head_by_head(last=True), "of the last head alone"),
    ("multi_head_attention", width_of_the_paper, "√(d_model / heads)"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "answer", "words"), NAMED)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_mistake_is_refused_and_named(verdict_on, name, answer, words, seed):
    verdict = verdict_on(name, answer, seed)
    assert not verdict.right
    assert words in verdict.mistake, verdict


REFUSED = [
    ("masked_softmax", lowered_by_ten_thousand),
    ("merge_heads", lambda X: np.squeeze(merge_heads(X))),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "answer"), REFUSED)
def test_what_once_passed_is_refused(verdict_on, name, answer, seed):
    assert not verdict_on(name, answer, seed).right


RIGHT = [
    ("masked_softmax", lambda s, mask: masked_softmax(np.where(mask, s, -1e9), mask)),
    ("self_attention", own(attends(fill=-1e9))),
    ("multi_head_attention", many(attends(fill=-1e9))),
    ("multi_head_attention", head_by_head(axis=-3)),
]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_passes_where_the_scores_are_low(verdict_on, name, answer, seed):
    verdict = verdict_on(name, answer, seed)
    assert verdict.right, verdict


def rows_asked_one_by_one(scores, mask):
    empty = ~mask.any(axis=-1)
    weights = np.nan_to_num(softmax(np.where(mask, scores, -np.inf)))
    for i in range(len(empty)):
        if empty[i]:
            weights[i] = 0
    return weights


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_if_that_is_asked_of_an_array_is_no_axis_in_the_wrong_place(verdict_on):
    verdict = verdict_on("masked_softmax", rows_asked_one_by_one)
    assert not verdict.right
    assert "gets its axis back" not in verdict.mistake
    assert "want one True or False" in repr(verdict)
