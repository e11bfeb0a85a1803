"""Lesson 7: what a class really hands in for split_heads, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def blocks(X, heads):
    """Return X split as it should be: (..., heads, n, d / heads)."""
    return np.stack(np.split(X, heads, axis=-1), axis=-3)


def cut(X, heads):
    """Return X with its features cut, and the heads still behind the words."""
    return X.reshape(*X.shape[:-1], heads, X.shape[-1] // heads)


def reshaped(X, heads):
    """Go to the shape of the result in one step."""
    return X.reshape(*X.shape[:-2], heads, X.shape[-2], X.shape[-1] // heads)


def dealt(X, heads):
    """Give every heads-th feature to a head, as one deals cards."""
    return np.moveaxis(X.reshape(*X.shape[:-1], X.shape[-1] // heads, heads), -1, -3)


def exchanged_counts(X, heads):
    """Take the number of heads for the size of a head."""
    return np.swapaxes(X.reshape(*X.shape[:-1], X.shape[-1] // heads, heads), -2, -3)


def split_words(X, heads):
    """Cut the sentence instead of the features."""
    return X.reshape(*X.shape[:-2], heads, X.shape[-2] // heads, X.shape[-1])


def split_from_the_front(X, heads):
    """Exchange the first two axes, whichever they are."""
    return np.swapaxes(cut(X, heads), 0, 1)


def split_one_sentence(X, heads):
    """Expect two axes."""
    n, d = X.shape
    return X.reshape(n, heads, d // heads).swapaxes(0, 1)


def split_one_batch(X, heads):
    """Expect three axes."""
    batch, n, d = X.shape
    return X.reshape(batch, n, heads, d // heads).swapaxes(1, 2)


def cut_short(X, heads):
    """Let the end of a slice belong to it."""
    size = X.shape[-1] // heads
    return np.stack([X[..., h * size : (h + 1) * size - 1] for h in range(heads)], axis=-3)


def overlapping(X, heads):
    """Begin the block of head h at feature h."""
    size = X.shape[-1] // heads
    return np.stack([X[..., h : h + size] for h in range(heads)], axis=-3)


SPLIT_MISTAKES = (
    Mistake(
        "your heads mix the words: a reshape straight to (heads, n, d / heads) deals out numbers "
        "in reading order",
        reshaped,
        "A reshape never moves a number past another. First cut the last axis in two, then let "
        "two axes change places.",
    ),
    Mistake(
        "your axis of heads stands behind the words: (..., n, heads, d / heads)",
        cut,
        "The cut is right. Two axes still have to change places.",
    ),
    Mistake(
        "your axis of heads comes last: (..., n, d / heads, heads)",
        lambda X, heads: np.swapaxes(cut(X, heads), -1, -2),
        "Attention works on the last two axes, words and features. Where may the heads stand?",
    ),
    Mistake(
        "your features are dealt out in turn: head h has the features h, h + heads, and so on",
        dealt,
        "A head is a block of neighboring features. In which order do the two new axes stand "
        "after the cut?",
    ),
    Mistake(
        "your function makes d / heads heads of size `heads`: the two numbers are exchanged",
        exchanged_counts,
        "After the cut, which of the two new axes has the length `heads`?",
    ),
    Mistake(
        "your words are shared out among the heads, not the features",
        split_words,
        "Every head sees every word, and a part of its features.",
    ),
    Mistake(
        "your heads have words and features exchanged: (..., heads, d / heads, n)",
        lambda X, heads: np.swapaxes(blocks(X, heads), -1, -2),
        "In each head a row is a word, as in X.",
    ),
    Mistake(
        "your heads get all d features each",
        lambda X, heads: np.stack([X] * heads, axis=-3),
        "The features are shared out: each head gets d / heads of them.",
    ),
    Mistake(
        "your heads come as a Python list, not as one array with an axis of heads",
        lambda X, heads: np.split(X, heads, axis=-1),
        "The pieces are right. np.stack makes one array of them; along which axis?",
    ),
    Mistake(
        "your axis of heads comes before the leading axes",
        lambda X, heads: np.stack(np.split(X, heads, axis=-1)),
        "Counted from the end, where does the axis of heads stand in (..., heads, n, d / heads)?",
    ),
    Mistake(
        "your function exchanges axes 0 and 1, which is right only for one sentence",
        split_from_the_front,
        "Count axes from the end, where they stay the same however many stand in front.",
    ),
    Mistake(
        "your function exchanges axes 1 and 2, which is right only for one leading axis",
        lambda X, heads: np.swapaxes(cut(X, heads), 1, 2),
        "Count axes from the end, where they stay the same however many stand in front.",
    ),
    Mistake(
        "your cut is lost: a line `X.reshape(...)` alone leaves X as it was",
        lambda X, heads: np.swapaxes(X, -3, -2),
        "reshape returns a new array. Give it a name, and go on with that.",
    ),
    Mistake(
        "your heads lack the last feature of their blocks",
        cut_short,
        "A slice `a:b` ends before b: the last feature of head h is b - 1 without your doing.",
    ),
    Mistake(
        "your blocks begin at feature h, not at h * d_h",
        overlapping,
        "No feature belongs to two heads. Where does the block of head 1 begin?",
    ),
    Mistake(
        "your heads stand one below the other: np.concatenate makes no new axis",
        lambda X, heads: np.concatenate(np.split(X, heads, axis=-1)),
        "The pieces are right. np.stack lays them along a new axis; along which?",
    ),
    Mistake(
        "your result is head 0 alone",
        lambda X, heads: np.split(X, heads, axis=-1)[0],
        "Does your loop come to its second round? How far is `return` indented?",
    ),
    Mistake(
        "your function is right for one sentence and stops when leading axes come first",
        split_one_sentence,
        "`*leading, n, d = X.shape` takes any number of leading axes, also none.",
    ),
    Mistake(
        "your function wants exactly one leading axis",
        split_one_batch,
        "`*leading, n, d = X.shape` takes any number of leading axes, also none.",
    ),
)
