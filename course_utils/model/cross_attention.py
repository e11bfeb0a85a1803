"""Lesson 8: one sentence attends to another."""

import numpy as np

from course_utils.model.attention import attention


def additive_scores(Q, K, W_Q, W_K, v):
    """Return the score of every query with every key by a small network, as it was before dots.

    Shapes: Q (..., n queries, d_q), K (..., m keys, d_k), W_Q (d_q, d_a), W_K (d_k, d_a),
    v (d_a,) -> (..., n, m). Any real number. Lesson 8; Bahdanau et al. 2015, section A.1.2.

    >>> additive_scores(np.eye(2), np.eye(3), np.zeros((2, 4)), np.zeros((3, 4)), np.ones(4)).shape
    (2, 3)
    """
    asked = np.expand_dims(Q @ W_Q, -2)  # (..., n, 1, d_a)
    offered = np.expand_dims(K @ W_K, -3)  # (..., 1, m, d_a)
    return np.tanh(asked + offered) @ v  # (..., n, m)


def cross_attention(Y, X, W_Q, W_K, W_V, mask=None):
    """Return what each word of Y gathers from the sentence X, and the weights.

    Shapes: Y (..., n words, d_model), X (..., m words, d_model), W_Q and W_K (d_model, d_k),
    W_V (d_model, d_v), mask (..., n, m) boolean -> ((..., n, d_v), (..., n, m)).
    Y asks, X answers: in a translator Y is the target so far and X the encoded source.
    Lesson 8; Vaswani et al. 2017, section 3.2.3.

    >>> cross_attention(np.ones((1, 2)), np.eye(2), np.eye(2), np.eye(2), np.eye(2))[0]
    array([[0.5, 0.5]])
    """
    return attention(Y @ W_Q, X @ W_K, X @ W_V, mask)


def alignment_error_rate(weights, gold):
    """Return the share of linked target words whose largest weight is on a wrong source word.

    Shapes: weights (..., n target words, m source words), gold (..., n, m) boolean, True = this
    source word is a right answer -> from 0 to 1. Target words without a link are left out. Row t
    must be the step that predicts target word t. With one link a word this is the alignment
    error rate of Och & Ney 2003. Raises ValueError if nothing is linked. Lesson 8.

    >>> alignment_error_rate(np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([[True, False]] * 2))
    0.0
    """
    gold = np.asarray(gold, dtype=bool)
    linked = np.any(gold, axis=-1)  # (..., n)
    if not np.any(linked):
        raise ValueError("alignment_error_rate: gold has no True, so there is nothing to compare")
    chosen = np.argmax(weights, axis=-1)[..., None]  # (..., n, 1)
    right = np.take_along_axis(gold, chosen, axis=-1)[..., 0]  # (..., n)
    return float(np.mean(~right[linked]))
