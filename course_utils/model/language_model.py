"""Lesson 11: a transformer of one side only, which guesses the next word of its own text."""

from course_utils.model.masks import causal_mask
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.transformer import embed
from course_utils.model.transformer_block import feed_forward, layer_norm


def language_model(params, words, heads=2, mask=None):
    """Return a guess at the word after each word, and the weights of each block.

    Shapes: params as `language_model_parameters` makes it, words (..., n) integers, mask
    (..., n, n) boolean, causal unless given -> (logits (..., n, vocabulary), a list with
    (..., heads, n, n) for each block). A block without "feed_forward" is attention only, as
    in Elhage et al. 2021. Lesson 11.
    """
    X = embed(words, params["embedding"])
    if mask is None:
        mask = causal_mask(X.shape[-2])
    all_weights = []
    for block in params["blocks"].values():
        normed = layer_norm(X, **block["norm_1"])
        mixed, weights = multi_head_attention(
            normed, normed, **block["attention"], heads=heads, mask=mask
        )
        X = X + mixed
        if "feed_forward" in block:
            X = X + feed_forward(layer_norm(X, **block["norm_2"]), **block["feed_forward"])
        all_weights.append(weights)
    return layer_norm(X, **params["norm"]) @ params["W_out"], all_weights
