"""Lesson 10: the whole transformer, from the pieces."""

from course_utils.model.masks import causal_mask
from course_utils.model.positions import sinusoidal_positions
from course_utils.model.transformer_block import decoder_block, encoder_block, layer_norm


def embed(words, table, start=0):
    """Return the vector of each word plus the vector of its place.

    Shapes: words (..., n) integers, table (vocabulary, d_model) -> (..., n, d_model). The first
    word stands at position `start`. Lesson 10; Vaswani et al. 2017, sections 3.4 and 3.5.

    >>> import numpy as np
    >>> embed(np.array([1]), np.array([[0.0, 0.0], [3.0, 4.0]])).round(2).tolist()
    [[4.24, 6.66]]
    """
    d_model = table.shape[-1]
    X = table[words] * d_model**0.5  # (..., n, d_model)
    places = sinusoidal_positions(start + X.shape[-2], d_model)[start:]
    return X + places.astype(X.dtype)


def encode(params, source, heads=4, mask=None):
    """Return the source sentence as the decoder reads it, and the weights of each block.

    Shapes: source (..., m words) integers, mask (..., m, m) or (..., 1, m) boolean
    -> ((..., m, d_model), a list with (..., heads, m, m) for each block). Lesson 10.
    """
    X = embed(source, params["source_embedding"])
    all_weights = []
    for block in params["encoder"].values():
        X, weights = encoder_block(X, block, heads, mask)
        all_weights.append(weights)
    return layer_norm(X, **params["encoder_norm"]), all_weights


def decode(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    """Return a guess at the word after each target word, and both kinds of weights.

    Shapes: target (..., n words) integers, X (..., m source words, d_model) from `encode`, mask
    (..., n, n), causal unless given, and cross_mask (..., n, m) or (..., 1, m) boolean
    -> (logits (..., n, target vocabulary), list of (..., heads, n, n), list of
    (..., cross_heads, n, m)). Lesson 10.
    """
    Y = embed(target, params["target_embedding"])
    if mask is None:
        mask = causal_mask(Y.shape[-2])
    all_weights, all_cross_weights = [], []
    for block in params["decoder"].values():
        Y, weights, cross_weights = decoder_block(Y, X, block, heads, cross_heads, mask, cross_mask)
        all_weights.append(weights)
        all_cross_weights.append(cross_weights)
    Y = layer_norm(Y, **params["decoder_norm"])
    return Y @ params["W_out"], all_weights, all_cross_weights


def transformer(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Return a guess at the word after each target word, and all attention weights.

    Shapes: params as `transformer_parameters` makes it, source (..., m words) and target
    (..., n words) integers, source_mask (..., 1, m) boolean from `padding_mask`
    -> (logits (..., n, target vocabulary), {"encoder": [(..., heads, m, m), ...],
    "decoder": [(..., heads, n, n), ...], "cross": [(..., cross_heads, n, m), ...]}, an array a
    block). The target begins with a start marker, so row t of "cross" is the step that predicts
    word t. It may be padded behind: being causal, no word sees its padding. Other masks, to
    knock out a link, go to `encode` and `decode`. Lesson 10; Vaswani et al. 2017, figure 1.
    """
    X, encoder_weights = encode(params, source, heads, source_mask)
    logits, decoder_weights, cross_weights = decode(
        params, target, X, heads, cross_heads, cross_mask=source_mask
    )
    weights = {"encoder": encoder_weights, "decoder": decoder_weights, "cross": cross_weights}
    return logits, weights
