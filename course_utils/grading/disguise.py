"""Finds answers that fetch the course's own function instead of writing it."""

import ast

from course_utils.grading.transplant import parsed

HIDDEN = ("course_utils.model", "course_utils.checks", "course_utils.grading", "solutions")
ALLOWED = {"course_utils.answers": {"check", "check_only", "load"}}


def fetched(source, exercises) -> str:
    """Return what a cell fetches that it may not, as words, or "" if it fetches nothing.

    `exercises` are the functions that this notebook asks for: `load` may bring earlier ones.

    >>> fetched("from course_utils.model.softmax import softmax", ["softmax"])
    'imports course_utils.model.softmax'
    >>> fetched('softmax = load("softmax")', ["softmax"])
    'loads softmax, which is to be written here'
    >>> fetched("import numpy as np", ["softmax"])
    ''
    """
    tree = parsed(source)
    for node in ast.walk(tree) if tree else []:
        words = _imported(node) or _loaded(node, exercises)
        if words:
            return words
    return ""


def _imported(node):
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        modules = [base, *(f"{base}.{alias.name}" for alias in node.names)]
    elif (
        isinstance(node, ast.Call)
        and node.args
        and _called(node) in ("import_module", "__import__")
    ):
        modules = [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []
    else:
        return ""
    for module in modules:
        if str(module).startswith(HIDDEN):
            return f"imports {module}"
    return ""


def _loaded(node, exercises):
    if isinstance(node, ast.Call) and _called(node) in ("load", "reference") and node.args:
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and argument.value in exercises:
            return f"loads {argument.value}, which is to be written here"
    return ""


def _called(node):
    function = node.func
    return getattr(function, "attr", getattr(function, "id", ""))
