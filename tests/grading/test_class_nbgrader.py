"""In nbgrader a check gives the points of its cell: all, some, or none for a blank one."""

import numpy as np
import pytest
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade
from submissions import SOFTMAX, WRONG_SOFTMAX, Submission

from course_utils.answers import check, check_only

STUB = 'def softmax(x, axis=-1):\n    raise NotImplementedError("softmax: exercise 2.1")'


@pytest.mark.parametrize("checking", [check, check_only])
@pytest.mark.parametrize(
    ("source", "low", "high"), [(SOFTMAX, 4, 4), (WRONG_SOFTMAX, 1, 3), (STUB, 0, 0)]
)
def test_nbgrader_takes_the_points_that_a_check_returns(
    monkeypatch, tmp_path, capsys, checking, source, low, high
):
    monkeypatch.setenv("COURSE_MY_TRANSFORMER", str(tmp_path / "my_transformer.py"))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    notebook = {"np": np, "check": checking}
    with np.errstate(all="ignore"):
        exec(f'{source}\nresult = check("softmax")', notebook)
    cell = Submission().cell("softmax-check")
    shown = {"text/plain": repr(notebook["result"])}
    cell.outputs = [new_output("execute_result", shown, execution_count=1)]
    points, of = determine_grade(cell)
    assert low <= points <= high
    assert of == 4


def test_elsewhere_a_check_returns_nothing(monkeypatch, capsys):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    notebook = {"np": np, "check": check_only}
    exec(f'{SOFTMAX}\nresult = check("softmax")', notebook)
    assert notebook["result"] is None
