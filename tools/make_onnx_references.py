"""Extract the reference cases of ONNX's `Attention` operator that our `attention` can state.

Run with a Python that has `onnx` (tests/data/README.md names the version):
`python tools/make_onnx_references.py`. Writes tests/data/onnx_attention.npz and prints every
case left out with the reason, which tests/data/README.md sums up.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases

TARGET = Path(__file__).parents[1] / "tests" / "data" / "onnx_attention.npz"

# What a case may say; the test turns all of it into Q, K, V and a boolean mask.
INPUTS = {"Q", "K", "V", "attn_mask", "past_key", "past_value"}
ATTRIBUTES = {"scale", "is_causal", "q_num_heads", "kv_num_heads", "qk_matmul_output_mode"}
WEIGHTS_MODE = 3  # the optional second output holds what comes after the softmax


def read_case(case):
    """Return the inputs, the outputs and the attributes of a case, each a dict by name."""
    node = case.model.graph.node[0]
    given, expected = case.data_sets[0]
    inputs = dict(zip((name for name in node.input if name), given))
    outputs = dict(zip((name for name in node.output if name), expected))
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return inputs, outputs, attributes


def reason_to_leave_out(inputs, outputs, attributes):
    """Return why the case is out of scope, or None."""
    if inputs["Q"].dtype != np.float32:
        return "half precision"
    unknown = (set(inputs) - INPUTS) | (set(attributes) - ATTRIBUTES)
    if unknown:
        return ", ".join(sorted(unknown))
    if attributes.get("q_num_heads") != attributes.get("kv_num_heads"):
        return "keys shared by several heads"
    if inputs["Q"].ndim == 4 and inputs["Q"].shape[1] != inputs["K"].shape[1]:
        return "keys shared by several heads"
    if inputs["Q"].ndim == 3 and (set(inputs) - {"Q", "K", "V"} or "scale" in attributes):
        return "3-D (heads side by side), otherwise as a 4-D case"
    if "qk_matmul_output" in outputs and attributes.get("qk_matmul_output_mode") != WEIGHTS_MODE:
        return "shows scores, output as in another case"
    return None


def main():
    """Write the file and print what was left out."""
    arrays, left_out = {}, {}
    for case in collect_testcases("Attention"):
        if case.name.endswith("_expanded"):  # the same case, computed by simpler operators
            continue
        inputs, outputs, attributes = read_case(case)
        reason = reason_to_leave_out(inputs, outputs, attributes)
        if reason:
            left_out.setdefault(reason, []).append(case.name)
            continue
        kept = {**inputs, **attributes, "Y": outputs["Y"]}
        if "qk_matmul_output" in outputs:
            kept["weights"] = outputs["qk_matmul_output"]
        name = case.name.removeprefix("test_attention_")
        arrays |= {f"{name}/{key}": np.asarray(value) for key, value in kept.items()}
    np.savez_compressed(TARGET, **arrays)
    cases = {key.split("/")[0] for key in arrays}
    print(f"onnx {onnx.__version__}: {len(cases)} cases, {TARGET.stat().st_size} bytes")
    for reason, names in sorted(left_out.items()):
        print(f"{len(names):3} left out: {reason}: {', '.join(names)}")


if __name__ == "__main__":
    main()
