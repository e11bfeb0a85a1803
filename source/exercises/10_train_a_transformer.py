# %% [markdown]
# # Exercises 10 · Train a transformer
#
# Write each function, run its check, read what it says, and try again. A right function is kept
# for the later lessons. The lesson that belongs to this page is
# [Train a transformer](../notebooks/10_train_a_transformer.ipynb).

# %%
import numpy as np

from course_utils.answers import check, load

# %% [markdown] exercise="cross_entropy"
# ## 10.1 The loss
#
# How surprised is the model by the right words?
#
# $$L = -\frac{1}{N} \sum_{\text{words that count}} \log p(\text{right word}),
# \qquad p = \text{softmax}(\text{logits})$$
#
# `cross_entropy(logits, targets, keep)` takes `logits` of shape `(B, n, V)`, the scores of all `V`
# words at each of `n` places of `B` sentences; `targets` of shape `(B, n)`, the numbers of the
# right words; and `keep` of shape `(B, n)`, boolean, False at padding, which does not count. It
# returns one number, in nats. $N$ is the number of words that count. Scores may be as far apart as
# 1,000.


# %% answer="cross_entropy"
def cross_entropy(logits, targets, keep):
    """Return the mean surprise of the words that count, in nats.

    logits: (B, n, V), targets: (B, n) integers, keep: (B, n) boolean  ->  one number
    """
    ### BEGIN SOLUTION
    shifted = logits - np.max(logits, axis=-1, keepdims=True)  # (B, n, V), at most 0
    log_total = np.log(np.sum(np.exp(shifted), axis=-1))  # (B, n)
    is_right = targets[..., None] == np.arange(logits.shape[-1])  # (B, n, V)
    of_right = np.sum(np.where(is_right, shifted, 0.0), axis=-1)  # (B, n)
    surprise = log_total - of_right  # (B, n)
    return np.sum(np.where(keep, surprise, 0.0)) / int(np.sum(keep))
    ### END SOLUTION


# %% check="cross_entropy"
check("cross_entropy")

# %% [markdown]
# <details><summary>Hint 1: the logarithm of a softmax</summary>
#
# $\log \frac{a}{b} = \log a - \log b$, and $\log e^s = s$. So nothing has to be divided, and the
# score of the right word needs no `exp`. Subtract the largest score of each place first, as in
# lesson 2.
#
# </details>
#
# <details><summary>Hint 2: picking the right word</summary>
#
# `targets[..., None] == np.arange(V)` is True at the right word of each place and False elsewhere:
# `(B, n, V)`. `np.where` with it and a sum over the last axis leave one number for each place.
# `np.take_along_axis` does it as well.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Three words with the scores $\log 1$, $\log 2$, $\log 5$ have the probabilities $\tfrac18$,
# $\tfrac28$, $\tfrac58$. If the second is right, the loss is $\log 4 = 1.39$.
#
# The mean runs over words, not over sentences: a sentence of ten words counts ten times. Padding is
# left out above and below the line. A model that says the same at every place and has learned
# nothing has $\log V$.
#
# </details>

# %% [markdown]
# The next exercises use functions of earlier lessons: yours where they are kept.

# %%
sinusoidal_positions, causal_mask = load("sinusoidal_positions"), load("causal_mask")
layer_norm, encoder_block = load("layer_norm"), load("encoder_block")
decoder_block = load("decoder_block")

# %% [markdown] exercise="embed"
# ## 10.2 From a word's number to its vector
#
# Every word has a row in a table. Where it stands is added to it (lesson 6):
#
# $$x_i = \sqrt{d_\text{model}} \cdot \text{table}[\text{word}_i] + P_{\text{start} + i}$$
#
# `embed(words, table, start=0)` takes `words` of shape `(..., n)`, integers, and `table` of shape
# `(vocabulary, d_model)`. It returns `(..., n, d_model)`. The first word stands at position
# `start`, the next at `start + 1`, and so on. Rows of the table have a length of about 1 when
# training begins; the root brings them to the size of the positions. The result should have the
# dtype of the table: float64 positions would make all that follows twice as slow.


# %% answer="embed"
def embed(words, table, start=0):
    """Return the scaled vector of each word plus that of its position.

    words: (..., n) integers, table: (vocabulary, d_model)  ->  (..., n, d_model)
    """
    ### BEGIN SOLUTION
    d_model = table.shape[-1]
    X = table[words] * d_model**0.5  # (..., n, d_model)
    last = start + words.shape[-1]
    P = sinusoidal_positions(last, d_model)[start:]  # (n, d_model)
    return X + P.astype(X.dtype)
    ### END SOLUTION


# %% check="embed"
check("embed")

# %% [markdown]
# <details><summary>Hint</summary>
#
# `table[words]` looks up all words at once, whatever the shape of `words`. How many positions must
# be made so that `n` are left when the first `start` are cut off? `.astype(X.dtype)` changes the
# dtype of an array.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# With `d_model = 4` the row $(1, 2, 3, 4)$ at position 0 becomes $(2, 4, 6, 8) + (0, 1, 0, 1) =
# (2, 5, 6, 9)$. The same word elsewhere gets another vector, which is the point of it. `start` will
# be needed in 10.7, where a word comes alone and stands far behind.
#
# </details>

# %% [markdown] exercise="encode"
# ## 10.3 The encoder
#
# The English words pass through all encoder blocks, one after the other, and through a last norm.
#
# `encode(params, source, heads=4, mask=None)` takes `source` of shape `(..., m)`, integers, and
# nested dicts `params`:
#
# - `params["source_embedding"]`, a table `(vocabulary, d_model)`;
# - `params["encoder"]`, a dict of blocks: `"block_1"`, `"block_2"`, …, in this order;
# - `params["encoder_norm"]`, a dict with `gain` and `bias` for `layer_norm`.
#
# It returns two results: the encoded words `(..., m, d_model)`, and a list with the attention
# weights of each block, `(..., heads, m, m)`. `encoder_block(X, block, heads, mask)` of lesson 9
# returns the words after one block, and its weights.


# %% answer="encode"
def encode(params, source, heads=4, mask=None):
    """Return the encoded source, and a list with the weights of each block.

    source: (..., m) integers, mask: (..., m, m) or (..., 1, m)  ->  (..., m, d_model), list
    """
    ### BEGIN SOLUTION
    X = embed(source, params["source_embedding"])  # (..., m, d_model)
    all_weights = []
    for block in params["encoder"].values():
        X, weights = encoder_block(X, block, heads, mask)
        all_weights.append(weights)
    return layer_norm(X, **params["encoder_norm"]), all_weights
    ### END SOLUTION


# %% check="encode"
check("encode")

# %% [markdown]
# <details><summary>Hint</summary>
#
# A loop over `.values()` of a dict goes through the blocks. What comes out of one is what goes into
# the next. `layer_norm(X, **norm)` hands `gain` and `bias` of a dict over by their names.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Inside a block the norm stands before each part (lesson 9), so that the stream of sums runs from
# the bottom to the top untouched. It grows on its way, and nothing but the last norm brings it back
# to one size before the decoder reads it.
#
# </details>

# %% [markdown] exercise="decode"
# ## 10.4 The decoder
#
# The French words written so far look at each other, and at the encoded English ones. After each
# word comes a guess at the next.
#
# `decode(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None)` takes `target` of
# shape `(..., n)`, integers, and `X` of shape `(..., m, d_model)` from `encode`. In `params` are
# `"target_embedding"`, `"decoder"` (a dict of blocks), `"decoder_norm"`, and `"W_out"` of shape
# `(d_model, vocabulary)`, the last step. Without a mask the target is causal: no word sees a later
# one.
#
# It returns three results: the logits `(..., n, vocabulary)`, a list of the weights among target
# words, and a list of the weights on source words, an array for each block.
# `decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)` of lesson 9 returns `Y` and
# both weights.


# %% answer="decode"
def decode(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    """Return a guess after each target word, and both kinds of weights of each block.

    target: (..., n) integers, X: (..., m, d_model)  ->  (..., n, vocabulary), list, list
    """
    ### BEGIN SOLUTION
    Y = embed(target, params["target_embedding"])  # (..., n, d_model)
    if mask is None:
        mask = causal_mask(target.shape[-1])
    all_weights, all_cross = [], []
    for block in params["decoder"].values():
        Y, weights, cross = decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)
        all_weights.append(weights)
        all_cross.append(cross)
    Y = layer_norm(Y, **params["decoder_norm"])
    return Y @ params["W_out"], all_weights, all_cross
    ### END SOLUTION


# %% check="decode"
check("decode")

# %% [markdown]
# <details><summary>Hint</summary>
#
# It has the form of `encode`, with three differences: a mask where none is given, a block that
# returns three things, and one matrix product after the last norm. Logits are scores: no softmax.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Each of the `n` rows of logits guesses one word from all words up to its own. In training all rows
# are used at once, and the mask keeps them honest. In writing only the last one counts.
#
# </details>

# %% [markdown] exercise="transformer"
# ## 10.5 The transformer
#
# How do the two halves become one model?
#
# `transformer(params, source, target, heads=4, cross_heads=1, source_mask=None)` encodes the source
# and decodes the target beside it. `source_mask` of shape `(..., 1, m)` is False at padding; it
# hides padding from the encoder *and* from the decoder that reads it.
#
# It returns two results: the logits `(..., n, vocabulary)`, and a dict with three lists of weights,
# `"encoder"`, `"decoder"` and `"cross"`.


# %% answer="transformer"
def transformer(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Return a guess after each target word, and all attention weights.

    source: (..., m), target: (..., n) integers  ->  (..., n, vocabulary), dict of lists
    """
    ### BEGIN SOLUTION
    X, encoder = encode(params, source, heads, source_mask)
    logits, decoder, cross = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
    return logits, {"encoder": encoder, "decoder": decoder, "cross": cross}
    ### END SOLUTION


# %% check="transformer"
check("transformer")

# %% [markdown]
# <details><summary>Hint</summary>
#
# Two calls and a dict. `decode` has two masks; which one is about the source? Hand it over by its
# name.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# The target may be padded behind, and needs no mask for it: being causal, no real word sees the
# padding, and `cross_entropy` leaves out what the padding says.
#
# </details>

# %% [markdown] exercise="greedy_decode"
# ## 10.6 Writing a sentence
#
# A model that guesses one word can write a sentence: take the likeliest word, append it, guess
# again.
#
# `greedy_decode(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None)` takes
# `source` of shape `(B, m)`, and the numbers of the two markers. Every sentence begins with
# `start`. It returns integers of shape `(B, at most steps)`, without `start`. A sentence is over
# when it has written `end`; while others go on, it is filled up with `end`. When all are over, or
# after `steps` words, decoding stops.


# %% answer="greedy_decode"
def greedy_decode(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    """Return what the model writes when it always takes the likeliest next word.

    source: (B, m) integers, source_mask: (B, 1, m)  ->  (B, at most steps) integers
    """
    ### BEGIN SOLUTION
    X, _ = encode(params, source, heads, source_mask)
    target = np.full((len(source), 1), start)
    over = np.full((len(source), 1), False)
    while target.shape[1] <= steps and not np.all(over):
        logits, _, _ = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
        word = np.argmax(logits[:, -1:], axis=-1)  # (B, 1)
        word = np.where(over, end, word)
        target = np.concatenate([target, word], axis=1)
        over = word == end
    return target[:, 1:]
    ### END SOLUTION


# %% check="greedy_decode"
check("greedy_decode")

# %% [markdown]
# <details><summary>Hint 1: one step</summary>
#
# `target` begins as `np.full((B, 1), start)`. `decode` gives `(B, n, vocabulary)`; the guess at the
# next word is the last row of each sentence. `logits[:, -1:]` keeps the axis, so that the new word
# is `(B, 1)` and can be appended with `np.concatenate(..., axis=1)`.
#
# </details>
#
# <details><summary>Hint 2: the end</summary>
#
# Keep a boolean for each sentence: is it over? `np.where` writes `end` where it is. The English
# sentence is encoded once, before the loop.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# In training every guess is made from the *right* words before it, here from the model's *own*. One
# wrong word can lead to more. And no word is taken back: the likeliest first word need not begin
# the likeliest sentence, which is what beam search is for.
#
# </details>

# %% [markdown]
# Writing word 9 computes words 1 to 8 again. A **cache** remembers, for each block, the keys and
# values of the words already written, and those of the source: a dict with `"K"` and `"V"` of shape
# `(..., heads, words so far, d_k)`, `"cross_K"` and `"cross_V"` of shape
# `(..., cross_heads, m, d_k)`. The function below is given. It is `decoder_block` for one new word:
# the word's key and value are appended, and the word attends to all of them. It needs no causal
# mask, since nothing later exists.

# %%
attention, feed_forward = load("attention"), load("feed_forward")
split_heads, merge_heads = load("split_heads"), load("merge_heads")


def cached_decoder_block(Y, block, cache, heads, cross_heads, cross_mask=None):
    """Return one new word (..., 1, d_model) after the block, and the cache with it in."""
    own, cross = block["self_attention"], block["cross_attention"]
    normed = layer_norm(Y, **block["norm_1"])
    K = np.concatenate([cache["K"], split_heads(normed @ own["W_K"], heads)], axis=-2)
    V = np.concatenate([cache["V"], split_heads(normed @ own["W_V"], heads)], axis=-2)
    gathered, _ = attention(split_heads(normed @ own["W_Q"], heads), K, V)
    Y = Y + merge_heads(gathered) @ own["W_O"]
    Q = split_heads(layer_norm(Y, **block["norm_2"]) @ cross["W_Q"], cross_heads)
    mask = None if cross_mask is None else np.expand_dims(cross_mask, -3)  # (..., 1, 1, m)
    gathered, _ = attention(Q, cache["cross_K"], cache["cross_V"], mask)
    Y = Y + merge_heads(gathered) @ cross["W_O"]
    Y = Y + feed_forward(layer_norm(Y, **block["norm_3"]), **block["feed_forward"])
    return Y, {**cache, "K": K, "V": V}


# %% [markdown] exercise="decode_step"
# ## 10.7 One word more
#
# What is left to compute when only one word is new?
#
# `decode_step(params, word, cache, heads=4, cross_heads=1, cross_mask=None)` takes the last word of
# each sentence, `word` of shape `(...)`, without an axis for the sentence, and the cache of all
# blocks: `cache["block_1"]` belongs to `params["decoder"]["block_1"]`. It returns the logits of the
# next word, `(..., vocabulary)`, and a new cache; the old one stays as it was. The numbers are
# those of the last row of `decode`. Where does the new word stand? The cache knows.


# %% answer="decode_step"
def decode_step(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Return the guess after one word more, and the cache that remembers this word.

    word: (...) integers, cross_mask: (..., 1, m)  ->  (..., vocabulary), cache
    """
    ### BEGIN SOLUTION
    position = cache["block_1"]["K"].shape[-2]
    Y = embed(word[..., None], params["target_embedding"], start=position)  # (..., 1, d_model)
    new = {}
    for name, block in params["decoder"].items():
        Y, new[name] = cached_decoder_block(Y, block, cache[name], heads, cross_heads, cross_mask)
    Y = layer_norm(Y, **params["decoder_norm"])
    return (Y @ params["W_out"])[..., 0, :], new
    ### END SOLUTION


# %% check="decode_step"
check("decode_step")

# %% [markdown]
# <details><summary>Hint</summary>
#
# It is `decode` for a sentence of one word: give the word an axis (`word[..., None]`), and take it
# off again at the end. `.items()` gives the name of each block with it. As many words are written
# as there are keys.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Forget the position, and every word stands at place 0: the first word is right, the second is not,
# and nothing complains. A cache that is changed in place is a trap of the same kind: beam search
# goes on from one cache in several ways.
#
# </details>

# %% [markdown] exercise="learn_to_translate"
# ## 10.8 Capstone: learn to translate
#
# Everything together. The check brings about 4,000 pairs of sentences and about 200 English
# sentences that are in none of them, all as numbers that are shuffled anew each time, so that no
# word is known before. Your model learns from the pairs and translates the rest. It passes when at
# least 98 of 100 are right to the last word. No number is compared with ours: what counts is what
# it can do. One check takes some ten seconds.
#
# `learn_to_translate(source, target, unseen, train)` gets
#
# - `source` of shape `(pairs, m)` and `unseen` of shape `(B, m)`: sentences, 0 at padding;
# - `target` of shape `(pairs, n)`: each begins with 1 (start), ends with 2 (end), then 0;
# - `train(loss, source, target)`, which returns trained `params`. It draws random parameters for 4
#   heads and 1, and 800 batches of 32 pairs, and calls your `loss(params, source, target)` with
#   each. `loss` is a function that you define inside: what should the decoder read, what should it
#   guess, and what must it not see?
#
# It returns the translations of `unseen`, integers of shape `(B, at most n)`, without start, filled
# with 2.


# %% answer="learn_to_translate"
def learn_to_translate(source, target, unseen, train):
    """Return translations of unseen sentences, after training on pairs.

    source: (pairs, m), target: (pairs, n), unseen: (B, m) integers  ->  (B, at most n) integers
    """
    ### BEGIN SOLUTION

    def loss(params, source, target):
        source_mask = (source != 0)[:, None, :]  # (B, 1, m)
        read, wanted = target[:, :-1], target[:, 1:]  # one word apart
        logits, _ = transformer(params, source, read, source_mask=source_mask)
        return cross_entropy(logits, wanted, wanted != 0)

    params = train(loss, source, target)
    source_mask = (unseen != 0)[:, None, :]
    return greedy_decode(params, unseen, 1, 2, target.shape[1], source_mask=source_mask)
    ### END SOLUTION


# %% check="learn_to_translate"
check("learn_to_translate")

# %% [markdown]
# <details><summary>Hint 1: one word apart</summary>
#
# A target `1 7 5 2 0` is read as `1 7 5 2` and guessed as `7 5 2 0`: at each place the next word.
# Both are slices of the same rows.
#
# </details>
#
# <details><summary>Hint 2: padding</summary>
#
# A padded place of the source is hidden by `source_mask`, of shape `(B, 1, m)`: `None` in an index
# adds an axis. A padded place of the target is left out by `keep`. The same mask of the source
# belongs to `greedy_decode`.
#
# </details>
#
# <details><summary>Discussion</summary>
#
# Nothing in your function knows English or French, and nothing tells it which word belongs to
# which. A model that reads the word it should guess has a loss of almost 0 and translates nothing.
# That is why the check looks at sentences and not at the loss.
#
# </details>

# %% [markdown]
# ## Where you are
#
# `my_transformer.py` is a transformer now, from the dot product to the translation.
# `%run -m course_utils.cli status` in a new cell shows every exercise and your points. The last
# lesson looks inside: [Looking inside](../notebooks/11_looking_inside.ipynb).
