"""Every fused form against its plain form: results, gradients, dtype, plain arrays."""

import numpy as np
import pytest

from course_utils.arrays import fused, fused_attention, value_and_grad
from course_utils.model.attention import attention
from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.softmax import softmax
from course_utils.model.transformer_block import feed_forward, layer_norm

rng = np.random.default_rng(6)
KEEP = np.array([[True, True, False], [True, False, False]])
IDS = np.array([[4, 0, 2], [2, 2, 1]])
MASK = np.array([[True, False, True], [False] * 3, [True] * 3, [True, True, False]])


def normal(*shape):
    return rng.normal(size=shape)


def smoothed(logits, targets, keep, smoothing):
    """Return the smoothed cross-entropy from its definition."""
    p = softmax(logits)
    aim = (1 - smoothing) * np.eye(p.shape[-1])[targets] + smoothing / p.shape[-1]
    return -np.sum(np.sum(aim * np.log(p), axis=-1) * keep) / np.sum(keep)


PAIRS = {
    "softmax": (fused.softmax, softmax, [normal(2, 3, 4)]),
    "softmax by axis": (
        lambda x: fused.softmax(x, axis=1),
        lambda x: softmax(x, 1),
        [normal(2, 3, 4)],
    ),
    "softmax of large": (fused.softmax, softmax, [1000 * normal(3, 4)]),
    "layer_norm": (fused.layer_norm, layer_norm, [normal(2, 3, 5), normal(5), normal(5)]),
    "layer_norm of one": (fused.layer_norm, layer_norm, [normal(5), normal(5), normal(5)]),
    "layer_norm, epsilon": (
        lambda *a: fused.layer_norm(*a, epsilon=0.1),
        lambda *a: layer_norm(*a, epsilon=0.1),
        [normal(4, 5), normal(5), normal(5)],
    ),
    "cross_entropy": (
        lambda x: fused.cross_entropy(x, IDS, KEEP),
        lambda x: cross_entropy(x, IDS, KEEP),
        [normal(2, 3, 5)],
    ),
    "cross_entropy of all": (
        lambda x: fused.cross_entropy(x, IDS),
        lambda x: cross_entropy(x, IDS, KEEP | True),
        [normal(2, 3, 5)],
    ),
    "cross_entropy, smoothed": (
        lambda x: fused.cross_entropy(x, IDS, keep=KEEP, smoothing=0.2),
        lambda x: smoothed(x, IDS, KEEP, 0.2),
        [normal(2, 3, 5)],
    ),
    "embedding": (lambda t: fused.embedding(t, IDS), lambda t: t[IDS], [normal(5, 4)]),
    "attention": (
        lambda *a: fused_attention.attention(*a)[0],
        lambda *a: attention(*a)[0],
        [normal(2, 4, 5), normal(2, 3, 5), normal(2, 3, 6)],
    ),
    "attention, masked": (
        lambda *a: fused_attention.attention(*a, MASK)[0],
        lambda *a: attention(*a, MASK)[0],
        [normal(2, 4, 5), normal(2, 3, 5), normal(2, 3, 6)],
    ),
    "attention, one sentence": (
        lambda *a: fused_attention.attention(*a, mask=MASK[:1])[0],
        lambda *a: attention(*a, mask=MASK[:1])[0],
        [normal(4, 5), normal(3, 5), normal(3, 6)],
    ),
    # Between the first and the other rows lies more than exp can span.
    "attention, far apart": (
        lambda *a: fused_attention.attention(*a, MASK)[0],
        lambda *a: attention(*a, MASK)[0],
        [normal(4, 5) * np.array([[3000.0], [1.0], [1.0], [-3000.0]]), normal(3, 5), normal(3, 6)],
    ),
    "feed_forward": (
        fused.feed_forward,
        feed_forward,
        [normal(2, 3, 4), normal(4, 6), normal(6), normal(6, 5), normal(5)],
    ),
    "heads on themselves": (
        lambda X, *W: fused_attention.multi_head_attention(X, X, *W, heads=2)[0],
        lambda X, *W: multi_head_attention(X, X, *W, heads=2)[0],
        [normal(3, 4, 6), *(normal(6, 6) for _ in range(4))],
    ),
    "heads on themselves, masked": (
        lambda X, *W: fused_attention.multi_head_attention(X, X, *W, 3, np.tri(4) > 0)[0],
        lambda X, *W: multi_head_attention(X, X, *W, 3, np.tri(4) > 0)[0],
        [normal(3, 4, 6), *(normal(6, 6) for _ in range(4))],
    ),
    "heads on another sentence": (
        lambda *a: fused_attention.multi_head_attention(*a, 2, MASK)[0],
        lambda *a: multi_head_attention(*a, 2, MASK)[0],
        [normal(2, 4, 6), normal(2, 3, 6), *(normal(6, 6) for _ in range(4))],
    ),
    "heads, a mask a sentence": (
        lambda *a: fused_attention.multi_head_attention(*a, 2, MASK[[0, 3]][:, None])[0],
        lambda *a: multi_head_attention(*a, 2, MASK[[0, 3]][:, None])[0],
        [normal(2, 4, 6), normal(2, 3, 6), *(normal(6, 6) for _ in range(4))],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_equals_the_plain_form(name, arrays_close):
    fast, plain, arrays = PAIRS[name]

    def loss(params, function):
        out = function(*params)
        return np.sum(out * np.cos(1 + np.arange(np.size(out))).reshape(np.shape(out))), out

    with np.errstate(invalid="ignore"):  # the plain form makes NaN in a row that sees nothing
        (_, expected), expected_gradients = value_and_grad(loss)(arrays, plain)
    (_, out), gradients = value_and_grad(loss)(arrays, fast)
    arrays_close([np.asarray(out)], [np.asarray(expected)], 1e-12)
    arrays_close(gradients, expected_gradients, 1e-11)
    np.testing.assert_allclose(fast(*arrays), expected, rtol=1e-12)  # plain arrays in, plain out


@pytest.mark.parametrize("name", PAIRS)
def test_holds_central_differences(gradient_holds, name):
    if "large" not in name and "far" not in name:
        gradient_holds(PAIRS[name][0], PAIRS[name][2])


@pytest.mark.parametrize("name", PAIRS)
def test_float32_stays_float32(name):
    fast, _, arrays = PAIRS[name]
    params = [a.astype(np.float32) for a in arrays]
    (loss, out), gradients = value_and_grad(lambda p: (np.sum(fast(*p)), fast(*p)))(params)
    assert loss.dtype == out.dtype == np.float32
    assert all(g.dtype == np.float32 for g in gradients)


def test_nothing_that_a_row_does_not_see_reaches_its_gradient():
    Q, K, V = normal(4, 5), normal(3, 5), normal(3, 6)

    def loss(p):
        return np.sum(fused_attention.attention(*p, MASK)[0][1])

    gradients = value_and_grad(loss)([Q, K, V])[1]
    assert all((g == 0).all() for g in gradients)


@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
def test_weights_are_the_plain_ones(mask):
    Q, K, V = normal(2, 4, 5), normal(2, 3, 5), normal(2, 3, 6)
    expected = attention(Q, K, V, mask)[1]
    np.testing.assert_allclose(fused_attention.attention(Q, K, V, mask)[1], expected, atol=1e-15)
    X, Y, W = normal(2, 4, 6), normal(2, 3, 6), [normal(6, 6) for _ in range(4)]
    expected = multi_head_attention(X, Y, *W, 2, mask)[1]
    weights = fused_attention.multi_head_attention(X, Y, *W, 2, mask)[1]
    np.testing.assert_allclose(weights, expected, atol=1e-15)


def test_plain_arguments_are_unchanged():
    for fast, _, arrays in PAIRS.values():
        before = [a.copy() for a in arrays]
        value_and_grad(lambda p, f=fast: np.sum(f(*p)))(arrays)
        for a, b in zip(arrays, before, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_wrong_call_is_refused_like_any_other():
    with pytest.raises(TypeError, match="epsilons"):
        fused.layer_norm(normal(2, 3), np.ones(3), np.zeros(3), epsilons=1e-3)
    with pytest.raises(TypeError, match="bias"):
        fused.layer_norm(normal(2, 3), gain=np.ones(3))
