"""Language models of one side only: the repeated sequences of lesson 11."""

from dataclasses import dataclass

import numpy as np

from course_utils.arrays.fused import cross_entropy
from course_utils.data.repeats import Repeats, repeated_sequences
from course_utils.model.language_model import language_model
from course_utils.model.parameters import cast, language_model_parameters
from course_utils.training.fast import fast
from course_utils.training.loop import train


@dataclass(frozen=True)
class Induction:
    """An attention-only model that reads random blocks said again, and how it learns.

    Its loss counts only words that have been said before: the others cannot be known.
    Lesson 11; Elhage et al. 2021.

    >>> Induction(blocks=1).blocks
    1
    """

    blocks: int = 2
    vocabulary: int = 32
    d_model: int = 64
    heads: int = 2
    steps: int = 500
    batch: int = 32
    rate: float = 5e-3
    warm_up: int = 50

    def parameters(self, seed):
        """Return what the model starts from: float32, drawn from the seed."""
        rng = np.random.default_rng([seed, 1])
        params = language_model_parameters(rng, self.vocabulary, self.d_model, blocks=self.blocks)
        return cast(params, np.float32)

    def batches(self, seed):
        """Yield new sequences for ever."""
        rng = np.random.default_rng([seed, 2])
        while True:
            yield repeated_sequences(rng, self.batch, vocabulary_size=self.vocabulary)

    def train(self, seed, model=language_model):
        """Yield a Record a step; `model` may be a learner's own language model."""
        loss = next_word_loss(model, self.heads, repeats_only=True)
        return train(
            loss, self.parameters(seed), self.batches(seed), self.steps, self.rate, self.warm_up
        )


def next_word_loss(model=language_model, heads=2, repeats_only=False):
    """Return a loss of (params, Repeats): mean nats a next word.

    With repeats_only, of the words that the sequence has said before, which could be known.
    """
    model = fast(model)

    def loss(params, batch: Repeats):
        logits, _ = model(params, batch.tokens[:, :-1], heads)
        keep = batch.predictable[:, 1:] if repeats_only else None
        return cross_entropy(logits, batch.tokens[:, 1:], keep)

    return loss


def repeat_loss(params, heads=2, count=200, seed=12345, vocabulary=32):
    """Return the mean nats on words said before, in new sequences. Lesson 11."""
    fresh = repeated_sequences(np.random.default_rng(seed), count, vocabulary_size=vocabulary)
    return float(next_word_loss(heads=heads, repeats_only=True)(params, fresh))
