"""Lesson 6: where a word stands."""

import numpy as np


def sinusoidal_positions(n, d, base=10000):
    """Return a vector for each of n positions: d/2 clock hands, each slower than the last.

    Shapes: n, d integers -> (n positions, d), from -1 to 1, float64. Column 2i is the sine and
    2i + 1 the cosine of position / base^(2i/d). Lesson 6; Vaswani et al. 2017, section 3.5.

    >>> sinusoidal_positions(3, 2).round(2).tolist()
    [[0.0, 1.0], [0.84, 0.54], [0.91, -0.42]]
    """
    position = np.arange(n)[:, None]  # (n, 1)
    column = np.arange(d)  # (d,)
    angle = position / base ** (column // 2 * 2 / d)  # (n, d)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def apply_rope(X, base=10000):
    """Return X with each pair of neighboring features turned by an angle set by its position.

    Shapes: X (..., n positions, d), d even -> the same. At position p the pair (2i, 2i + 1) turns
    by p / base^(2i/d) radians. Applied to queries and keys, their score depends on the distance
    of the two positions only. Lesson 6; Su et al. 2021 (RoFormer), eq. 15.

    >>> apply_rope(np.array([[1.0, 0.0], [1.0, 0.0]])).round(2).tolist()
    [[1.0, 0.0], [0.54, 0.84]]
    """
    n, d = X.shape[-2:]
    angle = np.arange(n)[:, None] / base ** (np.arange(0, d, 2) / d)  # (n, d/2)
    # Angles are float64: without the cast, float32 queries would leave as float64.
    cos, sin = np.cos(angle).astype(X.dtype), np.sin(angle).astype(X.dtype)
    x, y = X[..., 0::2], X[..., 1::2]  # (..., n, d/2)
    turned = np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)  # (..., n, d/2, 2)
    return np.reshape(turned, X.shape)
