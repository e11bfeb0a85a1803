# %% [markdown]
# # 9 · The block
#
# *A transformer is attention, and what else?*
#
# After this lesson you can
#
# - measure what attention cannot do alone, and say which part of a block does it;
# - follow the shapes through an encoder block and a decoder block;
# - go backwards through attention by hand, and check it.
#
# About 40 minutes, with a break after the decoder block.

# %%
import numpy as np

from course_utils.answers import load
from course_utils.arrays import value_and_grad
from course_utils.data.vocabulary import START
from course_utils.model import parameters, transformer_block
from course_utils.model.attention import attention as course_attention
from course_utils.model.transformer import embed
from course_utils.plots import bars_side_by_side, curves, show
from course_utils.training.attention_inputs import attention_inputs
from course_utils.training.shipped import load_translator

# %% [markdown]
# ## Attention alone
#
# Seven words of 64 random features go through attention with four heads. What comes out goes into
# the next attention, twelve times. All matrices are random, as before any training. How different
# are the words then?
#
# Measure what they do not share. $\bar x$ is the mean word, and $\lVert \cdot \rVert$ the root of
# the sum of all squares:
#
# $$\text{spread} = \lVert X - \bar x \rVert \,/\, \lVert X \rVert$$
#
# It is 0 when all words are one vector. By hand: (1, 0) and (0, 1) have the mean (.5, .5), and
# $\sqrt{4 \cdot .25} / \sqrt 2 = .71$.


# %%
def spread(X):
    """Return the share of X that its words do not have in common, from 0 to 1."""
    return np.linalg.norm(X - X.mean(axis=0)) / np.linalg.norm(X)


print(f"{spread(np.eye(2)):.2f} {spread(np.ones((2, 2))):.2f}")

# %% [markdown]
# **Predict.** The spread begins near 1. What is it after three attentions?

# %%
multi_head_attention = load("multi_head_attention")


def draw(seed, depth):
    """Return seven random words (n, d_model) = (7, 64) and blocks, dicts of random matrices."""
    rng, block = np.random.default_rng(seed), parameters.encoder_block_parameters
    return rng.normal(size=(7, 64)), [block(rng, d_model=64, d_ff=128) for _ in range(depth)]


def attention_only(X, block):
    """Return what attention makes of the words."""
    return multi_head_attention(X, X, **block["attention"], heads=4)[0]


# %%
def followed(step, depth=12, seeds=10):
    """Return spread and mean length of a word after 0, 1, … steps: (2, seeds, depth + 1)."""
    found = np.zeros((2, seeds, depth + 1))
    for seed in range(seeds):
        X, blocks = draw(seed, depth)
        for i in range(depth + 1):
            found[:, seed, i] = spread(X), np.linalg.norm(X, axis=-1).mean()
            X = step(X, blocks[i]) if i < depth else X
    return found


# %%
alone = followed(attention_only)
for i in (0, 1, 2, 3, 12):
    print(f"after {i:2}: median of ten sets {np.median(alone[0, :, i]):.4f}", end=", ")
    print(f"largest {alone[0, :, i].max():.4f}")

# %% [markdown]
# After three, the words are one vector. An average lies between what it averages,
# and averages of averages close in. Dong, Cordonnier and Loukas (2021) proved it.
#
# ## Keep the word: the residual
#
# Let attention *add* to a word what it found, instead of replacing it: $X + \text{MultiHead}(X)$.
# The word itself goes straight on: the **residual** connection.


# %%
def added(X, block):
    """Add what attention finds to the words."""
    return X + attention_only(X, block)


steps = {"attention alone": attention_only, "+ residual": added}
for name, step in steps.items():
    apart, length = np.median(followed(step), axis=1)  # (13,) each: after 0, 1, … 12 steps
    print(f"{name:15} spread {apart[-1]:.2f}, length of a word {length[0]:.0f} -> {length[-1]:.0f}")

# %% [markdown]
# After twelve .08 of the spread is left, but now the words explode, from length 8 to 260. Longer
# words make larger scores and louder notes, which make longer words.
#
# ## Keep the size: the norm
#
# **Layer norm** brings the features of each word to mean 0 and variance 1:
#
# $$\text{LN}(x) = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \text{gain} + \text{bias}$$
#
# $\mu$ is the mean of the word's own features and $\sigma^2$ their variance. $\epsilon$, a tiny
# number, keeps the root from being 0. Then `gain` scales and `bias` shifts each feature ($\odot$
# multiplies feature by feature); training sets both. By hand: (1, 1, 5, 5) has mean 3 and
# variance 4.

# %%
layer_norm = load("layer_norm")
x = np.array([[1.0, 1, 5, 5], [10, 10, 50, 50], [7, 7, 7, 7]])  # (3 words, 4 features)
print(layer_norm(x, gain=np.ones(4), bias=np.zeros(4)).round(2))

# %% [markdown]
# Ten times the first word comes out the same. The third, all alike, is not 0 / 0, thanks to
# $\epsilon$.
#
# **Predict.** Let attention read a normed copy of the words. Does that keep them apart? And with
# the residual as well?


# %%
def norm_only(X, block):
    """Norm the words, and replace them by what attention makes of them."""
    return attention_only(layer_norm(X, **block["norm_1"]), block)


steps |= {"+ norm": norm_only, "+ both": lambda X, block: X + norm_only(X, block)}
paths = {name: np.median(followed(step), axis=1) for name, step in steps.items()}  # (2, 13) each
for name, (apart, length) in paths.items():
    print(f"{name:15} spread {apart[-1]:.2f}, length of a word {length[0]:.0f} -> {length[-1]:.0f}")

# %%
lines = {name: apart for name, (apart, _) in paths.items()}
left = ", ".join(f"{name} {apart[-1]:.2f}" for name, apart in lines.items())
axis = {"x_label": "attentions passed", "y_label": "spread, median of ten sets"}
title = "Random matrices: without the residual all words become one"
show(
    curves(np.arange(13), lines, **axis, y_range=(0, 1), title=title),
    alt="Spread of seven words against depth. All begin near 1. Attention alone, with the norm or "
    f"without, is at 0 after three. Left after twelve: {left}.",
)

# %% [markdown]
# The norm alone saves nothing. Both together keep the most, .35, at a length of 24.
#
# ## New features: the feed-forward network
#
# Can attention make something new of *one* word? With one word the weight is 1, and what is left is
# $X W_V W_O$, a matrix.
#
# Suppose a word has gathered two features: "not" stood before it; it begins with "un". *Happy* and
# *not unhappy* are good, *unhappy* and *not happy* bad. Bad is **one but not both**.
#
# **Predict.** Least squares (lesson 7) finds the best matrix and constant. What does it answer for
# the four?

# %%
X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])  # happy, unhappy, not happy, not unhappy
bad = np.array([0.0, 1, 1, 0])
with_constant = np.hstack([X, np.ones((4, 1))])  # (4, 3)
best = np.linalg.lstsq(with_constant, bad)[0]  # (3,)
print("best matrix:", (with_constant @ best).round(2))

# %% [markdown]
# A half for all: a matrix gives each feature one sign, whatever the other is. The **feed-forward**
# network is two matrices with a bend between: $\max(0, \cdot)$ replaces each number below 0 by 0.
#
# $$\text{FFN}(x) = \max(0,\; x W_1 + b_1)\, W_2 + b_2$$
#
# Between the matrices a word has $d_\text{ff}$ features, the **hidden layer**. Here there are two,
# set by hand: the first counts the features, the second is 1 only when both are there. $W_2$ takes
# it off twice: 2 − 2 · 1 = 0.

# %%
feed_forward = load("feed_forward")
W_1, b_1 = np.ones((2, 2)), np.array([0.0, -1.0])  # (d_model, d_ff), (d_ff,)
W_2, b_2 = np.array([[1.0], [-2.0]]), np.zeros(1)  # (d_ff, 1), (1,)
print("hidden:", np.maximum(X @ W_1 + b_1, 0).tolist())
print("network:", feed_forward(X, W_1, b_1, W_2, b_2)[:, 0])

# %% [markdown]
# Attention moves things between words; the network makes new ones within each word.
#
# ## The encoder block
#
# Two parts, each with its own norm before it and a sum after it (exercise 9.3):
#
# $$\begin{aligned}
# X' &= X + \text{MultiHead}\big(\text{LN}_1(X)\big) \\
# \text{output} &= X' + \text{FFN}\big(\text{LN}_2(X')\big)
# \end{aligned}$$
#
# Its numbers come in `block`, a dict of dicts: `block["norm_1"]["gain"]`, … Take the first block of
# lesson 8's clean translator and the cat sentence. `embed` gives each word its vector and adds its
# position.

# %%
encoder_block, clean = load("encoder_block"), load_translator("clean")
cat = clean.translate("The cat sat on the mat.")
X = embed(np.array(clean.english.encode(cat.source)), clean.params["source_embedding"])
block = clean.params["encoder"]["block_1"]
out, weights = encoder_block(X, block, heads=4)
hidden = X @ block["feed_forward"]["W_1"]  # for its shape
found = {"words in": X, "weights": weights, "hidden layer": hidden, "words out": out}
for name, array in found.items():
    print(f"{name:13} {array.shape}")
for part, arrays in block.items():
    print(f"{part:13} {sum(array.size for array in arrays.values()):6,} parameters")

# %% [markdown]
# Words go in and come out in one shape, so blocks can be stacked. The network has about as many
# parameters as the four matrices of attention. Do the words of this trained stack become one?

# %%
for block in clean.params["encoder"].values():
    print(f"spread {spread(X):.2f}, length {np.linalg.norm(X, axis=-1).mean():.0f}", end=" -> ")
    X, _ = encoder_block(X, block, heads=4)
print(f"spread {spread(X):.2f}, length {np.linalg.norm(X, axis=-1).mean():.0f}")

# %% [markdown]
# No: they move apart, from .75 to .83.
#
# ## The decoder block
#
# The decoder's words $Y$ attend to themselves, causally; then they ask the encoded sentence $X$;
# then comes the network (exercise 9.4). In $\text{MultiHead}(a, b)$, $a$ asks and $b$ answers:
#
# $$\begin{aligned}
# Y' &= Y + \text{MultiHead}\big(\text{LN}_1(Y),\; \text{LN}_1(Y)\big) \\
# Y'' &= Y' + \text{MultiHead}\big(\text{LN}_2(Y'),\; X\big) \\
# \text{output} &= Y'' + \text{FFN}\big(\text{LN}_3(Y'')\big)
# \end{aligned}$$
#
# $X$ is not normed here: the encoder does it once, at its end.
#
# **Predict.** $Y$ has nine words. You exchange the last. How many of the nine rows that come out
# change, with the causal mask and without? And if you exchange the last word of $X$?

# %%
decoder_block, causal_mask = load("decoder_block"), load("causal_mask")
read = [START, *clean.french.encode(cat.target)]  # what the decoder has read, step by step
Y = embed(np.array(read), clean.params["target_embedding"])  # (n, d_model) = (9, 64)
X = attention_inputs(clean, cat).encoded  # (m, d_model) = (7, 64): what the encoder gives
block, Y_new, X_new = clean.params["decoder"]["block_1"], Y.copy(), X.copy()
Y_new[-1], X_new[-1] = Y[1], X[1]
for name, mask in {"causal mask": causal_mask(9), "no mask": None}.items():
    before, own, cross = decoder_block(Y, X, block, heads=4, cross_heads=1, mask=mask)
    for who, words in {"last of Y": (Y_new, X), "last of X": (Y, X_new)}.items():
        after = decoder_block(*words, block, heads=4, cross_heads=1, mask=mask)[0]
        changed = np.any(abs(after - before) > 1e-9, axis=-1)
        print(f"{name}, {who} exchanged: {changed.sum()} of 9 rows change")

# %% [markdown]
# With the mask a written word reaches itself and those after it, and the last only itself. A word
# of the other sentence reaches all. (Time for the break.)
#
# ## Which part is missed?
#
# Silence one part of the trained translator: set its end to 0 ($W_O$, or $W_2$ and $b_2$), so that
# it adds nothing.
#
# **Predict.** What hurts more, a silent self-attention or a silent network? What percent of 200
# unseen sentences stay right?

# %%
from course_utils.data.batches import encode_pairs
from course_utils.training.held_out import held_out
from course_utils.training.measure import exact_match


def percent_right(side, number, part, batch):
    """Return the percent of sentences right when this part of this block adds nothing."""
    block = clean.params[side][number]
    quiet = {k: v * (k not in ("W_O", "W_2", "b_2")) for k, v in block[part].items()}
    params = {**clean.params, side: {**clean.params[side], number: {**block, part: quiet}}}
    return round(100 * exact_match(params, batch, **clean.setting.all_heads))


# %%
batch = encode_pairs(held_out("clean").pairs[:200], clean.english, clean.french)
right = {}
for side, i in ("encoder", 1), ("encoder", 2), ("decoder", 1):
    parts = "attention" if side == "encoder" else "self_attention", "feed_forward"
    right[f"{side}, {i}"] = [percent_right(side, f"block_{i}", part, batch) for part in parts]
found = "; ".join(f"{at}: {a} and {f}" for at, (a, f) in right.items())
print("whole:", round(100 * exact_match(clean.params, batch, **clean.setting.all_heads)))
print("percent right without attention and without network:", found, sep="\n")

# %%
title = "Percent right with one part silent: which part matters differs by block"
show(
    bars_side_by_side(right, ["attention", "network"], kind="scores", title=title),
    alt=f"Trained translator, percent right with attention or network silent. {found}.",
)

# %% [markdown]
# Without its network the first encoder block leaves 22 right, without its attention 94; the second
# 86 and 30. The decoder's self-attention is missed most: 4.
#
# <details><summary>What this does not show</summary>
#
# The other parts were trained to count on the silent one. A model trained without it from the
# beginning is another matter. Cross-attention was left out: without it no English reaches the
# decoder at all.
#
# </details>
#
# ## Backwards, by hand
#
# Training makes one number small, which says how wrong the model is: the **loss** (lesson 10). It
# must know how the loss changes when any number moves a little, its slope (lesson 2). All slopes
# together are the **gradient**.
#
# Call such a slope a *pull*. $dV$ are the pulls on the values, one for each number of $V$; so too
# $dQ$, $dK$, $dw$ (weights) and $ds$ (scores). Suppose $d\text{out}$, on the output, is known.
# Go back in three steps. In each, multiply a move by the pull on what it moves, and add up.
#
# *Through the average*, $\text{out}_i = \sum_j w_{ij} V_j$. Move $V_j$, and every $\text{out}_i$
# moves $w_{ij}$ times as far. Move $w_{ij}$, and $\text{out}_i$ moves along $V_j$:
#
# $$dV_j = \sum_i w_{ij}\, d\text{out}_i \qquad dw_{ij} = d\text{out}_i \cdot V_j$$
#
# *Through the softmax.* The weights of a row share a 1, so what one gains the others lose. What
# counts is how far the pull on a weight is above the average of its row:
#
# $$ds_{ij} = w_{ij} \Big(dw_{ij} - \sum_t w_{it}\, dw_{it}\Big)$$
#
# <details><summary>Where does this line come from?</summary>
#
# In lesson 3 the slope of weight $t$ with score $j$ was $w_t (\delta_{tj} - w_j)$. A score moves
# all weights of its row, so each pull counts with its slope:
#
# $$ds_j = \sum_t dw_t\, w_t (\delta_{tj} - w_j)$$
#
# Where $t = j$, the $\delta$ leaves $w_j\, dw_j$; the rest is $-w_j \sum_t w_t\, dw_t$.
#
# </details>

# %% [markdown]
# *Through the dots*, $s_{ij} = Q_i \cdot K_j / \sqrt{d_k}$:
#
# $$dQ_i = \sum_j ds_{ij}\, K_j / \sqrt{d_k} \qquad dK_j = \sum_i ds_{ij}\, Q_i / \sqrt{d_k}$$
#
# By hand: one query with the weights .75 and .25, the values 4 and 8, and $d\text{out} = 1$. Then
# $dw$ is 4 and 8. **Predict.** Which $ds$ is above 0? And what is left of both when the weights are
# .999 and .001?

# %%
values = np.array([4.0, 8.0])
for weights in (np.array([0.75, 0.25]), np.array([0.999, 0.001])):
    pulls = 1.0 * values  # dw
    average = weights @ pulls
    print(f"average {average:.3f}, pulls less average {(pulls - average).round(3)},", end=" ")
    print("ds", (weights * (pulls - average)).round(3))

# %% [markdown]
# The second score's, .75; the first is as far below 0. Where the softmax is nearly sure, .004
# passes: the dead slope of lesson 3.
#
# Is it right (exercise 9.5)? Take the loss $\sum \text{out} \cdot d\text{out}$: its pull on
# $\text{out}$ is $d\text{out}$. Move each number of $Q$, $K$ and $V$ a little up and down, and
# watch: **finite differences**.

# %%
attention, attention_backward = load("attention"), load("attention_backward")
rng = np.random.default_rng(0)
inputs = [rng.normal(size=shape) for shape in ((4, 3), (5, 3), (5, 2))]  # Q, K, V
d_out = rng.normal(size=(4, 2))  # (n, d_v)


def slope(place, index, step=1e-5):
    """Return how the loss changes with one number of Q, K or V."""
    up, down = [one.copy() for one in inputs], [one.copy() for one in inputs]
    up[place][index] += step
    down[place][index] -= step
    return np.sum((attention(*up)[0] - attention(*down)[0]) * d_out) / (2 * step)


# %%
by_hand = attention_backward(d_out, *inputs, attention(*inputs)[1])
for place, name in enumerate(("dQ", "dK", "dV")):
    moved = [slope(place, index) for index in np.ndindex(inputs[place].shape)]
    error = np.abs(by_hand[place].ravel() - moved).max()
    print(f"{name} {by_hand[place].shape}: {len(moved)} numbers moved, error below 1e-6:", end=" ")
    print(error < 1e-6)

# %% [markdown]
# In lesson 10 `value_and_grad` applies such rules to every line of your code, from the last to the
# first. It finds the same:


# %%
def loss(moved):
    """Return a loss that changes with each number of the output as d_out says."""
    return np.sum(course_attention(*moved)[0] * d_out)


gradient = value_and_grad(loss)(inputs)[1]
print("error below 1e-12:", max(np.abs(a - b).max() for a, b in zip(by_hand, gradient)) < 1e-12)

# %% [markdown]
# ## Norm before or after?
#
# The paper of 2017 norms after each sum, **post-norm**; most models since norm before each part,
# **pre-norm**, as here:
#
# $$\text{post: } \text{LN}(X + \text{MultiHead}(X)) \qquad
# \text{pre: } X + \text{MultiHead}(\text{LN}(X))$$
#
# The gradient comes down from the top of a stack. People say that with post-norm little arrives at
# the bottom, at $X$. Test it: random blocks, and at the top a loss that gives each feature a random
# importance.


# %%
def loss_at_top(moved, blocks, wanted, norm_first):
    """Return a loss at the top of a stack, and the words there; moved is [X, the last block]."""
    X, last = moved
    for block in [*blocks[:-1], last]:  # the course's block has a switch
        X, _ = transformer_block.encoder_block(X, block, 4, norm_first=norm_first)
    if norm_first:  # the sums of pre-norm are never normed: once, at the end
        X = transformer_block.layer_norm(X, **parameters.norm_parameters(64))
    return np.sum(X * wanted) / len(X), X


# %%
def measured(depth, norm_first, seeds=10):
    """Return sizes of the gradient in X and in the last W_2, and the spread: (3, seeds)."""
    found = np.zeros((3, seeds))
    for seed in range(seeds):
        X, blocks = draw(seed, depth)
        wanted = np.random.default_rng(100 + seed).normal(size=X.shape)
        run = value_and_grad(loss_at_top)([X, blocks[-1]], blocks, wanted, norm_first)
        (_, top), (d_X, d_last) = run  # (loss, words at the top), gradients
        d_W = d_last["feed_forward"]["W_2"]
        found[:, seed] = np.linalg.norm(d_X), np.linalg.norm(d_W), spread(top)
    return found


# %% [markdown]
# **Predict.** Stacks of 1 to 32 blocks, ten of each. Which gradient at the bottom shrinks?

# %%
depths = [1, 2, 4, 8, 16, 32]
orders = {"pre-norm": True, "post-norm": False}
all_found = {name: np.array([measured(d, o) for d in depths]) for name, o in orders.items()}
for name, found in all_found.items():  # (6 depths, 3, 10 seeds)
    print(f"{name}\nblocks  gradient at bottom, median  lowest  highest  spread at top")
    for depth, (bottom, _, apart) in zip(depths, found):
        low, middle, high = np.quantile(bottom, [0, 0.5, 1])
        print(f"{depth:6}  {middle:26.1f}  {low:6.1f}  {high:7.1f}  {np.median(apart):13.2f}")
    w_2 = np.median(found[[0, -1], 1], axis=-1).round(1)
    print(f"gradient in the last block's W_2: {w_2[0]} with 1 block, {w_2[1]} with 32\n")

# %%
medians = {name: np.median(found[:, 0], axis=1) for name, found in all_found.items()}
bands = {name: (f[:, 0].min(axis=1), f[:, 0].max(axis=1)) for name, f in all_found.items()}
ends = [f"{name} {m[0]:.1f} to {m[-1]:.1f}" for name, m in medians.items()]
title = "Untrained: at the bottom, post-norm’s gradient varies more, and is not lost"
axis = {"x_label": "blocks", "y_label": "gradient at the bottom, median and range"}
ranges = [f"{name} {low[-1]:.1f} to {high[-1]:.1f}" for name, (low, high) in bands.items()]
show(
    curves(depths, medians, bands=bands, **axis, log_x=True, y_range=(0, 11), title=title),
    alt=f"Gradient at the bottom of 1 to 32 blocks, median of ten stacks: {', '.join(ends)}. "
    f"Range at 32: {', '.join(ranges)}.",
)

# %% [markdown]
# Post-norm's shrinks, from 3.3 to 1.4 at 32 blocks, and ten stacks lie between .7 and 7.8;
# nothing vanishes.
#
# Look at the spread instead. With post-norm the word itself passes through every norm, scaled down
# to make room for what is added. After 16 blocks the words are one again, .01. Pre-norm leaves the
# straight way free, .42. With the two blocks of our translator they hardly differ.
#
# <details><summary>What did Xiong et al. (2020) find, and what is the last W_2?</summary>
#
# They looked at the top of the stack. $W_2$ of the last block is the last matrix there. With
# pre-norm its gradient shrinks with depth, 15.1 to 3.5, since the norm at the top divides a longer
# and longer word. With post-norm it stays, 16.2 and 16.0. A large gradient in random matrices makes
# the first steps of training too long, so such a model must begin with small steps.
#
# </details>

# %% [markdown]
# ## What you can do now
#
# You can show by a number what each part of a block is for, and go backwards. You keep
# `layer_norm`, `feed_forward`, `encoder_block` and `decoder_block`, of which lesson 10 builds the
# translator, and `attention_backward`, a check on the gradients that train it.
#
# All pieces are there. *Is it really yours?* That is lesson 10.

# %% [markdown]
# ## Three questions
#
# **Question 1.** You double every feature of one word before an encoder block (pre-norm). What is
# added to this word?
#
# <details><summary>A. Twice as much as before</summary>
#
# Not quite: what is added is made from the normed copy, and the norm takes the size away.
#
# </details>
#
# <details><summary>B. By attention the same; by the network something else</summary>
#
# Yes: its normed copy is the same. But the first sum is not just doubled, so the second norm sees
# another mixture of the word and the note.
#
# </details>
#
# <details><summary>C. Nothing new: everything is normed</summary>
#
# Not quite: what is normed is a copy. The sum grows from the word itself, which is doubled.
#
# </details>

# %% [markdown]
# **Question 2.** A friend leaves out the bend in the feed-forward network and makes the hidden
# layer ten times as wide. Can it learn "one but not both"?
#
# <details><summary>A. No</summary>
#
# Yes: two matrices in a row are one matrix, and the best one answers a half for all.
#
# </details>
#
# <details><summary>B. With enough hidden features, yes</summary>
#
# Not quite: width does not help. Each hidden number is again a plain sum of the two features.
#
# </details>
#
# <details><summary>C. If attention comes before it</summary>
#
# Not quite: for one word, attention is a matrix as well.
#
# </details>

# %% [markdown]
# **Question 3.** One query has three keys, and the three pulls on its weights, $dw$, are all 7.
# What is its $dQ$?
#
# <details><summary>A. Seven times the average key</summary>
#
# Not quite: the pull must first go back through the softmax, which takes the average off.
#
# </details>
#
# <details><summary>B. It depends on the weights</summary>
#
# Not quite: whatever the weights, the average of 7, 7 and 7 is 7.
#
# </details>
#
# <details><summary>C. Nothing</summary>
#
# Yes: no pull is above the average. If it does not matter where the weight goes, the query has no
# reason to move.
#
# </details>

# %% [markdown]
# ## References
#
# - Y. Dong, J.-B. Cordonnier, A. Loukas (2021). Attention Is Not All You Need: Pure Attention Loses
#   Rank Doubly Exponentially with Depth. *ICML 2021*.
# - R. Xiong et al. (2020). On Layer Normalization in the Transformer Architecture. *ICML 2020*.
#   Pre-norm against post-norm.
#
# Now write it: [exercises 9](../exercises/09_transformer_block.ipynb). Then comes
# [lesson 10, Train a transformer](10_train_a_transformer.ipynb).
