# %% [markdown]
# # Exercises 0 · Start here
#
# You write one small function here, run its check, and see what a check says. All exercises of
# the course work this way. The lesson that belongs to this page is
# [Start here](../notebooks/00_start_here.ipynb).
#
# 1. Run the first cell, which loads NumPy and the check: click into it and press Shift+Enter.
# 2. Replace the line `raise NotImplementedError(...)` by your own lines. Press Shift+Enter.
# 3. Run the check below it. It says what was expected, what arrived, and often what went wrong.
#    Change your lines, run both cells again, as often as you like.
# 4. When it is right, your function is kept in the file `my_transformer.py`. Later lessons use it.

# %%
import numpy as np

from course_utils.answers import check

# %% [markdown] exercise="average_lookup"
# ## 0.1 Look at everything alike
#
# The six words of "The cat sat on the mat" each have a value, one row of a table $V$ for each word.
# A reader who does not know which word matters looks at all of them alike. What does this reader
# see?
#
# $$\text{average}_j = \frac{1}{m} \sum_{i=1}^{m} V_{ij}$$
#
# $V_{ij}$ stands in row $i$ and column $j$, and $\sum$ adds it up over all rows $i$.
#
# `average_lookup(V)` takes `V` of shape `(m, d_v)`: $m$ rows, one for each word, with $d_v$ numbers
# each, called features. It returns one vector of shape `(d_v,)`, the average of the rows. Other
# sentences have another number of words, so $m$ differs from call to call.


# %% answer="average_lookup"
def average_lookup(V):
    """Return the average of the rows of V.

    V: (m, d_v)  ->  (d_v,)
    """
    ### BEGIN SOLUTION
    m = V.shape[0]
    return np.sum(V, axis=0) / m
    ### END SOLUTION


# %% check="average_lookup"
check("average_lookup")

# %% [markdown]
# <details><summary>Hint 1: on paper</summary>
#
# For the rows $(0, 2)$ and $(4, 6)$, add up each column: $(4, 8)$. Two rows were added, so halve
# it. Write these two steps for any table.
#
# </details>
#
# <details><summary>Hint 2: in NumPy</summary>
#
# A sum along `axis=0` adds up the rows and leaves one number for each column. How many rows there
# are is the first number of `V.shape`.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# For $V$ with the rows $(0, 2)$ and $(4, 6)$ the average is $(2, 4)$: each column is averaged on
# its own, so the result has as many numbers as a row has, and the words are gone. NumPy has the
# average ready-made, `np.mean` with the same axis; a loop over the rows is right as well.
#
# Each of the $m$ words has the weight $1/m$, and $m$ such weights add up to 1. The rest of the
# course replaces them by weights that depend on who asks. What stays is the weighted average.
#
# </details>

# %% [markdown]
# ## Where you are
#
# Type `%run -m course_utils.cli status` into a new cell (the button with a plus adds one) and run
# it to see every exercise of the course and your points. In a terminal this is `course status`.
#
# Next: [lesson 1, Dot products](../notebooks/01_dot_products.ipynb).
