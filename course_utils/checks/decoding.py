"""Lesson 10: greedy decoding, and one step of it with a cache."""

import numpy as np

from course_utils.checks.check import Case, Check, distinct_sizes
from course_utils.checks.decoding_inputs_mistakes import GREEDY_INPUT_MISTAKES, STEP_INPUT_MISTAKES
from course_utils.checks.decoding_mistakes import GREEDY_MISTAKES, STEP_MISTAKES, made_of
from course_utils.checks.transformer import padding
from course_utils.checks.whole_model import (
    decode_sentence,
    embedded,
    encode_sentence,
    gathered,
    logits_of,
    normed,
    open_to,
    random_params,
    stacked,
    thought,
)
from course_utils.model.decoding import decode_step, greedy_decode, start_cache
from course_utils.model.transformer import encode, transformer


def write(params, source, start, end, steps, heads, cross_heads, allowed):
    """Return the words that one sentence's decoder writes."""
    m = len(source)
    X, _ = encode_sentence(params, source, heads, np.broadcast_to(allowed, (m, m)))
    words = [start]
    while len(words) <= steps and (len(words) == 1 or words[-1] != end):
        n = len(words)
        causal, crossing = np.tril(np.ones((n, n), bool)), np.broadcast_to(allowed, (n, m))
        logits = decode_sentence(params, words, X, heads, cross_heads, causal, crossing)[0][-1]
        words.append(max(range(len(logits)), key=lambda word: logits[word]))
    return words[1:]


def greedy_oracle(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    """Write sentence by sentence, then fill up with `end`."""
    allowed = open_to(source_mask, (len(source),), 1, source.shape[1])
    given = start, end, steps, heads, cross_heads
    rows = [write(params, words, *given, open_to_it) for words, open_to_it in zip(source, allowed)]
    longest = max(map(len, rows))
    return np.array([row + [end] * (longest - len(row)) for row in rows])


def lively(rng, B, m, heads, cross_heads, mask, dtype="float64"):
    """Return params, source, start, end and steps with which sentences end at different times.

    One sentence at least is longer than another, no choice is close, and words are not repeated
    all the time.
    """
    V, steps, heads = 6, int(rng.integers(5, 8)), (heads, cross_heads)
    while True:
        params = random_params(rng, V, V, 12, (1, 2), dtype)
        params["target_embedding"] = 2 * params["target_embedding"]
        source, (start, end) = rng.integers(V, size=(B, m)), map(int, rng.permutation(V)[:2])
        words = greedy_decode(params, source, start, end, steps, *heads, mask)
        lengths = np.sum(words != end, axis=1) + 1
        if len(set(lengths)) == 1 or min(lengths) == 1 or len(set(words.ravel())) < 4:
            continue
        read = np.insert(words[:, :-1], 0, start, axis=1)
        logits = np.sort(transformer(params, source, read, *heads, mask)[0], axis=-1)
        clear = np.min(logits[..., -1] - logits[..., -2]) > 0.01
        found = params, source, start, end, steps
        if clear and (mask is None or _both_masks_count(found, heads, mask)):
            return found


def _both_masks_count(given, heads, mask):
    """Say whether other words come out when the encoder, the decoder or both get no mask."""
    kinds = [made_of(masks=(e, d)) for e in (True, False) for d in (True, False)]
    return len({str(decoder(*given, *heads, mask).tolist()) for decoder in kinds}) == 4


def greedy_cases(rng):
    """Give one sentence, then batches whose sentences end at different times."""
    B, m, more = distinct_sizes(rng, 3, low=2, high=5)
    mask, B = padding(rng, B + 1, m), B + 1
    plain, masked = lively(rng, B, m, 2, 3, None), lively(rng, B, m, 3, 2, mask)
    single = lively(rng, more, m, 2, 1, None, "float32")
    params, source, start, end, steps = plain
    words = greedy_decode(*plain, 2, 3)
    first = int(np.argmax([row.tolist().count(end) for row in words]))
    told = f"source of shape ({B}, {m})"
    return [
        Case("one source of 2 words, 2 steps", (params, source[:1, :2], start, end, 2, 2, 3)),
        Case(f"{told}, {steps} steps", (*plain, 2, 3)),
        Case(
            "the sentence that ends first, alone",
            (params, source[first : first + 1], start, end, 20, 2, 3),
            "decoding stops when every sentence is over, however many steps are left",
        ),
        Case(
            f"{told}, 2 steps",
            (params, source, start, end, 2, 2, 3),
            "at most `steps` words come out, the end marker counted",
        ),
        Case(f"{told}, padding hidden, {masked[-1]} steps", (*masked, 3, 2, mask)),
        Case(f"{told}, without heads", (*plain,), "4 heads and 1 where nothing is said"),
        Case(f"source of shape ({more}, {m}), float32", (*single, 2, 1)),
    ]


def step_oracle(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Decode one word of each sentence beside what the cache remembers."""
    first = next(iter(cache.values()))
    position, m = first["K"].shape[-2], first["cross_K"].shape[-2]
    crossing = open_to(cross_mask, word.shape, 1, m)
    dtype = params["W_out"].dtype

    def one(i):
        remembered = {name: {k: a[i] for k, a in block.items()} for name, block in cache.items()}
        allowed = np.ones(position + 1, bool), crossing[i][0]
        return _one_word(params, word[i], position, remembered, heads, cross_heads, allowed)

    logits, keys = stacked(word.shape, one, dtype)
    added = {name: dict(zip("KV", pair)) for name, pair in zip(cache, keys)}
    return logits, {
        name: block | {k: np.concatenate([block[k], added[name][k]], axis=-2) for k in "KV"}
        for name, block in cache.items()
    }


def _one_word(params, word, position, cache, heads, cross_heads, allowed):
    """Return the logits of one word and, for each block, its new key and value."""
    y, new = embedded(word, position, params["target_embedding"]), []
    for name, block in params["decoder"].items():
        own, cross = block["self_attention"], block["cross_attention"]
        before = normed(y, block["norm_1"])
        pair = [before @ own[W].astype(float) for W in ("W_K", "W_V")]
        K, V = ([*_side_by_side(cache[name][k]), one] for k, one in zip("KV", pair))
        y = y + gathered(before, K, V, own, heads, allowed[0])[0]
        K, V = (_side_by_side(cache[name][k]) for k in ("cross_K", "cross_V"))
        before = normed(y, block["norm_2"])
        y = y + gathered(before, K, V, cross, cross_heads, allowed[1])[0]
        y = y + thought(normed(y, block["norm_3"]), block["feed_forward"])
        new.append([np.reshape(one, (heads, 1, -1)) for one in pair])
    return logits_of(params, y), new


def _side_by_side(heads):
    """Return a list with all heads of each word in one row, from (heads, words, d_k)."""
    return [np.concatenate([head[j] for head in heads]) for j in range(heads.shape[1])]


def remembered(rng, lead, m, words, heads, cross_heads, dtype="float64", mask=None):
    """Return params, the next word and the cache after so many words."""
    V = int(rng.integers(6, 10))
    params = random_params(rng, V, V, 12, (1, 2), dtype)
    X, _ = encode(params, rng.integers(V, size=(*lead, m)), heads, mask)
    cache = start_cache(params, X, heads, cross_heads)
    for _ in range(words):
        _, cache = decode_step(params, rng.integers(V, size=lead), cache, heads, cross_heads, mask)
    return params, rng.integers(V, size=lead), cache


def step_cases(rng):
    """Give the first word, then later ones, with padding, and of many sentences."""
    B, m, words, more = (int(n) for n in 3 + rng.permutation(4))
    mask = padding(rng, B, m)
    return [
        Case(
            "the first word of one sentence",
            (*remembered(rng, (1,), m, 0, 3, 2), 3, 2),
            "the cache is empty, and the word stands at position 0",
        ),
        Case(
            f"word number {words} of {B} sentences",
            (*remembered(rng, (B,), m, words, 3, 2), 3, 2),
            f"with {words} keys in the cache, the word stands at position {words}",
        ),
        Case(
            f"word number {words} of {B} sentences, padding of the source hidden",
            (*remembered(rng, (B,), m, words, 2, 3, mask=mask), 2, 3, mask),
        ),
        Case(
            f"word number {more} of {B} sentences, without heads",
            remembered(rng, (B,), m, more, 4, 1),
            "4 heads and 1 where nothing is said",
        ),
        Case(
            f"word number 1 of ({more}, {B}) sentences",
            (*remembered(rng, (more, B), m, 1, 2, 1), 2, 1),
            "any leading axes work",
        ),
        Case(
            f"word number {words} of {B} sentences, float32",
            (*remembered(rng, (B,), m, words, 2, 1, "float32"), 2, 1),
        ),
    ]


CHECKS = (
    Check(
        name="greedy_decode",
        number="10.6",
        signature="greedy_decode(params, source, start, end, steps, heads=4, cross_heads=1, "
        "source_mask=None)",
        returns=("(B, at most steps): integers, a row for each sentence",),
        oracle=greedy_oracle,
        cases=greedy_cases,
        points=5,
        difficulty=4,
        importance=4,
        minutes=15,
        mistakes=(*GREEDY_MISTAKES, *GREEDY_INPUT_MISTAKES),
    ),
    Check(
        name="decode_step",
        number="10.7",
        signature="decode_step(params, word, cache, heads=4, cross_heads=1, cross_mask=None)",
        returns=("logits: (..., vocabulary)", "cache: a dict with a dict for each block"),
        oracle=step_oracle,
        cases=step_cases,
        points=4,
        difficulty=4,
        importance=3,
        minutes=12,
        mistakes=(*STEP_MISTAKES, *STEP_INPUT_MISTAKES),
    ),
)
