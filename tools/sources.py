"""Reads `source/*.py` (py:percent) into notebooks with roles, ids and nbgrader's metadata."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

from course_utils.checks.registry import UnknownExercise, find_check

ROOT = Path(__file__).resolve().parent.parent
MARKER = re.compile(r"^# %%")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
ROLES = ("exercise", "answer", "check")


class SourceError(Exception):
    """A source that cannot be built; the message begins with its file and line."""


@dataclass(frozen=True)
class Source:
    """One file of `source/`: its path, its name and whether it is a lesson or an exercise."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name without its ending: that of the notebooks made from it."""
        return self.path.stem

    @property
    def is_lesson(self) -> bool:
        """Whether this is a lesson and not an exercise."""
        return self.path.parent.name == "lessons"

    def at(self, line) -> str:
        """Return "source/lessons/02_softmax.py:17", for messages."""
        path = self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path
        return f"{path.as_posix()}:{line}"


def find_sources(names=(), folder=ROOT / "source") -> list[Source]:
    """Return all sources, or those whose name or path is in `names`."""
    found = [Source(p) for part in ("lessons", "exercises") for p in (folder / part).glob("*.py")]
    found.sort(key=lambda source: (source.name, not source.is_lesson))
    if not names:
        return found
    chosen = []
    for name in names:
        path = Path(name)
        fits = [s for s in found if s.name == path.stem and path.suffix in ("", ".py", ".ipynb")]
        if path.suffix == ".py":
            fits = [s for s in fits if s.path == path.resolve()]
        if not fits:
            known = ", ".join(sorted({source.name for source in found}))
            raise SourceError(f"{name}: there is no such source. There are: {known}")
        chosen += [source for source in fits if source not in chosen]
    return chosen


def read_source(source) -> tuple[nbformat.NotebookNode, list[int]]:
    """Return the notebook of a source and, for each cell, the line where its text begins."""
    text = source.path.read_text(encoding="utf-8")
    lines = text.splitlines()
    marks = [number for number, line in enumerate(lines, start=1) if MARKER.match(line)]
    if not marks or any(line.strip() for line in lines[: marks[0] - 1]):
        raise SourceError(f"{source.at(1)}: the first line must begin a cell with '# %%'")
    notebook = jupytext.reads(text, fmt="py:percent")
    if len(notebook.cells) != len(marks):
        raise SourceError(f"{source.at(1)}: {len(marks)} '# %%' lines gave other cells")
    for cell, mark in zip(notebook.cells, marks):
        _assign_role(source, cell, mark)
    starts = [mark + 1 for mark in marks]
    _assign_ids(source, notebook)
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook, starts


def _assign_role(source, cell, line):
    """Turn `answer="softmax"` on a cell into the metadata that nbgrader and the grader read."""
    roles = [role for role in ROLES if role in cell.metadata]
    unknown = set(cell.metadata) - {*ROLES, "tags", "lines_to_next_cell"}
    cell.metadata.pop("lines_to_next_cell", None)
    if unknown:
        raise SourceError(f"{source.at(line)}: unknown cell metadata {', '.join(sorted(unknown))}")
    if BEGIN in cell.source and roles != ["answer"]:
        raise SourceError(f'{source.at(line)}: a solution stands in a cell without answer="..."')
    if not roles:
        return
    role, name = roles[0], cell.metadata.pop(roles[0])
    try:
        check = find_check(name)
    except UnknownExercise as error:
        raise SourceError(f"{source.at(line)}: {error}") from None
    if role == "exercise":
        cell.source = _with_effort(cell.source, check)
    else:
        _validate(source, cell, line, role, check)
        cell.metadata["nbgrader"] = nbgrader_metadata(role, check)
    cell.metadata["course"] = {role: name}


def _validate(source, cell, line, role, check):
    if role == "answer":
        counts = (cell.source.count(BEGIN), cell.source.count(END))
        if counts != (1, 1):
            raise SourceError(
                f"{source.at(line)}: the answer of {check.name} needs one '{BEGIN}' and one "
                f"'{END}', and has {counts[0]} and {counts[1]}"
            )
    elif cell.source.strip() != f'check("{check.name}")':
        raise SourceError(f'{source.at(line)}: a check cell is check("{check.name}") alone')


def nbgrader_metadata(role, check) -> dict:
    """Return the metadata (schema 3) of an answer or a check cell, as nbgrader writes it."""
    data = {
        "grade": role == "check",
        "grade_id": check.name if role == "answer" else f"{check.name}-check",
        "locked": role == "check",
        "schema_version": 3,
        "solution": role == "answer",
        "task": False,
    }
    return data | ({"points": check.points} if role == "check" else {})


def _with_effort(text, check):
    """Add the line with difficulty, importance, minutes and points under the heading."""
    heading, _, rest = text.partition("\n")
    points = "1 point" if check.points == 1 else f"{check.points} points"
    effort = (
        f"*Difficulty {_dots(check.difficulty)} · importance {_dots(check.importance)} · "
        f"about {check.minutes} minutes · {points}*"
    )
    return f"{heading}\n\n{effort}\n{rest}"


def _dots(count):
    return "●" * count + "○" * (5 - count)


def _assign_ids(source, notebook):
    """Give each cell an id from its role or its text: the same at every build."""
    used = set()
    for cell in notebook.cells:
        role = next(iter(cell.metadata.get("course", {}).items()), None)
        stem = f"{role[1]}-{role[0]}" if role else _hash(cell.cell_type, cell.source)
        identity, count = stem.replace("_", "-")[:60], 1
        while identity in used:
            count += 1
            identity = f"{stem}-{count}"
        used.add(identity)
        cell.id = identity


def _hash(*texts):
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def structure_digest(notebook) -> str:
    """Return a digest of what a person edits: the order, kinds, texts and roles of the cells.

    Outputs and counts do not take part, so running a notebook leaves it the same.
    """
    rows = [
        [
            cell.get("id", ""),
            cell.cell_type,
            cell.source,
            cell.metadata.get("nbgrader", {}),
            cell.metadata.get("tags", []),
        ]
        for cell in notebook.cells
    ]
    return _hash(json.dumps(rows, sort_keys=True))
