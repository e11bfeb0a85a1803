"""Every fused form against its plain form: results, gradients, dtype, plain arrays."""

import numpy as np
import pytest

from course_utils.arrays import fused, value_and_grad
from course_utils.model.attention import attention
from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.softmax import softmax
from course_utils.model.transformer_block import layer_norm

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
        fused.attention,
        lambda *a: attention(*a)[0],
        [normal(2, 4, 5), normal(2, 3, 5), normal(2, 3, 6)],
    ),
    "attention, masked": (
        lambda *a: fused.attention(*a, MASK),
        lambda *a: attention(*a, MASK)[0],
        [normal(2, 4, 5), normal(2, 3, 5), normal(2, 3, 6)],
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
    if "large" not in name:
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
    gradients = value_and_grad(lambda p: np.sum(fused.attention(*p, MASK)[1]))([Q, K, V])[1]
    assert all((g == 0).all() for g in gradients)
