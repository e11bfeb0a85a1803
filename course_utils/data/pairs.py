"""A sentence pair: the same choices written in English and in French, with their links."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.data.french import Word, noun_phrase, prepositional_phrase, verb_phrase
from course_utils.data.lexicon import ADVERBS, Adjective, Noun, Role, Verb

# The course's sentence: belongs to both languages and is in no training or held-out part.
WORKED_SOURCE = ("the", "cat", "sat", "on", "the", "mat", ".")


@dataclass(frozen=True)
class Pair:
    """An English sentence, its French translation and where each French token comes from.

    `alignment[i]` are the source positions that target token i translates (two for au = to the);
    `agreement[i]` those that only decide its form (the cat, for le and for assis).
    `s'est` is one token: it is one decision (a, est or s'est), and after a separate s' the word
    est would need no reading. `l'` and `d'` are tokens of their own: each has its own source.
    Lessons 8, 10 and 11.

    >>> Pair(("to", "the"), ("au",), ((0, 1),), ((),)).gold()
    array([[ True,  True]])
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    alignment: tuple[tuple[int, ...], ...]
    agreement: tuple[tuple[int, ...], ...]

    def gold(self) -> np.ndarray:
        """Return the alignment as booleans: (n target tokens, m source tokens)."""
        links = np.zeros((len(self.target), len(self.source)), dtype=bool)
        for row, positions in enumerate(self.alignment):
            links[row, list(positions)] = True
        return links


class Sentence(NamedTuple):
    """The choices that make one sentence, before either language is written.

    Lesson 10.

    >>> Sentence._fields[:3]
    ('determiner', 'adjective', 'subject')
    """

    determiner: str
    adjective: Adjective | None
    subject: Noun
    adverb: str | None
    verb: Verb
    role: Role
    place_determiner: str
    place_adjective: Adjective | None
    place: Noun
    mark: str


class _Places(NamedTuple):
    """Where in the English sentence each part stands."""

    subject: int
    adverb: int
    verb: int
    preposition: int
    place: int


def _english_phrase(determiner: str, adjective: Adjective | None, noun: Noun) -> list[str]:
    words = [adjective.english, noun.english] if adjective else [noun.english]
    needs_n = determiner == "a" and words[0][0] in "aeiou"
    return ["an" if needs_n else determiner, *words]


def _english(s: Sentence) -> tuple[list[str], _Places]:
    subject = _english_phrase(s.determiner, s.adjective, s.subject)
    place = _english_phrase(s.place_determiner, s.place_adjective, s.place)
    adverb = [s.adverb] if s.adverb else []
    early, late = ([], adverb) if s.adverb == "again" else (adverb, [])
    middle = [s.verb.english, s.role.english] if s.role.english else [s.verb.english]
    words = [*subject, *early, *middle, *place, *late, s.mark]
    verb_at, place_at = len(subject + early), len(subject + early + middle)
    adverb_at = len(words) - 2 if late else len(subject)
    return words, _Places(len(subject) - 1, adverb_at, verb_at, place_at - 1, place_at)


def write(s: Sentence) -> Pair:
    """Return the sentence in both languages, with its gold alignment.

    Lessons 8 and 10.

    >>> cat, fell = Noun("cat", "chat", "m", "", ""), Verb("fell", "est", "tombé", "tombée")
    >>> s = Sentence("a", None, cat, None, fell, Role("from", ("de",), ""), "the", None, cat, ".")
    >>> write(s).target, write(s).alignment[-2:]
    (('un', 'chat', 'est', 'tombé', 'du', 'chat', '.'), ((5,), (6,)))
    """
    english, at = _english(s)
    positions = (at.verb, at.adverb, at.subject)
    place = noun_phrase(s.place_determiner, s.place_adjective, s.place, at.place)
    french = [
        *noun_phrase(s.determiner, s.adjective, s.subject, 0),
        *verb_phrase(s.verb, ADVERBS.get(s.adverb), s.subject.gender, positions),
        *prepositional_phrase(s.role, place, at.preposition),
        Word(s.mark, (len(english) - 1,)),
    ]
    return Pair(tuple(english), *zip(*french))
