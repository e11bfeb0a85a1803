# %% [markdown]
# # Exercises 11 · Looking inside
#
# Write each function, run its check, read what it says, and try again. The lesson that belongs to
# this page is [Looking inside](../notebooks/11_looking_inside.ipynb). These are the last two.

# %%
import numpy as np

from course_utils.answers import check, load
from course_utils.training.inside import shipped_inside
from course_utils.training.repeaters import load_repeater, said_twice

# %% [markdown] exercise="induction_score"
# ## 11.1 Who looks at what followed last time?
#
# A text repeats itself every $p$ words. At word $i$ of a later round, the same word stood at
# $i - p$, and it was followed by the word at $i - p + 1$. How much weight does a head put there, on
# average over all words from the second round to the end of the $n$ words?
#
# $$\text{score} = \frac{1}{n - p} \sum_{i = p}^{n - 1} w_{i,\, i - p + 1}$$
#
# `induction_score(weights, period=None)` takes `weights` of shape `(..., n, n)`, a row for each
# word that asks, and the period $p$, an integer. Without a period, the text is one half said twice:
# $p$ is `n // 2`. It returns one number for each table of weights, of shape `(...)`: with `weights`
# of shape `(200, 2, 40, 40)`, 200 texts and 2 heads, it returns shape `(200, 2)`.


# %% answer="induction_score"
def induction_score(weights, period=None):
    """Return the mean weight on the word that followed this word one period ago, from 0 to 1.

    weights: (..., n, n), period: an integer, or None for n // 2  ->  (...)
    """
    ### BEGIN SOLUTION
    n = weights.shape[-1]
    if period is None:
        period = n // 2
    asking = np.arange(period, n)  # (n - period,): words that have been said before
    followed = asking - period + 1  # (n - period,): what came after, last time
    return np.mean(weights[..., asking, followed], axis=-1)  # (...)
    ### END SOLUTION


# %% check="induction_score"
check("induction_score")

# %% [markdown]
# <details><summary>Hint 1: which places?</summary>
#
# Write down A B C A B C with the places 0 to 5 below it. For the words at 3, 4 and 5, which place
# holds what followed last time? The last of the three may look odd; it is right.
#
# </details>
#
# <details><summary>Hint 2: one number from each row</summary>
#
# In lesson 5 you wanted all chosen rows with all chosen columns. Here each row goes with one column
# of its own: two arrays of indices side by side are read in step. Put `...` before them, so that
# the heads stay where they are.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# For A B C A B C the places are 1, 2 and 3: the last C looks at the second A, which followed the
# first C. With $p = 2$ each of these links is one word back, so a short period cannot tell two
# kinds of head apart. The lesson uses $p = 20$.
#
# The weights that count lie on a diagonal, $p - 1$ below the main one. `np.diagonal` gives it
# whole, with one word too many: the one at $p - 1$, still in the first round. What it looks at
# there is word 0, which followed nothing.
#
# A head that gives equal shares to all words so far scores .03 on 40 words. A score near 1 says
# what a head does on such texts. What it is used for, you learn by cutting.
#
# </details>

# %% [markdown] exercise="knock_out"
# ## 11.2 Cut one link
#
# Take from one query its link to one key. Its weight becomes 0, and what it had goes to the others
# of its row, in proportion to what they have:
#
# $$w'_{ij} = 0, \qquad w'_{ik} = \frac{w_{ik}}{\sum_{l \ne j} w_{il}} \quad (k \ne j)$$
#
# `knock_out(weights, query, key)` takes `weights` of shape `(..., n, m)` and two integers, the row
# $i$ and the column $j$, which count from 0. It returns new weights of the same shape; the argument
# stays as it is. All other rows stay as they are, and the link is cut in every head, each by its
# own sum. As in lesson 4, a query that is left with nothing gets a row of zeros.


# %% answer="knock_out"
def knock_out(weights, query, key):
    """Return the weights with one link cut, the rest of that row scaled up to sum to 1 again.

    weights: (..., n, m), query and key: integers  ->  (..., n, m)
    """
    ### BEGIN SOLUTION
    kept = weights.copy()
    kept[..., query, key] = 0.0
    row = kept[..., query, :]  # (..., m)
    left = np.sum(row, axis=-1, keepdims=True)  # (..., 1)
    kept[..., query, :] = row / np.where(left > 0, left, 1.0)
    return kept
    ### END SOLUTION


# %% check="knock_out"
check("knock_out")

# %% [markdown]
# <details><summary>Hint 1: one row, in every head</summary>
#
# `weights[..., query, :]` is the row in all heads at once, of shape `(..., m)`. What does its sum
# need, so that it divides each head's row by its own number? Look up `keepdims` in lesson 2.
#
# </details>
#
# <details><summary>Hint 2: nothing left</summary>
#
# 0 / 0 is NaN. Divide by something harmless where the sum is 0: the row is zeros in any case.
# `np.where(condition, a, b)` chooses number by number.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Row (.5, .3, .2) without its first link: .3 and .2 are left, together .5, and become .6 and .4.
#
# It is exactly what a mask would have done. The softmax divides $e^{s_k}$ by a sum; a mask takes
# one term out of the sum, and the ratio of the others stays. So the same can be had by giving
# `encode` and `decode` of lesson 10 a mask that forbids one pair. Setting a weight to 0 and leaving
# the rest is another experiment: the word takes home less, instead of something else.
#
# Dividing by $1 - w_{ij}$ instead of the sum is the same on paper. With $w_{ij}$ close to 1 it is
# not: the difference of two numbers that are nearly equal has few right digits, and where nothing
# is left it may be 1e-17 and not 0.
#
# </details>

# %% [markdown]
# ## Use them
#
# What does your function say about the course's repeater, and what does the translator write when
# *chat* (cat) may not look at "cat"? Change the link and run the cell again.

# %%
texts = said_twice(np.random.default_rng(0), 200)  # (200, 40)
induction_score, knock_out = load("induction_score"), load("knock_out")
for layer, weights in enumerate(load_repeater("two layers").run(texts)[1]):
    print("layer", layer, induction_score(weights).mean(axis=0).round(2))

# %%
clean = shipped_inside("clean", count=1)
pair = clean.setting.grammar.translate(["the", "cat", "sat", "on", "the", "mat", "."])
cat = clean.given([pair])


def without(place, weights):
    """Cut the link from the step of one French word to one English word."""
    if place[0] != "cross":
        return weights
    return knock_out(weights, pair.target.index("chat"), pair.source.index("cat"))


said = cat.run(without)[0][0].argmax(axis=-1)  # (n + 1,)
print(*(cat.words[1].tokens[i] for i in said[:-1]))

# %% [markdown]
# ## Where you are
#
# If every check has passed, `my_transformer.py` is complete. It holds every function that you
# wrote, from a dot product to a translator, and imports nothing but NumPy. Read it from top to
# bottom once. Then do something with it that this course did not ask for: train it on another
# language of your own, give it a second cross-attention head and see whether it still aligns, or
# ask ten seeds one question. `%run -m course_utils.cli status` in a new cell shows all your points.
