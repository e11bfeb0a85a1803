"""The shipped models that read blocks said again, and a way to reach into them."""

import numpy as np

from course_utils.model.language_model import language_model
from course_utils.model.parameters import cast
from course_utils.training.decode import log_softmax
from course_utils.training.inside import unchanged
from course_utils.training.reach_in import reach_in
from course_utils.training.shipped import SHIPPED, TranslatorError
from course_utils.training.weights import WeightsError, load_weights

VOCABULARY = 32  # words
NAMES = ("one layer", "two layers", "two layers, another seed")
REPAIR = "get the course's file back, or make it with tools/make_repeater_weights.py."


def said_twice(rng, count, block=20):
    """Return sequences of different random words, each said twice: (count, 2 * block) integers.

    Lesson 11.

    >>> row = said_twice(np.random.default_rng(0), 1, block=3)[0]
    >>> bool((row[:3] == row[3:]).all()), len(set(row.tolist()))
    (True, 3)
    """
    order = np.argsort(rng.random((count, VOCABULARY)), axis=-1)[:, :block]  # (count, block)
    return np.concatenate([order, order], axis=-1)


class Repeater:
    """An attention-only model that guesses the next word of a sequence. Lesson 11."""

    def __init__(self, params, heads=2):
        self.params, self.heads = cast(params, np.float64), heads

    def run(self, words, edit=unchanged):
        """Return logits and weights: edit(block, weights) changes those of each block in turn.

        Shapes: words (B, n) integers -> ((B, n, words), a list with (B, heads, n, n) a block).
        """
        model = reach_in(language_model, edit, range(len(self.params["blocks"])))
        return model(self.params, words, self.heads)

    def repeats(self, words, edit=unchanged):
        """Return the mean loss, in nats, and the share right, over words that could be known.

        `words` (B, n) are blocks said twice: the first word of the second time cannot be known,
        nor any before it.
        """
        half = words.shape[-1] // 2
        logits, _ = self.run(words, edit)
        logits, following = logits[:, half:-1], words[:, half + 1 :]  # (B, half - 1, words)
        said = np.take_along_axis(log_softmax(logits), following[..., None], axis=-1)
        return -said.mean(), (logits.argmax(axis=-1) == following).mean()


def load_repeater(name, path=SHIPPED / "repeaters.npz"):
    """Return the shipped Repeater of one of NAMES; TranslatorError, one sentence, otherwise.

    Lesson 11.

    >>> load_repeater("one layer").heads
    2
    """
    if name not in NAMES:
        raise TranslatorError(f"The models are {', '.join(map(repr, NAMES))}; not {name!r}.")
    try:
        params, _ = load_weights(path)
        return Repeater(params[name])
    except (WeightsError, KeyError):
        raise TranslatorError(f"The file {path.name} is missing or broken: {REPAIR}") from None
