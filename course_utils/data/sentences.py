"""Between what people type or read and the tokens a model sees."""

import difflib
import re
from collections.abc import Sequence

from course_utils.data.vocabulary import Vocabulary

# The longest sentence the languages make; positions beyond it are never trained.
LONGEST_SOURCE = 10
NARROW_SPACE = "\u202f"  # French typography puts it before ! and ?


def tokenise(text: str, english: Vocabulary, longest: int = LONGEST_SOURCE) -> tuple[str, ...]:
    """Return the tokens of a typed English sentence; a missing end mark becomes a full stop.

    Raises ValueError, with a sentence to show to whoever typed it, when nothing was typed, when
    words are unknown (each with the nearest known ones) and when there are more than `longest`
    tokens. Lesson 10.

    >>> tokenise("The cat sat", Vocabulary(["the", "cat", "sat", "."]))
    ('the', 'cat', 'sat', '.')
    """
    tokens = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*|…|[^\w\s]", text.lower().replace("...", "…"))
    words = [token for token in tokens if token[0].isalnum()]
    if not words:
        raise ValueError("There is no word in it. Type an English sentence.")
    if tokens[-1][0].isalnum():
        tokens.append(".")
    unknown = [token for token in dict.fromkeys(tokens) if token not in english]
    if unknown:
        raise ValueError(" ".join(_advice(token, english) for token in unknown))
    if len(tokens) > longest:
        raise ValueError(
            f"The sentence has {len(tokens)} tokens with its end mark; "
            f"the model has seen at most {longest}. Leave out an adjective or an adverb."
        )
    return tuple(tokens)


def _advice(token: str, english: Vocabulary) -> str:
    if not token[0].isalnum():
        marks = " ".join(word for word in english.words if not word[0].isalnum())
        return f'"{token}" is not known; the marks that may end a sentence are {marks}'
    known = [word for word in english.words if word[0].isalnum()]
    near = difflib.get_close_matches(token, known, n=3, cutoff=0.5)
    if near:
        return f'"{token}" is not known; near it are: {", ".join(near)}.'
    return f'"{token}" is not known, and no known word is near it.'


def detokenise_english(tokens: Sequence[str]) -> str:
    """Return English tokens as a sentence: a capital, and no space before the end mark.

    Lesson 10.

    >>> detokenise_english(("the", "cat", "sat", "!"))
    'The cat sat!'
    """
    return _capital(re.sub(r" (?=[.!?…])", "", " ".join(tokens)))


def detokenise_french(tokens: Sequence[str]) -> str:
    """Return French tokens as a sentence: a capital, l' and d' joined to the next word.

    Before ! and ? stands a narrow no-break space, as French typography wants it. Lesson 10.

    >>> detokenise_french(("l'", "oiseau", "s'est", "assis", "."))
    "L'oiseau s'est assis."
    """
    text = re.sub(r" (?=[.…])", "", " ".join(tokens).replace("' ", "'"))
    return _capital(re.sub(r" (?=[!?])", NARROW_SPACE, text))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
