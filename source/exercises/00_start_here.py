# %% [markdown]
# # Exercises 0 · Start here
#
# You write one small function here, run its check, and see what a check says. All exercises of
# the course work this way. The lesson that belongs to this page is
# [Start here](../notebooks/00_start_here.ipynb).
#
# 1. Replace the line `raise NotImplementedError(...)` by your own lines. Press Shift+Enter.
# 2. Run the check below it. It says what was expected, what arrived, and often what went wrong.
# 3. When it is right, your function is kept in the file `my_transformer.py`. Later lessons use it.

# %%
import numpy as np

from course_utils.answers import check

# %% [markdown] exercise="average_lookup"
# ## 0.1 Look at everything alike
#
# Six words each have a value vector, one row of $V$ for each word. A reader who does not know
# which word matters looks at all of them alike. What does this reader see?
#
# $$\text{average}_j = \frac{1}{m} \sum_{i=1}^{m} V_{ij}$$
#
# `average_lookup(V)` takes `V` of shape `(m, d_v)`, with $m$ rows of $d_v$ features each, and
# returns one vector of shape `(d_v,)`.


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
# <details><summary>Hint</summary>
#
# `np.sum(V, axis=0)` adds up the rows and leaves one number for each column. How many rows were
# added? `V.shape` tells.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# For $V$ with the rows $(0, 2)$ and $(4, 6)$ the average is $(2, 4)$: each column is averaged on
# its own, so the result has as many numbers as a row has, and the words are gone. Each of the
# $m$ words has the weight $1/m$. The rest of the course replaces these equal weights by weights
# that depend on the question; what stays is the weighted average.
#
# </details>

# %% [markdown]
# ## Where you are
#
# In a terminal, `course status` shows every exercise of the course and your points.
# Next: [lesson 1, Dot products](../notebooks/01_dot_products.ipynb).
