"""The cases of our checks as an instructor would write them into nbgrader and otter-grader.

Equal work: the same inputs, visible and hidden, and what `judge` asks of a result: no error, the
shape, the kind of numbers, the inputs unchanged, the values within the same tolerance. The right
results stand in the tests as numbers, so no peer computes an oracle.
"""

import copy
import json

import numpy as np
from submissions import blank

from course_utils.checks.reference import reference_source
from course_utils.checks.registry import find_check
from course_utils.grading.judge import tolerance
from course_utils.grading.layout import as_results
from course_utils.grading.visible import visible_cases

EXERCISES = ("softmax", "soft_lookup")
# The peers' notebook needs no course: the earlier lesson's function is written out.
LOADED, IMPORTED = (
    'dot_scores = load("dot_scores")',
    "\nfrom course_utils.answers import check, load",
)
JUDGE = '''import copy, json, warnings
import numpy as np

def array(data):
    if type(data) is not dict:
        return data
    return np.array(data["numbers"], dtype=float).astype(data["dtype"]).reshape(data["shape"])

def load_cases(text):
    return [([array(one) for one in case["args"]], array(case["expected"]), *case["tolerance"])
            for case in json.loads(text)]

def judge(function, case):
    """Raise AssertionError unless the function is right in this case."""
    args, expected, rtol, atol = case
    mine = copy.deepcopy(args)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = np.asarray(function(*mine))
    assert got.shape == expected.shape, f"shape {got.shape} instead of {expected.shape}"
    assert got.dtype.kind in "fiu", f"dtype {got.dtype}"
    for before, after in zip(args, mine):
        assert np.array_equal(before, after), "an argument was changed"
    assert np.allclose(got, expected, rtol=rtol, atol=atol), "the values are not right"
'''
NBGRADER_CELL = """{judge}
def share(function, cases):
    right = 0
    for case in cases:
        try:
            judge(function, case)
            right += 1
        except Exception:
            pass
    return right / len(cases)
### BEGIN HIDDEN TESTS
HIDDEN = load_cases({hidden!r})
### END HIDDEN TESTS
VISIBLE = load_cases({visible!r})
round({points} * min(share({name}, VISIBLE), share({name}, HIDDEN)), 2)
"""
OTTER_FILE = """from otter.test_files import test_case
OK_FORMAT = False
name = "{name} {kind}"
points = {points}
{judge}
CASES = load_cases({cases!r})
"""
OTTER_CASE = """
@test_case(hidden={hidden})
def test_{number}({name}):
    judge({name}, CASES[{number}])
"""


def cases_of(name):
    """Return {"visible": cases, "hidden": cases}, those by which `course grade` judges."""
    check = find_check(name)
    hidden = check.cases(np.random.default_rng([0, *map(ord, name)]))
    found = {"visible": visible_cases(check), "hidden": hidden}
    return {kind: [_case(check, one) for one in cases] for kind, cases in found.items()}


def _case(check, case):
    (expected,) = as_results(check.oracle(*case.args))
    args = [_plain(one) if isinstance(one, np.ndarray) else one for one in case.args]
    return {"args": args, "expected": _plain(expected), "tolerance": tolerance(check, case)}


def _plain(array):
    numbers = array.astype(float).ravel().tolist()
    return {"numbers": numbers, "shape": list(array.shape), "dtype": array.dtype.name}


def nbgrader_cell(name):
    """Return the test cell of an exercise; its value is the points, as nbgrader takes them."""
    texts = {kind: json.dumps(cases) for kind, cases in cases_of(name).items()}
    return NBGRADER_CELL.format(judge=JUDGE, name=name, points=find_check(name).points, **texts)


def otter_files():
    """Return {file name: text}: for each exercise one test file of visible cases, one of hidden.

    Both are worth the exercise's points; the smaller result of the two is the grade.
    """
    files = {}
    for name in EXERCISES:
        for kind, cases in cases_of(name).items():
            values = {"name": name, "kind": kind, "points": find_check(name).points}
            text = OTTER_FILE.format(judge=JUDGE, cases=json.dumps(cases), **values)
            for number in range(len(cases)):
                text += OTTER_CASE.format(hidden=kind == "hidden", number=number, name=name)
            files[f"{name}_{kind}.py"] = text
    return files


def peers_notebook(answers=None, check_cell=lambda name: ""):
    """Return the exercise notebook without the course: `answers` and test cells put in."""
    made = copy.deepcopy(blank()["02_softmax.ipynb"])
    for cell in made.cells:
        role, name = next(iter(cell.metadata.get("course", {}).items()), ("", ""))
        if role == "check":
            cell.source = check_cell(name)
        elif role == "answer" and answers:
            cell.source = answers[name]
        elif cell.source == LOADED:
            cell.source = reference_source("dot_scores")
        cell.source = cell.source.replace(IMPORTED, "")
    return made
