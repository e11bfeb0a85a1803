"""Tokens as integers and back."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from course_utils.data.french import noun_phrase, prepositional_phrase
from course_utils.data.grammar import Grammar
from course_utils.data.lexicon import ADVERBS, ROLES, VERBS

PADDING, START, END = 0, 1, 2
SPECIAL = ("<padding>", "<start>", "<end>")


class Vocabulary:
    """A fixed list of tokens; ids 0, 1 and 2 are padding, start and end.

    The words are kept in sorted order, so the same words always give the same ids.
    Lesson 10.

    >>> vocabulary = Vocabulary(["sat", "cat"])
    >>> vocabulary.encode(["cat", "sat"]), vocabulary.decode([3, 4, 2, 4])
    (array([3, 4]), ('cat', 'sat'))
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.tokens = (*SPECIAL, *sorted(set(words)))

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def words(self) -> tuple[str, ...]:
        """The tokens without padding, start and end."""
        return self.tokens[len(SPECIAL) :]

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: i for i, token in enumerate(self.tokens)}

    def __contains__(self, word: str) -> bool:
        return word in self._ids

    def encode(self, words: Sequence[str]) -> np.ndarray:
        """Return the ids of the words: (n,). Raises ValueError naming those that are unknown."""
        unknown = [word for word in words if word not in self]
        if unknown:
            raise ValueError(f"not in the vocabulary: {', '.join(unknown)}")
        return np.array([self._ids[word] for word in words], dtype=np.int64)

    def decode(self, ids: Iterable[int]) -> tuple[str, ...]:
        """Return the words up to the first end token; padding and start are left out."""
        words = []
        for i in ids:
            if i == END:
                break
            if i not in (PADDING, START):
                words.append(self.tokens[i])
        return tuple(words)


def vocabularies(grammar: Grammar) -> tuple[Vocabulary, Vocabulary]:
    """Return the English and the French vocabulary: every word the language can use, no other.

    They depend on the language alone, never on which sentences were drawn. Lesson 10.

    >>> from course_utils.data.guessable import GUESSABLE
    >>> english, french = vocabularies(GUESSABLE)
    >>> "a" in english, "un" in french
    (False, False)
    """
    verbs = [verb for verb in VERBS if verb.english in grammar.verbs]
    english = {*grammar.adverbs, *grammar.marks, *(verb.english for verb in verbs)}
    french = {*(ADVERBS[adverb] for adverb in grammar.adverbs), *grammar.marks}
    french |= {text for v in verbs for text in (v.auxiliary, v.form("m"), v.form("f"))}
    for phrase_english, phrase_french in _phrases(grammar):
        english |= phrase_english
        french |= phrase_french
    return Vocabulary(english), Vocabulary(french)


def _phrases(grammar: Grammar):
    """Yield the words of every noun phrase and prepositional phrase, in both languages."""
    options = [(noun, None) for noun in grammar.subjects]
    options += [(noun, name) for name, nouns in grammar.places.items() for noun in nouns]
    for noun, name in options:
        for adjective in (None, *grammar.adjectives[noun.english]):
            for determiner in grammar.determiners:
                words = noun_phrase(determiner, adjective, noun, 0)
                english = {noun.english, *([adjective.english] if adjective else [])}
                article = {determiner} if determiner != "a" else {"a", "an"}
                if name is not None:
                    words = prepositional_phrase(ROLES[name], words, 0)
                    english |= {ROLES[name].english} - {""}
                yield english | article, {word.text for word in words}
