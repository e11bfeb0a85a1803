"""What a shipped translator does with 500 pairs that it never saw, and with their links."""

from typing import NamedTuple

import numpy as np

from course_utils.data.batches import encode_pairs
from course_utils.data.lexicon import ADJECTIVES, ADVERBS, DETERMINERS, MARKS, NOUNS, ROLES, VERBS
from course_utils.data.pairs import Pair
from course_utils.model.transformer import encode, transformer
from course_utils.training.measure import exact_match
from course_utils.training.shipped import SHIPPED, load_translator
from course_utils.training.weights import load_weights

KIND = {
    **{role.english: "preposition" for role in ROLES.values() if role.english},
    **{noun.english: "noun" for noun in NOUNS},
    **{adjective.english: "adjective" for adjective in ADJECTIVES},
    **{verb.english: "verb" for verb in VERBS},
    **dict.fromkeys(ADVERBS, "adverb"),
    **dict.fromkeys([*DETERMINERS, "an"], "determiner"),
    **dict.fromkeys(MARKS, "end mark"),
}


class HeldOut(NamedTuple):
    """500 unseen pairs, the 5,000 trained ones, and what the translator looks at in the unseen.

    `exact` is the share, 0 to 1, of unseen sentences translated to the last word. `weights` are
    those of the whole model, as in `Translation`, while it is fed the right words: "encoder"
    (500, heads, m, m), "cross" (500, heads, n + 1, m) and so on, one array a block. `cross` is the
    mean over the heads of the last block, (500, n + 1, m); row t is the step that predicts target
    token t. `gold` are the links, (500, n + 1, m) boolean, and `kinds` (500, n + 1) what each token
    is, by the English word it translates: "noun", "verb", "determiner", ..., "" where a sentence
    is shorter. `encoded` (500, m, d_model) is the source as cross-attention reads it, `feminine`
    (500,) whether the subject is feminine in French. Lesson 8.

    >>> HeldOut._fields[:3]
    ('trained', 'pairs', 'exact')
    """

    trained: tuple[Pair, ...]
    pairs: tuple[Pair, ...]
    exact: float
    weights: dict[str, list[np.ndarray]]
    cross: np.ndarray
    gold: np.ndarray
    kinds: np.ndarray
    encoded: np.ndarray
    feminine: np.ndarray


def held_out(name: str) -> HeldOut:
    """Return what the shipped translator "clean" or "messy" does with its unseen pairs.

    The pairs are made again from the seed of its training. Raises TranslatorError as
    `load_translator` does. Lesson 8.
    """
    translator = load_translator(name)
    _, about = load_weights(SHIPPED / f"translator_{name}.npz")
    grammar, heads = translator.setting.grammar, translator.setting.all_heads
    trained, pairs = grammar.split(np.random.default_rng([about["seed"], 0]))
    batch = encode_pairs(pairs, translator.english, translator.french)
    mask = batch.source_keep[:, None, :]  # (500, 1, m)
    _, weights = transformer(
        translator.params, batch.source, batch.target_in, **heads, source_mask=mask
    )
    cross = weights["cross"][-1].mean(axis=-3)  # (500, n + 1, m)
    exact = exact_match(translator.params, batch, **heads)
    encoded, _ = encode(translator.params, batch.source, translator.setting.heads, mask)
    links = _links(pairs, cross.shape)
    return HeldOut(trained, pairs, exact, weights, cross, *links, encoded, _feminine(pairs))


def _links(pairs, shape):
    """Return the gold links (B, n + 1, m) and the kinds (B, n + 1) of all pairs."""
    gold, kinds = np.zeros(shape, dtype=bool), np.zeros(shape[:2], dtype="<U11")
    for i, pair in enumerate(pairs):
        n, m = len(pair.target), len(pair.source)
        gold[i, :n, :m] = pair.gold()
        kinds[i, :n] = [KIND[pair.source[links[0]]] for links in pair.alignment]
    return gold, kinds


def _feminine(pairs):
    """Return for each pair whether its subject, the first English noun, is feminine in French."""
    gender = {noun.english: noun.gender for noun in NOUNS}
    subjects = [next(word for word in pair.source if KIND[word] == "noun") for pair in pairs]
    return np.array([gender[subject] == "f" for subject in subjects])
