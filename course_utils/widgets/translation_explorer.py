"""Lesson 10: type a sentence, see its translation, where each word was read, what it just beat."""

from contextlib import nullcontext

import numpy as np
from traitlets import Int, List, Unicode, observe, validate

from course_utils.plots import Card, alignment
from course_utils.plots.inputs import as_weights, readable
from course_utils.plots.numbers import percent
from course_utils.widgets.alignment_view import Rows
from course_utils.widgets.explorer import Explorer, Model
from course_utils.widgets.numeric import real_numbers
from course_utils.widgets.wording import checked_tokens, table, two, visible

LONGEST = 300  # characters of what went wrong
RETURNED = (
    "translate must return an object with source (m words), target (n words) and cross (n, m), "
    "or these three as a tuple"
)


class RowsIfGiven(Rows):
    """A trait of weights (rows, source) that may be missing."""

    def validate(self, obj, value):
        """Return lists (rows, source), or an empty one."""
        return super().validate(obj, value) if len(value) else []


class TranslationExplorerModel(Model):
    """A sentence, what a translator makes of it, and the target word looked at."""

    # No echo: the page that typed the text waits for its translation, one message sooner.
    text = Unicode().tag(sync=True, echo_update=False)
    words = List(Unicode()).tag(sync=True)  # offered while one types
    source = List(Unicode()).tag(sync=True)
    target = List(Unicode()).tag(sync=True)
    translated = Unicode().tag(sync=True)  # the target as a sentence
    weights = RowsIfGiven().tag(sync=True)  # (target, source), empty if not given
    alternatives = List().tag(sync=True)  # a list of [word, probability] for each target word
    word = Int(0).tag(sync=True)  # the target word looked at
    problem = Unicode().tag(sync=True)  # why there is no translation
    turn = Int(0).tag(sync=True)  # counts the translations, so that the page sees each answer

    def __init__(self, translate, text="The cat sat on the mat.", words=None):
        if not callable(translate):
            kind = type(translate).__name__
            raise ValueError(f"translate must be a function of one sentence, but a {kind} came.")
        super().__init__()
        self._translate, self.error = translate, None
        if words is None:  # the method of a translator knows its words
            words = getattr(
                getattr(getattr(translate, "__self__", None), "english", None), "words", []
            )
        if isinstance(words, str) or not hasattr(words, "__iter__"):
            raise ValueError(f"words must be a list of words, but {words!r} came.")
        self.words = [str(word) for word in words]
        self.text = text
        if not text:
            self._answer()

    @validate("word")
    def _is_there(self, proposal):
        n, value = len(self.target), proposal.value
        if not -n <= value < max(n, 1):
            raise ValueError(f"word {value} is not there: there are {n} target words, from 0.")
        return value % max(n, 1)

    @observe("text")
    def _answer(self, _change=None):
        """Translate; whatever goes wrong becomes the sentence `problem`."""
        found = {"source": [], "target": [], "weights": [], "alternatives": [], "translated": ""}
        self.error, problem = None, ""
        try:
            found.update(_read(self._translate(self.text)))
        except Exception as error:
            self.error, words = error, " ".join(str(error).split())
            told = isinstance(error, ValueError) and words
            problem = words if told else f"translate failed with {type(error).__name__}: {words}"
            problem = problem if len(problem) <= LONGEST else problem[: LONGEST - 1] + "…"
        with getattr(self, "hold_sync", nullcontext)():
            self.word = 0
            for name, value in found.items():
                setattr(self, name, value)
            self.problem = problem
            self.turn += 1

    def compute(self):
        """Return the chosen word's weights (m,), empty if not given, and the largest first."""
        row = self.weights[self.word] if self.weights else []
        return {"row": list(row), "order": np.argsort(-np.array(row), kind="stable").tolist()}

    def summary(self):
        """Return the translation, and each target word's weights and next best word."""
        if self.problem:
            return f"“{visible(self.text)}”: {self.problem}"
        rows = []
        for i, name in enumerate(self.target):
            numbers = map(two, self.weights[i]) if self.weights else []
            others = self.alternatives[i] if self.alternatives else []
            own = next((p for word, p in others if word == name), None)
            rows.append([name, *numbers, two(own), *_next_best(name, others)])
        shown = self.source if self.weights else []
        headings = ["target", *shown, "probability", "next best", ""]
        if not self.alternatives:
            headings, rows = headings[:-3], [row[:-3] for row in rows]
        first = f"“{visible(self.text)}” → “{self.translated}”"
        return f"{first}\n{table(headings, rows)}" if rows else first

    def alt(self):
        """Return the sentence that says the translation and where each word was read."""
        if self.problem:
            return f"Translation explorer. No translation of “{visible(self.text)}”: {self.problem}"
        seen = [
            f"“{name}” at “{self.source[int(np.argmax(row))]}” {percent(max(row))}"
            for name, row in zip(self.target, self.weights)
            if any(row)
        ]
        read = f" Read most: {', '.join(seen)}." if seen else ""
        said = f"“{visible(self.text)}” is translated as “{self.translated}”"
        return f"Translation explorer. {said}.{read}"

    def picture(self, dark=False):
        """Return the Axes with the weights as a heat map, or the words alone without weights."""
        answer = self.problem or f"“{self.translated}”"
        title = f"“{readable(self.text, 90)}” → {readable(answer, 180)}"
        if self.weights:
            return alignment(self.weights, self.source, self.target, title=title, dark=dark)
        with Card.row(1, 320, 24, title, dark) as axes:
            return axes


def _next_best(name, others):
    """Return the likeliest other word and its probability as text."""
    word, probability = next(((w, p) for w, p in others if w != name), ("–", None))
    return [word, two(probability)]


def _read(found):
    """Return a translation as traits. Raises ValueError for what cannot be shown."""
    names = ("source", "target", "cross", "alternatives")
    if isinstance(found, tuple) and not hasattr(found, "source"):
        got = dict(zip(names, found))
    else:
        got = {name: getattr(found, name) for name in names if hasattr(found, name)}
    if "source" not in got or "target" not in got:
        raise ValueError(f"{RETURNED}; a {type(found).__name__} arrived.")
    source, target = list(got["source"]), list(got["target"])
    traits = {
        "source": checked_tokens(source, len(source)),
        "target": checked_tokens(target, len(target)),
        "translated": str(getattr(found, "french", " ".join(map(str, target)))),
    }
    if got.get("cross") is not None and target:
        traits["weights"] = _weights(got["cross"], len(target), len(source))
    if got.get("alternatives"):
        traits["alternatives"] = _alternatives(got["alternatives"], len(target))
    return traits


def _alternatives(given, n):
    """Return [word, probability] pairs for each of n target words; those of the end are left out.

    Raises ValueError for what is not that.
    """
    try:
        steps = [[[str(w), float(p)] for w, p in step] for step in list(given)[:n]]
    except (TypeError, ValueError):
        steps = []
    if len(steps) < n:
        raise ValueError(
            f"alternatives must be a list of (word, probability) for each of the {n} target words."
        )
    return steps


def _weights(cross, n, m):
    """Return the rows of the target words; a last one, that of the end, may be too many."""
    weights = as_weights(real_numbers(cross, "cross"), "cross")
    if weights.shape not in ((n, m), (n + 1, m)):
        raise ValueError(f"{RETURNED}; cross has shape {weights.shape} for n = {n} and m = {m}.")
    return weights[:n]


class TranslationExplorer(TranslationExplorerModel, Explorer):
    """Return a line to type a sentence on: its translation, what was read, what else was likely.

    `translate(text)` returns an object with `source` (m words), `target` (n words), `cross`
    weights (n, m) or (n + 1, m), and, where it has them, `alternatives`, for each target word a
    list of (word, probability), and `french`, the target as a sentence; or a tuple of the first
    three or four. `load_translator("clean").translate` is one, so is a function of yours. What it
    cannot translate it says with a ValueError: its words are shown, never a traceback, and `error`
    keeps the exception. `words` are offered while one types; a translator's own where not given.
    `text` and `word`, the target word looked at, can be read and set.
    Raises ValueError for what is no function. Lesson 10.

    >>> def translate(text):
    ...     return text.split(), ["le", "chat"], [[1, 0], [0, 1]]
    >>> print(TranslationExplorerModel(translate, "the cat").summary())
    “the cat” → “le chat”
    target   the   cat
    le      1.00  0.00
    chat    0.00  1.00
    """

    script = "translation_explorer.js"
