"""A transcript that a learner's code wrote itself: it earns nothing, and the grader survives it."""

import resource

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.grading.judge import judge
from course_utils.grading.observe import encode, observe


def transcript(name, result=None, **said):
    """Return cases and a transcript: right values, unless a result for every case is given."""
    check = find_check(name)
    cases = check.cases(np.random.default_rng(5))
    seen = {"error": None, "warnings": [], "printed": False}
    rows = [
        seen
        | {
            "result": encode(check.oracle(*case.args)) if result is None else result,
            "after": [encode(argument) for argument in case.args],
        }
        | said
        for case in cases
    ]
    return check, cases, {"name": name, "cases": rows}


def nested(levels):
    """Return tuples in tuples."""
    part = 1
    for _ in range(levels):
        part = {"tuple": [part], "length": 1}
    return part


@pytest.fixture
def little_memory():
    """Leave this process 2 GiB more than it has."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        held = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + (2 << 30), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def test_an_honest_transcript_is_right():
    assert judge(*transcript("cross_entropy")).right
    assert judge(*transcript("softmax")).right


@pytest.mark.parametrize("name", ["cross_entropy", "alignment_error_rate", "attention_share"])
@pytest.mark.parametrize("dtype", ["float64", "int64"])
def test_a_number_that_is_none_at_all_is_equal_to_nothing(name, dtype):
    """Compared with any number, an empty array differs nowhere."""
    assert judge(*transcript(name, {"scalar": [], "dtype": dtype})).passed == 0


FORGED = {
    "no module": {"given": "course_utils.training.nowhere:adam"},
    "no function": {"given": "course_utils.training.adam:nothing"},
    "too large": {"scalar": 10**30, "dtype": "int64"},
    "large texts": {"array": [1.0] * 9, "shape": [9], "dtype": "<U200000000"},
    "empty rows": {"array": [1.0], "shape": [1], "dtype": "(0,1)f8"},
    "a dtype of many": {"array": [1.0], "shape": [1], "dtype": "f8,f8"},
    "deep": nested(400),
    "no parts": {"tuple": 5, "length": 1},
    "a long note": {"type": "x" * 100_000},
}


@pytest.mark.parametrize("where", ["result", "after"])
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_data_is_no_fault_of_the_grader(little_memory, where, forged):
    said = {} if where == "result" else {"after": [forged, 1]}
    check, cases, made = transcript("softmax", forged if where == "result" else None, **said)
    verdict = judge(check, cases, made)
    assert verdict.passed == 0
    assert len(repr(verdict)) < 2_000


@pytest.mark.parametrize(
    "said",
    [
        {"error": [1]},
        {"error": {"type": "NotImplementedError"}},
        {"error": {"type": "E", "message": "x" * 5_000, "line": ""}},
        {"warnings": ["x" * 5_000]},
        {"warnings": 3},
        {"after": []},  # what it hides may have been changed in place
        {"after": {}},
    ],
)
def test_what_observe_never_writes_earns_nothing(said):
    verdict = judge(*transcript("softmax", **said))
    assert "transcript is damaged" in repr(verdict)


@pytest.mark.parametrize("missing", [{}, ["x"], "x" * 10_000, 7])
def test_a_forged_word_for_what_is_missing_is_short(missing):
    verdict = judge(*transcript("softmax")[:2], {"name": "s", "cases": [], "missing": missing})
    assert verdict.passed == 0
    assert len(repr(verdict)) < 1_000


def test_a_long_list_of_parameters_is_no_damage():
    check, cases, _ = transcript("softmax")
    function = eval(f"lambda {', '.join(f'a{i}' for i in range(250))}: 0")
    seen = observe("softmax", function, [case.args for case in cases])
    assert judge(check, cases, seen).stage == "call"


def test_numbers_of_any_width_can_be_sent():
    """A long double has no plain form of its own; large integers do not fit through float64."""
    for number in (np.longdouble(0.5), np.uint64(2**64 - 1), np.float16(0.5)):
        seen = observe("f", lambda x: number, [(1,)])["cases"][0]["result"]  # noqa: B023
        assert type(seen["scalar"]) in (int, float)
    check, cases, made = transcript("softmax", encode(np.array([2**64 - 1], dtype="uint64")))
    assert judge(check, cases, made).passed == 0


@pytest.mark.parametrize("length", [1, 2, 5])
@pytest.mark.parametrize("parts", [[], [1], [1, 2]])
def test_results_that_are_counted_wrong_are_no_fault_of_the_grader(parts, length):
    verdict = judge(*transcript("attention", {"tuple": parts, "length": length}))
    assert verdict.passed == 0
    assert verdict.sentences


@pytest.mark.parametrize("kind", ["ndarray", "float64", "list", "x" * 1000, {"a": 1}])
def test_whatever_stands_in_the_place_of_the_function_is_named(kind):
    check, cases, made = transcript("softmax")
    verdict = judge(check, cases, made | {"missing": kind})
    assert verdict.stage == "not written"
    assert "not a function" in verdict.sentences[0]
