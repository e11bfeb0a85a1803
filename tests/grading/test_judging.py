"""The sentences for answers that are wrong in ways no list of known mistakes has."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from course_utils.checks.check import Mistake
from course_utils.checks.registry import UnknownExercise, all_checks, find_check
from course_utils.grading.judge import judge
from course_utils.grading.observe import decode, encode, observe
from course_utils.grading.wording import difference
from course_utils.model.attention import attention


def stub(x, axis=-1):
    raise NotImplementedError("softmax: exercise 2.1")


def in_place(x, axis=-1):
    x -= x.max(axis=axis, keepdims=True)
    return np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)


def good(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@pytest.mark.parametrize(
    ("function", "stage", "words"),
    [
        (stub, "not written", "not written yet"),
        (3, "not written", "is a number, not a function"),
        (lambda x: x, "call", "your function takes (x)"),
        (lambda: 0, "call", "Expected a function called as `softmax(x, axis=-1)`"),
        (lambda x, axis=-1: None, "result", "got None. Is the `return` line missing?"),
        (lambda x, axis=-1: good(x, axis).tolist(), "result", "got a list"),
        (lambda x, axis=-1: (good(x, axis), x), "result", "got 2 results"),
        (lambda x, axis=-1: "x", "result", "got a text"),
        (lambda x, axis=-1: 0.5, "shape", "got shape () (a single number)"),
        (lambda x, axis=-1: good(x, axis).astype(complex), "dtype", "got dtype complex128"),
        (lambda x, axis=-1: good(x, axis) > 0.5, "dtype", "got dtype bool"),
        (lambda x, axis=-1: good(x, axis).astype(object), "dtype", "got dtype object"),
        (lambda x, axis=-1: good(x, axis) * np.nan, "identity", "got nan or inf"),
        (in_place, "inputs", "the argument x is not what it was before"),
        (lambda x, axis=-1: x[:, 100], "error", "IndexError"),
        (lambda x, axis=-1: good(x, axis) * 0.999, "identity", "it should hold that"),
    ],
)
def test_each_fault_has_its_sentence(verdict_on, function, stage, words):
    verdict = verdict_on("softmax", function)
    assert verdict.stage == stage
    assert words in repr(verdict)
    assert "Traceback" not in repr(verdict)


def test_the_line_that_failed_is_shown(verdict_on):
    def softmax(x, axis=-1):
        return x + np.zeros(1000)

    verdict = verdict_on("softmax", softmax)
    assert "At the line `return x + np.zeros(1000)`" in repr(verdict)


@pytest.mark.parametrize("end", ["", "."])
def test_a_sentence_of_an_error_ends_once(verdict_on, end):
    def softmax(x, axis=-1):
        raise ValueError(f"no such axis{end}")

    assert "ValueError: no such axis. At the line" in verdict_on("softmax", softmax).sentences[0]


def test_float64_out_of_float32_is_a_note_and_costs_nothing(verdict_on):
    verdict = verdict_on("softmax", lambda x, axis=-1: good(x.astype(float), axis))
    assert verdict.right
    assert "float32 went in and float64 came out" in repr(verdict)
    assert "Note" not in repr(verdict_on("softmax", good))


def test_warnings_and_prints_are_notes(verdict_on, capsys):
    def noisy(x, axis=-1):
        print("here")
        np.log(np.zeros(1))
        return good(x, axis)

    verdict = verdict_on("softmax", noisy)
    assert verdict.right
    assert "NumPy warned" in repr(verdict)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "transcript",
    [
        None,
        [],
        {},
        {"cases": 3},
        {"name": "softmax", "cases": [{}] * 7},
        {"name": "softmax", "cases": [1] * 7},
        {"name": "softmax", "cases": []},
        {"name": "softmax", "cases": [{"error": None, "result": {"array": "x"}}] * 7},
    ],
)
def test_a_damaged_transcript_earns_nothing_and_raises_nothing(transcript):
    check = find_check("softmax")
    cases = check.cases(np.random.default_rng(0))
    verdict = judge(check, cases, transcript)
    assert not verdict.right
    assert verdict.fraction == 0


@pytest.mark.parametrize(
    "value",
    [
        1,
        2.5,
        True,
        None,
        "text",
        np.array([[1.0, np.nan], [np.inf, -0.0]]),
        np.array([True, False]),
        np.arange(3),
        np.array(7.0, dtype="float32"),
        np.zeros((0, 3)),
        np.float32(0.1),
        (np.ones(2), [1, 2]),
    ],
)
def test_encoding_is_exact(value):
    text = json.dumps(encode(value))
    back = decode(json.loads(text))
    assert type(back) is type(value)
    assert json.dumps(encode(back)) == text
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype
        np.testing.assert_array_equal(back, value)


def test_observation_leaves_the_arguments_alone():
    x = np.array([1.0, 2.0])
    observe("softmax", in_place, [(x,)])
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_an_unknown_name_gives_the_nearest():
    with pytest.raises(UnknownExercise, match='Did you mean "softmax"'):
        find_check("soft_max")
    with pytest.raises(UnknownExercise, match="There are: average_lookup"):
        find_check("qqqqqq")


def test_markup_in_an_answer_is_shown_as_text(verdict_on):
    def softmax(x, axis=-1):
        raise ValueError("<script>alert(1)</script>")

    page = verdict_on("softmax", softmax)._repr_mimebundle_()["text/html"]
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_mistake_mixed_with_another_difference_is_named_with_its_share(verdict_on):
    """A softmax over the queries that masks with -1e9 is no listed mistake, but nearly one."""

    def attention(Q, K, V, mask=None):
        scores = Q @ np.swapaxes(K, -1, -2) / Q.shape[-1] ** 0.5
        if mask is not None:
            scores = np.where(mask, scores, -1e9)
        e = np.exp(scores - scores.max(axis=-2, keepdims=True))
        weights = e / e.sum(axis=-2, keepdims=True)
        return weights @ V, weights

    said = verdict_on("attention", attention).mistake
    assert said.startswith("in 9 of the 11 failing cases, your weights match a softmax over the q")


def test_two_odd_results_among_many_are_not_given_a_name(verdict_on):
    def softmax(x, axis=-1):
        return good(x, axis) if x.ndim == 1 else good(x, axis) + 0.25

    assert verdict_on("softmax", softmax).mistake == ""


@pytest.mark.parametrize("name", ["attention", "cross_attention", "self_attention"])
def test_errors_alone_do_not_make_a_mistake_of_a_function_that_is_sometimes_right(name, verdict_on):
    """Some known mistakes stop with a ValueError everywhere; this function does in places."""
    oracle, calls = find_check(name).oracle, itertools.count()

    def right_at_first(*args, **kwargs):
        if next(calls) > 3:
            raise ValueError("so far, and no farther")
        return oracle(*args, **kwargs)

    verdict = verdict_on(name, right_at_first)
    assert verdict.passed == 4
    assert verdict.mistake == ""


@pytest.mark.parametrize("error", [AttributeError, IndexError, TypeError, ValueError])
@pytest.mark.parametrize("name", sorted(all_checks()))
def test_an_error_of_its_own_is_not_given_the_name_of_a_mistake(name, error, verdict_on):
    """Known mistakes that stop everywhere, with an error of this type, are other ones."""
    made = {"error": error}
    exec(f"def {find_check(name).signature}:\n    raise error('of its own')", made)
    assert not verdict_on(name, made[name]).mistake


@pytest.mark.parametrize("shape", [(2,), (3, 4)])
def test_numbers_that_differ_do_not_read_alike(shape):
    want = np.full(shape, 0.0521)
    said = difference("There", "", want, want.astype(np.float32), (1e-12, 0))
    assert "expected 0.0521" in said.replace("[", "")
    assert "got 0.05209999" in said.replace("[", "")


def test_two_results_in_a_list_and_a_product_that_does_not_fit_are_put_plainly(verdict_on):
    def in_a_list(Q, K, V, mask=None):
        return list(attention(Q, K, V, mask))

    def misfit(Q, K, V, mask=None):
        return Q @ K, V

    verdict = verdict_on("attention", in_a_list)
    assert "got one list. Write a comma between them and no brackets." in repr(verdict)
    assert verdict.mistake == ""  # the numbers are right, whatever mistake gives the same ones
    assert "the sizes that a matrix product sums over differ" in repr(
        verdict_on("attention", misfit)
    )


def test_what_a_mistake_makes_of_the_same_cases_is_worked_out_once():
    calls = []

    def zeros(x, axis=-1):
        return np.zeros(x.shape)

    def counted(*arguments):
        calls.append(arguments)
        return zeros(*arguments)

    mistake = Mistake("your weights are all 0", counted, "What do they sum to?")
    check = replace(find_check("softmax"), mistakes=(mistake,))
    for seed, times in ((0, 1), (0, 1), (1, 2), (0, 2)):
        cases = check.cases(np.random.default_rng(seed))
        seen = observe("softmax", zeros, [case.args for case in cases])
        assert judge(check, cases, seen).mistake == mistake.message
        assert len(calls) == times * len(cases), (seed, len(calls))
