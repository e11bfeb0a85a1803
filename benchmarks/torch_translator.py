"""The peer: the transformer of course_utils.model in PyTorch, with our parameters by path.

`p` maps paths such as "encoder/block_1/attention/W_Q" to tensors.
"""

import torch
import torch.nn.functional as F

from course_utils.model.positions import sinusoidal_positions


def leaves(tree, path=""):
    """Yield (path, array) for every array in nested dicts."""
    for key, item in tree.items():
        if isinstance(item, dict):
            yield from leaves(item, f"{path}{key}/")
        else:
            yield f"{path}{key}", item


def attend(p, name, x_q, x_kv, heads, causal):
    """Return PyTorch's own attention kernel between our matrices."""
    q, k, v = (
        (x @ p[f"{name}/{w}"]).unflatten(-1, (heads, -1)).transpose(1, 2)
        for x, w in ((x_q, "W_Q"), (x_kv, "W_K"), (x_kv, "W_V"))
    )
    out = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    return out.transpose(1, 2).flatten(2) @ p[f"{name}/W_O"]


def norm(p, name, x):
    """Return PyTorch's layer norm with our gain and bias."""
    return F.layer_norm(x, x.shape[-1:], p[f"{name}/gain"], p[f"{name}/bias"])


def feed_forward(p, name, x):
    """Return PyTorch's two linear layers with our matrices."""
    hidden = F.relu(F.linear(x, p[f"{name}/W_1"].T, p[f"{name}/b_1"]))
    return F.linear(hidden, p[f"{name}/W_2"].T, p[f"{name}/b_2"])


def embed(table, ids):
    """Return scaled embeddings plus sinusoidal positions."""
    places = torch.tensor(sinusoidal_positions(ids.shape[-1], table.shape[-1]), dtype=table.dtype)
    return F.embedding(ids, table) * table.shape[-1] ** 0.5 + places


def translator(p, source, target, heads, cross_heads, blocks=2):
    """Return the logits (B, n, V) of the pre-norm transformer."""
    x = embed(p["source_embedding"], source)
    for i in range(1, blocks + 1):
        b = f"encoder/block_{i}"
        normed = norm(p, f"{b}/norm_1", x)
        x = x + attend(p, f"{b}/attention", normed, normed, heads, False)
        x = x + feed_forward(p, f"{b}/feed_forward", norm(p, f"{b}/norm_2", x))
    x = norm(p, "encoder_norm", x)
    y = embed(p["target_embedding"], target)
    for i in range(1, blocks + 1):
        b = f"decoder/block_{i}"
        normed = norm(p, f"{b}/norm_1", y)
        y = y + attend(p, f"{b}/self_attention", normed, normed, heads, True)
        y = y + attend(p, f"{b}/cross_attention", norm(p, f"{b}/norm_2", y), x, cross_heads, False)
        y = y + feed_forward(p, f"{b}/feed_forward", norm(p, f"{b}/norm_3", y))
    return norm(p, "decoder_norm", y) @ p["W_out"]
