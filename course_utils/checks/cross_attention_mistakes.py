"""Lesson 8: what a class really hands in for cross_attention, each under its name."""

import numpy as np

from course_utils.checks.attention_mistakes import hide
from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.scaled_scores_mistakes import right_scores, share, turned


def attend(Q, K, V, mask=None, weigh=share):
    """Return attention as it should be."""
    weights = weigh(hide(right_scores(Q, K), mask))
    return weights @ V, weights


def from_sentences(choose):
    """Return a cross_attention whose Q, K and V are projected from what `choose` picks."""

    def cross_attention(Y, X, W_Q, W_K, W_V, mask=None):
        asks, offers, hands_over = choose(Y, X)
        return attend(asks @ W_Q, offers @ W_K, hands_over @ W_V, mask)

    return cross_attention


def with_matrices(project):
    """Return a cross_attention whose Q, K and V are made as `project` says."""

    def cross_attention(Y, X, W_Q, W_K, W_V, mask=None):
        return attend(*project(Y, X, W_Q, W_K, W_V), mask)

    return cross_attention


def finished(finish):
    """Return a cross_attention in which only what follows Q, K and V is another."""

    def cross_attention(Y, X, W_Q, W_K, W_V, mask=None):
        return finish(Y @ W_Q, X @ W_K, X @ W_V, mask)

    return cross_attention


def scored(scores):
    """Return a cross_attention with other scores."""

    def finish(Q, K, V, mask):
        weights = share(hide(scores(Q, K), mask))
        return weights @ V, weights

    return finished(finish)


def scale_of_the_words(Y, X, W_Q, W_K, W_V, mask=None):
    """Divide by the root of d_model."""
    weights = share(hide(Y @ W_Q @ turned(X @ W_K) / Y.shape[-1] ** 0.5, mask))
    return weights @ (X @ W_V), weights


def added_to_Y(Y, X, W_Q, W_K, W_V, mask=None):
    """Add what was gathered to the word that asked, where the sizes allow it."""
    output, weights = attend(Y @ W_Q, X @ W_K, X @ W_V, mask)
    return Y + output, weights


def masked_after(Q, K, V, mask):
    """Set weights to zero and leave the rest as it is."""
    weights = share(right_scores(Q, K))
    weights = weights if mask is None else weights * mask
    return weights @ V, weights


def inverted(mask):
    """Return the mask with True and False exchanged."""
    return None if mask is None else ~mask


def scores_returned(Q, K, V, mask):
    """Give the right output with the scores beside it."""
    scores = hide(right_scores(Q, K), mask)
    return share(scores) @ V, scores


def truth_asked(Q, K, V, mask):
    """Ask a whole mask whether it is true, or let it meet the scores where it does not fit."""
    return attend(Q, K, V, mask if mask else None)


def zeros_for_hidden(Q, K, V, mask):
    """Multiply the scores by the mask."""
    scores = right_scores(Q, K)
    weights = share(scores if mask is None else scores * mask)
    return weights @ V, weights


def future_hidden(Q, K, V, mask):
    """Add a causal mask that nobody asked for."""
    causal = np.tril(np.ones((Q.shape[-2], K.shape[-2]), dtype=bool))
    return attend(Q, K, V, causal if mask is None else mask & causal)


def future_of_Y_hidden(Q, K, V, mask):
    """Make a causal mask for the words of Y alone, whatever mask came."""
    return attend(Q, K, V, np.tri(Q.shape[-2], dtype=bool))


CROSS_MISTAKES = (
    Mistake(
        "your sentences are exchanged: X asks and Y answers",
        from_sentences(lambda Y, X: (X, Y, Y)),
        "Who writes the next word, and needs to know? That sentence asks.",
    ),
    Mistake(
        "your function is self-attention of Y: X is not used",
        from_sentences(lambda Y, X: (Y, Y, Y)),
        "Y asks. But who answers?",
    ),
    Mistake(
        "your function is self-attention of X: Y is not used",
        from_sentences(lambda Y, X: (X, X, X)),
        "X answers. But who asks?",
    ),
    Mistake(
        "your keys come from Y and your values from X",
        from_sentences(lambda Y, X: (Y, Y, X)),
        "A key and its value belong to one word, of one sentence.",
    ),
    Mistake(
        "your keys come from X and your values from Y",
        from_sentences(lambda Y, X: (Y, X, Y)),
        "A key and its value belong to one word, of one sentence.",
    ),
    Mistake(
        "your queries and values come from X, your keys from Y",
        from_sentences(lambda Y, X: (X, Y, X)),
        "One sentence asks with queries; the other answers with keys and values.",
    ),
    Mistake(
        "your queries and keys come from X, your values from Y",
        from_sentences(lambda Y, X: (X, X, Y)),
        "One sentence asks with queries; the other answers with keys and values.",
    ),
    Mistake(
        "your keys and values come from both sentences, laid end to end",
        from_sentences(lambda Y, X: (Y, *[np.concatenate([Y, X], axis=-2)] * 2)),
        "Y has its own layer for looking at itself. Here it looks at X only.",
    ),
    Mistake(
        "your keys and values come from both sentences, X before Y",
        from_sentences(lambda Y, X: (Y, *[np.concatenate([X, Y], axis=-2)] * 2)),
        "Y has its own layer for looking at itself. Here it looks at X only.",
    ),
    Mistake(
        "your queries and keys have exchanged matrices",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_K, X @ W_Q, X @ W_V)),
        "W_Q makes questions of the words that ask.",
    ),
    Mistake(
        "your keys and values have exchanged matrices",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_Q, X @ W_V, X @ W_K)),
        "W_K makes what a word can be found by, W_V what it hands over.",
    ),
    Mistake(
        "your queries are not projected",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y, X @ W_K, X @ W_V)),
        "Three matrices came in. Which one have you not used?",
    ),
    Mistake(
        "your keys are not projected",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_Q, X, X @ W_V)),
        "Three matrices came in. Which one have you not used?",
    ),
    Mistake(
        "your values are not projected",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_Q, X @ W_K, X)),
        "Three matrices came in. Which one have you not used?",
    ),
    Mistake(
        "your vectors are not projected at all",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y, X, X)),
        "Three matrices came in. What does each of them make of a word?",
    ),
    Mistake(
        "your keys are projected by W_Q, too",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_Q, X @ W_Q, X @ W_V)),
        "Three matrices came in. Which one have you not used?",
    ),
    Mistake(
        "your queries are projected, your keys and values are not",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_Q, X, X)),
        "Three matrices came in. What does each of them make of a word?",
    ),
    Mistake(
        "your values are the projected keys: W_V is not used",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_Q, X @ W_K, X @ W_K)),
        "What a word is found by and what it hands over are two things.",
    ),
    Mistake(
        "your matrices are transposed",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (Y @ W_Q.T, X @ W_K.T, X @ W_V.T)),
        "In this course vectors are rows, and the matrix stands on their right as it is.",
    ),
    Mistake(
        "your matrices stand on the left of the words",
        with_matrices(lambda Y, X, W_Q, W_K, W_V: (W_Q @ Y, W_K @ X, W_V @ X)),
        "Words are rows: (n, d_model) needs (d_model, d_k) on its right.",
    ),
    Mistake(
        "your scores are not divided by √d_k",
        scored(lambda Q, K: Q @ turned(K)),
        "Your own `attention` of lesson 3 does all that follows the projections.",
    ),
    Mistake(
        "your scores are divided by d_k: the scale is applied twice, or its root is missing",
        scored(lambda Q, K: Q @ turned(K) / Q.shape[-1]),
        "`attention` of lesson 3 divides by √d_k already.",
    ),
    Mistake(
        "your output is right, and your second result is the scores, not the weights",
        finished(scores_returned),
        "Return both results of `attention`.",
    ),
    Mistake(
        "your scores are divided by √d_model instead of √d_k",
        scale_of_the_words,
        "d_k is the size of a projected query. `attention` of lesson 3 finds it by itself.",
    ),
    Mistake(
        "your function is right for one pair of sentences and stops when leading axes come first",
        scored(lambda Q, K: Q @ K.T / Q.shape[-1] ** 0.5),
        "`.T` turns round all axes. `attention` of lesson 3 exchanges only the last two.",
    ),
    Mistake(
        "your weights match a softmax over the words of Y (axis=-2)",
        finished(lambda Q, K, V, mask: attend(Q, K, V, mask, lambda s: share(s, -2))),
        "Each word of Y shares out a weight of 1 over the words of X.",
    ),
    Mistake(
        "your function stops whenever it gets a mask, as `if mask:` does, or a mask that is turned",
        finished(truth_asked),
        "An array has no single truth value: ask whether `mask is None`. It is (..., n, m) as it "
        "comes.",
    ),
    Mistake(
        "your hidden words get the score 0, and exp(0) is 1, not 0",
        finished(zeros_for_hidden),
        "Which score becomes exactly 0 when np.exp is taken?",
    ),
    Mistake(
        "your mask is ignored",
        finished(lambda Q, K, V, mask: attend(Q, K, V)),
        "The mask came in with the other arguments. To whom must it be handed on?",
    ),
    Mistake(
        "your mask is inverted: the words of Y look at what is forbidden",
        finished(lambda Q, K, V, mask: attend(Q, K, V, inverted(mask))),
        "True means: may attend.",
    ),
    Mistake(
        "your mask is applied after the softmax: the rows sum to less than 1",
        finished(masked_after),
        "A forbidden word must be out before the shares are handed out.",
    ),
    Mistake(
        "your words may not look to the right: there is a causal mask between the sentences",
        finished(future_hidden),
        "All of X is known before the first word of Y is written. What is there to hide?",
    ),
    Mistake(
        "your mask is a causal one, as wide as Y: it fits only where X has as many words",
        finished(future_of_Y_hidden),
        "All of X is known before the first word of Y is written. Hand on the mask that came.",
    ),
    Mistake(
        "your output is added to Y",
        added_to_Y,
        "That comes one step later, in lesson 9. Return only what was gathered.",
    ),
    Mistake(
        "your function returns the output alone",
        finished(lambda Q, K, V, mask: attend(Q, K, V, mask)[0]),
        "Two results are asked for: the output and the weights.",
    ),
    Mistake(
        "your function returns the weights alone",
        finished(lambda Q, K, V, mask: attend(Q, K, V, mask)[1]),
        "Two results are asked for: the output and the weights.",
    ),
    Mistake(
        "your results come in the other order: weights first",
        finished(lambda Q, K, V, mask: attend(Q, K, V, mask)[::-1]),
        "The output comes first, the weights second.",
    ),
    one_leading_axis(finished(attend)),
)
