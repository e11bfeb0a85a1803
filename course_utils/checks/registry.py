"""Finds the check of an exercise by name; a module with `CHECKS` in this package is enough."""

import difflib
import importlib
import pkgutil
from functools import cache

import course_utils.checks
from course_utils.checks.check import Check


class UnknownExercise(LookupError):
    """There is no exercise of that name; the message gives the nearest one."""


@cache
def all_checks() -> dict[str, Check]:
    """Return every check of the course by name, in the order of the lessons.

    >>> list(all_checks())[0]
    'average_lookup'
    """
    found = []
    for module in pkgutil.iter_modules(course_utils.checks.__path__):
        module = importlib.import_module(f"course_utils.checks.{module.name}")
        found.extend(getattr(module, "CHECKS", ()))
    found.sort(key=lambda check: [int(part) for part in check.number.split(".")])
    return {check.name: check for check in found}


def find_check(name) -> Check:
    """Return the check called `name`; raise UnknownExercise with the nearest name otherwise.

    >>> find_check("softmax").lesson
    2
    """
    checks = all_checks()
    if isinstance(name, str) and name in checks:
        return checks[name]
    if callable(name):
        raise UnknownExercise(
            "check takes the name of the exercise in quotation marks, "
            f'for example check("{next(iter(checks))}"), and got the function itself.'
        )
    near = difflib.get_close_matches(str(name), checks, n=1, cutoff=0.4)
    guess = f' Did you mean "{near[0]}"?' if near else f" There are: {', '.join(checks)}."
    raise UnknownExercise(f'There is no exercise called "{name}".{guess}')
