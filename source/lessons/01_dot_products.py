# %% [markdown]
# # 1 · Dot products
#
# *How can a machine tell that "cat" is nearer to "dog" than to "sat"?*
#
# After this lesson you can
#
# - score how well a query agrees with each of many keys, and check the number by hand;
# - say what a vector's length does to its scores, and take the length out with a cosine;
# - predict how large scores become when vectors get more features.
#
# About 30 minutes.

# %%
from timeit import repeat

import numpy as np

from course_utils.answers import load
from course_utils.plots import distributions, heatmap, show, vectors
from course_utils.widgets import DotProduct

# %% [markdown]
# ## Words as lists of features
#
# A machine needs numbers. Here each word gets three of them: how strongly it says *alive*, *moves*
# and *is a thing*. A number above 0 says yes, below 0 says no, 0 says nothing. We made these
# numbers up, small enough to check by hand; a trained model finds its own, and they bear no names.

# %%
the = np.array([0.0, 0.0, 2.0])  # alive, moves, is a thing: (3,)
cat = np.array([4.0, 3.0, 2.0])
dog = np.array([4.0, 4.0, 2.0])
sat = np.array([0.0, -2.0, -4.0])
on = np.array([0.0, 0.0, -4.0])
mat = np.array([-2.0, -2.0, 4.0])

# %% [markdown]
# Compare "cat" with "dog" feature by feature: multiply. Where both say yes, or both say no, the
# product is above 0. Where they contradict each other, it is below 0. Where one says nothing,
# it is 0.

# %%
print("cat and dog:", cat * dog)
print("cat and sat:", cat * sat)

# %% [markdown]
# Add up the products and you have a tally of agreements minus disagreements. This is the
# **dot product**. From here on, the vector that asks is the *query* $q$, and a vector that is
# compared with it is a *key* $k$:
#
# $$q \cdot k = \sum_{f=1}^{d} q_f \, k_f$$
#
# with $d$ features, here 3. The result is one number, the key's **score**.

# %%
for name, k in {"dog": dog, "mat": mat, "on": on, "sat": sat}.items():
    print(f"cat · {name}: {np.sum(cat * k):.0f}")

# %% [markdown]
# This answers the question: for the query "cat", "dog" scores 32 and "sat" −14. The machine knows
# three numbers a word and how to tally them, and nothing about animals. Other features would give
# other scores.
#
# ## A shadow times a length
#
# The same number is also a picture. Keep two features, *alive* to the right and *moves* upward, so
# that a word is an arrow in the plane. Its **length** comes from Pythagoras; for "cat" it is
# $|q| = \sqrt{4^2 + 3^2} = 5$. Let light fall at right angles on the line of the query: each key
# casts a shadow there. If $\theta$ is the angle between the two arrows, the shadow is
# $|k| \cos\theta$ long, and
#
# $$q \cdot k = |q| \times \underbrace{|k| \cos\theta}_{\text{shadow of } k \text{ on } q}$$

# %%
q = cat[:2]  # alive, moves: (2,)
length = np.sqrt(np.sum(q * q))
score = np.sum(q * dog[:2])
print(f"length of cat {length}, score of dog {score}, its shadow {score / length}")

# %%
ax = vectors(
    [dog[:2], sat[:2], mat[:2]],
    ["dog", "sat", "mat"],
    query=q,
    query_name="cat",
    shadows=True,
    x_label="alive",
    y_label="moves",
    title="“dog” casts its shadow ahead, “sat” and “mat” behind",
)
show(ax, alt="Shadows on the line of cat: dog 5.6, sat -1.2, mat -2.8.")

# %% [markdown]
# Each shadow times the length of "cat", 5, is a score: $5.6 \times 5 = 28$. A key at a right
# angle has no shadow and scores 0. A key that points away has its shadow behind the origin: its
# length counts as negative, and so the score is below 0.
#
# Now move them yourself. Drag the tip of an arrow, or go to it with Tab and use the arrow keys.
# Turn "dog" until its score is 0. Then make "mat" score more than "dog" did. (The cosine is the
# next section, the softmax and its temperature are lesson 2.)

# %%
DotProduct(q, [dog[:2], sat[:2], mat[:2]], ["dog", "sat", "mat"])

# %% [markdown]
# ## Which counts more, direction or length?
#
# Take two words that each say one thing. "living" says *alive*. "running" says *moves*, twice as
# loudly: its arrow is twice as long. "living" lies closer to the direction of "cat".
#
# **Predict.** The query is "cat", (4, 3). Which key scores more, "living" (2, 0) or "running"
# (0, 4)?

# %%
living, running = np.array([2.0, 0.0]), np.array([0.0, 4.0])
print("cat · living: ", np.sum(q * living))
print("cat · running:", np.sum(q * running))

# %%
ax = vectors(
    [living, running],
    ["living", "running"],
    query=q,
    query_name="cat",
    shadows=True,
    x_label="alive",
    y_label="moves",
    title="The longer key casts the longer shadow",
)
show(ax, alt="living is closer to cat, shadow 1.6; running is longer, shadow 2.4.")

# %% [markdown]
# "running" wins with 12 to 8, although it points less nearly where "cat" points. A long key casts
# a long shadow even when it stands at an angle: here length beats direction.
#
# To compare directions alone, divide both lengths out. What is left is the **cosine**:
#
# $$\cos\theta = \frac{q \cdot k}{|q| \, |k|}$$

# %%
for name, k in {"living": living, "running": running}.items():
    score = np.sum(q * k)
    lengths = np.sqrt(np.sum(q * q)) * np.sqrt(np.sum(k * k))
    print(f"{name}: {score:.0f} / {lengths:.0f} = {score / lengths}")

# %% [markdown]
# Now "living" leads, .8 to .6. A cosine lies between −1 (opposite) and 1 (same direction), however
# long the arrows are.
#
# Attention uses the plain dot product all the same. By the cosine no key scores above 1, so none
# can stand out far from the rest. With the dot product a model can learn a direction, *what a word
# is about*, and a length, *how loudly it says so*. The length of the query has a use too. (`@`
# between two vectors is the dot product.)

# %%
for times in (1, 2, 10):
    loud = times * q
    print(f"query times {times}: living {loud @ living}, running {loud @ running}")

# %% [markdown]
# Both keys keep their order, and the gap grows with the query: 4, 8, 40. In lesson 2
# the gap will decide how clear-cut the choice among the keys is.
#
# ## All pairs at once
#
# Every word of "The cat sat on the mat" may ask, and every word may be compared. With $n$ queries
# as the rows of $Q$, of shape $(n, d)$, and $m$ keys as the rows of $K$, of shape $(m, d)$, the
# scores make a table of $n$ rows and $m$ columns:
#
# $$S = Q K^\top, \qquad S_{ij} = q_i \cdot k_j$$
#
# A **matrix product** `A @ B` is all of these dot products in one step: each row of `A` with each
# *column* of `B`. So the keys must stand in columns: $K^\top$, $K$ **transposed**, has the rows of
# $K$ as its columns.

# %%
columns = np.stack([dog, mat, on, sat], axis=1)  # (3, 4): a key is a column
print(columns)
print("cat @ columns =", cat @ columns)

# %% [markdown]
# The four scores of before, with no loop. `pairwise_scores` makes the table for the whole sentence:
# yours, once you have written it in the exercises, and ours, *the reference*, until then.

# %%
pairwise_scores = load("pairwise_scores")
tokens = ["The", "cat", "sat", "on", "the", "mat"]
X = np.stack([the, cat, sat, on, the, mat])  # (6, 3): a word is a row
S = pairwise_scores(X, X)  # (6, 6)
title = "The scores of the sentence with itself are their own mirror image"
ax = heatmap(S, tokens, kind="scores", title=title)
finding = f"Row cat, column sat: {S[1, 2]:.0f}; row sat, column cat: {S[2, 1]:.0f}"
show(ax, alt=f"{finding}. Row cat, column cat: {S[1, 1]:.0f}.")

# %% [markdown]
# Rows ask, columns are compared. Row "cat", column "sat" holds the −14 from above, and so does row
# "sat", column "cat": $q \cdot k = k \cdot q$. In lesson 5 a word will ask with one vector, be
# compared by another, and the mirror will break. "cat" scores 29 with itself, less than its 32 with
# "dog": the arrow of "dog" is longer.
#
# Loops give the same numbers:

# %%
rng = np.random.default_rng(0)
A, B = rng.normal(size=(20, 64)), rng.normal(size=(64, 20))
rows, cols = A.tolist(), B.T.tolist()


def by_loops():
    return [[sum(a * b for a, b in zip(row, col)) for col in cols] for row in rows]


print("same numbers:", np.allclose(by_loops(), A @ B))

# %% [markdown]
# **Predict.** How much faster is `@`: tens, hundreds or thousands of times? Times differ between
# machines, so the next output is left out of comparisons.

# %% tags=["nbval-ignore-output"]
loops = min(repeat(by_loops, number=1, repeat=20))  # seconds; the quickest of 20
product = min(repeat(lambda: A @ B, number=20, repeat=50)) / 20
power = int(np.log10(loops / product))
print({1: "tens", 2: "hundreds", 3: "thousands"}.get(power, f"10^{power}"), "of times")

# %% [markdown]
# Hundreds of times, on the machine that made this page. Python handles each of the 20 × 20 × 64
# products as an object of its own. `@` hands both matrices to compiled code that multiplies several
# numbers in one instruction.
#
# ## Many features
#
# Three features fit on a page. The first transformer gave each word 512 (Vaswani et al. 2017).
# Before training, such vectors are random. Here each feature is drawn with the average 0 and the
# **variance** 1. The variance is the mean of the squared distances from the average; its root is
# the standard deviation (**sd**), a typical distance. What are the scores of such vectors?
#
# **Predict.** Take two random vectors with 1,024 features each. Is their angle closer to 0°, 45°
# or 90°? And their dot product: about as large as with 4 features, 16 times, or 256 times as large?

# %%
rng = np.random.default_rng(0)
scores, cosines = {}, {}
for d in (4, 16, 64, 256, 1024):
    Q, K = rng.normal(size=(4000, d)), rng.normal(size=(4000, d))  # 4,000 pairs
    dots = np.sum(Q * K, axis=1)  # (4000,): row i of Q with row i of K
    lengths = np.sqrt(np.sum(Q * Q, axis=1) * np.sum(K * K, axis=1))  # (4000,)
    scores[d], cosines[d] = dots, dots / lengths

# %%
for d, c in cosines.items():
    size = np.abs(c).mean()
    angle = np.degrees(np.arccos(size))
    print(f"d = {d:5,}  mean |cos| {size:.3f}, an angle of {angle:.0f}°")

# %%
rows = {f"d = {d:,}": c for d, c in cosines.items()}
title = "With many features, random directions are nearly perpendicular"
ax = distributions(rows, x_label="cosine of two random vectors", title=title)
few, many = cosines[4].std(), cosines[1024].std()
show(ax, alt=f"Cosines gather around 0: sd {few:.2f} at d = 4, {many:.2f} at 1,024.")

# %% [markdown]
# The mean |cos| halves whenever $d$ grows fourfold: .423 at $d = 4$, .101 at 64, .025 at 1,024.
# (In the picture, a black bar reaches one sd to each side.) There is room for many directions that
# hardly disturb each other; lesson 6 relies on it.
#
# Now the dot products of the same vectors: look at how far they scatter.

# %%
for d, s in scores.items():
    print(f"d = {d:5,}  variance / d {s.var() / d:.2f}, sd {s.std():.1f}")

# %%
rows = {f"d = {d:,}": s for d, s in scores.items()}
title = "With many features, scores become large: their sd is √d"
ax = distributions(rows, x_label="dot product of two random vectors", title=title)
few, many = scores[4].std(), scores[1024].std()
show(ax, alt=f"Dot products spread out: sd {few:.0f} at d = 4, {many:.0f} at 1,024.")

# %% [markdown]
# Each feature adds one product $q_f k_f$ to the tally. Its average is 0, and its variance is the
# mean of $q_f^2 k_f^2$: $1 \times 1 = 1$. Variances of independent products add up, so
# $\mathrm{Var}(q \cdot k) = d$: the variance divided by $d$ is 1 in every row, give or take .01.
# **Remember this number.** From 4 to 1,024 features the sd grows 16 times. With 1,024, a score of
# 32 means nothing yet: two random vectors reach it.
#
# The two pictures agree: the $d$ squares of a vector are 1 on average, so its length is about
# $\sqrt{d}$, and a score is about $d$ times its cosine.

# %% [markdown]
# ## What you can do now
#
# You can score a query against many keys, read a score as tally or as shadow times length, say when
# a cosine is the better measure, and how scores grow with $d$.
#
# **The functions you keep:** `dot_scores` is used next in lesson 2, in `soft_lookup`;
# `pairwise_scores` becomes the first step of attention in lesson 3. `cosine_similarity` measures
# direction wherever length must not count.
#
# A score is not yet a decision. You look for "cat"; "dog" scores 32 and "mat" −6, and neither is
# "cat". How much of each should you take? Lesson 2 turns scores into shares.

# %% [markdown]
# ## Three questions
#
# **Question 1.** For two arrows, neither of length 0, $q \cdot k = 0$. What does that say?
#
# <details><summary>A. They are the same arrow.</summary>
#
# Not quite: their difference would be 0, and their score is the length squared.
#
# </details>
#
# <details><summary>B. They have no feature in common.</summary>
#
# Not quite: that gives 0, but so do (1, 1) and (1, −1), which share both.
#
# </details>
#
# <details><summary>C. They are perpendicular.</summary>
#
# Yes: agreements and disagreements cancel, and neither casts a shadow on the other.
#
# </details>

# %% [markdown]
# **Question 2.** You double the query. What happens?
#
# <details><summary>A. Scores double, cosines stay.</summary>
#
# Yes: every product in the tally doubles. The cosine divides the length out again.
#
# </details>
#
# <details><summary>B. Scores and cosines double.</summary>
#
# Not quite: a cosine of .8 would become 1.6, and none is above 1.
#
# </details>
#
# <details><summary>C. Another key may win.</summary>
#
# Not quite: it can when you double one *key*. Doubling the query treats all keys alike.
#
# </details>

# %% [markdown]
# **Question 3.** Random vectors have 256 features. How large is a typical score (sd)?
#
# <details><summary>A. About 1/16.</summary>
#
# Not quite: that is the size of the cosines. Scores still contain both lengths.
#
# </details>
#
# <details><summary>B. About 16.</summary>
#
# Yes: the variance is 256, and its root is 16.
#
# </details>
#
# <details><summary>C. About 256.</summary>
#
# Not quite: that is the variance; the sd is its root.
#
# </details>

# %% [markdown]
# ## References
#
# - G. Salton, A. Wong, C. S. Yang (1975). A Vector Space Model for Automatic Indexing.
#   *Communications of the ACM* 18(11), 613–620. Texts as vectors, compared by direction.
# - A. Vaswani et al. (2017). Attention Is All You Need. *Advances in Neural Information Processing
#   Systems* 30. A footnote in section 3.2.1 derives the variance that you measured.
#
# Now write them: [exercises 1](../exercises/01_dot_products.ipynb). Then go on to
# [lesson 2, Softmax](02_softmax.ipynb).
