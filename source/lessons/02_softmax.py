# %% [markdown]
# # 2 · Softmax
#
# *How do you look something up when no key fits exactly?*
#
# After this lesson you can
#
# - turn scores of any size into the weights of a mixture;
# - move a look-up between a dictionary and an average by one number, the temperature;
# - say in one number how many keys a look-up really uses.
#
# About 30 minutes.

# %%
import numpy as np

from course_utils.answers import load
from course_utils.plots import bars_side_by_side, curves, heatmap, show, vectors
from course_utils.widgets import SoftmaxExplorer

dot_scores = load("dot_scores")

# %% [markdown]
# ## A dictionary wants an exact key
#
# Three words of "The cat sat on the mat." and their French: *chat* (cat), *assis* (sat),
# *tapis* (mat).

# %%
french = {"cat": "chat", "sat": "assis", "mat": "tapis"}

print(french["cat"])
print("napping" in french)

# %% [markdown]
# The French of "napping" is not in it, yet two keys come near: whoever naps is alive, as a cat is,
# and keeps still, as in "sat". A Python dictionary knows no "near". The dot product does. Take
# the three features of lesson 1, alive, moves, is a thing, and give "napping" some, made by hand.

# %%
words = list(french)  # cat, sat, mat
K = np.array([[4.0, 3, 2], [0, -2, -4], [-2, -2, 4]])  # (3 keys, 3 features): as in lesson 1
q = np.array([1.0, -0.75, 0.125])  # (3,): "napping" is alive and keeps still

scores = dot_scores(q, K)  # (3,)
print(dict(zip(words, scores.tolist())))
print("nearest key:", words[np.argmax(scores)])

# %% [markdown]
# Taking the largest score (`np.argmax` gives its place) finds "cat".
#
# **Predict.** Take a deeper nap, and let its feature "moves" go from −0.94 to −0.96. How much does
# the answer change?

# %%
for moves in (-0.94, -0.96):
    nearly = dot_scores(np.array([1, moves, 0.125]), K)  # (3,)
    print(moves, nearly.round(2), french[words[np.argmax(nearly)]])

# %% [markdown]
# Completely: from *chat* to *assis*. The scores were 1.43 against 1.38, and the look-up treated
# them like 100 against 0. With scores this close, an honest answer takes about as much of one as
# of the other: a **mixture**. It needs values that can be mixed, so each French word will be a
# point on a small map, drawn by hand.
#
# ## What a mixture must satisfy
#
# Each value gets a weight. No weight is negative, all of them sum to 1, and a larger score gets
# a larger weight. Dividing the scores by their sum looks like enough.

# %%
for row in ([2, 1, 0], [2, 1, -2], [1, 0, -1]):
    total = sum(row)
    shares = [round(s / total, 2) for s in row] if total else "nothing to divide by"
    print(row, "sum", total, "->", shares)

# %% [markdown]
# It is enough until a score is negative: the second row gives a weight of −2, the third cannot
# be divided at all. What is missing is a function that makes every number positive and keeps the
# order. The exponential does both. Key $j$ has the score $s_j$. Take $e = 2.718...$ to the power of
# each score, then divide by the sum of these powers; $w_j$ is the weight of key $j$:
#
# $$w_j = \frac{e^{s_j}}{\sum_i e^{s_i}}$$
#
# This is the **softmax**. Scores that it is applied to are also called *logits*.

# %%
e = np.exp(scores)  # (3,)
weights = e / e.sum()  # (3,)

print("e^score", e.round(2), "sum", e.sum().round(2))
print("weights", weights.round(2))

# %%
axes = bars_side_by_side(
    {"scores": scores, "e^score": e, "weights": weights},
    words,
    kind=["scores", "scores", "weights"],
    title="Each point of score multiplies the weight by 2.72",
)
show(axes, alt="Scores 2, 1, 0; powers 7.39, 2.72, 1.00; weights cat 0.67, sat 0.24, mat 0.09.")

# %% [markdown]
# Adding becomes multiplying: one point more of score is always 2.72 times the weight, from 0 to
# 1 as from 1 to 2. So only *differences* between scores count. Remember this for a moment.
#
# Now mix the values: $\sum_j w_j V_j$, where $V_j$ is the value of key $j$.

# %%
V = np.array([[0.0, 3], [4, 3], [2, 0]])  # (3 values, 2): chat, assis, tapis on the map
answer = weights @ V  # (3,) @ (3, 2) -> (2,)

print("mixture", answer.round(2))
print("by hand", (0.665 * V[0] + 0.245 * V[1] + 0.090 * V[2]).round(2))

# %% [markdown]
# The answer (1.16, 2.73) lies near *chat*, (0, 3), some way towards *assis*, (4, 3).
#
# ## A thousand breaks it
#
# **Predict.** The scores are 1,002, 1,001 and 1,000: the same differences as 2, 1 and 0. What
# are the weights?

# %%
with np.errstate(over="ignore", invalid="ignore"):  # NumPy would warn here
    e = np.exp(scores + 1000)
    print("e^score", e)
    print("weights", e / e.sum())
print("largest exponent that fits:", np.log(np.finfo(float).max).round(1))

# %% [markdown]
# On paper they are the same weights. In the machine $e^{1000}$ is larger than the largest float,
# so it becomes infinite, and infinity over infinity is `nan`, "not a number". Yet only
# differences count: subtract any $c$ from all scores, and $e^{-c}$ cancels.
#
# $$\frac{e^{s_j - c}}{\sum_i e^{s_i - c}} = \frac{e^{-c}\,e^{s_j}}{e^{-c}\sum_i e^{s_i}} = w_j$$
#
# Take the largest score for $c$. Then no power is above $e^0 = 1$.

# %%
for row in (scores + 1000, scores - 1000, np.array([-1000.0, 0, 1000])):
    e = np.exp(row - row.max())
    print(row, "->", (e / e.sum()).round(2))

# %% [markdown]
# The subtraction changed nothing but the disaster: scores from −1,000 to 1,000 now have finite
# weights. You write this in exercise 2.1, for tables too, along any axis. From here on `softmax` is
# that function.
#
# ## Temperature
#
# Divide the scores by a number $T > 0$, the **temperature**, before the softmax:
#
# $$w = \text{softmax}(s / T)$$
#
# **Predict.** Which $T$ gives the dictionary back, a tiny or a huge one?

# %%
softmax = load("softmax")

temperatures = [0.1, 0.5, 1, 2, 100]
by_temperature = np.array([softmax(scores / T) for T in temperatures])  # (5, 3)
ax = heatmap(
    by_temperature,
    [f"T = {T}" for T in temperatures],
    words,
    row_name="temperature",
    title="Cold: one key takes all. Hot: all keys alike",
)
show(ax, alt="Weight of cat: 1.00 at T = 0.1, 0.87 at 0.5, 0.67 at 1, 0.51 at 2, 0.34 at 100.")

# %% [markdown]
# A tiny one. It makes the differences huge, and the nearest key takes everything: the
# dictionary. A huge one makes them vanish, and every key gets a third: the average of lesson 0.
# A query twice as long, which doubles all scores, does the same as half the temperature. (Another
# base than $e$ would be another temperature, no more: $2^s = e^{s/T}$ with $T = 1 / \ln 2$.)
#
# Try it. Add 1 to all scores: which numbers change, and which do not? (The table writes $z$ for a
# score and takes the largest off before the power, as you did.)

# %%
SoftmaxExplorer(scores, words)

# %% [markdown]
# On the map, from cold to hot, the mixture walks along the dotted line from *chat* to the middle of
# the three words.

# %%
cold_to_hot = np.geomspace(0.05, 1000, 200)
path = np.array([softmax(scores / T) @ V for T in cold_to_hot])  # (200, 2)

title = "The mixture stays in the triangle"
ax = vectors(V, french.values(), answer, query_name="T = 1", kind="value", title=title)
ax.fill(V[:, 0], V[:, 1], color="#007a5a", alpha=0.1)
ax.plot(path[:, 0], path[:, 1], color="#1f2933", linestyle=":")
print("coldest", path[0].round(2), " hottest", path[-1].round(2), " average", V.mean(axis=0))
show(ax, alt="The mixture walks inside the triangle from chat (0, 3) to the average (2, 2).")

# %% [markdown]
# It never leaves the triangle, at any temperature: that is what positive weights with the sum 1
# mean. A mixture cannot hand over what no value holds.
#
# ## How many keys are really used?
#
# Weights of (½, ½, 0, 0) use two keys, (¼, ¼, ¼, ¼) four. For weights in between, the **entropy**
# counts in bits how undecided they are, and 2 to its power is a number of keys:
#
# $$H = -\sum_j w_j \log_2 w_j, \qquad \text{keys used} = 2^H$$
#
# For (½, ½) each key adds $-\tfrac12 \log_2 \tfrac12 = \tfrac12$, so $H = 1$ bit: $2^1 = 2$ keys.


# %%
def bits(weights):
    """Return the entropy of (m,) weights; a weight of 0 adds nothing."""
    w = weights[weights > 0]
    return abs(np.sum(w * np.log2(w)))  # the sum itself is never positive


for row in ([1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]):
    print(row, bits(np.array(row)), "bits", 2 ** bits(np.array(row)), "keys")
print(weights.round(2), bits(weights).round(2), "bits", (2 ** bits(weights)).round(2), "keys")

# %% [markdown]
# The look-up of "napping" uses 2.3 of 3 keys. Now a larger memory: 64 random keys with 16 features,
# and 200 random queries, none of which fits a key exactly. For comparison, keep for each query
# the value of its nearest key (the dictionary's answer), and the average of all values.

# %%
soft_lookup = load("soft_lookup")  # exercise 2.2: score, softmax(scores / T), mix

rng = np.random.default_rng(0)
memory_K = rng.normal(size=(64, 16))  # (64 keys, 16)
memory_V = rng.normal(size=(64, 3))  # (64 values, 3)
Q = rng.normal(size=(200, 16))  # (200 queries, 16)
nearest = memory_V[[np.argmax(dot_scores(q, memory_K)) for q in Q]]  # (200, 3)
average = memory_V.mean(axis=0)  # (3,)

# %% [markdown]
# For each temperature the table gives the number of keys used (the median over the queries). Then
# it gives the largest distance, over all answers and features, from the dictionary's answer and
# from the average.
#
# **Predict.** At $T = 1$, how many of the 64 keys does a query really use?

# %%
print("      T   keys used   off the dictionary   off the average")
for T in (0.001, 0.1, 0.5, 1, 2, 10, 1000):
    used = np.median([2 ** bits(softmax(dot_scores(q, memory_K) / T)) for q in Q])
    answers = np.array([soft_lookup(q, memory_K, memory_V, T) for q in Q])  # (200, 3)
    off = np.abs(answers - nearest).max(), np.abs(answers - average).max()
    print(f"{T:7} {used:11.1f} {off[0]:20.2f} {off[1]:17.2f}")

# %% [markdown]
# Four. All 64 weights are positive, but four equal ones would be as undecided. At $T$ = 0.001
# the soft look-up *is* the dictionary, at $T$ = 1,000 it *is* the average, to two decimals. And
# $T$ = 0.1 is not quite cold: the median query uses one key, yet some query has two keys that
# nearly tie, and its answer is 1.05 off.
#
# ## Why not take the largest?
#
# A cold look-up is nearly the argmax. Why not use the argmax itself? Because later the features
# will be learned, not made by hand, and learning asks: if this score rose a little, how would the
# answer change? Measure it. Nudge one score at a time, up and down, and divide the change of
# cat's weight by the change of the score. That is the **slope**.
#
# **Predict.** What are the three slopes of the argmax?


# %%
def argmax_weight(s):
    return float(np.argmax(s) == 0)  # cat: all or nothing


def softmax_weight(s):
    return softmax(s)[0]


for weight_of_cat in (argmax_weight, softmax_weight):
    nudges = 0.001 * np.eye(3)  # one row for each score
    slopes = [(weight_of_cat(scores + h) - weight_of_cat(scores - h)) / 0.002 for h in nudges]
    print(weight_of_cat.__name__, np.round(slopes, 2))

# %%
cat_scores = np.linspace(-3, 5, 401)
rows = np.stack([cat_scores, np.full(401, 1.0), np.zeros(401)], axis=-1)  # (401, 3)
ax = curves(
    cat_scores,
    {"argmax": np.argmax(rows, axis=-1) == 0, "softmax": softmax(rows)[:, 0]},
    highlight="softmax",
    x_label="score of cat (sat has 1, mat has 0)",
    y_label="weight of cat",
    title="The argmax is flat on both sides of one jump",
)
show(ax, alt="Weight of cat: argmax jumps from 0 to 1 at score 1; softmax rises everywhere.")

# %% [markdown]
# All 0. The argmax gives learning nothing to go by, and at its one jump it gives too much. The
# softmax answers 0.22 for cat's own score, −0.16 for that of "sat", −0.06 for that of "mat":
# raise cat, lower its rivals, the nearer rival first.
#
# ## This is attention
#
# A query is scored against the keys, the softmax makes weights, and the weights mix the values.
# That is attention, with one query. What lessons 3 to 8 add is many queries at once, rules about
# who may look where, a way to learn `q`, `K` and `V`, a sense of order, several looks at once, and
# a second sentence.
#
# ## What you can do now
#
# You can turn scores into weights and say how sharp they are. You keep two functions: `softmax`,
# which lesson 3 uses inside `attention`, and `soft_lookup`, which lesson 3 gives many queries.

# %% [markdown]
# ## Three questions
#
# **Question 1.** You add 5 to every score of a row. What happens to its weights?
#
# <details><summary>A. Each grows by a factor of e⁵.</summary>
#
# Not quite: each *power* does, and so does their sum. The factor cancels.
#
# </details>
#
# <details><summary>B. They become more equal.</summary>
#
# Not quite: adding to all scores is not dividing them. The differences stay, and they decide.
#
# </details>
#
# <details><summary>C. Nothing.</summary>
#
# Yes. This is why the largest score may be subtracted.
#
# </details>

# %% [markdown]
# **Question 2.** Scores (2, 0) at $T = 2$ have the same weights as which scores at $T = 1$?
#
# <details><summary>A. (4, 0)</summary>
#
# Not quite: this multiplies by $T$. A higher temperature makes differences smaller.
#
# </details>
#
# <details><summary>B. (1, 0)</summary>
#
# Yes: $T$ divides the scores.
#
# </details>
#
# <details><summary>C. (0, −2)</summary>
#
# Not quite: these have the weights of (2, 0) at $T = 1$, shifted by 2.
#
# </details>

# %% [markdown]
# **Question 3.** A row of weights over 64 keys has 3 bits of entropy. What do you know?
#
# <details><summary>A. It is as undecided as 8 equal keys.</summary>
#
# Yes: 2³ = 8.
#
# </details>
#
# <details><summary>B. 8 weights are positive, 56 are 0.</summary>
#
# Not quite: a softmax gives every key some weight. The 8 is what their inequality amounts to.
#
# </details>
#
# <details><summary>C. It uses 3 keys.</summary>
#
# Not quite: bits count doublings. 3 keys alike have log₂ 3, about 1.58 bits.
#
# </details>

# %% [markdown]
# ## References
#
# - J. S. Bridle (1990). Probabilistic interpretation of feedforward classification network
#   outputs, with relationships to statistical pattern recognition. In *Neurocomputing*, Springer,
#   227–236. The softmax as the last step of a network.
# - C. E. Shannon (1948). A mathematical theory of communication. *Bell System Technical Journal*
#   27, 379–423 and 623–656. Entropy in bits.
#
# ## Next
#
# Write both functions in [the exercises](../exercises/02_softmax.ipynb). Then two questions are
# open. What if there are many queries? And what if the scores grow with $d$, as they did in
# lesson 1, where larger scores are the same as a lower temperature?
# [Lesson 3](03_scaled_dot_product_attention.ipynb) answers both.
