"""Lesson 7: known wrong answers to multi_head_attention that leave out a step, or heads."""

import numpy as np

from course_utils.checks.attention_mistakes import hide
from course_utils.checks.check import Mistake
from course_utils.checks.heads_mistakes import blocks
from course_utils.checks.multi_head_attention_mistakes import (
    for_all_heads,
    made_of,
    project,
    right,
    then,
)
from course_utils.checks.scaled_scores_mistakes import share, turned


def last_head_only(output, weights):
    """Return the weights that the last round of a loop left."""
    return output, weights[..., -1, :, :]


def neither_merged_nor_mixed(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Return what attention returns."""
    Q, K, V = (blocks(P, heads) for P in project(X_Q, X_KV, W_Q, W_K, W_V))
    weights = share(hide(Q @ turned(K) / Q.shape[-1] ** 0.5, for_all_heads(mask)))
    return weights @ V, weights


def values_as_wide_as_keys(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Cut the columns of W_V like those of W_K."""
    d_k, notes, weights = W_K.shape[1] // heads, [], []
    for h in range(heads):
        block = (..., slice(h * d_k, (h + 1) * d_k))
        Q, K, V = (P[block] for P in project(X_Q, X_KV, W_Q, W_K, W_V))
        weights.append(share(hide(Q @ turned(K) / d_k**0.5, mask)))
        notes.append(weights[-1] @ V)
    return np.concatenate(notes, axis=-1) @ W_O, np.stack(weights, axis=-3)


def w_o_turned(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Multiply by W_O from the other side of its axes."""
    return right(X_Q, X_KV, W_Q, W_K, W_V, W_O.T, heads, mask)


LOOP_MISTAKES = (
    Mistake(
        "your heads are not merged before W_O",
        made_of(merge=lambda X: X),
        "W_O has heads * d_v rows, for the heads of a word side by side. Which function of yours "
        "lays them so?",
    ),
    Mistake(
        "your function returns what `attention` returns: the heads are not merged, W_O is missing",
        neither_merged_nor_mixed,
        "Two steps are left after `attention`.",
    ),
    Mistake(
        "your W_O is turned round",
        w_o_turned,
        "W_O has as many rows as the merged heads have features. Does it have to be turned?",
    ),
    Mistake(
        "your heads take blocks of W_V as wide as those of W_K",
        values_as_wide_as_keys,
        "How many columns of W_V belong to a head? d_v need not be d_k.",
    ),
    Mistake(
        "your weights are those of the last head alone",
        then(last_head_only),
        "Keep the weights of every round: (..., heads, n, m).",
    ),
    Mistake(
        "your weights have the heads before the leading axes",
        then(lambda output, weights: (output, np.moveaxis(weights, -3, 0))),
        "The order of axes is sentences, heads, queries, keys. np.stack takes an axis.",
    ),
    Mistake(
        "your scale is √(d_model / heads)",
        made_of(scale=lambda d_k, d_model, heads: d_model / heads),
        "So wide are the heads of the paper. Here the columns of W_Q say how wide a head is.",
    ),
)
