"""A transformer as a beginner writes it: plain NumPy, with loops, in-place sums and no tricks.

Not a test: `test_learners_code.py` trains it.
"""

import numpy as np


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    e /= e.sum(axis=-1, keepdims=True)
    return e


def attention(Q, K, V, mask=None):
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = softmax(scores)
    return weights @ V, weights


def multi_head_attention(X_Q, X_KV, p, heads, mask=None):
    B, n, d = X_Q.shape
    m = X_KV.shape[1]
    Q = (X_Q @ p["W_Q"]).reshape(B, n, heads, d // heads).transpose(0, 2, 1, 3)
    K = (X_KV @ p["W_K"]).reshape(B, m, heads, d // heads).transpose(0, 2, 1, 3)
    V = (X_KV @ p["W_V"]).reshape(B, m, heads, d // heads).transpose(0, 2, 1, 3)
    if mask is not None:
        mask = mask[:, None] if mask.ndim == 3 else mask
    out, weights = attention(Q, K, V, mask)
    return out.transpose(0, 2, 1, 3).reshape(B, n, d) @ p["W_O"], weights


def layer_norm(x, p):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(var + 1e-5) * p["gain"] + p["bias"]


def feed_forward(x, p):
    return np.maximum(0, x @ p["W_1"] + p["b_1"]) @ p["W_2"] + p["b_2"]


def positions(n, d):
    out = np.zeros((n, d))
    for i in range(0, d, 2):
        out[:, i] = np.sin(np.arange(n) / 10000 ** (i / d))
        out[:, i + 1] = np.cos(np.arange(n) / 10000 ** (i / d))
    return out


def embed(table, ids):
    x = table[ids] * np.sqrt(table.shape[-1])
    x += positions(ids.shape[1], table.shape[1])
    return x


def transformer(params, source, target, heads=4, cross_heads=1, source_mask=None):
    all_weights = {"encoder": [], "decoder": [], "cross": []}
    x = embed(params["source_embedding"], source)
    for block in params["encoder"].values():
        h = layer_norm(x, block["norm_1"])
        h, w = multi_head_attention(h, h, block["attention"], heads, source_mask)
        all_weights["encoder"].append(w)
        x = x + h
        x = x + feed_forward(layer_norm(x, block["norm_2"]), block["feed_forward"])
    x = layer_norm(x, params["encoder_norm"])
    causal = np.tril(np.ones((target.shape[1], target.shape[1]))) == 1
    y = embed(params["target_embedding"], target)
    for block in params["decoder"].values():
        h = layer_norm(y, block["norm_1"])
        h, w = multi_head_attention(h, h, block["self_attention"], heads, causal)
        all_weights["decoder"].append(w)
        y = y + h
        h = layer_norm(y, block["norm_2"])
        h, w = multi_head_attention(h, x, block["cross_attention"], cross_heads, source_mask)
        all_weights["cross"].append(w)
        y = y + h
        y = y + feed_forward(layer_norm(y, block["norm_3"]), block["feed_forward"])
    y = layer_norm(y, params["decoder_norm"])
    return y @ params["W_out"], all_weights


def cross_entropy(logits, targets, keep):
    log_p = logits - np.max(logits, axis=-1, keepdims=True)
    log_p = log_p - np.log(np.sum(np.exp(log_p), axis=-1, keepdims=True))
    total = 0
    B, n = targets.shape
    picked = log_p[np.arange(B)[:, None], np.arange(n), targets]
    total += np.sum(picked * keep)
    return -total / np.sum(keep)
