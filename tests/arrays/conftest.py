"""The oracle of this folder: gradients by central differences, which know no rule."""

import numpy as np
import pytest

from course_utils.arrays import value_and_grad


def central_differences(function, params, step=1e-5):
    """Return d function / d params by moving one number at a time; params a list of arrays."""
    gradients = [np.zeros_like(p) for p in params]
    for p, gradient in zip(params, gradients):
        for place in np.ndindex(p.shape):
            kept = p[place]
            values = []
            for shift in (2 * step, step, -step, -2 * step):
                p[place] = kept + shift
                values.append(float(function(params)))
            p[place] = kept
            # Five points: the error falls with step^4, and 1e-5 stays far from rounding.
            far_up, up, down, far_down = values
            gradient[place] = (8 * (up - down) - (far_up - far_down)) / (12 * step)
    return gradients


def close(mine, theirs, tolerance):
    """Assert that arrays differ by less than `tolerance`, relative to the largest number."""
    for a, b in zip(mine, theirs, strict=True):
        assert a.shape == b.shape
        scale = max(np.abs(b).max(initial=0), 1e-3)
        assert np.abs(a - b).max(initial=0) / scale < tolerance, (a, b)


@pytest.fixture
def gradient_holds():
    """Return a function that compares value_and_grad with central differences."""

    def check(operation, arrays):
        def loss(params):
            out = operation(*params)
            parts = out if isinstance(out, (list, tuple)) else [out]
            # Unequal factors: a gradient that is right only on average would be found out.
            return sum(
                np.sum(part * np.cos(1 + np.arange(np.size(part))).reshape(np.shape(part)))
                for part in parts
            )

        params = [np.array(a, float) for a in arrays]
        value, gradients = value_and_grad(loss)(params)
        assert np.isclose(value, loss(params), rtol=1e-12)
        close(gradients, central_differences(loss, params), 1e-6)

    return check


@pytest.fixture
def arrays_close():
    """Return the comparison of two lists of arrays, relative to the largest number."""
    return close
