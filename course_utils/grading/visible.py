"""Observe and judge in one process, on the visible cases: what a notebook's check does."""

import numpy as np

from course_utils.grading.judge import judge
from course_utils.grading.observe import observe

VISIBLE_SEED = 0


def visible_cases(check):
    """Return the cases that everyone sees."""
    return check.cases(np.random.default_rng(VISIBLE_SEED))


def judge_visible(check, function):
    """Return the verdict on `function`, called here, on the visible cases.

    >>> from course_utils.checks.registry import find_check
    >>> judge_visible(find_check("softmax"), np.exp).right
    False
    """
    cases = visible_cases(check)
    return judge(check, cases, observe(check.name, function, [case.args for case in cases]))
