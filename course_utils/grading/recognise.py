"""Reads a notebook file, whatever state it is in, and finds which exercises it answers."""

import json
import re
from pathlib import Path

try:
    import nbformat
except ImportError:  # in the browser, where JupyterLite writes format 4 and nothing else
    nbformat = None

from course_utils.grading.pristine import NoClone, pristine_notebooks
from course_utils.grading.transplant import defined_names, functions_in

CONFLICT = re.compile(r"^<<<<<<< ", re.MULTILINE)
LARGEST = 64_000_000  # bytes


class Unreadable(Exception):
    """The file is no notebook; the message is one sentence that says why."""


class PlainNode(dict):
    """A part of a notebook where there is no nbformat: a dict with its keys as attributes."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _nodes(data):
    if nbformat:
        return nbformat.from_dict(data)
    return json.loads(json.dumps(data), object_hook=PlainNode)


def read_notebook(path):
    """Return the notebook in nbformat 4; raise Unreadable with a sentence."""
    path = Path(path)
    if path.is_dir():
        raise Unreadable(f"{path.name} is a folder, not a notebook.")
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Unreadable(f"{path} does not exist.") from None
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Unreadable(
            f"{path.name} is not a text in UTF-8; save it again from Jupyter."
        ) from None
    except RecursionError:
        raise Unreadable(f"{path.name} is nested too deeply to be a notebook.") from None
    except ValueError as error:
        raise Unreadable(_no_json(path, error)) from None
    return _upgraded(path, data)


def _no_json(path, error):
    if path.stat().st_size == 0:
        return f"{path.name} is empty; save the notebook again."
    with path.open(encoding="utf-8-sig") as file:
        beginning = file.read(500).lstrip().lower()
    if beginning.startswith(("<!doctype html", "<html")):
        return f"{path.name} is a web page, not a notebook; download the notebook itself."
    if CONFLICT.search(path.read_text(encoding="utf-8-sig")):
        return f"{path.name} holds the marks of a git conflict (<<<<<<<); resolve it first."
    where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
    return (
        f"{path.name} is not a notebook: expected JSON, and it stops being JSON{where}. "
        "Was the download or the upload cut short?"
    )


def _upgraded(path, data):
    """Return the data as a notebook of format 4, its cells complete as far as grading needs."""
    fault = f"{path.name} is JSON, but not a notebook: it has no list of cells."
    if not isinstance(data, dict):
        raise Unreadable(fault)
    try:
        notebook = _nodes(data)
        if nbformat and notebook.get("nbformat", 4) < 4:
            notebook = nbformat.convert(notebook, 4)
        cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    except Exception:  # nbformat raises many kinds for many kinds of damage
        raise Unreadable(fault) from None
    for cell in cells:
        source = cell.get("source", "")
        cell["source"] = "".join(map(str, source)) if isinstance(source, list) else str(source)
        cell.setdefault("cell_type", "code")
        if not isinstance(cell.get("metadata"), dict):
            cell["metadata"] = _nodes({})
    notebook["cells"] = cells
    return notebook


def recognise(path) -> str:
    """Return the name of the exercise notebook that a file answers ("02_softmax"), or "".

    By file name, then by the marks of its cells, then by the functions it defines and checks.
    Raises Unreadable if the file is no notebook, cannot be graded without a clone, or is a lesson
    as it was handed out, which has the same file name.
    """
    notebook = read_notebook(path)
    try:
        known = pristine_notebooks()
    except NoClone as reason:
        if "course" in notebook.metadata:
            raise Unreadable(f"{Path(path).name} cannot be graded: {reason}") from None
        return ""
    lesson = _untouched_lesson(notebook, known)
    if lesson:
        words = f"is the lesson and holds no answer; hand in exercises/{lesson}.ipynb."
        raise Unreadable(f"{Path(path).name} {words}")
    if Path(path).stem in known:
        return Path(path).stem
    text = "\n".join(cell["source"] for cell in notebook.cells)
    defined = {name for cell in notebook.cells for name in defined_names(cell)}
    best, most = "", 0
    for name, pristine in known.items():
        marks = {cell.identity for cell in pristine.cells if cell.role}
        marks |= set(pristine.exercises())
        count = sum(bool(_marks(cell) & marks) for cell in notebook.cells)
        count += sum(
            exercise in defined and f'check("{exercise}")' in text
            for exercise in pristine.exercises()
        )
        if count > most:
            best, most = name, count
    return best


def _untouched_lesson(notebook, known):
    """Return the lesson whose text this is, not its exercises; "" if an answer stands in it."""
    course = notebook.get("metadata", {}).get("course")
    lesson = course.get("name") if isinstance(course, dict) and "version" not in course else ""
    if lesson not in known:
        return ""
    marks = {cell.identity for cell in known[lesson].cells if cell.role}
    exercises = set(known[lesson].exercises())
    for cell in notebook.cells:
        if _marks(cell) & (marks | exercises) or exercises & set(functions_in(cell["source"])):
            return ""
    return lesson


def _marks(cell):
    data = cell.metadata.get("nbgrader", {})
    grade_id = data.get("grade_id") if isinstance(data, dict) else None
    return {str(cell.get("id")), str(grade_id)}
