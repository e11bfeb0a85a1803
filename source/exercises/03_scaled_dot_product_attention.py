# %% [markdown]
# # Exercises 3 · Scaled dot-product attention
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Scaled dot-product attention](../notebooks/03_scaled_dot_product_attention.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown] exercise="scaled_scores"
# ## 3.1 Every query against every key
#
# $n$ queries meet $m$ keys, all of size $d_k$. How well does each pair agree, on a scale that does
# not depend on $d_k$?
#
# $$S = \frac{Q K^\top}{\sqrt{d_k}}$$
#
# `scaled_scores(Q, K)` takes `Q` of shape `(..., n, d_k)` and `K` of shape `(..., m, d_k)` and
# returns the scores of shape `(..., n, m)`: a row for each query, a column for each key. The three
# dots stand for any leading axes, the same for both. With `Q` of shape `(8, 5, 64)` and `K` of
# shape `(8, 7, 64)`, eight sentences are scored at once, each on its own, and `(8, 5, 7)` comes
# out.


# %% answer="scaled_scores"
def scaled_scores(Q, K):
    """Return the dot product of every query with every key, divided by the root of d_k.

    Q: (..., n, d_k), K: (..., m, d_k)  ->  (..., n, m)
    """
    ### BEGIN SOLUTION
    d_k = Q.shape[-1]
    K_turned = np.swapaxes(K, -1, -2)  # (..., d_k, m)
    return Q @ K_turned / d_k**0.5  # (..., n, m)
    ### END SOLUTION


# %% check="scaled_scores"
check("scaled_scores")

# %% [markdown]
# <details><summary>Hint 1: the product</summary>
#
# `@` multiplies the last two axes and keeps the leading ones in step. `(..., n, d_k)` needs
# `(..., d_k, m)` on its right. `K.T` turns round *all* axes, which is right only while there are
# two. `np.swapaxes(K, a, b)` exchanges two axes of your choice. Count them from the end.
#
# </details>
#
# <details><summary>Hint 2: the scale</summary>
#
# $d_k$ is the number of products that one dot product adds up. It is an axis of `Q` and of `K`,
# always the same one when you count from the end. `d_k**0.5` keeps float32, `np.sqrt(d_k)` does
# not.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# The query $(1, 2, 0, 3)$ and the key $(2, 1, 5, 0)$ have the dot product $2 + 2 + 0 + 0 = 4$. With
# $d_k = 4$ the score is $4 / 2 = 2$.
#
# The transposition is part of the formula because both tables store one vector a row. Turned round,
# column $j$ of $K^\top$ is key $j$, and entry $(i, j)$ of the product runs over the features of
# query $i$ and key $j$. $Q^\top K$ would run over the words, and compare features with features.
#
# Dividing $Q$ by $\sqrt{d_k}$ before the product gives the same scores and costs fewer divisions
# when there are more keys than features.
#
# </details>

# %% [markdown]
# The next exercise uses your `scaled_scores` from above and `softmax` from lesson 2.

# %%
softmax = load("softmax")

# %% [markdown] exercise="attention"
# ## 3.2 Attention
#
# What does each query take home, and how much of it from which key?
#
# $$W = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt{d_k}}\right), \qquad \text{output} = W V$$
#
# `attention(Q, K, V, mask=None)` takes `Q` of shape `(..., n, d_k)`, `K` of shape `(..., m, d_k)`
# and `V` of shape `(..., m, d_v)`. It returns two arrays, in this order: the output of shape
# `(..., n, d_v)` and the weights of shape `(..., n, m)`, whose rows sum to 1.
#
# A `mask` is a boolean array of shape `(n, m)`, and True means that the query may attend to the
# key; no row is all False. Where it is False, the score becomes `-np.inf` before the softmax, so
# that the weight is 0; without a mask every key may be attended to. A mask may also have leading
# axes: with `(8, 1, m)` each of eight sentences has one row, which holds for all its queries.


# %% answer="attention"
def attention(Q, K, V, mask=None):
    """Return each query's mixture of the values, and the weights it was mixed with.

    Q: (..., n, d_k), K: (..., m, d_k), V: (..., m, d_v), mask: (..., n, m) or what stretches to it
    ->  output (..., n, d_v), weights (..., n, m)
    """
    ### BEGIN SOLUTION
    scores = scaled_scores(Q, K)  # (..., n, m)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = softmax(scores, axis=-1)  # (..., n, m), each row sums to 1
    output = weights @ V  # (..., n, m) @ (..., m, d_v) -> (..., n, d_v)
    return output, weights
    ### END SOLUTION


# %% check="attention"
check("attention")

# %% [markdown]
# <details><summary>Hint 1: the steps</summary>
#
# Score and scale are one call of 3.1. Then comes the mask, if there is one, then the softmax along
# the axis of the keys, then one product with the values. Write the shape of each result beside it.
#
# </details>
#
# <details><summary>Hint 2: the mask</summary>
#
# `np.where(condition, a, b)` takes from `a` where the condition is True and from `b` elsewhere. It
# makes a new array and leaves the old one as it was. Ask first whether `mask is None`.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# A query with the scaled scores $\log 1$, $\log 2$ and $\log 5$ has the weights $\tfrac18$,
# $\tfrac28$ and $\tfrac58$. With the values $(8, 0)$, $(0, 8)$ and $(8, 8)$ the output is
# $(1 + 0 + 5,\; 0 + 2 + 5) = (6, 7)$. If the mask forbids the third key, the weights are
# $\tfrac13$, $\tfrac23$ and $0$: what it would have got is shared among the others.
#
# Setting the third weight to 0 *after* the softmax leaves $\tfrac18$ and $\tfrac28$, and the row
# sums to $\tfrac38$. Lesson 4 looks at this, and at a row in which nothing is allowed; your
# function need not handle such a row yet.
#
# The sizes $n$, $m$, $d_k$ and $d_v$ differ in most cases of the check, so that two exchanged axes
# show. The order of keys does not matter as long as every key keeps its value.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points.
# [Lesson 4](../notebooks/04_masks.ipynb) says where a word may not look.
