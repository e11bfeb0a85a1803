"""The vectors that enter attention give the weights that the translator reports."""

import numpy as np
import pytest

from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.training.attention_inputs import attention_inputs
from course_utils.training.shipped import load_translator


@pytest.mark.parametrize("name", ["clean", "messy"])
@pytest.mark.parametrize("sentence", ["The cat sat on the mat.", "The old goat hid under the bed."])
def test_every_layer_gives_its_reported_weights(name, sentence):
    translator = load_translator(name)
    translation, setting = translator.translate(sentence), translator.setting
    inputs = attention_inputs(translator, translation)
    for kind, part, heads in (
        ("encoder", "attention", setting.heads),
        ("cross", "cross_attention", setting.cross_heads),
    ):
        blocks = translator.params["decoder" if kind == "cross" else "encoder"].values()
        asking = inputs.french if kind == "cross" else inputs.english
        assert len(asking) == len(blocks) == len(translation.weights[kind])
        for block, Y, reported in zip(blocks, asking, translation.weights[kind]):
            X = inputs.encoded if kind == "cross" else Y
            _, weights = multi_head_attention(Y, X, **block[part], heads=heads)
            np.testing.assert_allclose(weights, reported, rtol=0, atol=1e-12)
