"""Lesson 10's oracle: the whole transformer, one word and one head at a time."""

import math

import numpy as np

from course_utils.model.parameters import cast, transformer_parameters


def wave(position, column, d):
    """Return one number of a position's vector."""
    angle = position / 10000 ** (2 * (column // 2) / d)
    return math.sin(angle) if column % 2 == 0 else math.cos(angle)


def embedded(word, position, table):
    """Return the vector of one word at one position: (d,)."""
    d = table.shape[-1]
    return np.array([float(table[word, c]) * math.sqrt(d) + wave(position, c, d) for c in range(d)])


def normed(x, norm):
    """Return one word's features brought to mean 0 and variance 1, then rescaled: (d,)."""
    mean = math.fsum(x) / len(x)
    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in x) / len(x) + 1e-5)
    return np.array([(v - mean) / spread * g + b for v, g, b in zip(x, norm["gain"], norm["bias"])])


def thought(x, p):
    """Return one word passed through the feed-forward network: (d,)."""
    hidden = [max(0.0, float(sum_)) for sum_ in x @ p["W_1"].astype(float) + p["b_1"]]
    return np.array(hidden) @ p["W_2"].astype(float) + p["b_2"]


def one_head(query, keys, values, allowed):
    """Return what one query gathers from lists of keys and values, and its weights."""
    weights = np.zeros(len(keys))
    open_keys = [j for j in range(len(keys)) if allowed[j]]
    scores = {j: math.fsum(query * keys[j]) / math.sqrt(len(query)) for j in open_keys}
    best = max(scores.values(), default=0.0)
    total = math.fsum(math.exp(score - best) for score in scores.values())
    for j, score in scores.items():
        weights[j] = math.exp(score - best) / total
    return sum(w * v for w, v in zip(weights, values)), weights


def gathered(x, K, V, p, heads, allowed):
    """Return what all heads of one word gather, mixed by W_O, and their weights (heads, m).

    K and V are lists with (d,) for each word that answers, projected already.
    """
    width = p["W_Q"].shape[1] // heads
    mixed, weights = [], []
    for h in range(heads):
        cut = slice(h * width, (h + 1) * width)
        query = x @ p["W_Q"][:, cut].astype(float)
        found = one_head(query, [k[cut] for k in K], [v[cut] for v in V], allowed)
        mixed.append(found[0])
        weights.append(found[1])
    return np.concatenate(mixed) @ p["W_O"].astype(float), np.array(weights)


def attended(words, answering, p, heads, allowed):
    """Return what each of n words gathers from m others, and the weights (heads, n, m)."""
    K = [x @ p["W_K"].astype(float) for x in answering]
    V = [x @ p["W_V"].astype(float) for x in answering]
    found = [gathered(x, K, V, p, heads, allowed[i]) for i, x in enumerate(words)]
    return [out for out, _ in found], np.stack([weights for _, weights in found], axis=1)


def encode_sentence(params, words, heads, allowed):
    """Return one encoded sentence (m, d) and a list of weights (heads, m, m)."""
    X = [embedded(word, i, params["source_embedding"]) for i, word in enumerate(words)]
    all_weights = []
    for block in params["encoder"].values():
        before = [normed(x, block["norm_1"]) for x in X]
        mixed, weights = attended(before, before, block["attention"], heads, allowed)
        X = [x + more for x, more in zip(X, mixed)]
        X = [x + thought(normed(x, block["norm_2"]), block["feed_forward"]) for x in X]
        all_weights.append(weights)
    return np.array([normed(x, params["encoder_norm"]) for x in X]), all_weights


def decode_sentence(params, words, X, heads, cross_heads, allowed, cross_allowed):
    """Return logits (n, V) and two lists of weights for one target read beside X (m, d)."""
    Y = [embedded(word, i, params["target_embedding"]) for i, word in enumerate(words)]
    X = list(X.astype(float))
    all_weights, all_cross = [], []
    for block in params["decoder"].values():
        before = [normed(y, block["norm_1"]) for y in Y]
        mixed, weights = attended(before, before, block["self_attention"], heads, allowed)
        Y = [y + more for y, more in zip(Y, mixed)]
        before = [normed(y, block["norm_2"]) for y in Y]
        mixed, cross = attended(before, X, block["cross_attention"], cross_heads, cross_allowed)
        Y = [y + more for y, more in zip(Y, mixed)]
        Y = [y + thought(normed(y, block["norm_3"]), block["feed_forward"]) for y in Y]
        all_weights.append(weights)
        all_cross.append(cross)
    return np.array([logits_of(params, y) for y in Y]), all_weights, all_cross


def logits_of(params, y):
    """Return the guess of one decoded word: (V,)."""
    return normed(y, params["decoder_norm"]) @ params["W_out"].astype(float)


def stacked(lead, one, dtype):
    """Return nested results of `one(index)` for every index of the leading axes, stacked."""
    found = [one(index) for index in np.ndindex(*lead)]
    return _join(found, lead, dtype)


def _join(parts, lead, dtype):
    if isinstance(parts[0], (tuple, list)):
        return type(parts[0])(_join(group, lead, dtype) for group in zip(*parts))
    return np.reshape(np.stack(parts), (*lead, *np.shape(parts[0]))).astype(dtype)


def open_to(mask, lead, n, m):
    """Return a mask, or everything where there is none, with all its axes: (*lead, n, m)."""
    return np.broadcast_to(True if mask is None else mask, (*lead, n, m))


def encode_oracle(params, source, heads=4, mask=None):
    """Encode sentence by sentence."""
    *lead, m = source.shape
    allowed = open_to(mask, lead, m, m)
    dtype = params["W_out"].dtype
    return stacked(lead, lambda i: encode_sentence(params, source[i], heads, allowed[i]), dtype)


def decode_oracle(params, target, X, heads=4, cross_heads=1, mask=None, cross_mask=None):
    """Decode sentence by sentence; without a mask no word sees a later one."""
    (*lead, n), m = target.shape, X.shape[-2]
    causal = [[j <= i for j in range(n)] for i in range(n)]
    allowed = open_to(causal if mask is None else mask, lead, n, n)
    crossing = open_to(cross_mask, lead, n, m)

    def one(i):
        return decode_sentence(params, target[i], X[i], heads, cross_heads, allowed[i], crossing[i])

    return stacked(lead, one, params["W_out"].dtype)


def transformer_oracle(params, source, target, heads=4, cross_heads=1, source_mask=None):
    """Encode, then decode beside it."""
    X, encoder = encode_oracle(params, source, heads, source_mask)
    logits, own, cross = decode_oracle(
        params, target, X, heads, cross_heads, cross_mask=source_mask
    )
    return logits, {"encoder": encoder, "decoder": own, "cross": cross}


def random_params(rng, source_words, target_words, d_model=8, blocks=(2, 1), dtype="float64"):
    """Return parameters of an untrained model in which no gain is 1 and no bias is 0."""
    params = transformer_parameters(rng, source_words, target_words, d_model, d_model + 3, *blocks)
    return cast(_shaken(rng, params), np.dtype(dtype))


def _shaken(rng, tree):
    return {
        name: _shaken(rng, part)
        if isinstance(part, dict)
        else part + rng.normal(0, 0.2, part.shape)
        for name, part in tree.items()
    }
