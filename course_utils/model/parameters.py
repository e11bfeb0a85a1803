"""Lessons 9 to 11: the numbers a model starts from, as nested dicts of arrays.

Where a dict's names are a function's argument names, `**` hands them over:
`layer_norm(X, **block["norm_1"])`. A matrix stands on the right: `X @ W`.
"""

import numpy as np


def random_matrix(rng, rows, columns):
    """Return a matrix that keeps the size of what passes through it about the same.

    Shapes: -> (rows, columns), float64, even between -b and b, b^2 = 6 / (rows + columns).
    Lesson 9; Glorot & Bengio 2010, eq. 16.

    >>> random_matrix(np.random.default_rng(0), 2, 3).shape
    (2, 3)
    """
    bound = (6 / (rows + columns)) ** 0.5
    return rng.uniform(-bound, bound, (rows, columns))


def attention_parameters(rng, d_model):
    """Return W_Q, W_K, W_V, W_O, each (d_model, d_model), for `multi_head_attention`.

    The number of heads is no parameter: it says how the columns are cut. Lesson 7.

    >>> sorted(attention_parameters(np.random.default_rng(0), 4))
    ['W_K', 'W_O', 'W_Q', 'W_V']
    """
    return {name: random_matrix(rng, d_model, d_model) for name in ("W_Q", "W_K", "W_V", "W_O")}


def norm_parameters(d_model):
    """Return gain 1 and bias 0, each (d_model,), for `layer_norm`. Lesson 9.

    >>> norm_parameters(2)
    {'gain': array([1., 1.]), 'bias': array([0., 0.])}
    """
    return {"gain": np.ones(d_model), "bias": np.zeros(d_model)}


def feed_forward_parameters(rng, d_model, d_ff):
    """Return W_1 (d_model, d_ff), b_1, W_2 (d_ff, d_model), b_2 for `feed_forward`. Lesson 9.

    >>> feed_forward_parameters(np.random.default_rng(0), 4, 6)["W_2"].shape
    (6, 4)
    """
    return {
        "W_1": random_matrix(rng, d_model, d_ff),
        "b_1": np.zeros(d_ff),
        "W_2": random_matrix(rng, d_ff, d_model),
        "b_2": np.zeros(d_model),
    }


def encoder_block_parameters(rng, d_model, d_ff):
    """Return what `encoder_block` needs. Lesson 9.

    >>> list(encoder_block_parameters(np.random.default_rng(0), 4, 6))
    ['norm_1', 'attention', 'norm_2', 'feed_forward']
    """
    return {
        "norm_1": norm_parameters(d_model),
        "attention": attention_parameters(rng, d_model),
        "norm_2": norm_parameters(d_model),
        "feed_forward": feed_forward_parameters(rng, d_model, d_ff),
    }


def decoder_block_parameters(rng, d_model, d_ff):
    """Return what `decoder_block` needs. Lesson 9.

    >>> list(decoder_block_parameters(np.random.default_rng(0), 4, 6))
    ['norm_1', 'self_attention', 'norm_2', 'cross_attention', 'norm_3', 'feed_forward']
    """
    return {
        "norm_1": norm_parameters(d_model),
        "self_attention": attention_parameters(rng, d_model),
        "norm_2": norm_parameters(d_model),
        "cross_attention": attention_parameters(rng, d_model),
        "norm_3": norm_parameters(d_model),
        "feed_forward": feed_forward_parameters(rng, d_model, d_ff),
    }


def embedding(rng, words, d_model):
    """Return a random vector of length about 1 for each word: (words, d_model). Lesson 10.

    >>> embedding(np.random.default_rng(0), 5, 4).shape
    (5, 4)
    """
    return rng.normal(0.0, d_model**-0.5, (words, d_model))


def transformer_parameters(
    rng, source_words, target_words, d_model=64, d_ff=128, encoder_blocks=2, decoder_blocks=1
):
    """Return what `transformer` needs, for vocabularies of so many words.

    The defaults are the translator that lesson 10 trains. All arrays are float64; see `cast`.

    >>> params = transformer_parameters(np.random.default_rng(0), 70, 80)
    >>> list(params)[:4], list(params["encoder"])
    (['source_embedding', 'target_embedding', 'encoder', 'encoder_norm'], ['block_1', 'block_2'])
    """
    return {
        "source_embedding": embedding(rng, source_words, d_model),
        "target_embedding": embedding(rng, target_words, d_model),
        "encoder": {
            f"block_{i + 1}": encoder_block_parameters(rng, d_model, d_ff)
            for i in range(encoder_blocks)
        },
        "encoder_norm": norm_parameters(d_model),
        "decoder": {
            f"block_{i + 1}": decoder_block_parameters(rng, d_model, d_ff)
            for i in range(decoder_blocks)
        },
        "decoder_norm": norm_parameters(d_model),
        "W_out": random_matrix(rng, d_model, target_words),
    }


def language_model_parameters(rng, words, d_model=64, d_ff=None, blocks=2):
    """Return what `language_model` needs; without d_ff the blocks are attention only.

    The defaults are the two-layer model of lesson 11's repeated sequences. All arrays are
    float64; see `cast`.

    >>> params = language_model_parameters(np.random.default_rng(0), 30, blocks=1)
    >>> list(params), list(params["blocks"]["block_1"])
    (['embedding', 'blocks', 'norm', 'W_out'], ['norm_1', 'attention'])
    """
    blocks_parameters = {}
    for i in range(blocks):
        block = {
            "norm_1": norm_parameters(d_model),
            "attention": attention_parameters(rng, d_model),
        }
        if d_ff is not None:
            block["norm_2"] = norm_parameters(d_model)
            block["feed_forward"] = feed_forward_parameters(rng, d_model, d_ff)
        blocks_parameters[f"block_{i + 1}"] = block
    return {
        "embedding": embedding(rng, words, d_model),
        "blocks": blocks_parameters,
        "norm": norm_parameters(d_model),
        "W_out": random_matrix(rng, d_model, words),
    }


def cast(params, dtype):
    """Return the same nested dict with every array as `dtype`; float32 trains twice as fast.

    >>> cast({"norm": norm_parameters(2)}, np.float32)["norm"]["gain"].dtype
    dtype('float32')
    """
    return {
        name: cast(part, dtype) if isinstance(part, dict) else part.astype(dtype)
        for name, part in params.items()
    }
