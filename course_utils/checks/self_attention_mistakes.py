"""Lesson 5: what a class really hands in for self_attention, each under its name."""

import numpy as np

from course_utils.checks.attention_mistakes import (
    ask_the_mask,
    hide,
    made_of,
    mask_after,
    only_output,
    scores_for_weights,
)
from course_utils.checks.check import Mistake
from course_utils.checks.scaled_scores_mistakes import share, turned

attend = made_of()  # right: every mistake below changes one thing


def projected(attend):
    """Return self-attention in which another function attends."""

    def self_attention(X, W_Q, W_K, W_V, mask=None):
        return attend(X @ W_Q, X @ W_K, X @ W_V, mask)

    return self_attention


def attending(sides):
    """Return self-attention whose queries, keys and values `sides` makes from X and matrices."""

    def self_attention(X, W_Q, W_K, W_V, mask=None):
        return attend(*sides(X, W_Q, W_K, W_V), mask)

    return self_attention


def with_mask(change):
    """Return self-attention in which the mask is another."""

    def self_attention(X, W_Q, W_K, W_V, mask=None):
        return attend(X @ W_Q, X @ W_K, X @ W_V, None if mask is None else change(mask))

    return self_attention


def scaled_by(divisor):
    """Return self-attention whose scores are divided by divisor(X, W_V)."""

    def self_attention(X, W_Q, W_K, W_V, mask=None):
        scores = X @ W_Q @ turned(X @ W_K) / divisor(X, W_V) ** 0.5
        weights = share(hide(scores, mask))
        return weights @ (X @ W_V), weights

    return self_attention


def always_causal(X, W_Q, W_K, W_V, mask=None):
    """Hide later words when no mask is given."""
    mask = np.tril(np.ones((X.shape[-2],) * 2, dtype=bool)) if mask is None else mask
    return attend(X @ W_Q, X @ W_K, X @ W_V, mask)


def masked_words(X, W_Q, W_K, W_V, mask=None):
    """Set masked words to zero instead of their scores."""
    seen = X if mask is None else X * mask.any(axis=-2)[..., None]
    return attend(seen @ W_Q, seen @ W_K, seen @ W_V)


def one_long_sentence(X, W_Q, W_K, W_V, mask=None):
    """Let the words of all sentences attend to one another."""
    words = X.reshape(-1, X.shape[-1])
    return attend(words @ W_Q, words @ W_K, words @ W_V, mask)


def two_axes_only(X, W_Q, W_K, W_V, mask=None):
    """Name two axes where there may be more."""
    Q, K, V = (np.einsum("nd,dk->nk", X, W) for W in (W_Q, W_K, W_V))
    return attend(Q, K, V, mask)


def index_by_mask(scores, mask):
    """Assign through a mask that has the axes (n, n) and no others."""
    hidden = scores.copy()
    if mask is not None:
        hidden[..., ~mask] = -np.inf
    return hidden


def with_residual(X, W_Q, W_K, W_V, mask=None):
    """Add the words to what they gathered."""
    output, weights = attend(X @ W_Q, X @ W_K, X @ W_V, mask)
    return X + output, weights


def projected_twice(X, W_Q, W_K, W_V, mask=None):
    """Project the mixture of values again."""
    output, weights = attend(X @ W_Q, X @ W_K, X @ W_V, mask)
    return output @ W_V, weights


def results_in_a_list(X, W_Q, W_K, W_V, mask=None):
    """Put brackets round the results."""
    return list(attend(X @ W_Q, X @ W_K, X @ W_V, mask))


def exchanged_results(X, W_Q, W_K, W_V, mask=None):
    """Give the weights first."""
    return attend(X @ W_Q, X @ W_K, X @ W_V, mask)[::-1]


OWN = "Each word asks with W_Q, answers with W_K and hands over with W_V: three products with X."
SCALE = "The scale belongs to queries and keys: how many products does one of their scores add up?"
MASK = "Hand the mask on as it came: True means that this word may attend to that one."

SELF_ATTENTION_MISTAKES = (
    Mistake(
        "your words attend to each other with no projections: X is query, key and value",
        attending(lambda X, W_Q, W_K, W_V: (X, X, X)),
        OWN,
    ),
    Mistake(
        "your function projects only the queries; keys and values are X itself",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X, X)),
        OWN,
    ),
    Mistake(
        "your keys are X itself, not projected",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X, X @ W_V)),
        OWN,
    ),
    Mistake(
        "your queries are X itself, not projected",
        attending(lambda X, W_Q, W_K, W_V: (X, X @ W_K, X @ W_V)),
        OWN,
    ),
    Mistake(
        "your values are X itself, not projected",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X @ W_K, X)),
        OWN,
    ),
    Mistake(
        "your queries and keys have exchanged their matrices, so the scores are transposed",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_K, X @ W_Q, X @ W_V)),
        "Rows of the weights are the words that ask. Which matrix makes what a word asks?",
    ),
    Mistake(
        "your queries and keys are both made with W_Q, so that every score is symmetric",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X @ W_Q, X @ W_V)),
        OWN,
    ),
    Mistake(
        "your queries and keys are both made with W_K, so that every score is symmetric",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_K, X @ W_K, X @ W_V)),
        OWN,
    ),
    Mistake(
        "your values are made with W_K",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X @ W_K, X @ W_K)),
        OWN,
    ),
    Mistake(
        "your keys and values have exchanged their matrices",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X @ W_V, X @ W_K)),
        OWN,
    ),
    Mistake(
        "your projections are a chain: keys are made from the queries, values from the keys",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X @ W_Q @ W_K, X @ W_Q @ W_K @ W_V)),
        "All three start from the words themselves.",
    ),
    Mistake(
        "your values are made from the keys, not from the words",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q, X @ W_K, X @ W_K @ W_V)),
        "All three start from the words themselves.",
    ),
    Mistake(
        "your matrices are transposed: X @ W.T fits only when they are square",
        attending(lambda X, W_Q, W_K, W_V: (X @ W_Q.T, X @ W_K.T, X @ W_V.T)),
        "X is (n, d_model) and W_Q is (d_model, d_k). Do they need to be turned?",
    ),
    Mistake(
        "your matrices stand on the left, as in W @ X, where the sizes do not fit",
        attending(lambda X, W_Q, W_K, W_V: (W_Q @ X, W_K @ X, W_V @ X)),
        "Words are rows. On which side of X must the matrix stand?",
    ),
    Mistake(
        "your product is X * W, number by number, where the sizes do not fit",
        attending(lambda X, W_Q, W_K, W_V: (X * W_Q, X * W_K, X * W_V)),
        "Which sign is the product of matrices, rows times columns?",
    ),
    Mistake(
        "your scores are divided by √d_model, the size of the words",
        scaled_by(lambda X, W_V: X.shape[-1]),
        SCALE,
    ),
    Mistake(
        "your scores are divided by √d_v, the size of the values",
        scaled_by(lambda X, W_V: W_V.shape[-1]),
        SCALE,
    ),
    Mistake("your scores are not divided by √d_k", scaled_by(lambda X, W_V: 1), SCALE),
    Mistake(
        "your weights match a softmax over the queries (axis=-2)",
        projected(made_of(weigh=lambda scores: share(scores, -2))),
        "Each word that asks shares out a weight of 1. `attention` of lesson 3 does all of it.",
    ),
    Mistake(
        "your output is right, and your second result is the scores, not the weights",
        projected(scores_for_weights),
        "Return both results of `attention`.",
    ),
    Mistake(
        "your function returns the output alone",
        projected(only_output),
        "`attention` gives two results, and both are asked for.",
    ),
    Mistake(
        "your two results are right and stand in one list",
        results_in_a_list,
        "`return output, weights`, without brackets, as `attention` returns them.",
    ),
    Mistake(
        "your results are right and in the wrong order: the weights come first",
        exchanged_results,
        "Output first, weights second, as `attention` returns them.",
    ),
    Mistake(
        "your function does not use its mask",
        with_mask(lambda mask: None),
        "`attention` takes a mask as its fourth argument.",
    ),
    Mistake(
        "your mask is inverted: words attend where it is False",
        with_mask(np.invert),
        MASK,
        also=(lambda *given: tuple(map(np.nan_to_num, with_mask(np.invert)(*given))),),
    ),
    Mistake(
        "your mask is transposed: a word is seen by those it should see",
        with_mask(turned),
        MASK,
    ),
    Mistake(
        "your function stops whenever it gets a mask",
        projected(made_of(hide=ask_the_mask)),
        "An array has no single truth value: ask whether `mask is None`. And it fits the scores.",
    ),
    Mistake(
        "your function hides later words when no mask is given",
        always_causal,
        "Without a mask every word may attend to every word.",
    ),
    Mistake(
        "your mask sets words to zero instead of closing pairs",
        masked_words,
        "A word of zeros has the score 0, and e to the power of 0 is 1. " + MASK,
    ),
    Mistake(
        "your mask is applied after the softmax, so the rows no longer sum to 1",
        projected(mask_after),
        "A forbidden word must be out before the shares are handed out.",
    ),
    Mistake(
        "your mask works in the shape (n, n) and stops in the shape (batch, 1, n)",
        projected(made_of(hide=index_by_mask)),
        "An index such as scores[..., ~mask] wants the mask's full shape; np.where stretches it. "
        "If the line stands in your `attention`, change it there and check it again.",
    ),
    Mistake(
        "your sentences attend to one another: all of them became one long sentence",
        one_long_sentence,
        "Leave the leading axes where they are: @ keeps them in step.",
    ),
    Mistake(
        "your function is right for two axes and stops when leading axes come first",
        two_axes_only,
        "The operator @ multiplies the last two axes, whatever stands before them; `.T` turns "
        "round all axes, and an einsum takes as many as it names.",
    ),
    Mistake(
        "your output has the words added to it",
        with_residual,
        "That step comes in lesson 9. Here the output is only what was gathered.",
    ),
    Mistake(
        "your output is projected with W_V twice",
        projected_twice,
        "The values are X @ W_V, and the output is a mixture of them and nothing more.",
    ),
    Mistake(
        "your scores go through the softmax twice",
        projected(made_of(weigh=lambda scores: share(share(scores)))),
        "`attention` has applied the softmax already.",
    ),
    Mistake(
        "your scores are not shared out: the softmax is missing",
        projected(made_of(weigh=lambda scores: scores)),
        "`attention` of lesson 3 does score, scale, softmax and mix.",
    ),
)
