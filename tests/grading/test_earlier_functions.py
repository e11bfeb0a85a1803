"""What a graded notebook finds of earlier lessons: their functions, and none that it asks for."""

import ast

import numpy as np
import pytest

from course_utils.checks.registry import all_checks
from course_utils.grading.earlier import earlier_source
from course_utils.grading.pristine import pristine_notebooks


@pytest.mark.parametrize("name", pristine_notebooks())
def test_no_function_that_is_asked_for_is_handed_over(name):
    """The attention of lesson 3 is made of masked_softmax, which lesson 4 asks for."""
    exercises, lesson = pristine_notebooks()[name].exercises(), int(name.split("_")[0])
    text = earlier_source(lesson, exercises)
    defined = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
    assert not defined & set(exercises)
    assert {one for one, check in all_checks().items() if check.lesson < lesson} <= defined


def test_what_is_called_otherwise_still_works():
    found = {}
    exec(earlier_source(4, ["masked_softmax", "causal_mask"]), found)
    x = np.ones((2, 3))
    mask = np.array([[True, False], [False, False]])
    _, weights = found["attention"](x, x, x, mask)
    np.testing.assert_array_equal(weights, [[1, 0], [0, 0]])
