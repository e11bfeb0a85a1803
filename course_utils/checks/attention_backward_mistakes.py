"""Lesson 9: what a class really hands in for attention_backward, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.scaled_scores_mistakes import right_scores, share, turned


def through_softmax(weights, d_weights):
    """Return what the softmax lets through to the scores."""
    return weights * (d_weights - np.sum(weights * d_weights, axis=-1, keepdims=True))


def made_of(
    to_values=lambda d_out, Q, K, V, weights: turned(weights) @ d_out,
    to_weights=lambda d_out, V: d_out @ turned(V),
    softmax=through_softmax,
    scale=lambda d_k, d_v: 1 / d_k**0.5,
    to_queries=lambda d_scores, Q, K: d_scores @ K,
    to_keys=lambda d_scores, Q, K: turned(d_scores) @ Q,
):
    """Return a backward pass in which one of the steps is another."""

    def attention_backward(d_out, Q, K, V, weights):
        d_scores = softmax(weights, to_weights(d_out, V)) * scale(Q.shape[-1], V.shape[-1])
        dQ, dK = to_queries(d_scores, Q, K), to_keys(d_scores, Q, K)
        return dQ, dK, to_values(d_out, Q, K, V, weights)

    return attention_backward


right = made_of()


def weights_made_again(d_out, Q, K, V, weights):
    """Leave the weights that came in and make others, without the mask."""
    return right(d_out, Q, K, V, share(right_scores(Q, K)))


def then(change):
    """Return the right pass with its three results changed afterwards."""
    return lambda *arguments: change(*right(*arguments))


def less(average):
    """Return a way through the softmax with another average taken off."""
    return lambda weights, d_weights: weights * (d_weights - average(weights, d_weights))


def along(axis):
    """Return the weighted average along another axis."""
    return lambda weights, d_weights: np.sum(weights * d_weights, axis=axis, keepdims=True)


def one_table(d_out, Q, K, V, weights):
    """Turn round all axes instead of the last two."""
    d_scores = through_softmax(weights, d_out @ V.T) / Q.shape[-1] ** 0.5
    return d_scores @ K, d_scores.T @ Q, weights.T @ d_out


BACKWARD_MISTAKES = (
    Mistake(
        "your softmax is left out on the way back: the weights' gradient goes on to the scores",
        made_of(softmax=lambda weights, d_weights: d_weights),
        "If one score rises, one weight rises and the others fall. Which line says so?",
    ),
    Mistake(
        "your softmax is treated as if each weight came from its own score alone: w (1 - w)",
        made_of(softmax=lambda weights, d_weights: weights * (1 - weights) * d_weights),
        "The weights of a row share a 1. What one gains the others lose.",
    ),
    Mistake(
        "your weights multiply their gradient, but the average of the row is not taken off",
        made_of(softmax=lambda weights, d_weights: weights * d_weights),
        "A weight is pulled up only if its pull is above the average of its row.",
    ),
    Mistake(
        "your average of the row is a plain mean, not weighted by the weights",
        made_of(softmax=less(lambda weights, d: np.mean(d, axis=-1, keepdims=True))),
        "A key that hardly counts hardly counts in the average.",
    ),
    Mistake(
        "your average of the row is the plain sum, without the weights",
        made_of(softmax=less(lambda weights, d: np.sum(d, axis=-1, keepdims=True))),
        "What is taken off is an average: each pull times its weight, added up.",
    ),
    Mistake(
        "your average of the row is divided by the number of keys: np.mean of weights * pull",
        made_of(softmax=less(lambda weights, d: np.mean(weights * d, axis=-1, keepdims=True))),
        "The weights sum to 1, so their sum is an average already. Look at the equation of ds.",
    ),
    Mistake(
        "your weights multiply the pull alone: brackets are missing around pull - average",
        made_of(softmax=lambda weights, d: weights * d - along(-1)(weights, d)),
        "In the equation of ds, what do the brackets hold together?",
    ),
    Mistake(
        "your average's axis is counted from the front: right for one table only",
        made_of(softmax=less(along(1))),
        "The keys are the last axis, however many stand before it.",
    ),
    Mistake(
        "your average of the row has lost its axis: keepdims is missing",
        made_of(softmax=less(lambda weights, d: np.sum(weights * d, axis=-1))),
        "A sum of shape (n,) lines up with the keys. What keeps it at (n, 1)?",
    ),
    Mistake(
        "your average runs over the queries (axis=-2)",
        made_of(softmax=less(along(-2))),
        "The softmax was along a row of keys. So is its way back.",
    ),
    Mistake(
        "your average runs over the whole table: an axis is missing",
        made_of(softmax=less(along(None))),
        "Each row had a softmax of its own.",
    ),
    Mistake(
        "your weights do not multiply what is left after the average",
        made_of(
            softmax=lambda weights, d: d - np.sum(weights * d, axis=-1, keepdims=True),
        ),
        "A weight of 0 cannot move. Which factor sees to that?",
    ),
    Mistake(
        "your sign is turned round: the average less the pull",
        made_of(softmax=lambda weights, d: -through_softmax(weights, d)),
        "A pull above the average raises its score.",
    ),
    Mistake(
        "your scale is missing: the scores were divided by √d_k",
        made_of(scale=lambda d_k, d_v: 1.0),
        "What the scores were divided by on the way there divides again on the way back.",
    ),
    Mistake(
        "your scale is 1 / d_k: it is applied twice, or its root is missing",
        made_of(scale=lambda d_k, d_v: 1 / d_k),
        "By what were the scores divided?",
    ),
    Mistake(
        "your scale is √d_v",
        made_of(scale=lambda d_k, d_v: 1 / d_v**0.5),
        "Which vectors were multiplied to make a score?",
    ),
    Mistake(
        "your scores are multiplied by √d_k on the way back",
        made_of(scale=lambda d_k, d_v: d_k**0.5),
        "If s is x / 8, then a step in x makes s move by an eighth.",
    ),
    Mistake(
        "your scale is in dQ alone",
        made_of(to_keys=lambda d_scores, Q, K: turned(d_scores) @ Q * Q.shape[-1] ** 0.5),
        "Query and key made the score together. The scale is for both.",
    ),
    Mistake(
        "your scale is in dK alone",
        made_of(to_queries=lambda d_scores, Q, K: d_scores @ K * Q.shape[-1] ** 0.5),
        "Query and key made the score together. The scale is for both.",
    ),
    Mistake(
        "your dV is divided by √d_k",
        then(lambda dQ, dK, dV: (dQ, dK, dV / dQ.shape[-1] ** 0.5)),
        "The values met the weights, after the scale.",
    ),
    Mistake(
        "your dV comes from the scores, not from the weights",
        made_of(to_values=lambda d_out, Q, K, V, weights: turned(right_scores(Q, K)) @ d_out),
        "Which table multiplied the values?",
    ),
    Mistake(
        "your dV is weights @ d_out: the transpose is missing",
        made_of(to_values=lambda d_out, Q, K, V, weights: weights @ d_out),
        "A value collects from all queries that looked at it, along a column.",
    ),
    Mistake(
        "your dK is d_scores @ Q: the transpose is missing",
        made_of(to_keys=lambda d_scores, Q, K: d_scores @ Q),
        "A key collects from all queries that looked at it, along a column.",
    ),
    Mistake(
        "your dK is turned round: Qᵀ @ d_scores has a column for each key",
        made_of(to_keys=lambda d_scores, Q, K: turned(Q) @ d_scores),
        "dK has the shape of K, a row for each key. Which of the two tables is to be turned?",
    ),
    Mistake(
        "your dQ has a transpose too many",
        made_of(to_queries=lambda d_scores, Q, K: turned(d_scores) @ K),
        "A query collects from all its keys, along its row.",
    ),
    Mistake(
        "your transposes stand at dQ and not at dK",
        made_of(
            to_queries=lambda d_scores, Q, K: turned(d_scores) @ K,
            to_keys=lambda d_scores, Q, K: d_scores @ Q,
        ),
        "Rows are queries. Who collects along a row, who along a column?",
    ),
    Mistake(
        "your dQ is made from Q and your dK from K",
        made_of(
            to_queries=lambda d_scores, Q, K: d_scores @ Q,
            to_keys=lambda d_scores, Q, K: turned(d_scores) @ K,
        ),
        "The slope of a product q · k in q is k.",
    ),
    Mistake(
        "your gradient of the weights is turned round: V @ d_outᵀ",
        made_of(to_weights=lambda d_out, V: V @ turned(d_out)),
        "It has the shape of the weights: rows are queries, columns are keys.",
    ),
    Mistake(
        "your gradient of the weights is d_out @ V: the transpose is missing",
        made_of(to_weights=lambda d_out, V: d_out @ V),
        "The pull at one weight is the dot product of its row of d_out with its value.",
    ),
    Mistake(
        "your dQ and dK take no notice of d_out",
        made_of(to_weights=lambda d_out, V: np.ones_like(d_out) @ turned(V)),
        "How much a weight matters depends on how much the output matters.",
    ),
    Mistake(
        "your function is right for one table only: `.T` turns round all axes",
        one_table,
        "`np.swapaxes(x, -1, -2)` exchanges the last two.",
    ),
    Mistake(
        "your dQ and dK are exchanged",
        then(lambda dQ, dK, dV: (dK, dQ, dV)),
        "The order is Q, K, V.",
    ),
    Mistake(
        "your results come in the order V, K, Q",
        then(lambda dQ, dK, dV: (dV, dK, dQ)),
        "The order is Q, K, V.",
    ),
    Mistake(
        "your function returns dV alone",
        then(lambda dQ, dK, dV: dV),
        "Three results are asked for: dQ, dK and dV.",
    ),
    Mistake(
        "your function makes the weights again from Q and K, and knows of no mask",
        weights_made_again,
        "The weights came in as an argument: those that were used on the way there.",
    ),
    one_leading_axis(right),
)
