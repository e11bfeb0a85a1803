# %% [markdown]
# # 4 · Masks
#
# *May a word look everywhere, even into the future?*
#
# After this lesson you can
#
# - find a leak from the future in an attention map, and prove it without a picture;
# - say why a mask acts before the softmax, and what a row with nothing to attend to should hold;
# - put sentences of different lengths into one batch.
#
# About 30 minutes.

# %% [markdown]
# In lesson 3 every query looked at every key. Now take a task in which that goes wrong: guess the
# next word. A program that writes a text does it again and again.
#
# ## A guesser that is always right
#
# Here is a small language of 192 sentences, half of them to learn from, the other half to test on.
# An *honest* guesser knows only the words so far. After the first "the" one of four nouns comes,
# and it can do no better than name one: right in 1 of 4. After a preposition it is always "the".

# %%
import itertools

import numpy as np

from course_utils.answers import load
from course_utils.plots import bars_side_by_side, heatmap, heatmaps, show

# %%
nouns, verbs = ["cat", "dog", "bird", "child"], ["sat", "slept", "played", "waited"]
prepositions, places = ["on", "under", "near"], ["mat", "rug", "bed", "tree"]
choices = itertools.product(nouns, verbs, prepositions, places)
rng = np.random.default_rng(0)
sentences = rng.permutation([["the", a, b, c, "the", d, "."] for a, b, c, d in choices])
seen, unseen = sentences[:96], sentences[96:]  # (96, 7) each
print(" ".join(unseen[0]))
best = [1 / 4, 1 / 4, 1 / 3, 1, 1 / 4, 1]  # after "the", noun, verb, preposition, "the", place
print(f"the best that an honest guesser can reach over all 192: {np.mean(best):.0%}")

# %% [markdown]
# The words 0 to 5 are queries: each asks for the word after it, its *answer*. All seven words are
# keys. To which keys should a query attend? For once nothing is multiplied, we count: in what share
# of the sentences seen is word $j$ the answer of query $i$?

# %%
softmax = load("softmax")
# each answer beside each word: None adds an axis of length 1, which NumPy stretches,
# (96, 6, 1) and (96, 1, 7) -> (96, n, m) = (96, 6, 7)
is_answer = seen[:, 1:, None] == seen[:, None, :]
shares = is_answer.mean(axis=0)  # (n, m)
scores = np.log(shares + 0.01)  # (n, m); .01 because log 0 is -inf
weights = softmax(scores)  # (n, m)
print("shares of query 0:", shares[0])
print("shares of query 3:", shares[3])

# %% [markdown]
# The answer of query 0 is always word 1. Query 3, the preposition, finds its "the" in two places.
# A score is the logarithm of a share (plus .01), so the softmax gives the shares back, scaled to
# sum to 1.
#
# The value of a word is a row with a single 1, at the word's place in the vocabulary (the 17
# different words). A query mixes these rows, and its guess is the word that got most.
#
# **Predict.** How often is this guesser right, on sentences it has not seen?

# %%
vocabulary = np.unique(sentences)  # (17,)


def guess(sentence, weights):
    """Return the word with the largest weight for each of the six queries."""
    V = (sentence[:, None] == vocabulary).astype(float)  # (m, 17)
    return vocabulary[np.argmax(weights @ V, axis=-1)]  # (n, m) @ (m, 17) -> (n, 17)


print("guesses:", *guess(unseen[0], weights))
right = np.mean([guess(s, weights) == s[1:] for s in unseen], axis=0)  # (n,)
print(f"right: {right.mean():.0%}")

# %% [markdown]
# Always. That is not a good result, it is a suspicious one. Look at its attention map.

# %%
tokens = unseen[0]
title = "Each query looks at its own answer: the next word"
show(
    heatmap(weights, tokens[:6], tokens, title=title),
    alt="Attention weights of the guesser, counted on 96 sentences: six queries, seven keys. Every "
    f"query has a weight of {weights[0, 1]:.2f} on the next word, but the preposition has "
    f"{weights[3, 4]:.2f} on the next word and {weights[3, 0]:.2f} on the first “the”.",
)

# %% [markdown]
# The word to be guessed stands in the sentence, and the guesser learned to read it off. (Query 3
# shares its weight between two.) A leak can also be proved without a picture: **change a word, and
# see which guesses before it change.**

# %%
other = unseen[0].copy()
other[5] = "bed" if other[5] != "bed" else "rug"
guesses, new_guesses = guess(unseen[0], weights), guess(other, weights)  # (n,) each
print("before:", *guesses)
print("after: ", *new_guesses)
print("queries that noticed a change of word 5:", np.flatnonzero(guesses != new_guesses))

# %% [markdown]
# Query 4 knew word 5. When the guesser writes, there is no word 5 yet.
#
# ## The causal mask
#
# So nobody may look ahead. A mask $M$ has a row $i$ for each query and a column $j$ for each key,
# and True means *may attend*:
#
# $$M_{ij} = \text{True} \quad\text{if}\quad j \le i$$

# %%
causal_mask = load("causal_mask")
by_hand = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]], dtype=bool)
print("the same as by hand:", np.array_equal(causal_mask(3), by_hand))
allowed = causal_mask(7)[:6]  # (n, m): six queries, seven keys
hidden = softmax(np.where(allowed, scores, -np.inf))  # as in lesson 3
right = np.mean([guess(s, hidden) == s[1:] for s in unseen], axis=0)  # (n,)
print("right for each query:", right, f"  together: {right.mean():.0%}")

# %% [markdown]
# Query $i$ guesses word $i + 1$, so word $i$ itself is known: the diagonal is True. It is called
# causal because nothing depends on what comes later.
#
# From 100% to 17%. What is left is "the" after the preposition, which also stood at the beginning.
# Learning with a leak taught it nothing else. With the mask on *while learning*, a guesser has to
# find what can be known.
#
# ## Before the softmax or after?
#
# The forbidden scores became $-\infty$ *before* the softmax. Why not set the forbidden weights to
# 0 afterwards? Take one row with the scores 2, 1 and 0; the third word is in the future.
#
# **Predict.** What does the row sum to, done each way?

# %%
row, may_attend = np.array([2.0, 1.0, 0.0]), np.array([True, True, False])
print("no mask      ", softmax(row).round(3))
after = np.where(may_attend, softmax(row), 0)
before = softmax(np.where(may_attend, row, -np.inf))
print("zeroed after ", after.round(3), " sum", after.sum().round(3))
print("masked before", before.round(3), " sum", before.sum().round(3))

# %% [markdown]
# Afterwards the future has already taken its share (.09), and nobody gets it back. For the
# guesser that is nearly everything:

# %%
zeroed = np.where(allowed, weights, 0)
title = "The guesser, masked: zeroed after the softmax, rows sum to .01 to .50, not 1"
show(
    heatmap(zeroed, tokens[:6], tokens, title=title),
    alt="The guesser's weights with the future set to 0 after the softmax. The rows sum to "
    + ", ".join(f"{total:.2f}" for total in zeroed.sum(axis=-1)),
)

# %% [markdown]
# One could divide each row by its sum again: .665 / .910 = .731, the same as before. Is it always
# the same? Let the third score, the forbidden one, grow to 5, 50, 500 and 800, and store the
# numbers in 64, 32 and 16 bits. The fewer bits, the sooner a tiny number is stored as 0.
#
# **Predict.** The first weight should be .73 every time. Where does it fail first?

# %%
print("forbidden score    5    50   500   800")
for dtype in (np.float64, np.float32, np.float16):
    line = []
    for forbidden in (5, 50, 500, 800):
        e = np.exp(np.array([2, 1, forbidden], dtype=dtype) - dtype(forbidden))
        with np.errstate(invalid="ignore"):  # NumPy would warn of 0 / 0
            line.append(e[0] / e[:2].sum())  # zero the third, divide again
    print(f"{dtype.__name__:15}", "  ".join(f"{weight:4.2f}" for weight in line))

# %% [markdown]
# The softmax subtracts the largest score, here that of the forbidden word. The words that count
# become about $e^{-50}$ or $e^{-800}$. Where that is stored as 0, 0 is divided by 0: `nan`. Masked
# before, the forbidden score is gone when the maximum is taken.
#
# ## $-\infty$ or a large negative number?
#
# Much code writes −1e9, minus a billion, instead of $-\infty$. As long as one key of the row is
# allowed there is no difference: $e^{-1000000000}$ is stored as 0. So forbid all three.
#
# **Predict.** What are the weights with $-\infty$, and with −1e9? Which of the two would you notice
# in a program?


# %%
def softmax_of(row):
    """Return the softmax of one row."""
    with np.errstate(invalid="ignore"):  # NumPy would warn of -inf minus -inf
        e = np.exp(row - row.max())
    return (e / e.sum()).round(3)


print("-inf in every place", softmax_of(np.full(3, -np.inf)))
print("-1e9 in every place", softmax_of(np.full(3, -1e9)))

# %% [markdown]
# With −1e9 the row attends to three forbidden words alike. Nothing stops, and nobody notices.
# $-\infty$ gives `nan`, "not a number", because $-\infty - (-\infty)$ has no value. That is no
# answer either, but you notice.
#
# <details><summary>Some programs add −1e9 to the forbidden scores. Is that the same?</summary>
#
# Try both in a new cell:
#
# ```
# softmax_of(row - 1e9)
# softmax_of(row.astype(np.float32) - np.float32(1e9))
# ```
#
# The first gives .665, .245 and .09, as if there were no mask: lowering all scores by one number
# changes no weight (lesson 2). The second gives three equal weights. A float keeps only so many
# digits, and near $10^9$ the next number that 32 bits can store is 64 away
# (`np.spacing(np.float32(1e9))`). Beside such a step 2, 1 and 0 are the same. In neither case does
# anything stop.
#
# </details>
#
# ## A row with nothing to attend to
#
# You notice because `nan` spreads. Five words attend to each other in two layers: the outputs of
# the first are the vectors $H$ of the second. Each vector is query, key and value at once, and the
# scores are $H H^\top$ (no scale, to keep it short). Word 3 may attend to nothing, and nobody may
# attend to word 3.
#
# **Predict.** How many of the five rows are `nan` after the first layer, how many after the second?


# %%
def rows_with_nan(weigh):
    """Print how many of five rows are nan after each of two layers."""
    H = np.random.default_rng(1).normal(size=(5, 4))  # (words, features), random
    for layer in (1, 2):
        with np.errstate(invalid="ignore"):
            H = weigh(H @ H.T, may) @ H  # (5, 5) @ (5, 4) -> (5, 4)
        print(f"rows with nan after layer {layer}: {np.isnan(H).any(axis=-1).sum()}")


may = np.ones((5, 5), dtype=bool)
may[3, :] = may[:, 3] = False
rows_with_nan(lambda scores, mask: softmax(np.where(mask, scores, -np.inf)))

# %% [markdown]
# One row, then all five, though the weight of word 3 is 0 everywhere: $0 \cdot \text{nan}$ is
# `nan`. What should stand in the row? Nobody reads it, so it only has to do no harm, and a mixture
# of nothing is nothing. So we define its weights as 0. The output is then 0 times every value,
# which is 0:
#
# $$w_{ij} = \frac{M_{ij}\, e^{s_{ij}}}{\sum_{l} M_{il}\, e^{s_{il}}}, \qquad
# w_{ij} = 0 \text{ if no } M_{il} \text{ is True}$$
#
# ($s_{ij}$ is the score of query $i$ with key $j$, $l$ runs over all keys, True counts as 1 and
# False as 0.) The function that does so is exercise 4.3. Your `attention` of lesson 3 may still
# give `nan` here; the discussion of 4.3 says how to mend it in two lines.

# %%
masked_softmax = load("masked_softmax")
print(masked_softmax(np.zeros((2, 3)), np.array([[True, True, False], [False, False, False]])))
rows_with_nan(masked_softmax)

# %% [markdown]
# ## Padding
#
# Sentences differ in length, the rows of an array do not. In a *batch*, several sentences handled
# at once, the short ones are filled up with a word that means nothing, the *padding*. $Q$, $K$ and
# $V$ are random here.

# %%
batch = ["the cat sat on the mat .", "the dog slept . pad pad pad"]
lengths, m, d = np.array([7, 4]), 7, 8
Q, K, V = rng.normal(size=(3, 2, m, d))  # (B, m, d) each: B = 2 sentences
batch_scores = load("scaled_scores")(Q, K)  # (B, n, m)
on_padding = softmax(batch_scores)[1, :4, 4:].sum(axis=-1)  # (4,): four words, keys 4 to 6
print("second sentence, weight on its padding:", on_padding.round(2))

# %% [markdown]
# Between .15 and .41 of a word's attention goes to what means nothing. `padding_mask(lengths, m)`
# hides it: of a sentence with 4 words, the keys 0 to 3 are allowed. The shape is $(B, 1, m)$, one
# row for each sentence, and NumPy stretches the axis of length 1 to all queries (*broadcasting*).
#
# With the causal mask of shape $(n, m)$ it goes together by `&`: a key has to be allowed by both.

# %%
padding_mask = load("padding_mask")
padding = padding_mask(lengths, m)  # (B, 1, m)
both = causal_mask(m) & padding  # (n, m) & (B, 1, m) -> (B, n, m)
print(causal_mask(m).shape, "&", padding.shape, "->", both.shape)

# %%
panels = {"padding": np.repeat(padding[1], m, axis=0), "causal": causal_mask(m), "both": both[1]}
title = f"A key must be allowed by both: {both[1].sum()} of 49 pairs may attend"
show(
    heatmaps(panels, batch[1].split(), kind="mask", title=title),
    alt="Three masks for the second sentence, with four words and three places of padding. "
    + ", ".join(f"{name}: {panel.sum()} of 49 pairs allowed" for name, panel in panels.items()),
)

# %% [markdown]
# The explorer shows the same sentence. Click a cell of the scores, or press Space there, to allow
# or forbid a pair. Take away a row's last key and watch its sum.

# %%
from course_utils.widgets import MaskExplorer

MaskExplorer(batch_scores[1].round(1), batch[1].split(), causal=True, padding=(4, 5, 6))

# %% [markdown]
# The mask hides padded *keys*. Padded *queries* still get an output, which nobody reads. Does the
# sentence notice that it was padded? Compare it with the four words alone.

# %%
attention = load("attention")
output = masked_softmax(batch_scores, both) @ V  # (B, n, m) @ (B, m, d) -> (B, n, d)
alone, _ = attention(Q[1, :4], K[1, :4], V[1, :4], causal_mask(4))  # (4, d)
print("padded as alone, below 1e-12:", np.abs(output[1, :4] - alone).max() < 1e-12)

# %% [markdown]
# It does not. And when is a row empty, with both masks? Take seven sentences of 1 to 7 words, each
# filled up to 7.
#
# **Predict.** How many of these 49 rows are empty when the padding stands behind the words? And in
# front of them?

# %%
many = padding_mask(np.arange(1, m + 1), m)  # (B, 1, m): seven lengths, 1 to 7
none = padding_mask(0 * lengths, m)  # (B, 1, m): two lengths, both 0
in_front = many[..., ::-1]  # the same keys from last to first
for name, mask in {"behind": many, "in front": in_front, "only": none}.items():
    empty = ~(causal_mask(m) & mask).any(axis=-1)  # (B, n)
    print(f"padding {name:8}: {empty.sum()} of {empty.size} rows are empty")

# %% [markdown]
# Behind the words: none, since every query may see word 0. In front: 21, since a padded query sees
# only the padding before it. Where there is only padding, all rows are empty.

# %% [markdown]
# ## The exact zero
#
# Back to the leak test, with numbers in place of words. Change the queries, keys and values of the
# words 4, 5 and 6 in 1,000 sentences, and compare the outputs of the words 0 to 3 with `==`, bit
# for bit.
#
# **Predict.** By how much do these 32,000 numbers (1,000 sentences, 4 words, 8 features) change:
# without a mask, zeroed after the softmax and divided again, masked before?

# %%
old = rng.normal(size=(3, 1000, 7, 8))  # Q, K and V: (B, n, d) each
new = old.copy()
new[:, :, 4:] = rng.normal(size=(3, 1000, 3, 8))
past = causal_mask(7)  # (n, n)


def divided_again(Q, K, V):
    """Return the outputs of attention with the mask after the softmax."""
    weights = attention(Q, K, V)[1] * past
    return weights / weights.sum(axis=-1, keepdims=True) @ V


# %%
# *qkv stands for the three arguments Q, K, V
ways = {"no mask": lambda *qkv: attention(*qkv)[0], "divided again": divided_again}
ways["masked before"] = lambda *qkv: attention(*qkv, past)[0]
change = {name: np.abs(way(*new) - way(*old)).max(axis=(0, 2)) for name, way in ways.items()}
for name, largest in change.items():  # (n,): the largest change at each word
    size = largest[:4].max()
    small = "below 1e-12, not 0" if size else "exactly 0"
    words = small if size < 1e-12 else f"{size:.1f}"
    print(f"{name:14} largest change in the past: {words}")

# %%
axes = bars_side_by_side(
    {f"largest change, {name}": change[name] for name in ("no mask", "masked before")},
    [f"word {i}" for i in range(7)],
    kind="scores",
    title="Random Q, K and V, words 4 to 6 changed: masked, words 0 to 3 do not notice",
)
ends = [f"{name}: {change[name].round(1).tolist()}" for name in ("no mask", "masked before")]
show(axes, alt="Largest change of the output at each of the words 0 to 6. " + "; ".join(ends))

# %% [markdown]
# Without a mask the past changes as much as the rest. Dividing again comes close, and still
# something gets through: the future decided which maximum was subtracted, and rounding remembers
# it. Masked before, the change is exactly 0, in every one of the 32,000 numbers.
# $e^{-\infty}$ is 0 and not nearly 0, 0 times a number is 0, and adding 0 alters no bit. This is a
# test you can write for any model: change the future, compare the past with `==`.
#
# ## What you can do now
#
# You can find a leak, mask in the right place, pad a batch, and say what an empty row holds. In the
# exercises you write `causal_mask`, `padding_mask` and `masked_softmax`, and you keep all three.
# The decoder of lesson 10 needs the first to write French, its encoder the second to read many
# English sentences at once, and your `attention` can take over the third.
#
# One thing was taken for granted, here and in lesson 3: $Q$, $K$ and $V$ were made up or random.
# *Where do Q, K and V come from?* That is lesson 5.

# %% [markdown]
# ## Three questions
#
# **Question 1.** How many of the 25 pairs does the causal mask of five words allow?
#
# <details><summary>A. 10</summary>
#
# Not quite: these are the pairs strictly before the query. A word may attend to itself as well.
#
# </details>
#
# <details><summary>B. 15</summary>
#
# Yes: 1 + 2 + 3 + 4 + 5, one more for each row.
#
# </details>
#
# <details><summary>C. 20</summary>
#
# Not quite: this leaves out the diagonal alone, and lets every word see the future.
#
# </details>

# %% [markdown]
# **Question 2.** In an attention map with a mask, a row sums to .4. What happened?
#
# <details><summary>A. The query may attend to 40% of the keys</summary>
#
# Not quite: however few keys are allowed, they share a whole 1.
#
# </details>
#
# <details><summary>B. The query may attend to nothing</summary>
#
# Not quite: then the row is 0 everywhere, and sums to 0.
#
# </details>
#
# <details><summary>C. The forbidden weights were set to 0 after the softmax</summary>
#
# Yes: forbidden keys had .6 of the weight, and it is gone.
#
# </details>

# %% [markdown]
# **Question 3.** Why does a padding mask hide the padded keys, and not the padded queries?
#
# <details><summary>A. Nobody reads the outputs of padded queries, and hiding them makes empty
# rows</summary>
#
# Yes: a padded key would change what real words receive; a padded query changes only its own row.
#
# </details>
#
# <details><summary>B. The causal mask hides padded queries already</summary>
#
# Not quite: a padded query sees everything before it, as any other query does.
#
# </details>
#
# <details><summary>C. Padded queries have scores of −∞ anyway</summary>
#
# Not quite: padding has vectors like any word, and its scores are ordinary numbers.
#
# </details>

# %% [markdown]
# ## References
#
# - A. Vaswani et al. (2017). Attention Is All You Need. *Advances in Neural Information Processing
#   Systems 30*. Section 3.2.3 sets forbidden scores to $-\infty$.
# - M. Germain, K. Gregor, I. Murray, H. Larochelle (2015). MADE: Masked Autoencoder for
#   Distribution Estimation. *ICML 2015*. A network made causal by masks, two years before.
#
# Now write it: [exercises 4](../exercises/04_masks.ipynb). Then
# [lesson 5](05_self_attention.ipynb) asks where Q, K and V come from.
