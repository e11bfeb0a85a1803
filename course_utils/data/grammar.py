"""English-French pairs with gold alignments, from a grammar in which every word must be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course_utils.data.lexicon import (
    ADJECTIVES,
    ADVERBS,
    DETERMINERS,
    MARKS,
    NOUNS,
    ROLES,
    VERBS,
    Adjective,
    Noun,
)
from course_utils.data.pairs import WORKED_SOURCE, Pair, Sentence, write
from course_utils.data.parsing import parse


def _suits(adjective: Adjective, noun: Noun) -> bool:
    return not set(adjective.groups.split()).isdisjoint(noun.described.split())


@dataclass(frozen=True)
class Grammar:
    """A language: which determiners, adverbs, end marks, and which roles go with each verb.

    `adjective_share` and `adverb_share` are the chances that a noun gets an adjective and a
    sentence an adverb. Lessons 8 and 10.

    >>> training, held_out = CLEAN.split(np.random.default_rng(0), training=50, held_out=9)
    >>> len(training), len(held_out), CLEAN.translate("my goose went to the hotel .".split()).target
    (50, 9, ('mon', 'oie', 'est', 'allée', 'à', "l'", 'hôtel', '.'))
    """

    verbs: Mapping[str, tuple[str, ...]]
    determiners: tuple[str, ...]
    adverbs: tuple[str, ...]
    marks: tuple[str, ...]
    adjective_share: float = 0.4
    adverb_share: float = 0.4

    @cached_property
    def subjects(self) -> tuple[Noun, ...]:
        """The nouns that can do something."""
        return tuple(noun for noun in NOUNS if noun.roles == "subject")

    @cached_property
    def places(self) -> dict[str, tuple[Noun, ...]]:
        """The nouns that fit each role this language uses, by the role's name."""
        used = sorted({role for roles in self.verbs.values() for role in roles})
        return {r: tuple(n for n in NOUNS if ROLES[r].fits in n.roles.split()) for r in used}

    @cached_property
    def fitting(self) -> dict[str, tuple[str, ...]]:
        """The determiners that sound right after each role's preposition, by the role's name."""
        return {
            r: tuple(d for d in self.determiners if d not in ROLES[r].avoid) for r in self.places
        }

    @cached_property
    def adjectives(self) -> dict[str, tuple[Adjective, ...]]:
        """The adjectives that suit each noun, by its English word."""
        return {n.english: tuple(a for a in ADJECTIVES if _suits(a, n)) for n in NOUNS}

    def generate(self, rng: np.random.Generator, n: int) -> tuple[Pair, ...]:
        """Return n different pairs; the worked sentence is never one of them.

        Raises ValueError when the language has fewer sentences. Lesson 10.
        """
        pairs: dict[tuple[str, ...], Pair] = {}
        for _ in range(20 * n + 1000):
            if len(pairs) == n:
                return tuple(pairs.values())
            pair = write(self._draw(rng))
            if pair.source != WORKED_SOURCE:
                pairs.setdefault(pair.source, pair)
        raise ValueError(f"asked for {n} different sentences, this language gave {len(pairs)}")

    def split(
        self, rng: np.random.Generator, training: int = 5000, held_out: int = 500
    ) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """Return training and held-out pairs that share no sentence. Lesson 10."""
        pairs = self.generate(rng, training + held_out)
        return pairs[:training], pairs[training:]

    def translate(self, source: Sequence[str]) -> Pair:
        """Return the pair for an English sentence of this form, whatever its meaning.

        Raises ValueError naming the first word that does not fit. Lessons 8 and 10.
        """
        return write(parse(source, self))

    def _draw(self, rng: np.random.Generator) -> Sentence:
        # One call for all numbers a sentence may need: single draws cost several times as much.
        draws: Iterator[float] = iter(rng.random(13))

        def pick(options: Sequence):
            return options[int(next(draws) * len(options))]

        def maybe(share: float, options: Sequence):
            chosen = pick(options) if options else None
            return chosen if next(draws) < share else None

        verb, subject = pick(tuple(self.verbs)), pick(self.subjects)
        role = pick(self.verbs[verb])
        place = pick(self.places[role])
        return Sentence(
            determiner=pick(self.determiners),
            adjective=maybe(self.adjective_share, self.adjectives[subject.english]),
            subject=subject,
            adverb=maybe(self.adverb_share, self.adverbs),
            verb=next(v for v in VERBS if v.english == verb),
            role=ROLES[role],
            place_determiner=pick(self.fitting[role]),
            place_adjective=maybe(self.adjective_share, self.adjectives[place.english]),
            place=place,
            mark=pick(self.marks),
        )


_REST = ("seat", "container", "area", "shelter", "cover")

CLEAN = Grammar(
    verbs={
        "sat": _REST,
        "hid": ("container", "area", "shelter", "cover"),
        "rested": _REST,
        "fled": ("origin", "destination", "goal"),
        "stayed": _REST,
        "fell": ("container", "water", "cover", "height"),
        "went": ("destination", "goal", "shelter", "cover"),
        "came": ("destination", "origin", "goal"),
        "returned": ("destination", "origin", "goal"),
        "slept": _REST,
        "played": ("ground", "container", "area", "shelter", "cover"),
        "jumped": ("seat", "container", "water", "height"),
        "ran": ("ground", "area", "destination", "goal"),
        "walked": ("ground", "area", "goal"),
    },
    determiners=tuple(DETERMINERS),
    adverbs=tuple(ADVERBS),
    marks=MARKS,
)
