"""Results that are dicts and lists of arrays, arguments that are dicts, results with a score."""

import ast
import json

import numpy as np
import pytest

from course_utils.checks.check import Case, Check, Mistake, Score
from course_utils.grading import session
from course_utils.grading.judge import judge
from course_utils.grading.observe import MIME, decode, encode, observe
from course_utils.grading.transplant import Plan, Step
from course_utils.training.adam import warm_up_and_decay


def oracle(params, x):
    return params["layer"]["W"] @ x, {"x": [x, 2 * x], "sum": x.sum()}


NESTED = Check(
    name="apply",
    number="1.1",
    signature="apply(params, x)",
    returns=("(n,)", "trace: a dict"),
    oracle=oracle,
    cases=lambda rng: [Case("W of shape (2, 3)", ({"layer": {"W": np.ones((2, 3))}}, np.ones(3)))],
    points=1,
    difficulty=1,
    importance=1,
    minutes=1,
    mistakes=(Mistake("your trace is doubled", lambda p, x: (3 * x[:2], {"y": x}), "Look?"),),
)


def verdict_on(check, function):
    cases = check.cases(np.random.default_rng(0))
    text = json.dumps(observe(check.name, function, [case.args for case in cases]))
    return judge(check, cases, json.loads(text))


def trace(**changes):
    """Return a function like the oracle with parts of its trace exchanged."""
    return lambda params, x: (oracle(params, x)[0], oracle(params, x)[1] | changes)


def test_a_nested_result_is_right_in_any_order_of_keys():
    def backwards(params, x):
        y, found = oracle(params, x)
        return y, {"more": 1, **dict(reversed(found.items()))}

    assert verdict_on(NESTED, oracle).right
    assert verdict_on(NESTED, backwards).right


@pytest.mark.parametrize(
    ("function", "stage", "words"),
    [
        (lambda p, x: x, "result", "expected 2 results, got one array of shape (3,)"),
        (
            lambda p, x: (oracle(p, x)[0], x),
            "result",
            'trace to be a dict with "x", "sum", got',
        ),
        (lambda p, x: (oracle(p, x)[0], {"sum": 3.0}), "result", 'there is no "x" in it'),
        (trace(x=[np.ones(3)]), "result", 'trace["x"] to be a list with 2 entries, got 1 entries'),
        (trace(x=np.ones(3)), "result", 'trace["x"] to be a list with 2 entries, got one array'),
        (trace(x=[np.ones(3), None]), "result", 'trace["x"][1] to be an array, got None'),
        (trace(x=[np.ones(3), np.ones(4)]), "shape", 'that is trace["x"][1]; got shape (4,)'),
        (trace(x=[np.ones(3), np.ones(3)]), "values", 'expected trace["x"][1] [2, 2, 2], got [1'),
        (lambda p, x: (p["layer"]["W"] @ x + 1, oracle(p, x)[1]), "values", "got [4, 4]"),
    ],
)
def test_a_part_that_differs_is_named_by_its_place(function, stage, words):
    verdict = verdict_on(NESTED, function)
    assert verdict.stage == stage
    assert words in repr(verdict)


def test_a_dict_of_arrays_changed_in_place_is_seen():
    def spoils(params, x):
        params["layer"]["W"] += 1
        return oracle({"layer": {"W": params["layer"]["W"] - 1}}, x)

    def adds(params, x):
        params["seen"] = x
        return oracle(params, x)

    for function in (spoils, adds):
        verdict = verdict_on(NESTED, function)
        assert verdict.stage == "inputs"
        assert "the argument params is not what it was" in repr(verdict)
        assert "make a new dict" in repr(verdict)


def test_a_nested_mistake_is_named():
    assert verdict_on(NESTED, NESTED.mistakes[0].function).mistake == "your trace is doubled"


def test_only_functions_of_training_are_handed_over():
    assert decode(json.loads(json.dumps(encode(warm_up_and_decay)))) is warm_up_and_decay
    assert encode(np.exp) == {"type": "ufunc"}
    assert encode(oracle) == {"type": "function"}
    assert decode({"given": "os:system"}) == {"given": "os:system"}


SIGN = Mistake("your rows are all alike", None, "Which row does it read?")
SCORED = Check(
    name="guess",
    number="1.2",
    signature="guess(x)",
    returns=("(B, any number of words): integers",),
    oracle=None,
    cases=lambda rng: [Case("50 rows", (np.arange(50),), expected=np.arange(50)[:, None] * [1, 2])],
    points=1,
    difficulty=1,
    importance=1,
    minutes=1,
    score=Score(
        rows=lambda want, got: got[:, 0] == want[:, 0],
        at_least=0.9,
        unit="rows",
        signs=((SIGN, lambda want, got: len(np.unique(got)) == 1),),
    ),
)


@pytest.mark.parametrize(("wrong", "right"), [(0, True), (5, True), (6, False)])
def test_a_score_passes_at_its_limit(wrong, right):
    verdict = verdict_on(SCORED, lambda x: np.where(x < wrong, -1, x)[:, None])
    assert verdict.right == right
    if not right:
        assert verdict.stage == "score"
        assert "44 of 50 rows are right, expected at least 45" in repr(verdict)
        assert "row 0: expected [0, 0], got [-1]" in repr(verdict)
        assert verdict.mistake == ""


@pytest.mark.parametrize(
    ("function", "stage", "words"),
    [
        (lambda x: None, "result", "Is the `return` line missing?"),
        (lambda x: x.tolist(), "result", "got a list"),
        (lambda x: 3, "shape", "50 rows"),
        (lambda x: x * 1.0, "dtype", "expected an array of integers, got dtype float64"),
        (lambda x: x, "shape", "expected 50 rows, that is (B, any number"),
        (lambda x: x[:-1, None], "shape", "got shape (49, 1)"),
        (lambda x: x[:, None] * 0, "score", "Named: your rows are all alike"),
    ],
)
def test_a_result_without_enough_right_rows_has_its_sentence(function, stage, words):
    verdict = verdict_on(SCORED, function)
    assert verdict.stage == stage
    assert words in repr(verdict)


def test_a_scored_answer_is_called_once_while_grading(monkeypatch):
    calls = []

    def run(source):
        name, text = ast.literal_eval(source.split("_observe", 2)[2])
        cases = [[decode(argument) for argument in case] for case in json.loads(text)]
        calls.append(len(cases))
        seen = observe(name, lambda x: np.where(x < 6, -1, x)[:, None], cases)
        return [{"data": {MIME: json.dumps(seen)}}]

    monkeypatch.setattr(session, "find_check", lambda name: SCORED)
    monkeypatch.setattr(session, "stand_in", lambda name: "")
    plan = Plan([Step("check", "guess", "")])
    verdict = session.Session(plan, ["guess"], 0, run, lambda: None).grade("guess")
    assert calls == [1]
    assert (verdict.stage, verdict.passed, verdict.total) == ("score", 0, 1)
