"""Finds in a learner's other cells what an answer lacks: notebooks are not always run in order."""

import ast
import re

from course_utils.grading.transplant import parsed

MISSING = re.compile(r"name '(\w+)' is not defined")


def missing_names(transcript) -> set[str]:
    """Return the names for lack of which a function stopped.

    >>> error = {"type": "NameError", "message": "name 'f' is not defined"}
    >>> missing_names({"cases": [{"error": error}, {"error": None}]})
    {'f'}
    """
    names = set()
    for case in transcript["cases"]:
        error = case.get("error") if isinstance(case, dict) else None
        if isinstance(error, dict) and error.get("type") == "NameError":
            names |= set(MISSING.findall(str(error.get("message"))[:200]))
    return names


def bindings(source, names) -> str:
    r"""Return the statements at the top level of a cell that bind one of these names.

    >>> bindings("print(1)\ndef f(x): return x\ng = 2", {"f"})
    'def f(x):\n    return x'
    """
    tree = parsed(source)
    return "\n".join(ast.unparse(one) for one in (tree.body if tree else ()) if _bound(one) & names)


def _bound(statement):
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(one.asname or one.name).partition(".")[0] for one in statement.names}
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return {one.id for one in ast.walk(statement) if _is_stored(one)}
    return set()


def _is_stored(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
