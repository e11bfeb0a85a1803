"""Lessons 0 to 3: mistakes as learners write them, which a check once let pass or misnamed.

Every function here is written otherwise than the known mistake that it has to be taken for.
"""

import numpy as np
import pytest

from course_utils.model.attention import scaled_scores
from course_utils.model.dot_products import dot_scores
from course_utils.model.softmax import softmax

SEEDS = (0, 1, 2)


def by_half(V):
    total = 0
    for value in V:
        total = total + value
    return total / 2


def emptied_in_every_round(V):
    for value in V:
        total = np.zeros(V.shape[1])
        total += value
    return total / len(V)


def one_key_short(q, K):
    scores = np.zeros(len(K))
    for j in range(len(K) - 1):
        scores[j] = q @ K[j]
    return scores


def returns_early(q, K):
    scores = np.zeros(K.shape[0])
    for j, key in enumerate(K):
        scores[j] = sum(a * b for a, b in zip(q, key))
        return scores


def one_cosine_short(q, K):
    scores = one_key_short(q, K)
    return scores / (np.linalg.norm(K, axis=1) * np.linalg.norm(q))


def bars_are_abs(q, K):
    return dot_scores(q, K) / (abs(q) * np.linalg.norm(K, axis=1))


def row_and_return(Q, K):
    table = np.zeros((len(Q), len(K)))
    for i, query in enumerate(Q):
        for j, key in enumerate(K):
            table[i, j] = query @ key
        return table


def whole_table(Q, K):
    table = np.zeros((len(Q), len(K)), dtype=int)
    for i, query in enumerate(Q):
        table[i] = [query @ key for key in K]
    return table


def always_axis_1(x, axis=1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def vector_or_table(x, axis=-1):
    return always_axis_1(x, 0 if x.ndim == 1 else 1)


def powers_like_x(x, axis=-1):
    e = np.zeros_like(x)
    e[...] = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def place_by_place(x, axis=-1):
    weights = np.zeros(len(x))
    for i, score in enumerate(x):
        weights[i] = np.exp(score - max(x.ravel()))
    return weights / weights.sum()


def sum_of_the_unshifted(x, axis=-1):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return np.exp(shifted) / np.sum(np.exp(x), axis=axis, keepdims=True)


def nan_hidden(x, axis=-1):
    e = np.exp(x)
    weights = e / np.sum(e, axis=axis, keepdims=True)
    return np.where(np.isnan(weights), 0.0, weights)


def maximum_of_before(q, K, V, temperature=1.0):
    scores = K @ q
    e = np.exp(scores / temperature - scores.max())
    return (e / e.sum()) @ V


def gathered_like_a_key(q, K, V, temperature=1.0):
    mixture = np.zeros_like(K[0])
    for weight, value in zip(softmax(K @ q / temperature), V):
        mixture = np.add(mixture, weight * value, out=mixture)
    return mixture


def one_batch(Q, K):
    _, _, d_k = Q.shape
    return Q @ K.transpose(0, 2, 1) / d_k**0.5


def whole_root(Q, K):
    d_k = Q.shape[-1]
    return Q @ np.swapaxes(K, -1, -2) / int(np.sqrt(d_k))


def attends(fill=-np.inf, mix=np.matmul, weigh=softmax):
    def attention(Q, K, V, mask=None):
        scores = scaled_scores(Q, K)
        if mask is not None:
            scores = np.where(mask, scores, fill)
        weights = weigh(scores)
        return mix(weights, V), weights

    return attention


def one_maximum(scores):
    e = np.exp(scores - np.max(scores))
    return e / e.sum(axis=-1, keepdims=True)


def output_hidden(Q, K, V, mask=None):
    output, weights = attends()(Q, K, V)
    if mask is not None:
        output = output * mask
    return output, weights


def returns_inside_the_if(Q, K, V, mask=None):
    if mask is not None:
        return attends()(Q, K, V, mask)


NAMED = [
    ("average_lookup", by_half, "divided by 2"),
    ("average_lookup", lambda V: np.floor_divide(sum(V), len(V)), "cut down to whole"),
    ("average_lookup", emptied_in_every_round, "emptied in every round"),
    ("dot_scores", one_key_short, "leaves out the last key"),
    ("dot_scores", returns_early, "the place of the first key and ends"),
    ("dot_scores", lambda q, K: K @ q / np.linalg.norm(K, axis=1), "the lengths of the keys"),
    ("cosine_similarity", one_cosine_short, "leaves out the last key"),
    ("cosine_similarity", bars_are_abs, "abs(q)"),
    ("pairwise_scores", row_and_return, "the row of the first query and ends"),
    ("pairwise_scores", whole_table, "cut to whole numbers"),
    ("softmax", always_axis_1, "along axis=1, whatever"),
    ("softmax", vector_or_table, "along axis=1, whatever"),
    ("softmax", powers_like_x, "your powers are cut"),
    ("softmax", place_by_place, "right for vectors and stops at tables"),
    ("softmax", sum_of_the_unshifted, "above the line"),
    ("softmax", nan_hidden, "nan is replaced by 0"),
    ("soft_lookup", maximum_of_before, "the maximum that you subtract is not"),
    ("soft_lookup", gathered_like_a_key, "each feature of a key"),
    (
        "soft_lookup",
        lambda q, K, V, temperature=1.0: dot_scores(softmax(K @ q / temperature), V),
        "as in dot_scores(weights, V)",
    ),
    ("scaled_scores", lambda Q, K: scaled_scores(Q, K) * Q.shape[-1] ** 0.5 / 64**0.5, "by 8"),
    ("scaled_scores", one_batch, "takes three axes"),
    ("scaled_scores", whole_root, "root of d_k is cut"),
    ("scaled_scores", lambda Q, K: np.matmul(Q, K) / np.sqrt(K.shape[-1]), "Q @ K"),
    ("attention", attends(fill=-100.0), "not low enough"),
    ("attention", attends(fill=-10000.0), "not low enough"),
    ("attention", attends(weigh=one_maximum), "largest number of the whole array"),
    ("attention", attends(mix=lambda weights, V: np.matmul(V, weights)), "in the wrong order"),
    ("attention", attends(mix=np.multiply), "place by place"),
    ("attention", output_hidden, "laid over the output"),
    ("attention", returns_inside_the_if, "nothing when there is no mask"),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "answer", "words"), NAMED)
def test_a_mistake_is_refused_and_named(verdict_on, name, answer, words, seed):
    verdict = verdict_on(name, answer, seed)
    assert not verdict.right
    assert words in verdict.mistake, verdict


def by_a_loop(V):
    total = np.zeros(V.shape[1])
    for value in V:
        total += value
    return total / len(V)


def test_where_nobody_trains_a_right_loop_gets_no_remark_on_training(verdict_on):
    """In lesson 0 nobody has heard of float32 and of training yet."""
    verdict = verdict_on("average_lookup", by_a_loop)
    assert verdict.right
    assert verdict.notes == ()
