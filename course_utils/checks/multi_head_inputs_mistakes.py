"""Lesson 7: known wrong answers to multi_head_attention whose inputs or mask go astray."""

import numpy as np

from course_utils.checks.attention_mistakes import hide
from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.multi_head_attention_mistakes import made_of, project, right
from course_utils.checks.scaled_scores_mistakes import share, turned


def keys_for_values(X_Q, X_KV, W_Q, W_K, W_V):
    """Exchange the matrices of keys and values."""
    return X_Q @ W_Q, X_KV @ W_V, X_KV @ W_K


def weights_on_the_left(X_Q, X_KV, W_Q, W_K, W_V):
    """Multiply from the wrong side."""
    return W_Q @ X_Q, W_K @ X_KV, W_V @ X_KV


def hide_after(scores, mask):
    """Return shares with zeros where the mask forbids; a second softmax is left out by `weigh`."""
    return share(scores) if mask is None else share(scores) * mask


def hide_in_head_0(scores, mask):
    """Hide in the first head only."""
    return hide(scores, None if mask is None else _open_but_head_0(scores, mask))


def _open_but_head_0(scores, mask):
    mask = np.broadcast_to(mask, scores.shape).copy()
    mask[..., 1:, :, :] = True
    return mask


def hide_by_index(scores, mask):
    """Index the scores with a mask that has an axis of length 1."""
    if mask is not None:
        scores[..., ~mask] = -np.inf
    return scores


def inverted(scores, mask):
    """Hide what may be attended to."""
    return hide(scores, None if mask is None else ~mask)


def filled(fill):
    """Return a way to hide that gives what is forbidden this score."""
    return lambda scores, mask: scores if mask is None else np.where(mask, scores, fill)


def zeros_inverted(*arguments):
    """Invert the mask before an attention that gives zeros where nothing is allowed."""
    return tuple(map(np.nan_to_num, made_of(hide=inverted)(*arguments)))


def ask_the_mask(mask):
    """Ask an array for its truth value."""
    return np.expand_dims(mask, -3) if mask else None


INPUT_MISTAKES = (
    Mistake(
        "your function stops whenever it gets a mask, as `if mask:` does",
        made_of(widen=ask_the_mask),
        "An array has no single truth value: ask whether `mask is None`. And it fits the scores.",
    ),
    Mistake(
        "your mask gets its new axis also where there is none: it may be None",
        made_of(widen=lambda mask: np.expand_dims(mask, -3)),
        "Ask whether `mask is None` first.",
    ),
    Mistake(
        "your forbidden keys get the score 0, and exp(0) is 1, not 0",
        made_of(hide=filled(0.0)),
        "Which score becomes exactly 0 when np.exp is taken?",
        also=(made_of(hide=lambda scores, mask: scores if mask is None else scores * mask),),
    ),
    Mistake(
        "your forbidden keys get a score that is not low enough",
        made_of(hide=filled(-100.0)),
        "Allowed keys may score −20,000. Which number is below all others?",
        also=tuple(made_of(hide=filled(-(10.0**k))) for k in (1, 3, 4)),
    ),
    Mistake(
        "your mask has no axis for the heads between sentences and queries, so the mask of a "
        "sentence meets a head",
        made_of(widen=lambda mask: mask),
        "The scores are (..., heads, n, m), the mask is (..., n, m). Where is an axis missing?",
    ),
    Mistake(
        "your mask gets its axis for the heads at place 1 from the front, which is right only "
        "for one leading axis",
        made_of(widen=lambda mask: None if mask is None else mask[:, None]),
        "Count from the end: before which two axes must the axis for the heads stand?",
    ),
    Mistake(
        "your mask gets its new axis in the place of the queries (axis=-2)",
        made_of(widen=lambda mask: None if mask is None else np.expand_dims(mask, -2)),
        "The last two axes stay queries and keys. Where, from the end, do the heads stand?",
    ),
    Mistake(
        "your mask is right, and the `attention` that gets it stops: indexing scores by ~mask does "
        "not stretch an axis of length 1",
        made_of(hide=hide_by_index),
        "np.where stretches the mask over the heads. Mend `attention` in exercise 3.2 and check it "
        "again.",
    ),
    Mistake(
        "your mask is ignored",
        made_of(hide=lambda scores, mask: scores),
        "`attention` takes the mask as its fourth argument, once it has an axis for the heads.",
    ),
    Mistake(
        "your mask is used in head 0 only",
        made_of(hide=hide_in_head_0),
        "What may not be seen, no head may see.",
    ),
    Mistake(
        "your mask is inverted: the queries attend to what is forbidden",
        made_of(hide=inverted),
        "True means: may attend.",
        also=(zeros_inverted,),
    ),
    Mistake(
        "your mask is applied after the softmax: the rows sum to less than 1",
        made_of(hide=hide_after, weigh=lambda shares: shares),
        "A forbidden key must be out before the shares are handed out, as in lesson 4.",
    ),
    Mistake(
        "your queries are made from X_KV",
        made_of(project=lambda X_Q, X_KV, *W: project(X_KV, X_KV, *W)),
        "X_Q asks, X_KV answers. Which of the two has a row for each query?",
    ),
    Mistake(
        "your keys and values are made from X_Q",
        made_of(project=lambda X_Q, X_KV, *W: project(X_Q, X_Q, *W)),
        "X_Q asks, X_KV answers. Which of the two has a row for each key?",
    ),
    Mistake(
        "your X_Q and X_KV are exchanged",
        made_of(project=lambda X_Q, X_KV, *W: project(X_KV, X_Q, *W)),
        "X_Q asks, X_KV answers.",
    ),
    Mistake(
        "your values are made from X_Q, your keys from X_KV",
        made_of(project=lambda X_Q, X_KV, W_Q, W_K, W_V: (X_Q @ W_Q, X_KV @ W_K, X_Q @ W_V)),
        "A value is handed over by the word whose key was found.",
    ),
    Mistake(
        "your W_K and W_V are exchanged",
        made_of(project=keys_for_values),
        "Keys come from W_K, values from W_V, both from X_KV.",
    ),
    Mistake(
        "your matrices stand on the left: W @ X",
        made_of(project=weights_on_the_left),
        "A row of X is a word. Which side of X has the d_model features?",
    ),
    Mistake(
        "your matrices are turned round: X @ W.T",
        made_of(project=lambda X_Q, X_KV, *W: project(X_Q, X_KV, *(turned(w) for w in W))),
        "W_Q has d_model rows, as many as X has columns. Does it have to be turned?",
    ),
    one_leading_axis(right),
)
