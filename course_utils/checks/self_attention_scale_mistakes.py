"""Lesson 5: known wrong answers to self_attention whose scale or axes go astray."""

import numpy as np

from course_utils.checks.attention_mistakes import hide
from course_utils.checks.attention_mistakes import made_of as attention_made_of
from course_utils.checks.attention_steps_mistakes import only_with_a_mask, weights_before_the_mask
from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.scaled_scores_mistakes import share, turned
from course_utils.checks.self_attention_mistakes import projected

zeros_for_hidden = attention_made_of(
    hide=lambda scores, mask: scores if mask is None else scores * mask
)
lowest_for_open = attention_made_of(
    hide=lambda scores, mask: scores if mask is None else scores - 1e9 * mask
)


def filled(fill):
    """Return a way to hide that gives hidden words this score."""
    return lambda scores, mask: scores if mask is None else np.where(mask, scores, fill)


def scaled_weights(Q, K, V, mask=None):
    """Divide the weights by the root that belongs to the scores."""
    weights = share(hide(Q @ turned(K), mask)) / Q.shape[-1] ** 0.5
    return weights @ V, weights


def for_a_batch(X, W_Q, W_K, W_V, mask=None):
    """Turn the keys by the numbers of three axes."""
    np.transpose(X, (0, 2, 1))
    return projected(attention_made_of())(X, W_Q, W_K, W_V, mask)


SELF_ATTENTION_SCALE_MISTAKES = (
    Mistake(
        "your scores are divided by d_k: the scale is applied twice, or its root is missing",
        projected(attention_made_of(scores=lambda Q, K: Q @ turned(K) / Q.shape[-1])),
        "`attention` of lesson 3 divides by √d_k already.",
    ),
    Mistake(
        "your scores are divided by the root of the number of words",
        projected(attention_made_of(scores=lambda Q, K: Q @ turned(K) / K.shape[-2] ** 0.5)),
        "How many products does one score add up? `attention` of lesson 3 does all of it.",
    ),
    Mistake(
        "your hidden words get the score 0, and exp(0) is 1, not 0",
        projected(zeros_for_hidden),
        "Which score becomes exactly 0 when np.exp is taken?",
    ),
    Mistake(
        "your large negative number is added where the mask is True, and True means: may attend",
        projected(lowest_for_open),
        "Whose scores have to go: those where the mask is True, or the others?",
    ),
    Mistake(
        "your scores are multiplied by √d_k, not divided",
        projected(attention_made_of(scores=lambda Q, K: Q @ turned(K) * Q.shape[-1] ** 0.5)),
        "`attention` of lesson 3 divides by √d_k already.",
    ),
    Mistake(
        "your weights are divided by √d_k, where the scores should be",
        projected(scaled_weights),
        "The scale comes before the softmax: the weights of a word sum to 1.",
    ),
    Mistake(
        "your hidden words get a score that is not low enough",
        projected(attention_made_of(hide=filled(-100.0))),
        "Allowed words may score −20,000. Which number is below all others?",
        also=tuple(projected(attention_made_of(hide=filled(-(10.0**k)))) for k in (1, 3, 4)),
    ),
    Mistake(
        "your function returns the weights alone",
        lambda *arguments: projected(attention_made_of())(*arguments)[1],
        "`attention` gives two results, and both are asked for.",
    ),
    Mistake(
        "your function returns nothing when there is no mask",
        projected(only_with_a_mask),
        "How far is your last part indented? It should run with a mask and without one.",
    ),
    Mistake(
        "your output obeys the mask, and the weights that you return do not",
        projected(weights_before_the_mask),
        "Return the weights that the output was made from.",
    ),
    Mistake(
        "your function wants exactly one leading axis",
        for_a_batch,
        "`transpose(0, 2, 1)` and an einsum of three letters want three axes; np.swapaxes counted "
        "from the end takes any number.",
    ),
    one_leading_axis(projected(attention_made_of(hide=hide))),
)
