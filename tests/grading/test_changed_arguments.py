"""What is said when a function changes what it was given, and where its error arose."""

import numpy as np
import pytest

from course_utils.grading.observe import observe
from course_utils.model.attention import attention
from course_utils.model.masks import padding_mask
from course_utils.model.multi_head_attention import split_heads


def by_an_alias(X, base=10000):
    Z = X
    Z[..., 0] = 7.0
    return X.copy()


def by_a_sort(lengths, m):
    lengths.sort()
    return padding_mask(lengths, m)


def sorts_its_lists(weights, queries, keys):
    queries.sort()
    return weights[..., queries, :][..., keys].sum(axis=-1).mean(axis=-1)


def by_its_shape(X, heads):
    result = split_heads(X, heads)
    X.shape = (*X.shape, 1)
    return result


def second_argument(X, W_Q, W_K, W_V, mask=None):
    W_K *= 1.0
    W_Q *= 2.0
    return attention(X @ W_Q / 2.0, X @ W_K, X @ W_V, mask)


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        (
            "apply_rope",
            by_an_alias,
            "argument X is not what it was before the call: the line `Z[...",
        ),
        ("padding_mask", by_a_sort, "the line `lengths.sort()` writes into it; make a new array"),
        ("attention_share", sorts_its_lists, "the argument queries is not what it was"),
        ("split_heads", by_its_shape, "its shape was (3, 4) and is (3, 4, 1)"),
        ("self_attention", second_argument, "the line `W_Q *= 2.0` writes into it"),
    ],
)
def test_the_line_that_changed_an_argument_is_told(verdict_on, name, function, words):
    verdict = verdict_on(name, function)
    assert verdict.stage == "inputs", verdict
    assert words in repr(verdict)


def test_who_changes_nothing_is_called_once():
    calls = []
    observe("f", lambda x: calls.append(1), [(np.ones(2),)])
    assert len(calls) == 1


def test_the_second_call_for_the_line_may_fail_otherwise():
    def once(x, seen=[]):  # noqa: B006
        if seen:
            raise RuntimeError("only once")
        seen.append(1)
        x += 1

    seen = observe("once", once, [(np.ones(2),)])["cases"][0]
    assert seen["error"] is None
    assert seen["written_at"] == ""


def exchanged(X, W_Q, W_K, W_V, mask=None):
    return projected(X @ W_V, X @ W_K, X @ W_Q)


def projected(Q, K, V):
    return Q @ K.T @ V, Q


def test_an_error_within_another_function_shows_the_line_that_calls_it(verdict_on):
    words = repr(verdict_on("self_attention", exchanged))
    assert "At the line `return Q @ K.T @ V, Q`, which `return projected(X @ W_V" in words


def test_an_error_within_the_course_shows_the_learners_line_alone(verdict_on):
    words = repr(
        verdict_on("self_attention", lambda X, Q, K, V, M=None: attention(X @ V, X @ K, X))
    )
    assert "attention(X @ V, X @ K, X)" in words
    assert "np.swapaxes" not in words


def test_of_as_many_results_the_one_that_is_no_array_is_told(verdict_on):
    def nested(X, W_Q, W_K, W_V, mask=None):
        return attention(X @ W_Q, X @ W_K, X @ W_V, mask), X

    words = repr(verdict_on("self_attention", nested))
    assert "expected 2 results, and your result number 1 is 2 results" in words


def test_a_method_without_brackets_and_text_are_told(verdict_on):
    words = repr(verdict_on("attention_share", lambda weights, queries, keys: weights.mean))
    assert "is `()` missing behind its name?" in words
    assert "which is text" in repr(verdict_on("causal_mask", lambda n: np.full((n, n), "True")))


def test_numbers_that_are_nearly_right_are_told(verdict_on):
    verdict = verdict_on("masked_softmax", half_as_exact)
    assert not verdict.right
    assert "The numbers are nearly right" in repr(verdict)


def half_as_exact(scores, mask):
    e = np.where(mask, np.exp(scores - np.where(mask, scores, -1e9).max(-1, keepdims=True)), 0.0)
    return e / (e.sum(axis=-1, keepdims=True) + 1e-6)


def prints_only(X, W_Q, W_K, W_V, mask=None):
    attention(X @ W_Q, X @ W_K, X @ W_V, mask)


def test_who_never_returns_has_no_other_mistake(verdict_on):
    """It returns None with a mask too, so "nothing without a mask" would be a false name."""
    verdict = verdict_on("self_attention", prints_only)
    assert verdict.mistake == ""
    assert "Is the `return` line missing?" in repr(verdict)
