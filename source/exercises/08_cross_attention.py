# %% [markdown]
# # Exercises 8 · Cross-attention
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Cross-attention](../notebooks/08_cross_attention.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown] exercise="additive_scores"
# ## 8.1 Scores before dot products
#
# $n$ queries with $d_q$ features meet $m$ keys with $d_k$ features. How well does each pair agree,
# when two matrices and a bend (tanh) decide it?
#
# $$s_{ij} = \tanh\left(q_i W_Q + k_j W_K\right) \cdot v$$
#
# `additive_scores(Q, K, W_Q, W_K, v)` takes `Q` of shape `(..., n, d_q)`, `K` of shape
# `(..., m, d_k)`, the matrices `W_Q` of shape `(d_q, d_a)` and `W_K` of shape `(d_k, d_a)`, and the
# vector `v` of shape `(d_a,)`. It returns the scores of shape `(..., n, m)`: a row for each query,
# a column for each key. The three dots are any leading axes, the same for `Q` and `K`.


# %% answer="additive_scores"
def additive_scores(Q, K, W_Q, W_K, v):
    """Return the score of every query with every key by a small network.

    Q: (..., n, d_q), K: (..., m, d_k), W_Q: (d_q, d_a), W_K: (d_k, d_a), v: (d_a,)
    ->  (..., n, m)
    """
    ### BEGIN SOLUTION
    asked = np.expand_dims(Q @ W_Q, -2)  # (..., n, 1, d_a)
    offered = np.expand_dims(K @ W_K, -3)  # (..., 1, m, d_a)
    return np.tanh(asked + offered) @ v  # (..., n, m, d_a) @ (d_a,) -> (..., n, m)
    ### END SOLUTION


# %% check="additive_scores"
check("additive_scores")

# %% [markdown]
# <details><summary>Hint 1: one query</summary>
#
# Begin with a single query `q` of shape `(d_q,)`. `q @ W_Q` has shape `(d_a,)`, `K @ W_K` has shape
# `(m, d_a)`. NumPy adds them row by row. What does `@ v` make of the sum's tanh?
#
# </details>
#
# <details><summary>Hint 2: every query with every key</summary>
#
# Arrays of shape `(n, 1, d_a)` and `(1, m, d_a)` add up to `(n, m, d_a)`: an axis of length 1 is
# stretched. `np.expand_dims(array, axis)` puts such an axis in. Count its place from the end, so
# that leading axes do not matter.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With one feature, $W_Q = W_K = [[1]]$, the query $(2)$, the keys $(-2)$ and $(1)$ and $v = (1)$,
# the scores are $\tanh(0) = 0$ and $\tanh(3) \approx 0.995$.
#
# Without the tanh the score would be $q_i W_Q v + k_j W_K v$: a number for the query plus a number
# for the key. The first is the same along a row, and a softmax does not see it. All queries would
# then get the same weights. The bend is what lets a query and a key meet.
#
# Bahdanau et al. write vectors as columns and the matrices on the left; it is the same sum. They
# also describe it as one layer over query and key laid end to end, which is the same again: a
# matrix over $[q, k]$ is $W_Q$ stacked on $W_K$.
#
# </details>

# %% [markdown]
# The next exercise uses `attention` from lesson 3.

# %%
attention = load("attention")

# %% [markdown] exercise="cross_attention"
# ## 8.2 Whose words ask, whose words answer
#
# A French sentence that is being written asks an English sentence. What does each French word take
# home?
#
# $$Q = Y W_Q, \qquad K = X W_K, \qquad V = X W_V$$
#
# `cross_attention(Y, X, W_Q, W_K, W_V, mask=None)` takes the asking words `Y` of shape `(..., n,
# d_model)`, the answering words `X` of shape `(..., m, d_model)`, `W_Q` and `W_K` of shape
# `(d_model, d_k)` and `W_V` of shape `(d_model, d_v)`. A `mask` is boolean, `(..., n, m)`, or
# `(..., 1, m)` where all words of `Y` may look at the same words of `X`. The function returns two
# arrays: the output `(..., n, d_v)` and the weights `(..., n, m)`.


# %% answer="cross_attention"
def cross_attention(Y, X, W_Q, W_K, W_V, mask=None):
    """Return what each word of Y gathers from the sentence X, and the weights.

    Y: (..., n, d_model), X: (..., m, d_model), W_Q, W_K: (d_model, d_k), W_V: (d_model, d_v),
    mask: (..., n, m), True = may attend  ->  output (..., n, d_v), weights (..., n, m)
    """
    ### BEGIN SOLUTION
    return attention(Y @ W_Q, X @ W_K, X @ W_V, mask)
    ### END SOLUTION


# %% check="cross_attention"
check("cross_attention")

# %% [markdown]
# <details><summary>Hint</summary>
#
# Take your `self_attention` of lesson 5 and ask of each of its three products: whose words are
# these? The mask is handed on as it came.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With $Y = X$ this is `self_attention`, to the last bit. So one function would do for both. Two
# names are worth having because the arguments come from different places: in a translator, `Y`
# grows by a word at each step, and `X` was computed once and stays.
#
# Keys and values must come from the same words, for a weight is found with a key and spent on the
# value beside it. Nothing ties `Y` to `X` but $d_k$: the two sentences may have different lengths
# and, with other matrices, words of different size.
#
# No causal mask is needed. The whole of `X` is known before the first word of `Y` is written. What
# is masked in a batch is padding.
#
# </details>

# %% [markdown] exercise="alignment_error_rate"
# ## 8.3 How often is attention not alignment?
#
# Somebody who knows both languages has written down which source words each target word
# translates. How many target words look elsewhere?
#
# $$\text{error rate} = \frac{\text{linked target words whose largest weight is on no link}}
# {\text{linked target words}}$$
#
# `alignment_error_rate(weights, gold)` takes `weights` of shape `(..., n, m)`, a row for each
# target word, and the links `gold`, booleans of the same shape: True where this source word is a
# right answer. A target word may have one link, several, of which each is right, or none; without a
# link it counts neither as right nor as wrong. All linked words of all sentences count alike. The
# result is one number from 0 to 1. You may rely on at least one link, and on no ties.


# %% answer="alignment_error_rate"
def alignment_error_rate(weights, gold):
    """Return the share of linked target words whose largest weight is on no link.

    weights: (..., n, m), gold: (..., n, m) boolean  ->  a number from 0 to 1
    """
    ### BEGIN SOLUTION
    linked = np.any(gold, axis=-1)  # (..., n)
    chosen = np.argmax(weights, axis=-1)[..., None]  # (..., n, 1)
    right = np.take_along_axis(gold, chosen, axis=-1)[..., 0]  # (..., n)
    return float(np.mean(~right[linked]))
    ### END SOLUTION


# %% check="alignment_error_rate"
check("alignment_error_rate")

# %% [markdown]
# <details><summary>Hint 1: three questions for each word</summary>
#
# Has it a link? Where is its largest weight? Is `gold` True there? The first two are one NumPy call
# each along the axis of the source words.
#
# </details>
#
# <details><summary>Hint 2: looking up one entry in each row</summary>
#
# `np.take_along_axis(gold, chosen, axis=-1)` picks from each row the column that `chosen` names.
# `chosen` needs as many axes as `gold`, with length 1 in the last. A loop over the rows is as
# right.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Four words with the rows (.7, .2, .1), (.1, .5, .4), (.6, .3, .1) and (.2, .2, .6), linked to the
# source words 0, 1, 1 and 2: the third looks at word 0 and should look at word 1. One of four is
# wrong, and the rate is .25. That its weight on the right word was .3 does not count.
#
# The mean runs over words, not over sentences: a sentence of ten words weighs more than one of
# five. And padding needs no mask of its own, since a padded row has no link.
#
# The name is that of Och & Ney (2003), whose rate also allows for links that are possible but not
# sure. Where each word has one sure link and makes one choice, theirs is the same number as yours.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points. Go on with
# [lesson 9](../notebooks/09_transformer_block.ipynb), on what stands around attention.
