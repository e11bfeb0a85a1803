"""Lesson 4: who may look where. True = may attend."""

import numpy as np

from course_utils.model.softmax import softmax


def causal_mask(n):
    """Return the mask that lets each of n positions attend to itself and to what came before.

    Shapes: n an integer -> (n queries, n keys) boolean, True = may attend.
    Lesson 4; Vaswani et al. 2017, section 3.2.3.

    >>> causal_mask(3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    """
    return np.tril(np.ones((n, n), dtype=bool))


def padding_mask(lengths, m):
    """Return the mask that hides the padding behind sentences shorter than m words.

    Shapes: lengths (B sentences,) integers from 0 to m -> (B, 1, m keys) boolean, True = may
    attend. The axis of length 1 stands for the queries: all see the same words. Lesson 4.

    >>> padding_mask(np.array([2, 3]), 3).astype(int).tolist()
    [[[1, 1, 0]], [[1, 1, 1]]]
    """
    lengths = np.asarray(lengths)
    return np.arange(m) < lengths[..., None, None]  # (m,) < (B, 1, 1) -> (B, 1, m)


def masked_softmax(scores, mask):
    """Return weights along the keys that the mask allows; a row that it empties gets zeros.

    Shapes: scores (..., n queries, m keys), mask boolean, True = may attend, of any shape that
    stretches to that of the scores -> (..., n, m). Scores are logits, weights probabilities:
    each row sums to 1, or to 0 where nothing may be attended to. Lesson 4.

    >>> masked_softmax(np.zeros((2, 3)), np.array([[True, True, False], [False, False, False]]))
    array([[0.5, 0.5, 0. ],
           [0. , 0. , 0. ]])
    """
    empty = ~np.any(mask, axis=-1, keepdims=True)  # (..., n, 1): may attend to no key
    # An empty row keeps its scores until after the softmax, which of -inf alone is NaN.
    weights = softmax(np.where(mask | empty, scores, -np.inf))
    return np.where(empty, 0.0, weights)  # (..., n, m)
