"""Lesson 10: decoding, and the capstone; which answers pass, and what the others are told."""

import numpy as np
import pytest

from course_utils.checks.learn_to_translate import SIGNS, right_sentences
from course_utils.checks.registry import find_check
from course_utils.data.vocabulary import END, PADDING, START
from course_utils.grading.judge import judge
from course_utils.grading.observe import observe
from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.decoding import (
    cached_decoder_block,
    cached_greedy_decode,
    decode_step,
    greedy_decode,
)
from course_utils.model.learn_to_translate import learn_to_translate
from course_utils.model.transformer import decode, embed, encode, transformer
from course_utils.model.transformer_block import layer_norm

SEEDS = (0, 1, 2)


def greedy_by_lists(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    rows = []
    for i, words in enumerate(source):
        mask = None if source_mask is None else source_mask[i]
        X, _ = encode(params, words, heads, mask)
        row = [int(start)]
        while len(row) <= steps and (len(row) == 1 or row[-1] != end):
            logits, _, _ = decode(params, np.array(row), X, heads, cross_heads, None, mask)
            row.append(int(logits[-1].argmax()))
        rows.append(row[1:])
    longest = max(len(row) for row in rows)
    return np.array([row + [end] * (longest - len(row)) for row in rows])


def greedy_encoding_again(params, source, start, end, steps, heads=4, cross=1, source_mask=None):
    written = np.full((len(source), 1), start)
    for _ in range(steps):
        logits, _ = transformer(params, source, written, heads, cross, source_mask)
        word = logits[:, -1, :].argmax(axis=-1)
        word[(written[:, 1:] == end).any(axis=1)] = end
        written = np.hstack([written, word[:, None]])
        if (written[:, 1:] == end).any(axis=1).all():
            break
    return written[:, 1:]


def greedy_into_a_table(params, source, start, end, steps, heads=4, cross=1, source_mask=None):
    table = np.full((len(source), steps + 1), end)
    table[:, 0], over = start, np.zeros(len(source), bool)
    X = encode(params, source, heads, source_mask)[0]
    for t in range(steps):
        guess = decode(params, table[:, : t + 1], X, heads, cross, cross_mask=source_mask)[0]
        table[~over, t + 1] = np.argmax(guess[~over, t], axis=-1)
        over |= table[:, t + 1] == end
        if over.all():
            return table[:, 1 : t + 2]
    return table[:, 1:]


def greedy_as_int32(*args):
    return greedy_decode(*args).astype(np.int32)


def step_as_the_last_row(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    position = [block["K"].shape[-2] for block in cache.values()][-1]
    Y = embed(np.asarray(word)[..., np.newaxis], params["target_embedding"], position)
    new = dict(cache)
    for name in params["decoder"]:
        Y, new[name] = cached_decoder_block(
            Y, params["decoder"][name], new[name], heads, cross_heads, cross_mask=cross_mask
        )
    Y = np.squeeze(layer_norm(Y, **params["decoder_norm"]), axis=-2)
    return Y @ params["W_out"], new


def step_with_zip(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    place = cache["block_1"]["V"].shape[-2]
    Y = embed(np.reshape(word, (*word.shape, 1)), params["target_embedding"], start=place)
    kept = []
    for block, old in zip(params["decoder"].values(), cache.values()):
        Y, more = cached_decoder_block(Y, block, old, heads, cross_heads, cross_mask)
        kept.append(more)
    norm = params["decoder_norm"]
    logits = np.einsum(
        "...nd,dv->...nv", layer_norm(Y, norm["gain"], norm["bias"]), params["W_out"]
    )
    return logits[..., -1, :], dict(zip(cache, kept))


def step_in_float64(*args):
    logits, cache = decode_step(*args)
    return logits.astype(float), {
        name: {key: array.astype(float) for key, array in block.items()}
        for name, block in cache.items()
    }


def step_with_own_embedding(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    d = params["target_embedding"].shape[1]
    place = cache["block_1"]["K"].shape[-2]
    angle = place / 10000 ** (np.arange(0, d, 2) / d)
    wave = np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(d)
    Y = (params["target_embedding"][word] * np.sqrt(d) + wave)[..., None, :]
    kept = {}
    for name, block in params["decoder"].items():
        Y, kept[name] = cached_decoder_block(Y, block, cache[name], heads, cross_heads, cross_mask)
    return (layer_norm(Y, **params["decoder_norm"]) @ params["W_out"])[..., 0, :], kept


def step_with_an_extra(*args):
    logits, cache = decode_step(*args)
    return logits, {name: {**block, "seen": 1} for name, block in cache.items()}


RIGHT = [
    ("greedy_decode", greedy_decode),
    ("greedy_decode", cached_greedy_decode),
    ("greedy_decode", greedy_by_lists),
    ("greedy_decode", greedy_encoding_again),
    ("greedy_decode", greedy_into_a_table),
    ("greedy_decode", greedy_as_int32),
    ("decode_step", decode_step),
    ("decode_step", step_as_the_last_row),
    ("decode_step", step_with_zip),
    ("decode_step", step_in_float64),
    ("decode_step", step_with_own_embedding),
    ("decode_step", step_with_an_extra),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


SENTENCES = [
    ("greedy_decode", lambda *a: None, "result", "Is the `return` line missing?"),
    ("greedy_decode", lambda *a: greedy_decode(*a) * 1.0, "dtype", "expected an array of integers"),
    ("greedy_decode", lambda *a: greedy_decode(*a)[0], "shape", "(B, at most steps)"),
    ("greedy_decode", lambda *a: greedy_decode(*a)[::-1] + 1, "values", "got"),
    ("decode_step", lambda *a: decode_step(*a)[::-1], "result", "expected 2 results"),
    ("decode_step", lambda *a: (decode_step(*a)[0], {}), "result", 'no "block_1" in it'),
    ("decode_step", lambda *a: (decode_step(*a)[0] + 1, decode_step(*a)[1]), "values", "logits"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage, verdict
    assert words in " ".join(verdict.feedback())


CAPSTONE = find_check("learn_to_translate")


def verdict_on_words(seed, change):
    """Judge an answer that gives `change(right words)`, without any training."""
    cases = CAPSTONE.cases(np.random.default_rng(seed))
    answer = change(cases[0].expected)
    return judge(CAPSTONE, cases, observe(CAPSTONE.name, lambda *_: answer, [cases[0].args]))


def lose_some(words, share):
    """Return the words with the first one of some sentences wrong."""
    words = words.copy()
    words[: round(share * len(words)), 0] += 1
    return words


@pytest.mark.parametrize(("share", "right"), [(0.0, True), (0.015, True), (0.03, False)])
def test_the_capstone_passes_at_98_of_100(share, right):
    verdict = verdict_on_words(3, lambda words: lose_some(words, share))
    assert verdict.right == right
    if not right:
        assert "sentences are right, expected at least" in repr(verdict)


def astray(words):
    words = words.copy()
    words[:, 2] = 3 + words[:, 2] % 7
    return words


def every_other(words):
    return np.concatenate([words[:, 1::2], np.full_like(words[:, :1], END)], axis=1)


def last_two_cut(words):
    return words[:, : np.max(np.argmax(words == END, axis=1)) - 1]


BEARS = [
    (0, lambda words: np.full_like(words, START)),
    (1, every_other),
    (2, lambda words: np.insert(words, 0, START, axis=1)),
    (3, lambda words: np.where(np.cumsum(words == END, axis=1) > 0, 0, words)[:, :5]),
    (3, last_two_cut),
    (4, lambda words: np.where(words == END, 3 + words[:, :1], words)),
    (5, lambda words: np.repeat(words[:1], len(words), axis=0)),
    (6, lambda words: words[::-1]),
    (7, astray),
    (8, lambda words: lose_some(words, 0.4)),
    (9, lambda words: np.where(words > END, 3 + (words + 1) % 9, words)),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("number", "change"), BEARS)
def test_a_sign_is_named(number, change, seed):
    verdict = verdict_on_words(seed, change)
    assert verdict.stage == "score"
    assert verdict.mistake == SIGNS[number][0].message
    assert verdict.hint == SIGNS[number][0].hint


def test_every_sign_is_tried():
    assert {number for number, _ in BEARS} == set(range(len(SIGNS)))


def test_unseen_sentences_are_in_no_pair_and_numbers_change():
    first, second = (CAPSTONE.cases(np.random.default_rng(seed))[0] for seed in (0, 1))
    for case in (first, second):
        source, target, unseen, _ = case.args
        pairs = {tuple(row) for row in source}
        assert pairs.isdisjoint(tuple(row) for row in unseen)
        assert set(unseen.ravel()) <= set(source.ravel())
        assert np.all(target[:, 0] == START)
        assert np.all((target == END).sum(axis=1) == 1)
        ends = target.shape[1] - 1 - (target[:, ::-1] != PADDING).argmax(axis=1)
        assert np.all(target[np.arange(len(target)), ends] == END)
    shared = min(len(first.args[0]), len(second.args[0]))
    assert np.mean(first.args[0][:shared] == second.args[0][:shared]) < 0.6


def not_shifted(source, target, unseen, train):
    def loss(params, source, target):
        logits, _ = transformer(params, source, target, source_mask=(source != 0)[:, None, :])
        return cross_entropy(logits, target, target != 0)

    params = train(loss, source, target, steps=120)
    mask = (unseen != 0)[:, None, :]
    return greedy_decode(params, unseen, 1, 2, target.shape[1], source_mask=mask)


def test_a_model_that_learns_to_repeat_is_told_so(verdict_on):
    """Really trained: the loss wants the word that the decoder has just read."""
    verdict = verdict_on("learn_to_translate", not_shifted)
    assert verdict.mistake.startswith("your model repeats what it reads")


@pytest.mark.parametrize("seed", [0, 7])
def test_the_reference_learns_to_translate(verdict_on, seed):
    verdict = verdict_on("learn_to_translate", learn_to_translate, seed)
    assert verdict.right, verdict


def test_right_sentences_end_at_their_end():
    want = np.array([[5, 6, END, PADDING]] * 4)
    got = np.array([[5, 6, END], [5, 6, 7], [5, END, 6], [END, 5, 6]])
    assert right_sentences(want, got).tolist() == [True, False, False, False]
