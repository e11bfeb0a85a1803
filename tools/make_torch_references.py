"""Make tests/data/torch_references.npz: gradients that PyTorch computes, in float64.

PyTorch is needed here only, so it gets an environment of its own. From the root of the repository:

    python -m venv .torchvenv
    .torchvenv/bin/pip install torch==2.13.0 numpy
    PYTHONPATH=. .torchvenv/bin/python tools/make_torch_references.py

Stored for each operation: `name/in_0`, ... the arguments, `name/out`, and `name/grad_0`, ... the
gradients of sum(out * cos(1 + 0, 1, 2, ...)). Stored for the translator: its parameters, a batch,
the loss, and the gradient of every parameter.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from benchmarks.torch_translator import leaves, translator
from course_utils.model.parameters import transformer_parameters

TARGET = Path(__file__).parent.parent / "tests" / "data" / "torch_references.npz"
MASK = torch.tensor([[True, False, True, True], [True, True, False, False], [True] * 4])
IDS = torch.tensor([[0, 2, 2], [1, 1, 0]])
ANY, PAIR = [(3, 4)], [(3, 4), (3, 4)]

OPERATIONS = {
    "add": (torch.add, [(3, 4), (4,)]),
    "subtract": (torch.sub, [(4,), (3, 4)]),
    "multiply": (torch.mul, [(3, 1), (1, 4)]),
    "divide": (torch.div, [(3, 4), (3, 1)]),
    "power": (torch.pow, PAIR),
    "maximum": (torch.maximum, PAIR),
    "minimum": (torch.minimum, PAIR),
    "logaddexp": (torch.logaddexp, PAIR),
    **{
        name: (getattr(torch, name), ANY)
        for name in (
            *("absolute", "arctan", "cos", "cosh", "exp", "exp2", "expm1", "log", "log10"),
            *("log1p", "log2", "negative", "reciprocal", "sin", "sinh", "sqrt", "square", "tan"),
            *("tanh", "tril", "triu"),
        )
    },
    "clip": (lambda x: torch.clip(x, 0.8, 1.2), ANY),
    "where": (lambda x, y: torch.where(MASK, x, y), PAIR),
    "sum": (lambda x: torch.sum(x, 1), [(2, 3, 4)]),
    "mean": (lambda x: torch.mean(x, (0, 2), keepdim=True), [(2, 3, 4)]),
    "prod": (lambda x: torch.prod(x, -1), ANY),
    "max": (lambda x: torch.amax(x, -1), ANY),
    "min": (lambda x: torch.amin(x, 0), ANY),
    "var": (lambda x: torch.var(x, -1, unbiased=False), ANY),
    "std": (lambda x: torch.std(x, 0, unbiased=True), ANY),
    "cumsum": (lambda x: torch.cumsum(x, 1), ANY),
    "norm": (lambda x: torch.linalg.norm(x, dim=-1), ANY),
    "matmul": (torch.matmul, [(2, 3, 4), (4, 5)]),
    "matmul of batches": (torch.matmul, [(2, 1, 3, 4), (3, 4, 2)]),
    "outer": (torch.outer, [(3,), (4,)]),
    "einsum": (lambda x, y: torch.einsum("bqd,bkd->bqk", x, y), [(2, 3, 4), (2, 5, 4)]),
    "tensordot": (lambda x, y: torch.tensordot(x, y, 2), [(2, 3, 4), (3, 4, 2)]),
    "trace": (torch.trace, [(4, 4)]),
    "diagonal": (torch.diagonal, [(4, 4)]),
    "reshape": (lambda x: torch.reshape(x, (2, 6)), ANY),
    "transpose": (lambda x: torch.permute(x, (1, 2, 0)), [(2, 3, 4)]),
    "swapaxes": (lambda x: torch.swapaxes(x, -1, -2), [(2, 3, 4)]),
    "moveaxis": (lambda x: torch.moveaxis(x, 0, -1), [(2, 3, 4)]),
    "expand_dims": (lambda x: torch.unsqueeze(x, 1), ANY),
    "squeeze": (torch.squeeze, [(3, 1, 4)]),
    "broadcast_to": (lambda x: torch.broadcast_to(x, (2, 3, 4)), [(3, 1)]),
    "flip": (lambda x: torch.flip(x, (1,)), ANY),
    "roll": (lambda x: torch.roll(x, 1, -1), ANY),
    "tile": (lambda x: torch.tile(x, (2, 3)), ANY),
    "repeat": (lambda x: torch.repeat_interleave(x, 2, 1), ANY),
    "concatenate": (lambda x, y: torch.concatenate([x, y], -1), [(3, 4), (3, 2)]),
    "stack": (lambda x, y: torch.stack([x, y], 1), PAIR),
    "split": (lambda x: torch.split(x, 2, 1)[1], ANY),
    "index": (lambda x: x[:, 1::2], ANY),
    "index with integers": (lambda x: x[IDS], ANY),
    "index with a mask": (lambda x: x[MASK], ANY),
    "take": (lambda x: torch.index_select(x, 1, IDS[0]), ANY),
    "take_along_axis": (lambda x: torch.take_along_dim(x, IDS.T, 1), [(3, 4)]),
    "softmax": (lambda x: torch.softmax(x, -1), [(2, 3, 4)]),
    "layer_norm": (lambda x, g, b: F.layer_norm(x, (4,), g, b), [(2, 3, 4), (4,), (4,)]),
    "cross_entropy": (
        lambda x: F.cross_entropy(x.flatten(0, 1), IDS.flatten(), label_smoothing=0.1),
        [(2, 3, 4)],
    ),
    "embedding": (lambda x: F.embedding(IDS, x), [(5, 4)]),
    "attention": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, attn_mask=MASK),
        [(2, 2, 3, 5), (2, 2, 4, 5), (2, 2, 4, 6)],
    ),
}


def operation_references(rng):
    """Return name/in_i, name/out and name/grad_i for every operation."""
    stored = {}
    for name, (function, shapes) in OPERATIONS.items():
        arrays = [torch.tensor(rng.uniform(0.5, 1.5, shape)).requires_grad_() for shape in shapes]
        out = function(*arrays)
        factors = torch.cos(1 + torch.arange(out.numel(), dtype=torch.float64)).reshape(out.shape)
        (out * factors).sum().backward()
        stored[f"{name}/out"] = out.detach().numpy()
        for i, array in enumerate(arrays):
            stored[f"{name}/in_{i}"] = array.detach().numpy()
            stored[f"{name}/grad_{i}"] = array.grad.numpy()
    return stored


def translator_references(rng):
    """Return a small 2 + 2 translator, a batch, its loss and all its gradients."""
    params = transformer_parameters(rng, 11, 13, 8, 12, encoder_blocks=2, decoder_blocks=2)
    p = {path: torch.tensor(array + 0.1 * rng.normal(size=array.shape)).requires_grad_()
         for path, array in leaves(params)}  # fmt: skip
    source, target = rng.integers(0, 11, (3, 5)), rng.integers(0, 13, (3, 7))
    logits = translator(p, torch.tensor(source), torch.tensor(target[:, :-1]), 4, 2)
    expected = torch.tensor(np.where(target[:, 1:] == 0, -100, target[:, 1:]))  # 0 is padding
    loss = F.cross_entropy(logits.flatten(0, 1), expected.flatten(), label_smoothing=0.1)
    loss.backward()
    stored = {"batch/source": source, "batch/target": target, "batch/loss": loss.detach().numpy()}
    for path, array in p.items():
        stored[f"translator/{path}/value"] = array.detach().numpy()
        stored[f"translator/{path}/grad"] = array.grad.numpy()
    return stored


if __name__ == "__main__":
    generator = np.random.default_rng(2017)
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        TARGET, **operation_references(generator), **translator_references(generator)
    )
    print(TARGET.name, TARGET.stat().st_size, "bytes")
