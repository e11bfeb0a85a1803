"""How surprised a model is by a batch: the number that training makes small."""

import numpy as np

from course_utils.arrays.fused import cross_entropy
from course_utils.model.transformer import decode, encode
from course_utils.training.fast import fast

FAST_ENCODE, FAST_DECODE = fast(encode), fast(decode)


def translation_loss(model, heads=4, cross_heads=1, smoothing=0.1):
    """Return a loss of (params, batch) for a translator: mean nats a token, padding left out.

    `model(params, source, target, heads, cross_heads, source_mask)` returns logits and weights,
    as `course_utils.model.transformer.transformer` does, and may be a learner's own; the
    reference is exchanged for its fast form. With smoothing s the right word has 1 - s of the
    weight and all words share s alike. Lesson 10; Szegedy et al. 2016, section 7.
    """
    model = fast(model)

    def loss(params, batch):
        logits, _ = model(
            params, batch.source, batch.target_in, heads, cross_heads, source_mask(batch)
        )
        return cross_entropy(logits, batch.target_out, batch.target_keep, smoothing)

    return loss


def context_dropout_loss(rng, dropped=0.5, heads=4, cross_heads=1, smoothing=0.1):
    """Return the loss of the reference model in which some source words see only themselves.

    In each encoder block a share `dropped` of the source words gathers nothing from the others,
    drawn anew for each batch: what a word means must then mostly stand at its own place, so that
    reading it there pays. Lesson 10.
    """

    def loss(params, batch):
        mask = source_mask(batch, always=True)
        m = batch.source.shape[1]
        sees_others = rng.random((len(batch.source), m, 1)) >= dropped  # (B, m, 1)
        X, _ = FAST_ENCODE(params, batch.source, heads, mask & sees_others | np.eye(m, dtype=bool))
        logits, _, _ = FAST_DECODE(params, batch.target_in, X, heads, cross_heads, cross_mask=mask)
        return cross_entropy(logits, batch.target_out, batch.target_keep, smoothing)

    return loss


def source_mask(batch, always=False):
    """Return the mask (B, 1, m) of the words that are no padding, or None if all are."""
    if not always and batch.source_keep.all():
        return None
    return batch.source_keep[:, None, :]


def tokens(batch):
    """Return how many target tokens of a batch count."""
    return int(np.count_nonzero(batch.target_keep))
