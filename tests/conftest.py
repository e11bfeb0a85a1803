"""Fixtures for the whole test tree."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.grading.judge import judge
from course_utils.grading.observe import observe


def pytest_collection_modifyitems(config, items):
    """Make a warning an error in our own tests; a learner's graded notebook may warn.

    What -W says on the command line wins, as everywhere else in pytest.
    """
    rules = ("error", *(config.getoption("pythonwarnings") or ()))
    for item in items:
        if "tests" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings(*rules), append=False)


@cache
def check_and_cases(name, seed):
    """Return a check with its cases; its oracle, slow loops, works each case out once."""
    check = find_check(name)
    cases = check.cases(np.random.default_rng(seed))
    if check.score:
        return check, cases
    oracle = cache(lambda number: check.oracle(*cases[number].args))
    numbers = {tuple(map(id, case.args)): number for number, case in enumerate(cases)}
    return replace(check, oracle=lambda *args: oracle(numbers[tuple(map(id, args))])), cases


@pytest.fixture
def verdict_on():
    """Return a function (name, function, seed) -> the verdict on that function."""

    def verdict(name, function, seed=0):
        check, cases = check_and_cases(name, seed)
        return judge(check, cases, observe(name, function, [case.args for case in cases]))

    return verdict
