"""How good a translator is: sentences exactly right, and links that its weights show."""

import numpy as np

from course_utils.data.vocabulary import END
from course_utils.model.cross_attention import alignment_error_rate
from course_utils.model.transformer import transformer
from course_utils.training.decode import greedy
from course_utils.training.fast import fast


def same_sentence(written, target_out):
    """Return for each row whether both say the same and end; what follows END does not count.

    Shapes: written (B, n), target_out (B, n') integers -> (B,) boolean. Lesson 10.

    >>> same_sentence(np.array([[5, END, END], [5, 6, END]]), np.array([[5, END], [5, END]]))
    array([ True, False])
    """
    return np.array([cut(a) == cut(b) for a, b in zip(written, target_out)])


def cut(ids):
    """Return the ids with the first END and without what follows it, as a list."""
    ids = list(map(int, ids))
    return ids[: ids.index(END) + 1] if END in ids else ids


def exact_match(params, batch, heads=4, cross_heads=1):
    """Return the share, 0 to 1, of sentences that greedy decoding gets right to the last word.

    Lesson 10.
    """
    steps = batch.target_out.shape[1] + 1  # one more than the longest: too long is wrong
    written = greedy(params, batch.source, batch.source_keep, steps, heads, cross_heads)
    return float(np.mean(same_sentence(written, batch.target_out)))


def cross_weights(params, batch, heads=4, cross_heads=1):
    """Return the cross-attention of the last block while the right words are fed.

    Shapes: -> (B, n, m), the mean over its heads. Row t is the step that predicts target word t.
    Lesson 8.
    """
    mask = batch.source_keep[:, None, :]
    _, weights = fast(transformer)(
        params, batch.source, batch.target_in, heads, cross_heads, source_mask=mask
    )
    return weights["cross"][-1].mean(axis=-3)


def alignment_error(params, pairs, batch, heads=4, cross_heads=1):
    """Return the share, 0 to 1, of linked target words whose largest weight is elsewhere.

    `pairs` and `batch` are the same sentences in the same order; all their links count alike.
    Lesson 8; Och & Ney 2003.
    """
    weights = cross_weights(params, batch, heads, cross_heads)
    gold = np.zeros(weights.shape, bool)
    for i, pair in enumerate(pairs):
        gold[i, : len(pair.target), : len(pair.source)] = pair.gold()
    return alignment_error_rate(weights, gold)
