"""Reads an English sentence back into the choices it was written from."""

from collections.abc import Iterable, Mapping, Sequence

from course_utils.data.lexicon import ADJECTIVES, NOUNS, ROLES, VERBS
from course_utils.data.pairs import Sentence


class _Slots:
    """Reads a sentence word by word, each from the words that may stand there."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words, self.at = words, 0

    def maybe(self, options: Mapping):
        word = self.words[self.at] if self.at < len(self.words) else None
        self.at += word in options
        return options.get(word)

    def take(self, kind: str, options: Mapping):
        if self.at == len(self.words):
            raise ValueError(f"the sentence stops where {kind} should follow")
        found = self.maybe(options)
        if found is None:
            raise ValueError(f"expected {kind} as word {self.at + 1}, got {self.words[self.at]!r}")
        return found

    def noun_phrase(self, determiners: Mapping) -> tuple:
        determiner = self.take("a determiner", determiners)
        adjective = self.maybe(_by_english(ADJECTIVES))
        return determiner, adjective, self.take("a noun", _by_english(NOUNS))

    def finish(self) -> None:
        if self.at < len(self.words):
            raise ValueError(f"the sentence goes on after its end mark: {self.words[self.at]!r}")


def _by_english(entries: Iterable) -> dict:
    return {entry.english: entry for entry in entries}


def parse(source: Sequence[str], grammar) -> Sentence:
    """Return the choices behind an English sentence of `grammar`, whatever the sentence means.

    Raises ValueError naming the first word that does not fit. Lesson 10.

    >>> from course_utils.data.grammar import CLEAN
    >>> parse("my cat slept under our table !".split(), CLEAN).verb.english
    'slept'
    """
    slots = _Slots(tuple(source))
    determiners = {d: d for d in grammar.determiners}
    if "a" in determiners:
        determiners["an"] = "a"
    subject = slots.noun_phrase(determiners)
    adverb = slots.maybe({a: a for a in grammar.adverbs if a != "again"})
    verb = slots.take("a verb", _by_english(v for v in VERBS if v.english in grammar.verbs))
    roles = _by_english(ROLES[r] for r in grammar.verbs[verb.english])
    if "" not in roles:
        roles = _by_english(ROLES[r] for r in grammar.places if ROLES[r].english)
    role = roles[""] if "" in roles else slots.take("a preposition", roles)
    place = slots.noun_phrase(determiners)
    adverb = adverb or slots.maybe({a: a for a in grammar.adverbs if a == "again"})
    mark = slots.take("an end mark", {m: m for m in grammar.marks})
    slots.finish()
    return Sentence(*subject, adverb, verb, role, *place, mark)
