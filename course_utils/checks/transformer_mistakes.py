"""Lesson 10: what a class really hands in for the transformer, each under its name."""

from course_utils.checks.check import Mistake
from course_utils.model.softmax import softmax
from course_utils.model.transformer import decode, embed, encode, transformer


def parts(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Return what `transformer` is made of, each result by a name."""
    X, encoder = encode(params, source, heads, source_mask)
    logits, own, cross = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
    return logits, encoder, own, cross


def gathered(logits, encoder, own, cross):
    """Return the results as they are asked for."""
    return logits, {"encoder": encoder, "decoder": own, "cross": cross}


def out(arrange):
    """Return a transformer that arranges the right parts in another way."""
    return lambda *args, **named: arrange(*parts(*args, **named))


def encoder_without_mask(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Mask the decoder alone."""
    X, encoder = encode(params, source, heads)
    found = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
    return gathered(found[0], encoder, *found[1:])


def decoder_without_mask(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Mask the encoder alone."""
    X, encoder = encode(params, source, heads, source_mask)
    found = decode(params, target, X, heads, cross_heads)
    return gathered(found[0], encoder, *found[1:])


def mask_nowhere(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Use the mask nowhere."""
    return gathered(*parts(params, source, target, heads, cross_heads))


def among_the_target(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Hand the mask over in the place of the target's."""
    X, encoder = encode(params, source, heads, source_mask)
    found = decode(params, target, X, heads, cross_heads, source_mask)
    return gathered(found[0], encoder, *found[1:])


def encoder_with_four(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Leave the encoder's number of heads at its default."""
    X, encoder = encode(params, source, mask=source_mask)
    found = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
    return gathered(found[0], encoder, *found[1:])


def not_encoded(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Let the decoder read the words as they went into the encoder."""
    _, encoder = encode(params, source, heads, source_mask)
    X = embed(source, params["source_embedding"])
    found = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
    return gathered(found[0], encoder, *found[1:])


def sentences_exchanged(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Encode the target and decode the source."""
    return gathered(*parts(params, target, source, heads, cross_heads))


def four_and_one(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Leave the numbers of heads at their defaults."""
    return gathered(*parts(params, source, target, source_mask=source_mask))


def cross_heads_left_out(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Leave the heads of cross-attention at 1."""
    return gathered(*parts(params, source, target, heads, source_mask=source_mask))


def decoder_with_four_and_one(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Leave the decoder's numbers of heads at their defaults."""
    X, encoder = encode(params, source, heads, source_mask)
    found = decode(params, target, X, cross_mask=source_mask)
    return gathered(found[0], encoder, *found[1:])


def zeros_are_padding(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Make a mask where none was handed over."""
    mask = (source != 0)[..., None, :] if source_mask is None else source_mask
    return gathered(*parts(params, source, target, heads, cross_heads, mask))


def heads_exchanged(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Exchange the two numbers of heads in the decoder."""
    X, encoder = encode(params, source, heads, source_mask)
    found = decode(params, target, X, cross_heads, heads, cross_mask=source_mask)
    return gathered(found[0], encoder, *found[1:])


def not_causal(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Open every target word to every other."""
    X, encoder = encode(params, source, heads, source_mask)
    n = target.shape[-1]
    everything = target[..., None, :] == target[..., None, :]  # (..., 1, n), all True
    found = decode(params, target, X, heads, cross_heads, everything, source_mask)
    return gathered(found[0], encoder, *found[1:]) if n else None


TRANSFORMER_MISTAKES = (
    Mistake(
        "your mask does not reach the encoder: its words look at padding",
        encoder_without_mask,
        "Padding is in the way twice: within the source, and where the decoder reads it.",
    ),
    Mistake(
        "your mask does not reach the decoder: it reads padding of the source",
        decoder_without_mask,
        "Padding is in the way twice: within the source, and where the decoder reads it.",
    ),
    Mistake(
        "your mask is not used",
        mask_nowhere,
        "`encode` takes it as mask, `decode` takes it as cross_mask.",
    ),
    Mistake(
        "your decoder reads the words as they went into the encoder, not as they came out",
        not_encoded,
        "The first result of `encode` is what the decoder reads.",
    ),
    Mistake(
        "your sentences are exchanged: the target is encoded and the source decoded",
        sentences_exchanged,
        "English goes into the encoder, French into the decoder.",
    ),
    Mistake(
        "your numbers of heads are not handed on: there are always 4 and 1",
        four_and_one,
        "Hand `heads` to both halves and `cross_heads` to the decoder.",
    ),
    Mistake(
        "your number of cross-attention heads is not handed on: there is always 1",
        cross_heads_left_out,
        "`decode` takes `cross_heads` after `heads`.",
    ),
    Mistake(
        "your two numbers of heads are exchanged in the decoder",
        heads_exchanged,
        "`decode` takes `heads` before `cross_heads`.",
    ),
    Mistake(
        "your target words see the words after them",
        not_causal,
        "`decode` is causal by itself as long as no mask is handed to it.",
    ),
    Mistake(
        "your result is probabilities, and logits are asked for",
        out(lambda logits, *rest: gathered(softmax(logits), *rest)),
        "`cross_entropy` takes the softmax itself.",
    ),
    Mistake(
        "your weights of the decoder and of the cross-attention are exchanged",
        out(lambda logits, encoder, own, cross: gathered(logits, encoder, cross, own)),
        "`decode` returns the weights among the target words first.",
    ),
    Mistake(
        "your function returns the logits alone",
        out(lambda logits, *rest: logits),
        "Two results are asked for: the logits, and a dict with three lists of weights.",
    ),
    Mistake(
        "your weights are three results, not one dict",
        out(lambda *found: found),
        'Return `logits, {"encoder": ..., "decoder": ..., "cross": ...}`.',
    ),
    Mistake(
        "your weights are a list, not a dict",
        out(lambda logits, *rest: (logits, list(rest))),
        'Return `logits, {"encoder": ..., "decoder": ..., "cross": ...}`.',
    ),
    Mistake(
        "your result is the guess after the last word alone",
        lambda *args: (transformer(*args)[0][..., -1, :], transformer(*args)[1]),
        "There is a guess after every word: that is why one sentence teaches n times.",
    ),
    Mistake(
        "your mask lands among the target words: `decode` takes `mask` before `cross_mask`",
        among_the_target,
        "`decode` has two masks, and by place the first is the target's. Hand it over by name.",
    ),
    Mistake(
        "your number of heads does not reach the encoder: there are always 4",
        encoder_with_four,
        "Hand `heads` to both halves.",
    ),
    Mistake(
        "your function stops on every input, and if the error speaks of an inhomogeneous shape, X "
        "is the pair that `encode` returns",
        lambda params, source, target, heads=4, *rest: decode(
            params, target, encode(params, source, heads), heads
        ),
        "`encode` returns two results, words and weights, and `decode` three. Give each a name.",
    ),
    Mistake(
        "your numbers of heads do not reach the decoder: there are always 4 and 1",
        decoder_with_four_and_one,
        "Hand `heads` to both halves and `cross_heads` to the decoder.",
    ),
    Mistake(
        "your function makes a mask where none was handed over: it hides the word with number 0",
        zeros_are_padding,
        "Without `source_mask` nothing is padding. Who calls the function makes the mask.",
    ),
    Mistake(
        "your results come in the other order: weights first",
        out(lambda *found: gathered(*found)[::-1]),
        "The logits come first, the dict of weights second.",
    ),
)
