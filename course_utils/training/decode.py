"""A trained translator writes: the likeliest word each time, or the best of several sentences."""

import numpy as np

from course_utils.data.vocabulary import END, START
from course_utils.model.decoding import cached_greedy_decode, decode_step, start_cache
from course_utils.model.transformer import encode
from course_utils.training.fast import fast

LONGEST = 16  # words; the longest sentence of both languages is shorter


def greedy(params, source, source_keep=None, steps=LONGEST, heads=4, cross_heads=1):
    """Return the ids that the model writes, always the likeliest next one.

    Shapes: source (B, m) integers, source_keep (B, m) boolean, False = padding -> (B, at most
    `steps`), END after the end. Lesson 10.
    """
    mask = None if source_keep is None else source_keep[:, None, :]
    return fast(cached_greedy_decode)(params, source, START, END, steps, heads, cross_heads, mask)


def beam(params, source, width=4, steps=LONGEST, heads=4, cross_heads=1, length_power=0.6):
    """Return the best sentences found for one source, best first, as (ids, score).

    Shapes: source (m,) integers, no padding -> at most `width` pairs of ids (n,), without END,
    and the log-probability in nats over (n + 1) ** length_power, where END counts as a word.
    Of all continuations of the sentences so far, the `width` likeliest go on. Sentences that do
    not end within `steps` words are left out, unless none ends. Lesson 10; Wu et al. 2016, 7.
    """
    X, _ = encode(params, source[None], heads)
    cache = start_cache(params, X, heads, cross_heads)
    words, scores, finished = np.full((1, 1), START), np.zeros(1), []
    for _ in range(steps + 1):
        logits, cache = decode_step(params, words[:, -1], cache, heads, cross_heads)
        total = scores[:, None] + log_softmax(logits.astype(float))  # (beams, vocabulary)
        order = np.argsort(-total, axis=None, kind="stable")[: 2 * width]
        row, word = np.unravel_index(order, total.shape)
        # Half of the candidates can end at most, so `width` are left that go on.
        ended = word == END
        for r in row[ended & (np.arange(len(row)) < width)]:
            n = words.shape[1]
            finished.append((words[r, 1:], float(total[r, END]) / n**length_power))
        row, word = row[~ended][:width], word[~ended][:width]
        words = np.concatenate([words[row], word[:, None]], axis=1)
        scores = total[row, word]
        cache = rows_of(cache, row)
        if len(finished) >= width and scores[0] < min(score for _, score in finished):
            break
    if not finished:
        n = words.shape[1]
        finished = [(w[1:], float(s) / n**length_power) for w, s in zip(words, scores)]
    return sorted(finished, key=lambda pair: -pair[1])[:width]


def log_softmax(logits):
    """Return log-probabilities in nats along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def rows_of(cache, row):
    """Return the cache of the chosen beams, in their order."""
    return {
        block: {name: array[row] for name, array in kept.items()} for block, kept in cache.items()
    }
