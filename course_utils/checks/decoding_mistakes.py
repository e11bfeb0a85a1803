"""Lesson 10: what a class really hands in for decoding, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.model.decoding import cached_decoder_block
from course_utils.model.softmax import softmax
from course_utils.model.transformer import decode, embed, encode
from course_utils.model.transformer_block import layer_norm


def made_of(
    read=lambda target: target,
    pick=lambda logits: np.argmax(logits[:, -1:], axis=-1),
    after=lambda word, finished, end: np.where(finished, end, word),
    stop=np.all,
    steps_more=0,
    masks=(True, True),
    out=lambda target, end: target[:, 1:],
):
    """Return a greedy decoder in which one of the steps is another.

    `read` makes what the decoder is given of what is written, `masks` says whether encoder and
    decoder get the mask of the source.
    """

    def greedy(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
        for_encoder, for_decoder = (source_mask if used else None for used in masks)
        X, _ = encode(params, source, heads, for_encoder)
        target, finished = np.full((len(source), 1), start), np.full((len(source), 1), False)
        while target.shape[1] <= steps + steps_more and not stop(finished):
            logits, _, _ = decode(
                params, read(target), X, heads, cross_heads, cross_mask=for_decoder
            )
            word = after(pick(logits), finished, end)
            target, finished = np.concatenate([target, word], axis=1), word == end
        return out(target, end)

    return greedy


def without_end(target, end):
    """Cut off the last column."""
    return target[:, 1:-1]


def zeros_behind(target, end):
    """Fill with 0 behind the end."""
    words = target[:, 1:]
    return np.where(np.cumsum(words == end, axis=1) > 1, 0, words)


def four_and_one(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    """Leave the numbers of heads at their defaults."""
    return made_of()(params, source, start, end, steps, source_mask=source_mask)


def as_lists(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    """Cut each sentence at its end."""
    words = made_of()(params, source, start, end, steps, heads, cross_heads, source_mask)
    return [[int(word) for word in row if word != end] for row in words]


GREEDY_MISTAKES = (
    Mistake(
        "your result begins with the start marker",
        made_of(out=lambda target, end: target),
        "Start is what the decoder is given, not what it writes.",
    ),
    Mistake(
        "your decoder is given its last word alone, and forgets what stands before it",
        made_of(read=lambda target: target[:, -1:]),
        "Every step reads all that is written so far, from the start marker on.",
    ),
    Mistake(
        "your words are always the guess after the start marker",
        made_of(read=lambda target: target[:, :1]),
        "There is a guess after every word. Give the decoder all that is written, and take the "
        "guess after the last word.",
    ),
    Mistake(
        "your words are the least likely ones",
        made_of(pick=lambda logits: np.argmin(logits[:, -1:], axis=-1)),
        "The likeliest word has the largest logit.",
    ),
    Mistake(
        "your word is chosen for the whole batch: every sentence gets the first one's",
        made_of(
            pick=lambda logits: (
                np.argmax(logits[:1, -1:], axis=-1) + 0 * logits[:, -1:, 0].astype(int)
            )
        ),
        "Each sentence has its own guess. Along which axis does the vocabulary lie?",
    ),
    Mistake(
        "your sentences go on after their end",
        made_of(after=lambda word, finished, end: word),
        "Remember which sentences are over, and give these `end` again.",
    ),
    Mistake(
        "your decoder stops as soon as one sentence of the batch is over",
        made_of(stop=np.any),
        "The others are not finished yet: any or all?",
    ),
    Mistake(
        "your decoder always takes all steps, also when every sentence is over",
        made_of(stop=lambda finished: False),
        "Stop when every sentence has ended.",
    ),
    Mistake(
        "your decoder takes one step too many",
        made_of(steps_more=1),
        "At most `steps` columns come out.",
    ),
    Mistake(
        "your decoder takes one step too few",
        made_of(steps_more=-1),
        "Is the start marker counted as one of the `steps` words?",
    ),
    Mistake(
        "your result has lost its last column, the end markers among it",
        made_of(out=without_end),
        "The end marker is a word like any other. Only the start marker is left out.",
    ),
    Mistake(
        "your sentences are filled with 0 behind their end, not with the end marker",
        made_of(out=zeros_behind),
        "0 may be a word. Fill with `end`.",
    ),
    Mistake(
        "your mask of the source is not used",
        made_of(masks=(False, False)),
        "Padding must be hidden in `encode` and in `decode`.",
    ),
    Mistake(
        "your mask of the source does not reach the encoder",
        made_of(masks=(False, True)),
        "Padding must be hidden in `encode`, too.",
    ),
    Mistake(
        "your mask of the source does not reach the decoder",
        made_of(masks=(True, False)),
        "Padding must be hidden in `decode`, too, as cross_mask.",
    ),
    Mistake(
        "your numbers of heads are not handed on: there are always 4 and 1",
        four_and_one,
        "Hand `heads` and `cross_heads` on.",
    ),
    Mistake(
        "your result is a list of lists without the end markers",
        as_lists,
        "One array of integers is asked for, filled with `end`.",
    ),
)


def step_made_of(
    position=lambda K: K.shape[-2],
    begin=lambda word, table, start: embed(np.expand_dims(word, -1), table, start=start),
    step=cached_decoder_block,
    norm=lambda params, Y: layer_norm(Y, **params["decoder_norm"]),
    out=lambda logits, kept, cache: (logits[..., 0, :], kept),
):
    """Return a decoding step in which one of the parts is another."""

    def decode_step(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
        start = position(next(iter(cache.values()))["K"])
        Y, kept = begin(word, params["target_embedding"], start), {}
        for name, block in params["decoder"].items():
            Y, kept[name] = step(Y, block, cache[name], heads, cross_heads, cross_mask)
        return out(norm(params, Y) @ params["W_out"], kept, cache)

    return decode_step


def from_the_source(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Take the number of source words for the position."""
    m = next(iter(cache.values()))["cross_K"].shape[-2]
    return step_made_of(lambda K: m)(params, word, cache, heads, cross_heads, cross_mask)


def in_place(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Write into the cache that was handed over."""
    logits, kept = step_made_of()(params, word, cache, heads, cross_heads, cross_mask)
    cache.update(kept)
    return logits, cache


def in_parallel(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Hand every block the embedded word."""
    start = next(iter(cache.values()))["K"].shape[-2]
    X, kept = embed(np.expand_dims(word, -1), params["target_embedding"], start=start), {}
    for name, block in params["decoder"].items():
        Y, kept[name] = cached_decoder_block(X, block, cache[name], heads, cross_heads, cross_mask)
    Y = layer_norm(Y, **params["decoder_norm"])
    return (Y @ params["W_out"])[..., 0, :], kept


def forgotten(Y, block, cache, heads, cross_heads, cross_mask):
    """Let the new word see itself alone."""
    empty = {name: cache[name][..., :0, :] for name in ("K", "V")}
    return cached_decoder_block(Y, block, cache | empty, heads, cross_heads, cross_mask)


STEP_MISTAKES = (
    Mistake(
        "your word always stands at position 0: the cache forgets how far the sentence is",
        step_made_of(position=lambda K: 0),
        "The cache holds a key for each word that is written already. How many are there?",
    ),
    Mistake(
        "your position is one too far",
        step_made_of(position=lambda K: K.shape[-2] + 1),
        "Positions are counted from 0: after 3 words, the next one stands at 3.",
    ),
    Mistake(
        "your position is one too low",
        step_made_of(position=lambda K: max(K.shape[-2] - 1, 0)),
        "Positions are counted from 0: after 3 words, the next one stands at 3.",
    ),
    Mistake(
        "your position is the number of features of a key",
        step_made_of(position=lambda K: K.shape[-1]),
        "K is (..., heads, words, d_k). Which axis counts the words?",
    ),
    Mistake(
        "your position is the number of heads",
        step_made_of(position=lambda K: K.shape[-3]),
        "K is (..., heads, words, d_k). Which axis counts the words?",
    ),
    Mistake(
        "your position is the number of source words",
        from_the_source,
        '"cross_K" belongs to the source. Which entry grows with the target?',
    ),
    Mistake(
        "your new cache is the old one",
        step_made_of(out=lambda logits, kept, cache: (logits[..., 0, :], cache)),
        "Each block returns a cache with one key and value more. Collect these.",
    ),
    Mistake(
        "your cache is changed in place",
        in_place,
        "Whoever holds the old cache may want to go on from it: make a new dict.",
    ),
    Mistake(
        "your logits have an axis of length 1 left",
        step_made_of(out=lambda logits, kept, cache: (logits, kept)),
        "The word came without an axis for the sentence. Take that axis off again at the end.",
    ),
    Mistake(
        "your last norm is missing",
        step_made_of(norm=lambda params, Y: Y),
        "The same norm as at the end of `decode`.",
    ),
    Mistake(
        "your last norm is the encoder's",
        step_made_of(norm=lambda params, Y: layer_norm(Y, **params["encoder_norm"])),
        "The same norm as at the end of `decode`.",
    ),
    Mistake(
        "your word is a row of the table, without scale and position",
        step_made_of(begin=lambda word, table, start: table[np.expand_dims(word, -1)]),
        "`embed` takes `start`, for this very case.",
    ),
    Mistake(
        "your blocks are not chained: each begins with the embedded word again",
        in_parallel,
        "What comes out of one block goes into the next.",
    ),
    Mistake(
        "your word sees itself alone: the keys of the older words are not used",
        step_made_of(step=forgotten),
        "Each block has a cache of its own, under its name.",
    ),
    Mistake(
        "your mask of the source does not reach the blocks",
        step_made_of(
            step=lambda Y, block, cache, heads, cross, mask: cached_decoder_block(
                Y, block, cache, heads, cross
            )
        ),
        "Hand `cross_mask` on.",
    ),
    Mistake(
        "your result is probabilities, and logits are asked for",
        step_made_of(out=lambda logits, kept, cache: (softmax(logits)[..., 0, :], kept)),
        "`decode` returns logits, and this is its last row.",
    ),
    Mistake(
        "your function returns the logits alone",
        step_made_of(out=lambda logits, kept, cache: logits[..., 0, :]),
        "Two results are asked for: the logits, and the cache for the next step.",
    ),
)
