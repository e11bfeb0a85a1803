# %% [markdown]
# # 0 · Start here
#
# *What will I have at the end?*
#
# After this lesson you can
#
# - read a picture of attention, across two sentences and within one;
# - work through a lesson: predict, run, explain, write a function, have it checked;
# - find help when you are stuck, and go on after a break.
#
# About 20 minutes.
#
# ## Running a cell
#
# 1. A box with code is a *cell*. Click into the first one below and press **Shift+Enter**.
# 2. While it runs, its brackets show `[*]`; then a number, and its output stands below it.
# 3. Go on from top to bottom. To start afresh: menu *Kernel*, *Restart Kernel and Run All Cells*.

# %%
import numpy as np

from course_utils.answers import check_only
from course_utils.plots import alignment, attention_lines, heatmap, show
from course_utils.training.shipped import load_translator
from course_utils.widgets import AttentionView

# %% [markdown]
# ## The machine at the end
#
# Here is a finished translator, from English into French.

# %%
translator = load_translator("clean")
cat = translator.translate("The cat sat on the mat.")

print(cat.english)
print(cat.french)

# %% [markdown]
# You need no French. Word for word: *le* (the) *chat* (cat) *s'est assis* (sat; two tokens for one
# English word) *sur* (on) *le* (the) *tapis* (mat). A *token* is what the machine counts as a
# word; the full stop is one, too.
#
# It learned from 5,000 pairs of sentences, this one not among them
# (`course_utils/data/shipped/README.md` says how). Nobody told it which word belongs to which. It
# writes one French token after another, and before each one it distributes its attention over the
# English tokens: seven weights that add up to 1.
#
# **Predict.** *Tapis* is the seventh French token. Where does the machine look before it writes
# it: at the seventh English token, at "mat", or a little everywhere? How many percent go to "mat"?

# %%
tapis = cat.target.index("tapis")
for word, weight in zip(cat.source, cat.cross[tapis]):
    print(f"{word:4} {weight:4.0%}")

# %%
ax = attention_lines(cat.cross, cat.target, cat.source, row=tapis)
show(ax, alt="Before it writes “tapis”, the translator looks at “mat” with 100% of its attention.")

# %% [markdown]
# All of it, to the nearest percent, and at the right word although the places differ. This
# looking is **attention**: the token that asks is the *query*, the tokens that are looked at are
# the *keys*. Here are all its weights at once.

# %%
print("French tokens x English tokens:", cat.cross.shape)
print("each row adds up to", cat.cross.sum(axis=-1).round(2))

ax = alignment(
    cat.cross, cat.source, cat.target, title="Each French token is read from its English word"
)
show(ax, alt="le: the, chat: cat, s'est and assis: sat, sur: on, le: the, tapis: mat. Each ≥ 0.99.")

# %% [markdown]
# A row is a French token being written (the target), a column an English token being read (the
# source). "sat" is read twice, for *s'est* and for *assis*. **By lesson 10 you have written and
# trained everything that draws this.**
#
# One picture proves little. This machine learned a small language in which every word must be
# read. In lesson 8 you meet another machine, for a language in which words can be guessed. It gets
# 500 of 500 new sentences right, and 48% of its words look at a wrong place (the most in eight
# trainings, the least was 26%; same README). Lesson 8 asks why.
#
# ## Attention within one sentence
#
# What you saw went *across* two sentences: **cross-attention**. Before any French is written, the
# English words look at each other, *within* their own sentence: **self-attention**. The machine
# does it in eight ways, called *heads*: two rounds of four. You may have read what such words look
# at: "cat" at "the" and "sat"; "sat" at "cat" and "on"; "mat" at "sat" and "on". Look.

# %%
average = cat.self_attention.mean(axis=(0, 1))  # (2 rounds, 4 heads, 7, 7) -> (7, 7)
title = "On average, most tokens look at themselves"
ax = heatmap(average, cat.source, title=title)
show(ax, alt="cat: cat .57, the .14, sat .14. sat: sat .54, cat .20, on .09. mat: mat .60, on .04.")

# %%
sat, who = cat.source.index("sat"), cat.source.index("cat")
print("sat looks at cat, in each round and head:")
print(cat.self_attention[:, :, sat, who].round(2))

# %%
clearest = cat.self_attention[1, 2]  # second round, third head: (7, 7)
title = "In one head of eight, “sat” looks at “cat”: 99%"
ax = attention_lines(clearest, cat.source, row=sat, title=title)
show(ax, alt="One head, English to English: sat looks at cat 99%; mat at mat; the at its noun.")

# %% [markdown]
# The same head to explore, beside the other three of its round. Point at a word, or go to it with
# Tab and move with the arrow keys; choose another head. (Python counts from 0: the third is 2.)

# %%
AttentionView(cat.self_attention[1], cat.source, head=2, query=sat)

# %% [markdown]
# On average, the sayings are weak: "sat" gives "cat" .20 and "on" .09, "cat" gives "the" and "sat"
# .14 each, "mat" gives "sat" and "on" .04 each. Yet in one head "sat" looks at "cat" with .99, and
# in the others with .14 at most. So does "sat" look at "cat"? In one head of this machine, yes.
# Of ten machines trained from different random starts, eight have a head that gives "cat" more than
# half, and two have none; this machine has the clearest (same README). Lessons 5 and 8 test such
# sayings one by one; lesson 11 asks whether the machine *uses* what it looks at.
#
# | | who asks (queries) | who is looked at (keys) | size |
# |---|---|---|---|
# | cross-attention | the French tokens | the English tokens | 8 × 7 |
# | self-attention | the English tokens | the same English tokens | 7 × 7 |
#
# This table is the heart of the course: one computation, and two choices of who looks at whom.
#
# ## Your own sentence
#
# The machine knows only these tokens, and sentences of at most ten of them:

# %%
known = translator.english.words
print(len(known), "tokens")
for i in range(0, len(known), 15):
    print(*known[i : i + 15])

# %% [markdown]
# **Predict.** French says *chat noir* (cat black). What happens to the diagonal of the picture?

# %%
mine = translator.translate("My black cat slept under the old table!")

print(mine.english)
print(mine.french)
ax = alignment(mine.cross, mine.source, mine.target, title="Where each French token was read")
show(ax, alt=f"Where each token of “{mine.french}” was read in “{mine.english}”")

# %% [markdown]
# It crosses: *chat* is read at "cat" and *noir* at "black", in the opposite order. The others are
# *mon* (my), *a dormi* (slept), *sous* (under), *la* (the), *vieille* (old) and *table* (table).
#
# Now type a sentence of your own into the cell and run it again. If the machine cannot read it, it
# says why in a sentence.
#
# ## Everything alike
#
# What does looking hand over? Every word that is looked at has a list of numbers, its *value*. The
# values are the rows of a table $V$, and what comes back is their weighted average:
#
# $$\text{answer} = w_1 V_1 + w_2 V_2 + \dots + w_m V_m$$
#
# Three words with two numbers each, and three weights, to check by hand:

# %%
V = np.array([[6.0, 0.0], [0.0, 3.0], [3.0, 3.0]])  # (3 values, 2 features): the, cat, sat

print("mostly cat:", 0.1 * V[0] + 0.8 * V[1] + 0.1 * V[2])
print("cat alone: ", 0.0 * V[0] + 1.0 * V[1] + 0.0 * V[2])

# %% [markdown]
# All of attention is in finding good weights. The plainest reader does not look for any: each of
# $m$ words gets $1/m$. Your first function, `average_lookup(V)`, is this reader.
#
# ## A mistake with a name
#
# Somebody wrote it like this. Run its check and read what it says.


# %%
def average_lookup(V):
    return V[0]


check_only("average_lookup")

# %% [markdown]
# The check called the function with several tables of different sizes, and compared each answer
# with one worked out by slow loops. You see how far it is, the mistake by its name, the first
# table that went wrong, and a hint. A mistake costs nothing; you may run a check as often as you
# like.
#
# In the exercises the line is `check("average_lookup")`. It does the same and, when the function is
# right, keeps it in the file `my_transformer.py`. Later lessons run on what stands there: on yours
# where you have it, on ours where you do not. So you can leave an exercise open and go on.
#
# ## Points, help, breaks
#
# **Points.** Each exercise says what it is worth. Its points are yours once its function is kept.
# In a new cell, `%run -m course_utils.cli status` shows them all:
#
# ```
# 00 start here
#   ✓ average_lookup       1 of 1  kept
#
# 01 dot products
#   … dot_scores           0 of 2  started
#   · cosine_similarity    0 of 3  not started
# ```
#
# **Folders.** `notebooks/` is to read and run, `exercises/` to write in, `solutions/` holds the
# same exercises answered.
#
# **Stuck?** Read the last line of the message. Print the shapes. Open the hint under the
# exercise, then the discussion, and last the solution: type it, do not paste it. A symbol or a word
# that you forgot stands in [Notation](notation.ipynb), with the lesson where it began.
#
# **After a break.** Your exercises keep what you saved, and `my_transformer.py` keeps what is
# right. Open the next notebook and run it from the top. The command above names the next exercise.
#
# ## The road
#
# Later lessons say "the paper". It is *Attention Is All You Need* (Vaswani et al. 2017), which
# built a translator out of attention and little else, the **transformer**.
#
# | lesson | what you build |
# |---|---|
# | 0 Start here | an average that looks at everything alike |
# | [1 Dot products](01_dot_products.ipynb) | a score for how well two words agree |
# | [2 Softmax](02_softmax.ipynb) | weights from scores |
# | [3 Scaled dot-product attention](03_scaled_dot_product_attention.ipynb) | attention itself |
# | [4 Masks](04_masks.ipynb) | rules about who may look where |
# | [5 Self-attention](05_self_attention.ipynb) | a sentence that looks at itself |
# | [6 Positions](06_positions.ipynb) | a sense of order |
# | [7 Multi-head attention](07_multi_head_attention.ipynb) | several looks at once |
# | [8 Cross-attention](08_cross_attention.ipynb) | one sentence that looks at another |
# | [9 The block](09_transformer_block.ipynb) | what stands around attention |
# | [10 Train your own](10_train_a_transformer.ipynb) | the translator above, of your functions |
# | [11 Looking inside](11_looking_inside.ipynb) | tests of what it learned |
#
# ## What you can do now
#
# You can read both kinds of attention in a picture, and you have seen a check name a mistake. The
# function you keep is `average_lookup`. Lesson 2 replaces its equal weights by weights that depend
# on a query.

# %% [markdown]
# ## Three questions
#
# **Question 1.** In the first colored table, row *sur* has 0.99 in column "on". What does it say?
#
# <details><summary>A. <i>Sur</i> means "on", with 99% certainty.</summary>
#
# Not quite: a weight says where the machine looked, not what a word means. It is tempting because
# here both agree.
#
# </details>
#
# <details><summary>B. Before writing <i>sur</i>, 99% of the attention went to "on".</summary>
#
# Yes. The other six columns share the rest.
#
# </details>
#
# <details><summary>C. In 99% of all sentences, <i>sur</i> comes from "on".</summary>
#
# Not quite: the picture shows one sentence. It counts nothing over other sentences.
#
# </details>

# %% [markdown]
# **Question 2.** Which of these is self-attention?
#
# <details><summary>A. <i>Chat</i> looks at "cat".</summary>
#
# Not quite: a French token looks at an English sentence. That is cross-attention.
#
# </details>
#
# <details><summary>B. Any word that looks at itself.</summary>
#
# Not quite: "self" means the own *sentence*. A word may look at itself, too, as "sat" did.
#
# </details>
#
# <details><summary>C. "mat" looks at "the" and at "sat".</summary>
#
# Yes: the word that asks and the words that are looked at stand in the same sentence.
#
# </details>

# %% [markdown]
# **Question 3.** In one head, "sat" looks at "cat" with .99. What do you know?
#
# <details><summary>A. At "sat", this head hands over the value of "cat" and little else.</summary>
#
# Yes: the answer is a weighted average, and .99 of the weight is on one value.
#
# </details>
#
# <details><summary>B. The machine has understood that the cat sat.</summary>
#
# Not quite: you know where one of eight heads looks. What is done with it was not tested.
#
# </details>
#
# <details><summary>C. Without this head, the translation would be wrong.</summary>
#
# Not quite: for this one would have to take the head away and look. Lesson 11 does such things.
#
# </details>

# %% [markdown]
# ## References
#
# - A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. N. Gomez, Ł. Kaiser and
#   I. Polosukhin (2017). Attention Is All You Need. *Advances in Neural Information Processing
#   Systems* 30.
# - D. Bahdanau, K. Cho and Y. Bengio (2015). Neural Machine Translation by Jointly Learning to
#   Align and Translate. *International Conference on Learning Representations*. The first such
#   pictures are its figure 3.
#
# ## Next
#
# Write `average_lookup` in [the exercises](../exercises/00_start_here.ipynb), in five minutes. Then
# one question is open. A reader who looks at everything alike learns little; to look at some
# words more than at others, it must compare them. How can a machine tell that "cat" is nearer to
# "dog" than to "sat"? [Lesson 1](01_dot_products.ipynb) begins there.
