"""Lesson 7: which answers pass, which are refused, and what the learner is told."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.attention import attention
from course_utils.model.multi_head_attention import (
    merge_heads,
    multi_head_attention,
    split_heads,
)
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)
INPUTS = ("X_Q", "X_KV", "W_Q", "W_K", "W_V", "W_O", "heads", "mask")


def split_by_loops(X, heads):
    *leading, n, d = X.shape
    size = d // heads
    result = np.zeros((*leading, heads, n, size))
    for *where, h, i, f in np.ndindex(result.shape):
        result[(*where, h, i, f)] = X[(*where, i, h * size + f)]
    return result


def split_by_slices(X, heads):
    size = X.shape[-1] // heads
    return np.stack([X[..., h * size : (h + 1) * size] for h in range(heads)], axis=-3)


def split_by_np_split(X, heads):
    return np.moveaxis(np.array(np.split(X, heads, axis=-1)), 0, -3)


def split_by_einsum(X, heads):
    cut = np.reshape(X, (*X.shape[:-1], heads, -1))
    return np.einsum("...nhf->...hnf", cut)


def split_in_a_flat_batch(X, heads):
    n, d = X.shape[-2:]
    flat = X.reshape(-1, n, heads, d // heads).transpose(0, 2, 1, 3)
    return flat.reshape((*X.shape[:-2], heads, n, d // heads))


def split_through_columns(X, heads):
    columns = np.swapaxes(X, -1, -2)
    blocks = columns.reshape(*X.shape[:-2], heads, X.shape[-1] // heads, X.shape[-2])
    return np.swapaxes(blocks, -1, -2)


def split_by_assignment(X, heads):
    *leading, n, d = X.shape
    result = np.empty((*leading, heads, n, d // heads), dtype=X.dtype)
    for h in range(heads):
        result[..., h, :, :] = X[..., :, h * (d // heads) : (h + 1) * (d // heads)]
    return result


def merge_by_loops(X):
    *leading, heads, n, size = X.shape
    result = np.zeros((*leading, n, heads * size))
    for *where, h, i, f in np.ndindex(X.shape):
        result[(*where, i, h * size + f)] = X[(*where, h, i, f)]
    return result


def merge_by_concatenate(X):
    return np.concatenate([X[..., h, :, :] for h in range(X.shape[-3])], axis=-1)


def merge_by_einsum(X):
    turned = np.einsum("...hnf->...nhf", X)
    return turned.reshape(*turned.shape[:-2], -1)


def merge_in_a_flat_batch(X):
    heads, n, size = X.shape[-3:]
    flat = X.reshape(-1, heads, n, size).transpose(0, 2, 1, 3)
    return flat.reshape((*X.shape[:-3], n, heads * size))


def merge_by_assignment(X):
    *leading, heads, n, size = X.shape
    result = np.empty((*leading, n, heads * size), dtype=X.dtype)
    for h in range(heads):
        result[..., h * size : (h + 1) * size] = X[..., h, :, :]
    return result


def merge_by_moveaxis(X):
    return np.moveaxis(X, -3, -2).reshape(*X.shape[:-3], X.shape[-2], X.shape[-3] * X.shape[-1])


def head_by_head(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    d_k, d_v = W_Q.shape[1] // heads, W_V.shape[1] // heads
    total, weights = 0.0, []
    for h in range(heads):
        k, v = slice(h * d_k, (h + 1) * d_k), slice(h * d_v, (h + 1) * d_v)
        gathered, w = attention(X_Q @ W_Q[:, k], X_KV @ W_K[:, k], X_KV @ W_V[:, v], mask)
        total = total + gathered @ W_O[v]
        weights.append(w)
    return total, np.stack(weights, axis=-3)


def with_einsum(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    W_Q, W_K, W_V = (W.reshape(W.shape[0], heads, -1) for W in (W_Q, W_K, W_V))
    Q = np.einsum("...nd,dhk->...hnk", X_Q, W_Q)
    K = np.einsum("...md,dhk->...hmk", X_KV, W_K)
    V = np.einsum("...md,dhv->...hmv", X_KV, W_V)
    scores = np.einsum("...hnk,...hmk->...hnm", Q, K) / np.sqrt(W_Q.shape[-1])
    if mask is not None:
        scores = np.where(mask[..., None, :, :], scores, -np.inf)
    weights = softmax(scores)
    W_O = W_O.reshape(heads, -1, W_O.shape[-1])
    return np.einsum("...hnm,...hmv,hvd->...nd", weights, V, W_O, optimize=True), weights


def sentence_by_sentence(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    if X_Q.ndim == 2:
        return multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)
    outputs, weights = [], []
    for b in range(len(X_Q)):
        own = mask if mask is None or mask.ndim == 2 else mask[b]
        one = sentence_by_sentence(X_Q[b], X_KV[b], W_Q, W_K, W_V, W_O, heads, own)
        outputs.append(one[0])
        weights.append(one[1])
    return np.stack(outputs), np.stack(weights)


def with_a_copied_mask(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    Q, K, V = (split_heads(P, heads) for P in (X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V))
    if mask is not None:
        mask = np.stack([mask] * heads, axis=-3)
    gathered, weights = attention(Q, K, V, mask=mask)
    merged = merge_heads(gathered)
    output = np.matmul(merged, W_O)
    return output, weights


def with_minus_1e9(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    Q, K, V = split_heads(X_Q @ W_Q, heads), split_heads(X_KV @ W_K, heads), X_KV @ W_V
    Q = Q / Q.shape[-1] ** 0.5
    scores = Q @ np.swapaxes(K, -1, -2)
    if mask is None:
        mask = np.ones((X_Q.shape[-2], X_KV.shape[-2]), dtype=bool)
    scores = np.where(np.expand_dims(mask, -3), scores, -1e9)
    weights = softmax(scores, axis=-1)
    return merge_heads(weights @ split_heads(V, heads)) @ W_O, weights


def with_blocks_cut_first(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    blocks = [np.stack(np.split(W, heads, axis=1)) for W in (W_Q, W_K, W_V)]
    Q, K, V = (X[..., None, :, :] @ W for X, W in zip((X_Q, X_KV, X_KV), blocks))
    gathered, weights = attention(Q, K, V, None if mask is None else mask[..., None, :, :])
    notes = gathered @ W_O.reshape(heads, -1, W_O.shape[1])
    return notes.sum(axis=-3), weights


def in_place_on_copies(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    scores = split_heads(X_Q @ W_Q, heads) @ split_heads(X_KV @ W_K, heads).swapaxes(-1, -2)
    scores /= (W_Q.shape[-1] // heads) ** 0.5
    if mask is not None:
        hidden = np.broadcast_to(~np.expand_dims(mask, -3), scores.shape)
        scores[hidden] = -np.inf
    weights = softmax(scores)
    return merge_heads(weights @ split_heads(X_KV @ W_V, heads)) @ W_O, weights


RIGHT = [
    *(
        ("split_heads", function)
        for function in (
            split_heads,
            split_by_loops,
            split_by_slices,
            split_by_np_split,
            split_by_einsum,
            split_in_a_flat_batch,
            split_through_columns,
            split_by_assignment,
        )
    ),
    *(
        ("merge_heads", function)
        for function in (
            merge_heads,
            merge_by_loops,
            merge_by_concatenate,
            merge_by_einsum,
            merge_in_a_flat_batch,
            merge_by_assignment,
            merge_by_moveaxis,
        )
    ),
    *(
        ("multi_head_attention", function)
        for function in (
            multi_head_attention,
            head_by_head,
            with_einsum,
            sentence_by_sentence,
            with_a_copied_mask,
            with_minus_1e9,
            with_blocks_cut_first,
            in_place_on_copies,
        )
    ),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


def test_sizes_never_hide_an_exchange():
    for seed in range(30):
        for case in find_check("multi_head_attention").cases(np.random.default_rng(seed)):
            given = dict(zip(INPUTS, case.args))
            d_model = given["W_Q"].shape[0]
            if d_model > 6:  # neither the case by hand nor the one whose claim is equal sizes
                assert d_model not in (given["W_Q"].shape[1], given["W_V"].shape[1])
                assert given["X_Q"].shape[-2] != given["X_KV"].shape[-2]
            for mask in case.args[7:]:
                assert mask.any(axis=-1).all()
                assert not mask.all()


def test_one_masked_case_has_as_many_sentences_as_heads():
    for seed in range(10):
        cases = find_check("multi_head_attention").cases(np.random.default_rng(seed))
        batches = [
            (case.args[7].shape[0], case.args[6])
            for case in cases
            if len(case.args) > 7 and case.args[7].ndim == 3
        ]
        assert sum(batch == heads for batch, heads in batches) == 1
        assert len(batches) >= 2


def test_one_mask_has_two_leading_axes_of_its_own():
    """An axis for the heads at place 1 from the front is right for one leading axis."""
    for seed in range(5):
        cases = find_check("multi_head_attention").cases(np.random.default_rng(seed))
        deep = [case.args for case in cases if len(case.args) > 7 and case.args[7].ndim == 4]
        assert len(deep) == 1
        assert deep[0][7].shape[:2] == deep[0][0].shape[:2]
        assert deep[0][7].shape[1] != deep[0][6]
