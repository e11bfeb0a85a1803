"""Lesson 10, the capstone: from sentence pairs to a translator."""

from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.decoding import greedy_decode
from course_utils.model.transformer import transformer


def learn_to_translate(source, target, unseen, train):
    """Return translations of unseen sentences, after training on pairs of sentences.

    Shapes: source (pairs, m) and target (pairs, n) integers, 0 = padding; a target begins with 1
    (start) and ends with 2 (end). unseen (B, m) integers. `train(loss, source, target)` returns
    parameters that make `loss(params, source, target)` small, as `train_on_pairs` does
    -> (B, at most n) integers, without start, filled with 2. Lesson 10.
    """

    def loss(params, source, target):
        source_mask = (source != 0)[:, None, :]  # (B, 1, m)
        read, wanted = target[:, :-1], target[:, 1:]  # one step apart
        logits, _ = transformer(params, source, read, source_mask=source_mask)
        return cross_entropy(logits, wanted, wanted != 0)

    params = train(loss, source, target)
    source_mask = (unseen != 0)[:, None, :]
    return greedy_decode(params, unseen, 1, 2, target.shape[1], source_mask=source_mask)
