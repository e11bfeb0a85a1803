"""Fixtures for the whole test tree."""

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


@pytest.fixture
def verdict_on():
    """Return a function (name, function, seed) -> the verdict on that function."""

    def verdict(name, function, seed=0):
        check = find_check(name)
        cases = check.cases(np.random.default_rng(seed))
        return judge(check, cases, observe(name, function, [case.args for case in cases]))

    return verdict
