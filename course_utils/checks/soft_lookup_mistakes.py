"""Lesson 2: what a class really hands in for soft_lookup, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.softmax_mistakes import powers, share


def weigh(scores):
    """Return the weights of (m,) scores."""
    return share(powers(scores, -1), -1)


def unit(rows):
    """Return the rows with length 1."""
    return rows / np.sqrt((rows * rows).sum(axis=-1, keepdims=True))


def some_values(kept):
    """Return a look-up that adds up only the values that the slice `kept` takes."""

    def soft_lookup(q, K, V, temperature=1.0):
        return weigh(K @ q / temperature)[kept] @ V[kept]

    return soft_lookup


def undivided_maximum(q, K, V, temperature=1.0):
    """Divide the scores by the temperature, and subtract the largest of before."""
    powers = np.exp(K @ q / temperature - np.max(K @ q))
    return powers / powers.sum() @ V


def as_wide_as_a_key(q, K, V, temperature=1.0):
    """Gather the values in an array with a place for each feature of a key."""
    mixture = np.zeros(K.shape[1])
    for weight, value in zip(weigh(K @ q / temperature), V):
        mixture += weight * value
    return mixture


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
        "your weights or your answer, not your scores, are divided by the temperature",
        lambda q, K, V, temperature=1.0: weigh(K @ q) / temperature @ V,
        "After that division the weights no longer sum to 1. Divide earlier.",
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
        "your product is V @ weights, as in dot_scores(weights, V), with its factors exchanged",
        lambda q, K, V, temperature=1.0: V @ weigh(K @ q / temperature),
        "(m, d_v) @ (m,) does not fit. Which side must the m weights stand on?",
    ),
    Mistake(
        "your product of q and K does not run over the d features",
        lambda q, K, V, temperature=1.0: weigh(q @ K / temperature) @ V,
        "q is (d,) and K is (m, d). Write down the shapes; `dot_scores` of lesson 1 does this.",
    ),
    Mistake(
        "your query is compared with the values, not with the keys",
        lambda q, K, V, temperature=1.0: weigh(V @ q / temperature) @ V,
        "The keys are for finding, the values are what is handed over.",
    ),
    Mistake(
        "your scores are the products feature by feature; they are not added up",
        lambda q, K, V, temperature=1.0: weigh(K * q / temperature) @ V,
        "Each key needs one score. `dot_scores` of lesson 1 does this.",
    ),
    Mistake(
        "your (m,) weights do not line up with the (m, d_v) values",
        lambda q, K, V, temperature=1.0: (weigh(K @ q / temperature) * V).sum(axis=0),
        "`*` lines up the last axes, here m with d_v. Which product lets the m disappear?",
    ),
    Mistake(
        "your weighted values are added up within each value, one number for each key",
        lambda q, K, V, temperature=1.0: (weigh(K @ q / temperature)[:, None] * V).sum(axis=1),
        "The keys have to disappear in the sum, not the features.",
    ),
    Mistake(
        "your softmax comes after the mixture, not before it",
        lambda q, K, V, temperature=1.0: weigh((K @ q / temperature) @ V),
        "The softmax turns scores, one for each key, into weights. Then the values are mixed.",
    ),
    Mistake(
        "your (m,) weights do not line up with the (m, d_v) values, and nothing is added up",
        lambda q, K, V, temperature=1.0: weigh(K @ q / temperature) * V,
        "`*` lines up the last axes, here m with d_v. Which product lets the m disappear?",
    ),
    Mistake(
        "your weights meet the features of V, not its rows, as in dot_scores(weights, V)",
        lambda q, K, V, temperature=1.0: (weigh(K @ q / temperature) * V).sum(axis=-1),
        "Which axis of V is as long as the weights? That one has to disappear.",
    ),
    Mistake(
        "your result is a single number: all weighted values added together",
        lambda q, K, V, temperature=1.0: (weigh(K @ q / temperature)[:, None] * V).sum(),
        "A sum without an axis adds up everything. Each feature needs a sum of its own.",
    ),
    Mistake(
        "your result is the scores, one number for each key",
        lambda q, K, V, temperature=1.0: K @ q / temperature,
        "Two steps are left: scores become weights, and weights mix the values.",
    ),
    Mistake(
        "your scores are divided by the square root of d, where the temperature should stand",
        lambda q, K, V, temperature=1.0: weigh(K @ q / len(q) ** 0.5) @ V,
        "√d belongs to lesson 3. Here the temperature comes as an argument.",
    ),
    Mistake(
        "your scores go through the softmax twice",
        lambda q, K, V, temperature=1.0: weigh(weigh(K @ q / temperature)) @ V,
        "Score, divide, one softmax, mix. What you hand to the second softmax are weights.",
    ),
    Mistake(
        "your scores are divided by the temperature, and the maximum that you subtract is not",
        undivided_maximum,
        "Divide first, then take the maximum of what you have. Your `softmax` of 2.1 does it.",
    ),
    Mistake(
        "your mixture has a place for each feature of a key, not of a value",
        as_wide_as_a_key,
        "K is (m, d), V is (m, d_v). Which of them is mixed?",
    ),
    Mistake(
        "your mixture leaves out the last value",
        some_values(slice(0, -1)),
        "range(m) counts 0, 1, … up to m - 1, which is the last row already.",
    ),
    Mistake(
        "your mixture leaves out the first value",
        some_values(slice(1, None)),
        "Rows are counted from 0: where does your loop start?",
    ),
    Mistake(
        "your result is the share of the first value alone: the loop ends in its first round",
        some_values(slice(0, 1)),
        "A return that is indented as far as the loop's body ends the loop at once.",
    ),
    Mistake(
        "your weights are exp(scores), not divided by anything",
        lambda q, K, V, temperature=1.0: np.exp(K @ q / temperature) @ V,
        "The weights of a mixture sum to 1. Your `softmax` of 2.1 does all of it.",
    ),
    Mistake(
        "your scores are sums over the keys (axis=0): one number for each feature",
        lambda q, K, V, temperature=1.0: weigh((K * q).sum(axis=0) / temperature) @ V,
        "Each key needs one score. `dot_scores` of lesson 1 does this.",
    ),
    Mistake(
        "your result is the share of the last value alone",
        lambda q, K, V, temperature=1.0: weigh(K @ q / temperature)[-1] * V[-1],
        "In a loop, `=` replaces what was there. What adds to it?",
    ),
)
