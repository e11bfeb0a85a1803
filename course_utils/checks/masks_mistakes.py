"""Lesson 4: what a class really hands in for the two masks, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def lower(n, shift=0):
    """Return True up to `shift` places right of the diagonal."""
    return np.arange(n) <= np.arange(n)[:, None] + shift


def rows_of(lengths, m):
    """Return the right padding mask without the axis of the queries, (B, m)."""
    return np.arange(m) < np.asarray(lengths)[:, None]


def queries_too(lengths, m):
    """Hide the rows of the padding as well as its columns."""
    keep = rows_of(lengths, m)
    return keep[:, :, None] & keep[:, None, :]


def sliced_from_the_end(lengths, m):
    """Hide the last m - length places by a slice, which is everything where that is 0."""
    mask = np.ones((len(lengths), 1, m), dtype=bool)
    for sentence, length in enumerate(lengths):
        mask[sentence, 0, -(m - length) :] = False
    return mask


def one_axis(n):
    """Compare positions with themselves."""
    positions = np.arange(n)
    return positions <= positions


def one_row_open(n, first, last):
    """Fill the rows from first to last alone."""
    mask = lower(n)
    mask[:first] = mask[last:] = False
    return mask


def one_sentence_open(lengths, m):
    """Return in the first round of a loop over the sentences."""
    mask = rows_of(lengths, m)[:, None, :]
    mask[1:] = False
    return mask


def nothing_hidden(lengths, m):
    """Let every sentence be full."""
    return np.ones((len(lengths), 1, m), dtype=bool)


def all_or_nothing(lengths, m):
    """Slice the axis of length 1."""
    mask = np.zeros((len(lengths), 1, m), dtype=bool)
    for sentence, length in enumerate(lengths):
        mask[sentence][:length] = True
    return mask


def from_word_1(lengths, m):
    """Begin to count at 1."""
    mask = rows_of(lengths, m)[:, None, :]
    mask[:, :, 0] = False
    return mask


def padding_in_front(lengths, m):
    """Take the last words for the real ones."""
    return (np.arange(m) >= m - lengths[:, None])[:, None, :]


CAUSAL_MISTAKES = (
    Mistake(
        "your mask leaves out the diagonal: no word may attend to itself, and the first to nothing",
        lambda n: lower(n, -1),
        "Query i predicts the word after it, so word i is known. Is i among the keys it may see?",
    ),
    Mistake(
        "your mask lets every word see one word of the future",
        lambda n: lower(n, 1),
        "Which is the last key that query 0 may see? Look at the row for it.",
    ),
    Mistake(
        "your mask is turned round: every word sees the future and not the past",
        lambda n: lower(n).T,
        "Rows are queries, columns are keys. In which corner lie the later keys of early queries?",
    ),
    Mistake(
        "your mask is inverted: it is True where attending is forbidden",
        lambda n: ~lower(n),
        "In this course True means: may attend.",
    ),
    Mistake(
        "your mask allows everything",
        lambda n: np.ones((n, n), dtype=bool),
        "Something has to be False: the pairs in which the key comes after the query. A list like "
        "`[[False] * n] * n` holds one row n times: what is written into one is in all.",
    ),
    Mistake(
        "your mask lets each word attend to itself alone",
        lambda n: np.eye(n, dtype=bool),
        "The words before it are known as well.",
    ),
    Mistake(
        "your mask lets each word see itself and one word before it, not the whole past",
        lambda n: lower(n) & ~lower(n, -2),
        "How far back may a query look? Write down the last row for n = 5.",
    ),
    Mistake(
        "your mask begins with the whole sentence: its rows stand upside down",
        lambda n: lower(n)[::-1],
        "Row 0 belongs to the first word. How much of the sentence does it know?",
    ),
    Mistake(
        "your mask has the right pattern in numbers, and a mask is made of True and False",
        lambda n: lower(n).astype(float),
        "np.ones and np.zeros take dtype=bool; a comparison gives True and False by itself.",
    ),
    Mistake(
        "your mask has 0 and -inf to be added to the scores; a mask here is True and False",
        lambda n: np.where(lower(n), 0.0, -np.inf),
        "The mask says who may attend. What becomes of the scores is for masked_softmax.",
    ),
    Mistake(
        "your mask forbids everything",
        lambda n: np.zeros((n, n), dtype=bool),
        "Some pairs have to be True: those in which the key is not after the query.",
    ),
    Mistake(
        "your positions are compared one by one, each with itself: (n,) where (n, n) is asked for",
        one_axis,
        "To compare all with all, one of the two needs another axis: (n, 1) with (n,).",
    ),
    Mistake(
        "your mask is right in its first row, and all other rows are False",
        lambda n: one_row_open(n, 0, 1),
        "Does your loop come to its second round? How far is `return` indented?",
    ),
    Mistake(
        "your mask has a last row that is all False",
        lambda n: one_row_open(n, 0, n - 1),
        "The queries are 0 to n - 1, and `range(n)` gives all of them.",
    ),
    Mistake(
        "your mask has a first row that is all False",
        lambda n: one_row_open(n, 1, n),
        "The first query is 0. Where does your loop begin?",
    ),
)

PADDING_MISTAKES = (
    Mistake(
        "your mask has no axis for the queries: (B, m) where (B, 1, m) is asked for",
        rows_of,
        "The middle axis of length 1 stands for all queries. What does None do inside [...]?",
    ),
    Mistake(
        "your mask is repeated for m queries: (B, m, m) where (B, 1, m) is asked for",
        lambda lengths, m: np.repeat(rows_of(lengths, m)[:, None, :], m, axis=1),
        "An axis of length 1 is enough: NumPy stretches it to any number of queries.",
    ),
    Mistake(
        "your mask hides queries, not keys: its words lie along the middle axis",
        lambda lengths, m: rows_of(lengths, m)[:, :, None],
        "Nobody may look at padding: that is about columns. Along which axis do the keys lie?",
    ),
    Mistake(
        "your mask hides the padded queries as well as the padded keys",
        queries_too,
        "Only the keys have to go. A query that sees nothing is a trouble of its own.",
    ),
    Mistake(
        "your mask lets every sentence have one word too many",
        lambda lengths, m: (np.arange(m) <= lengths[:, None])[:, None, :],
        "A sentence of length 2 has the words 0 and 1. Is word 2 one of them?",
    ),
    Mistake(
        "your mask leaves out the last word of every sentence",
        lambda lengths, m: (np.arange(m) < lengths[:, None] - 1)[:, None, :],
        "A sentence of length 2 has the words 0 and 1. Are both of them True?",
    ),
    Mistake(
        "your mask is inverted: True stands for the padding",
        lambda lengths, m: ~rows_of(lengths, m)[:, None, :],
        "In this course True means: may attend.",
    ),
    Mistake(
        "your mask hides the first words: it takes the padding to stand in front",
        padding_in_front,
        "Here the padding stands behind the words. Write down the row for length 1.",
    ),
    Mistake(
        "your mask gives every sentence the length of the longest",
        lambda lengths, m: rows_of(np.full(len(lengths), max(lengths)), m)[:, None, :],
        "Each sentence has a length of its own: compare the positions with all of them.",
    ),
    Mistake(
        "your mask gives every sentence the length of the first",
        lambda lengths, m: rows_of(np.full(len(lengths), lengths[0]), m)[:, None, :],
        "Each sentence has a length of its own: compare the positions with all of them.",
    ),
    Mistake(
        "your mask is as wide as the longest sentence here, not m",
        lambda lengths, m: rows_of(lengths, max(lengths))[:, None, :],
        "The scores have m columns, whatever the lengths are.",
    ),
    Mistake(
        "your mask opens one word for each sentence, the one at the place of its length",
        lambda lengths, m: (np.arange(m) == lengths[:, None] - 1)[:, None, :],
        "All words before that one are real too.",
    ),
    Mistake(
        "your lengths and positions lie along one axis, so NumPy compares them one by one",
        lambda lengths, m: (np.arange(m) < lengths)[None, None, :],
        "To compare all with all, one of the two needs another axis: (B, 1) with (m,).",
        also=(lambda lengths, m: np.arange(m) < lengths,),
    ),
    Mistake(
        "your mask hides nothing",
        nothing_hidden,
        "Something has to be False: the places from the length on. `mask[b][:length]` slices the "
        "axis of length 1; the words lie along the last one.",
        also=(all_or_nothing,),
    ),
    Mistake(
        "your mask is right for the first sentence, and False for all others",
        one_sentence_open,
        "Does your loop come to its second round? How far is `return` indented?",
    ),
    Mistake(
        "your mask hides word 0 of every sentence",
        from_word_1,
        "Words count from 0. Where does your loop begin?",
    ),
    Mistake(
        "your mask has the right pattern in numbers, and a mask is made of True and False",
        lambda lengths, m: rows_of(lengths, m)[:, None, :].astype(float),
        "np.ones and np.zeros take dtype=bool; a comparison gives True and False by itself.",
    ),
    Mistake(
        "your mask has 0 and -inf to be added to the scores; a mask here is True and False",
        lambda lengths, m: np.where(rows_of(lengths, m)[:, None, :], 0.0, -np.inf),
        "The mask says who may attend. What becomes of the scores is for masked_softmax.",
    ),
    Mistake(
        "your mask hides whole sentences that have no padding: a slice from -0 on is everything",
        sliced_from_the_end,
        "Where nothing is hidden, m - length is 0, and -0 is 0. Count from the front: length on.",
    ),
    Mistake(
        "your axis of length 1 stands in front: (1, B, m) where (B, 1, m) is asked for",
        lambda lengths, m: rows_of(lengths, m)[None],
        "The sentences stay first. `None` inside [...] makes an axis where it stands.",
    ),
)
