"""Lesson 4: who may look where. True = may attend."""

import numpy as np


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
