"""Lesson 7: what a class really hands in for merge_heads, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def joined(X):
    """Return the heads side by side as they should be: (..., n, heads * d_head)."""
    return np.concatenate(np.moveaxis(X, -3, 0), axis=-1)


def merge_reshaped(X):
    """Go to the shape of the result in one step."""
    *leading, heads, n, d_head = X.shape
    return X.reshape(*leading, n, heads * d_head)


def merge_dealt(X):
    """Take a feature from each head in turn."""
    *leading, heads, n, d_head = X.shape
    return np.moveaxis(X, -3, -1).reshape(*leading, n, heads * d_head)


def merge_features_first(X):
    """Exchange the last two axes before the reshape."""
    *leading, heads, n, d_head = X.shape
    return np.swapaxes(X, -1, -2).reshape(*leading, n, heads * d_head)


def merge_below(X):
    """Put the heads one below the other."""
    *leading, heads, n, d_head = X.shape
    return X.reshape(*leading, heads * n, d_head)


def merge_upright(X):
    """Give a row to each feature."""
    return np.swapaxes(joined(X), -1, -2)


def merge_from_the_front(X):
    """Exchange the first two axes, whichever they are."""
    *leading, heads, n, d_head = X.shape
    return np.swapaxes(X, 0, 1).reshape(*leading, n, heads * d_head)


def merge_exchanging_1_and_2(X):
    """Exchange the second axis and the third, whichever they are."""
    *leading, heads, n, d_head = X.shape
    return np.swapaxes(X, 1, 2).reshape(*leading, n, heads * d_head)


def merge_one_sentence(X):
    """Expect three axes."""
    heads, n, d_head = X.shape
    return X.swapaxes(0, 1).reshape(n, heads * d_head)


def merge_one_batch(X):
    """Expect four axes."""
    batch, heads, n, d_head = X.shape
    return X.swapaxes(1, 2).reshape(batch, n, heads * d_head)


MERGE_MISTAKES = (
    Mistake(
        "your rows mix the words: a reshape straight to (n, heads * d_head) takes the numbers in "
        "reading order",
        merge_reshaped,
        "The heads of one word are far apart in reading order. Which two axes must change places "
        "first? A line `X.swapaxes(...)` alone leaves X as it was.",
    ),
    Mistake(
        "your features of the heads are shuffled together: one of each head in turn",
        merge_dealt,
        "All features of head 0 come first, then all of head 1. Which axes stand side by side "
        "before the reshape?",
    ),
    Mistake(
        "your heads are averaged, not laid side by side",
        lambda X: X.mean(axis=-3),
        "Nothing is to be lost: the row of a word gets longer, heads * d_head numbers.",
    ),
    Mistake(
        "your heads are added up, not laid side by side",
        lambda X: X.sum(axis=-3),
        "Nothing is to be lost: the row of a word gets longer, heads * d_head numbers.",
    ),
    Mistake(
        "your heads stand one below the other: (..., heads * n, d_head)",
        merge_below,
        "A word keeps one row, and its heads stand side by side in it.",
    ),
    Mistake(
        "your axes are exchanged and not yet joined: (..., n, heads, d_head)",
        lambda X: np.swapaxes(X, -2, -3),
        "One step is left: heads and features become one axis.",
    ),
    Mistake(
        "your function exchanges words and features before the reshape",
        merge_features_first,
        "The two axes that become one must stand side by side at the end: heads, then features.",
    ),
    Mistake(
        "your result has a row for each feature and a column for each word",
        merge_upright,
        "A row is a word, as in the X that was split.",
    ),
    Mistake(
        "your result is head 0 alone",
        lambda X: X[..., 0, :, :],
        "All heads are wanted, side by side in the row of each word.",
    ),
    Mistake(
        "your function concatenates along the first axis, which is the heads only for one sentence",
        lambda X: np.concatenate(X, axis=-1),
        "With leading axes the heads are the third axis from the end.",
    ),
    Mistake(
        "your heads are joined as np.hstack does, along axis 1, right for one sentence only",
        lambda X: np.hstack(list(X)),
        "Count from the end: which axis of X holds the heads, and along which do they grow?",
    ),
    Mistake(
        "your function exchanges axes 0 and 1, which is right only for one sentence",
        merge_from_the_front,
        "Count axes from the end, where they stay the same however many stand in front.",
    ),
    Mistake(
        "your function exchanges axes 1 and 2, which is right only for one leading axis",
        merge_exchanging_1_and_2,
        "Count axes from the end, where they stay the same however many stand in front.",
    ),
    Mistake(
        "your function is right for one sentence and stops when leading axes come first",
        merge_one_sentence,
        "`*leading, heads, n, d_head = X.shape` takes any number of leading axes, also none.",
    ),
    Mistake(
        "your function wants exactly one leading axis",
        merge_one_batch,
        "`*leading, heads, n, d_head = X.shape` takes any number of leading axes, also none.",
    ),
)
