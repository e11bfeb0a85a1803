"""Lesson 10: the loss and the embedding; which answers pass, and what the others are told."""

import numpy as np
import pytest

from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.positions import sinusoidal_positions
from course_utils.model.softmax import softmax
from course_utils.model.transformer import embed

SEEDS = (0, 1, 2)


def loss_by_loops(logits, targets, keep):
    total, count = 0.0, 0
    for b in range(len(targets)):
        for i in range(targets.shape[1]):
            if keep[b, i]:
                row = logits[b, i].astype(float)
                top = row.max()
                total += np.log(np.exp(row - top).sum()) + top - row[targets[b, i]]
                count += 1
    return total / count


def loss_by_index(logits, targets, keep):
    log_p = logits - np.max(logits, axis=-1, keepdims=True)
    log_p = log_p - np.log(np.sum(np.exp(log_p), axis=-1, keepdims=True))
    B, n = targets.shape
    picked = log_p[np.arange(B)[:, None], np.arange(n), targets]
    return -np.sum(picked * keep) / np.sum(keep)


def loss_by_take(logits, targets, keep):
    shifted = logits - logits.max(axis=2, keepdims=True)
    of_right = np.take_along_axis(shifted, targets[:, :, None], axis=2)[:, :, 0]
    return (np.log(np.exp(shifted).sum(axis=2)) - of_right)[keep].mean()


def loss_by_logaddexp(logits, targets, keep):
    one_hot = np.eye(logits.shape[-1])[targets]
    surprise = np.logaddexp.reduce(logits, axis=-1) - np.sum(one_hot * logits, axis=-1)
    return np.average(surprise, weights=keep)


def loss_of_kept_rows(logits, targets, keep):
    rows, right = logits[keep], targets[keep]
    rows = rows - rows.max(axis=-1, keepdims=True)
    rows -= np.log(np.exp(rows).sum(axis=-1, keepdims=True))
    return -rows[range(len(right)), right].mean()


def loss_in_float32(logits, targets, keep):
    result = cross_entropy(logits, targets, keep)
    return np.asarray(result, dtype=logits.dtype)


def embed_by_loops(words, table, start=0):
    d = table.shape[1]
    out = np.zeros((*words.shape, d), dtype=table.dtype)
    for where in np.ndindex(words.shape):
        P = sinusoidal_positions(start + where[-1] + 1, d)[-1]
        out[where] = table[words[where]] * np.sqrt(d) + P
    return out


def embed_in_float64(words, table, start=0):
    n, d = words.shape[-1], table.shape[-1]
    return table[words] * np.sqrt(d) + sinusoidal_positions(n + start, d)[start : start + n]


def embed_in_place(words, table, start=0):
    X = np.take(table, words, axis=0)
    X *= table.shape[1] ** 0.5
    X += sinusoidal_positions(start + words.shape[-1], table.shape[1])[start:]
    return X


def embed_by_one_hot(words, table, start=0):
    V, d = table.shape
    X = (words[..., None] == np.arange(V)).astype(table.dtype) @ table
    return X * d**0.5 + sinusoidal_positions(1000, d)[start : start + words.shape[-1]]


def embed_with_own_waves(words, table, start=0):
    d = table.shape[1]
    place = np.arange(start, start + words.shape[-1])[:, None]
    angle = place / 10000 ** (np.arange(0, d, 2) / d)
    P = np.zeros((len(place), d))
    P[:, 0::2], P[:, 1::2] = np.sin(angle), np.cos(angle)
    return table[words] * np.sqrt(d) + P


RIGHT = [
    ("cross_entropy", cross_entropy),
    ("cross_entropy", loss_by_loops),
    ("cross_entropy", loss_by_index),
    ("cross_entropy", loss_by_take),
    ("cross_entropy", loss_by_logaddexp),
    ("cross_entropy", loss_of_kept_rows),
    ("cross_entropy", loss_in_float32),
    ("embed", embed),
    ("embed", embed_by_loops),
    ("embed", embed_in_float64),
    ("embed", embed_in_place),
    ("embed", embed_by_one_hot),
    ("embed", embed_with_own_waves),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


def spoils_its_logits(logits, targets, keep):
    logits -= logits.max(axis=-1, keepdims=True)
    return cross_entropy(logits, targets, keep)


def log_of_softmax(logits, targets, keep):
    p = np.take_along_axis(softmax(logits), targets[..., None], -1)[..., 0]
    return -np.log(p)[keep].mean()


SENTENCES = [
    ("cross_entropy", lambda logits, targets, keep: None, "result", "Is the `return` line"),
    ("cross_entropy", lambda logits, targets: 0.0, "call", "(logits, targets, keep)"),
    ("cross_entropy", lambda *args: 2 * cross_entropy(*args), "values", "got"),
    ("cross_entropy", spoils_its_logits, "inputs", "the argument logits is not what it was"),
    ("cross_entropy", lambda *args: (cross_entropy(*args), 0.0), "result", "got 2 results"),
    ("cross_entropy", lambda *args: -1.0, "identity", "a loss is never negative"),
    ("cross_entropy", log_of_softmax, "identity", "became exactly 0|become exactly 0"),
    ("embed", lambda words, table: embed(words, table), "call", "start=0"),
    ("embed", lambda words, table, start=0: table[words].tolist(), "result", "a list"),
    ("embed", lambda w, t, start=0: embed(w, t, start)[..., :-1], "shape", "(..., n, d_model)"),
    ("embed", lambda w, t, start=0: embed(w, t, start) + 0.5, "values", "got"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage
    assert any(one in " ".join(verdict.feedback()) for one in words.split("|"))


def test_float64_positions_are_remarked_and_cost_nothing(verdict_on):
    verdict = verdict_on("embed", embed_in_float64)
    assert verdict.right
    assert "float64 came out" in " ".join(verdict.notes)
