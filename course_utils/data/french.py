"""French word forms: articles, elision, agreement, contraction; each word knows its source."""

from typing import NamedTuple

from course_utils.data.lexicon import CONTRACTIONS, DETERMINERS, Adjective, Noun, Role, Verb


class Word(NamedTuple):
    """A French token, the English positions it translates, and those it only agrees with.

    `le` translates `the` and agrees with `cat`: without the noun nobody could choose le or la.
    Lesson 8.

    >>> Word("le", (0,), (1,)).agrees
    (1,)
    """

    text: str
    sources: tuple[int, ...]
    agrees: tuple[int, ...] = ()


def determiner_form(english: str, gender: str, before_vowel: bool) -> str:
    """Return the French determiner for a noun of this gender, before a vowel sound or not.

    Lessons 8 and 10.

    >>> [determiner_form("this", gender, vowel) for gender, vowel in [("m", True), ("f", False)]]
    ['cet', 'cette']
    """
    return DETERMINERS[english][2 * before_vowel + (gender == "f")]


def noun_phrase(determiner: str, adjective: Adjective | None, noun: Noun, at: int) -> list[Word]:
    """Return the French words of `determiner [adjective] noun`; `at` is the determiner's position.

    Every adjective that stands before its noun begins with a consonant, so an article elides
    only directly before the noun. Lessons 8 and 10.

    >>> cat, black = Noun("cat", "chat", "m", "", ""), Adjective("black", "noir", "noire", "")
    >>> [word.text for word in noun_phrase("the", black, cat, 0)]
    ['le', 'chat', 'noir']
    """
    adjective_first = adjective is not None and adjective.before
    noun_at = at + 1 + (adjective is not None)
    article = determiner_form(determiner, noun.gender, noun.elides and not adjective_first)
    words = [Word(article, (at,), (noun_at,)), Word(noun.french, (noun_at,))]
    if adjective is not None:
        form = adjective.form(noun.gender, noun.elides)
        words.insert(1 if adjective_first else 2, Word(form, (at + 1,), (noun_at,)))
    return words


def prepositional_phrase(role: Role, phrase: list[Word], at: int) -> list[Word]:
    """Return the preposition at English position `at`, joined to its noun phrase.

    à + le gives au, de + le gives du (one token from two words); de loses its vowel before un
    and une. Lessons 8 and 10.

    >>> phrase = [Word("le", (5,)), Word("marché", (6,))]
    >>> prepositional_phrase(Role("to", ("à",), "destination"), phrase, 4)[0]
    Word(text='au', sources=(4, 5), agrees=())
    """
    *first, last = role.french
    article, rest = phrase[0], phrase[1:]
    words = [Word(text, (at,)) for text in first]
    fused = CONTRACTIONS.get((last, article.text))
    if fused:
        return [*words, Word(fused, (at, *article.sources), article.agrees), *rest]
    elided = "d'" if last == "de" and article.text[0] in "aeiou" else last
    return [*words, Word(elided, (at,)), article, *rest]


def verb_phrase(
    verb: Verb, adverb: str | None, gender: str, positions: tuple[int, int | None, int]
) -> list[Word]:
    """Return auxiliary, adverb and participle; `positions` are those of verb, adverb and subject.

    The adverb stands between the two, whatever its place in English. With a form of être the
    participle agrees with the subject. Lessons 8, 10 and 11.

    >>> sat = Verb("sat", "s'est", "assis", "assise")
    >>> [word.text for word in verb_phrase(sat, "souvent", "f", (3, 2, 1))]
    ["s'est", 'souvent', 'assise']
    """
    verb_at, adverb_at, subject_at = positions
    agrees = (subject_at,) if verb.feminine else ()
    words = [Word(verb.auxiliary, (verb_at,)), Word(verb.form(gender), (verb_at,), agrees)]
    if adverb is not None:
        words.insert(1, Word(adverb, (adverb_at,)))
    return words
