# %% [markdown]
# # 6 · Positions
#
# *How is "dog bites man" not "man bites dog"?*
#
# After this lesson you can
#
# - say where a word stands by a row of clock hands, and why counting does not do;
# - move every position one step on by one and the same matrix;
# - turn queries and keys instead, so that a score knows how far apart two words are.
#
# About 30 minutes.

# %%
import numpy as np

from course_utils.answers import load
from course_utils.plots import curves, heatmap, heatmaps, positions, show, vectors
from course_utils.widgets import PositionExplorer

attention, self_attention = load("attention"), load("self_attention")
cosine_similarity, causal_mask = load("cosine_similarity"), load("causal_mask")

# %% [markdown]
# Lesson 5 showed a fact: shuffle the words, and the outputs of self-attention are shuffled
# along. Here is what that costs. Three random vectors stand for three words, and $W_Q$, $W_K$ and
# $W_V$ are random too.
#
# **Predict.** "dog" comes first in one sentence and last in the other. How much do its two outputs
# differ?

# %%
rng = np.random.default_rng(0)
dog, bites, man = rng.normal(size=(3, 64))  # (64,) each
matrices = rng.normal(size=(3, 64, 64)) / 8  # W_Q, W_K, W_V: (64, 64) each
one = np.stack([dog, bites, man])  # (3, 64)
other = np.stack([man, bites, dog])

outputs, others = self_attention(one, *matrices)[0], self_attention(other, *matrices)[0]
print("the same dog in both, below 1e-12:", np.abs(outputs[0] - others[2]).max() < 1e-12)

# %% [markdown]
# Not at all. Who bites whom is lost before anything is learned. The vector of a word must also say
# *where* it stands: it will be the sum of two vectors, one for the word and one for the place.
#
# ## Counting
#
# Call the first position 0, and let $i$ be the number of a position. The plainest way to tell it is
# to add $i$ to every feature.
#
# **Predict.** "dog" and "man" have little in common: their cosine is −.12. What is it when both
# stand at position 100?

# %%
for i in (0, 1, 10, 100):
    cosine = cosine_similarity(dog + i, (man + i)[None, :])[0]
    print(f"position {i:3}   cosine of dog and man {cosine:6.3f}")

# %% [markdown]
# Nearly 1: the count drowns the words. Would $i / n$ do, which stays below 1 in a sentence of $n$
# words?

# %%
for n in (5, 50):
    print(f"{n:2} words: the third stands at {2 / n:.2f}, and one step is {1 / n:.2f}")

# %% [markdown]
# Now "third" and "one step back" are other numbers in every sentence. What is wanted: numbers that
# stay small, a row of its own for every position, and a step that is always the same.
#
# ## Binary digits
#
# Digits stay small, however far you count. In base two they are 0 and 1: the last changes at every
# step, the one before it at every second, the next at every fourth.

# %%
digits = np.array([[int(digit) for digit in f"{i:04b}"] for i in range(16)])  # (16, 4)
for i in (0, 1, 2, 3, 4, 7, 8, 9):
    print(i, digits[i], "unlike 8 in", np.sum(digits[i] != digits[8]), "digits")

# %% [markdown]
# Every position has a row of its own. But 8 differs from its neighbor 7 in four digits and from the
# distant 0 in one: where many digits jump at once, next looks far and far looks near.
#
# ## Smooth digits: clock hands
#
# A clock has digits that do not jump. Its fast hand goes round and round, its slow ones creep, and
# together they tell the time. Take a hand that turns by 1 radian (57°) at every step. Its tip is at
# $(\sin i, \cos i)$: up at $i = 0$, and clockwise from there.

# %%
tips = np.array([[np.sin(i), np.cos(i)] for i in range(7)])  # (7, 2)
title = "A fast hand: after 6 steps it is nearly round"
show(
    vectors(tips, range(7), x_label="sin i", y_label="cos i", title=title),
    alt="Seven arrows of length 1 from the middle, for positions 0 to 6. Position 0 points up, at "
    "(0, 1), 1 is at (0.84, 0.54), 2 at (0.91, -0.42), and so on clockwise to 6 at (-0.28, 0.96).",
)

# %% [markdown]
# Why two numbers for a hand? The sine alone, .84 and .91, takes positions 1 and 2 for nearly the
# same. The cosine, .54 and −.42, tells them apart.
#
# A table with $d$ columns has room for $d/2$ hands. Hand $h = 0, 1, 2, \dots$ turns by $\omega_h$
# radians at every step, and every hand is slower than the one before. Row $i$ says where all hands
# point at position $i$:
#
# $$P_{i,\,2h} = \sin(i\,\omega_h), \qquad P_{i,\,2h+1} = \cos(i\,\omega_h), \qquad
# \omega_h = 10000^{-2h/d}$$
#
# These are the **sinusoidal positions** of Vaswani et al. (2017). The exponent falls from 0 towards
# −1, so the speeds fall from 1 radian a step towards 1/10,000. With $d = 4$ there are two hands,
# $\omega_0 = 10000^0 = 1$ and $\omega_1 = 10000^{-1/2} = .01$:

# %%
sinusoidal_positions = load("sinusoidal_positions")
rows = [[np.sin(i), np.cos(i), np.sin(0.01 * i), np.cos(0.01 * i)] for i in range(3)]
print(np.round(rows, 2))  # (n, d) = (3, 4)
print("sinusoidal_positions(3, 4) is the same:", np.allclose(sinusoidal_positions(3, 4), rows))

# %%
P = sinusoidal_positions(50, 64)  # (50, 64)
show(
    positions(P, title="32 hands, fast to slow: in 50 steps the slow ones hardly move"),
    alt="Fifty rows and 64 columns of numbers from -1 to 1. The leftmost columns change their sign "
    f"every few rows. In the last two, from row 0 to row 49, the sine goes from {P[0, -2]:.2f} to "
    f"{P[-1, -2]:.2f} and the cosine stays at {P[-1, -1]:.2f}.",
)

# %% [markdown]
# Do neighbors look alike now? 32 hands of length 1 make a row of length $\sqrt{32}$, so a dot
# product divided by 32 is a cosine.

# %%
cosines = P @ P.T / 32  # (50, 50)
for i in (0, 6, 7, 8, 9, 10, 16):
    print(f"position {i:2} and position 8: {cosines[i, 8]:.2f}")
spread = max(np.ptp(np.diagonal(cosines, step)) for step in range(50))  # largest minus smallest
print("the cosine depends on the distance only, below 1e-12:", spread < 1e-12)

# %% [markdown]
# Yes: 7 and 9 agree with 8 alike (.97), and 0 less (.70).
#
# Walk through the positions of a smaller table. Which of its 8 hands tell 8 from 9?

# %%
PositionExplorer(16, 16, position=8)

# %% [markdown]
# The fast ones: hand 0 adds .54 to the dot product of 8 and 9, hand 1 .95, every other 1.00.
#
# ## A shift is one rotation
#
# One step on, each hand is turned by its $\omega_h$, wherever it was. So $k$ steps on is one
# matrix, the same for every $i$. For one hand with the speed $\omega$:
#
# $$\begin{pmatrix} \sin (i+k)\omega \\ \cos (i+k)\omega \end{pmatrix} =
# \begin{pmatrix} \cos k\omega & \sin k\omega \\ -\sin k\omega & \cos k\omega \end{pmatrix}
# \begin{pmatrix} \sin i\omega \\ \cos i\omega \end{pmatrix}$$
#
# All hands of a row together need a matrix of shape $(d, d)$ with these four numbers for each hand,
# and 0 elsewhere.
#
# <details><summary>Where the matrix comes from</summary>
#
# From two formulas of school, $\sin(a + b) = \sin a \cos b + \cos a \sin b$ and
# $\cos(a + b) = \cos a \cos b - \sin a \sin b$, with $a = i\omega$ and $b = k\omega$. Each is one
# row of the matrix times $(\sin i\omega, \cos i\omega)$.
#
# </details>


# %%
def shift(k, d=64):
    """Return the matrix (d, d) that turns all d/2 hands by k steps."""
    R = np.zeros((d, d))
    for c in range(0, d, 2):
        turn = k * 10000 ** (-c / d)
        R[c, c : c + 2] = np.cos(turn), np.sin(turn)
        R[c + 1, c : c + 2] = -np.sin(turn), np.cos(turn)
    return R


moved = P[:-3] @ shift(3).T  # positions are rows: the matrix stands on the right, transposed
print("3 steps on, to 1e-12:", np.abs(moved - P[3:]).max() < 1e-12)

# %% [markdown]
# So "one step back" is *one* matrix, and $W_Q$ is a matrix. Let a word ask with its own position
# turned back by one step, and let the keys be the positions as they are.
#
# **Predict.** Where does each word of "The cat sat on the mat" look? And the first?

# %%
tokens = ["The", "cat", "sat", "on", "the", "mat"]
W_back = 16 * shift(-1).T  # (64, 64), set by hand; 16 makes the softmax sharp
as_is = np.eye(64)  # as W_K and W_V: leaves the positions as they are
_, weights = self_attention(P[:6], W_back, as_is, as_is)  # (6, 6)
show(
    heatmap(weights, tokens, title="W_Q set by hand, positions alone: each word looks one back"),
    alt="Attention weights of six words. The first word looks at itself with "
    f"{weights[0, 0]:.2f}, the second at the first with {weights[1, 0]:.2f}, each later one at "
    f"the word before it with {weights[2:].max(-1).min():.2f}.",
)

# %% [markdown]
# One step back, with .81 or more. The first word has nobody before it and looks at itself. In
# lesson 5 a trained head, L0H2, did this with 1.00. Here nothing is trained, and there are no words
# yet.
#
# ## Added, not appended
#
# The word's vector and the position's are *added*: $X = \text{words} + P$. Can the two be told
# apart again? Lesson 1 measured that random directions in high dimensions are nearly perpendicular.
# Test it with 1,000 random words of length $\sqrt d$, each at one of 16 positions. To read a sum,
# take the word, and the position, with the largest dot product.
#
# **Predict.** At $d = 64$, how often is the word read right, and how often the position?


# %%
def read_apart(d, base=10000):
    """Return the shares of right words, of right positions, and of positions at most one off."""
    rng = np.random.default_rng(0)  # the same words and places for every base
    words = rng.normal(size=(1000, d))
    words *= (d / np.sum(words**2, axis=-1, keepdims=True)) ** 0.5  # all of length √d
    P = sinusoidal_positions(16, d, base)
    places = rng.integers(16, size=1000)
    X = words + P[places]  # (1000, d)
    right = np.argmax(X @ words.T, axis=-1) == np.arange(1000)
    off = np.abs(np.argmax(X @ P.T, axis=-1) - places)
    return right.mean(), np.mean(off == 0), np.mean(off <= 1)


# %%
for d in (4, 16, 64, 256, 1024):
    word, place, near = read_apart(d)
    print(f"d = {d:4}   word {word:.2f}   position {place:.2f}   at most one off {near:.2f}")

# %% [markdown]
# At 64 every word is read right, and .56 of the positions. The words point in 1,000 random
# directions. The positions do not: neighbors have the cosine .97, and what a word adds by chance is
# enough to take one for the next. Most readings are at most one off, and wider vectors help (.99 at
# 1,024). A trained model chooses its words and matrices and may do better; these words are random.
#
# Appending would keep both apart, in vectors twice as long. But the next matrix would add anyway:
# $(w, p)\,W$ is $w$ times the upper half of $W$ plus $p$ times the lower.
#
# ## The base is a choice
#
# Why 10,000? Take a sentence of 16 words.
#
# **Predict.** How many of the 32 hands turn by less than .1 radian (6°) from word 0 to word 15?

# %%
turns = {}
print("  base   hands below .1   positions read   slowest hand round after")
for base in (10000, 1000, 100):
    turn = 15 * base ** (-np.arange(0, 64, 2) / 64)  # (32,): radians from word 0 to word 15
    turns[f"base {base:,}"] = turn
    still, place = np.sum(turn < 0.1), read_apart(64, base)[1]
    slowest = 2 * np.pi * 15 / turn[-1]  # steps until the last hand has gone round
    print(f"{base:6,}   {still:8} of 32   {place:14.2f}   {slowest:18,.0f} steps")

# %%
axis = {"x_label": "hand", "y_label": "turn from word 0 to word 15, in radians", "log_y": True}
title = "Base 10,000: hands 18 to 31 turn by less than .1 radian in 16 words"
show(
    curves(range(32), turns, mark=(18, turns["base 10,000"][18], "below .1"), title=title, **axis),
    alt="Turn of each of 32 hands over 16 words. All bases start at 15 radians. The slowest hand: "
    + ", ".join(f"{name} {turn[-1]:.3f}" for name, turn in turns.items())
    + ".",
)

# %% [markdown]
# 14, nearly half. They say nearly the same at every position, and wait for texts of thousands of
# words. With a base of 100 all hands move, and more positions are read right; but its slowest hand
# is round after 544 steps. The paper does not say why it chose 10,000. You may choose by the length
# of your texts.
#
# ## Turn the queries and keys instead
#
# With added positions a query is $q + p_i$: $q$ comes from its word, $p_i$ from its place. A key is
# $k + p_j$, and their score has four parts:
#
# $$(q + p_i) \cdot (k + p_j) = q \cdot k + q \cdot p_j + p_i \cdot k + p_i \cdot p_j$$
#
# The two in the middle change with the place in the text. What if a score should know the
# *distance* $j - i$ only?
#
# Then add nothing, and turn. Take two features as an arrow. That of the query at $i$ is turned by
# $i$ radians, that of the key at $j$ by $j$; this time counterclockwise, as is the custom. With
# $q = k = (1, 0)$:

# %%
for i, j in ((2, 3), (12, 13), (2, 5), (12, 15)):
    q_turned = np.array([np.cos(i), np.sin(i)])  # (1, 0) turned by i
    k_turned = np.array([np.cos(j), np.sin(j)])
    print(f"query at {i:2}, key at {j:2}: {q_turned @ k_turned:5.2f}")

# %% [markdown]
# One apart $\cos 1 = .54$, three apart $\cos 3 = -.99$, wherever they stand: turn two arrows alike,
# and the angle between them stays.
#
# With $d$ features there are $d/2$ such pairs. Pair $h$ is the features $2h$ and $2h + 1$, and
# turns by $\omega_h$ a step, as hand $h$ does. Write $R_i$ for the turn of all pairs by $i$ steps.
# Turn both vectors back by $i$, and their score stays:
#
# $$(R_i\, q) \cdot (R_j\, k) = q \cdot (R_{j-i}\, k)$$
#
# This is **RoPE**, *rotary position embedding* (Su et al. 2021). `apply_rope(X)` turns row $i$ by
# $i$ steps. Put the same query and the same key at every position:

# %%
apply_rope = load("apply_rope")
q, k = rng.normal(size=(2, 64))
Q, K = np.tile(q, (6, 1)), np.tile(k, (6, 1))  # (6, 64) each: six times the same row
P = sinusoidal_positions(6, 64)  # (6, 64)
scores = {"added": (Q + P) @ (K + P).T / 8, "turned": apply_rope(Q) @ apply_rope(K).T / 8}
for name, S in scores.items():
    spread = max(np.ptp(np.diagonal(S, step)) for step in range(-5, 6))
    print(f"{name:7} largest difference at one distance {spread:.2f}, below 1e-12:", spread < 1e-12)

# %%
title = "One random query and key: turned, each diagonal is one number"
added, turned = (np.diagonal(S) for S in scores.values())  # (6,): the scores at distance 0
show(
    heatmaps(scores, range(6), kind="scores", title=title),
    alt="Scores of one query and key at 6 by 6 positions. Along the diagonal, at distance 0, they "
    f"go from {added.min():.2f} to {added.max():.2f} where positions are added, and are all "
    f"{turned.max():.2f} where the vectors are turned; so it is with every distance.",
)

# %% [markdown]
# Turned, every diagonal holds one number. Only queries and keys are turned; the values are handed
# over as they are.
#
# ## Back to the dog
#
# **Predict.** Which of four ways tells "dog" in the one sentence from "dog" in the other: nothing,
# positions added, queries and keys turned, or no positions and the causal mask of lesson 4?

# %%
W_Q, W_K, W_V = matrices
P = sinusoidal_positions(3, 64)
ways = {
    "nothing": lambda X: self_attention(X, W_Q, W_K, W_V)[0],
    "added": lambda X: self_attention(X + P, W_Q, W_K, W_V)[0],
    "turned": lambda X: attention(apply_rope(X @ W_Q), apply_rope(X @ W_K), X @ W_V)[0],
    "causal mask": lambda X: self_attention(X, W_Q, W_K, W_V, causal_mask(3))[0],
}
for name, way in ways.items():
    print(f"{name:12} largest difference {np.abs(way(one)[0] - way(other)[2]).max():.2f}")

# %% [markdown]
# All but the first. A causal mask tells first from last by itself, since the first word sees one
# key and the last sees all.
#
# Now "bites" can look one back and find who bites, or one ahead and find who is bitten. It needs
# both.
#
# **Predict.** Add the two matrices, to ask for both. Where does "bites" look?

# %%
asks = {"back": shift(-1), "ahead": shift(1), "both": shift(-1) + shift(1)}
for name, R in asks.items():
    weights = self_attention(P, 16 * R.T, as_is, as_is)[1]  # (3, 3)
    print(f"{name:6} dog, bites, man:", weights[1].round(2))

# %% [markdown]
# At itself: between one back and one ahead lies the middle. And if it did share out half and half?

# %%
half = np.array([0.5, 0.0, 0.5])
same = np.abs(half @ (one + P) - half @ (other + P)).max() < 1e-12
print("the same mixture in both sentences, below 1e-12:", same)

# %% [markdown]
# Half "dog" and half "man" is the same whoever comes first, positions and all.
#
# ## What you can do now
#
# You can say where a word stands, and choose between adding and turning. In the exercises you write
# `sinusoidal_positions`, which the transformer of lesson 10 adds to its words, and `apply_rope`,
# which Llama and many other language models use. You keep both.
#
# Attention hands over *one* weighted average. *But a word needs two things at once.* That is
# lesson 7.

# %% [markdown]
# ## Three questions
#
# **Question 1.** With RoPE, a query at position 3 and a key at position 7 score 1.5. The same two
# vectors stand at 103 and 107. What is the score?
#
# <details><summary>A. 1.5</summary>
#
# Yes: both were turned by 100 more steps, and the angle between them is what it was.
#
# </details>
#
# <details><summary>B. Less, for they are far from the start</summary>
#
# Not quite: the distance between the two counts, not that from the start.
#
# </details>
#
# <details><summary>C. It depends on whether the hands are round by then</summary>
#
# Not quite: a hand that has gone round has done so in both.
#
# </details>

# %% [markdown]
# **Question 2.** Why does each hand get a sine *and* a cosine?
#
# <details><summary>A. The sine is for words before, the cosine for words after</summary>
#
# Not quite: both belong to one position and say nothing about other words.
#
# </details>
#
# <details><summary>B. So that the table has as many columns as a word has features</summary>
#
# Not quite: $d$ hands with a sine each would fill $d$ columns as well.
#
# </details>
#
# <details><summary>C. So that no two angles of a turn look alike, and a shift is a matrix</summary>
#
# Yes: the sine of the next step cannot be had from this sine alone; from both it can.
#
# </details>

# %% [markdown]
# **Question 3.** A model reads texts of 8,000 words. Somebody sets the base to 10. What goes wrong?
#
# <details><summary>A. The hands move too little to tell neighbors apart</summary>
#
# Not quite: a smaller base makes the hands faster.
#
# </details>
#
# <details><summary>B. Even the slowest hand is round within 63 steps</summary>
#
# Yes: a full turn is $2\pi$, and $\omega_h$ is always above $\tfrac1{10}$. No hand is left that
# tells early from late.
#
# </details>
#
# <details><summary>C. Nothing: every base tells all positions apart equally well</summary>
#
# Not quite: you measured that the base decides how well positions are read.
#
# </details>

# %% [markdown]
# ## References
#
# - A. Vaswani et al. (2017). Attention Is All You Need. *Advances in Neural Information Processing
#   Systems 30*. Section 3.5 has the sinusoids.
# - J. Su et al. (2021). RoFormer: Enhanced Transformer with Rotary Position Embedding.
#   *arXiv:2104.09864*. Equations 14 and 15 are RoPE.
#
# Now write it: [exercises 6](../exercises/06_positions.ipynb). Then comes
# [lesson 7, Multi-head attention](07_multi_head_attention.ipynb).
