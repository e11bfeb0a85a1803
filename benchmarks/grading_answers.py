"""Honest answers to the exercises of lesson 2, as a class of learners writes them.

About half are right, each written in its own way; the others are blank or make one of the
mistakes that the checks know by name.
"""

STUB = "    raise NotImplementedError('not written yet')"
SOFTMAX = "def softmax(x, axis=-1):\n"
SOFTMAX_BODIES = {
    "right": "    e = np.exp(x - x.max(axis=axis, keepdims=True))\n"
    "    return e / e.sum(axis=axis, keepdims=True)",
    "right, by logarithms": "    top = np.max(x, axis=axis, keepdims=True)\n"
    "    logs = x - top\n"
    "    return np.exp(logs - np.log(np.sum(np.exp(logs), axis=axis, keepdims=True)))",
    "no maximum": "    e = np.exp(x)\n    return e / e.sum(axis=axis, keepdims=True)",
    "right, a line at a time": "    def line(scores):\n"
    "        e = np.exp(scores - scores.max())\n"
    "        return e / e.sum()\n"
    "    return np.apply_along_axis(line, axis, np.asarray(x) * 1.0).astype(\n"
    "        x.dtype if x.dtype.kind == 'f' else float)",
    "always the last axis": "    e = np.exp(x - x.max(axis=-1, keepdims=True))\n"
    "    return e / e.sum(axis=-1, keepdims=True)",
    "right, the axis moved": "    lines = np.moveaxis(x, axis, -1)\n"
    "    e = np.exp(lines - lines.max(axis=-1)[..., None])\n"
    "    return np.moveaxis(e / e.sum(axis=-1)[..., None], -1, axis)",
    "blank": STUB,
    "one sum for all": "    e = np.exp(x - x.max())\n    return e / e.sum()",
    "right, with expand_dims": "    top = np.expand_dims(x.max(axis=axis), axis)\n"
    "    e = np.exp(x - top)\n"
    "    return e / np.expand_dims(e.sum(axis=axis), axis)",
    "the axis is lost": "    e = np.exp(x - x.max(axis=axis, keepdims=True))\n"
    "    return e / e.sum(axis=axis)",
    "in place": "    x -= x.max(axis=axis, keepdims=True)\n"
    "    e = np.exp(x)\n"
    "    return e / e.sum(axis=axis, keepdims=True)",
}
LOOKUP = "def soft_lookup(q, K, V, temperature=1.0):\n"
LOOKUP_BODIES = {
    "right": "    return softmax(K @ q / temperature) @ V",
    "right, with dot_scores": "    weights = softmax(dot_scores(q, K) / temperature)\n"
    "    return weights @ V",
    "no temperature": "    return softmax(K @ q) @ V",
    "right, a value at a time": "    weights = softmax(K @ q / temperature)\n"
    "    mixed = np.zeros(V.shape[1], dtype=V.dtype)\n"
    "    for weight, value in zip(weights, V):\n"
    "        mixed += weight * value\n"
    "    return mixed",
    "times the temperature": "    return softmax(K @ q * temperature) @ V",
    "blank": STUB,
    "right, with einsum": "    weights = softmax(np.einsum('d,md->m', q, K) / temperature)\n"
    "    return np.einsum('m,mv->v', weights, V)",
    "divided by the root of d": "    return softmax(K @ q / temperature / np.sqrt(len(q))) @ V",
    "the keys are mixed": "    return softmax(K @ q / temperature) @ K",
    "right, its own softmax": "    scores = K @ q / temperature\n"
    "    e = np.exp(scores - scores.max())\n"
    "    return (e / e.sum()) @ V",
}


def answers(count):
    """Return [(name of the learner, {exercise: source}), ...], no pair of answers twice.

    The two lists have 11 and 10 entries, so their pairs repeat after 110 learners.

    >>> [name for name, _ in answers(2)]
    ['learner_000', 'learner_001']
    """
    softmaxes, lookups = list(SOFTMAX_BODIES.values()), list(LOOKUP_BODIES.values())
    return [
        (
            f"learner_{i:03}",
            {
                "softmax": SOFTMAX + softmaxes[i % len(softmaxes)],
                "soft_lookup": LOOKUP + lookups[i % len(lookups)],
            },
        )
        for i in range(count)
    ]
