"""Lesson 9: what a class really hands in for layer_norm, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def along(*axes):
    """Return a layer norm that takes mean and variance along other axes; none: along all."""

    def layer_norm(X, gain, bias, epsilon=1e-5):
        centred = X - X.mean(axis=axes or None, keepdims=True)
        variance = np.mean(centred**2, axis=axes or None, keepdims=True)
        return centred / np.sqrt(variance + epsilon) * gain + bias

    return layer_norm


def made_of(
    centre=lambda X, mean: X - mean,
    divisor=lambda variance, epsilon: np.sqrt(variance + epsilon),
    rescale=lambda X, gain, bias: X * gain + bias,
    lost=0,
    given=lambda epsilon: epsilon,
):
    """Return a layer norm in which one of the steps is another."""

    def layer_norm(X, gain, bias, epsilon=1e-5):
        mean = X.mean(axis=-1, keepdims=True)
        variance = X.var(axis=-1, keepdims=True, ddof=lost)
        even = centre(X, mean) / divisor(variance, given(epsilon))
        return rescale(even, gain, bias)

    return layer_norm


def root_mean_square(X, gain, bias, epsilon=1e-5):
    """Divide by the size and leave the mean."""
    return X / np.sqrt(np.mean(X**2, axis=-1, keepdims=True) + epsilon) * gain + bias


def axes_dropped(X, gain, bias, epsilon=1e-5):
    """Forget keepdims."""
    return (X - X.mean(axis=-1)) / np.sqrt(X.var(axis=-1) + epsilon) * gain + bias


def bare_mean(X, gain, bias, epsilon=1e-5):
    """Forget keepdims at both means, and write the variance out."""
    centred = X - X.mean(axis=-1)
    return centred / np.sqrt(np.mean(centred**2, axis=-1) + epsilon) * gain + bias


def variance_lost_its_axis(X, gain, bias, epsilon=1e-5):
    """Forget keepdims at the variance."""
    centred = X - X.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=-1) + epsilon) * gain + bias


def mean_lost_its_axis(X, gain, bias, epsilon=1e-5):
    """Forget keepdims at the mean."""
    centred = X - X.mean(axis=-1)
    variance = np.mean(centred**2, axis=-1, keepdims=True)
    return centred / np.sqrt(variance + epsilon) * gain + bias


def mean_alone_divided(X, gain, bias, epsilon=1e-5):
    """Leave out the brackets around X - mean."""
    spread = np.sqrt(X.var(axis=-1, keepdims=True) + epsilon)
    return X - X.mean(axis=-1, keepdims=True) / spread * gain + bias


def table_by_table(X, gain, bias, epsilon=1e-5):
    """Go through the first axis and take what comes for words."""
    if X.ndim == 1:
        return along(-1)(X, gain, bias, epsilon)
    return np.array([along()(words, gain, bias, epsilon) for words in X])


def largest(X, gain, bias, epsilon=1e-5):
    """Bring every word into the range from 0 to 1."""
    low, high = X.min(axis=-1, keepdims=True), X.max(axis=-1, keepdims=True)
    return (X - low) / (high - low + epsilon) * gain + bias


def unit_length(X, gain, bias, epsilon=1e-5):
    """Divide what is centred by its length."""
    centred = X - X.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(np.sum(centred**2, axis=-1, keepdims=True) + epsilon) * gain + bias


def spoils_the_words(X, gain, bias, epsilon=1e-5):
    """Centre the array that came in."""
    X -= X.mean(axis=-1, keepdims=True)
    return X / np.sqrt(np.mean(X**2, axis=-1, keepdims=True) + epsilon) * gain + bias


def axis_1(X, gain, bias, epsilon=1e-5):
    """Take the second axis from the front for the features."""
    return along(1)(X, gain, bias, epsilon)


def second_place(X, gain, bias, epsilon=1e-5):
    """Put the lost axis back at place 1 from the front."""
    mean, variance = X.mean(axis=-1)[:, None], X.var(axis=-1)[:, None]
    return (X - mean) / np.sqrt(variance + epsilon) * gain + bias


LAYER_NORM_MISTAKES = (
    Mistake(
        "your mean and variance run over the words (axis=-2)",
        along(-2),
        "Each word is brought to mean 0 by itself. Along which axis do its features lie?",
    ),
    Mistake(
        "your mean and variance run along the first axis (axis=0)",
        along(0),
        "Each word is brought to mean 0 by itself. Along which axis do its features lie?",
    ),
    Mistake(
        "your mean and variance are taken over the whole array: an axis is missing",
        along(),
        "Without `axis` NumPy takes all numbers together. Each word needs a mean of its own.",
    ),
    Mistake(
        "your mean and variance are taken over a whole sentence, words and features together",
        along(-2, -1),
        "Each word needs a mean of its own.",
    ),
    Mistake(
        "your mean and variance have lost their axis: keepdims is missing",
        axes_dropped,
        "A mean of shape (n,) lines up with the features. What keeps it at (n, 1)?",
    ),
    Mistake(
        "your mean and the variance after it have lost their axis: keepdims is missing in both",
        bare_mean,
        "A mean of shape (n,) lines up with the features. What keeps it at (n, 1)?",
    ),
    Mistake(
        "your variance has lost its axis: keepdims is missing there",
        variance_lost_its_axis,
        "A variance of shape (n,) lines up with the features. What keeps it at (n, 1)?",
    ),
    Mistake(
        "your mean has lost its axis: keepdims is missing there",
        mean_lost_its_axis,
        "A mean of shape (n,) lines up with the features. What keeps it at (n, 1)?",
    ),
    Mistake(
        "your words are what a loop over X gives: right for a table, whole sentences in a batch",
        table_by_table,
        "np.mean with axis=-1 and keepdims=True norms every word, however many axes stand before.",
    ),
    Mistake(
        "your variance divides by d - 1",
        made_of(lost=1),
        "Here the variance is a plain mean of squares. Is there a `ddof`?",
    ),
    Mistake(
        "your epsilon stands outside the root",
        made_of(divisor=lambda variance, epsilon: np.sqrt(variance) + epsilon),
        "Look at what stands under the root in the equation.",
    ),
    Mistake(
        "your epsilon is missing: a word whose features are all alike becomes nan",
        made_of(given=lambda epsilon: 0.0),
        "0 / 0 is nan. What does the equation add so that the root is never 0?",
    ),
    Mistake(
        "your epsilon is always 1e-5, whatever is handed over",
        made_of(given=lambda epsilon: 1e-5),
        "It is an argument with a default.",
    ),
    Mistake(
        "your epsilon is too small a number, whatever is handed over",
        made_of(given=lambda epsilon: 1e-8),
        "epsilon is an argument, and its default is 1e-5.",
    ),
    Mistake(
        "your epsilon is squared",
        made_of(given=lambda epsilon: epsilon**2),
        "Look at what stands under the root in the equation.",
    ),
    Mistake(
        "your divisor is the variance, not its root",
        made_of(divisor=lambda variance, epsilon: variance + epsilon),
        "A variance is in squares of the features' unit. What brings it back?",
    ),
    Mistake(
        "your root is taken twice: np.std is a root already",
        made_of(divisor=lambda variance, epsilon: np.sqrt(np.sqrt(variance) + epsilon)),
        "Under the root in the equation stands the variance: np.var, or a mean of squares.",
    ),
    Mistake(
        "your features are not divided by their spread",
        made_of(divisor=lambda variance, epsilon: 1.0),
        "After the mean is taken off, the variance is to become 1 as well.",
    ),
    Mistake(
        "your mean is not taken off before you divide",
        made_of(centre=lambda X, mean: X),
        "What stands above the line in the equation?",
    ),
    Mistake(
        "your mean alone is divided: brackets are missing around X - mean",
        mean_alone_divided,
        "A division is done before a subtraction. What stands above the line in the equation?",
    ),
    Mistake(
        "your sign is turned round: the mean less the word",
        made_of(centre=lambda X, mean: mean - X),
        "What stands above the line in the equation?",
    ),
    Mistake(
        "your features are divided by their root mean square, and the mean is left in",
        root_mean_square,
        "That is RMSNorm, which some later models use. Here the mean goes first.",
    ),
    Mistake(
        "your features are brought to length 1, not to variance 1",
        unit_length,
        "The variance is a mean over the features. Is there a sum?",
    ),
    Mistake(
        "your features are brought into the range from 0 to 1",
        largest,
        "Asked for are mean 0 and variance 1.",
    ),
    Mistake(
        "your gain is missing",
        made_of(rescale=lambda X, gain, bias: X + bias),
        "Two arguments are used after the norm. Which one have you not used?",
    ),
    Mistake(
        "your bias is missing",
        made_of(rescale=lambda X, gain, bias: X * gain),
        "Two arguments are used after the norm. Which one have you not used?",
    ),
    Mistake(
        "your gain and bias are both missing",
        made_of(rescale=lambda X, gain, bias: X),
        "Two arguments are used after the norm.",
    ),
    Mistake(
        "your gain and bias are exchanged",
        made_of(rescale=lambda X, gain, bias: X * bias + gain),
        "Which of the two multiplies?",
    ),
    Mistake(
        "your bias is added before the gain multiplies",
        made_of(rescale=lambda X, gain, bias: (X + bias) * gain),
        "The bias comes last, so that it arrives as it is.",
    ),
    Mistake(
        "your gain is taken as 1 + gain",
        made_of(rescale=lambda X, gain, bias: X * (1 + gain) + bias),
        "Some models store it so. Here a gain of 1 changes nothing.",
    ),
    Mistake(
        "your epsilon is added twice, under the root and beside it",
        made_of(divisor=lambda variance, epsilon: np.sqrt(variance + epsilon) + epsilon),
        "Look at what stands under the root in the equation.",
    ),
    Mistake(
        "your axis is counted from the front: the features are the second axis of a table only",
        axis_1,
        "Count from the end: the features are the last axis, however many stand before it.",
    ),
    Mistake(
        "your mean and variance get their axis back in the second place, right for a table only",
        second_place,
        "In [:, None] the new axis is the second, in [..., None] the last. Or keep it: keepdims.",
    ),
    Mistake(
        "your result is right, and your function changes the X of its caller",
        spoils_the_words,
        "`X -= ...` and `X /= ...` write into the array that came in. X - mean makes a new one.",
    ),
)
