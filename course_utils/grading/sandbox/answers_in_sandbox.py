"""What `from course_utils.answers import check, load` brings inside the sandbox.

The checks and the model are not there: `check` leaves the judging to the grader, and `load`
takes an earlier lesson's function from the `my_transformer.py` that the grader put there.
"""

import os
from functools import cache
from pathlib import Path


@cache
def _functions():
    path = Path(os.environ["COURSE_MY_TRANSFORMER"])
    found = {}
    if path.exists():
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), found)
    return found


def check(name, *, replace=False):
    """Say that the grader judges this function."""
    print(f"{name}: judged by the grader")


check_only = check


def load(name):
    """Return an earlier lesson's function; raise LookupError for one that is asked for here."""
    function = _functions().get(name)
    if not callable(function):
        raise LookupError(f"{name} is not there while this notebook is graded")
    print(f"{name}: the reference")
    return function
