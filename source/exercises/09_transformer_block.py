# %% [markdown]
# # Exercises 9 · The block
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [The block](../notebooks/09_transformer_block.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown] exercise="layer_norm"
# ## 9.1 Layer norm
#
# How do you bring every word to the same size, whatever was added to it?
#
# $$\text{LN}(x) = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \text{gain} + \text{bias}$$
#
# $x$ is one word, $\mu$ the mean of its $d$ features, $\sigma^2$ their variance: the mean of
# $(x_f - \mu)^2$, a division by $d$. $\odot$ multiplies feature by feature.
#
# `layer_norm(X, gain, bias, epsilon=1e-5)` takes `X` of shape `(..., d)`, `gain` and `bias` of
# shape `(d,)`, and returns an array of the shape of `X`. Each word is normed by itself.


# %% answer="layer_norm"
def layer_norm(X, gain, bias, epsilon=1e-5):
    """Return X with each word brought to mean 0 and variance 1, then rescaled.

    X: (..., d), gain and bias: (d,)  ->  (..., d)
    """
    ### BEGIN SOLUTION
    centred = X - np.mean(X, axis=-1, keepdims=True)
    variance = np.mean(centred**2, axis=-1, keepdims=True)  # (..., 1)
    return centred / np.sqrt(variance + epsilon) * gain + bias
    ### END SOLUTION


# %% check="layer_norm"
check("layer_norm")

# %% [markdown]
# <details><summary>Hint</summary>
#
# Two means, one after the other: the mean of the features, and the mean of the squares of what is
# left. Along which axis do the features lie? With `keepdims=True` a mean keeps that axis, with
# length 1, and lines up with `X` again.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# A word $(1, 5)$ has mean 3 and variance 4. It becomes $(-1, 1)$; with gain $(2, 3)$ and bias $(0,
# 10)$ it becomes $(-2, 13)$. The word $(10, 50)$ gives the same, and so does $(101, 105)$: size and
# shift are gone. Only the pattern is left, and gain and bias, which training sets, say how large
# and where.
#
# $\epsilon$ is there for a word whose features are all alike. Without it that is $0 / 0$.
# It stands under the root, beside the variance, so that it is a variance too.
#
# The axis is the whole point. Norms over words or over sentences exist, and a model that used one
# would make a word's vector depend on who else is in the batch, and a masked word could leak.
#
# </details>

# %% [markdown] exercise="feed_forward"
# ## 9.2 The feed-forward network
#
# Each word has gathered what it needs. How does it make something new of it?
#
# $$\text{FFN}(x) = \max(0,\; x W_1 + b_1)\, W_2 + b_2$$
#
# $\max(0, \cdot)$ replaces every number below 0 by 0, one by one. It is called ReLU.
#
# `feed_forward(X, W_1, b_1, W_2, b_2)` takes `X` of shape `(..., d_model)`, `W_1` of shape
# `(d_model, d_ff)`, `b_1` of shape `(d_ff,)`, `W_2` of shape `(d_ff, d_model)` and `b_2` of shape
# `(d_model,)`. It returns an array of the shape of `X`.


# %% answer="feed_forward"
def feed_forward(X, W_1, b_1, W_2, b_2):
    """Return each word passed through the same two-layer network, alone.

    X: (..., d_model), W_1: (d_model, d_ff), b_1: (d_ff,), W_2: (d_ff, d_model), b_2: (d_model,)
    ->  (..., d_model)
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(X @ W_1 + b_1, 0.0)  # (..., d_ff)
    return hidden @ W_2 + b_2
    ### END SOLUTION


# %% check="feed_forward"
check("feed_forward")

# %% [markdown]
# <details><summary>Hint</summary>
#
# `np.maximum(a, b)` takes the larger of two numbers, place by place. `np.max(a, b)` is another
# function: there `b` is an axis.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With $x = (2)$, $W_1 = (1, -2)$, $b_1 = (1, 1)$: the hidden layer is $(3, -3)$, bent to $(3, 0)$.
# With $W_2$ the column $(5, 7)$ and $b_2 = (1)$ the result is $15 + 0 + 1 = 16$.
#
# The bend is all. Without it, $(x W_1 + b_1) W_2 + b_2$ is $x (W_1 W_2)$ and a constant: one
# matrix, however wide the hidden layer.
#
# No word meets another here. All rows go through the same two matrices, one by one.
#
# </details>

# %% [markdown]
# The blocks use your two functions from above and `multi_head_attention` from lesson 7.

# %%
multi_head_attention = load("multi_head_attention")

# %% [markdown] exercise="encoder_block"
# ## 9.3 The encoder block
#
# How do attention and network work on the same words, so that neither loses them?
#
# $$\begin{aligned}
# X' &= X + \text{MultiHead}\big(\text{LN}_1(X)\big) \\
# \text{output} &= X' + \text{FFN}\big(\text{LN}_2(X')\big)
# \end{aligned}$$
#
# In MultiHead the normed words ask and answer. This is pre-norm: each part reads a normed copy, and
# what it makes is added to the words themselves.
#
# `encoder_block(X, block, heads, mask=None)` takes `X` of shape `(..., n, d_model)`. `block` is a
# dict of dicts: `block["norm_1"]` and `block["norm_2"]` hold `gain` and `bias`,
# `block["attention"]` holds `W_Q`, `W_K`, `W_V` and `W_O`, `block["feed_forward"]` holds `W_1`,
# `b_1`, `W_2` and `b_2`. `mask` is as in lesson 7. It returns the output, of the shape of `X`, and
# the weights of shape `(..., heads, n, n)`.


# %% answer="encoder_block"
def encoder_block(X, block, heads, mask=None):
    """Return the words after self-attention and the network, and the weights of each head.

    X: (..., n, d_model), block: dict of dicts, mask: (..., n, n), True = may attend
    ->  output (..., n, d_model), weights (..., heads, n, n)
    """
    ### BEGIN SOLUTION
    ready = layer_norm(X, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **block["attention"], heads=heads, mask=mask)
    X = X + note
    ready = layer_norm(X, **block["norm_2"])
    return X + feed_forward(ready, **block["feed_forward"]), weights
    ### END SOLUTION


# %% check="encoder_block"
check("encoder_block")

# %% [markdown]
# <details><summary>Hint 1: two names</summary>
#
# Keep the words and their normed copy under two names. The part reads the copy. Which of the two
# stands in the sum?
#
# </details>
#
# <details><summary>Hint 2: handing a dict over</summary>
#
# `f(X, **{"gain": g, "bias": b})` is the same call as `f(X, gain=g, bias=b)`. The names in the
# dicts of `block` are the names of your functions' arguments.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# If all matrices of a block are 0, its two notes are 0, and the words come out exactly as they went
# in. A new block can therefore be put into a model without harm, and learn from there.
#
# `X += ...` would write the sum into the array that the caller still holds. Nothing of the course
# changes its arguments: a plain `+` makes a new array, which may get the old name.
#
# The second norm reads the first sum, so the network already knows what attention brought.
#
# </details>

# %% [markdown] exercise="decoder_block"
# ## 9.4 The decoder block
#
# The decoder's words look at themselves, then at the other sentence. In which order, and who is
# hidden from whom?
#
# $$\begin{aligned}
# Y' &= Y + \text{MultiHead}\big(\text{LN}_1(Y),\; \text{LN}_1(Y)\big) \\
# Y'' &= Y' + \text{MultiHead}\big(\text{LN}_2(Y'),\; X\big) \\
# \text{output} &= Y'' + \text{FFN}\big(\text{LN}_3(Y'')\big)
# \end{aligned}$$
#
# In MultiHead(a, b), a asks and b answers. $X$ is the encoded sentence. The encoder has normed it
# at its end, so it is not normed here.
#
# `decoder_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None)` takes `Y` of shape
# `(..., n, d_model)` and `X` of shape `(..., m, d_model)`. `block` holds `"norm_1"`,
# `"self_attention"`, `"norm_2"`, `"cross_attention"`, `"norm_3"` and `"feed_forward"`. `heads` and
# `mask`, `(..., n, n)`, are for the self-attention; `cross_heads` and `cross_mask`, `(..., n, m)`,
# for the cross-attention. It returns three arrays: the output, of the shape of `Y`, the weights
# `(..., heads, n, n)` and the cross-weights `(..., cross_heads, n, m)`.


# %% answer="decoder_block"
def decoder_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Return the words of Y after looking at themselves and at X, and both weights.

    Y: (..., n, d_model), X: (..., m, d_model), block: dict of dicts, mask: (..., n, n),
    cross_mask: (..., n, m)
    ->  output (..., n, d_model), weights (..., heads, n, n), cross_weights (..., cross_heads, n, m)
    """
    ### BEGIN SOLUTION
    own, other = block["self_attention"], block["cross_attention"]
    ready = layer_norm(Y, **block["norm_1"])
    note, weights = multi_head_attention(ready, ready, **own, heads=heads, mask=mask)
    Y = Y + note
    ready = layer_norm(Y, **block["norm_2"])
    note, crossed = multi_head_attention(ready, X, **other, heads=cross_heads, mask=cross_mask)
    Y = Y + note
    ready = layer_norm(Y, **block["norm_3"])
    return Y + feed_forward(ready, **block["feed_forward"]), weights, crossed
    ### END SOLUTION


# %% check="decoder_block"
check("decoder_block")

# %% [markdown]
# <details><summary>Hint</summary>
#
# Your encoder block with one more part in the middle. Write each part as norm, note, sum. For each
# attention ask four things: who asks, who answers, how many heads, which mask.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Self-attention comes first, so that a word knows what has been written before it asks the other
# sentence. After *le* it can ask for a noun.
#
# The block makes no causal mask. It uses the mask that it is given, so that the same block can be
# run without one, or, in lesson 11, with a link cut. `decode` in lesson 10 makes the mask.
#
# Some versions norm $X$ in every block. Here the encoder does it once, at its end: nothing has been
# added since.
#
# </details>

# %% [markdown] exercise="attention_backward"
# ## 9.5 Attention, backwards
#
# Somebody tells you for each number of attention's output how the loss changes with it: `d_out`.
# How does the loss change with $Q$, $K$ and $V$?
#
# $$\begin{aligned}
# dV_j &= \textstyle\sum_i w_{ij}\, d\text{out}_i
# & dw_{ij} &= d\text{out}_i \cdot V_j \\
# ds_{ij} &= w_{ij} \left(dw_{ij} - \textstyle\sum_t w_{it}\, dw_{it}\right) && \\
# dQ_i &= \textstyle\sum_j ds_{ij}\, K_j / \sqrt{d_k}
# & dK_j &= \textstyle\sum_i ds_{ij}\, Q_i / \sqrt{d_k}
# \end{aligned}$$
#
# `attention_backward(d_out, Q, K, V, weights)` takes `d_out` of shape `(..., n, d_v)`, `Q` `(...,
# n, d_k)`, `K` `(..., m, d_k)`, `V` `(..., m, d_v)`, and the `weights` `(..., n, m)` that
# `attention` gave for them. It returns `dQ`, `dK` and `dV`, each of the shape of what it belongs
# to.


# %% answer="attention_backward"
def attention_backward(d_out, Q, K, V, weights):
    """Return how a loss changes with Q, K and V, given how it changes with the output.

    d_out: (..., n, d_v), Q: (..., n, d_k), K: (..., m, d_k), V: (..., m, d_v), weights: (..., n, m)
    ->  dQ (..., n, d_k), dK (..., m, d_k), dV (..., m, d_v)
    """
    ### BEGIN SOLUTION
    dV = np.swapaxes(weights, -1, -2) @ d_out  # (..., m, d_v)
    d_weights = d_out @ np.swapaxes(V, -1, -2)  # (..., n, m)
    average = np.sum(weights * d_weights, axis=-1, keepdims=True)  # (..., n, 1)
    d_scores = weights * (d_weights - average) / Q.shape[-1] ** 0.5  # (..., n, m)
    return d_scores @ K, np.swapaxes(d_scores, -1, -2) @ Q, dV
    ### END SOLUTION


# %% check="attention_backward"
check("attention_backward")

# %% [markdown]
# <details><summary>Hint 1: from sums to products</summary>
#
# A sum over the *last* index of one table and the *first* of the next is a matrix product. Where
# the index stands at the other place, the table must be turned: `np.swapaxes(table, -1, -2)`. The
# shapes decide. `dV` has a row for each key.
#
# </details>
#
# <details><summary>Hint 2: the softmax</summary>
#
# $\sum_t w_{it}\, dw_{it}$ is one number for each query: an average of a row, weighted by the
# weights of that row. Keep its axis, so that it can be taken off the whole row.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# One query, two keys, weights $\tfrac34$ and $\tfrac14$, values 4 and 8, and $d\text{out} = 1$. The
# pulls at the weights are 4 and 8, their weighted average is $3 + 2 = 5$: that is the output. So
# $ds = \tfrac34 \cdot (-1)$ and $\tfrac14 \cdot 3$: $-\tfrac34$ and $\tfrac34$. Their sum is 0 in
# every row.
#
# The weights came in as an argument: the way back uses what the way there computed. That is why
# training needs more memory than use. A masked weight is 0, so its $ds$ is 0, and nothing has to be
# said about masks.
#
# Lesson 10 trains without this function. A tape applies such rules to every operation by itself,
# and gives the same numbers.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points.
# Next: [lesson 10, Train a transformer](../notebooks/10_train_a_transformer.ipynb).
