# %% [markdown]
# # Exercises 4 · Masks
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Masks](../notebooks/04_masks.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown] exercise="causal_mask"
# ## 4.1 No word looks ahead
#
# $n$ words are queries and keys at once. Which pairs are allowed when no word may look at a later
# one?
#
# $$M_{ij} = \text{True} \quad\text{if}\quad j \le i$$
#
# `causal_mask(n)` takes a whole number and returns the mask $M$ of shape `(n, n)`: a row $i$ for
# each query, a column $j$ for each key, True = may attend.


# %% answer="causal_mask"
def causal_mask(n):
    """Return the mask that lets each word attend to itself and to the words before it.

    n: a whole number  ->  (n, n) of True and False
    """
    ### BEGIN SOLUTION
    return np.tril(np.ones((n, n), dtype=bool))
    ### END SOLUTION


# %% check="causal_mask"
check("causal_mask")

# %% [markdown]
# <details><summary>Hint 1: three words</summary>
#
# Write the mask for $n = 3$ on paper first. Row 0 has one True, row 1 has two. What shape do the
# True cells make?
#
# </details>
#
# <details><summary>Hint 2: two ways</summary>
#
# NumPy has a function that keeps the lower triangle of a table; its argument `k` moves the border.
# Or compare: an array of positions as a column, `(n, 1)`, against the same as a row, `(n,)`, gives
# all pairs at once.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Of $n^2$ pairs $n(n+1)/2$ are allowed. The diagonal belongs to them: query $i$ is asked for word
# $i + 1$, and word $i$ is known by then. Without the diagonal word 0 would have nothing to attend
# to.
#
# A mask is made of True and False, not of 1 and 0. With numbers `~mask` and `mask & other` do
# something else or stop, and `np.where` would take .5 for True.
#
# </details>

# %% [markdown] exercise="padding_mask"
# ## 4.2 Nobody looks at padding
#
# A batch of $B$ sentences is filled up to $m$ words each. Which keys are words, and which are
# padding?
#
# $$M_{b0j} = \text{True} \quad\text{if}\quad j < \text{length}_b$$
#
# `padding_mask(lengths, m)` takes an array of $B$ whole numbers from 0 to $m$ and returns a mask of
# shape `(B, 1, m)`. The padding stands behind the words. With `lengths` 2 and 3 and `m = 3` the
# result has the shape `(2, 1, 3)`, and one False in all.


# %% answer="padding_mask"
def padding_mask(lengths, m):
    """Return the mask that hides the padding behind sentences shorter than m words.

    lengths: (B,) whole numbers from 0 to m  ->  (B, 1, m) of True and False
    """
    ### BEGIN SOLUTION
    positions = np.arange(m)  # (m,)
    return positions < lengths[:, None, None]  # (m,) < (B, 1, 1) -> (B, 1, m)
    ### END SOLUTION


# %% check="padding_mask"
check("padding_mask")

# %% [markdown]
# <details><summary>Hint 1: all with all</summary>
#
# Every length has to meet every position. NumPy does that when the two arrays lie along different
# axes. `np.arange(m)` lies along the last one. Where should the lengths lie?
#
# </details>
#
# <details><summary>Hint 2: the axis of length 1</summary>
#
# `None` inside square brackets adds an axis of length 1: if `a` has the shape `(B,)`, then
# `a[:, None]` has the shape `(B, 1)`. Two of them add two.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Why `(B, 1, m)` and not `(B, m)`? Scores have the shape $(B, n, m)$, and NumPy lines shapes up
# from the right. Against $(B, n, m)$, a mask $(B, m)$ would be read as $(n, m)$: an error when $B$
# differs from $n$, and silently wrong when both are equal. The axis of length 1 says: the same for
# every query.
#
# With many heads (lesson 7) scores get one more axis, $(B, \text{heads}, n, m)$, and the mask needs
# one more axis of length 1 in the same way.
#
# </details>

# %% [markdown]
# The next exercise uses `softmax` from lesson 2.

# %%
softmax = load("softmax")

# %% [markdown] exercise="masked_softmax"
# ## 4.3 A softmax that obeys a mask
#
# How much weight does each allowed key get, and what stands in a row that allows none?
#
# $$w_{ij} = \frac{M_{ij}\, e^{s_{ij}}}{\sum_{l} M_{il}\, e^{s_{il}}}, \qquad
# w_{ij} = 0 \text{ if no } M_{il} \text{ is True}$$
#
# Here $s_{ij}$ is the score of query $i$ with key $j$, the sum runs over all keys $l$, and True
# counts as 1, False as 0.
#
# `masked_softmax(scores, mask)` takes scores of shape `(..., n, m)` and a mask of any shape that
# NumPy stretches to that of the scores, such as `(n, m)` or `(B, 1, m)`. It returns weights of
# shape `(..., n, m)`. Each row sums to 1, or to 0 where nothing is allowed.


# %% answer="masked_softmax"
def masked_softmax(scores, mask):
    """Return the softmax along the keys that the mask allows; a row without any gets zeros.

    scores: (..., n, m), mask: stretches to (..., n, m), True = may attend  ->  (..., n, m)
    """
    ### BEGIN SOLUTION
    empty = ~np.any(mask, axis=-1, keepdims=True)  # (..., n, 1): nothing is allowed
    hidden = np.where(mask | empty, scores, -np.inf)  # an empty row keeps its scores for now
    return np.where(empty, 0.0, softmax(hidden, axis=-1))  # (..., n, m)
    ### END SOLUTION


# %% check="masked_softmax"
check("masked_softmax")

# %% [markdown]
# <details><summary>Hint 1: without empty rows</summary>
#
# Begin as in exercise 3.2: -inf where the mask is False, then the softmax. The check then passes
# all cases but those with an empty row.
#
# </details>
#
# <details><summary>Hint 2: find the empty rows</summary>
#
# `np.any(mask, axis=..., keepdims=True)` says for each row whether a True is in it. Two questions
# remain: what may stand in an empty row while the softmax is taken, so that no `nan` arises? And
# what replaces the result?
#
# </details>
#
# <details><summary>Discussion</summary>
#
# The scores $\log 1$, $\log 2$ and $\log 5$ with the third forbidden give $\tfrac13$, $\tfrac23$
# and 0.
#
# One can also let the `nan` arise and replace it afterwards. The weights are right, and NumPy warns
# at every such call. Replace it where the mask is False, not with `np.nan_to_num`: that would also
# hide a `nan` that came in with the scores, and was a fault of its own.
#
# **When does it occur?** With a causal mask and padding behind the words, never, as long as every
# sentence has a word: every query may see word 0. It does occur with padding in front, and with a
# sentence of length 0.
#
# **Your `attention`** of exercise 3.2 gives `nan` for an empty row if you wrote it with `np.where`
# and `softmax`. To mend it, put `masked_softmax = load("masked_softmax")` into its cell, above
# `def`. In the function take `softmax(scores)` if `mask is None`, else
# `masked_softmax(scores, mask)`, and drop what set the scores to -inf. Run the check of 3.2 again:
# it passes as before, and the new function takes the place of the old one in `my_transformer.py`.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points.
# [Lesson 5](../notebooks/05_self_attention.ipynb) asks where Q, K and V come from.
