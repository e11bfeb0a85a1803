"""The course's own function for each exercise, from `course_utils.model`."""

import importlib
import inspect
import pkgutil
from functools import cache

import course_utils.model


@cache
def reference(name):
    """Return the reference function called `name`; raise LookupError if the model has none.

    >>> reference("softmax").__module__
    'course_utils.model.softmax'
    """
    for module in pkgutil.iter_modules(course_utils.model.__path__):
        module = importlib.import_module(f"course_utils.model.{module.name}")
        function = getattr(module, name, None)
        if getattr(function, "__module__", None) == module.__name__:
            return function
    raise LookupError(f"course_utils.model has no function called {name}")


def reference_source(*names) -> str:
    """Return a text that defines these functions and all they call, and imports only NumPy.

    >>> "def dot_scores" in reference_source("soft_lookup")
    True
    """
    found = {}
    for name in names:
        _gather(reference(name), found)
    return "\n\n\n".join(["import numpy as np", *found.values()]) + "\n"


def _gather(function, found):
    """Put the sources of the functions that `function` calls into `found`, then its own."""
    if function.__name__ in found:
        return
    for used in _names(function.__code__):
        value = function.__globals__.get(used)
        if getattr(value, "__module__", "").startswith("course_utils.model") and value != function:
            _gather(value, found)
    found[function.__name__] = inspect.getsource(function).strip()


def _names(code):
    inner = [part for part in code.co_consts if inspect.iscode(part)]
    return [*code.co_names, *(name for part in inner for name in _names(part))]
