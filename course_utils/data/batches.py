"""Sentences of different length as padded integer arrays, with masks of what is real."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from course_utils.data.pairs import Pair
from course_utils.data.vocabulary import END, PADDING, START, Vocabulary


class Batch(NamedTuple):
    """Pairs as integers. The decoder reads `target_in` and must say `target_out`, one step later.

    Shapes: source (B, m), source_keep (B, m) boolean, target_in, target_out and target_keep
    (B, n). `keep` is True at real tokens, False at padding. The source has no end token: it
    would be a place to look at when nothing needs reading. Lesson 10.

    >>> Batch._fields
    ('source', 'source_keep', 'target_in', 'target_out', 'target_keep')
    """

    source: np.ndarray
    source_keep: np.ndarray
    target_in: np.ndarray
    target_out: np.ndarray
    target_keep: np.ndarray


def pad(rows: Sequence[Sequence[int]], length: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows as one padded array and the mask of what is real: two (B, n) arrays.

    `length` is the n wanted, by default the longest row; a longer row raises ValueError.
    Lessons 4 and 10.

    >>> pad([[5, 6], [7]])
    (array([[5, 6],
           [7, 0]]), array([[ True,  True],
           [ True, False]]))
    """
    longest = max((len(row) for row in rows), default=0)
    if length is not None and longest > length:
        raise ValueError(f"a row of {longest} tokens does not fit into {length}")
    ids = np.full((len(rows), longest if length is None else length), PADDING, dtype=np.int64)
    keep = np.zeros(ids.shape, dtype=bool)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        keep[i, : len(row)] = True
    return ids, keep


def encode_pairs(pairs: Sequence[Pair], english: Vocabulary, french: Vocabulary) -> Batch:
    """Return all pairs as one batch, padded to the longest sentence of each language.

    Lesson 10.

    >>> pair = Pair(("hi",), ("salut",), ((0,),), ((),))
    >>> encode_pairs([pair], Vocabulary(["hi"]), Vocabulary(["salut"])).target_in
    array([[1, 3]])
    """
    sources = [english.encode(pair.source) for pair in pairs]
    targets = [french.encode(pair.target) for pair in pairs]
    source, source_keep = pad(sources)
    target_in, _ = pad([[START, *target] for target in targets])
    target_out, target_keep = pad([[*target, END] for target in targets])
    return Batch(source, source_keep, target_in, target_out, target_keep)


def shuffled_batches(rng: np.random.Generator, data: Batch, size: int) -> Iterator[Batch]:
    """Yield batches of `size` rows for ever; each pass over the data has a new order.

    Rows that do not fill a batch at the end of a pass wait for the next pass. Columns that are
    padding in every row of the batch are cut off. Raises ValueError when there are fewer than
    `size` rows. Lesson 10.

    >>> data = Batch(*[np.ones((5, 2), dtype=bool)] * 5)
    >>> next(shuffled_batches(np.random.default_rng(0), data, 3)).source.shape
    (3, 2)
    """
    count = len(data.source)
    if size > count:
        raise ValueError(f"a batch of {size} cannot be drawn from {count} sentences")
    while True:
        order = rng.permutation(count)
        for start in range(0, count - size + 1, size):
            yield _trimmed(Batch(*[array[order[start : start + size]] for array in data]))


def _trimmed(batch: Batch) -> Batch:
    m = int(batch.source_keep.sum(axis=1).max())
    n = int(batch.target_keep.sum(axis=1).max())
    return Batch(*[array[:, : m if i < 2 else n] for i, array in enumerate(batch)])
