"""The course's own function for each exercise, from `course_utils.model`."""

import importlib
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
