"""Lesson 9: what a class really hands in for feed_forward, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.scaled_scores_mistakes import share


def bend(hidden):
    """Return the numbers with 0 for those below 0."""
    return np.maximum(hidden, 0.0)


def same(values):
    """Return the numbers as they are."""
    return values


def made_of(before=same, bend=bend, after=same):
    """Return a network with another bend: before, between or after the two products."""

    def feed_forward(X, W_1, b_1, W_2, b_2):
        return after(bend(before(X) @ W_1 + b_1) @ W_2 + b_2)

    return feed_forward


def with_arguments(change):
    """Return the right network on arguments that `change` picks."""
    return lambda X, W_1, b_1, W_2, b_2: made_of()(*change(X, W_1, b_1, W_2, b_2))


def shifted_late(X, W_1, b_1, W_2, b_2):
    """Bend before the first bias."""
    return (bend(X @ W_1) + b_1) @ W_2 + b_2


def one_layer(X, W_1, b_1, W_2, b_2):
    """Return the hidden layer."""
    return bend(X @ W_1 + b_1)


def word_by_word(X, *rest):
    """Go through the first axis, of which a single word has none to spare."""
    if X.ndim == 1:
        raise ValueError("matmul: a number is no word")
    return made_of()(X, *rest)


def from_the_left(X, W_1, b_1, W_2, b_2):
    """Multiply from the wrong side."""
    return W_2 @ bend(W_1 @ X + b_1) + b_2


def plus_input(X, W_1, b_1, W_2, b_2):
    """Add what the block adds."""
    return X + made_of()(X, W_1, b_1, W_2, b_2)


def gelu(hidden):
    """Return the smooth bend of BERT and GPT-2, in its tanh form."""
    return 0.5 * hidden * (1 + np.tanh((2 / np.pi) ** 0.5 * (hidden + 0.044715 * hidden**3)))


FEED_FORWARD_MISTAKES = (
    Mistake(
        "your bend is missing: nothing sets the numbers below 0 to 0",
        made_of(bend=same),
        "Two products in a row are one product with one matrix. What stands between them?",
    ),
    Mistake(
        "your bend stands after the second product, not between the two",
        made_of(bend=same, after=bend),
        "The hidden layer is bent. What comes out may be below 0.",
    ),
    Mistake(
        "your bend stands twice: between the two products, and again at the end",
        made_of(after=bend),
        "What comes out may be below 0.",
    ),
    Mistake(
        "your bend stands before the first product",
        made_of(before=bend, bend=same),
        "The words come in as they are. Which layer is bent?",
    ),
    Mistake(
        "your bend keeps what is below 0",
        made_of(bend=lambda hidden: np.minimum(hidden, 0.0)),
        "Of a number and 0, the larger.",
    ),
    Mistake(
        "your bend is the absolute value",
        made_of(bend=np.abs),
        "Below 0 there is nothing, not the opposite number.",
    ),
    Mistake(
        "your bend is a tanh",
        made_of(bend=np.tanh),
        "Of a number and 0, the larger.",
    ),
    Mistake(
        "your bend is a sigmoid",
        made_of(bend=lambda hidden: 1 / (1 + np.exp(-hidden))),
        "Of a number and 0, the larger.",
    ),
    Mistake(
        "your bend is a softmax over the hidden layer",
        made_of(bend=share),
        "Nothing is shared out here. Of a number and 0, the larger.",
    ),
    Mistake(
        "your bend is GELU",
        made_of(bend=gelu),
        "BERT and GPT-2 use it. Here it is the plain one: of a number and 0, the larger.",
    ),
    Mistake(
        "your bend leaves a little of what is below 0",
        made_of(bend=lambda hidden: np.where(hidden > 0, hidden, 0.01 * hidden)),
        "That is a leaky ReLU. Here below 0 there is nothing.",
    ),
    Mistake(
        "your bend gives 1 for what is above 0: the numbers themselves are lost",
        made_of(bend=lambda hidden: (hidden > 0).astype(hidden.dtype)),
        "A comparison gives True and False. What is above 0 goes on as it is.",
    ),
    Mistake(
        "your bend is `np.max`, which takes the largest word in place of each",
        made_of(bend=lambda hidden: np.max(hidden, 0)),
        "`np.max(hidden, 0)` is the maximum along axis 0. `np.maximum` compares number by number.",
    ),
    Mistake(
        "your b_1 is missing",
        with_arguments(lambda X, W_1, b_1, W_2, b_2: (X, W_1, 0 * b_1, W_2, b_2)),
        "Each of the two layers has a bias.",
    ),
    Mistake(
        "your b_2 is missing",
        with_arguments(lambda X, W_1, b_1, W_2, b_2: (X, W_1, b_1, W_2, 0 * b_2)),
        "Each of the two layers has a bias.",
    ),
    Mistake(
        "your biases are both missing",
        with_arguments(lambda X, W_1, b_1, W_2, b_2: (X, W_1, 0 * b_1, W_2, 0 * b_2)),
        "Each of the two layers has a bias.",
    ),
    Mistake(
        "your b_1 is added after the bend",
        shifted_late,
        "The bias decides where the bend comes. It must be there before.",
    ),
    Mistake(
        "your biases are exchanged",
        with_arguments(lambda X, W_1, b_1, W_2, b_2: (X, W_1, b_2, W_2, b_1)),
        "b_1 has as many numbers as the hidden layer.",
    ),
    Mistake(
        "your matrices are exchanged",
        with_arguments(lambda X, W_1, b_1, W_2, b_2: (X, W_2, b_1, W_1, b_2)),
        "W_1 leads from d_model to d_ff, W_2 back.",
    ),
    Mistake(
        "your matrices are transposed",
        with_arguments(lambda X, W_1, b_1, W_2, b_2: (X, W_1.T, b_1, W_2.T, b_2)),
        "In this course vectors are rows, and the matrix stands on their right as it is.",
    ),
    Mistake(
        "your matrices stand on the left of the words",
        from_the_left,
        "Words are rows: (n, d_model) needs (d_model, d_ff) on its right.",
    ),
    Mistake(
        "your function returns the hidden layer: the second product is missing",
        one_layer,
        "W_2 brings each word back to d_model features.",
    ),
    Mistake(
        "your output has X added to it",
        plus_input,
        "The block adds it, in exercise 9.3. Return only what the network makes of the words.",
    ),
    Mistake(
        "your function is right for a table of words, and stops for one word alone",
        word_by_word,
        "X @ W_1 needs no loop and no `n, d = X.shape`: the last axis of X meets the first of W_1.",
    ),
)
