"""Lesson 9: layer norm and the feed-forward network."""

import numpy as np

from course_utils.checks.blocks import BLOCK_CHECKS
from course_utils.checks.check import Case, Check, Identity, distinct_sizes
from course_utils.checks.feed_forward_mistakes import FEED_FORWARD_MISTAKES
from course_utils.checks.layer_norm_mistakes import LAYER_NORM_MISTAKES
from course_utils.checks.word_by_word import feed_forward_oracle, layer_norm_oracle


def _norm(rng, *shape, dtype="float64"):
    """Return words with a gain and a bias, none of which is 0 or 1."""
    d = shape[-1]
    gain = rng.uniform(0.5, 2.0, size=d) * rng.choice([-1.0, 1.0], size=d)
    X = 3.0 * rng.normal(size=shape) + 1.0
    return tuple(one.astype(dtype) for one in (X, gain, rng.normal(size=d)))


def layer_norm_cases(rng):
    """Give two features to check by hand, then sizes that differ, extremes, another epsilon."""
    n, d, batch, heads = distinct_sizes(rng, 4, low=3)
    middle, half = int(rng.integers(-3, 4)), int(rng.integers(2, 6))
    by_hand = np.array([[middle - half, middle + half]], dtype=float)
    bias = rng.integers(3, 10, size=2).astype(float)
    X, *rest = _norm(rng, n, d)
    even = X.copy()
    even[rng.integers(n)] = 2.0
    shape = f"X of shape ({n}, {d})"
    tall, deep = _norm(rng, batch, n, d), _norm(rng, heads, batch, n, d)
    return [
        Case(
            "one word with two features, epsilon=0",
            (by_hand, np.array([2.0, 3.0]), bias, 0.0),
            f"mean {middle} and variance {half * half}: the features become -1 and 1, and then "
            "gain and bias come",
        ),
        Case(shape, (X, *rest)),
        Case(
            f"X of shape ({n}, {n})",
            _norm(rng, n, n),
            "each word is for itself, also when there are as many words as features",
        ),
        Case(
            f"{shape}, in one word all features alike",
            (even, *rest),
            "a word whose features are all alike becomes the bias, not nan",
        ),
        Case(
            f"{shape}, the features about 0.003",
            (0.001 * X, *rest),
            "epsilon is added to the variance, and where the variance is as small it counts",
        ),
        Case(
            f"{shape}, the features about 10,000",
            (1000.0 * X + 10000.0, *rest),
            "a word that is larger and shifted comes out as before",
        ),
        Case(f"{shape}, epsilon=0.5", (X, *rest, 0.5), "epsilon is an argument"),
        Case(f"X of shape ({d},)", (X[0], *rest), "one word alone"),
        Case(f"X of shape {tall[0].shape}", tall),
        Case(f"X of shape {deep[0].shape}", deep, "any leading axes work"),
        Case(f"{shape}, float32", tuple(one.astype("float32") for one in (X, *rest))),
    ]


def mean_is_zero(case, result):
    """Say whether the mean of every word is 0, once gain and bias are taken off."""
    _, gain, bias = case.args[:3]
    return np.allclose(np.mean((result - bias) / gain, axis=-1), 0.0, atol=1e-4)


def _network(rng, leading, d, f, dtype="float64"):
    shapes = (*leading, d), (d, f), (f,), (f, d), (d,)
    return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


def feed_forward_cases(rng):
    """Give one word to check by hand, then sizes that differ, sizes that agree, a silent layer."""
    n, d, f, batch, heads = distinct_sizes(rng, 5, low=3)
    by_hand = [rng.integers(1, 4, size=shape).astype(float) for shape in ((1, 1), (1, 2), 2)]
    by_hand[1][0, 1] *= -2.0
    by_hand += [rng.integers(1, 6, size=shape).astype(float) for shape in ((2, 1), 1)]
    X, W_1, b_1, W_2, b_2 = plain = _network(rng, (n,), d, f)
    other = np.concatenate([X[:1], rng.normal(size=(n - 1, d))])
    shape = f"X of shape ({n}, {d}), W_1 ({d}, {f})"
    return [
        Case(
            "one word with one feature, d_ff = 2",
            tuple(by_hand),
            "of the two in the hidden layer one is above 0, the other becomes 0 or stays small",
        ),
        Case(shape, plain),
        Case(
            f"X and both W of shape ({n}, {n})",
            _network(rng, (n,), n, n),
            "words are rows, and W stands on the right, also when all sizes agree",
        ),
        Case(
            f"{shape}, all words but the first exchanged",
            (other, *plain[1:]),
            "a word's result does not depend on the other words",
        ),
        Case(
            f"{shape}, the numbers in b_1 about -100",
            (X, W_1, b_1 - 100.0, W_2, b_2),
            "where nothing is above 0 in the hidden layer, b_2 alone comes out",
        ),
        Case(f"X of shape ({d},)", (X[0], *plain[1:]), "one word alone"),
        Case(f"X of shape ({batch}, {n}, {d})", _network(rng, (batch, n), d, f)),
        Case(
            f"X of shape ({heads}, {batch}, {n}, {d})",
            _network(rng, (heads, batch, n), d, f),
            "any leading axes work",
        ),
        Case(f"{shape}, float32", _network(rng, (n,), d, f, "float32")),
    ]


def silent_layer_gives_b_2(case, result):
    """Say whether b_2 comes out for words for which nothing is above 0 in the hidden layer."""
    X, W_1, b_1, _, b_2 = case.args
    silent = np.all(X @ W_1 + b_1 <= 0, axis=-1)
    return np.allclose(np.asarray(result)[silent], b_2, atol=1e-5)


CHECKS = (
    Check(
        name="layer_norm",
        number="9.1",
        signature="layer_norm(X, gain, bias, epsilon=1e-5)",
        returns=("(..., d): the shape of X",),
        oracle=layer_norm_oracle,
        cases=layer_norm_cases,
        points=3,
        difficulty=2,
        importance=5,
        minutes=10,
        mistakes=LAYER_NORM_MISTAKES,
        identities=(
            Identity("the mean of each word is 0 before gain and bias come", mean_is_zero),
        ),
    ),
    Check(
        name="feed_forward",
        number="9.2",
        signature="feed_forward(X, W_1, b_1, W_2, b_2)",
        returns=("(..., d_model): the shape of X",),
        oracle=feed_forward_oracle,
        cases=feed_forward_cases,
        points=2,
        difficulty=1,
        importance=5,
        minutes=5,
        mistakes=FEED_FORWARD_MISTAKES,
        identities=(
            Identity(
                "b_2 alone comes out where nothing is above 0 in the hidden layer",
                silent_layer_gives_b_2,
            ),
        ),
    ),
    *BLOCK_CHECKS,
)
