"""Lesson 9: known wrong answers to decoder_block: norms, sums, order, results."""

from course_utils.checks.check import Mistake
from course_utils.checks.encoder_block_mistakes import (
    added,
    added_but,
    attend,
    left_alone,
    normed,
    normed_kept,
    numbered,
    replaced,
    think,
)


def as_given(mask, cross_mask):
    """Return both masks as they came."""
    return mask, cross_mask


def target_asks(asked, X, block):
    """Return who asks and who answers in the cross-attention."""
    return asked, X


def made_of(
    norm=normed,
    adds=(added,) * 3,
    masks=as_given,
    crossing=target_asks,
    own=lambda block: block["self_attention"],
    other=lambda block: block["cross_attention"],
    asking=lambda asked, X: (asked, asked),
    counts=lambda heads, cross_heads: (heads, cross_heads),
):
    """Return a decoder block in which one of the steps is another."""

    def decoder_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
        mask, cross_mask = masks(mask, cross_mask)
        heads, cross_heads = counts(heads, cross_heads)
        asked = norm(Y, block, 1)
        new, weights = attend(*asking(asked, X), **own(block), heads=heads, mask=mask)
        Y = adds[0](Y, asked, new)
        asked = norm(Y, block, 2)
        new, crossed = attend(
            *crossing(asked, X, block), **other(block), heads=cross_heads, mask=cross_mask
        )
        Y = adds[1](Y, asked, new)
        asked = norm(Y, block, 3)
        return adds[2](Y, asked, think(asked, block)), weights, crossed

    return decoder_block


right = made_of()


def then(change):
    """Return the right block with its three results changed afterwards."""
    return lambda *arguments: change(*right(*arguments))


def but(missing):
    """Return a norm that is left out at one place."""
    return lambda X, block, number: X if number == missing else normed(X, block, number)


def norm_after(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Normalize after each sum, as in 2017."""
    new, weights = attend(Y, Y, **block["self_attention"], heads=heads, mask=mask)
    Y = normed(Y + new, block, 1)
    new, crossed = attend(Y, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask)
    Y = normed(Y + new, block, 2)
    return normed(Y + think(Y, block), block, 3), weights, crossed


def cross_first(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Exchange the two attentions, each with the norm of its place."""
    asked = normed(Y, block, 1)
    new, crossed = attend(asked, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask)
    Y = Y + new
    asked = normed(Y, block, 2)
    new, weights = attend(asked, asked, **block["self_attention"], heads=heads, mask=mask)
    Y = Y + new
    return Y + think(normed(Y, block, 3), block), weights, crossed


def at_once(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Let both attentions read the words that came in."""
    asked = normed(Y, block, 1)
    new, weights = attend(asked, asked, **block["self_attention"], heads=heads, mask=mask)
    asked = normed(Y, block, 2)
    more, crossed = attend(asked, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask)
    Y = Y + new + more
    return Y + think(normed(Y, block, 3), block), weights, crossed


def thinks_between(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Put the network between the two attentions."""
    asked = normed(Y, block, 1)
    new, weights = attend(asked, asked, **block["self_attention"], heads=heads, mask=mask)
    Y = Y + new
    Y = Y + think(normed(Y, block, 3), block)
    asked = normed(Y, block, 2)
    new, crossed = attend(asked, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask)
    return Y + new, weights, crossed


def without_network(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Stop after the second sum."""
    silent = {**block, "feed_forward": {k: 0 * v for k, v in block["feed_forward"].items()}}
    return right(Y, X, silent, heads, cross_heads, mask, cross_mask)


DECODER_MISTAKES = (
    Mistake(
        "your residual is missing after self-attention",
        made_of(adds=added_but(0, replaced)),
        "What each of the three parts finds is added to the words.",
    ),
    Mistake(
        "your residual is missing after cross-attention",
        made_of(adds=added_but(1, replaced)),
        "What each of the three parts finds is added to the words.",
    ),
    Mistake(
        "your residual is missing after the network",
        made_of(adds=added_but(2, replaced)),
        "What each of the three parts finds is added to the words.",
    ),
    Mistake(
        "your residuals are all missing",
        made_of(adds=(replaced,) * 3),
        "What each of the three parts finds is added to the words.",
    ),
    Mistake(
        "your sums add to the normed words, not to the words themselves",
        made_of(adds=(normed_kept,) * 3),
        "Keep the words and their normed copy under two names.",
    ),
    Mistake(
        "your sum after self-attention adds to the normed words, not to the words themselves",
        made_of(adds=added_but(0, normed_kept)),
        "Keep the words and their normed copy under two names.",
    ),
    Mistake(
        "your sum after the network adds to the normed words, not to the words themselves",
        made_of(adds=added_but(2, normed_kept)),
        "Keep the words and their normed copy under two names.",
    ),
    Mistake(
        "your sum after cross-attention adds to the normed words, not to the words themselves",
        made_of(adds=added_but(1, normed_kept)),
        "Keep the words and their normed copy under two names.",
    ),
    Mistake(
        "your norms stand after the sums: this is post-norm, as in 2017",
        norm_after,
        "Here each part reads a normed copy, as in your encoder block.",
    ),
    Mistake(
        "your first norm is missing: self-attention reads the words as they are",
        made_of(norm=but(1)),
        "Each of the three parts reads a normed copy of the words of Y.",
    ),
    Mistake(
        "your second norm is missing: the words ask the other sentence as they are",
        made_of(norm=but(2)),
        "Each of the three parts reads a normed copy of the words of Y.",
    ),
    Mistake(
        "your third norm is missing: the network reads the words as they are",
        made_of(norm=but(3)),
        "Each of the three parts reads a normed copy of the words of Y.",
    ),
    Mistake(
        "your norms are all missing",
        made_of(norm=left_alone),
        "Each of the three parts reads a normed copy of the words of Y.",
    ),
    Mistake(
        "your norms 1 and 2 are exchanged",
        made_of(norm=numbered({1: 2, 2: 1, 3: 3})),
        "They are numbered in the order of the parts.",
    ),
    Mistake(
        "your norms 2 and 3 are exchanged",
        made_of(norm=numbered({1: 1, 2: 3, 3: 2})),
        "They are numbered in the order of the parts.",
    ),
    Mistake(
        "your three parts share a norm: norm_1 is used for all",
        made_of(norm=numbered({1: 1, 2: 1, 3: 1})),
        "Each part has a norm of its own.",
    ),
    Mistake(
        "your two attentions share norm_1, and the network has norm_2",
        made_of(norm=numbered({1: 1, 2: 1, 3: 2})),
        "Three parts, three norms: count them in `block`.",
    ),
    Mistake(
        "your two attentions share norm_1: norm_2 is not used",
        made_of(norm=numbered({1: 1, 2: 1, 3: 3})),
        "Three parts, three norms: count them in `block`.",
    ),
    Mistake(
        "your network has norm_2, as the cross-attention has: norm_3 is not used",
        made_of(norm=numbered({1: 1, 2: 2, 3: 2})),
        "Three parts, three norms: count them in `block`.",
    ),
    Mistake(
        "your attentions come in the other order: the other sentence first",
        cross_first,
        "First the words of Y talk to each other, then they ask the other sentence.",
    ),
    Mistake(
        "your two attentions both read the words that came in",
        at_once,
        "Each part goes on from the sum that the last one left.",
    ),
    Mistake(
        "your network stands between the two attentions",
        thinks_between,
        "The network comes last.",
    ),
    Mistake(
        "your network is missing",
        without_network,
        "Three parts are in a decoder block. Which one have you not called?",
    ),
    Mistake(
        "your function returns the output alone",
        then(lambda output, weights, crossed: output),
        "Three results are asked for: the output and both weights.",
    ),
    Mistake(
        "your function leaves out the weights of the self-attention",
        then(lambda output, weights, crossed: (output, crossed)),
        "Three results are asked for: the output and both weights.",
    ),
    Mistake(
        "your function leaves out the weights of the cross-attention",
        then(lambda output, weights, crossed: (output, weights)),
        "Three results are asked for: the output and both weights.",
    ),
    Mistake(
        "your two weights are exchanged",
        then(lambda output, weights, crossed: (output, crossed, weights)),
        "First the weights among the words of Y, then those on the words of X.",
    ),
)
