"""Adam against the algorithm as the paper prints it, and the learning rate's shape."""

import numpy as np
import pytest

from course_utils.training.adam import Adam, warm_up_and_decay
from course_utils.training.flat import flat_copy, leaves, views

rng = np.random.default_rng(7)


def paper(params, gradients, rates, betas=(0.9, 0.98), epsilon=1e-8):
    """Algorithm 1 of Kingma & Ba 2015, a number at a time."""
    theta, m, v = list(params), [0.0] * len(params), [0.0] * len(params)
    for t, (g, rate) in enumerate(zip(gradients, rates), start=1):
        for i in range(len(theta)):
            m[i] = betas[0] * m[i] + (1 - betas[0]) * g[i]
            v[i] = betas[1] * v[i] + (1 - betas[1]) * g[i] ** 2
            m_hat, v_hat = m[i] / (1 - betas[0] ** t), v[i] / (1 - betas[1] ** t)
            theta[i] -= rate * m_hat / (v_hat**0.5 + epsilon)
    return theta


@pytest.mark.parametrize("scale", [1.0, 1e-7, 1e4])
def test_equals_the_paper(scale):
    params = {"a": rng.normal(size=(2, 2)), "b": {"c": rng.normal(size=3)}}
    gradients = rng.normal(size=(6, 7)) * scale
    rates = [0.1, 0.2, 0.3, 0.2, 0.1, 0.05]
    expected = paper(flat_copy(params), gradients, rates)
    adam = Adam(params)
    for i, (g, rate) in enumerate(zip(gradients, rates)):
        adam.step(g if i % 2 else views(params, g)[0], rate)
    np.testing.assert_allclose(flat_copy(adam.params), expected, rtol=1e-12)


def test_given_params_stay_as_they_are():
    params = {"a": np.ones(3, np.float32)}
    adam = Adam(params)
    adam.step({"a": np.ones(3, np.float32)}, 0.5)
    assert params["a"].tolist() == [1, 1, 1]
    assert adam.params["a"].dtype == np.float32
    np.testing.assert_allclose(adam.params["a"], 0.5, rtol=1e-6)


def test_warm_up_and_decay():
    rates = [warm_up_and_decay(step, 1500, rate=1e-3, warm_up=100) for step in range(1500)]
    assert np.argmax(rates) == 99
    assert rates[99] == 1e-3
    np.testing.assert_allclose(np.diff(rates[:100]), 1e-5)
    np.testing.assert_allclose(np.diff(rates[100:]), -1e-3 / 1400)
    assert rates[-1] > 0


def test_views_share_memory_with_the_vector():
    tree = {"x": np.ones((2, 3)), "y": {"z": np.zeros(4)}}
    vector = np.arange(10.0)
    result, end = views(tree, vector)
    assert end == 10
    vector[0] = -1
    assert result["x"][0, 0] == -1
    assert [path for path, _ in leaves(result)] == ["x", "y/z"]
    assert result["y"]["z"].tolist() == [6, 7, 8, 9]
