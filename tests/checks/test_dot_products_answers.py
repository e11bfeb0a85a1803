"""Lesson 1: right answers pass, known wrong ones are refused by name."""

import numpy as np
import pytest

from course_utils.checks.registry import find_check

SEEDS = (0, 1, 2)
NAMES = ("dot_scores", "cosine_similarity", "pairwise_scores")
KNOWN = [(name, mistake) for name in NAMES for mistake in find_check(name).mistakes]


def scores_by_loops(q, K):
    scores = []
    for key in K:
        total = 0.0
        for a, b in zip(q, key):
            total += a * b
        scores.append(total)
    return np.array(scores)


def scores_feature_by_feature(q, K):
    scores = np.zeros(K.shape[0], dtype=K.dtype)
    for feature in range(len(q)):
        scores += K[:, feature] * q[feature]
    return scores


def cosine_of_unit_vectors(q, K):
    q, K = q.copy(), K.copy()
    q /= np.linalg.norm(q)
    K /= np.linalg.norm(K, axis=1, keepdims=True)
    return K @ q


def cosine_from_distances(q, K):
    """The law of cosines: |k - q|² = |k|² + |q|² - 2 |k| |q| cos."""
    wide_q, wide_K = q.astype(float), K.astype(float)
    k, length = np.linalg.norm(wide_K, axis=1), np.linalg.norm(wide_q)
    between = np.sum((wide_K - wide_q) ** 2, axis=1)
    return (k**2 + length**2 - between) / (2 * k * length)


def cosine_with_a_tiny_number(q, K):
    return K @ q / (np.linalg.norm(K, axis=-1) * np.linalg.norm(q) + 1e-8)


def cosine_by_loops(q, K):
    result = np.zeros(len(K))
    for j in range(len(K)):
        result[j] = np.dot(q, K[j]) / np.sqrt(np.dot(q, q) * np.dot(K[j], K[j]))
    return result


def pairs_by_loops(Q, K):
    table = np.zeros((Q.shape[0], K.shape[0]))
    for i in range(Q.shape[0]):
        for j in range(K.shape[0]):
            for f in range(Q.shape[1]):
                table[i, j] += Q[i, f] * K[j, f]
    return table


def pairs_transposed_late(Q, K):
    other_way_round = K @ Q.T
    return other_way_round.T


def pairs_list_of_rows(Q, K):
    rows = []
    for q in Q:
        rows.append(K @ q)
    return np.array(rows)


RIGHT = {
    "dot_scores": (
        scores_by_loops,
        scores_feature_by_feature,
        lambda q, K: K @ q,
        lambda q, K: q @ K.T,
        lambda q, K: np.dot(K, q),
        lambda q, K: np.inner(q, K),
        lambda q, K: (K * q).sum(axis=-1),
        lambda q, K: np.einsum("d,md->m", q, K),
        lambda q, K: (K @ q[:, None])[:, 0],
        lambda q, K: np.array([sum(q * key) for key in K]),
        lambda q, K: (K.astype(np.float64) @ q).astype(K.dtype),
        lambda queries, keys=None: keys @ queries,
    ),
    "cosine_similarity": (
        cosine_of_unit_vectors,
        cosine_from_distances,
        cosine_with_a_tiny_number,
        cosine_by_loops,
        lambda q, K: K @ q / (np.linalg.norm(K, axis=-1) * np.linalg.norm(q)),
        lambda q, K: K @ q / np.linalg.norm(K, axis=-1) / np.linalg.norm(q),
        lambda q, K: np.dot(K, q) * ((K**2).sum(axis=1) * (q**2).sum()) ** -0.5,
        lambda q, K: np.einsum("md,d->m", K, q) / np.sqrt(np.einsum("md,md,e,e->m", K, K, q, q)),
        lambda q, K: np.clip(K @ q / np.hypot.reduce(K, axis=1) / np.hypot.reduce(q), -1, 1),
    ),
    "pairwise_scores": (
        pairs_by_loops,
        pairs_transposed_late,
        pairs_list_of_rows,
        lambda Q, K: Q @ K.T,
        lambda Q, K: Q @ K.swapaxes(-1, -2),
        lambda Q, K: np.inner(Q, K),
        lambda Q, K: np.einsum("nd,md->nm", Q, K),
        lambda Q, K: np.tensordot(Q, K, axes=(1, 1)),
        lambda Q, K: (Q[:, None, :] * K[None, :, :]).sum(axis=-1),
        lambda Q, K: np.stack([np.dot(K, q) for q in Q]),
        lambda Q, K: np.matmul(Q.astype(float), K.transpose()).astype(Q.dtype),
    ),
}
ANSWERS = [(name, answer) for name, answers in RIGHT.items() for answer in answers]


def named(pairs):
    return [f"{name}-{i}" for i, (name, _) in enumerate(pairs)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "answer"), ANSWERS, ids=named(ANSWERS))
def test_right_answers_written_differently_are_accepted(name, answer, seed, verdict_on):
    verdict = verdict_on(name, answer, seed)
    assert verdict.right, verdict


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("dot_scores", ([3.0, 4.0], [[4.0, 3.0], [-4.0, 3.0]]), [24.0, 0.0]),
        ("cosine_similarity", ([3.0, 4.0], [[8.0, 6.0], [-4.0, 3.0]]), [0.96, 0.0]),
        ("pairwise_scores", ([[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]), [[11.0, 17.0]]),
    ],
)
def test_the_oracle_by_hand(name, args, expected):
    got = find_check(name).oracle(*[np.array(argument) for argument in args])
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


def normalized_in_place(q, K):
    K /= np.linalg.norm(K, axis=-1, keepdims=True)
    return K @ (q / np.linalg.norm(q))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "answer", "stage", "words"),
    [
        ("dot_scores", lambda q, K: print(K @ q), "result", "Is the `return` line missing?"),
        ("dot_scores", lambda q, K: list(K @ q), "result", "got a list"),
        ("dot_scores", lambda q, K: K @ q + 1.0, "values", "expected ["),
        ("dot_scores", lambda q, K: (K @ q)[::-1], "values", "expected ["),
        ("dot_scores", lambda K: K @ K[0], "call", "dot_scores(q, K)"),
        ("dot_scores", lambda q, K: K @ Q, "error", "NameError"),  # noqa: F821
        ("dot_scores", lambda q, K: np.concatenate([q, K]), "error", "ValueError"),
        ("cosine_similarity", normalized_in_place, "inputs", "the argument K"),
        ("cosine_similarity", lambda q, K: 2 * (K @ q), "identity", "between -1 and 1"),
        ("cosine_similarity", lambda q, K: np.tanh(K @ q), "values", "expected ["),
        ("cosine_similarity", lambda q, K: K @ q / 0.0, "identity", "expected finite numbers"),
        ("cosine_similarity", lambda q, K: np.concatenate([q, K]), "error", "ValueError"),
        ("pairwise_scores", lambda Q, K: Q.T @ K.T, "error", "ValueError"),
        ("pairwise_scores", lambda Q, K: (Q @ K.T).tolist(), "result", "got a list"),
        ("pairwise_scores", lambda Q, K: Q @ K.T > 0, "dtype", "got dtype bool"),
        ("pairwise_scores", lambda Q, K: (Q @ K.T)[None], "shape", "a row for each query"),
        ("pairwise_scores", lambda Q, K: np.maximum(Q @ K.T, 0), "values", "expected"),
    ],
)
def test_other_wrong_answers_get_a_sentence_and_no_name(
    name, answer, stage, words, seed, verdict_on
):
    verdict = verdict_on(name, answer, seed)
    assert (verdict.stage, verdict.mistake) == (stage, "")
    assert words in " ".join(verdict.sentences)


def test_a_loop_over_the_wrong_count_is_named_though_it_may_raise(verdict_on):
    verdict = verdict_on("dot_scores", lambda q, K: np.array([q @ K[j] for j in range(len(q))]))
    assert "one score for each feature" in verdict.mistake


def never_resets_its_total(q, K):
    total, scores = 0.0, []
    for key in K:
        for a, b in zip(q, key):
            total += a * b
        scores.append(total)
    return np.array(scores)


def replaces_its_total(q, K):
    scores = np.zeros(len(K))
    for j, key in enumerate(K):
        for a, b in zip(q, key):
            scores[j] = a * b
    return scores


def fills_an_integer_array(q, K):
    scores = np.zeros(len(K), dtype=int)
    for j, key in enumerate(K):
        scores[j] = q @ key
    return scores


def one_root_forgotten(q, K):
    return K @ q / (np.sum(q**2) * np.linalg.norm(K, axis=1))


def lengths_in_a_column(q, K):
    return K @ q / np.linalg.norm(K, axis=1, keepdims=True) / np.linalg.norm(q)


def keeps_the_last_row(Q, K):
    for query in Q:
        row = np.array([query @ key for key in K])
    return row


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("dot_scores", never_resets_its_total, "goes on from key to key"),
        ("dot_scores", replaces_its_total, "last feature alone"),
        ("dot_scores", fills_an_integer_array, "cut to whole numbers"),
        ("dot_scores", lambda q, K: q[0] * K[:, 0] + q[1] * K[:, 1], "first two features"),
        ("cosine_similarity", one_root_forgotten, "square of the query's length"),
        ("cosine_similarity", lengths_in_a_column, "stand in a column"),
        ("pairwise_scores", lambda Q, K: np.dot(Q, np.reshape(K, K.T.shape)), "reshaped"),
        ("pairwise_scores", lambda Q, K: np.multiply(Q, K.T), "place by place"),
        ("pairwise_scores", keeps_the_last_row, "last query alone"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(name, answer, words, seed, verdict_on):
    assert words in verdict_on(name, answer, seed).mistake
