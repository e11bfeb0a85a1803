"""What a training that fails or is interrupted says: one sentence, and where to look."""

import traceback
from pathlib import Path


class _Told:
    """An error whose words are enough: a notebook shows them without the lines that led there."""

    def _render_traceback_(self):
        return [str(self)]


class TrainingError(_Told, RuntimeError):
    """Raised, with one sentence, when a step of the training failed or none was made."""


class TrainingInterrupted(_Told, KeyboardInterrupt):
    """Raised when the kernel was interrupted; the training can go on."""


def one_line(error):
    """Return what an exception says, on one line.

    >>> one_line(ValueError("two\\nlines"))
    'two lines'
    """
    return " ".join(str(error).split()) or "no words"


def sentence(error, step):
    """Return what went wrong in a step, and in which of the learner's lines."""
    course = str(Path(__file__).parents[1])
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        f for f in frames if not f.filename.startswith(course) and "site-packages" not in f.filename
    ]
    place = f" (in {own[-1].name}, line {own[-1].lineno})" if own else ""
    return (
        f"Step {step} failed with {type(error).__name__}{place}: {one_line(error).rstrip('.')}. "
        "`raise dashboard.error` shows all lines."
    )
