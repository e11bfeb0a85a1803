"""How surprised a model is by a batch: the number that training makes small."""

from course_utils.arrays.fused import cross_entropy
from course_utils.training.fast import fast


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


def source_mask(batch):
    """Return the mask (B, 1, m) of the words that are no padding, or None if all are."""
    return None if batch.source_keep.all() else batch.source_keep[:, None, :]
