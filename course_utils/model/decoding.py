"""Lesson 10: a trained transformer writes a sentence, word by word."""

import numpy as np

from course_utils.model.attention import attention
from course_utils.model.multi_head_attention import merge_heads, split_heads
from course_utils.model.transformer import decode, embed, encode
from course_utils.model.transformer_block import feed_forward, layer_norm


def greedy_decode(params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None):
    """Return the words that the model writes when it always takes the likeliest next one.

    Shapes: source (B, m words) integers, source_mask (B, 1, m) boolean; start and end are the
    markers' numbers -> (B, at most `steps`) integers, without start, filled with end once a
    sentence is over. Each word is guessed from the model's own words. Lesson 10.
    """
    X, _ = encode(params, source, heads, source_mask)
    target = np.full((len(source), 1), start)
    finished = np.full((len(source), 1), False)
    while target.shape[1] <= steps and not np.all(finished):
        logits, _, _ = decode(params, target, X, heads, cross_heads, cross_mask=source_mask)
        word = np.argmax(logits[:, -1:], axis=-1)  # (B, 1)
        word = np.where(finished, end, word)
        target = np.concatenate([target, word], axis=1)  # (B, one more)
        finished = word == end
    return target[:, 1:]


def start_cache(params, X, heads=4, cross_heads=1):
    """Return the keys and values that `decode_step` starts from: none yet, and the source's.

    Shapes: X (..., m source words, d_model) from `encode` -> for each block a dict of K and V
    (..., heads, 0 words, d_k), cross_K and cross_V (..., cross_heads, m, d_k). Lesson 10.
    """
    cache = {}
    for name, block in params["decoder"].items():
        own, cross = block["self_attention"], block["cross_attention"]
        nothing = X[..., :0, :]  # (..., 0, d_model)
        cache[name] = {
            "K": split_heads(nothing @ own["W_K"], heads),
            "V": split_heads(nothing @ own["W_V"], heads),
            "cross_K": split_heads(X @ cross["W_K"], cross_heads),
            "cross_V": split_heads(X @ cross["W_V"], cross_heads),
        }
    return cache


def cached_decoder_block(Y, block, cache, heads, cross_heads, cross_mask=None):
    """Return what `decoder_block` makes of one new word, and the cache with that word in it.

    Shapes: Y (..., 1 word, d_model), cache as in `start_cache`, cross_mask (..., 1, m) boolean
    -> ((..., 1, d_model), a new cache with one key and value more). Lesson 10.
    """
    own, cross = block["self_attention"], block["cross_attention"]
    normed = layer_norm(Y, **block["norm_1"])  # (..., 1, d_model)
    K = np.concatenate([cache["K"], split_heads(normed @ own["W_K"], heads)], axis=-2)
    V = np.concatenate([cache["V"], split_heads(normed @ own["W_V"], heads)], axis=-2)
    gathered, _ = attention(split_heads(normed @ own["W_Q"], heads), K, V)
    Y = Y + merge_heads(gathered) @ own["W_O"]
    Q = split_heads(layer_norm(Y, **block["norm_2"]) @ cross["W_Q"], cross_heads)
    if cross_mask is not None:
        cross_mask = np.expand_dims(cross_mask, -3)  # (..., 1, 1, m)
    gathered, _ = attention(Q, cache["cross_K"], cache["cross_V"], cross_mask)
    Y = Y + merge_heads(gathered) @ cross["W_O"]
    Y = Y + feed_forward(layer_norm(Y, **block["norm_3"]), **block["feed_forward"])
    return Y, {**cache, "K": K, "V": V}


def decode_step(params, word, cache, heads=4, cross_heads=1, cross_mask=None):
    """Return the guess at the next word after one more word, and the cache that remembers it.

    Shapes: word (...) integers, cache from `start_cache` or the last step, cross_mask
    (..., 1, m) boolean -> (logits (..., target vocabulary), a new cache). The same numbers as
    the last row of `decode`, without doing the older words again. Lesson 10; Shazeer 2019,
    section 2.3.
    """
    position = next(iter(cache.values()))["K"].shape[-2]
    Y = embed(np.expand_dims(word, -1), params["target_embedding"], start=position)
    kept = {}
    for name, block in params["decoder"].items():
        Y, kept[name] = cached_decoder_block(Y, block, cache[name], heads, cross_heads, cross_mask)
    Y = layer_norm(Y, **params["decoder_norm"])
    return (Y @ params["W_out"])[..., 0, :], kept


def cached_greedy_decode(
    params, source, start, end, steps, heads=4, cross_heads=1, source_mask=None
):
    """Return the same words as `greedy_decode` for less work. Arguments and shapes as there."""
    X, _ = encode(params, source, heads, source_mask)
    cache = start_cache(params, X, heads, cross_heads)
    word, written = np.full(len(source), start), []
    while len(written) < steps and not (written and np.all(word == end)):
        logits, cache = decode_step(params, word, cache, heads, cross_heads, source_mask)
        word = np.where(word == end, end, np.argmax(logits, axis=-1))  # (B,)
        written.append(word)
    return np.stack(written, axis=1)
