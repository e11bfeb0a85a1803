"""The vectors that enter a translator's attention layers, so that one can attend by hand."""

from typing import NamedTuple

import numpy as np

from course_utils.data.vocabulary import START
from course_utils.model.masks import causal_mask
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.transformer import embed
from course_utils.model.transformer_block import decoder_block, encoder_block, layer_norm


class AttentionInputs(NamedTuple):
    """What each attention layer of a translator was given for one sentence.

    `english` are the m source tokens as they enter the self-attention of each encoder block,
    `french` the n + 1 steps of the decoder as they enter the cross-attention of each decoder
    block, both lists of arrays (tokens, d_model), one a block. `encoded` (m, d_model) is the
    source as every cross-attention reads it. Row t of `french` is the step that predicts target
    token t. Lesson 8.

    >>> AttentionInputs._fields
    ('english', 'french', 'encoded')
    """

    english: list[np.ndarray]
    french: list[np.ndarray]
    encoded: np.ndarray


def attention_inputs(translator, translation) -> AttentionInputs:
    """Return what the translator's attention layers were given when it made this translation.

    The layers' matrices are in `translator.params`. Lesson 8.
    """
    params, setting = translator.params, translator.setting
    source = translator.english.encode(translation.source)
    X, english = embed(np.asarray(source), params["source_embedding"]), []
    for block in params["encoder"].values():
        english.append(layer_norm(X, **block["norm_1"]))
        X, _ = encoder_block(X, block, setting.heads)
    X = layer_norm(X, **params["encoder_norm"])
    read = np.array([START, *translator.french.encode(translation.target)])
    Y, french, mask = embed(read, params["target_embedding"]), [], causal_mask(len(read))
    for block in params["decoder"].values():
        french.append(_before_cross_attention(Y, block, setting.heads, mask))
        Y, _, _ = decoder_block(Y, X, block, setting.heads, setting.cross_heads, mask)
    return AttentionInputs(english, french, X)


def _before_cross_attention(Y, block, heads, mask):
    """Return the target words after they have looked at themselves, normed: (n + 1, d_model)."""
    own = layer_norm(Y, **block["norm_1"])
    mixed, _ = multi_head_attention(own, own, **block["self_attention"], heads=heads, mask=mask)
    return layer_norm(Y + mixed, **block["norm_2"])
