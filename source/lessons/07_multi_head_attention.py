# %% [markdown]
# # 7 · Multi-head attention
#
# *Can one average look at two places?*
#
# After this lesson you can
#
# - measure what a single head cannot do, however it shares its weight;
# - split features into heads and merge them, without mixing the words;
# - read the output as a sum of notes, one from each head, and count what heads cost.
#
# About 30 minutes.

# %% [markdown]
# Attention hands each word one weighted average. Suppose a word needs two things at once: which
# word stands before it, and which word the sentence begins with.
#
# Take six words. A word's vector has six features that say which word it is, and six that say at
# which place it stands: a single 1 in each half, and $d_\text{model} = 12$. Everything in this part
# is set by hand, so that you can follow it.

# %%
import numpy as np

from course_utils.answers import load
from course_utils.data.minilm import load_minilm
from course_utils.plots import curves, heatmap, heatmaps, show
from course_utils.widgets import AttentionView

words = ["The", "cat", "sat", "on", "the", "mat"]
word, place = np.eye(6), np.eye(6)  # (6, 6) each: row i is word i, row i is place i
X = np.hstack([word, place])  # (n, d_model) = (6, 12)
print("sat:", X[2].astype(int))

# %% [markdown]
# ## One head
#
# $W_K$ copies the half with the place, so that a word is found by its place. $W_V$ copies the half
# with the word, so that the word is handed over. $W_Q$ turns a place into the places asked for,
# loudly (times 100), so that nothing else gets a share. Word 0 has nothing before it and asks for
# itself.
#
# **Predict.** One query asks for both places, the one before and the first. What does "sat" get?

# %%
attention = load("attention")
to_previous = place[[0, 0, 1, 2, 3, 4]]  # (6, 6): row i holds the place that word i asks for
to_first = place[[0, 0, 0, 0, 0, 0]]
nothing = np.zeros((6, 6))  # rows for the features that are not used
W_K, W_V = np.vstack([nothing, np.eye(6)]), np.vstack([np.eye(6), nothing])  # (12, 6) each
W_Q = np.vstack([nothing, 100 * (to_previous + to_first)])  # (12, 6)
output, weights = attention(X @ W_Q, X @ W_K, X @ W_V)  # (6, 6), (6, 6)
print("sat gets", ", ".join(f"{share:.2f} {word}" for word, share in zip(words, output[2])))

# %%
title = "Hand-set weights: one head shares its 1 between two places"
show(
    heatmap(weights, words, title=title),
    alt="Hand-set attention of one head: sat, on, the and mat each give .50 to The and .50 to the "
    "word before them; The and cat give 1.00 to The.",
)

# %% [markdown]
# Half of "The" and half of "cat". It found both and blended them. Is that enough? Exchange the
# first two words:

# %%
swapped = X.copy()
swapped[[0, 1], :6] = X[[1, 0], :6]  # "cat The sat …": words exchanged, places kept
again, _ = attention(swapped @ W_Q, swapped @ W_K, swapped @ W_V)
print("The cat sat -> sat gets", output[2].round(2))
print("cat The sat -> sat gets", again[2].round(2))

# %% [markdown]
# The same six numbers, though first and previous have changed places. Nothing that starts
# from these numbers can tell the two apart.
#
# So let the head share unevenly: $a$ for the previous word, $1 - a$ for the first. Is there a
# matrix that brings the two words back, for all 36 pairs of six words? Least squares
# (`np.linalg.lstsq`) finds the matrix with the smallest squared error. Divide this error by that of
# an answer which is always the same, the average. The ratio is the *miss*: 0 is exact, 1 is no
# better than the average.

# %%
before, first = np.repeat(np.eye(6), 6, axis=0), np.tile(np.eye(6), (6, 1))  # (36, 6): each pair


def miss(gathered, wanted):
    """Return the share of `wanted` that the best matrix cannot make of `gathered`."""
    matrix = np.linalg.lstsq(gathered, wanted)[0]
    left = wanted - gathered @ matrix
    return np.sum(left**2) / np.sum((wanted - wanted.mean(axis=0)) ** 2)


# %% [markdown]
# **Predict.** At $a = .5$ both words are missed alike. Which $a$ makes the sum of the two misses
# smallest?

# %%
print("a     previous  first   sum")
for a in (1, 0.9, 0.75, 0.5, 0.25, 0):
    blend = a * before + (1 - a) * first  # (36, 6): all that one head hands over
    lost = miss(blend, before), miss(blend, first)
    print(f"{a:4.2f}  {lost[0]:8.2f}  {lost[1]:5.2f}  {sum(lost):4.2f}")

# %%
shares = np.linspace(0, 1, 101)
blends = [a * before + (1 - a) * first for a in shares]
lines = {"previous": [miss(b, before) for b in blends], "first": [miss(b, first) for b in blends]}
lines["sum"] = np.add(lines["previous"], lines["first"])
title = "What one head wins for one word it loses for the other"
axis = {"x_label": "weight on the previous word", "y_label": "miss of the best matrix"}
show(
    curves(shares, lines, **axis, highlight="sum", y_range=(0, 1.2), title=title),
    alt="Miss of the best matrix against the weight on the previous word: for the previous word "
    "it falls from 1 to 0, for the first word it rises from 0 to 1, and their sum is 1.00 "
    "everywhere.",
)

# %% [markdown]
# None. The sum is 1.00 at every share: what the head wins for one word it loses for the other, and
# no matrix gets it back. ($W_V$ is no way out: it is one more matrix. A step that is not a matrix
# could tell .75 from .25, but attention has none after the average.) So one average can look at
# two places, and hands on one blend.
#
# ## Two heads
#
# So attend twice. Each **head** has its own $W_Q, W_K, W_V$ and makes its own weights. What head
# $h$ gathers is called $O_h$. Heads are counted from 0, in the code and in the figures too, and the
# $h$ above a matrix is a number, not a power:
#
# $$O_h = \text{Attention}(X W_Q^h,\; X W_K^h,\; X W_V^h)$$

# %%
asked = {"head 0": to_previous, "head 1": to_first}
found = {
    name: attention(X @ np.vstack([nothing, 100 * ask]), X @ W_K, X @ W_V)
    for name, ask in asked.items()
}
for name, (gathered, _) in found.items():
    print(name, "sat gets", gathered[2].round(2))
both = np.hstack([before, first])  # (36, 12): what the two heads hand over, side by side
print(f"misses {miss(both, before):.2f} and {miss(both, first):.2f}")

# %%
maps = {name: weights for name, (_, weights) in found.items()}
show(
    heatmaps(maps, words, title="Hand-set weights: each head has a whole 1 of its own"),
    alt="Hand-set attention of two heads. Head 0: every word gives 1.00 to the word before it. "
    "Head 1: every word gives 1.00 to The.",
)

# %% [markdown]
# Nothing is blended, and nothing is missed.
#
# ## One matrix for all heads
#
# Models do not loop over heads. They store the heads' matrices side by side, as blocks of columns
# in one $W_Q$. One product makes the queries of all heads, and each head takes its block of
# features. A head's size is $d_k$, so $X W_Q$ has $\text{heads} \times d_k$ columns. `attention`
# already handles leading axes (lesson 3): it wants the heads in front, as `(heads, n, d_k)`.
#
# Practice on numbers that say where they come from: 21 is feature 1 of word 2.
#
# **Predict.** NumPy's `reshape` gets from (3, 4) to (2 heads, 3 words, 2 features) in one step.
# What stands in head 0?

# %%
table = np.array([[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]])  # (n, d) = (3, 4)
print("head 0 by reshape:", table.reshape(2, 3, 2)[0].tolist())
print("head 0 wanted:    ", table[:, :2].tolist())

# %% [markdown]
# Word 0 twice, then half of word 1; word 2 is not in it at all. `reshape` reads the numbers line by
# line and fills the new shape in that order. It never moves a number past another. The features
# must be cut *inside* each word, and then the axes of words and heads change places: exercise 7.1.
#
# The trap is quiet. The shape is right, and there and back again gives the table:

# %%
split_heads, merge_heads = load("split_heads"), load("merge_heads")
wrong = table.reshape(2, 3, 2)
print("wrong, there and back:", np.array_equal(wrong.reshape(3, 4), table))
print("right, there and back:", np.array_equal(merge_heads(split_heads(table, 2)), table))
print("head 1, right:", split_heads(table, 2)[1].tolist())

# %% [markdown]
# What does it do to the task? Lay the matrices of the two heads side by side, and split in both
# ways.

# %%
W_Q = np.hstack([np.vstack([nothing, 100 * ask]) for ask in asked.values()])  # (12, 12)
W_K, W_V = np.hstack([W_K, W_K]), np.hstack([W_V, W_V])  # (12, 12): the same for both heads
wanted = np.hstack([word[[0, 0, 1, 2, 3, 4]], word[[0] * 6]])  # (6, 12): previous, first
projected = X @ W_Q, X @ W_K, X @ W_V  # (6, 12) each
by_reshape, _ = attention(*[P.reshape(2, 6, 6) for P in projected])  # (heads, n, d_v)
right, _ = attention(*[split_heads(P, 2) for P in projected])  # (heads, n, d_v) = (2, 6, 6)
for name, result in {"by reshape": by_reshape.reshape(6, 12), "right": merge_heads(right)}.items():
    good = np.abs(result - wanted).max(axis=-1) < 1e-12
    print(f"{name:10} gives both words to:", *np.array(words)[good])

# %% [markdown]
# No error, and the second half of the sentence is wrong. By reshape, head 0 holds the first three
# words, each in two rows, and head 1 the last three. "sat" still meets both its words there; "on",
# "the" and "mat" never hear of "The".
#
# ## Each head writes its own note
#
# Merged, the row of a word holds what head 0 gathered, then head 1, and so on. The table of one
# head, $O_h$, is $(n, d_v)$. A last matrix $W_O$ mixes them and brings them back to
# $d_\text{model}$ features:
#
# $$\text{MultiHead} = \text{Concat}(O_0, O_1, \dots)\, W_O$$
#
# Cut $W_O$ into blocks of rows, $W_O^h$ for head $h$. Then the product falls apart into a sum:
#
# $$\text{Concat}(O_0, O_1, \dots)\, W_O = \sum_h O_h W_O^h$$

# %%
rng = np.random.default_rng(0)
heads, n, d_v, d_model = 3, 6, 4, 10
gathered = rng.normal(size=(heads, n, d_v))  # by three heads
W_O = rng.normal(size=(heads * d_v, d_model))  # (12, 10)
together = merge_heads(gathered) @ W_O  # (n, 12) @ (12, d_model) -> (n, d_model)
notes = [gathered[h] @ W_O[d_v * h : d_v * (h + 1)] for h in range(heads)]  # each (n, d_model)
print("shape of a note:", notes[0].shape)
print("error below 1e-12:", np.abs(together - sum(notes)).max() < 1e-12)

# %% [markdown]
# So the heads do not see each other. Each writes a note of $d_\text{model}$ features for each word,
# and the notes are added. $W_O$ decides where a head writes. Our task needs no mixing, so there it
# is the identity matrix (`np.eye`), which changes nothing: head 0 writes into the features 0 to 5,
# head 1 into 6 to 11.
#
# The whole is one call (exercise 7.3). `X_Q` asks and `X_KV` answers; within one sentence both are
# $X$. A mask holds for all heads alike: what may not be seen, no head may see.

# %%
multi_head_attention = load("multi_head_attention")
output, weights = multi_head_attention(X, X, W_Q, W_K, W_V, np.eye(12), heads=2)
print("output", output.shape, "weights", weights.shape)
print("both words, for every word:", np.abs(output - wanted).max() < 1e-12)

# %% [markdown]
# ## What do more heads cost?
#
# Keep $d_\text{model} = 384$ and give each head $d_k = d_v = 384 / \text{heads}$ features. The
# **parameters**, the numbers that training changes, are those of the four matrices.
#
# **Predict.** How many times more multiplications do 12 heads need than one?


# %%
def products(A, B):
    """Return the number of multiplications in A @ B: each number of A meets every column."""
    return A.size * B.shape[-1]


X_16, W = np.zeros((16, 384)), np.zeros((384, 384))  # 16 words
print("heads  multiplications  parameters  exponentials")
for heads in (1, 2, 12):
    Q = split_heads(X_16 @ W, heads)  # (heads, 16, 384 / heads), and so are K and V
    scores = Q @ np.swapaxes(Q, -1, -2)  # (heads, 16, 16)
    count = 4 * products(X_16, W) + products(Q, np.swapaxes(Q, -1, -2)) + products(scores, Q)
    print(f"{heads:5}  {count:15,}  {4 * W.size:10,}  {scores.size:12,}")

# %% [markdown]
# Not one more, and as many parameters: twelve heads are each a twelfth as wide. Only the softmax
# has more to do, an exponential for each weight. The price is a narrower view: each of 12 heads
# compares words by 384 / 12 = 32 numbers.
#
# ## Twelve heads of a real model
#
# MiniLM (lesson 5) has 12 heads of 32 features in each of its six layers. Your `attention` runs all
# twelve of a layer at once. How much does a word give to the word before it, itself, the next one,
# and [CLS] or [SEP]? Take layer 1 (layers count from 0, too), and the mean over all words that have
# a neighbor on either side.


# %%
def habits(name, layer=1):
    """Return what each head of a layer gives to five kinds of key: (heads, 5)."""
    tokens, Q, K, V = load_minilm(name)
    _, w = attention(Q[layer], K[layer], V[layer])  # (12, n, n)
    i = np.arange(2, len(tokens) - 2)  # words with a word on either side
    kinds = [w[:, i, i - 1], w[:, i, i], w[:, i, i + 1], w[:, i, 0] + w[:, i, -1]]
    means = np.stack([kind.mean(axis=-1) for kind in kinds], axis=-1)  # (12, 4)
    return np.column_stack([means, 1 - means.sum(axis=-1)])


cat = habits("cat")
print("head 8, next word", cat[8, 2].round(2), "| head 9, word before", cat[9, 0].round(2))

# %%
kinds = ["before", "itself", "next", "[CLS], [SEP]", "others"]
rows = [f"head {h}" for h in range(12)] + ["mean"]
table = np.vstack([cat, cat.mean(axis=0)])  # (13, 5)
title = "Layer 1: head 8 leads in “next”, head 9 in “before”; the mean shows neither"
axis = {"row_name": "", "column_name": "gives to", "title": title}
show(
    heatmap(table, rows, kinds, **axis),
    alt=f"What 12 heads give. To the next word: head 8 {cat[8, 2]:.2f}, mean {table[12, 2]:.2f}. "
    f"To the word before: head 9 {cat[9, 0]:.2f}, mean {table[12, 0]:.2f}. To [CLS] and [SEP]: "
    f"head 9 {cat[9, 3]:.2f}.",
)

# %% [markdown]
# In one layer a word hears from both its neighbors, each through a head of its own, and nobody set
# these weights by hand. But we picked the two heads as the largest of 12, on one sentence. Does it
# hold on two others?

# %%
for name in ("cat", "tired", "wide"):
    given = habits(name)  # (12, 5)
    for column in (2, 0):
        top, second = np.argsort(-given[:, column])[:2]
        shown = [f"head {h} {given[h, column]:.2f}" for h in (top, second)]
        print(f"{name:5}  {kinds[column]:6}  {shown[0]}, then {shown[1]}")

# %% [markdown]
# It holds. Say no more than that: head 8 gives over half of its weight to the next word, head 9
# only .27 to .32 to the word before, more than any other of the layer; most of the rest goes to
# [CLS] and [SEP] (.64 in the cat sentence). Nor did we ask what the other ten do. The mean over
# heads, .10 and .08, hides both: averaging the heads blends what the model kept apart.

# %%
tokens, Q, K, V = load_minilm("cat")
_, weights = attention(Q[1], K[1], V[1])  # (12, 9, 9): layer 1
pair = {"head 8": weights[8], "head 9": weights[9]}
print(f"head 8: sat gives {weights[8, 3, 4]:.2f} to on; head 9: {weights[9, 3, 2]:.2f} to cat")
show(
    heatmaps(pair, tokens, title="MiniLM, layer 1: head 8 looks ahead, head 9 at [CLS] and back"),
    alt=f"MiniLM layer 1. In head 8 sat gives {weights[8, 3, 4]:.2f} to the next word, on. In "
    f"head 9 it gives {weights[9, 3, 2]:.2f} to the word before, cat, "
    f"and {weights[9, 3, 0]:.2f} to [CLS].",
)

# %% [markdown]
# All twelve: choose a head, then hover over a word. By keyboard: Tab, then the arrow keys. In which
# two heads does "on" look most at "mat"?

# %%
AttentionView(weights, tokens, head=8, query=3)

# %% [markdown]
# In heads 4 and 7, with .68 and .65: two words ahead.
#
# ## What you can do now
#
# You can say why one average is not enough, split and merge without mixing words, and read the
# output as a sum of notes. You keep three functions: `split_heads`, `merge_heads` and
# `multi_head_attention`. Lesson 9 builds the block around the last one, lesson 10 trains it, and
# lesson 11 switches single weights off to see what they are for.
#
# `multi_head_attention` takes two inputs, and so far both were the same sentence. *All this is
# within one sentence. And between two?* That is lesson 8.

# %% [markdown]
# ## Three questions
#
# **Question 1.** One head gives half of its weight to each of two words. Which matrix after it
# gives back both?
#
# <details><summary>A. A larger one, with room for both words</summary>
#
# Not quite: room does not help. Exchange the two words, and what goes in is the same.
#
# </details>
#
# <details><summary>B. None</summary>
#
# Yes: two different questions put in the same numbers, so they get the same answer.
#
# </details>
#
# <details><summary>C. The one that least squares finds</summary>
#
# Not quite: it is the best of all matrices, and it missed half of each word.
#
# </details>

# %% [markdown]
# **Question 2.** `X` is (6, 12). A friend splits it by `X.reshape(2, 6, 6)`. Which words does head
# 1 hold?
#
# <details><summary>A. The last three, each in two rows</summary>
#
# Yes: 36 numbers are three words of 12. In reading order the last 36 are the last three words.
#
# </details>
#
# <details><summary>B. All six, features 6 to 11</summary>
#
# Not quite: this is what is wanted. For it the features are cut inside each word.
#
# </details>
#
# <details><summary>C. Every other word</summary>
#
# Not quite: `reshape` deals nothing out in turn, it keeps the reading order.
#
# </details>

# %% [markdown]
# **Question 3.** A model has $d_\text{model} = 512$ and 8 heads of 64 features. You make it 16
# heads of 32. What happens to the parameters?
#
# <details><summary>A. They double, since each head has its own matrices</summary>
#
# Not quite: there are twice as many blocks, and each is half as wide.
#
# </details>
#
# <details><summary>B. They halve, since a head is narrower</summary>
#
# Not quite: a head has half as many, but there are twice as many heads.
#
# </details>
#
# <details><summary>C. Nothing</summary>
#
# Yes: four matrices of 512 × 512, however they are cut.
#
# </details>

# %% [markdown]
# ## References
#
# - A. Vaswani et al. (2017). Attention Is All You Need. *Advances in Neural Information Processing
#   Systems 30*. Section 3.2.2 is this lesson.
# - K. Clark, U. Khandelwal, O. Levy, C. D. Manning (2019). What Does BERT Look At? An Analysis of
#   BERT's Attention. *BlackboxNLP 2019*. Heads that look one word back or ahead, measured.
#
# Now write it: [exercises 7](../exercises/07_multi_head_attention.ipynb). Then comes
# [lesson 8, Cross-attention](08_cross_attention.ipynb).
