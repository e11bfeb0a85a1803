"""A translator with sentences it never saw, to be run while its attention weights are changed."""

from typing import NamedTuple

import numpy as np

from course_utils.data.batches import encode_pairs
from course_utils.data.vocabulary import vocabularies
from course_utils.model.parameters import cast
from course_utils.model.softmax import softmax
from course_utils.model.transformer import transformer
from course_utils.training.held_out import KIND
from course_utils.training.reach_in import reach_in
from course_utils.training.shipped import SHIPPED, load_translator
from course_utils.training.weights import load_weights

SHOWS_GENDER = {"le", "la", "un", "une", "ce", "cette", "mon", "ma", "son", "sa"}


def unchanged(place, weights):
    """Return the weights as they are."""
    return weights


class Places(NamedTuple):
    """Where the words in question stand in each of B pairs; each array is (B,).

    `subject`, `verb` and `mark` are places in the English sentence, whose determiner stands at 0
    and whose end mark is last; `noun` and `participle` are the steps that predict the French
    subject and the participle (assis). `agrees` is True where the participle changes with the
    subject, `gendered` where the first French determiner shows a gender (le, not votre or l').
    Lesson 11.

    >>> Places._fields[:3]
    ('subject', 'verb', 'mark')
    """

    subject: np.ndarray
    verb: np.ndarray
    mark: np.ndarray
    noun: np.ndarray
    participle: np.ndarray
    agrees: np.ndarray
    gendered: np.ndarray


def places(pairs):
    """Return the Places of these pairs. Lesson 11."""
    rows = []
    for pair in pairs:
        kinds = [KIND[word] for word in pair.source]
        subject, verb = kinds.index("noun"), kinds.index("verb")
        noun = pair.alignment.index((subject,))
        participle = max(t for t, links in enumerate(pair.alignment) if verb in links)
        agrees, gendered = bool(pair.agreement[participle]), pair.target[0] in SHOWS_GENDER
        rows.append((subject, verb, len(kinds) - 1, noun, participle, agrees, gendered))
    return Places(*map(np.array, zip(*rows)))


class Inside:
    """A translator and B pairs, to be run with its attention weights changed. Lesson 11.

    `params` and `setting` are the translator's, `pairs` the sentences, as many times each as they
    are to be run; `places` says where their words stand, `batch` holds them as integers.
    """

    def __init__(self, params, setting, pairs, words=None):
        self.params = cast(params, np.float64)  # small effects are not lost in rounding
        self.setting, self.pairs = setting, tuple(pairs)
        self.words = words or vocabularies(setting.grammar)  # slow to make
        self.batch = encode_pairs(self.pairs, *self.words)
        self.places = places(self.pairs)

    def given(self, pairs):
        """Return the same translator with other pairs."""
        return Inside(self.params, self.setting, pairs, self.words)

    def run(self, edit=unchanged):
        """Return logits and weights while the right French words are fed.

        edit(place, weights) gets the weights (B, heads, n, m) of each attention in turn and
        returns those to go on with; place is ("encoder", block), ("decoder", block) for French
        among itself or ("cross", block). Shapes: -> ((B, n + 1, French words), as `transformer`).
        """
        order = [("encoder", i) for i in range(len(self.params["encoder"]))]
        for i in range(len(self.params["decoder"])):
            order += [("decoder", i), ("cross", i)]
        batch, heads = self.batch, self.setting.all_heads
        mask = batch.source_keep[:, None, :]  # (B, 1, m)
        model = reach_in(transformer, edit, order)
        return model(self.params, batch.source, batch.target_in, **heads, source_mask=mask)

    def probabilities(self, edit=unchanged):
        """Return how likely each French word is at each step: (B, n + 1, French words)."""
        return softmax(self.run(edit)[0])

    def right(self, edit=unchanged):
        """Return where the likeliest word is the right one: (B, n + 1), False at padding."""
        logits, _ = self.run(edit)
        return (logits.argmax(axis=-1) == self.batch.target_out) & self.batch.target_keep

    def right_at(self, steps, edit=unchanged):
        """Return whether the word of one step in each sentence is right: steps (B,) -> (B,)."""
        return self.right(edit)[np.arange(len(steps)), steps]


def shipped_inside(name, count=500):
    """Return the shipped translator "clean" or "messy" with `count` pairs that it never saw.

    Raises TranslatorError as `load_translator` does. Lesson 11.

    >>> clean = shipped_inside("clean", count=20)
    >>> clean.right()[clean.batch.target_keep].mean().item()
    1.0
    """
    translator = load_translator(name)
    _, about = load_weights(SHIPPED / f"translator_{name}.npz")
    _, unseen = translator.setting.grammar.split(np.random.default_rng([about["seed"], 0]))
    return Inside(translator.params, translator.setting, unseen[:count])
