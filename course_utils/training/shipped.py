"""The two translators that come with the course, ready to translate and to be looked into."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.data.sentences import detokenise_english, detokenise_french, tokenise
from course_utils.data.vocabulary import START, vocabularies
from course_utils.model.parameters import cast, transformer_parameters
from course_utils.model.softmax import softmax
from course_utils.model.transformer import transformer
from course_utils.training.decode import greedy
from course_utils.training.flat import leaves
from course_utils.training.translator import MESSY, TRANSLATOR
from course_utils.training.weights import WeightsError, load_weights

SHIPPED = Path(__file__).parents[1] / "data" / "shipped"
SETTINGS = {"clean": TRANSLATOR, "messy": MESSY}
REPAIR = "get the course's file back, or make it with tools/make_translator_weights.py."


class TranslatorError(ValueError):
    """Raised, with one sentence, for what cannot be translated or loaded.

    A notebook shows the sentence alone, without the lines of code that led to it.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Translation:
    """A translated sentence: its tokens and every attention weight that was used on the way.

    `source` are m English tokens, `target` n French ones, `weights` lists of arrays, one a
    block: "encoder" (heads, m, m), "decoder" (heads, n + 1, n + 1), "cross" (heads, n + 1, m).
    Row t of the last two is the step that predicts target token t; row n predicts the end. Each
    row sums to 1. `alternatives` are for each of these steps the five likeliest words with their
    probabilities, the word taken first. Lessons 0, 8, 10 and 11.

    >>> t = Translation(("cat",), ("chat",), {"cross": [np.ones((1, 2, 1))]})
    >>> t.french, t.cross
    ('Chat', array([[1.]]))
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    weights: dict[str, list[np.ndarray]]
    alternatives: tuple[tuple[tuple[str, float], ...], ...] = ()

    @property
    def english(self) -> str:
        """The source as a sentence."""
        return detokenise_english(self.source)

    @property
    def french(self) -> str:
        """The translation as a sentence."""
        return detokenise_french(self.target)

    @property
    def cross(self) -> np.ndarray:
        """Where each French token was read: (n, m), the mean over the heads of the last block.

        Row t is the step that predicts target token t. Lesson 8.
        """
        return self.weights["cross"][-1].mean(axis=0)[:-1]

    @property
    def self_attention(self) -> np.ndarray:
        """Where each English token looks in its own sentence: (blocks, heads, m, m).

        Lesson 5.
        """
        return np.stack(self.weights["encoder"])


class Translator:
    """Trained parameters that translate a typed sentence.

    `setting` says how the parameters are used; they are computed with in float64, so that the
    weights do not depend on how a machine rounds. Lessons 0, 8 and 10.
    """

    def __init__(self, params, setting=TRANSLATOR):
        self.params, self.setting = cast(params, np.float64), setting
        self.english, self.french = vocabularies(setting.grammar)

    def translate(self, sentence: str) -> Translation:
        """Return the translation of an English sentence; the model takes the likeliest words.

        Raises TranslatorError when nothing was typed, or a word is unknown, or there are more
        words than the model was trained on. Lessons 0 and 10.
        """
        if not isinstance(sentence, str):
            kind = type(sentence).__name__
            raise TranslatorError(f'Expected a sentence in quotes, "The cat …", got a {kind}.')
        try:
            source = tokenise(sentence, self.english)
        except ValueError as error:
            raise TranslatorError(str(error)) from None
        ids = self.english.encode(source)  # (m,)
        target = self.french.decode(greedy(self.params, ids[None], **self.setting.all_heads)[0])
        read = np.array([START, *self.french.encode(target)])  # (n + 1,): what the decoder reads
        logits, weights = transformer(self.params, ids, read, **self.setting.all_heads)
        return Translation(source, target, weights, likeliest(logits, self.french.tokens))


def likeliest(logits, tokens, count=5):
    """Return for each step the `count` likeliest words with their probabilities, best first.

    Shapes: logits (n steps, vocabulary). Lesson 10.

    >>> likeliest(np.log([[0.25, 0.75]]), ["chat", "chien"])[0][0][0]
    'chien'
    """
    probabilities = softmax(logits)
    best = np.argsort(-probabilities, axis=-1, kind="stable")[:, :count]  # (n, count)
    return tuple(
        tuple((tokens[i], float(row[i])) for i in chosen)
        for row, chosen in zip(probabilities, best)
    )


def load_translator(name: str, path=None) -> Translator:
    """Return the shipped translator "clean" (each word must be read) or "messy" (guessable).

    `path` names another file of the same kind. Raises TranslatorError for another name, and for
    a file that is missing, broken, or not of this language and size. Lessons 0 and 8.

    >>> load_translator("clean").translate("The cat sat on the mat.").french
    "Le chat s'est assis sur le tapis."
    """
    if name not in SETTINGS:
        raise TranslatorError(f"The translators are {' and '.join(SETTINGS)}; not {name!r}.")
    path = SHIPPED / f"translator_{name}.npz" if path is None else Path(path)
    try:
        params, about = load_weights(path)
    except WeightsError:
        state = "broken or another file" if path.is_file() else "missing"
        raise TranslatorError(f"The file {path.name} is {state}: {REPAIR}") from None
    translator = Translator(params, SETTINGS[name])
    if _shapes(params) != _expected_shapes(translator) or about.get("words") != words(translator):
        raise TranslatorError(f"The file {path.name} is not of the translator {name!r}: {REPAIR}")
    return translator


def words(translator) -> dict[str, list[str]]:
    """Return the words of both languages in the order of the embeddings' rows."""
    return {
        "english": list(translator.english.tokens),
        "french": list(translator.french.tokens),
    }


def _shapes(params):
    return {path: array.shape for path, array in leaves(params)}


def _expected_shapes(translator):
    s, sizes = translator.setting, (len(translator.english), len(translator.french))
    sizes += (s.d_model, s.d_ff, s.encoder_blocks, s.decoder_blocks)
    return _shapes(transformer_parameters(np.random.default_rng(0), *sizes))
