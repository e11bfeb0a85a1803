# %% [markdown]
# # Exercises 6 · Positions
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Positions](../notebooks/06_positions.ipynb).

# %%
import numpy as np

from course_utils.answers import check

# %% [markdown] exercise="sinusoidal_positions"
# ## 6.1 A row of clock hands for each position
#
# Which vector says "third word", in every sentence alike?
#
# $$P_{i,\,2h} = \sin(i\,\omega_h), \qquad P_{i,\,2h+1} = \cos(i\,\omega_h), \qquad
# \omega_h = \text{base}^{-2h/d}$$
#
# `sinusoidal_positions(n, d, base=10000)` takes three numbers and returns a table of shape
# `(n, d)`: row $i$ is position $i$, counted from 0. Hand $h$, counted from 0 too, fills two columns
# side by side: $2h$ with the sine and $2h + 1$ with the cosine of its angle, in radians. If $d$ is
# odd, the last hand has a sine and no cosine.


# %% answer="sinusoidal_positions"
def sinusoidal_positions(n, d, base=10000):
    """Return a row for each of n positions: the sine and the cosine of each of d/2 clock hands.

    n, d: whole numbers  ->  (n, d)
    """
    ### BEGIN SOLUTION
    position = np.arange(n)[:, None]  # (n, 1)
    column = np.arange(d)  # (d,)
    hand = column // 2  # (d,): 0, 0, 1, 1, 2, 2, …
    angle = position / base ** (2 * hand / d)  # (n, 1) and (d,) -> (n, d)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))  # (n, d)
    ### END SOLUTION


# %% check="sinusoidal_positions"
check("sinusoidal_positions")

# %% [markdown]
# <details><summary>Hint 1: all angles at once</summary>
#
# An array of shape `(n, 1)` and one of shape `(d,)` meet in a table of shape `(n, d)`. Every
# position in the first, what belongs to a column in the second.
#
# </details>
#
# <details><summary>Hint 2: two columns for one hand</summary>
#
# Which whole number turns the columns 0, 1, 2, 3, 4, 5 into the hands 0, 0, 1, 1, 2, 2? Python
# divides with `/`, and divides and cuts with `//`. To choose between sine and cosine by column,
# `np.where` takes a condition of shape `(d,)`. Or fill every second column of an empty table:
# `table[:, 0::2] = ...`.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With $d = 4$ and a base of 100 there are two hands: $\omega_0 = 100^0 = 1$ and
# $\omega_1 = 100^{-1/2} = \tfrac1{10}$. Row 0 is $(0, 1, 0, 1)$, and row 1 is
# $(\sin 1, \cos 1, \sin .1, \cos .1) = (.84, .54, .10, 1.00)$.
#
# Some programs put all sines into the left half of the columns and all cosines into the right half.
# That is the same table with its columns in another order, and a matrix learned with it has its
# rows in that order. A matrix learned with one order cannot read the other, so two programs must
# agree.
#
# </details>

# %% [markdown] exercise="apply_rope"
# ## 6.2 Turn the queries and the keys
#
# How can a score know how far apart two words are, and nothing else about their places?
#
# $$\begin{pmatrix} x' \\ y' \end{pmatrix} = \begin{pmatrix} \cos i\omega_h & -\sin i\omega_h \\
# \sin i\omega_h & \cos i\omega_h \end{pmatrix} \begin{pmatrix} x \\ y \end{pmatrix},
# \qquad \omega_h = \text{base}^{-2h/d}$$
#
# `apply_rope(X, base=10000)` takes queries or keys `X` of shape `(..., n, d)`, $d$ even, and
# returns an array of the same shape. In row $i$ (position $i$, from 0), the pair $h$ is $x$ in
# column $2h$ and $y$ in column $2h + 1$. It is turned by the angle $i\,\omega_h$, counterclockwise:
# at position 1 the pair $(1, 0)$ becomes $(\cos 1, \sin 1)$. The three dots stand for any leading
# axes, and each table there has positions of its own, from 0.


# %% answer="apply_rope"
def apply_rope(X, base=10000):
    """Return X with each pair of neighboring features turned by its position's angle.

    X: (..., n, d), d even  ->  (..., n, d)
    """
    ### BEGIN SOLUTION
    n, d = X.shape[-2:]
    speed = base ** -(np.arange(0, d, 2) / d)  # (d/2,)
    angle = np.arange(n)[:, None] * speed  # (n, 1) and (d/2,) -> (n, d/2)
    cos, sin = np.cos(angle).astype(X.dtype), np.sin(angle).astype(X.dtype)
    x, y = X[..., 0::2], X[..., 1::2]  # (..., n, d/2) each
    turned = np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)  # (..., n, d/2, 2)
    return np.reshape(turned, X.shape)  # (..., n, d): the pairs side by side again
    ### END SOLUTION


# %% check="apply_rope"
check("apply_rope")

# %% [markdown]
# <details><summary>Hint 1: the two halves of every pair</summary>
#
# `X[..., a::2]` takes every second feature, from column `a` on, whatever leading axes there are.
# Write the two lines of the matrix product with the two arrays you get, each of shape
# `(..., n, d/2)`. Both lines need the old $x$ and the old $y$.
#
# </details>
#
# <details><summary>Hint 2: side by side again</summary>
#
# `np.stack([a, b], axis=-1)` puts two arrays of shape `(..., n, d/2)` side by side along a new last
# axis, so that the two numbers of a pair are neighbors. A `np.reshape` then runs that axis into
# the one before it. Or copy X and fill every second column.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Turn $(3, 1)$ by 1 radian, with $\cos 1 = .54$ and $\sin 1 = .84$:
# $(3 \cdot .54 - 1 \cdot .84,\; 3 \cdot .84 + 1 \cdot .54) = (.78, 3.06)$. The length stays,
# $\sqrt{10}$ before and after.
#
# Turning clockwise gives the same scores, as long as queries and keys turn alike. The check still
# asks for one direction, since two programs must agree on it. Another custom pairs feature $h$ with
# feature $h + d/2$. That is the same idea with the features in another order, and weights trained
# for one custom are useless in the other.
#
# The angles are float64. Multiplied with float32 queries they would make everything after them
# float64, which is right and slower: `.astype(X.dtype)` keeps the format.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points. The next
# lesson is [Multi-head attention](../notebooks/07_multi_head_attention.ipynb).
