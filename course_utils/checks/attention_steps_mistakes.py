"""Lesson 3: attention whose steps are right, and joined, ordered or handed back wrongly."""

import numpy as np

from course_utils.checks.attention_mistakes import hide, made_of
from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.scaled_scores_mistakes import right_scores, share, turned


def mixed_by(mix):
    """Return an attention function whose last product is another."""

    def attention(Q, K, V, mask=None):
        weights = share(hide(right_scores(Q, K), mask))
        return mix(weights, V), weights

    return attention


def power_below_the_largest(scores):
    """Subtract one number, the largest of all rows, before the powers."""
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(axis=-1, keepdims=True)


def infinity_after(Q, K, V, mask=None):
    """Write -inf into the weights."""
    weights = hide(share(right_scores(Q, K)), mask)
    return weights @ V, weights


def mask_over_the_output(Q, K, V, mask=None):
    """Set numbers of the output to 0 where the mask forbids."""
    weights = share(right_scores(Q, K))
    output = weights @ V
    return output if mask is None else np.where(mask, output, 0.0), weights


def weights_before_the_mask(Q, K, V, mask=None):
    """Return the right output beside weights that were made before the mask."""
    return share(hide(right_scores(Q, K), mask)) @ V, share(right_scores(Q, K))


def only_with_a_mask(Q, K, V, mask=None):
    """Return nothing where there is no mask."""
    if mask is None:
        return None
    return right(Q, K, V, mask)


right = made_of()

STEPS_MISTAKES = (
    Mistake(
        "your product of weights and V has its factors in the wrong order",
        mixed_by(lambda weights, V: V @ weights),
        "(n, m) @ (m, d_v): the m has to meet the m. On which side do the weights stand?",
    ),
    Mistake(
        "your weights are multiplied with V place by place, by `*`",
        mixed_by(lambda weights, V: weights * V),
        "The keys have to disappear in a sum. Which product adds up while it multiplies?",
    ),
    Mistake(
        "your weights are transposed before they meet V",
        mixed_by(lambda weights, V: turned(weights) @ V),
        "Row i holds what query i takes from each key. (n, m) @ (m, d_v) fits as it is.",
    ),
    Mistake(
        "your output mixes every table with every other, as np.dot does on leading axes",
        mixed_by(np.dot),
        "The operator @ keeps leading axes in step; np.dot does not.",
    ),
    Mistake(
        "your softmax subtracts the largest number of the whole array from every row",
        made_of(weigh=power_below_the_largest),
        "A row 1,000 below that number becomes 0 / 0. `softmax` of lesson 2 takes a row's own.",
    ),
    Mistake(
        "your -inf stands in the weights, where it should stand in the scores",
        infinity_after,
        "What the softmax makes of a score of -inf is 0. Is your mask before it or behind it?",
    ),
    Mistake(
        "your mask is laid over the output, not over the scores",
        mask_over_the_output,
        "A mask has a column for each key, and the output has none. What has the mask's shape?",
    ),
    Mistake(
        "your output obeys the mask, and the weights that you return do not",
        weights_before_the_mask,
        "Return the weights that the output was made from.",
    ),
    Mistake(
        "your function returns nothing when there is no mask",
        only_with_a_mask,
        "How far is your last part indented? It should run with a mask and without one.",
    ),
    Mistake(
        "your function returns the weights alone",
        lambda Q, K, V, mask=None: right(Q, K, V, mask)[1],
        "Two results are asked for: `return output, weights`.",
    ),
    one_leading_axis(right),
)
