"""Lesson 10: what a class really hands in for the decoder, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.model.masks import causal_mask
from course_utils.model.softmax import softmax
from course_utils.model.transformer import embed
from course_utils.model.transformer_block import decoder_block, layer_norm


def looked_up(params, target):
    """Return the words' vectors with scale and positions."""
    return embed(target, params["target_embedding"])


def guess(params, Y):
    """Return the scores of every word of the vocabulary."""
    return layer_norm(Y, **params["decoder_norm"]) @ params["W_out"]


def earlier(n):
    """Return the causal mask."""
    return causal_mask(n)


def made_of(begin=looked_up, step=decoder_block, end=guess, no_mask=earlier, given=None, out=None):
    """Return a decoder in which one of the steps is another.

    `given` changes a mask that was handed over, `out` the three results.
    """

    def decode(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
        Y, own, cross = begin(params, target), [], []
        mask = no_mask(Y.shape[-2]) if mask is None else given(mask) if given else mask
        for block in params["decoder"].values():
            Y, weights, cross_weights = step(Y, X, block, heads, cross_heads, mask, cross_mask)
            own.append(weights)
            cross.append(cross_weights)
        found = end(params, Y), own, cross
        return out(*found) if out else found

    return decode


def bare_words(params, target):
    """Return rows of the table as they are."""
    return params["target_embedding"][target]


def in_parallel(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    """Hand every block the embedded words."""
    words, own, cross = looked_up(params, target), [], []
    mask = causal_mask(words.shape[-2]) if mask is None else mask
    for block in params["decoder"].values():
        Y, weights, more = decoder_block(words, X, block, heads, cross_heads, mask, cross_mask)
        own.append(weights)
        cross.append(more)
    return guess(params, Y), own, cross


def first_block(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    """Return inside the loop."""
    Y = looked_up(params, target)
    mask = causal_mask(Y.shape[-2]) if mask is None else mask
    block = next(iter(params["decoder"].values()))
    Y, weights, cross = decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)
    return guess(params, Y), [weights], [cross]


def heads_exchanged(Y, X, block, heads, cross_heads, mask, cross_mask):
    """Hand the two numbers of heads over in the other order."""
    return decoder_block(Y, X, block, cross_heads, heads, mask, cross_mask)


def four_and_one(Y, X, block, heads, cross_heads, mask, cross_mask):
    """Leave the numbers of heads at 4 and 1."""
    return decoder_block(Y, X, block, 4, 1, mask, cross_mask)


def no_cross_mask(Y, X, block, heads, cross_heads, mask, cross_mask):
    """Forget the mask of the source."""
    return decoder_block(Y, X, block, heads, cross_heads, mask)


def normed_each_time(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    """Normalize after each block."""
    Y, own, cross = looked_up(params, target), [], []
    mask = causal_mask(Y.shape[-2]) if mask is None else mask
    for block in params["decoder"].values():
        Y, weights, more = decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)
        Y = layer_norm(Y, **params["decoder_norm"])
        own.append(weights)
        cross.append(more)
    return Y @ params["W_out"], own, cross


def counted(count):
    """Return a decoder whose causal mask is for as many words as `count(target, X)`."""

    def decode(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
        mask = causal_mask(count(target, X)) if mask is None else mask
        return made_of()(params, target, X, heads, cross_heads, mask, cross_mask)

    return decode


def _in_turn(own, cross):
    return [weights for pair in zip(own, cross) for weights in pair]


def truth_asked(mask):
    """Ask a whole mask whether it is true."""
    return mask if mask else causal_mask(mask.shape[-1])


DECODE_MISTAKES = (
    Mistake(
        "your words see the words after them: without a mask it has to be the causal one",
        made_of(no_mask=lambda n: None),
        "A decoder that may peek at the next word learns to copy it. Lesson 4 has the mask.",
    ),
    Mistake(
        "your words do not see themselves: the diagonal of the mask is missing",
        made_of(no_mask=lambda n: np.tril(np.ones((n, n), dtype=bool), -1)),
        "`causal_mask` of lesson 4 lets each word see itself.",
    ),
    Mistake(
        "your causal mask is turned round: the words see what comes after them",
        made_of(no_mask=lambda n: causal_mask(n).T),
        "A row is a word that asks; True stands where it may look.",
    ),
    Mistake(
        "your mask is always the causal one, also when another is handed over",
        made_of(given=lambda mask: causal_mask(mask.shape[-1])),
        "The causal mask stands in only where `mask is None`.",
    ),
    Mistake(
        "your mask of the source does not reach the blocks",
        made_of(step=no_cross_mask),
        "The decoder must not read padding. Hand `cross_mask` on.",
    ),
    Mistake(
        "your blocks are not chained: each begins with the embedded words again",
        in_parallel,
        "What comes out of one block goes into the next.",
    ),
    Mistake(
        "your decoder has one block alone, the first",
        first_block,
        "Does a `return` stand inside the loop?",
    ),
    Mistake(
        "your last norm is missing",
        made_of(end=lambda params, Y: Y @ params["W_out"]),
        "Inside a block the norm stands before each part, so nothing normalizes the last sum.",
    ),
    Mistake(
        "your last norm is the encoder's",
        made_of(end=lambda params, Y: layer_norm(Y, **params["encoder_norm"]) @ params["W_out"]),
        'There is one for each: params["decoder_norm"].',
    ),
    Mistake(
        "your result is vectors of size d_model: the step to the vocabulary is missing",
        made_of(end=lambda params, Y: layer_norm(Y, **params["decoder_norm"])),
        'One matrix is left in params: "W_out".',
    ),
    Mistake(
        "your scores are dot products with the words' own vectors, not with W_out",
        made_of(
            end=lambda params, Y: (
                layer_norm(Y, **params["decoder_norm"]) @ params["target_embedding"].T
            )
        ),
        "Many models do share the table. Here W_out is a matrix of its own.",
    ),
    Mistake(
        "your result is probabilities, and logits are asked for",
        made_of(end=lambda params, Y: softmax(guess(params, Y))),
        "`cross_entropy` takes the softmax itself. Two of them flatten everything.",
    ),
    Mistake(
        "your result is the guess after the last word alone",
        made_of(end=lambda params, Y: guess(params, Y)[..., -1, :]),
        "There is a guess after every word: that is why one sentence teaches n times.",
    ),
    Mistake(
        "your words are rows of the table, without scale and positions",
        made_of(begin=bare_words),
        "`embed` of exercise 10.2 does all three.",
    ),
    Mistake(
        "your words come from the source's table",
        made_of(begin=lambda params, target: embed(target, params["source_embedding"])),
        'The target has a table of its own: params["target_embedding"].',
    ),
    Mistake(
        "your two numbers of heads are exchanged",
        made_of(step=heads_exchanged),
        "`decoder_block` wants the heads of self-attention first.",
    ),
    Mistake(
        "your numbers of heads do not reach the blocks: there are always 4 and 1",
        made_of(step=four_and_one),
        "Hand `heads` and `cross_heads` on.",
    ),
    Mistake(
        "your two lists of weights are exchanged",
        made_of(out=lambda logits, own, cross: (logits, cross, own)),
        "First the weights among the target words, then those on the source.",
    ),
    Mistake(
        "your weights are those of the last block, not lists of all",
        made_of(out=lambda logits, own, cross: (logits, own[-1], cross[-1])),
        "Begin with two empty lists, and append to both in the loop.",
    ),
    Mistake(
        "your function returns the logits alone",
        made_of(out=lambda logits, own, cross: logits),
        "Three results are asked for: the logits and two lists of weights.",
    ),
    Mistake(
        "your mask is joined with the causal one when another is handed over",
        made_of(given=lambda mask: mask & causal_mask(mask.shape[-1])),
        "The causal mask stands in only where `mask is None`.",
    ),
    Mistake(
        "your causal mask is for as many words as there are sentences: the first axis is counted",
        counted(lambda target, X: target.shape[0]),
        "target is (..., n). Which axis of its shape is the sentence, counted from the end?",
    ),
    Mistake(
        "your causal mask is for as many words as the source has",
        counted(lambda target, X: X.shape[-2]),
        "No word of the *target* sees a later one. Whose length does the mask have?",
    ),
    Mistake(
        "your norm stands after each block, and belongs after the last one only",
        normed_each_time,
        "Look at the indentation: what is repeated for each block, and what is done once?",
    ),
    Mistake(
        "your X is normed once more: `encode` has normed it at its end",
        lambda params, target, X, *rest: made_of()(
            params, target, layer_norm(X, **params["encoder_norm"]), *rest
        ),
        "What comes out of `encode` is finished, and goes to every block as it is.",
    ),
    Mistake(
        "your function stops on every input, and if the error speaks of indices, your loop over a "
        "dict gives the names of the blocks and not the blocks",
        lambda params, target, X, *rest: decoder_block("block_1", X, "block_1", 1, 1),
        'What does `for block in params["decoder"]` go through, and what with `.values()`? If an '
        "argument is missing: X comes second, and both numbers of heads before the masks.",
    ),
    Mistake(
        "your function stops where a mask is handed over, as `if not mask:` does",
        made_of(given=truth_asked),
        "An array has no single truth value: ask whether `mask is None`.",
    ),
    Mistake(
        "your two lists of weights are one list under two names, as `a = b = []` makes it",
        made_of(out=lambda logits, own, cross: (logits, *[_in_turn(own, cross)] * 2)),
        "Two empty lists: `all_weights, all_cross = [], []`.",
    ),
)
