"""Lesson 10: what a class really hands in for the embedding, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.model.positions import sinusoidal_positions


def places(X, start, first=0):
    """Return the vectors of the positions of X, from start + first on."""
    return sinusoidal_positions(start + first + X.shape[-2], X.shape[-1])[start + first :]


def made_of(scale=lambda table: table.shape[-1] ** 0.5, join=lambda X, P: X + P, where=places):
    """Return an embedding in which one of the steps is another."""

    def embed(words, table, start=0):
        X = table[words] * scale(table)
        return join(X, where(X, start).astype(X.dtype))

    return embed


def scaled_last(words, table, start=0):
    """Scale the sum."""
    X = table[words]
    return (X + places(X, start).astype(X.dtype)) * table.shape[-1] ** 0.5


def by_word_number(words, table, start=0):
    """Look the positions up by the word."""
    P = sinusoidal_positions(start + len(table), table.shape[-1])[start:]
    return table[words] * table.shape[-1] ** 0.5 + P[words].astype(table.dtype)


def counted_down(X, start):
    """Give the last word the first position."""
    return places(X, start)[::-1]


def cut_at_n(words, table, start=0):
    """Make n positions and cut off the first `start` of them."""
    X = table[words] * table.shape[-1] ** 0.5
    return X + sinusoidal_positions(X.shape[-2], X.shape[-1])[start:].astype(X.dtype)


def sentences_counted(words, table, start=0):
    """Take the number of sentences for the number of words."""
    P = sinusoidal_positions(start + len(words), table.shape[-1])[start:]
    return table[words] * table.shape[-1] ** 0.5 + P.astype(table.dtype)


def start_not_cut(words, table, start=0):
    """Make the positions from 0 on and cut none of them off."""
    P = sinusoidal_positions(start + words.shape[-1], table.shape[-1])
    return table[words] * table.shape[-1] ** 0.5 + P.astype(table.dtype)


def start_added(words, table, start=0):
    """Add the number itself."""
    X = table[words] * table.shape[-1] ** 0.5
    return X + places(X, 0).astype(X.dtype) + start


EMBED_MISTAKES = (
    Mistake(
        "your word vectors are not multiplied by √d_model",
        made_of(scale=lambda table: 1.0),
        "Vectors of length about 1 meet positions of length √(d_model / 2). Who wins?",
    ),
    Mistake(
        "your word vectors are divided by √d_model, not multiplied",
        made_of(scale=lambda table: table.shape[-1] ** -0.5),
        "In attention the scores were too large; here the vectors are too short.",
    ),
    Mistake(
        "your word vectors are multiplied by d_model, not by its root",
        made_of(scale=lambda table: table.shape[-1]),
        "Read the equation once more: which power of d_model?",
    ),
    Mistake(
        "your word vectors are multiplied by the root of the number of words in the vocabulary",
        made_of(scale=lambda table: len(table) ** 0.5),
        "The table is (vocabulary, d_model). Which of its axes is d_model?",
    ),
    Mistake(
        "your positions are missing",
        made_of(join=lambda X, P: X),
        "Without them the sentence is a bag of words. You wrote them in lesson 6.",
    ),
    Mistake(
        "your positions are multiplied, not added",
        made_of(join=lambda X, P: X * P),
        "A sine of 0 would wipe out a feature. How were they joined in lesson 6?",
    ),
    Mistake(
        "your positions are appended beside the words: twice as many features come out",
        made_of(join=lambda X, P: np.concatenate([X, np.broadcast_to(P, X.shape)], axis=-1)),
        "The sum has d_model features.",
    ),
    Mistake(
        "your scale is applied to the positions, too",
        scaled_last,
        "First the scale, then the positions.",
    ),
    Mistake(
        "your first word always stands at position 0: start is not used",
        made_of(where=lambda X, start: places(X, 0)),
        "With start = 5 the first word has the vector of position 5.",
    ),
    Mistake(
        "your positions are one too far: the first word stands at start, not at start + 1",
        made_of(where=lambda X, start: places(X, start, 1)),
        "Positions are counted from 0.",
    ),
    Mistake(
        "your positions run backwards",
        made_of(where=counted_down),
        "The first word has the lowest position.",
    ),
    Mistake(
        "your positions depend on which word it is, not on where it stands",
        by_word_number,
        "A word's number picks its row of the table. Its place picks its position.",
    ),
    Mistake(
        "your positions end too early when start is not 0",
        cut_at_n,
        "How many positions must be made so that n are left after the first `start`?",
    ),
    Mistake(
        "your number of positions is not n: len(words) counts the first axis, words.size all words",
        sentences_counted,
        "words is (..., n). Which axis of its shape is the sentence?",
    ),
    Mistake(
        "your start is added to the vectors as a number",
        start_added,
        "`start` says from which position on the vectors are taken.",
    ),
    Mistake(
        "your first `start` positions are not cut off: more positions than words are left",
        start_not_cut,
        "The first word has the vector of position `start`. Which rows come before it?",
    ),
)
