"""Lesson 3: what a class really hands in for attention, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.scaled_scores_mistakes import SCORE_FAULTS, right_scores, share, turned


def hide(scores, mask):
    """Return the scores with -inf where the mask forbids."""
    return scores if mask is None else np.where(mask, scores, -np.inf)


def made_of(scores=right_scores, hide=hide, weigh=share):
    """Return an attention function in which one of the steps is another."""

    def attention(Q, K, V, mask=None):
        weights = weigh(hide(scores(Q, K), mask))
        return weights @ V, weights

    return attention


def scaled_after(Q, K, V, mask=None):
    """Divide the weights instead of the scores."""
    weights = share(hide(Q @ turned(K), mask)) / Q.shape[-1] ** 0.5
    return weights @ V, weights


def divided_by_d_v(Q, K, V, mask=None):
    """Take the scale from the values."""
    weights = share(hide(Q @ turned(K) / V.shape[-1] ** 0.5, mask))
    return weights @ V, weights


def softmax_twice(Q, K, V, mask=None):
    """Mask the weights and share them out again."""
    weights = share(hide(share(right_scores(Q, K)), mask))
    return weights @ V, weights


def scores_for_weights(Q, K, V, mask=None):
    """Give the right output with the scores beside it."""
    scores = hide(right_scores(Q, K), mask)
    return share(scores) @ V, scores


def only_output(Q, K, V, mask=None):
    """Forget the second result."""
    return share(hide(right_scores(Q, K), mask)) @ V


def exchanged_results(Q, K, V, mask=None):
    """Give the weights first."""
    weights = share(hide(right_scores(Q, K), mask))
    return weights, weights @ V


def keys_mixed(Q, K, V, mask=None):
    """Average the keys."""
    weights = share(hide(right_scores(Q, K), mask))
    return weights @ K, weights


def compared_with_values(Q, K, V, mask=None):
    """Score the values and mix the keys."""
    weights = share(hide(right_scores(Q, V), mask))
    return weights @ K, weights


def mask_after(Q, K, V, mask=None):
    """Set weights to zero and leave the rest as it is."""
    weights = share(right_scores(Q, K))
    weights = weights if mask is None else weights * mask
    return weights @ V, weights


def mask_after_and_share(Q, K, V, mask=None):
    """Set weights to zero and divide by what is left."""
    _, weights = mask_after(Q, K, V, mask)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ V, weights


def mask_on_output(Q, K, V, mask=None):
    """Return masked weights beside an output that was made before the mask."""
    weights = share(right_scores(Q, K))
    return weights @ V, share(hide(right_scores(Q, K), mask))


def hide_a_little(scores, mask):
    """Lower the forbidden scores by a number that is large, and not large enough."""
    return scores if mask is None else np.where(mask, scores, scores - 100.0)


def hide_by_a_product(scores, mask):
    """Multiply by infinity, which makes nan of every 0."""
    return scores if mask is None else scores * mask - np.inf * ~mask


def assign_without_leading_axes(scores, mask):
    """Index with a mask of two axes, whatever the scores have."""
    hidden = scores.copy()
    if mask is not None:
        hidden[~mask] = -np.inf
    return hidden


def assign_two_axes(scores, mask):
    """Index with three dots, and a mask that must then have two axes."""
    hidden = scores.copy()
    if mask is not None:
        hidden[..., ~mask] = -np.inf
    return hidden


def ask_the_mask(scores, mask):
    """Ask an array whether it is true."""
    return hide(scores, mask) if mask else scores


ATTENTION_MISTAKES = (
    *(Mistake(m, made_of(scores=scores), hint) for m, scores, hint in SCORE_FAULTS),
    Mistake(
        "your scores are divided by √d_v, the size of the values",
        divided_by_d_v,
        "The values take no part in the scores. Whose size is d_k?",
    ),
    Mistake(
        "your weights, not your scores, are divided by √d_k",
        scaled_after,
        "Dividing after the softmax makes a sum smaller than 1 and leaves the weights as sharp.",
    ),
    Mistake(
        "your weights match a softmax over the queries (axis=-2)",
        made_of(weigh=lambda scores: share(scores, -2)),
        "Each query shares out a weight of 1 over its keys. Along which axis do keys lie?",
    ),
    Mistake(
        "your weights match a softmax over the first axis (axis=0)",
        made_of(weigh=lambda scores: share(scores, 0)),
        "Each query shares out a weight of 1 over its keys. Count that axis from the end.",
    ),
    Mistake(
        "your weights match a softmax along axis=1, which holds the keys only while there are "
        "two axes",
        made_of(weigh=lambda scores: share(scores, 1)),
        "Count axes from the end: the keys are the last one.",
    ),
    Mistake(
        "your weights sum to 1 over the whole array, not over the keys of each query",
        made_of(weigh=lambda scores: share(scores, None)),
        "A sum without an axis adds up everything. Each row needs its own.",
    ),
    Mistake(
        "your weights are not divided by their sum",
        made_of(weigh=lambda scores: np.exp(scores - scores.max(axis=-1, keepdims=True))),
        "The weights of a mixture sum to 1.",
    ),
    Mistake(
        "your weights are exp(scores), not divided by anything",
        made_of(weigh=np.exp),
        "The weights of a mixture sum to 1. `softmax` of lesson 2 does all of it.",
    ),
    Mistake(
        "your weights overflow: their softmax does not subtract the maximum",
        made_of(weigh=lambda scores: np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)),
        "You have a softmax from exercise 2.1 that survives this.",
    ),
    Mistake(
        "your sum over the keys has lost its axis and does not line up with the rows",
        made_of(weigh=lambda scores: np.exp(scores) / np.exp(scores).sum(axis=-1)),
        "Which option of np.sum keeps an axis of length 1? `softmax` of lesson 2 has it.",
    ),
    Mistake(
        "your output uses the scores as weights: the softmax is missing",
        made_of(weigh=lambda scores: scores),
        "Between the scores and the mixture one step is missing.",
    ),
    Mistake(
        "your scores go through the softmax twice",
        softmax_twice,
        "Score, scale, mask, one softmax, mix. What you hand to the second softmax are weights.",
    ),
    Mistake(
        "your output is right, and your second result is the scores, not the weights",
        scores_for_weights,
        "Return what the softmax gave you.",
    ),
    Mistake(
        "your function returns the output alone",
        only_output,
        "Two results are asked for: `return output, weights`.",
    ),
    Mistake(
        "your results come in the other order: weights first",
        exchanged_results,
        "The output comes first, the weights second.",
    ),
    Mistake(
        "your output mixes the keys, not the values",
        keys_mixed,
        "The keys are for finding, the values are what is handed over.",
    ),
    Mistake(
        "your K and V are exchanged: the queries are compared with the values",
        compared_with_values,
        "A query is compared with keys. Read the order of the arguments once more.",
    ),
    Mistake(
        "your mask is ignored",
        made_of(hide=lambda scores, mask: scores),
        "Something has to happen to the scores of forbidden keys before the softmax.",
    ),
    Mistake(
        "your mask is ignored, and your scores are not divided by √d_k",
        made_of(lambda Q, K: Q @ turned(K), lambda scores, mask: scores),
        "First the scale, then the scores of forbidden keys.",
    ),
    Mistake(
        "your mask is ignored, and leading axes stop your function",
        made_of(lambda Q, K: Q @ K.T / Q.shape[-1] ** 0.5, lambda scores, mask: scores),
        "K.T turns round all axes; only the last two should change places. Then the mask.",
    ),
    Mistake(
        "your mask is inverted: the queries attend to what is forbidden",
        made_of(hide=lambda scores, mask: hide(scores, None if mask is None else ~mask)),
        "True means: may attend. Which of the two get -inf?",
    ),
    Mistake(
        "your mask is applied after the softmax: the rows sum to less than 1",
        mask_after,
        "A forbidden key must be out before the shares are handed out.",
    ),
    Mistake(
        "your mask is applied after the softmax, and the rows are divided again: where a forbidden "
        "key had all the weight, nothing is left",
        mask_after_and_share,
        "A forbidden key must be out before the shares are handed out.",
    ),
    Mistake(
        "your weights obey the mask, and your output was made before it",
        mask_on_output,
        "Make the output from the weights that you return.",
    ),
    Mistake(
        "your mask is added to the scores as the numbers 0 and 1",
        made_of(hide=lambda scores, mask: scores if mask is None else scores + mask),
        "Adding 1 makes a key a little more likely. What must be added so that nothing is left?",
    ),
    Mistake(
        "your forbidden keys get the score 0, and exp(0) is 1, not 0",
        made_of(hide=lambda scores, mask: scores if mask is None else scores * mask),
        "Which score becomes exactly 0 when np.exp is taken?",
    ),
    Mistake(
        "your forbidden keys get a number that is not low enough",
        made_of(hide=hide_a_little),
        "A forbidden key may score 3,000, allowed ones −20,000. Which number is below all others?",
    ),
    Mistake(
        "your masked rows become nan: 0 times infinity, or infinity minus infinity",
        made_of(hide=hide_by_a_product),
        "Forbidden scores are replaced by -inf, with its minus, and not multiplied by it.",
    ),
    Mistake(
        "your mask is right for one table and stops when leading axes come first",
        made_of(hide=assign_without_leading_axes),
        "scores[~mask] wants all axes of scores in the mask. np.where stretches the mask.",
    ),
    Mistake(
        "your mask is right for one table and stops when it has leading axes of its own",
        made_of(hide=assign_two_axes),
        "scores[..., ~mask] wants a mask of exactly two axes. np.where stretches any that fits.",
    ),
    Mistake(
        "your function treats a missing mask as one that forbids everything",
        made_of(hide=lambda scores, mask: np.where(mask, scores, -np.inf)),
        "Without a mask every key is allowed: look at `mask is None` first.",
    ),
    Mistake(
        "your function stops whenever it gets a mask",
        made_of(hide=ask_the_mask),
        "An array has no single truth value. Ask whether `mask is None`.",
    ),
)
