# %% [markdown]
# # 3 · Scaled dot-product attention
#
# *Why does the paper divide by $\sqrt{d_k}$?*
#
# After this lesson you can
#
# - compute one row of attention by hand: score, scale, softmax, mix;
# - do all rows at once with two matrix products, and say which sizes must agree;
# - say what the division by $\sqrt{d_k}$ saves, with measured numbers.
#
# About 30 minutes.

# %% [markdown]
# Two questions were left open: what if there are many queries, and what if scores grow with the
# number of features? "The paper" answers both in one formula. It is *Attention Is All You Need*
# (Vaswani et al. 2017), which introduced the transformer.
#
# ## One query, three keys
#
# "sat" needs to know who sat. It asks with a query $q$. Three words of "The cat sat on the mat."
# answer, each with a key $k$ (what it can be found by) and a value $v$ (what it hands over). These
# are not the words' vectors of lesson 1; lesson 5 makes the one from the other. Here the numbers
# are made up, to be checked by hand. The paper calls the number of features of a query or a key
# $d_k$, here 4, and that of a value $d_v$, here 2. There are $m = 3$ keys.

# %%
import numpy as np

from course_utils.answers import load
from course_utils.plots import attention_steps, curves, heatmaps, show
from course_utils.widgets import AttentionStepper, ScaleExplorer

words = ["cat", "on", "mat"]
q = np.array([2.0, 1.0, 0.0, 1.0])  # (d_k,) = (4,): the query of "sat"
K = np.array([[2.0, 0, 1, 0], [0, 1, 0, 1], [0, 0, 2, 0]])  # (m, d_k) = (3, 4)
V = np.array([[10.0, 0.0], [0.0, 10.0], [5.0, 5.0]])  # (m, d_v) = (3, 2)

# %% [markdown]
# **Score** (lesson 1): how well does each key agree with the query?

# %%
dot_scores = load("dot_scores")
scores = dot_scores(q, K)  # (m,)
for word, score in zip(words, scores):
    print(f"{word:4} {score:.0f}")

# %% [markdown]
# **Scale**: the paper divides every score by $\sqrt{d_k}$, here $\sqrt 4 = 2$, which makes them 2,
# 1 and 0. You have not met this step before. Take it on trust for a moment.
#
# **Softmax** (lesson 2): from scores to weights. The scores of "napping" were 2, 1 and 0 as well:
# $e^2 = 7.39$, $e^1 = 2.72$ and $e^0 = 1$ add up to 11.11, so "cat" should get 7.39 / 11.11.

# %%
softmax = load("softmax")
d_k = q.shape[-1]
scaled = scores / d_k**0.5  # (m,)
weights = softmax(scaled)  # (m,), sum 1
print("scaled ", scaled)
print("weights", weights.round(3))

# %% [markdown]
# **Mix**: each value counts as much as its weight. The first feature is
# .665 · 10 + .245 · 0 + .090 · 5 = 7.10.

# %%
output = weights @ V  # (m,) @ (m, d_v) -> (d_v,)
print("output ", output.round(2))

# %%
show(
    attention_steps(scores, scaled, weights, V, output, words),
    alt='Four steps for the query of "sat". Scores: cat 4, on 2, mat 0. Divided by 2: 2, 1, 0. '
    "Weights: .67, .24, .09. Mix of the values (10, 0), (0, 10), (5, 5): (7.10, 2.90).",
)

# %% [markdown]
# That is one row of attention. Steps 1, 3 and 4 you know. Most of this lesson is about step 2.
#
# ## All queries at once
#
# Every word asks. Stack the $n$ queries as the rows of $Q$, of shape $(n, d_k)$, and one formula
# does all rows:
#
# $$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt{d_k}}\right) V$$

# %%
pairwise_scores, soft_lookup = load("pairwise_scores"), load("soft_lookup")
Q = np.array([q, [0.0, 2.0, 1.0, 2.0]])  # (n, d_k) = (2, 4): "sat", and a second query
all_scores = pairwise_scores(Q, K) / d_k**0.5  # (n, d_k) @ (d_k, m) -> (n, m)
all_weights = softmax(all_scores, axis=-1)  # (n, m): each row sums to 1
all_outputs = all_weights @ V  # (n, m) @ (m, d_v) -> (n, d_v)
print("scores", all_scores.shape, "weights", all_weights.shape, "outputs", all_outputs.shape)
print(all_outputs.round(2))
one_by_one = [soft_lookup(row, K, V, temperature=d_k**0.5) for row in Q]
print("the same as soft_lookup, query by query:", np.allclose(all_outputs, one_by_one))

# %% [markdown]
# Walk through both rows, step by step. Which word does the second query take most from, and where
# is that decided?

# %%
AttentionStepper(Q, K, V, words, queries=["sat", "second"])

# %% [markdown]
# Row 0 is what you computed by hand. Row $i$, column $j$ of the weights says how much query $i$
# takes from key $j$. The softmax runs along the last axis, the keys: every query has a whole 1 to
# share out. A key may be wanted by all or by nobody. And attention is the `soft_lookup` of lesson 2
# for many queries, with the temperature $\sqrt{d_k}$.
#
# **Predict.** $Q$, $K$ and $V$ may have three different shapes. Which of the four calls below work,
# and what shape has the output? (`attention` returns two results, outputs and weights; `[0]` takes
# the outputs.)

# %%
attention = load("attention")
trials = [((2, 4), (3, 4), (3, 5)), ((2, 4), (3, 6), (3, 5))]
trials += [((2, 4), (3, 4), (6, 5)), ((7, 4), (3, 4), (3, 1))]
for q_shape, k_shape, v_shape in trials:
    try:
        shape = attention(np.ones(q_shape), np.ones(k_shape), np.ones(v_shape))[0].shape
    except ValueError:
        shape = "does not fit"
    print(f"Q {q_shape}  K {k_shape}  V {v_shape}  ->  {shape}")

# %% [markdown]
# Two sizes must agree. $Q$ and $K$ share $d_k$, because a dot product needs as many numbers on
# both sides. $K$ and $V$ share $m$, because every key needs a value to hand over. The number of
# queries $n$ and the size $d_v$ of a value are free. The output is always $(n, d_v)$.

# %% [markdown]
# ## What wide vectors do to the scores
#
# Lesson 1 left a number to remember: the dot product of random vectors has variance $d$. A
# typical score is then about $\sqrt d$ in size. The paper has $d_k = 64$; take more, to see it
# well.
#
# **Predict.** A random query meets 16 random keys, with $d_k = 1{,}024$. None is meant to fit, and
# equal shares would be .06. How much weight does the best key get without the scale?

# %%
rng = np.random.default_rng(0)
d = 1024
key_scores = rng.normal(size=(16, d)) @ rng.normal(size=d)  # (16,)
print("three largest scores      ", np.sort(key_scores)[::-1][:3].round(1))
print("three largest weights     ", np.sort(softmax(key_scores))[::-1][:3].round(2))
print("the same with the scale   ", np.sort(softmax(key_scores / d**0.5))[::-1][:3].round(2))

# %% [markdown]
# The best two scores are 4.9 apart, and $e^{4.9} \approx 134$: one key gets .99, though no key
# means anything yet. One row may be luck, so take 1,024 rows for each of five sizes.

# %%
sizes = [4, 16, 64, 256, 1024]


def random_scores(d, tables=64):
    """Return the dot products of 16 random queries with 16 random keys, for each table."""
    pairs = [(rng.normal(size=(16, d)), rng.normal(size=(16, d))) for _ in range(tables)]
    return np.concatenate([Q @ K.T for Q, K in pairs])  # (1024 queries, 16 keys)


measured = {d: random_scores(d) for d in sizes}
for d in sizes:
    print(f"d = {d:4}   sd of the scores {measured[d].std():5.1f}   √d = {d**0.5:4.0f}")

# %% [markdown]
# $$\text{Var}(q \cdot k) = d_k \quad\Longrightarrow\quad
# \text{Var}\!\left(\frac{q \cdot k}{\sqrt{d_k}}\right) = 1$$
#
# Divide all scores by a number and their sd is divided by it too. So the divisor $\sqrt{d_k}$ gives
# an sd of 1 at every size: a temperature that grows with the vectors. What does the best of 16 keys
# get? (÷ $d_k$ is tried as well, for a question below.)

# %%
top = {"no scale": [], "÷ √dₖ": [], "÷ dₖ": []}
for d in sizes:
    for name, divisor in zip(top, (1, d**0.5, d)):
        top[name].append(softmax(measured[d] / divisor).max(axis=-1).mean())
print("dₖ       ", "  ".join(f"{d:5}" for d in sizes))
for name, row in top.items():
    print(f"{name:9}", "  ".join(f"{weight:.3f}" for weight in row))

# %%
title = "Only ÷ √dₖ is equally sharp at every size"
axis = {"x_label": "dₖ", "y_label": "mean top weight over 16 keys", "log_x": True}
ends = ", ".join(f"{name} from {row[0]:.2f} to {row[-1]:.2f}" for name, row in top.items())
show(
    curves(sizes, top, **axis, y_range=(0, 1), title=title),
    alt=f"Mean weight of the best of 16 keys from d_k = 4 to 1,024: {ends}.",
)

# %% [markdown]
# Without the scale one of 16 meaningless keys takes .42 of the weight at $d_k = 4$ and .96 at
# 1,024. With $\sqrt{d_k}$ it takes .23 to .25 at every size.
#
# Here is one such row to change. Choose a size and a divisor, and watch the best key. (The slope is
# the next section. The explorer draws 64 queries of its own, so its means differ a little from
# those above.)

# %%
ScaleExplorer()

# %% [markdown]
# ## Why is being sharp a fault?
#
# A trained model may be as sure as it likes. Here nothing has been learned, and learning needs the
# slopes of lesson 2: by how much does weight $w_i$ change when score $s_j$ moves a little, for each
# unit of the move? This slope is written $\partial w_i / \partial s_j$. For the softmax it is
#
# $$\frac{\partial w_i}{\partial s_j} = w_i (\delta_{ij} - w_j),
# \qquad \delta_{ij} = 1 \text{ if } i = j, \text{ else } 0$$
#
# Do not trust it: compare it, for your three weights, with slopes from small moves of each score.

# %%
# (m, m), the formula: np.diag puts w_i where i = j, np.outer has w_i w_j everywhere
slopes = np.diag(weights) - np.outer(weights, weights)
moves = 1e-5 * np.eye(3)  # one row for each score
moved = [(softmax(scaled + move) - softmax(scaled - move)) / 2e-5 for move in moves]
print(slopes.round(3))
print("agrees with moving the scores:", np.abs(slopes - np.array(moved).T).max() < 1e-8)

# %% [markdown]
# More score for "cat" lifts its own weight (.223) and takes from the others. If one weight is 1 and
# the rest are 0, every product in the formula is 0. As the size of all slopes together, take the
# root of the sum of their squares: .5 for two keys that share half and half, 0 for a dictionary
# look-up.
#
# **Predict.** Of the 1,024 queries at $d_k = 1{,}024$, how many still have slopes of size above .1?


# %%
def slope_size(w):
    """Return the root of the sum of squares of all slopes of the softmax at the weights w."""
    return np.sqrt(np.sum((np.diag(w) - np.outer(w, w)) ** 2))


slope = {name: [] for name in top}
for d in sizes:
    for name, divisor in zip(slope, (1, d**0.5, d)):
        slope[name].append([slope_size(w) for w in softmax(measured[d] / divisor)])
print("dₖ       ", "  ".join(f"{d:6}" for d in sizes))
for name, rows in slope.items():
    print(f"{name:9}", "  ".join(f"{np.median(row):.4f}" for row in rows))

# %%
last = np.array(slope["no scale"][-1])  # (1024,)
print(f"no scale, d = 1024: {np.mean(last < 0.001):.0%} of the queries are below .001,")
print(f"{np.mean(last > 0.1):.0%} above .1; the mean is {last.mean():.3f}")

# %%
medians = {name: np.median(rows, axis=1) for name, rows in slope.items()}
title = "Without the scale the slope dies"
axis = {"x_label": "dₖ", "y_label": "median slope of the softmax", "log_x": True}
ends = ", ".join(f"{name} from {row[0]:.2f} to {row[-1]:.2f}" for name, row in medians.items())
show(
    curves(sizes, medians, **axis, y_range=(0, 0.4), title=title),
    alt=f"Median size of the softmax's slopes from d_k = 4 to 1,024: {ends}.",
)

# %% [markdown]
# Without the scale only 15% have them, and the median at 1,024 is .0000. For 65% of the queries a
# small change of a score changes next to nothing: the model picked a key by chance and gets no
# signal that another would be better. The few queries whose best keys nearly tie carry the mean.
# With $\sqrt{d_k}$ the median is about .30 at every size.
#
# The paper only suspects this ("we suspect" stands in its section 3.2.1). What you measured holds
# for random queries and keys, where training begins. Later a model may make its queries longer and
# be as sharp as it needs.
#
# ## Why not divide by $d_k$?
#
# Is the larger divisor not safer? Take six words with random queries and keys; nothing is trained.
#
# **Predict.** What does a row of six weights look like without a scale, with $\sqrt{d_k}$, with
# $d_k$?

# %%
tokens = ["The", "cat", "sat", "on", "the", "mat"]
random_six = rng.normal(size=(6, 1024)) @ rng.normal(size=(6, 1024)).T  # (6, 6)
maps = {name: softmax(random_six / c) for name, c in zip(top, (1, 1024**0.5, 1024))}
for name, weights_6 in maps.items():
    print(f"{name:9} top weight of each query", weights_6.max(axis=-1).round(2))

# %%
title = "Random vectors, dₖ = 1,024: a choice by chance, a mixture, an average"
show(
    heatmaps(maps, tokens, title=title),
    alt="Attention weights between six words with random queries and keys. With no scale every "
    "row is one weight of 1. With √d_k the largest of a row lies between .34 and .83. With d_k "
    "all weights lie near 1/6 = .17.",
)

# %% [markdown]
# Divided by $d_k$ the sd is $1/\sqrt{d_k}$, and at 1,024 every word gets about 1/6. With 16
# keys the best had .066 where an equal share is .0625. You are back at `average_lookup`: whatever
# is asked, the answer is the same. The slope is alive (.24), but scores would have to grow 32-fold
# before the queries could tell the keys apart. $\sqrt{d_k}$ is the one power of $d_k$ that makes
# the start the same at every size.
#
# ## Three details before you write it
#
# **Leading axes.** Models handle many sentences at once. `@` multiplies the last two axes and keeps
# the axes before them in step: one product for each sentence. `.T` does not know of that.

# %%
Q_8, K_8_turned = np.ones((8, 5, 64)), np.ones((8, 64, 7))  # 8 sentences
print("8 products at once:", (Q_8 @ K_8_turned).shape)
print("(8, 7, 64) after .T:", np.ones((8, 7, 64)).T.shape)

# %% [markdown]
# `.T` turned round all three axes, and the 8 is no longer in front. Which axes should change places
# is for you to find in exercise 3.1.
#
# **A dtype surprise.** Models store float32, half the memory of float64. Both lines divide by 32:

# %%
small = np.ones((2, 3), dtype=np.float32)
print("small / 1024**0.5    ", (small / 1024**0.5).dtype)
print("small / np.sqrt(1024)", (small / np.sqrt(1024)).dtype)

# %% [markdown]
# A plain Python number adapts to the array it meets. `np.sqrt` returns a NumPy float64, which does
# not, and everything after it is float64 too. The numbers are right either way; `d_k ** 0.5` keeps
# the format.
#
# **A mask** is a table of booleans, where True means that this query may attend to this key. Where
# it is False the score becomes $-\infty$ before the softmax, because $e^{-\infty} = 0$; lesson 4
# says why there and nowhere else. "sat" without "mat":

# %%
may_attend = np.array([True, True, False])
print(softmax(np.where(may_attend, scaled, -np.inf)).round(3))

# %% [markdown]
# ## What you can do now
#
# You can compute attention by hand, say which shapes fit, and defend the $\sqrt{d_k}$. In the
# exercises you write `scaled_scores` and `attention`, and you keep both. `attention` is the
# function on which the rest stands: lesson 5 gives it one sentence, lesson 7 calls it for many
# heads at once, lesson 8 lets French ask English, and lesson 10 trains it.
#
# Here every query looked at every key. In a sentence that includes the words that come later. *May
# a word look everywhere?* That is lesson 4.

# %% [markdown]
# ## Three questions
#
# **Question 1.** $Q$ is (5, 8), $K$ is (7, 8), $V$ is (7, 3). Which shapes come out?
#
# <details><summary>A. output (7, 3), weights (7, 5)</summary>
#
# Not quite: that is an answer for each key. Rows are queries, and there are 5.
#
# </details>
#
# <details><summary>B. output (5, 8), weights (5, 7)</summary>
#
# Not quite: 8 is the size of queries and keys. The output mixes values, which have 3 features.
#
# </details>
#
# <details><summary>C. output (5, 3), weights (5, 7)</summary>
#
# Yes: a row for each of 5 queries, with 7 weights and a mixture of 3 features.
#
# </details>
#
# <details><summary>D. none, because three different shapes cannot fit</summary>
#
# Not quite: only the 8 (d_k) and the 7 (m) have to agree, and they do.
#
# </details>

# %% [markdown]
# **Question 2.** Somebody divides by $\sqrt{d_k}$ after the softmax, not before. What happens?
#
# <details><summary>A. The weights are as sharp as without a scale, and no row sums to 1</summary>
#
# Yes: the softmax saw the large scores, and afterwards each row sums to $1/\sqrt{d_k}$.
#
# </details>
#
# <details><summary>B. The same, since division and softmax can change places</summary>
#
# Not quite: dividing the scores changes the ratios of the weights, dividing the weights does not.
#
# </details>
#
# <details><summary>C. The weights become flatter, but too flat</summary>
#
# Not quite: all weights become smaller by one factor. The best key still has the same share.
#
# </details>

# %% [markdown]
# **Question 3.** You double $m$, the number of keys, and keep $d_k$. Must the scale change to keep
# the sd of the scores at 1?
#
# <details><summary>A. Yes, to √m, because the softmax now sums over more keys</summary>
#
# Not quite: more keys make each share smaller, but the sum in a score runs over features.
#
# </details>
#
# <details><summary>B. No, because a score adds up d_k products, whatever m is</summary>
#
# Yes: the variance of one dot product knows nothing of the other keys.
#
# </details>
#
# <details><summary>C. Yes, to 2√d_k, because twice as much is added up</summary>
#
# Not quite: there are twice as many scores, each made of as many products as before.
#
# </details>

# %% [markdown]
# ## References
#
# - A. Vaswani et al. (2017). Attention Is All You Need. *Advances in Neural Information Processing
#   Systems 30*. Equation 1 and section 3.2.1 are this lesson.
# - M.-T. Luong, H. Pham, C. D. Manning (2015). Effective Approaches to Attention-based Neural
#   Machine Translation. *EMNLP 2015*. Attention by dot products, without a scale.
#
# Now write it: [exercises 3](../exercises/03_scaled_dot_product_attention.ipynb). Then
# [lesson 4](04_masks.ipynb) says where a word may not look.
