"""Store what PyTorch computes for the pieces of the model, so that tests need no PyTorch.

Run with a Python that has `torch` (tests/data/README.md names the version):
`python tools/make_torch_model_references.py`. Writes tests/data/torch_model.npz: for each piece
its inputs, its parameters in PyTorch's own layout and its outputs, all float64.
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, scaled_dot_product_attention

TARGET = Path(__file__).parents[1] / "tests" / "data" / "torch_model.npz"
B, HEADS, N, M, D, FF = 2, 3, 4, 5, 6, 7


def random(*shape):
    """Return a float64 tensor of normal numbers from PyTorch's seeded generator."""
    return torch.randn(*shape, dtype=torch.float64)


def random_mask(*shape):
    """Return a boolean mask, True = may attend, in which every query may see the first key."""
    mask = torch.rand(*shape) < 0.6
    mask[..., 0] = True
    return mask


def randomised(module):
    """Return the module in float64, every parameter random, attention's biases zero.

    The layers start from gains of one and biases of zero, which would hide a wrong use of them;
    our attention has no biases.
    """
    module = module.double().eval()
    for name, parameter in module.named_parameters():
        no_bias = "in_proj_bias" in name or "out_proj.bias" in name
        parameter.data = torch.zeros_like(parameter) if no_bias else random(*parameter.shape)
    return module


def dot_product_attention():
    """Return cases of scaled_dot_product_attention with its gradients."""
    cases = {}
    masks = {"plain": None, "masked": random_mask(B, 1, N, M), "causal": "causal"}
    for name, mask in masks.items():
        Q, K = random(B, HEADS, N, D).requires_grad_(), random(B, HEADS, M, D).requires_grad_()
        V = random(B, HEADS, M, D + 1).requires_grad_()
        causal = mask == "causal" if isinstance(mask, str) else False
        output = scaled_dot_product_attention(
            Q, K, V, attn_mask=None if causal else mask, is_causal=causal
        )
        d_out = random(*output.shape)
        output.backward(d_out)
        arrays = {"Q": Q, "K": K, "V": V, "output": output, "d_out": d_out}
        arrays |= {"dQ": Q.grad, "dK": K.grad, "dV": V.grad}
        if name == "masked":
            arrays["mask"] = mask
        cases |= {f"sdpa_{name}/{key}": value for key, value in arrays.items()}
    return cases


def multi_head():
    """Return a case of MultiheadAttention over another sentence, with padding and a mask."""
    module = randomised(nn.MultiheadAttention(D, HEADS, bias=False, batch_first=True))
    X_Q, X_KV = random(B, N, D), random(B, M, D)
    mask = random_mask(N, M)
    padding = torch.tensor([[True] * M, [True] * (M - 2) + [False] * 2])  # True = a word
    output, weights = module(
        X_Q,
        X_KV,
        X_KV,
        attn_mask=~mask,
        key_padding_mask=~padding,
        need_weights=True,
        average_attn_weights=False,
    )
    arrays = {"X_Q": X_Q, "X_KV": X_KV, "mask": mask, "padding": padding}
    arrays |= {"output": output, "weights": weights, **dict(module.named_parameters())}
    return {f"multi_head/{key}": value for key, value in arrays.items()}


def layer_norm():
    """Return a case of LayerNorm."""
    module, X = randomised(nn.LayerNorm(D)), random(B, N, D)
    arrays = {"X": X, "output": module(X), **dict(module.named_parameters())}
    return {f"layer_norm/{key}": value for key, value in arrays.items()}


def blocks():
    """Return a case each of both encoder layers and of the pre-norm decoder layer."""
    sizes = {"d_model": D, "nhead": HEADS, "dim_feedforward": FF, "dropout": 0.0}
    sizes["batch_first"] = True
    mask, X, Y = random_mask(M, M), random(B, M, D), random(B, N, D)
    cases = {}
    for name, norm_first in (("encoder_pre", True), ("encoder_post", False)):
        module = randomised(nn.TransformerEncoderLayer(**sizes, norm_first=norm_first))
        arrays = {"X": X, "mask": mask, "output": module(X, src_mask=~mask)}
        arrays |= dict(module.named_parameters())
        cases |= {f"{name}/{key}": value for key, value in arrays.items()}
    module = randomised(nn.TransformerDecoderLayer(**sizes, norm_first=True))
    causal, cross_mask = torch.ones(N, N).tril().bool(), random_mask(N, M)
    output = module(Y, X, tgt_mask=~causal, memory_mask=~cross_mask)
    arrays = {"X": X, "Y": Y, "cross_mask": cross_mask, "output": output}
    arrays |= dict(module.named_parameters())
    return cases | {f"decoder_pre/{key}": value for key, value in arrays.items()}


def loss():
    """Return a case of cross_entropy in which some words are padding."""
    logits, targets = 3 * random(B, N, D), torch.randint(D, (B, N))
    keep = torch.tensor([[True] * N, [True] * (N - 2) + [False] * 2])
    ignored = torch.where(keep, targets, -100)
    value = cross_entropy(logits.reshape(-1, D), ignored.reshape(-1), ignore_index=-100)
    arrays = {"logits": logits, "targets": targets, "keep": keep, "loss": value}
    return {f"cross_entropy/{key}": value for key, value in arrays.items()}


def main():
    """Write the file."""
    torch.manual_seed(0)
    tensors = {**dot_product_attention(), **multi_head(), **layer_norm(), **blocks(), **loss()}
    np.savez_compressed(TARGET, **{key: t.detach().numpy() for key, t in tensors.items()})
    print(f"torch {torch.__version__}: {len(tensors)} arrays, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
