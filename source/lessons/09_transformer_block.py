# %% [markdown]
# # 9 · The block
#
# *A transformer is attention, and what else?*
#
# After this lesson you can
#
# - measure what attention cannot do alone, and say which part of a block does it;
# - follow the shapes through an encoder block and a decoder block;
# - take a loss back through attention by hand, and check it.
#
# About 35 minutes.

# %%
from copy import deepcopy

import numpy as np

from course_utils.answers import load
from course_utils.arrays import value_and_grad
from course_utils.data.vocabulary import START
from course_utils.model import parameters, transformer_block
from course_utils.model.attention import attention as course_attention
from course_utils.model.transformer import embed
from course_utils.plots import bars_side_by_side, curves, show
from course_utils.training.attention_inputs import attention_inputs

# %% [markdown]
# ## Attention alone
#
# Seven words of 64 random features go through attention with four heads; what comes out goes into
# the next, twelve times. All matrices are random, as before any training. How different are the
# words then? Measure what they do not have in common, with $\bar x$ the mean word and
# $\lVert \cdot \rVert$ the root of the sum of all squares:
#
# $$\text{spread} = \lVert X - \bar x \rVert \,/\, \lVert X \rVert$$
#
# It is 0 when all words are the same vector. By hand: (1, 0) and (0, 1) have the mean (.5, .5), and
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
    """Return seven random words (n, d_model) = (7, 64) and random blocks."""
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
# After three, all words are one vector. An average lies between what it averages, and averages of
# averages close in. Dong, Cordonnier and Loukas (2021) proved it.
#
# ## Keep the word: the residual
#
# Let attention *add* to a word what it found, instead of replacing it: $X + \text{MultiHead}(X)$.
# The word itself goes straight on. This is the **residual** connection.

# %%
layer_norm, encoder_block = load("layer_norm"), load("encoder_block")


def added(X, block):
    """Add what attention finds to the words."""
    return X + attention_only(X, block)


def norm_only(X, block):
    """Norm the words, and replace them by what attention makes of them."""
    return attention_only(layer_norm(X, **block["norm_1"]), block)


# %%
steps = {"attention alone": attention_only, "+ norm": norm_only, "+ residual": added}
steps["+ both"] = lambda X, block: X + norm_only(X, block)
steps["whole block"] = lambda X, block: encoder_block(X, block, heads=4)[0]
paths = {name: np.median(followed(step), axis=1) for name, step in steps.items()}  # (2, 13) each
for name, (apart, length) in paths.items():
    print(
        f"{name:15}  after 12: spread {apart[-1]:.2f}, length {length[0]:.0f} -> {length[-1]:.0f}"
    )

# %%
lines = {name: apart for name, (apart, _) in paths.items()}
left = ", ".join(f"{name} {apart[-1]:.2f}" for name, apart in lines.items())
axis = {"x_label": "attentions or blocks passed", "y_label": "spread, median of ten sets"}
title = "Random matrices: without the residual all words become one"
show(
    curves(np.arange(13), lines, **axis, y_range=(0, 1), title=title),
    alt="Spread of seven words against depth. All begin near 1. Attention alone, with the norm or "
    f"without, is at 0 after three. Left after twelve: {left}.",
)

# %% [markdown]
# The residual keeps the words apart for a while, but their length explodes: longer words make
# larger scores and louder notes, which make longer words.
#
# ## Keep the size: the norm
#
# **Layer norm** brings each word to mean 0 and variance 1. Then `gain` and `bias`, which training
# sets, scale and shift each feature:
#
# $$\text{LN}(x) = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \odot \text{gain} + \text{bias}$$
#
# $\mu$ is the mean of the word's own features, $\sigma^2$ their variance, and $\epsilon$ keeps the
# root from being 0. By hand: (1, 1, 5, 5) has mean 3 and variance 4.

# %%
x = np.array([[1.0, 1, 5, 5], [10, 10, 50, 50], [7, 7, 7, 7]])  # (3 words, 4 features)
print(layer_norm(x, gain=np.ones(4), bias=np.zeros(4)).round(2))

# %% [markdown]
# Ten times as long, the same result; all alike, no accident. In the table above, "+ both" lets
# attention read a normed copy, and the words grow slowly. The norm without the residual saved
# nothing.
#
# ## New features: the feed-forward network
#
# Can attention make something new of *one* word? With a single word the weight is 1, and what is
# left is $X W_V W_O$, a matrix. (More words bend the weights, but what is handed on stays an
# average of projected words.) Suppose a word has gathered two features: "not" stood before it; it
# begins with "un". *Happy* and *not unhappy* are good, *unhappy* and *not happy* bad. Bad is **one
# but not both**.
#
# **Predict.** Least squares finds the best matrix and constant. What does it answer for the four?

# %%
X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])  # happy, unhappy, not happy, not unhappy
bad = np.array([0.0, 1, 1, 0])
with_constant = np.hstack([X, np.ones((4, 1))])  # (4, 3)
best = np.linalg.lstsq(with_constant, bad)[0]  # (3,)
print("best matrix:", (with_constant @ best).round(2))

# %% [markdown]
# A half for all. A matrix gives each feature one sign, whatever the other is. A bend is needed. The
# **feed-forward** network is two matrices with a bend between:
#
# $$\text{FFN}(x) = \max(0,\; x W_1 + b_1)\, W_2 + b_2$$
#
# Set by hand: one hidden number counts the features; the other is above 0 only when both are there,
# and takes them back twice.

# %%
feed_forward = load("feed_forward")
W_1, b_1 = np.ones((2, 2)), np.array([0.0, -1.0])  # (d_model, d_ff), (d_ff,)
W_2, b_2 = np.array([[1.0], [-2.0]]), np.zeros(1)  # (d_ff, 1), (1,)
print("hidden:", np.maximum(X @ W_1 + b_1, 0).tolist())
print("network:", feed_forward(X, W_1, b_1, W_2, b_2)[:, 0])

# %% [markdown]
# Attention moves things between words; the network makes new ones within each word.
#
# Does a trained model use it? Take lesson 0's translator and 200 unseen sentences, and set the end
# of one part to 0, so that it adds nothing. **Predict.** What hurts more, a silent attention or a
# silent network?

# %%
from course_utils.data.batches import encode_pairs
from course_utils.training.held_out import held_out
from course_utils.training.measure import exact_match
from course_utils.training.shipped import load_translator


def silent(params, side, number, part):
    """Return the parameters with everything at the end of one part set to 0."""
    block = params[side][number]
    quiet = {k: v * (k not in ("W_O", "W_2", "b_2")) for k, v in block[part].items()}
    return {**params, side: {**params[side], number: {**block, part: quiet}}}


# %%
def percent_right(name):
    """Return the percent of sentences right, by block, with its attention or network silent."""
    translator, pairs = load_translator(name), held_out(name).pairs[:200]
    batch = encode_pairs(pairs, translator.english, translator.french)
    heads, percent = translator.setting.all_heads, {}
    for side, number in (("encoder", "block_1"), ("encoder", "block_2"), ("decoder", "block_1")):
        parts = "attention" if side == "encoder" else "self_attention", "feed_forward"
        params = [silent(translator.params, side, number, part) for part in parts]
        percent[f"{side}, {number[-1]}"] = [
            round(100 * exact_match(p, batch, **heads)) for p in params
        ]
    return percent


# %%
right = {name: percent_right(name) for name in ("clean", "messy")}
for name, percent in right.items():
    print(f"{name}:", "; ".join(f"{at}: {a} and {f}" for at, (a, f) in percent.items()))
found = "; ".join(f"{at}: {a} and {f}" for at, (a, f) in right["clean"].items())
title = "Clean: percent of sentences right, self-attention or network silent"
show(
    bars_side_by_side(right["clean"], ["attention", "network"], kind="scores", title=title),
    alt=f"Trained translator, percent right with attention or network silent. {found}.",
)

# %% [markdown]
# Whole, they get 99.8 and 100 % of 500 (lesson 8). In both, the first network is missed far more
# than the first attention, and of the six parts the decoder's self-attention most. (The other parts
# were trained to count on it. A model trained without is another matter.)
#
# ## The encoder block
#
# Two parts, each with a norm before it and a sum after it (exercise 9.3):
#
# $$\begin{aligned}
# X' &= X + \text{MultiHead}\big(\text{LN}_1(X)\big) \\
# \text{output} &= X' + \text{FFN}\big(\text{LN}_2(X')\big)
# \end{aligned}$$
#
# `block` is a dict of dicts, `block["norm_1"]["gain"]` and so on. The shapes, once, for the cat
# sentence:

# %%
clean = load_translator("clean")
cat = clean.translate("The cat sat on the mat.")
X = embed(np.array(clean.english.encode(cat.source)), clean.params["source_embedding"])
block = clean.params["encoder"]["block_1"]
out, weights = encoder_block(X, block, heads=4)
wide = X @ block["feed_forward"]["W_1"]
found = {"words in": X, "weights": weights, "hidden layer": wide, "words out": out}
for name, array in found.items():
    print(f"{name:13} {array.shape}")
for part, arrays in block.items():
    print(f"{part:13} {sum(array.size for array in arrays.values()):6,} parameters")
print("weights as the translator reports:", np.abs(weights - cat.self_attention[0]).max() < 1e-12)

# %% [markdown]
# Words go in and come out in one shape, so blocks can be stacked. In between, a word has 16
# features in each of four heads, then 128 in the hidden layer. The network has as many parameters
# as the four matrices of attention. And in training these words did not become one:

# %%
for block in clean.params["encoder"].values():
    print(f"spread {spread(X):.2f}, length {np.linalg.norm(X, axis=-1).mean():.0f}", end=" -> ")
    X, _ = encoder_block(X, block, heads=4)
print(f"spread {spread(X):.2f}, length {np.linalg.norm(X, axis=-1).mean():.0f}")

# %% [markdown]
# ## Norm before or after?
#
# The paper of 2017 norms after each sum, **post-norm**; most models since norm before each part,
# **pre-norm**, as here:
#
# $$\text{post: } \text{LN}(X + \text{MultiHead}(X)) \qquad
# \text{pre: } X + \text{MultiHead}(\text{LN}(X))$$
#
# Training needs to know how a loss changes when a number moves a little: its **gradient**. It comes
# down from the top. People say that with post-norm little of it arrives at the bottom.
# `value_and_grad` (lesson 10) gives it for any function. The loss here gives each feature
# at the top a random importance. Pre-norm has one more norm, at the very end.


# %%
def loss_at_top(moved, blocks, wanted, norm_first):
    """Return a loss at the top of a stack, and the words there; moved is [X, the last block]."""
    X, last = moved
    for block in [*blocks[:-1], last]:  # the course's block has a switch
        X, _ = transformer_block.encoder_block(X, block, 4, norm_first=norm_first)
    if norm_first:
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
# **Predict.** Stacks of 1 to 32 blocks, ten random ones of each. Which gradient at the bottom
# shrinks?

# %%
depths = [1, 2, 4, 8, 16, 32]
orders = {"pre-norm": True, "post-norm": False}
all_found = {name: np.array([measured(d, o) for d in depths]) for name, o in orders.items()}
print(f"{'':7}{'gradient at the bottom: median (range)':42}in the last W_2   spread at the top")
print(f"{'depth':7}{'pre-norm':21}{'post-norm':21}pre      post     pre      post")
for i, depth in enumerate(depths):
    pre, post = (found[i] for found in all_found.values())  # (3, seeds) each
    ranges = [f"{f[0].min():.1f} to {f[0].max():.1f}" for f in (pre, post)]
    both = [f"{np.median(f[0]):.1f} ({r})" for f, r in zip((pre, post), ranges)]
    ends = [f"{np.median(f[k]):<8.{k}f}" for k in (1, 2) for f in (pre, post)]
    print(f"{depth:<6} {both[0]:20} {both[1]:20}", *ends)

# %%
medians = {name: np.median(found[:, 0], axis=1) for name, found in all_found.items()}
bands = {name: (f[:, 0].min(axis=1), f[:, 0].max(axis=1)) for name, f in all_found.items()}
ends = [f"{name} {m[0]:.1f} to {m[-1]:.1f}" for name, m in medians.items()]
title = "Untrained: at the bottom, post-norm’s gradient varies more, and is not lost"
axis = {"x_label": "blocks", "y_label": "gradient at the bottom, median and range", "log_x": True}
show(
    curves(depths, medians, bands=bands, **axis, title=title),
    alt=f"Gradient at the bottom of 1 to 32 blocks, median of ten stacks: {', '.join(ends)}. "
    f"Range at 32: pre-norm {ranges[0]}, post-norm {ranges[1]}.",
)

# %% [markdown]
# It is not as people say. At 32 blocks post-norm's median has fallen, and its stacks differ by a
# factor of ten, pre-norm's by less than three; but nothing vanishes. Two other things differ. At
# the top, pre-norm pulls less and less at the last $W_2$, since the last norm divides a longer and
# longer word; with post-norm the pull stays as strong at any depth. Xiong et al. (2020) found this,
# and that such a model must begin with small steps. And the words: with post-norm a word itself
# passes through every norm, scaled down each time to make room for what is added. After 16 blocks
# it is attention alone again. Pre-norm leaves the straight way free.
#
# For a translator of two blocks and one it matters little.
#
# ## The decoder block
#
# The decoder's words $Y$ attend to themselves, causally; then they ask the encoded sentence $X$;
# then comes the network (exercise 9.4):
#
# $$\begin{aligned}
# Y' &= Y + \text{MultiHead}\big(\text{LN}_1(Y),\; \text{LN}_1(Y)\big) \\
# Y'' &= Y' + \text{MultiHead}\big(\text{LN}_2(Y'),\; X\big) \\
# \text{output} &= Y'' + \text{FFN}\big(\text{LN}_3(Y'')\big)
# \end{aligned}$$
#
# $X$ is not normed here: the encoder does it once, at its end. **Predict.** You exchange the last
# of nine words of $Y$. How many rows change, with the causal mask and without?

# %%
decoder_block, causal_mask = load("decoder_block"), load("causal_mask")
read = [START, *clean.french.encode(cat.target)]  # what the decoder has read, step by step
Y = embed(np.array(read), clean.params["target_embedding"])  # (n, d_model) = (9, 64)
X = attention_inputs(clean, cat).encoded  # (m, d_model) = (7, 64)
block, Y_new, X_new = clean.params["decoder"]["block_1"], Y.copy(), X.copy()
Y_new[-1], X_new[-1] = Y[1], X[1]
for name, mask in {"causal mask": causal_mask(9), "no mask": None}.items():
    before, own, cross = decoder_block(Y, X, block, heads=4, cross_heads=1, mask=mask)
    for who, words in {"last of Y": (Y_new, X), "last of X": (Y, X_new)}.items():
        after = decoder_block(*words, block, heads=4, cross_heads=1, mask=mask)[0]
        print(f"{name}, {who} exchanged: {np.sum(np.any(abs(after - before) > 1e-9, -1))} rows")

# %% [markdown]
# A written word reaches only those after it. A word of the other sentence reaches all.
#
# ## Backwards, by hand
#
# You are told how the loss changes with each number of attention's output: $d\text{out}$. Go back
# in three steps.
#
# *Through the average*, $\text{out}_i = \sum_j w_{ij} V_j$. A value is pulled by each query that
# looked at it, and a weight by how well its value fits the wish:
#
# $$dV_j = \sum_i w_{ij}\, d\text{out}_i \qquad dw_{ij} = d\text{out}_i \cdot V_j$$
#
# *Through the softmax.* The weights of a row share a 1, so what one gains the others lose. A score
# is pulled up if its pull is above the row's average:
#
# $$ds_{ij} = w_{ij} \Big(dw_{ij} - \sum_t w_{it}\, dw_{it}\Big)$$
#
# *Through the dots*, $s_{ij} = Q_i \cdot K_j / \sqrt{d_k}$:
#
# $$dQ_i = \sum_j ds_{ij}\, K_j / \sqrt{d_k} \qquad dK_j = \sum_i ds_{ij}\, Q_i / \sqrt{d_k}$$
#
# One query, two keys, the values 4 and 8, $d\text{out} = 1$. **Predict.** Which score is pulled up,
# and how much is left when the weights are .999 and .001?

# %%
values = np.array([4.0, 8.0])
for weights in (np.array([0.75, 0.25]), np.array([0.999, 0.001])):
    pulls = 1.0 * values  # dw
    average = weights @ pulls
    print(f"average {average:.3f}, pulls less average {pulls - average},", end=" ")
    print("at the scores", weights * (pulls - average))

# %% [markdown]
# The second score is pulled up, the first down by as much. Where the softmax is nearly sure, almost
# nothing passes: the dead gradient of lesson 3, in one line.
#
# All of it is exercise 9.5. Is it right? Move each number of $Q$, $K$ and $V$ a little up and down,
# and watch the loss: **finite differences**.

# %%
attention, attention_backward = load("attention"), load("attention_backward")
rng = np.random.default_rng(0)
inputs = [rng.normal(size=shape) for shape in ((4, 3), (5, 3), (5, 2))]  # Q, K, V
d_out = rng.normal(size=(4, 2))  # (n, d_v)


def slope(place, index, step=1e-5):
    """Return how the loss changes with one number of Q, K or V."""
    up, down = deepcopy(inputs), deepcopy(inputs)
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
# Lesson 10 has thousands of parameters. There `value_and_grad` applies such a rule to every line of
# your code, from the last to the first. It finds the same:


# %%
def loss(moved):
    """Return a loss that changes with each number of the output as d_out says."""
    return np.sum(course_attention(*moved)[0] * d_out)


tape = value_and_grad(loss)(inputs)[1]
print("error below 1e-12:", max(np.abs(a - b).max() for a, b in zip(by_hand, tape)) < 1e-12)

# %% [markdown]
# ## What you can do now
#
# You can show by a number what each part of a block is for, and take a loss back through attention.
# You keep `layer_norm`, `feed_forward`, `encoder_block` and `decoder_block`, of which
# lesson 10 builds the translator, and `attention_backward`, a check on the gradients that train it.
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
# **Question 3.** In one row the three pulls $dw$ are all 7. What does this row add to $dQ$?
#
# <details><summary>A. Seven times the average key</summary>
#
# Not quite: that is what you get if you forget the softmax.
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
