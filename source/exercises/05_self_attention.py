# %% [markdown]
# # Exercises 5 · Self-attention
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Self-attention](../notebooks/05_self_attention.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown]
# The first exercise uses your `attention` from lesson 3.

# %%
attention = load("attention")

# %% [markdown] exercise="self_attention"
# ## 5.1 A sentence attends to itself
#
# Every word of a sentence asks, answers, and hands something over. What does each take home, and
# from which word?
#
# $$Q = X W_Q, \qquad K = X W_K, \qquad V = X W_V, \qquad
# \text{Attention}(Q, K, V)$$
#
# `self_attention(X, W_Q, W_K, W_V, mask=None)` takes the words `X` of shape `(..., n, d_model)`, a
# row for each word, `W_Q` and `W_K` of shape `(d_model, d_k)`, and `W_V` of shape
# `(d_model, d_v)`. It returns two arrays, in this order: the output of shape `(..., n, d_v)` and
# the weights of shape `(..., n, n)`.
#
# The three dots stand for any leading axes: with `X` of shape `(8, 5, 16)`, eight sentences of five
# words attend, each to itself, with the same three matrices. A `mask` is boolean, True means that
# the row's word may attend to the column's. Its shape is `(n, n)`, or `(B, 1, n)` for the padding
# of `B` sentences.


# %% answer="self_attention"
def self_attention(X, W_Q, W_K, W_V, mask=None):
    """Return what each word gathers from its own sentence, and the weights.

    X: (..., n, d_model), W_Q and W_K: (d_model, d_k), W_V: (d_model, d_v), mask: True = may attend
    ->  output (..., n, d_v), weights (..., n, n)
    """
    ### BEGIN SOLUTION
    Q = X @ W_Q  # (..., n, d_k): what each word asks
    K = X @ W_K  # (..., n, d_k): what it answers to
    V = X @ W_V  # (..., n, d_v): what it hands over
    return attention(Q, K, V, mask)
    ### END SOLUTION


# %% check="self_attention"
check("self_attention")

# %% [markdown]
# <details><summary>Hint 1: the three products</summary>
#
# A word is a *row* of `X`, and a row times a matrix is a new row. On which side of `X` does the
# matrix stand, so that `d_model` meets `d_model`? `@` takes an `X` with leading axes and a matrix
# without: the matrix is used for every sentence.
#
# </details>
#
# <details><summary>Hint 2: the rest</summary>
#
# All that comes after the three products is a function that you have. It takes a mask, and it
# returns the two results in the order that is asked for.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Take the words $(1, 0, 2)$ and $(0, 1, 3)$, with $W_Q = (1, 0, 0)^\top$ and
# $W_K = (\log 1, \log 3, 0)^\top$. The first word asks 1 and the second 0; they answer to
# $\log 1$ and $\log 3$. The first word's weights are $\tfrac14$ and $\tfrac34$, those of the second
# $\tfrac12$ and $\tfrac12$: a query of 0 takes the average.
#
# The mixture and the projection can change places: $A (X W_V) = (A X) W_V$. Both are right. The
# first is the usual one, because the values are small ($d_v$ numbers) when they are mixed.
#
# The scores are $X W_Q W_K^\top X^\top / \sqrt{d_k}$. One matrix $M = W_Q W_K^\top$ would give the
# same scores, but with $d_\text{model}^2$ numbers instead of $2\, d_\text{model}\, d_k$. For MiniLM
# ($d_\text{model} = 384$, $d_k = 32$) that is 147,456 against 24,576 for each head.
#
# If the words come in another order, the outputs come in that order and are the same. The check
# tests it.
#
# </details>

# %% [markdown] exercise="attention_share"
# ## 5.2 How much attention do these words give to those?
#
# "sat" looks at "cat" and "on": is that so, and in which heads? A saying names some queries and
# some keys. Add up what each of the queries $I$ gives to all of the keys $J$, and average over the
# queries, of which there are $|I|$:
#
# $$\text{share} = \frac{1}{|I|} \sum_{i \in I} \sum_{j \in J} w_{ij}$$
#
# `attention_share(weights, queries, keys)` takes `weights` of shape `(..., n, m)`, and `queries`
# and `keys` as lists or arrays of different indices, which count from 0. It returns one number for
# each table of weights, of shape `(...)`: with `weights` of shape `(6, 12, 9, 9)`, 6 layers of 12
# heads, it returns shape `(6, 12)`.


# %% answer="attention_share"
def attention_share(weights, queries, keys):
    """Return how much of their attention the queries give to the keys, from 0 to 1.

    weights: (..., n, m), queries: a indices of rows, keys: b indices of columns  ->  (...)
    """
    ### BEGIN SOLUTION
    asked = weights[..., queries, :]  # (..., a, m)
    given = np.sum(asked[..., keys], axis=-1)  # (..., a, b) -> (..., a)
    return np.mean(given, axis=-1)  # (...)
    ### END SOLUTION


# %% check="attention_share"
check("attention_share")

# %% [markdown]
# <details><summary>Hint 1: choosing</summary>
#
# An array indexed with a list, as in `table[..., [3, 1]]`, gives the columns 3 and 1. Two lists
# side by side, as in `table[[0, 1], [3, 1]]`, give two single numbers: row 0 of column 3, row 1 of
# column 1. You want every chosen row with every chosen column. Take two steps.
#
# </details>
#
# <details><summary>Hint 2: adding up</summary>
#
# After choosing, the last two axes hold the chosen queries and the chosen keys. One of them is
# added up, the other averaged. Name both axes from the end, so that the heads keep theirs.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# One query with the weights $(.1, .4, .2, .3)$ gives the keys 0 and 3 a share of $.1 + .3 = .4$.
# All keys together get 1, so a share lies between 0 and 1, and an equal share for $b$ of $m$ keys
# is $b / m$. Compare a share with that before you call it large.
#
# Averaging over the queries before adding over the keys gives the same number: both are sums.
#
# Keep it for whenever somebody says that one word looks at another: it takes the weights of any
# model, also between two languages, where $n$ and $m$ differ.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points. Next:
# [lesson 6, Positions](../notebooks/06_positions.ipynb).
