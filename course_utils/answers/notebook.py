"""What a notebook calls: `check("softmax")` and `softmax = load("softmax")`."""

import inspect
import os

from course_utils.answers import file
from course_utils.answers.keep import keep
from course_utils.answers.source import NotKept
from course_utils.checks.reference import reference
from course_utils.checks.registry import UnknownExercise, find_check
from course_utils.grading.points import earned
from course_utils.grading.verdict import Verdict
from course_utils.grading.visible import judge_visible, visible_cases


def check(name, *, replace=False):
    """Show whether the function called `name` in this notebook is right, and keep it if it is.

    A right function goes into `my_transformer.py`, where later lessons find it; `replace=True`
    lets it take the place of one that you edited there. Shows a verdict and returns nothing,
    except to nbgrader, which takes the points of a cell from what it returns.

    >>> check("sofmax")
    sofmax: no such exercise
      There is no exercise called "sofmax". Did you mean "softmax"?
    """
    namespace = inspect.currentframe().f_back.f_globals
    verdict = _verdict(name, namespace)
    if verdict.right:
        try:
            verdict = verdict.with_notes(keep(find_check(name), namespace[name], replace))
        except (NotKept, file.BrokenFile, OSError) as error:
            verdict = verdict.with_notes(f"Not kept: {error}")
    show(verdict)
    return _for_nbgrader(verdict)


def check_only(name, *, replace=False):
    """Show the verdict as `check` does, and keep nothing: for the solutions."""
    verdict = _verdict(name, inspect.currentframe().f_back.f_globals)
    show(verdict)
    return _for_nbgrader(verdict)


def _for_nbgrader(verdict):
    """Return the points while nbgrader runs the notebook, else None.

    To nbgrader a number is partial credit, and a cell that only shows something has all points.
    """
    return earned(verdict) if os.environ.get("NBGRADER_EXECUTION") else None


def _verdict(name, namespace):
    try:
        found = find_check(name)
    except UnknownExercise as error:
        shown = name if isinstance(name, str) else getattr(name, "__name__", "check")
        return Verdict(shown, "no such exercise", (str(error),))
    if name not in namespace:
        sentence = f"There is no function `{name}` yet: run the cell that defines it first."
        return Verdict(name, "not written", (sentence,), total=len(visible_cases(found)))
    return judge_visible(found, namespace[name])


def show(verdict):
    """Display a verdict in a notebook, or print it where there is none."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(verdict)
        return
    if get_ipython() is None:
        print(verdict)
    else:
        display(verdict)


def load(name):
    """Return the learner's own function from `my_transformer.py` if it is right there.

    Otherwise return the course's reference. Prints one line that says which, and why.
    Raises UnknownExercise for a name that the course does not have.
    """
    found = find_check(name)
    function, why = _own(found)
    origin = f"yours (lesson {found.lesson})" if function else f"the reference{why}"
    print(f"{name}: {origin}")
    return function or reference(name)


def _own(found):
    """Return (function, "") from the learner's file, or (None, why it is not used)."""
    path = file.learner_file()
    try:
        _, blocks = file.read(path)
        stand_ins = {block.name for block in blocks if block.origin == "reference"}
        function = vars(file.import_file(path)).get(found.name) if path.exists() else None
    except file.BrokenFile as error:
        return None, f" ({error})"
    if function is None or (found.name in stand_ins and not _edited(blocks, found.name)):
        return None, ""
    if found.score or judge_visible(found, function).right:
        return function, ""
    return None, f" (yours in {path.name} does not pass its check)"


def _edited(blocks, name):
    return any(block.edited for block in blocks if block.name == name)
