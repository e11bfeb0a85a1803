"""The pieces of the model against stored values of PyTorch's own modules, in float64."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.attention_backward import attention_backward
from course_utils.model.chunked_attention import chunked_attention
from course_utils.model.cross_entropy import cross_entropy
from course_utils.model.masks import causal_mask
from course_utils.model.multi_head_attention import multi_head_attention
from course_utils.model.transformer_block import decoder_block, encoder_block, layer_norm

STORED = np.load(Path(__file__).parents[1] / "data" / "torch_model.npz")


def read(piece):
    return {key.split("/")[1]: STORED[key] for key in STORED.files if key.startswith(f"{piece}/")}


def assert_equal(ours, theirs):
    assert np.shape(ours) == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-12


def matrices(stored, prefix=""):
    """PyTorch keeps W_Q, W_K, W_V in one matrix, and every matrix the other way round."""
    W_Q, W_K, W_V = np.split(stored[f"{prefix}in_proj_weight"], 3)
    W_O = stored[f"{prefix}out_proj.weight"]
    return {"W_Q": W_Q.T, "W_K": W_K.T, "W_V": W_V.T, "W_O": W_O.T}


def block(stored):
    """Return a layer of PyTorch as our nested dict."""
    parts = {
        "feed_forward": {
            "W_1": stored["linear1.weight"].T,
            "b_1": stored["linear1.bias"],
            "W_2": stored["linear2.weight"].T,
            "b_2": stored["linear2.bias"],
        }
    }
    for i in "123":
        if f"norm{i}.weight" in stored:
            parts[f"norm_{i}"] = {
                "gain": stored[f"norm{i}.weight"],
                "bias": stored[f"norm{i}.bias"],
            }
    if "multihead_attn.in_proj_weight" in stored:
        parts["self_attention"] = matrices(stored, "self_attn.")
        parts["cross_attention"] = matrices(stored, "multihead_attn.")
    else:
        parts["attention"] = matrices(stored, "self_attn.")
    return parts


@pytest.mark.parametrize("case", ["plain", "masked", "causal"])
def test_scaled_dot_product_attention(case):
    s = read(f"sdpa_{case}")
    mask = causal_mask(5)[:4] if case == "causal" else s.get("mask")
    output, weights = attention(s["Q"], s["K"], s["V"], mask)
    assert_equal(output, s["output"])
    assert_equal(chunked_attention(s["Q"], s["K"], s["V"], mask, key_chunk=2), s["output"])
    gradients = attention_backward(s["d_out"], s["Q"], s["K"], s["V"], weights)
    for ours, name in zip(gradients, ("dQ", "dK", "dV")):
        assert_equal(ours, s[name])


def test_multi_head_attention():
    s = read("multi_head")
    mask = s["mask"] & s["padding"][:, None, :]
    output, weights = multi_head_attention(s["X_Q"], s["X_KV"], **matrices(s), heads=3, mask=mask)
    assert_equal(output, s["output"])
    assert_equal(weights, s["weights"])


def test_layer_norm():
    s = read("layer_norm")
    assert_equal(layer_norm(s["X"], s["weight"], s["bias"]), s["output"])


@pytest.mark.parametrize("norm_first", [True, False])
def test_encoder_block(norm_first):
    s = read("encoder_pre" if norm_first else "encoder_post")
    output, _ = encoder_block(s["X"], block(s), 3, s["mask"], norm_first=norm_first)
    assert_equal(output, s["output"])


def test_decoder_block():
    s = read("decoder_pre")
    output, _, _ = decoder_block(s["Y"], s["X"], block(s), 3, 3, causal_mask(4), s["cross_mask"])
    assert_equal(output, s["output"])


def test_cross_entropy():
    s = read("cross_entropy")
    assert_equal(cross_entropy(s["logits"], s["targets"], s["keep"]), s["loss"])
