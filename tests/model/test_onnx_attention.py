"""`attention` against the published reference cases of ONNX's Attention operator."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.model.attention import attention
from course_utils.model.chunked_attention import chunked_attention
from course_utils.model.multi_head_attention import merge_heads, split_heads

STORED = np.load(Path(__file__).parents[1] / "data" / "onnx_attention.npz")
CASES = sorted({key.split("/")[0] for key in STORED.files})


def read(case):
    return {key.split("/")[1]: STORED[key] for key in STORED.files if key.split("/")[0] == case}


def boolean_mask(case, n, m):
    """Return where the case lets a query attend: its mask's False or -inf, and the causal edge.

    ONNX aligns the causal edge so that the first query sees all cached keys and one more.
    """
    given = case.get("attn_mask", np.ones((n, m), dtype=bool))
    allowed = given if given.dtype == bool else np.isfinite(given)
    if case.get("is_causal"):
        cached = case["past_key"].shape[-2] if "past_key" in case else 0
        allowed = allowed & np.tril(np.ones((n, m), dtype=bool), k=cached)
    return allowed


def with_bias(Q, K, case):
    """Return Q and K whose scaled dot product also holds the case's scale and additive mask.

    A bias b on the score of query i and key j is one more feature per key: b[i] for the query,
    a one-hot vector for the key. The two factors undo that 1/sqrt(d_k) sees longer vectors.
    """
    d_k = Q.shape[-1]
    scale = case.get("scale", 1 / np.sqrt(d_k))
    given = case.get("attn_mask", np.zeros((), dtype=bool))
    if given.dtype == bool:
        return Q * (scale * np.sqrt(d_k)), K
    n, m = Q.shape[-2], K.shape[-2]
    bias = np.broadcast_to(np.where(np.isfinite(given), given, 0), (*Q.shape[:-2], n, m))
    one_hot = np.broadcast_to(np.eye(m), (*K.shape[:-2], m, m))
    root = np.sqrt(d_k + m)
    return (
        np.concatenate([Q * (scale * root), bias * root], axis=-1),
        np.concatenate([K, one_hot], axis=-1),
    )


def as_ours(case):
    """Return a case as Q, K, V and a boolean mask, in float64 and with the heads apart."""
    Q, K, V = (case[name].astype(np.float64) for name in "QKV")
    if Q.ndim == 3:
        Q, K, V = (
            split_heads(A, int(case[heads]))
            for A, heads in ((Q, "q_num_heads"), (K, "kv_num_heads"), (V, "kv_num_heads"))
        )
    if "past_key" in case:
        K = np.concatenate([case["past_key"], K], axis=-2)
        V = np.concatenate([case["past_value"], V], axis=-2)
    mask = boolean_mask(case, Q.shape[-2], K.shape[-2])
    Q, K = with_bias(Q, K, case)
    return Q, K, V, mask


def test_the_stored_cases_are_enough():
    four = [case for case in CASES if STORED[f"{case}/Q"].ndim == 4]
    masks = {str(STORED[f"{case}/attn_mask"].dtype) for case in four if "mask" in case}
    assert len(four) >= 12
    assert masks == {"bool", "float32"}
    assert any(bool(STORED[f"{case}/is_causal"]) for case in four if "causal" in case)
    assert any(STORED[f"{case}/V"].shape[-1] != STORED[f"{case}/K"].shape[-1] for case in four)


@pytest.mark.parametrize("name", CASES)
def test_onnx_case(name):
    case = read(name)
    Q, K, V, mask = as_ours(case)
    output, weights = attention(Q, K, V, mask)
    if case["Q"].ndim == 3:
        output = merge_heads(output)
    np.testing.assert_allclose(output, case["Y"], rtol=1e-5, atol=1e-6)
    if "weights" in case:
        np.testing.assert_allclose(weights, case["weights"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_onnx_case_in_chunks(name):
    case = read(name)
    output = chunked_attention(*as_ours(case), query_chunk=3, key_chunk=4)
    if case["Q"].ndim == 3:
        output = merge_heads(output)
    np.testing.assert_allclose(output, case["Y"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["4d", "4d_causal", "4d_attn_mask_bool", "4d_diff_heads_sizes"])
def test_onnx_case_as_it_stands_in_float32(name):
    case = read(name)
    mask = boolean_mask(case, case["Q"].shape[-2], case["K"].shape[-2])
    output, _ = attention(case["Q"], case["K"], case["V"], mask)
    assert output.dtype == np.float32
    np.testing.assert_allclose(output, case["Y"], rtol=1e-5, atol=1e-6)
