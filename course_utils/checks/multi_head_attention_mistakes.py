"""Lesson 7: what a class really hands in for multi_head_attention, each under its name."""

import numpy as np

from course_utils.checks.attention_mistakes import hide
from course_utils.checks.check import Mistake
from course_utils.checks.heads_mistakes import blocks, dealt, reshaped, split_one_sentence
from course_utils.checks.merge_heads_mistakes import (
    joined,
    merge_dealt,
    merge_one_sentence,
    merge_reshaped,
)
from course_utils.checks.scaled_scores_mistakes import share, turned


def project(X_Q, X_KV, W_Q, W_K, W_V):
    """Return queries, keys and values as they should be."""
    return X_Q @ W_Q, X_KV @ W_K, X_KV @ W_V


def for_all_heads(mask):
    """Return the mask with an axis of length 1 for the heads."""
    return None if mask is None else np.expand_dims(mask, -3)


def made_of(
    project=project,
    split=blocks,
    scale=lambda d_k, d_model, heads: d_k,
    widen=for_all_heads,
    hide=hide,
    weigh=share,
    merge=joined,
):
    """Return a multi-head attention in which one of the steps is another."""

    def multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
        Q, K, V = (split(P, heads) for P in project(X_Q, X_KV, W_Q, W_K, W_V))
        scores = Q @ turned(K) / scale(Q.shape[-1], X_Q.shape[-1], heads) ** 0.5
        weights = weigh(hide(scores, widen(mask)))
        return merge(weights @ V) @ W_O, weights

    return multi_head_attention


right = made_of()


def then(change):
    """Return the right function with its two results changed afterwards."""
    return lambda *arguments: change(*right(*arguments))


def without_w_o(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Stop after the merge."""
    nothing = np.eye(W_O.shape[0], dtype=W_O.dtype)
    return right(X_Q, X_KV, W_Q, W_K, W_V, nothing, heads, mask)


def one_big_head(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Forget the heads."""
    output, weights = right(X_Q, X_KV, W_Q, W_K, W_V, W_O, 1, mask)
    return output, weights[..., 0, :, :]


def one_head_copied(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Attend with all features at once and show the same weights for every head."""
    output, weights = right(X_Q, X_KV, W_Q, W_K, W_V, W_O, 1, mask)
    return output, np.repeat(weights, heads, axis=-3)


def notes_averaged(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Divide the sum over the heads by their number."""
    output, weights = right(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)
    return output / heads, weights


def residual_added(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Add what lesson 9 adds."""
    output, weights = right(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)
    return output + X_Q, weights


def heads_of_d_model(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Take the size of a head from d_model."""
    d_head = X_Q.shape[-1] // heads

    def split(P, heads):
        return P.reshape(*P.shape[:-1], heads, d_head).swapaxes(-2, -3)

    return made_of(split=split)(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)


def merge_of_d_k(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Merge into as many features as the queries have."""

    def merge(X):
        side_by_side = np.swapaxes(X, -2, -3)
        return side_by_side.reshape(*X.shape[:-3], X.shape[-2], W_Q.shape[-1])

    return made_of(merge=merge)(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask)


def share_over(*axes):
    """Return a softmax along these axes together."""
    return lambda scores: share(scores, axes)


MULTI_HEAD_MISTAKES = (
    Mistake(
        "your heads mix the words: they are split by a reshape alone",
        made_of(split=reshaped),
        "Use `split_heads` of exercise 7.1, or let two axes change places after the cut.",
    ),
    Mistake(
        "your heads are merged by a reshape alone, which mixes the words",
        made_of(merge=merge_reshaped),
        "Use `merge_heads` of exercise 7.2, or let two axes change places before the reshape.",
    ),
    Mistake(
        "your heads are split and merged by a reshape alone, which mixes the words both times",
        made_of(split=reshaped, merge=merge_reshaped),
        "Use `split_heads` and `merge_heads` of exercises 7.1 and 7.2.",
    ),
    Mistake(
        "your heads take every heads-th feature, not a block of neighbors",
        made_of(split=dealt, merge=merge_dealt),
        "Head h works with the columns from h * d_k on. `split_heads` cuts them so.",
    ),
    Mistake(
        "your split and merge are right for one sentence only, without leading axes",
        made_of(split=split_one_sentence, merge=merge_one_sentence),
        "Count axes from the end, where they stay the same however many stand in front.",
    ),
    Mistake(
        "your output is what the heads gathered, side by side: W_O is missing",
        without_w_o,
        "One product is left: what mixes the notes of the heads?",
    ),
    Mistake(
        "your function uses one head with all features, and `heads` nowhere",
        one_big_head,
        "Queries, keys and values are each split into heads before the attention.",
    ),
    Mistake(
        "your function attends once with all features and copies the weights for every head",
        one_head_copied,
        "Each head makes weights of its own, from its own features.",
    ),
    Mistake(
        "your sizes stop fitting as soon as there are two heads",
        made_of(merge=lambda X: X.mean(axis=-3)),
        "Whole rows of X_Q and X_KV meet W_Q, W_K and W_V, before any split. And W_O has heads * "
        "d_v rows, for the heads of a word side by side.",
    ),
    Mistake(
        "your output is the average of the heads' notes, not their sum",
        notes_averaged,
        "The product with W_O adds up what the heads write. Is there a division too many?",
    ),
    Mistake(
        "your scale is √d_model",
        made_of(scale=lambda d_k, d_model, heads: d_model),
        "How many products does one dot product of a single head add up?",
    ),
    Mistake(
        "your scale is the root of heads * d_k: it was taken before the split",
        made_of(scale=lambda d_k, d_model, heads: heads * d_k),
        "How many products does one dot product of a single head add up?",
    ),
    Mistake(
        "your scale is √heads",
        made_of(scale=lambda d_k, d_model, heads: heads),
        "How many products does one dot product of a single head add up?",
    ),
    Mistake(
        "your scale is applied twice: the scores of each head are divided by d_k, not √d_k",
        made_of(scale=lambda d_k, d_model, heads: d_k**2),
        "`attention` of lesson 3 divides by √d_k already.",
    ),
    Mistake(
        "your scale is missing: the scores of each head are not divided by √d_k",
        made_of(scale=lambda d_k, d_model, heads: 1),
        "`attention` of lesson 3 does all of it, also for many heads at once.",
    ),
    Mistake(
        "your softmax runs over all heads at once: the weights of all heads together sum to 1",
        made_of(weigh=share_over(-3, -1)),
        "Each head has a whole 1 to share out for each query. Along which one axis?",
    ),
    Mistake(
        "your softmax runs over the heads",
        made_of(weigh=share_over(-3)),
        "Heads do not compete. Along which axis do the keys lie?",
    ),
    Mistake(
        "your softmax runs over the queries (axis=-2)",
        made_of(weigh=share_over(-2)),
        "Each query shares out a weight of 1 over its keys. Along which axis do keys lie?",
    ),
    Mistake(
        "your function takes d_model / heads for the size of a head",
        heads_of_d_model,
        "How wide a head is follows from the columns of W_Q (and W_V), not from the words.",
    ),
    Mistake(
        "your merge expects values as wide as the queries",
        merge_of_d_k,
        "A head hands over d_v features, which need not be d_k.",
    ),
    Mistake(
        "your weights are averaged over the heads",
        then(lambda output, weights: (output, weights.mean(axis=-3))),
        "Every head's weights are asked for: (..., heads, n, m).",
    ),
    Mistake(
        "your weights have the heads as their last axis",
        then(lambda output, weights: (output, np.moveaxis(weights, -3, -1))),
        "The order of axes is sentences, heads, queries, keys.",
    ),
    Mistake(
        "your weights have the heads between queries and keys",
        then(lambda output, weights: (output, np.swapaxes(weights, -2, -3))),
        "The order of axes is sentences, heads, queries, keys.",
    ),
    Mistake(
        "your function returns the output alone",
        then(lambda output, weights: output),
        "Two results are asked for: the output and the weights of every head.",
    ),
    Mistake(
        "your results come in the other order: weights first",
        then(lambda output, weights: (weights, output)),
        "The output comes first, the weights second.",
    ),
    Mistake(
        "your output has X_Q added to it",
        residual_added,
        "Here only what the heads gathered is asked for. Adding the input comes in lesson 9.",
    ),
)
