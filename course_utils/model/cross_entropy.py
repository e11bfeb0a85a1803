"""Lesson 10: how surprised the model is by the right word."""

import numpy as np


def cross_entropy(logits, targets, keep):
    """Return the mean surprise of the right words in nats, 0 for certainty in the right one.

    Shapes: logits (..., n words, V), targets (..., n) integers below V, keep (..., n) boolean,
    False = padding, not counted -> a scalar >= 0. At least one word must be kept.
    Lesson 10; -log softmax(logits)[target], Goodfellow et al. 2016, section 6.2.2.

    >>> loss = cross_entropy(np.zeros((1, 2, 4)), np.array([[3, 0]]), np.array([[True, False]]))
    >>> bool(np.isclose(loss, np.log(4)))
    True
    """
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=-1))  # (..., n)
    right = np.expand_dims(targets, -1) == np.arange(logits.shape[-1])  # (..., n, V)
    surprise = log_total - np.sum(np.where(right, shifted, 0.0), axis=-1)  # (..., n)
    return np.sum(np.where(keep, surprise, 0.0)) / int(np.sum(keep))
