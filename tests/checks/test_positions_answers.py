"""Lesson 6: which answers pass, which are refused, and what the learner is told."""

import cmath
import math

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.model.positions import apply_rope, sinusoidal_positions

SEEDS = (0, 1, 2)


def positions_by_loops(n, d, base=10000):
    table = np.empty((n, d))
    for i in range(n):
        for column in range(d):
            angle = i / base ** ((column - column % 2) / d)
            table[i, column] = math.cos(angle) if column % 2 else math.sin(angle)
    return table


def positions_by_slices(n, d, base=10000):
    P = np.zeros((n, d))
    angle = np.arange(n).reshape(-1, 1) * np.power(float(base), -np.arange(0, d, 2) / d)
    P[:, 0::2] = np.sin(angle)
    P[:, 1::2] = np.cos(angle[:, : d // 2])
    return P


def positions_by_logarithm(n, d, base=10000):
    frequency = np.exp(np.arange(0, d, 2) * -(math.log(base) / d))
    angle = np.outer(np.arange(n), frequency)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(n, -1)[:, :d]


def positions_by_turning(n, d, base=10000):
    speed = np.exp(1j * base ** (-2.0 * np.arange((d + 1) // 2) / d))
    hands = speed[None, :] ** np.arange(n)[:, None]
    table = np.empty((n, 2 * hands.shape[1]))
    table[:, ::2], table[:, 1::2] = hands.imag, hands.real
    return table[:, :d]


def positions_by_a_shifted_sine(n, d, base=10000):
    column = np.arange(d)
    angle = np.arange(n)[:, None] / base ** (2 * (column // 2) / d)
    return np.sin(angle + np.pi / 2 * (column % 2))


def rope_by_loops(X, base=10000):
    turned = np.zeros_like(X)
    for *where, i in np.ndindex(X.shape[:-1]):
        for c in range(0, X.shape[-1], 2):
            cos, sin = (f(i / base ** (c / X.shape[-1])) for f in (math.cos, math.sin))
            x, y = X[(*where, i, c)], X[(*where, i, c + 1)]
            turned[(*where, i, c)] = x * cos - y * sin
            turned[(*where, i, c + 1)] = x * sin + y * cos
    return turned


def rope_by_complex_numbers(X, base=10000):
    n, d = X.shape[-2:]
    angle = np.outer(np.arange(n), base ** (-np.arange(0, d, 2) / d))
    points = (X[..., ::2] + 1j * X[..., 1::2]) * np.exp(1j * angle)
    return np.stack([points.real, points.imag], axis=-1).reshape(X.shape)


def rope_by_matrices(X, base=10000):
    n, d = X.shape[-2:]
    turns = np.zeros((n, d, d), dtype=X.dtype)
    for i in range(n):
        for c in range(0, d, 2):
            a = i / base ** (c / d)
            turns[i, c : c + 2, c : c + 2] = [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]
    return np.einsum("ncd,...nd->...nc", turns, X)


def rope_by_swapped_neighbours(X, base=10000):
    column = np.arange(X.shape[-1])
    angle = np.arange(X.shape[-2])[:, None] / base ** (column // 2 * 2 / X.shape[-1])
    neighbours = X[..., column ^ 1] * np.where(column % 2 == 0, -1, 1)
    return X * np.cos(angle) + neighbours * np.sin(angle)


def rope_on_a_copy(X, base=10000):
    out = X.copy()
    P = sinusoidal_positions(*X.shape[-2:], base=base).astype(X.dtype)
    sin, cos = P[:, 0::2], P[:, 1::2]
    out[..., 0::2] *= cos
    out[..., 0::2] -= X[..., 1::2] * sin
    out[..., 1::2] = X[..., 0::2] * sin + out[..., 1::2] * cos
    return out


def rope_table_by_table(X, base=10000):
    if X.ndim > 2:
        return np.array([rope_table_by_table(table, base) for table in X])
    speed = [cmath.exp(1j * base ** (-c / X.shape[1])) for c in range(0, X.shape[1], 2)]
    rows = [[complex(x, y) for x, y in row.reshape(-1, 2)] for row in X]
    rows = [[z * s**i for z, s in zip(row, speed)] for i, row in enumerate(rows)]
    return np.array([[part for z in row for part in (z.real, z.imag)] for row in rows])


RIGHT = [
    ("sinusoidal_positions", sinusoidal_positions),
    ("sinusoidal_positions", positions_by_loops),
    ("sinusoidal_positions", positions_by_slices),
    ("sinusoidal_positions", positions_by_logarithm),
    ("sinusoidal_positions", positions_by_turning),
    ("sinusoidal_positions", positions_by_a_shifted_sine),
    ("sinusoidal_positions", lambda n, d, base=1e4: positions_by_slices(n, d, base=base)),
    ("apply_rope", apply_rope),
    ("apply_rope", rope_by_loops),
    ("apply_rope", rope_by_complex_numbers),
    ("apply_rope", rope_by_matrices),
    ("apply_rope", rope_by_swapped_neighbours),
    ("apply_rope", rope_on_a_copy),
    ("apply_rope", rope_table_by_table),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_answers_pass_however_they_are_written(verdict_on, name, function, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.right, verdict


def spoils_its_argument(X, base=10000):
    turned = apply_rope(X, base)
    X -= turned
    return turned


def rope_of_the_last_row(X, base=10000):
    turned = apply_rope(X, base)
    turned[..., -1, :] = X[..., -1, :]
    return turned


SENTENCES = [
    ("sinusoidal_positions", lambda n, d: sinusoidal_positions(n, d), "call", "base=10000"),
    ("sinusoidal_positions", lambda n, d, base=1e4: None, "result", "`return` line missing"),
    (
        "sinusoidal_positions",
        lambda n, d, base=1e4: sinusoidal_positions(n + 1, d, base),
        "shape",
        "(n, d): a row for each position",
    ),
    (
        "sinusoidal_positions",
        lambda n, d, base=1e4: sinusoidal_positions(n, d, base).tolist(),
        "result",
        "a list",
    ),
    (
        "sinusoidal_positions",
        lambda n, d, base=1e4: 2 * sinusoidal_positions(n, d, base),
        "identity",
        "a point on a circle of radius 1",
    ),
    (
        "sinusoidal_positions",
        lambda n, d, base=1e4: sinusoidal_positions(n, d, base * 1.01),
        "values",
        "hand 1 by 1/",
    ),
    ("apply_rope", lambda X: X, "call", "base=10000"),
    ("apply_rope", lambda X, base=1e4: X[..., 0::2], "shape", "the same shape as X"),
    ("apply_rope", lambda X, base=1e4: X + 1, "identity", "position 0 is left as it is"),
    ("apply_rope", lambda X, base=1e4: X, "values", "turns by 1 radian at position 1"),
    (
        "apply_rope",
        lambda X, base=1e4: apply_rope(X, base) * (1 + np.arange(X.shape[-2]))[:, None],
        "identity",
        "keeps the length of every row",
    ),
    ("apply_rope", rope_of_the_last_row, "values", "got"),
    ("apply_rope", spoils_its_argument, "inputs", "the argument X is not what it was"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "function", "stage", "words"), SENTENCES)
def test_other_wrong_answers_get_a_sentence(verdict_on, name, function, stage, words, seed):
    verdict = verdict_on(name, function, seed)
    assert verdict.stage == stage
    assert words in " ".join(verdict.feedback())


def halves_by_slices(n, d, base=10000):
    P = np.zeros((n, d))
    angle = np.arange(n)[:, None] / base ** (np.arange(0, d, 2) / d)
    P[:, : d // 2], P[:, d // 2 :] = np.sin(angle), np.cos(angle)
    return P


def whole_number_exponent(n, d, base=10000):
    column = np.arange(d)
    angle = np.arange(n)[:, None] / base ** (column // 2 * 2 // d)
    return np.where(column % 2, np.cos(angle), np.sin(angle))


def rotate_half(X, base=10000):
    n, d = X.shape[-2:]
    angle = np.arange(n)[:, None] / base ** (np.arange(0, d, 2) / d)
    cos, sin = (np.concatenate([f(angle)] * 2, axis=-1) for f in (np.cos, np.sin))
    x, y = X[..., : d // 2], X[..., d // 2 :]
    return X * cos + np.concatenate([-y, x], axis=-1) * sin


def overwrites_its_pairs(X, base=10000):
    out = X.copy()
    n, d = X.shape[-2:]
    angle = np.arange(n)[:, None] / base ** (np.arange(0, d, 2) / d)
    out[..., 0::2] = out[..., 0::2] * np.cos(angle) - out[..., 1::2] * np.sin(angle)
    out[..., 1::2] = out[..., 0::2] * np.sin(angle) + out[..., 1::2] * np.cos(angle)
    return out


def rows_by_len(X, base=10000):
    angle = np.arange(len(X))[:, None] / base ** (np.arange(0, X.shape[-1], 2) / X.shape[-1])
    x, y, cos, sin = X[..., 0::2], X[..., 1::2], np.cos(angle), np.sin(angle)
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1).reshape(X.shape)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("sinusoidal_positions", halves_by_slices, "all sines in the left half"),
        ("sinusoidal_positions", whole_number_exponent, "same speed"),
        ("apply_rope", rotate_half, "feature h with feature h + d/2"),
        ("apply_rope", overwrites_its_pairs, "after it was turned"),
        ("apply_rope", rows_by_len, "counted along the first axis"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(verdict_on, name, function, words, seed):
    assert words in verdict_on(name, function, seed).mistake


def test_float32_that_becomes_float64_is_remarked_and_costs_nothing(verdict_on):
    verdict = verdict_on("apply_rope", rope_by_swapped_neighbours)
    assert verdict.right
    assert "float64 came out" in " ".join(verdict.notes)


def test_an_odd_d_costs_one_case_only(verdict_on):
    verdict = verdict_on("sinusoidal_positions", find_mistake("stops for an odd one").function)
    assert verdict.passed == verdict.total - 1


def find_mistake(words):
    mistakes = find_check("sinusoidal_positions").mistakes
    return next(mistake for mistake in mistakes if words in mistake.message)


def test_no_axis_of_a_rotary_case_is_as_long_as_another_but_where_it_says_so():
    for seed in range(20):
        for case in find_check("apply_rope").cases(np.random.default_rng(seed)):
            shape = case.args[0].shape
            square = "rows are positions" in case.claim or "[[" in case.label
            assert square or len(set(shape)) == len(shape), case.label
