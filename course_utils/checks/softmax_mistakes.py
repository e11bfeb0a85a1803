"""Lesson 2: what a class really hands in for softmax and soft_lookup, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def powers(x, axis):
    """Return e to the scores, the largest along `axis` subtracted."""
    return np.exp(x - x.max(axis=axis, keepdims=True))


def share(e, axis):
    """Return e divided by its sum along `axis`."""
    return e / e.sum(axis=axis, keepdims=True)


def in_place(x, axis=-1):
    """Give the right weights, but spoil the caller's scores."""
    x -= x.max(axis=axis, keepdims=True)
    return share(np.exp(x), axis)


SOFTMAX_MISTAKES = (
    Mistake(
        "your weights match a softmax without subtracting the maximum",
        lambda x, axis=-1: share(np.exp(x), axis),
        "np.exp(1000) is too large for a float. What may be subtracted first?",
    ),
    Mistake(
        "your weights sum to 1 along the last axis, whatever `axis` says",
        lambda x, axis=-1: share(powers(x, -1), -1),
        "Look for a -1 in your function where the argument `axis` belongs.",
    ),
    Mistake(
        "your weights sum to 1 along the last axis, whatever `axis` says, and they overflow",
        lambda x, axis=-1: share(np.exp(x), -1),
        "First hand `axis` on to the sum, then think about np.exp(1000).",
    ),
    Mistake(
        "your weights sum to 1 along the first axis (axis=0), whatever `axis` says",
        lambda x, axis=-1: share(powers(x, 0), 0),
        "Python's own sum and max work along the first axis. NumPy's take axis=...",
    ),
    Mistake(
        "your weights sum to 1 along the first axis (axis=0), and large scores overflow",
        lambda x, axis=-1: share(np.exp(x), 0),
        "Python's own sum adds along the first axis. NumPy's takes axis=...",
    ),
    Mistake(
        "your weights sum to 1 over the whole array, not along one axis",
        lambda x, axis=-1: powers(x, None) / powers(x, None).sum(),
        "A sum without an axis adds up everything. Each line along `axis` needs its own sum.",
    ),
    Mistake(
        "your weights sum to 1 over the whole array, and large scores overflow",
        lambda x, axis=-1: np.exp(x) / np.exp(x).sum(),
        "A sum without an axis adds up everything. Each line along `axis` needs its own sum.",
    ),
    Mistake(
        "your sum along `axis` has lost that axis, so it does not line up with x",
        lambda x, axis=-1: powers(x, axis) / powers(x, axis).sum(axis=axis),
        "Compare the shapes of x and of the sum. Which option of np.sum keeps an axis of length 1?",
    ),
    Mistake(
        "your sum has lost its axis and does not line up with x, and large scores overflow",
        lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis=axis),
        "Compare the shapes of x and of the sum. Which option of np.sum keeps an axis of length 1?",
    ),
    Mistake(
        "your softmax subtracts the largest number of the whole array from every row",
        lambda x, axis=-1: share(powers(x, None), axis),
        "A row 1,000 below that number becomes 0 / 0. Which maximum does each row need?",
    ),
    Mistake(
        "your maximum is taken along the last axis, your sum along `axis`",
        lambda x, axis=-1: share(powers(x, -1), axis),
        "What is subtracted must be the same number for all scores that share one sum.",
    ),
    Mistake(
        "your softmax subtracts the mean, which is not enough from -1,000 to 1,000",
        lambda x, axis=-1: share(np.exp(x - x.mean(axis=axis, keepdims=True)), axis),
        "After the subtraction no score may be above 0.",
    ),
    Mistake(
        "your softmax subtracts the smallest score, so the others grow",
        lambda x, axis=-1: share(np.exp(x - x.min(axis=axis, keepdims=True)), axis),
        "After the subtraction no score may be above 0.",
    ),
    Mistake(
        "your softmax divides by the largest score instead of subtracting it",
        lambda x, axis=-1: share(np.exp(x / x.max(axis=axis, keepdims=True)), axis),
        "Dividing changes the differences between scores, and they decide the weights.",
    ),
    Mistake(
        "your scores are cut off (clipped) before np.exp, so large ones become equal",
        lambda x, axis=-1: share(np.exp(np.clip(x, -500, 500)), axis),
        "Cutting off loses the differences. Which change of all scores loses nothing?",
    ),
    Mistake(
        "your powers are not divided by their sum: the largest weight is always 1",
        lambda x, axis=-1: powers(x, axis),
        "One step is missing: what do the weights of a mixture add up to?",
    ),
    Mistake(
        "your result is exp(x), not divided by anything",
        lambda x, axis=-1: np.exp(x),
        "One step is missing: what do the weights of a mixture add up to?",
    ),
    Mistake(
        "your weights are the scores divided by their sum, without np.exp",
        lambda x, axis=-1: share(x, axis),
        "Scores may be negative, weights may not. What makes every number positive?",
    ),
    Mistake(
        "your result is the logarithm of the weights",
        lambda x, axis=-1: np.log(share(powers(x, axis), axis)),
        "Weights lie between 0 and 1. Your numbers are what np.log makes of them.",
    ),
    Mistake(
        "your weights prefer the smallest score: the sign is turned round",
        lambda x, axis=-1: share(powers(-x, axis), axis),
        "Subtract the maximum from x, not x from the maximum.",
    ),
    Mistake(
        "your result is 1 for the largest score and 0 for all others",
        lambda x, axis=-1: (x == x.max(axis=axis, keepdims=True)).astype(float),
        "That is the argmax of the lesson. Every key gets a share here.",
    ),
    Mistake(
        "your weights match a logistic function of each score alone",
        lambda x, axis=-1: 1 / (1 + np.exp(-x)),
        "The weight of one score depends on all scores along the axis.",
    ),
    Mistake(
        "your weights use powers of 2 instead of powers of e",
        lambda x, axis=-1: share(np.exp2(x - x.max(axis=axis, keepdims=True)), axis),
        "np.exp(x) is e to the power of x. The bits of the lesson are another matter.",
    ),
    Mistake(
        "your weights are cut to whole numbers when x has whole numbers",
        lambda x, axis=-1: share(powers(x, axis), axis).astype(x.dtype),
        "np.zeros_like(x) has the dtype of x. A weight such as 0.25 does not fit into an integer.",
    ),
    Mistake(
        "your weights are right, but your function changes x in place",
        in_place,
        "After the call the caller's scores are lost. Give the difference a name of its own.",
    ),
)


def weigh(scores):
    """Return the weights of (m,) scores."""
    return share(powers(scores, -1), -1)


def unit(rows):
    """Return the rows with length 1."""
    return rows / np.sqrt((rows * rows).sum(axis=-1, keepdims=True))


LOOKUP_MISTAKES = (
    Mistake(
        "your mixture does not depend on the temperature",
        lambda q, K, V, temperature=1.0: weigh(K @ q) @ V,
        "Where does the temperature enter: before np.exp, or not at all?",
    ),
    Mistake(
        "your scores are multiplied by the temperature",
        lambda q, K, V, temperature=1.0: weigh(K @ q * temperature) @ V,
        "A low temperature makes the differences between the scores larger.",
    ),
    Mistake(
        "your weights, not your scores, are divided by the temperature",
        lambda q, K, V, temperature=1.0: weigh(K @ q) / temperature @ V,
        "After that division the weights do not sum to 1 any more. Divide earlier.",
    ),
    Mistake(
        "your weights overflow: their softmax does not subtract the maximum",
        lambda q, K, V, temperature=1.0: share(np.exp(K @ q / temperature), -1) @ V,
        "You have a softmax from exercise 2.1 that survives this.",
    ),
    Mistake(
        "your weights are not divided by their sum",
        lambda q, K, V, temperature=1.0: powers(K @ q / temperature, -1) @ V,
        "The weights of a mixture sum to 1.",
    ),
    Mistake(
        "your mixture uses the scores themselves as weights",
        lambda q, K, V, temperature=1.0: (K @ q / temperature) @ V,
        "Between the scores and the mixture one step is missing.",
    ),
    Mistake(
        "your weights are the scores divided by their sum",
        lambda q, K, V, temperature=1.0: share(K @ q / temperature, -1) @ V,
        "Scores may be negative. You wrote a function that turns them into weights.",
    ),
    Mistake(
        "your result is the value of the best key alone",
        lambda q, K, V, temperature=1.0: V[np.argmax(K @ q)],
        "That is the hard look-up of the lesson. Here every value takes part.",
    ),
    Mistake(
        "your result is the plain average of the values, whatever the query",
        lambda q, K, V, temperature=1.0: V.mean(axis=0),
        "That is average_lookup of lesson 0. Where does q enter?",
    ),
    Mistake(
        "your mixture is one of keys, not of values",
        lambda q, K, V, temperature=1.0: weigh(K @ q / temperature) @ K,
        "The keys are for finding, the values are what is handed over.",
    ),
    Mistake(
        "your result is the weights, one number for each key",
        lambda q, K, V, temperature=1.0: weigh(K @ q / temperature),
        "The weights are right. They say how much of each value to take.",
    ),
    Mistake(
        "your values are weighted but not added up",
        lambda q, K, V, temperature=1.0: weigh(K @ q / temperature)[:, None] * V,
        "There is still one row for each key. Which axis has to disappear?",
    ),
    Mistake(
        "your weighted values are averaged instead of added up",
        lambda q, K, V, temperature=1.0: weigh(K @ q / temperature) @ V / len(V),
        "The weights sum to 1 already, so nothing is left to divide by.",
    ),
    Mistake(
        "your result comes together with the weights",
        lambda q, K, V, temperature=1.0: (
            weigh(K @ q / temperature) @ V,
            weigh(K @ q / temperature),
        ),
        "From lesson 3 on the weights are returned as well. Here the mixture alone is asked for.",
    ),
    Mistake(
        "your scores are divided by the square root of d",
        lambda q, K, V, temperature=1.0: weigh(K @ q / temperature / len(q) ** 0.5) @ V,
        "Here the temperature is the only thing that divides the scores.",
    ),
    Mistake(
        "your scores are cosines: the lengths have been divided away",
        lambda q, K, V, temperature=1.0: weigh(unit(K) @ unit(q) / temperature) @ V,
        "This look-up takes the plain dot product of lesson 1.",
    ),
    Mistake(
        "your weights prefer the key that fits worst",
        lambda q, K, V, temperature=1.0: weigh(-(K @ q) / temperature) @ V,
        "A larger score must get a larger weight. Look for a minus sign.",
    ),
    Mistake(
        "your product of weights and V has its factors in the wrong order",
        lambda q, K, V, temperature=1.0: V @ weigh(K @ q / temperature),
        "(m, d_v) @ (m,) does not fit. Which side must the m weights stand on?",
    ),
    Mistake(
        "your product of q and K does not run over the d features",
        lambda q, K, V, temperature=1.0: weigh(q @ K / temperature) @ V,
        "q is (d,) and K is (m, d). Write down the shapes; `dot_scores` of lesson 1 does this.",
    ),
)
