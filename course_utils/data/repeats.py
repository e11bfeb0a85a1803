"""Random sequences that repeat themselves: the task that needs an induction head."""

from typing import NamedTuple

import numpy as np


class Repeats(NamedTuple):
    """Sequences, the period of each, and which tokens could be known from what came before.

    Shapes: tokens (B, n), periods (B,), predictable (B, n) boolean.
    Lesson 11.

    >>> Repeats._fields
    ('tokens', 'periods', 'predictable')
    """

    tokens: np.ndarray
    periods: np.ndarray
    predictable: np.ndarray


def repeated_sequences(
    rng: np.random.Generator,
    count: int,
    length: int = 40,
    vocabulary_size: int = 64,
    shortest: int = 10,
    longest: int = 20,
) -> Repeats:
    """Return rows in which a random block, new in each row, is repeated to the full length.

    The period is drawn per row from shortest..longest, both included, so that looking a fixed
    number of places back does not solve the task; the tokens of a block differ, so that the
    previous token alone decides the next. Raises ValueError when the vocabulary is smaller than
    the longest block, or no block repeats within the length. Lesson 11; Olsson et al. 2022.

    >>> rows = repeated_sequences(np.random.default_rng(0), 3, length=7, shortest=2, longest=3)
    >>> rows.tokens.shape, bool((rows.tokens[0, rows.periods[0]] == rows.tokens[0, 0]))
    ((3, 7), True)
    """
    if not 1 <= shortest <= longest:
        raise ValueError(f"periods run from shortest to longest, got {shortest} and {longest}")
    if longest > vocabulary_size:
        raise ValueError(f"a block of {longest} different tokens needs a vocabulary that large")
    if length <= longest:
        raise ValueError(f"a block of {longest} does not repeat within {length} tokens")
    periods = rng.integers(shortest, longest + 1, size=count)  # (B,)
    order = np.argsort(rng.random((count, vocabulary_size)), axis=-1)  # a permutation a row
    positions = np.arange(length)  # (n,)
    tokens = np.take_along_axis(order, positions % periods[:, None], axis=-1)  # (B, n)
    return Repeats(tokens, periods, positions >= periods[:, None])
