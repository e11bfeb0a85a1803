# %% [markdown]
# # Exercises 7 · Multi-head attention
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Multi-head attention](../notebooks/07_multi_head_attention.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown] exercise="split_heads"
# ## 7.1 Split into heads
#
# Each word has $d$ features. How does every head get all the words, and its own block of features?
#
# $$\text{head } h \text{ of word } i \;=\;
# \big(X_{i,\; h \cdot d_h},\; \dots,\; X_{i,\; (h+1) \cdot d_h - 1}\big),
# \qquad d_h = d / \text{heads}$$
#
# `split_heads(X, heads)` takes `X` of shape `(..., n, d)`, where `heads` divides $d$, and returns
# an array of shape `(..., heads, n, d / heads)`. The three dots stand for any leading axes, also
# none. With `X` of shape `(8, 5, 12)` and 3 heads, `(8, 3, 5, 4)` comes out: 8 sentences, 3 heads,
# 5 words, 4 features.


# %% answer="split_heads"
def split_heads(X, heads):
    """Return X cut along its features into heads, each with a row for every word.

    X: (..., n, d), heads: int that divides d  ->  (..., heads, n, d / heads)
    """
    ### BEGIN SOLUTION
    *leading, n, d = X.shape
    cut = X.reshape(*leading, n, heads, d // heads)  # each word's features in blocks
    return np.swapaxes(cut, -3, -2)  # (..., heads, n, d / heads)
    ### END SOLUTION


# %% check="split_heads"
check("split_heads")

# %% [markdown]
# <details><summary>Hint 1: two steps</summary>
#
# First cut every word's row into blocks: one axis of length $d$ becomes two. Write down what the
# shape is then, with a name for each axis. Which two axes still have to change places?
#
# </details>
#
# <details><summary>Hint 2: the tools</summary>
#
# `*front, rows, columns = A.shape` puts all axes but the last two into the list `front`, which may
# be empty. `np.reshape` takes a tuple such as `(*front, rows, ...)`. Sizes are whole numbers: use
# `//`.
# `np.swapaxes(A, a, b)` exchanges two axes; count them from the end.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With the rows 0 1 2 3, 10 11 12 13 and 20 21 22 23 and two heads, the cut gives
# (0 1)(2 3), (10 11)(12 13), (20 21)(22 23). Head 0 takes the first block of every word: 0 1,
# 10 11, 20 21.
#
# A reshape only renames places: the numbers stay in reading order. That is right for the cut,
# because the blocks of a word are neighbors. It is wrong for the way to (heads, n, d / heads),
# because there word 1 comes right after word 0 in the same head, and the numbers between have to
# move past. Only exchanging axes does that.
#
# Features dealt out in turn (head $h$ takes $h$, $h + \text{heads}$, …) would do as well in a new
# model, which learns its matrices anyway. It must be one rule for all, and the paper's is blocks:
# the matrices of the heads side by side.
#
# </details>

# %% [markdown] exercise="merge_heads"
# ## 7.2 Merge the heads
#
# Each head has gathered something for each word. How do the heads of one word come side by side?
#
# $$\text{row of word } i \;=\; \text{Concat}\big(O_{0,i},\; O_{1,i},\; \dots\big)$$
#
# $O_{h,i}$ is row $i$ of head $h$. `merge_heads(X)` takes `X` of shape `(..., heads, n, d_head)`
# and returns an array of shape `(..., n, heads * d_head)`: in each row first the features of head
# 0, then those of head 1, and so on. It undoes `split_heads`.


# %% answer="merge_heads"
def merge_heads(X):
    """Return the heads laid side by side, a row for each word; undoes split_heads.

    X: (..., heads, n, d_head)  ->  (..., n, heads * d_head)
    """
    ### BEGIN SOLUTION
    *leading, heads, n, d_head = X.shape
    by_word = np.swapaxes(X, -3, -2)  # (..., n, heads, d_head)
    return by_word.reshape(*leading, n, heads * d_head)
    ### END SOLUTION


# %% check="merge_heads"
check("merge_heads")

# %% [markdown]
# <details><summary>Hint</summary>
#
# The two steps of 7.1 in the other order. Two axes become one when they stand side by side at the
# end, in the order in which you want to read them: all features of head 0, then of head 1.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Head 0 with the rows 0 1, 10 11, 20 21 and head 1 with 2 3, 12 13, 22 23: word 0 gets 0 1 from the
# one and 2 3 from the other. A reshape alone would give word 0 the first four numbers in reading
# order, 0 1 10 11, which belong to two words.
#
# `merge_heads(split_heads(X, heads))` gives $X$ back. This alone is no proof: a wrong pair of
# reshapes does so too, as the lesson showed.
#
# </details>

# %% [markdown]
# The next exercise uses your two functions from above and `attention` from lesson 3.

# %%
attention = load("attention")

# %% [markdown] exercise="multi_head_attention"
# ## 7.3 Multi-head attention
#
# How does each word ask several questions at once?
#
# $$O_h = \text{Attention}(X_Q W_Q^h,\; X_{KV} W_K^h,\; X_{KV} W_V^h)$$
#
# $$\text{output} = \text{Concat}(O_0, O_1, \dots)\, W_O$$
#
# `multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None)`: the $n$ words of `X_Q`,
# of shape `(..., n, d_model)`, ask. The $m$ words of `X_KV`, of shape `(..., m, d_model)`, answer.
# `W_Q` and `W_K` are `(d_model, heads * d_k)`, `W_V` is `(d_model, heads * d_v)` and `W_O` is
# `(heads * d_v, d_model)`. The heads' matrices stand side by side in the first three, as blocks of
# columns, and one below the other in `W_O`. It returns the output of shape `(..., n, d_model)` and
# the weights of shape `(..., heads, n, m)`, in this order.
#
# A `mask` is `(n, m)`, the same for all sentences, or has the leading axes of `X_Q` before these
# two, one mask for each sentence. For padding it is `(B, 1, m)`, as in lesson 4. True means that
# the query may attend to the key, in every head.


# %% answer="multi_head_attention"
def multi_head_attention(X_Q, X_KV, W_Q, W_K, W_V, W_O, heads, mask=None):
    """Return what all heads gathered, mixed by W_O, and the weights of each head.

    X_Q: (..., n, d_model) asks, X_KV: (..., m, d_model) answers,
    W_Q, W_K: (d_model, heads * d_k), W_V: (d_model, heads * d_v),
    W_O: (heads * d_v, d_model), mask: (..., n, m), True = may attend
    ->  output (..., n, d_model), weights (..., heads, n, m)
    """
    ### BEGIN SOLUTION
    Q = split_heads(X_Q @ W_Q, heads)  # (..., heads, n, d_k)
    K = split_heads(X_KV @ W_K, heads)  # (..., heads, m, d_k)
    V = split_heads(X_KV @ W_V, heads)  # (..., heads, m, d_v)
    if mask is not None:
        mask = np.expand_dims(mask, -3)  # (..., 1, n, m): the same for every head
    gathered, weights = attention(Q, K, V, mask)  # (..., heads, n, d_v)
    return merge_heads(gathered) @ W_O, weights
    ### END SOLUTION


# %% check="multi_head_attention"
check("multi_head_attention")

# %% [markdown]
# <details><summary>Hint 1: the steps</summary>
#
# Project, split, attend, merge, mix: five steps, and you have written three of them. Write each
# shape beside its line. `attention` takes the axis of heads for one more leading axis.
#
# </details>
#
# <details><summary>Hint 2: the mask</summary>
#
# The scores are `(..., heads, n, m)`, and the mask is `(..., n, m)`. NumPy lines up axes from the
# end, so a sentence's axis in the mask would meet the heads. An axis of length 1 in the right place
# is stretched over all heads: `np.expand_dims(mask, axis)` makes one, and `axis` may be counted
# from the end. If `attention` stops at such a mask, use `np.where` in it, which stretches too.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Two words to attend to, (1, 0) and (0, 1), two heads with one feature each, the query (1, 1),
# $W_Q$ the identity, and $W_K$ with $\log 3$ and $\log 4$ on its diagonal. Head 0 sees the keys
# $\log 3$ and 0, so its weights are $\tfrac34$ and $\tfrac14$. Head 1 sees 0 and $\log 4$:
# $\tfrac15$ and
# $\tfrac45$. With $W_V$ the rows (4, 5) and (8, 10), head 0 gathers $3 + 2 = 5$ and head 1 gathers
# $1 + 8 = 9$: merged, (5, 9), and $W_O$ mixes these two.
#
# The scale is $\sqrt{d_k}$ of a single head, here $\sqrt 1$. `attention` takes it from the last
# axis of `Q` and so gets it right after the split, and would get it wrong before.
#
# Nothing here asks whether `X_Q` and `X_KV` are the same sentence. Lesson 8 lets them differ.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points.
# Next: [lesson 8, Cross-attention](../notebooks/08_cross_attention.ipynb).
