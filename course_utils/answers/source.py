"""Takes a function's source out of a notebook, with all that it needs to stand alone."""

import ast
import inspect
import symtable
import sys
import textwrap
from dataclasses import dataclass, field
from types import FunctionType, ModuleType

import numpy as np


class NotKept(Exception):
    """The function cannot stand alone in a file; the message says what to change."""


@dataclass
class Standalone:
    """Source that defines `name`, the import lines it needs, and course functions it calls."""

    name: str
    text: str
    imports: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def standalone(name, function, known=()) -> Standalone:
    """Return the source of `function` with its helper functions and imports.

    `known` are the names of the course's exercises: these are listed in `calls`, not copied.
    Raises NotKept if the source cannot be had, or if it uses a variable of the notebook.
    """
    result = Standalone(name, "")
    result.text = _collect(name, function, known, result, seen={name})
    return result


def _collect(name, function, known, result, seen):
    """Return the text of `function`, after the texts of the helpers that it calls."""
    text = _definition(name, function)
    parts = []
    for used in sorted(_global_names(text)):
        if used in seen or used not in function.__globals__:
            continue
        seen.add(used)
        value = function.__globals__[used]
        if used in known:
            result.calls.append(used)
        elif not _import_line(used, value, result):
            if isinstance(value, FunctionType):
                parts.append(_collect(used, value, known, result, seen))
            else:
                raise NotKept(
                    f"`{name}` uses `{used}`, a variable of this notebook. Define it inside the "
                    "function or make it an argument; then the function can stand alone."
                )
    return "\n\n\n".join([*parts, text])


def _definition(name, function):
    """Return source whose execution defines `name`."""
    try:
        text = textwrap.dedent(inspect.getsource(function)).strip()
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError):
        raise NotKept(
            f"The source of `{name}` cannot be found. Define it with `def {name}(...):` in a cell."
        ) from None
    statement = tree.body[0]
    if isinstance(statement, ast.FunctionDef):
        alias = "" if statement.name == name else f"\n\n\n{name} = {statement.name}"
        return text + alias
    if isinstance(statement, ast.Assign) and name in {
        target.id for target in statement.targets if isinstance(target, ast.Name)
    }:
        return text
    raise NotKept(f"Define `{name}` with `def {name}(...):`, so that it can be kept in a file.")


def _global_names(text):
    """Return the names that the functions in `text` look up outside themselves."""
    names = set()
    tables = [symtable.symtable(text, "<answer>", "exec")]
    while tables:
        table = tables.pop()
        tables.extend(table.get_children())
        if table.get_type() == "module":
            names |= {s.get_name() for s in table.get_symbols() if s.is_referenced()}
        else:
            names |= {s.get_name() for s in table.get_symbols() if s.is_global()}
    return names


def _import_line(used, value, result):
    """Note the import that provides `value`; return False if no import does."""
    if value is np and used == "np":
        return True
    if isinstance(value, ModuleType):
        module, line = value.__name__, f"import {value.__name__}"
        line += "" if module == used else f" as {used}"
    else:
        module = getattr(value, "__module__", None) or ""
        if isinstance(value, np.ufunc):
            module = "numpy"
        original = getattr(value, "__name__", used)
        if module == "__main__" or getattr(sys.modules.get(module), original, None) is not value:
            return False
        line = f"from {module} import {original}" + ("" if original == used else f" as {used}")
    top = module.split(".")[0]
    if top != "numpy" and top not in sys.stdlib_module_names:
        raise NotKept(
            f"Your function uses `{used}` from {top}. my_transformer.py imports nothing but "
            "NumPy (and Python's own library), so write this step with NumPy."
        )
    if line not in result.imports:
        result.imports.append(line)
    return True
