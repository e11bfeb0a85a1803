"""Trains a small transformer on sentence pairs that are nothing but numbers."""

import numpy as np

from course_utils.model.parameters import cast, transformer_parameters
from course_utils.training.loop import last, train

SIZES = {"d_model": 32, "d_ff": 64, "encoder_blocks": 2, "decoder_blocks": 1}


def train_on_pairs(loss, source, target, steps=800, batch=32, rate=6e-3):
    """Return parameters that make `loss(params, source, target)` small on these pairs.

    Shapes: source (pairs, m) and target (pairs, n) integers; the loss gets `batch` rows of both,
    drawn anew at each step, and returns nats. The model has 2 encoder blocks and 1 decoder block
    of 32 features, for 4 heads and 1 head of cross-attention. Lesson 10, the capstone.

    >>> pairs = np.ones((32, 2), int), np.ones((32, 3), int)
    >>> params = train_on_pairs(lambda p, s, t: np.sum(p["W_out"] ** 2), *pairs, steps=1)
    >>> params["W_out"].shape
    (32, 2)
    """
    rng = np.random.default_rng(0)
    words = int(source.max()) + 1, int(target.max()) + 1
    params = cast(transformer_parameters(rng, *words, **SIZES), np.float32)

    def batches():
        while True:
            rows = rng.choice(len(source), batch, replace=False)
            yield source[rows], target[rows]

    def of_batch(params, pair):
        return loss(params, *pair)

    return last(train(of_batch, params, batches(), steps, rate)).params
