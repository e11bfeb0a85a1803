"""Lesson 10: known wrong answers to decoding whose masks, heads, axes or end go astray."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.decoding_mistakes import made_of, step_made_of
from course_utils.model.decoding import cached_decoder_block
from course_utils.model.transformer import decode, encode


def stops_late(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    """Ask whether all are over before the new word is looked at."""
    words = made_of()(params, source, start, end, steps, heads, cross_heads, source_mask)
    late = np.all(np.any(words == end, axis=1)) and words.shape[1] < steps
    return np.pad(words, ((0, 0), (0, 1)), constant_values=end) if late else words


def mask_among_the_target(
    params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None
):
    """Hand the mask of the source over in the place of the target's."""
    if source_mask is None:
        return made_of()(params, source, start, end, steps, heads, cross_heads)
    X, _ = encode(params, source, heads, source_mask)
    target = np.full((len(source), 1), start)
    while target.shape[1] <= steps:
        logits, _, _ = decode(params, target, X, heads, cross_heads, source_mask)
        target = np.concatenate([target, np.argmax(logits[:, -1:], axis=-1)], axis=1)
    return target[:, 1:]


def pair_handed_on(params, source, start, end, steps, heads=4, *rest):
    """Take the pair that `encode` returns for the encoded words."""
    target = np.full((len(source), 1), start)
    return decode(params, target, encode(params, source, heads), heads)


def end_is_2(params, source, start, end, *rest):
    """Take 2 for the end marker."""
    return made_of()(params, source, start, 2, *rest)


GREEDY_INPUT_MISTAKES = (
    Mistake(
        "your end marker is always 2, whatever `end` says",
        end_is_2,
        "The number of the marker comes in as an argument.",
    ),
    Mistake(
        "your words are right, and they are not integers",
        made_of(out=lambda target, end: target[:, 1:].astype(float)),
        "np.ones and np.zeros make floats. np.full((B, 1), start) makes what `start` is.",
    ),
    Mistake(
        "your np.where has its choices exchanged: `end` is written where a sentence goes on",
        made_of(after=lambda word, finished, end: np.where(finished, word, end)),
        "np.where(condition, a, b) takes a where the condition is True.",
    ),
    Mistake(
        "your function stops on every input, and if the error speaks of an inhomogeneous shape, X "
        "is the pair that `encode` returns",
        pair_handed_on,
        "`encode` returns two results, words and weights, and `decode` three. Give each a name.",
    ),
    Mistake(
        "your decoder stops one step late: when all sentences are over, one more `end` is written",
        stops_late,
        "In which order does a step choose the word, note who is over, and ask whether all are?",
    ),
    Mistake(
        "your mask of the source lands among the target words: `decode` takes `mask` before "
        "`cross_mask`",
        mask_among_the_target,
        "`decode` has two masks, and by place the first is the target's. Hand it over by name.",
    ),
)


def first_cache_for_all(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Hand the cache of the first block to every block."""
    same = {name: cache["block_1"] for name in cache}
    return step_made_of()(params, word, same, heads, cross_heads, cross_mask)


def one_axis_of_words(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Put the axis of the sentence at place 1 from the front."""
    if word.ndim > 1:
        raise ValueError("the axes of the new word and of the cache do not fit")
    return step_made_of()(params, word, cache, heads, cross_heads, cross_mask)


def four_and_one(Y, block, cache, heads, cross_heads, mask):
    """Leave the numbers of heads at their defaults."""
    return cached_decoder_block(Y, block, cache, 4, 1, mask)


def not_yet_scores(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Leave out the step to the vocabulary."""
    d_model = len(params["W_out"])
    same = {**params, "W_out": np.eye(d_model, dtype=params["W_out"].dtype)}
    return step_made_of()(same, word, cache, heads, cross_heads, cross_mask)


STEP_INPUT_MISTAKES = (
    Mistake(
        "your position is the number of sentences: len(K) counts the first axis",
        step_made_of(position=len),
        "K is (..., heads, words, d_k). Count from the end: which axis holds the words?",
    ),
    Mistake(
        "your word comes from the source's table",
        lambda params, *rest: step_made_of()(
            {**params, "target_embedding": params["source_embedding"]}, *rest
        ),
        'The target has a table of its own: params["target_embedding"].',
    ),
    Mistake(
        "your results come in the other order: the cache first",
        lambda *arguments: step_made_of()(*arguments)[::-1],
        "The logits come first, the new cache second.",
    ),
    Mistake(
        "your last index counts axes from the front, which is right for one leading axis",
        step_made_of(out=lambda logits, kept, cache: (logits[:, 0], kept)),
        "The axis of length 1 is the last but one: logits[..., 0, :].",
    ),
    Mistake(
        "your np.squeeze takes every axis of length 1 away, also that of a single sentence",
        step_made_of(out=lambda logits, kept, cache: (np.squeeze(logits), kept)),
        "Name the axis: np.squeeze(logits, axis=-2), or logits[..., 0, :].",
    ),
    Mistake(
        "your result is vectors of size d_model: the step to the vocabulary is missing",
        not_yet_scores,
        'One matrix is left in params: "W_out".',
    ),
    Mistake(
        "your position is counted along axis 2, which holds the words for one leading axis only",
        step_made_of(position=lambda K: K.shape[2]),
        "K is (..., heads, words, d_k). Count from the end: which axis holds the words?",
    ),
    Mistake(
        "your blocks all get the cache of block_1",
        first_cache_for_all,
        "Each block has a cache of its own, under its name: what does `.items()` give?",
    ),
    Mistake(
        "your word gets its axis at place 1 from the front, which is right for one leading axis",
        one_axis_of_words,
        "The axis of the sentence comes last: word[..., None].",
    ),
    Mistake(
        "your numbers of heads do not reach the blocks: there are always 4 and 1",
        step_made_of(step=four_and_one),
        "Hand `heads` and `cross_heads` on.",
    ),
)
