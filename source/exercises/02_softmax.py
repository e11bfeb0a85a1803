# %% [markdown]
# # Exercises 2 · Softmax
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Softmax](../notebooks/02_softmax.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown] exercise="softmax"
# ## 2.1 A softmax that survives large numbers
#
# A row of scores is to become a row of weights: every weight positive, all together 1, and the
# weights must be right for scores of 1,000 and of −1,000 too. How?
#
# $$w_j = \frac{e^{x_j}}{\sum_i e^{x_i}}$$
#
# `softmax(x, axis=-1)` takes `x` of any shape and returns weights of the same shape, which sum
# to 1 along `axis`. For `x` of shape `(n, m)` the default makes every row sum to 1, and
# `axis=0` every column. `x` may hold whole numbers. A score of `-np.inf` gets the weight 0; never
# are all scores of a row `-np.inf`.


# %% answer="softmax"
def softmax(x, axis=-1):
    """Return weights along `axis`: positive, summing to 1.

    x: (...)  ->  the same shape
    """
    ### BEGIN SOLUTION
    shifted = x - np.max(x, axis=axis, keepdims=True)  # the largest is 0 now
    e = np.exp(shifted)
    return e / np.sum(e, axis=axis, keepdims=True)
    ### END SOLUTION


# %% check="softmax"
check("softmax")

# %% [markdown]
# <details><summary>Hint 1: the shapes</summary>
#
# For `x` of shape `(2, 3)`, `np.sum(x, axis=-1)` has the shape `(2,)`, which does not line up
# with `(2, 3)`. With `keepdims=True` it has the shape `(2, 1)`, which does: one sum for each row.
#
# </details>
#
# <details><summary>Hint 2: the large numbers</summary>
#
# Adding one number to all scores of a row changes no weight. Which number makes the largest
# score 0? Every row has its own.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With $c$ the largest score of the row,
#
# $$\frac{e^{x_j - c}}{\sum_i e^{x_i - c}}
# = \frac{e^{-c}\, e^{x_j}}{e^{-c} \sum_i e^{x_i}} = w_j .$$
#
# No exponent is above 0 now, so nothing overflows. One of them is exactly 0, so the sum is at
# least 1 and nothing is divided by 0. The largest number of the *whole* array is not enough: in
# a row that lies 1,000 below it every power rounds to 0, and 0 / 0 is not a number.
#
# The check also hands in whole numbers. A result made with `np.zeros_like(x)` would then be an
# array of whole numbers too, and cut every weight below 1 to 0.
#
# </details>

# %% [markdown]
# The next exercise uses your `softmax` from above and `dot_scores` from lesson 1.

# %%
dot_scores = load("dot_scores")

# %% [markdown] exercise="soft_lookup"
# ## 2.2 Look up what is not there
#
# A query fits no key exactly. Which mixture of the values does it get?
#
# $$s_j = q \cdot K_j, \qquad w = \text{softmax}(s / T), \qquad
# \text{answer} = \sum_{j=1}^{m} w_j V_j$$
#
# `soft_lookup(q, K, V, temperature=1.0)` takes one query `q` of shape `(d,)`, keys `K` of shape
# `(m, d)`, values `V` of shape `(m, d_v)` and the temperature $T > 0$. It returns one vector of
# shape `(d_v,)`. A key and its value stand in the same row of `K` and of `V`.


# %% answer="soft_lookup"
def soft_lookup(q, K, V, temperature=1.0):
    """Return the mixture of the values whose keys fit the query.

    q: (d,), K: (m, d), V: (m, d_v)  ->  (d_v,)
    """
    ### BEGIN SOLUTION
    scores = dot_scores(q, K)  # (m,)
    weights = softmax(scores / temperature)  # (m,)
    return weights @ V  # (m,) @ (m, d_v) -> (d_v,)
    ### END SOLUTION


# %% check="soft_lookup"
check("soft_lookup")

# %% [markdown]
# <details><summary>Hint</summary>
#
# There are three steps, each one line: scores, weights, mixture. Write the shape of each beside
# it. The temperature belongs to one of them. For the mixture, $m$ weights meet $m$ rows of $V$,
# and the $m$ has to disappear.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Two keys with the scores $\log 2$ and $\log 6$ get the weights $\tfrac28$ and $\tfrac68$. The
# values $(4, 8)$ and $(12, 16)$ then mix to
# $\tfrac28 (4, 8) + \tfrac68 (12, 16) = (10, 14)$, feature by feature.
#
# The result is linear in the values: twice the values, twice the answer. It is not linear in the
# query, because of the softmax. Dividing the *weights* by $T$ would scale the whole answer and
# leave the mixture as it was. Dividing the *scores* moves the mixture between one value and the
# average of all.
#
# The order of the keys does not matter, as long as every key keeps its value. There is no first
# key and no last one. Lesson 6 will have to do something about that.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points.
# Next:
# [lesson 3, Scaled dot-product attention](../notebooks/03_scaled_dot_product_attention.ipynb).
