# %% [markdown]
# # 5 · Self-attention
#
# *Where do Q, K and V come from? And which words should "it" listen to?*
#
# After this lesson you can
#
# - make queries, keys and values from the words of one sentence, and say what each matrix is for;
# - say what self-attention cannot know, and show it to twelve decimals;
# - run your own `attention` inside a real model and test what people say about it.
#
# About 30 minutes.

# %% [markdown]
# "The animal didn't cross the street because it was too tired." You know that "it" is the animal. A
# machine has a vector for each word, and the one for "it" is the same in every sentence. It must
# fetch something from the other words. Take three of them, with four features made by hand: noun,
# alive, place, pronoun. The size of a word's vector is called $d_\text{model}$. The three vectors
# are the rows of $X$.

# %%
from itertools import combinations

import numpy as np

from course_utils.answers import load
from course_utils.data.minilm import load_minilm
from course_utils.plots import curves, distributions, head_map, heatmaps, show
from course_utils.widgets import AttentionView

words = ["animal", "street", "it"]
# columns: noun, alive, place, pronoun
X = np.array([[2.0, 2, 0, 0], [2, 0, 2, 0], [0, 0, 0, 2]])  # (n, d_model) = (3, 4)

# %% [markdown]
# ## First attempt: the words themselves
#
# In **self-attention** a sentence attends to itself: queries, keys and values all come from the
# same $X$. The shortest way is to use $X$ three times:
#
# $$\text{Attention}(X, X, X)$$
#
# **Predict.** Which word does "it" listen to? Its dot products with "animal", "street" and itself
# are 0, 0 and 4, divided by $\sqrt 4$.

# %%
attention = load("attention")
_, to_itself = attention(X, X, X)  # (n, n): who asks, who answers
for word, row in zip(words, to_itself):
    print(f"{word:7}", row.round(2))

# %% [markdown]
# To itself, with .79: $e^2 / (e^2 + 1 + 1)$. So do the others, because a vector agrees with itself
# more than with most others. Is that an accident of these numbers? Take 100 sentences of six
# random words. An equal share would be .17.


# %%
def weight_on_itself(Q, K):
    """Return the mean weight of a word on itself, over all words of all sentences."""
    _, weights = attention(Q, K, K)  # (sentences, n, n); the values play no part
    return np.diagonal(weights, axis1=-2, axis2=-1).mean()


rng = np.random.default_rng(0)
sizes = [4, 8, 16, 32, 64]
texts = {d: rng.normal(size=(100, 6, d)) for d in sizes}  # (sentences, n, d_model) each
plain = [weight_on_itself(X_d, X_d) for X_d in texts.values()]
print("d_model        ", sizes)
print("weight on itself", np.round(plain, 2))

# %% [markdown]
# It is a rule, and the wider the vectors, the stricter: at 64 features .99. Each word takes home
# what it brought.
#
# ## Asking is not answering
#
# What a word looks for and what it can be found by are different things. "it" looks for a noun; it
# is none. So give each word three vectors, made from its one by three matrices:
#
# $$Q = X W_Q, \qquad K = X W_K, \qquad V = X W_V$$
#
# $W_Q$ says what a word asks, $W_K$ what it answers to, $W_V$ what it hands over. $W_Q$ and $W_K$
# have the shape $(d_\text{model}, d_k)$, $W_V$ has $(d_\text{model}, d_v)$. All words share the
# three. A model learns them; here they are set by hand, with $d_k = 1$ and $d_v = 2$.

# %%
#                  noun  alive  place  pronoun
W_Q = np.array([[0.0], [0.0], [0.0], [1.0]])  # (4, 1): a pronoun asks
W_K = np.array([[0.5], [0.5], [0.0], [0.0]])  # (4, 1): a noun answers, louder if alive
W_V = np.array([[0.0, 0], [1, 0], [0, 1], [0, 0]])  # (4, 2): hand over alive and place
Q, K, V = X @ W_Q, X @ W_K, X @ W_V  # (n, d_k), (n, d_k), (n, d_v)
for word, q, k, v in zip(words, Q, K, V):
    print(f"{word:7} asks {q}  answers {k}  hands over {v}")

# %% [markdown]
# By hand: "it" asks 2, and $d_k = 1$ leaves the scores as they are: 2 · 2 = 4, 2 · 1 = 2 and
# 2 · 0 = 0. Their powers of $e$ are 54.6, 7.39 and 1, and so the weights .87, .12 and .02.

# %%
output, to_others = attention(Q, K, V)  # (n, d_v), (n, n)
print('weights of "it"', to_others[2].round(2))
print('output for "it"', output[2].round(2), "(alive, place)")

# %%
title = "Set by hand: with W_Q and W_K, “it” looks at “animal”, not at itself"
show(
    heatmaps({"X, X, X": to_itself, "with W_Q and W_K": to_others}, words, title=title),
    alt="Attention weights of three words. Without matrices the diagonal is largest, .79 for it. "
    "With matrices set by hand, it gives animal .87, street .12 and itself .02; animal and street "
    "ask nothing and give each word .33.",
)

# %% [markdown]
# "it" now carries 1.73 of "alive", and "animal" and "street", which ask 0, take the average.
#
# **Predict.** "it" scores 4 on "animal". What does "animal" score on "it"? And without the
# matrices?

# %%
for name, scores in (("X Xᵀ", X @ X.T), ("Q Kᵀ", Q @ K.T)):
    pair = f"it → animal {scores[2, 0]:.0f}, animal → it {scores[0, 2]:.0f}"
    print(f"{name}: {pair}; symmetric: {np.array_equal(scores, scores.T)}")

# %% [markdown]
# A dot product does not ask which vector comes first, so $X X^\top$ is always symmetric: two words
# score each other alike. The scores $Q K^\top$ need not be symmetric: "it" asks, "animal" does not.
#
# And what became of listening to oneself? Give each of the 100 sentences a random $W_Q$ and a
# random $W_K$.


# %%
def random_matrices(d):
    """Return a random matrix (d, d) for each of 100 sentences."""
    return rng.normal(size=(100, d, d)) / d**0.5


projected = [
    weight_on_itself(X_d @ random_matrices(d), X_d @ random_matrices(d)) for d, X_d in texts.items()
]
print("random W_Q, W_K:", np.round(projected, 2))

# %%
lines = {"X, X, X": plain, "random W_Q, W_K": projected}
axis = {"x_label": "d_model", "y_label": "mean weight of a word on itself", "log_x": True}
title = "Random, untrained matrices end the listening to oneself"
ends = "; ".join(f"{name} from {y[0]:.2f} to {y[-1]:.2f}" for name, y in lines.items())
show(curves(sizes, lines, **axis, y_range=(0, 1), title=title), alt=f"From d = 4 to 64: {ends}.")

# %% [markdown]
# About 1/6 = .17 at every size: on average no word is preferred before something is learned. In
# exercise 5.1 you write `self_attention(X, W_Q, W_K, W_V, mask=None)`; from here on it is that
# function.
#
# ## What it cannot know
#
# **Predict.** Six words ask, answer and hand over. Then the same six come in another order. Which
# outputs change, and by how much?

# %%
self_attention = load("self_attention")
rng = np.random.default_rng(0)
six = rng.normal(size=(6, 8))  # (n, d_model)
W_Q, W_K, W_V = (rng.normal(size=(8, size)) for size in (4, 4, 5))  # d_k = 4, d_v = 5
order = [3, 0, 5, 1, 4, 2]
before, _ = self_attention(six, W_Q, W_K, W_V)  # (n, d_v)
after, _ = self_attention(six[order], W_Q, W_K, W_V)
same = np.abs(after - before[order]).max() < 1e-12
print("the same outputs in the new order, below 1e-12:", same)

# %% [markdown]
# None: the outputs come in the new order, and each is what it was. This is called **permutation
# equivariance**. A sum over keys does not ask where a key stands.
#
# `self_attention` hands a mask on to `attention`. The same test under the causal mask of lesson 4:

# %%
mask = load("causal_mask")(6)  # (n, n), True = may attend
before, masked_weights = self_attention(six, W_Q, W_K, W_V, mask)
after, _ = self_attention(six[order], W_Q, W_K, W_V, mask)
print("largest change of an output:", np.abs(after - before[order]).max().round(1))
print("weights of the first word:", masked_weights[0])

# %% [markdown]
# Now the order matters, because the first word sees only itself, whichever it is. But a model that
# reads whole sentences has no causal mask.
#
# ## Your function inside a real model
#
# MiniLM (Wang et al. 2020) is a small model that others have trained to read English. It has 6
# layers, one after the other, of 12 *heads* each. A head is a self-attention with matrices of its
# own (lesson 7). The course ships the $Q$, $K$ and $V$ that the 72 heads made of three sentences,
# with $d_k = d_v = 32$. The rest is your `attention`. Layers and heads count from 0: L0H2 is head 2
# of layer 0.

# %%
cat = load_minilm("cat")
tokens = list(cat.tokens)
Q, K, V = (table.astype(float) for table in (cat.Q, cat.K, cat.V))  # (layers, heads, n, 32)
_, weights = attention(Q, K, V)  # (layers, heads, n, n)
print(tokens)
print(weights.shape)

# %% [markdown]
# One call, all heads: the leading axes of lesson 3. These are the model's own maps, to .001
# (`tests/data_sets/test_minilm.py` compares them with those of the original program). MiniLM knows
# no capitals, and puts `[CLS]` before and `[SEP]` behind every sentence.
#
# **Predict.** Two of the nine tokens are such marks. An equal share for both would be .22. How much
# of all attention do they get?

# %%
received = weights.mean(axis=(0, 1, 2))  # (n,): over layers, heads and queries
size = np.linalg.norm(V, axis=-1)  # (layers, heads, n): the length of each value
for token, share, length in zip(tokens, received, size.mean(axis=(0, 1))):
    print(f"{token:6} receives {share:.3f}   length of its value {length:.2f}")
print(f"both marks together receive {received[[0, -1]].sum():.3f}")

# %% [markdown]
# .587, nearly all of it `[CLS]`. But the output adds up weight times *value*, and the values of
# `[CLS]` are a tenth as long as those of the words (those of `[SEP]` are not short). Multiply each
# weight by the length of its value, and share out again:

# %%
arrives = weights * size[..., None, :]  # (layers, heads, n queries, n keys)
arrives /= arrives.sum(axis=-1, keepdims=True)
print(f"share of both marks in what arrives: {arrives[..., [0, -1]].sum(axis=-1).mean():.3f}")

# %% [markdown]
# .209, about the equal share. `[CLS]` is a **sink**: who looks there brings home next to nothing.
# A query's weights must sum to 1, so a head that finds nothing in a sentence needs such a
# place. This explanation fits the numbers; they do not prove it.
#
# ## Three sayings, tested
#
# People explain self-attention like this:
#
# - "cat" looks at "the" and "sat";
# - "sat" looks at "cat" (who sat?) and "on" (where?);
# - "the mat" looks at "sat on".
#
# Say that a head *supports* a saying if the two words looked at get more than half.
# `attention_share(weights, queries, keys)`, which you write in exercise 5.2, measures it for each
# head: weights added over the keys, averaged over the queries.
#
# **Predict.** How many of the 72 heads support each saying?

# %%
attention_share = load("attention_share")
sayings = {
    "cat → the, sat": ([2], [1, 3]),  # queries, keys: places in `tokens`
    "sat → cat, on": ([3], [2, 4]),
    "the mat → sat, on": ([5, 6], [3, 4]),
}
for name, (queries, keys) in sayings.items():
    share = attention_share(weights, queries, keys)  # (layers, heads)
    found = " ".join(f"L{layer}H{head}" for layer, head in np.argwhere(share > 0.5))
    print(f"{name:18} mean {share.mean():.3f}   more than half in {found}")

# %%
share = attention_share(weights, *sayings["sat → cat, on"])
title = "“sat” gives “cat” and “on” more than half of its attention in 4 of 72 heads"
show(
    head_map(share, title=title),
    alt="Share of “cat” and “on” in the attention of “sat”, 6 layers by 12 heads. More than half: "
    f"L0H2 {share[0, 2]:.2f}, L1H8 {share[1, 8]:.2f}, L4H9 {share[4, 9]:.2f}, "
    f"L5H11 {share[5, 11]:.2f}. Mean {share.mean():.2f}.",
)

# %% [markdown]
# Two heads support the first, four the second (L4H9 only by a little), two the third. On average
# over all 72 each saying gets less than an equal share, 2/9 = .22; the marks have taken more than
# half already. L0H2 supports the first two. Look at all its rows, beside the average of the 72:

# %%
maps = {"L0H2": weights[0, 2], "mean of 72 heads": weights.mean(axis=(0, 1))}
for name, one_map in maps.items():
    one_back = np.diagonal(one_map, offset=-1)[1:]  # from "cat" on: each on the token before
    print(f"{name:16} on the token before: {one_back.min():.2f} to {one_back.max():.2f}")
show(
    heatmaps(maps, tokens, title="One head looks one token back; the average hides it"),
    alt="L0H2: every token gives the one before it 1.00. Mean of 72 heads: each row has its "
    f"largest weight on [CLS], {maps['mean of 72 heads'][:, 0].min():.2f} or more.",
)

# %%
AttentionView(weights[0], tokens, head=2, query=3)

# %% [markdown]
# The widget holds the 12 heads of layer 0. Choose others, and point at a query to see its row. L0H2
# looks one token back, whatever stands there. So "cat → the" comes true, and "sat → cat", and "the
# → on" as well. Who sat plays no part in it. The average shows neither this head nor any other.
#
# ## Compared with what?
#
# A saying that is found somewhere in 72 heads may be **cherry-picked**. Compare it with sayings
# that nobody has: make up all of this kind, in which one of the six words looks at two of the other
# five. (The first two above are among them.)
#
# **Predict.** How many of the 60 does some head support?

# %%
places = range(1, 7)  # of the six words in `tokens`
made_up = [(i, pair) for i in places for pair in combinations(places, 2) if i not in pair]
shares = np.array([attention_share(weights, [i], list(pair)) for i, pair in made_up])
means, best = shares.mean(axis=(1, 2)), shares.max(axis=(1, 2))  # (60, 6, 12) -> (60,) each
print(f"supported by some head: {np.sum(best > 0.5)} of {len(made_up)}")
print(f"mean of 72 heads: median {np.median(means):.2f}; best head: median {np.median(best):.2f}")

# %%
title = "60 made-up sayings: the best of 72 heads makes most of them look true"
rows = {"mean of 72": means, "best of 72": best}
axis = {"statistic": "median", "x_label": "share of the two words", "x_range": (0, 1), "bins": 20}
show(
    distributions(rows, **axis, title=title),
    alt=f"Shares for 60 sayings. Mean of 72 heads: {means.min():.2f} to {means.max():.2f}, median "
    f"{np.median(means):.2f}. Best head: {best.min():.2f} to {best.max():.2f}, median "
    f"{np.median(best):.2f}.",
)

# %% [markdown]
# 49 of 60 made-up sayings have a head that "shows" them. So the three are true of some heads, and
# that says little. What a head does shows on many words, as with L0H2, not on one.
#
# <details><summary>And without choosing the best head?</summary>
#
# By the mean of 72 heads the saying "cat → the, sat" gets .120 and "sat → cat, on" .150. Put
# `attention_share(weights, [i], [i - 1, i + 1]).mean()` into a new cell: "on" (`i = 4`) gives its
# two neighbors .211, and "the" (`i = 5`) .203. Words of which nobody says it do it more.
#
# </details>
#
# ## What does "it" listen to?
#
# In "... because it was too **tired**" it is the animal, in "... too **wide**" it is the street.
#
# **Predict.** Does a head that finds the animal in the first sentence find the street in the
# second?


# %%
def looks_of_it(name):
    """Return what "it" gives to "animal" and to "street", (layers, heads) each."""
    text = load_minilm(name)
    _, heads = attention(*(table.astype(float) for table in (text.Q, text.K, text.V)))
    it, *nouns = (text.tokens.index(word) for word in ("it", "animal", "street"))
    return [heads[:, :, it, noun] for noun in nouns]


for name in ("tired", "wide"):
    a, s = looks_of_it(name)
    print(f"{name:5} mean: animal {a.mean():.3f}, street {s.mean():.3f}")
    print(f"      animal ahead in {np.sum(a > s)} of 72; most for street {s.max():.2f}")

# %%
for name in ("tired", "wide"):
    a, s = looks_of_it(name)
    most = np.argsort(a, axis=None)[::-1][:2]  # the two heads that give "animal" most
    for layer, head in zip(*np.unravel_index(most, a.shape)):
        found = f"animal {a[layer, head]:.2f}, street {s[layer, head]:.2f}"
        print(f"{name:5} L{layer}H{head}: {found}")

# %% [markdown]
# No. Shown are the two heads that look from "it" to "animal" most. In "tired" they make a fine
# picture. In "wide" they still prefer the animal, L3H1 less so, and no head gives the street more
# than .24.
# "animal" is ahead in half of the heads either way. A picture of one sentence is an observation,
# not an ability.
#
# ## What you can do now
#
# You can make $Q$, $K$ and $V$ from one sentence, and test a claim about attention against the
# words it was not made for. You keep `self_attention`, which lesson 6 gives positions and
# lesson 9 builds into a block, and `attention_share`, for every head you will look into.
#
# One thing does not fit. L0H2 finds the token before, and you have shown that self-attention knows
# no order. MiniLM must put it into $X$. *How is "dog bites man" not "man bites dog"?* That is
# lesson 6.

# %% [markdown]
# ## Three questions
#
# **Question 1.** $X$ is (7, 16), $W_Q$ and $W_K$ are (16, 4), $W_V$ is (16, 5). What comes out?
#
# <details><summary>A. output (7, 16), weights (7, 7)</summary>
#
# Not quite: the output mixes values, and a value $x W_V$ has 5 numbers.
#
# </details>
#
# <details><summary>B. output (7, 5), weights (7, 7)</summary>
#
# Yes: 7 words ask the same 7 words, and each takes home a mixture of values of size 5.
#
# </details>
#
# <details><summary>C. output (7, 5), weights (4, 4)</summary>
#
# Not quite: weights are for pairs of words. The 4 features of queries and keys are added up in a
# score.
#
# </details>

# %% [markdown]
# **Question 2.** Somebody saves memory with $W_K = W_Q$, both random. What follows?
#
# <details><summary>A. Nothing: random matrices are as good as one another</summary>
#
# Not quite: with two, a word's query and its key have nothing to do with each other. With one they
# are the same vector.
#
# </details>
#
# <details><summary>B. The weights are symmetric: "it" gives "animal" what it gets</summary>
#
# Not quite: the scores are, but each row is divided by its own sum.
#
# </details>
#
# <details><summary>C. Each word listens mostly to itself again</summary>
#
# Yes: query and key are the same vector $x W_Q$, and a vector agrees with itself most. Try
# `Q = texts[64] @ random_matrices(64)`, then `weight_on_itself(Q, Q)`: it gives .99.
#
# </details>

# %% [markdown]
# **Question 3.** A colleague shows you a head in which "mat" gives "sat" .5 of its weight: "The
# model knows what happened on the mat." What do you ask for first?
#
# <details><summary>A. How often arbitrary words get as much in some head, and what this head does
# elsewhere</summary>
#
# Yes: one weight in one of many heads is easy to find. It needs something to be compared with.
#
# </details>
#
# <details><summary>B. The average over all heads, which cannot be cherry-picked</summary>
#
# Not quite: it hides what single heads do. L0H2 cannot be seen in it.
#
# </details>
#
# <details><summary>C. A larger model, whose weights can be trusted</summary>
#
# Not quite: with more heads even more sayings are found somewhere.
#
# </details>

# %% [markdown]
# ## References
#
# - K. Clark, U. Khandelwal, O. Levy, C. D. Manning (2019). What Does BERT Look At? An Analysis of
#   BERT's Attention. *BlackboxNLP 2019*. Heads that look one token back, and marks as sinks.
# - G. Kobayashi, T. Kuribayashi, S. Yokoi, K. Inui (2020). Attention is Not Only a Weight:
#   Analyzing Transformers with Vector Norms. *EMNLP 2020*. Weights times the length of what they
#   carry.
#
# The model: W. Wang et al. (2020), MiniLM, *NeurIPS 2020*; `course_utils/data/shipped/README.md`
# says which version, and how its numbers were made. The sentences with "it": J. Uszkoreit (2017),
# Transformer: A Novel Neural Network Architecture for Language Understanding, *Google Research
# Blog*.
#
# Now write it: [exercises 5](../exercises/05_self_attention.ipynb). Then
# [lesson 6](06_positions.ipynb) asks where a word is.
