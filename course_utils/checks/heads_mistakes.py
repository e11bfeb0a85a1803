"""Lesson 7: what a class really hands in for split_heads and merge_heads, under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def blocks(X, heads):
    """Return X split as it should be: (..., heads, n, d / heads)."""
    return np.stack(np.split(X, heads, axis=-1), axis=-3)


def joined(X):
    """Return the heads side by side as they should be: (..., n, heads * d_head)."""
    return np.concatenate(np.moveaxis(X, -3, 0), axis=-1)


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


def merge_one_sentence(X):
    """Expect three axes."""
    heads, n, d_head = X.shape
    return X.swapaxes(0, 1).reshape(n, heads * d_head)


def merge_one_batch(X):
    """Expect four axes."""
    batch, heads, n, d_head = X.shape
    return X.swapaxes(1, 2).reshape(batch, n, heads * d_head)


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

MERGE_MISTAKES = (
    Mistake(
        "your rows mix the words: a reshape straight to (n, heads * d_head) takes the numbers in "
        "reading order",
        merge_reshaped,
        "The heads of one word are far apart in reading order. Which two axes must change places "
        "first?",
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
