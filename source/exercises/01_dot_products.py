# %% [markdown]
# # Exercises 1 · Dot products
#
# Write each function, run its check, and read what it says. A right function is kept for later
# lessons. Each function needs one to three lines. The lesson that belongs to this page is
# [Dot products](../notebooks/01_dot_products.ipynb).

# %%
import numpy as np

from course_utils.answers import check

# %% [markdown] exercise="dot_scores"
# ## 1.1 One query, many keys
#
# How well does a query agree with each of many keys? The keys are the rows of $K$, and row $j$ is
# the key $k_j$. Score each of them by its dot product with the query:
#
# $$s_j = q \cdot k_j = \sum_{f=1}^{d} q_f \, K_{jf}$$
#
# `dot_scores(q, K)` takes `q` of shape `(d,)` and `K` of shape `(m, d)`, and returns the $m$ scores
# as an array of shape `(m,)`.


# %% answer="dot_scores"
def dot_scores(q, K):
    """Return the dot product of the query with every key.

    q: (d,), K: (m, d)  ->  (m,)
    """
    ### BEGIN SOLUTION
    return np.sum(K * q, axis=-1)  # (m, d) -> (m,)
    ### END SOLUTION


# %% check="dot_scores"
check("dot_scores")

# %% [markdown]
# <details><summary>Hint</summary>
#
# In the lesson one key was scored by multiplying feature by feature and adding up. `K * q`
# multiplies every row of `K` by `q` at once; look at its shape. Which axis must the sum remove?
# A loop over the keys that collects the scores in an array is right as well.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# For $q = (1, 2)$ and the keys $(3, 0)$ and $(1, 1)$ the products are $(3, 0)$ and $(1, 2)$, and
# both tallies are 3. The sum runs along the features, the last axis, because each key wants a
# number of its own. Summed along the first axis, the same products give one number for each
# feature, which says nothing about any key.
#
# The table of products is not needed in memory. A product of a matrix with a vector adds up each
# row while it multiplies: $K q$ has the shape $(m, d) \times (d,) \to (m,)$. In reverse order,
# $q K$ would pair the query with the columns of $K$, and stops when $m \neq d$. When $m = d$ it
# does not stop and is wrong, which is worse. The checks of this course therefore use sizes that
# differ.
#
# </details>

# %% [markdown] exercise="cosine_similarity"
# ## 1.2 Direction alone
#
# Which key points most nearly where the query points, whatever the lengths? Divide both lengths
# out of each score:
#
# $$c_j = \frac{q \cdot k_j}{|q| \, |k_j|}, \qquad |q| = \sqrt{\sum_{f=1}^{d} q_f^2}$$
#
# `cosine_similarity(q, K)` takes `q` of shape `(d,)` and `K` of shape `(m, d)`, and returns $m$
# cosines from −1 to 1, of shape `(m,)`. No vector has length 0. You may call your `dot_scores`.


# %% answer="cosine_similarity"
def cosine_similarity(q, K):
    """Return the cosine of the angle between the query and every key.

    q: (d,), K: (m, d)  ->  (m,)
    """
    ### BEGIN SOLUTION
    query_length = np.sqrt(np.sum(q * q))  # one number
    key_lengths = np.sqrt(np.sum(K * K, axis=-1))  # (m,)
    return dot_scores(q, K) / (query_length * key_lengths)
    ### END SOLUTION


# %% check="cosine_similarity"
check("cosine_similarity")

# %% [markdown]
# <details><summary>Hint</summary>
#
# Print three shapes: of the scores, of the length of `q`, and of the lengths of the keys. There is
# one query, so one number; there are $m$ keys, so $m$ numbers. `a / b * c` divides by `b` alone.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With $q = (3, 4)$ and the key $(8, 6)$ the score is 48 and the lengths are 5 and 10, so the cosine
# is $48 / 50 = 0.96$. Multiply the key by 100 and its score and its length both grow 100 times; the
# cosine stays.
#
# Another way: divide each vector by its length first, so that all have length 1, and score those.
# The result is the same. Divide copies, though: `K /= ...` would change the array of whoever called
# your function.
#
# A vector of length 0 has no direction, and its cosine would be 0 / 0. Libraries keep the divisor
# above a tiny number so that this gives 0; the check accepts that as well.
#
# </details>

# %% [markdown] exercise="pairwise_scores"
# ## 1.3 Every query with every key
#
# When each of $n$ words asks and each of $m$ words is compared, how do all the scores come about at
# once? Row $i$ of the table holds the scores of query $i$:
#
# $$S = Q K^\top, \qquad S_{ij} = q_i \cdot k_j$$
#
# `pairwise_scores(Q, K)` takes `Q` of shape `(n, d)` and `K` of shape `(m, d)`, and returns a table
# of shape `(n, m)`. Loops are right, and a matrix product is shorter and much faster.


# %% answer="pairwise_scores"
def pairwise_scores(Q, K):
    """Return the dot product of every query with every key, a row for each query.

    Q: (n, d), K: (m, d)  ->  (n, m)
    """
    ### BEGIN SOLUTION
    return Q @ K.T  # (n, d) @ (d, m) -> (n, m)
    ### END SOLUTION


# %% check="pairwise_scores"
check("pairwise_scores")

# %% [markdown]
# <details><summary>Hint</summary>
#
# Write the shapes in a row: `(n, d)` times `(?, ?)` gives `(n, m)`. In a matrix product the inner
# two sizes must be equal, and they disappear. What has to happen to `K`, of shape `(m, d)`?
#
# </details>
#
# <details><summary>Discussion</summary>
#
# For the query $(1, 2)$ and the keys $(3, 4)$ and $(5, 6)$ the table has one row, $(11, 17)$:
# $1 \times 3 + 2 \times 4$ and $1 \times 5 + 2 \times 6$.
#
# The axis that both have in common, the features, is the one that is summed away. The other two
# stay, queries first. With the two sides exchanged the table comes out transposed: every number is
# right and stands in the wrong place. With $n \neq m$ the shape gives it away; when queries and
# keys are the same words, not even that does, because the table is its own mirror image.
#
# $Q^\top K$ needs as many queries as keys and sums over the words instead: a table of features by
# features. It answers another question, which features occur together.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points.
# Next: [lesson 2, Softmax](../notebooks/02_softmax.ipynb), where `dot_scores` is used and scores
# become shares.
