"""The translators of the course: what each is made of, and how it is trained."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course_utils.data.batches import Batch, encode_pairs, shuffled_batches
from course_utils.data.grammar import CLEAN, Grammar
from course_utils.data.guessable import GUESSABLE
from course_utils.data.pairs import WORKED_SOURCE, Pair
from course_utils.data.vocabulary import Vocabulary, vocabularies
from course_utils.model.parameters import cast, transformer_parameters
from course_utils.model.transformer import transformer
from course_utils.training.decode import greedy
from course_utils.training.loop import train
from course_utils.training.loss import translation_loss
from course_utils.training.measure import alignment_error, cross_weights, exact_match


@dataclass(frozen=True)
class Setting:
    """The sizes of a translator, its language, and how it learns.

    Lesson 10.

    >>> TRANSLATOR.d_model, SMALL.d_model, MESSY.cross_heads
    (64, 32, 4)
    """

    grammar: Grammar = CLEAN
    d_model: int = 64
    d_ff: int = 128
    encoder_blocks: int = 2
    decoder_blocks: int = 1
    heads: int = 4
    cross_heads: int = 1
    steps: int = 900
    batch: int = 32
    rate: float = 3e-3
    warm_up: int = 100
    smoothing: float = 0.1

    @property
    def all_heads(self) -> dict[str, int]:
        """What the model and the measures must be told beside the parameters."""
        return {"heads": self.heads, "cross_heads": self.cross_heads}


TRANSLATOR = Setting()
SMALL = Setting(
    d_model=32, d_ff=64, encoder_blocks=1, heads=2, steps=780, rate=1e-2, smoothing=0.05
)
MESSY = Setting(grammar=GUESSABLE, decoder_blocks=2, cross_heads=4, steps=1500, rate=1e-3)


class Task:
    """Training and held-out pairs of one seed, as words and as integers. Lesson 10."""

    def __init__(self, setting: Setting, seed: int, training: int = 5000, held_out: int = 500):
        self.setting, self.seed = setting, seed
        rng = np.random.default_rng([seed, 0])
        self.pairs: tuple[Pair, ...]
        self.pairs, self.held_out = setting.grammar.split(rng, training, held_out)
        self.english: Vocabulary
        self.english, self.french = vocabularies(setting.grammar)

    @cached_property
    def batch(self) -> Batch:
        """All training pairs."""
        return encode_pairs(self.pairs, self.english, self.french)

    @cached_property
    def held_out_batch(self) -> Batch:
        """All held-out pairs."""
        return encode_pairs(self.held_out, self.english, self.french)

    @cached_property
    def worked(self) -> Pair:
        """The worked sentence: in no part of the data."""
        return self.setting.grammar.translate(WORKED_SOURCE)

    @cached_property
    def worked_batch(self) -> Batch:
        """The worked sentence alone."""
        return encode_pairs([self.worked], self.english, self.french)

    def parameters(self):
        """Return what the model starts from: float32, drawn from the seed."""
        s = self.setting
        rng = np.random.default_rng([self.seed, 1])
        sizes = s.d_model, s.d_ff, s.encoder_blocks, s.decoder_blocks
        params = transformer_parameters(rng, len(self.english), len(self.french), *sizes)
        return cast(params, np.float32)

    def measured(self, params):
        """Return what the course claims of a translator, each a number or a truth value.

        `exact_match` and `alignment_error` on the held-out pairs; whether the worked sentence
        comes out right, and whether "chat" is read from "cat" and "tapis" from "mat" at the steps
        that predict them.
        """
        heads, batch, worked = self.setting.all_heads, self.held_out_batch, self.worked
        written = greedy(params, self.worked_batch.source, **heads)[0]
        looked_at = cross_weights(params, self.worked_batch, **heads)[0].argmax(axis=-1)  # (n,)

        def read(target, source):
            return worked.source[looked_at[worked.target.index(target)]] == source

        return {
            "exact_match": exact_match(params, batch, **heads),
            "alignment_error": alignment_error(params, self.held_out, batch, **heads),
            "worked_sentence": self.french.decode(written) == worked.target,
            "chat_from_cat": read("chat", "cat"),
            "tapis_from_mat": read("tapis", "mat"),
        }

    def train(self, model=transformer, steps=None):
        """Yield a Record a step; `model` may be a learner's own transformer. Lesson 10."""
        s = self.setting
        loss = translation_loss(model, **s.all_heads, smoothing=s.smoothing)
        batches = shuffled_batches(np.random.default_rng([self.seed, 2]), self.batch, s.batch)
        return train(loss, self.parameters(), batches, steps or s.steps, s.rate, s.warm_up)
