# %% [markdown]
# # Notation, shapes and words
#
# *What was that symbol again?* Each entry leads to the lesson that introduces it.
#
# ## Symbols
#
# | symbol | read as | what it is | shape | lesson |
# |---|---|---|---|---|
# | $n$ | n | number of queries: the words that ask | | [3](03_scaled_dot_product_attention.ipynb) |
# | $m$ | m | number of keys, and of values: the words that answer | | [1](01_dot_products.ipynb) |
# | $d$ | d | number of features of a vector | | [1](01_dot_products.ipynb) |
# | $d_k$ | d k | features of a query and of a key | | [3](03_scaled_dot_product_attention.ipynb) |
# | $d_v$ | d v | features of a value | | [3](03_scaled_dot_product_attention.ipynb) |
# | $d_\text{model}$ | d model | features of a word's vector in a model | | [5](05_self_attention.ipynb) |
# | $B$ | batch | number of sentences handled at once | | [4](04_masks.ipynb) |
# | `heads` | heads | number of attentions side by side; usually $d_k = d_v = d_\text{model} / \text{heads}$ | | [7](07_multi_head_attention.ipynb) |
# | $h$ | h | which head, or which clock hand of a position, counted from 0 | | [6](06_positions.ipynb) |
# | $q$ | query | what one word asks for | $(d_k)$ | [1](01_dot_products.ipynb) |
# | $Q$ | queries | one query a row | $(n, d_k)$ | [3](03_scaled_dot_product_attention.ipynb) |
# | $K$ | keys | what each word can be found by | $(m, d_k)$ | [1](01_dot_products.ipynb) |
# | $V$ | values | what each word hands over | $(m, d_v)$ | [0](00_start_here.ipynb) |
# | $X$ | the words' vectors | one row a word; in cross-attention, of the sentence that answers | $(m, d_\text{model})$ | [5](05_self_attention.ipynb) |
# | $Y$ | the other sentence | one row a word of the sentence that asks, in cross-attention | $(n, d_\text{model})$ | [8](08_cross_attention.ipynb) |
# | $W_Q, W_K$ | the query and key matrices | turn words into queries and keys | $(d_\text{model}, d_k)$ | [5](05_self_attention.ipynb) |
# | $W_V$ | the value matrix | turns words into values | $(d_\text{model}, d_v)$ | [5](05_self_attention.ipynb) |
# | $W_O$ | the output matrix | puts the heads' results together | $(\text{heads} \cdot d_v, d_\text{model})$ | [7](07_multi_head_attention.ipynb) |
# | $s$, `scores` | scores | how well each key fits each query, any number | $(n, m)$ | [1](01_dot_products.ipynb) |
# | $w$, $A$, `weights` | weights | scores after the softmax; each row sums to 1 | $(n, m)$ | [2](02_softmax.ipynb) |
# | $M$, `mask` | mask | True where a query may attend to a key | $(n, m)$ | [4](04_masks.ipynb) |
# | $O_h$ | O h | what head $h$ gathers | $(n, d_v)$ | [7](07_multi_head_attention.ipynb) |
# | $P$ | positions | one row of clock hands a place | $(n, d)$ | [6](06_positions.ipynb) |
# | $\omega_h$ | omega h | how far clock hand $h$ turns at every step, in radians | | [6](06_positions.ipynb) |
# | $R_i$ | R i | the turn of all pairs of features by $i$ steps, in RoPE | $(d, d)$ | [6](06_positions.ipynb) |
# | $T$ | temperature | divides the scores: small is sharp, large is even | | [2](02_softmax.ipynb) |
# | $\sqrt{d_k}$ | the scale | divides the scores so that their spread does not grow with $d_k$ | | [3](03_scaled_dot_product_attention.ipynb) |
#
# Axes stand in the order batch, heads, queries, keys. "$(\ldots, n, d_k)$" means: any axes in front.
#
# ## The formulas
#
# | what | formula | lesson |
# |---|---|---|
# | dot product | $q \cdot k = \sum_f q_f k_f = \lvert q \rvert \lvert k \rvert \cos \theta$, with $\theta$ the angle between them | [1](01_dot_products.ipynb) |
# | softmax | $w_j = e^{s_j} / \sum_l e^{s_l}$ | [2](02_softmax.ipynb) |
# | attention | $\text{softmax}(Q K^\top / \sqrt{d_k})\, V$ | [3](03_scaled_dot_product_attention.ipynb) |
# | with a mask | $w_{ij} = M_{ij} e^{s_{ij}} / \sum_l M_{il} e^{s_{il}}$, and 0 in a row without True | [4](04_masks.ipynb) |
# | self-attention | $Q = X W_Q,\; K = X W_K,\; V = X W_V$ | [5](05_self_attention.ipynb) |
# | cross-attention | $Q = Y W_Q,\; K = X W_K,\; V = X W_V$ | [8](08_cross_attention.ipynb) |
# | many heads | $\text{Concat}(O_0, O_1, \ldots)\, W_O = \sum_h O_h W_O^h$ | [7](07_multi_head_attention.ipynb) |
# | positions | $P_{i,2h} = \sin(i / 10000^{2h/d}),\; P_{i,2h+1} = \cos(i / 10000^{2h/d})$ | [6](06_positions.ipynb) |
# | RoPE | $(R_i\, q) \cdot (R_j\, k) = q \cdot (R_{j-i}\, k)$ | [6](06_positions.ipynb) |
# | additive scores | $v \cdot \tanh(q W_Q + k W_K)$ | [8](08_cross_attention.ipynb) |
# | layer norm | $(x - \text{mean}) / \sqrt{\text{variance} + \varepsilon} \cdot \text{gain} + \text{bias}$ | [9](09_transformer_block.ipynb) |
# | feed-forward | $\max(0, x W_1 + b_1)\, W_2 + b_2$ | [9](09_transformer_block.ipynb) |
# | cross-entropy | $-\log p(\text{the right word})$, averaged over real words | [10](10_train_a_transformer.ipynb) |
#
# ## Shapes
#
# The tables below are not typed in: the reference of each function runs once, and the shapes are
# those of what went in and came out. All sizes differ, so that you see which axis goes where: $B = 2$, 3 heads, $n = 5$, $m = 7$, $d_k = 4$, $d_v = 6$,
# $d_\text{model} = 12$.

# %%
from textwrap import fill

import numpy as np

from course_utils.checks.reference import reference
from course_utils.model import parameters
from course_utils.model.decoding import start_cache

B, heads, n, m, d, d_k, d_v, d_model = 2, 3, 5, 7, 8, 4, 6, 12
rng = np.random.default_rng(0)
f = rng.normal  # f(size=(n, d_k)): random numbers of this shape


# %%
def said(value):
    """Return the shape of an array, {…} for a dict, (…) for a function, a number as it is."""
    if isinstance(value, tuple):
        return ", ".join(said(part) for part in value)
    if isinstance(value, list):
        return f"[{len(value)} × {said(value[0])}]"
    if isinstance(value, dict) or callable(value):
        return "{…}" if isinstance(value, dict) else "(…)"
    return str(value.shape) if np.ndim(value) else f"{value:.2g}"


def print_folded(name, parts):
    """Print a name and its parts in lines of 68 characters, no part broken over two."""
    text = ", ".join(part.replace(" ", "\0") for part in parts)
    folded = fill(text, 68, initial_indent=f"{name} ", subsequent_indent=22 * " ")
    print(folded.replace("\0", " "))


def shapes(name, **given):
    """Run the reference once and print what goes in and what comes out."""
    print_folded(f"{name:21}", [f"{key} {said(value)}" for key, value in given.items()])
    result = reference(name)(**given)
    print_folded(f"{'->':>21}", map(said, result if isinstance(result, tuple) else [result]))


# %% [markdown]
# ### Lessons [0](00_start_here.ipynb) to [3](03_scaled_dot_product_attention.ipynb): from a dot product to attention

# %%
q, Q, K, V = f(size=d_k), f(size=(n, d_k)), f(size=(m, d_k)), f(size=(m, d_v))
shapes("average_lookup", V=V)
shapes("dot_scores", q=q, K=K)
shapes("cosine_similarity", q=q, K=K)
shapes("pairwise_scores", Q=Q, K=K)
shapes("softmax", x=f(size=(n, m)))
shapes("soft_lookup", q=q, K=K, V=V)
shapes("scaled_scores", Q=Q, K=K)
shapes("attention", Q=Q, K=K, V=V)

# %% [markdown]
# ### Lessons [4](04_masks.ipynb) to [6](06_positions.ipynb): one sentence

# %%
X, Y = f(size=(B, m, d_model)), f(size=(B, n, d_model))
W = {"W_Q": f(size=(d_model, d_k)), "W_K": f(size=(d_model, d_k)), "W_V": f(size=(d_model, d_v))}
shapes("causal_mask", n=n)
shapes("padding_mask", lengths=np.array([7, 4]), m=m)
shapes("masked_softmax", scores=f(size=(B, n, m)), mask=np.ones((n, m), dtype=bool))
shapes("self_attention", X=X, **W)
shapes("attention_share", weights=f(size=(heads, n, m)), queries=[0, 1], keys=[2])
shapes("sinusoidal_positions", n=n, d=d)
shapes("apply_rope", X=f(size=(B, n, d)))

# %% [markdown]
# ### Lessons [7](07_multi_head_attention.ipynb) and [8](08_cross_attention.ipynb): many heads, two sentences

# %%
square = {name: f(size=(d_model, d_model)) for name in ("W_Q", "W_K", "W_V", "W_O")}
shapes("split_heads", X=X, heads=heads)
shapes("merge_heads", X=f(size=(B, heads, m, d_k)))
shapes("multi_head_attention", X_Q=Y, X_KV=X, **square, heads=heads)
small = {"W_Q": f(size=(d_k, d)), "W_K": f(size=(d_v, d)), "v": f(size=d)}
shapes("additive_scores", Q=Q, K=f(size=(m, d_v)), **small)
shapes("cross_attention", Y=Y, X=X, **W)
shapes("alignment_error_rate", weights=f(size=(n, m)), gold=np.eye(n, m, dtype=bool))

# %% [markdown]
# ### Lessons [9](09_transformer_block.ipynb) to [11](11_looking_inside.ipynb): the transformer

# %%
gain, bias, block = np.ones(d_model), np.zeros(d_model), parameters.encoder_block_parameters
shapes("layer_norm", X=X, gain=gain, bias=bias)
shapes("feed_forward", X=X, **parameters.feed_forward_parameters(rng, d_model, 24))
shapes("encoder_block", X=X, block=block(rng, d_model, 24), heads=heads)
block = parameters.decoder_block_parameters(rng, d_model, 24)
shapes("decoder_block", Y=Y, X=X, block=block, heads=heads, cross_heads=2)
weights = np.full((n, m), 1 / m)
shapes("attention_backward", d_out=f(size=(n, d_v)), Q=Q, K=K, V=V, weights=weights)

# %%
english, french = 10, 11  # words in each vocabulary
params = parameters.transformer_parameters(rng, english, french, d_model, 24)
source, target = rng.integers(english, size=(B, m)), rng.integers(french, size=(B, n))
sizes = {"heads": heads, "cross_heads": 2}
logits, keep = f(size=(B, n, french)), np.ones((B, n), dtype=bool)
shapes("cross_entropy", logits=logits, targets=target, keep=keep)
shapes("embed", words=source, table=params["source_embedding"])
shapes("encode", params=params, source=source, heads=heads)
shapes("decode", params=params, target=target, X=X, **sizes)
shapes("transformer", params=params, source=source, target=target, **sizes)
shapes("greedy_decode", params=params, source=source, start=1, end=2, steps=9, **sizes)

# %%
cache = start_cache(params, X, **sizes)
shapes("decode_step", params=params, word=target[:, 0], cache=cache, **sizes)
pairs = {"source": source, "target": target, "unseen": source}
shapes("learn_to_translate", **pairs, train=lambda loss, source, target: params)

# %%
shapes("knock_out", weights=weights, query=0, key=1)
shapes("induction_score", weights=np.eye(8, k=-3), period=4)

# %% [markdown]
# ## Words
#
# | word | what it means here | lesson |
# |---|---|---|
# | additive attention | scores from a small network, tanh of a sum, as in the first attention of 2015 | [8](08_cross_attention.ipynb) |
# | alignment | which source word each target word goes back to; known here, because the sentences are made by a grammar | [8](08_cross_attention.ipynb) |
# | alignment error rate | share of linked target words whose largest weight is on a wrong source word | [8](08_cross_attention.ipynb) |
# | attention | scores between queries and keys, a softmax, and the weighted average of the values | [3](03_scaled_dot_product_attention.ipynb) |
# | batch | several sentences handled at once, along an axis in front | [4](04_masks.ipynb) |
# | beam search | writing a sentence while several unfinished ones stay in the race | [10](10_train_a_transformer.ipynb) |
# | broadcasting | NumPy's rule for arrays of different shape: an axis of length 1, or a missing one in front, is repeated | [4](04_masks.ipynb) |
# | causal mask | each word may attend to itself and to the words before it | [4](04_masks.ipynb) |
# | [CLS], [SEP] | marks that MiniLM puts before and behind every sentence | [5](05_self_attention.ipynb) |
# | cosine similarity | the dot product of two vectors divided by both lengths: direction only, from −1 to 1 | [1](01_dot_products.ipynb) |
# | cross-attention | queries from one sentence, keys and values from another | [8](08_cross_attention.ipynb) |
# | cross-entropy | minus the log of the probability that was given to the right word; the loss of lesson 10 | [10](10_train_a_transformer.ipynb) |
# | decoder | the part that writes: it attends to its own words so far and to the encoder's | [9](09_transformer_block.ipynb) |
# | dot product | the sum of the products feature by feature: a tally of agreements | [1](01_dot_products.ipynb) |
# | embedding | the table with one trained vector for each word of the vocabulary | [10](10_train_a_transformer.ipynb) |
# | encoder | the part that reads: each word gathers from its whole sentence | [9](09_transformer_block.ipynb) |
# | end marker | the word "that was all"; the decoder stops when it writes it | [8](08_cross_attention.ipynb) |
# | entropy | how undecided weights are, in bits; 2 to the entropy is the number of keys that are really used | [2](02_softmax.ipynb) |
# | equivariance | shuffle what goes in, and what comes out is shuffled alike | [5](05_self_attention.ipynb) |
# | exact match | share of sentences that are right to the last word | [10](10_train_a_transformer.ipynb) |
# | feature | one of the numbers of a vector | [1](01_dot_products.ipynb) |
# | feed-forward | a small network that each word passes through alone | [9](09_transformer_block.ipynb) |
# | gradient | for each parameter, how the loss changes when it moves a little | [9](09_transformer_block.ipynb) |
# | greedy decoding | always writing the likeliest next word | [10](10_train_a_transformer.ipynb) |
# | head | one of several attentions side by side, each with its own queries, keys and values | [7](07_multi_head_attention.ipynb) |
# | held-out | not shown in training, to see what was learned and not memorized | [10](10_train_a_transformer.ipynb) |
# | induction head | a head that finds the last place where this word stood and looks at the word after it | [11](11_looking_inside.ipynb) |
# | key | what a word can be found by | [1](01_dot_products.ipynb) |
# | key-value cache | keys and values of the words written so far, kept so that they are not computed again | [10](10_train_a_transformer.ipynb) |
# | knock-out | cutting a link or a head and looking at what changes | [11](11_looking_inside.ipynb) |
# | layer norm | each word's features brought to mean 0 and variance 1, then rescaled | [9](09_transformer_block.ipynb) |
# | logits | scores that a softmax is applied to; in lesson 10, over a vocabulary | [2](02_softmax.ipynb) |
# | loss | one number that training makes smaller | [10](10_train_a_transformer.ipynb) |
# | mask | a table of True, may attend, and False, may not | [4](04_masks.ipynb) |
# | padding | filler behind short sentences so that a batch is a rectangle | [4](04_masks.ipynb) |
# | parameter | a number that training changes | [7](07_multi_head_attention.ipynb) |
# | pre-norm, post-norm | the layer norm before each part, or after each sum as in the paper of 2017 | [9](09_transformer_block.ipynb) |
# | query | what a word asks for | [1](01_dot_products.ipynb) |
# | residual | the input of a part, added to its output | [9](09_transformer_block.ipynb) |
# | RoPE | positions by rotating queries and keys; the score then knows only how far apart they are | [6](06_positions.ipynb) |
# | row that predicts | in a decoder, the row at word t writes word t + 1: this is the row that aligns | [8](08_cross_attention.ipynb) |
# | scaled | divided by the square root of d_k | [3](03_scaled_dot_product_attention.ipynb) |
# | sd, standard deviation | a typical distance from the average: the root of the variance | [1](01_dot_products.ipynb) |
# | self-attention | queries, keys and values from the words of one sentence | [5](05_self_attention.ipynb) |
# | sink | a word that collects weight that nobody needs, such as [CLS], "." or the end marker | [5](05_self_attention.ipynb) |
# | softmax | turns scores into positive weights that sum to 1 | [2](02_softmax.ipynb) |
# | temperature | what scores are divided by before the softmax | [2](02_softmax.ipynb) |
# | token | what a model reads as one unit: here a word or a mark, in MiniLM sometimes a piece of a word | [0](00_start_here.ipynb) |
# | transformer | attention, feed-forward, residuals and norms, stacked | [9](09_transformer_block.ipynb) |
# | value | what a word hands over | [0](00_start_here.ipynb) |
# | vocabulary | all words that a model knows, each with a place of its own | [4](04_masks.ipynb) |
# | warm-up | the first steps of training, in which the learning rate grows | [10](10_train_a_transformer.ipynb) |
# | weights | in this course: scores after the softmax; the trained matrices are called parameters | [2](02_softmax.ipynb) |
