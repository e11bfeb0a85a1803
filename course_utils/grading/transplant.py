"""Takes the answers out of a submission and puts them into the pristine notebook."""

import ast
import re
import sys
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager

from course_utils.grading.pristine import pristine_notebooks
from course_utils.grading.releases import names_of, release_notes

NEWER_PYTHON = "Written with Python"  # how these notes begin
OTHER_LESSON = "It also answers"
STUB = re.compile(r"raise NotImplementedError\(\s*([\"'])(\w+): exercise [\d.]+\1\s*\)")


@dataclass(frozen=True)
class Step:
    """Code that is run: `role` is "given", "answer", "extra" or "check"; `name` its exercise."""

    role: str
    name: str
    source: str


@dataclass
class Plan:
    """The steps of a graded notebook, and notes for its owner; no note costs a point."""

    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def transplant(submission, pristine) -> Plan:
    """Return what is run to grade a submission.

    submission: a notebook (nbformat 4). Only sources are read: answers found by `grade_id`, then
    by cell id, then by the function that a cell defines; cells that the learner added or changed
    run where they stand, and their outputs count for nothing.
    """
    cells = [dict(number=i, cell=cell) for i, cell in enumerate(submission.cells)]
    known = {cell.identity: cell for cell in pristine.cells}
    plan = Plan()
    chosen = {}
    for name in pristine.exercises():
        found = _choose(cells, name, plan)
        if found:
            chosen[name] = found
    releases = release_notes(submission, pristine.name, pristine.exercises(), chosen)
    plan.notes = releases + _newer_python(submission, chosen) + plan.notes
    plan.notes += _other_lessons(cells, pristine)
    extras = _extras(cells, pristine, known, {one["number"] for one in chosen.values()})
    plan.steps += [_step("extra", "", one) for one in extras.pop(-1, [])]
    for position, identity in enumerate(pristine.order):
        cell = known.get(identity)
        answer = chosen.get(cell.name, {}) if cell and cell.role == "answer" else {}
        here = extras.get(position, [])
        before = [one for one in here if one["number"] < answer.get("number", -1)]
        after = [_step("extra", "", one) for one in here if one not in before]
        plan.steps += [_step("extra", "", one) for one in before]
        if cell is None:
            plan.steps += after
        elif cell.role == "answer":
            if answer:
                plan.steps.append(_answer(cell.name, answer))
            elif not any(note.startswith(f"{cell.name} is not in") for note in releases):
                plan.notes.append(f"There is no answer cell for {cell.name}.")
            plan.steps += after
        elif cell.role == "check":
            plan.steps += [*after, Step("check", cell.name, "")]
        else:
            plan.steps += [Step("given", "", cell.source), *after]
    return plan


def _step(role, name, one):
    return Step(role, name, str(one["cell"].source))


def _answer(name, one):
    """Return the step of an answer; one under an older name gets today's as well."""
    step = _step("answer", name, one)
    defined = defined_names(one["cell"])
    old = [older for older in names_of(name)[1:] if older in defined]
    if name in defined or not old:
        return step
    return Step("answer", name, f"{step.source}\n{name} = {old[0]}")


def _grade_id(cell):
    data = cell.metadata.get("nbgrader", {})
    return str(data.get("grade_id", "")) if isinstance(data, dict) else ""


def _choose(cells, name, plan):
    """Return the submission's cell that answers `name`; an untouched stub is the last choice."""
    names = set(names_of(name))
    identities = {one.replace("_", "-") + "-answer" for one in names}
    by_grade_id = [one for one in cells if _grade_id(one["cell"]) in names]
    by_cell_id = [one for one in cells if one["cell"].get("id") in identities]
    marked = by_grade_id or by_cell_id
    defining = [one for one in cells if names & defined_names(one["cell"])]
    choices = [
        [one for one in marked if one in defining],
        defining,
        marked,  # it may define nothing: a slip in its syntax, or only a part of the answer
    ]
    for candidates in choices:
        written = [one for one in candidates if not is_stub(one["cell"]["source"], name)]
        if written:
            plan.notes += _notes(name, written, marked)
            return written[-1]
    return (marked or defining or [None])[-1]


def _notes(name, written, marked):
    """Return what the owner should know about where the answer was found."""
    found, notes = written[-1], []
    if len(written) > 1:
        notes.append(f"{name} is written {len(written)} times; the last one counts.")
    if not marked:
        notes.append(f"The answer cell of {name} lost its mark; it was found by name.")
    elif found not in marked:
        notes.append(f"{name} was found in a cell that you added.")
    if found["cell"].cell_type != "code":
        notes.append(f"The answer of {name} stands in a text cell; it was run anyway.")
    return notes


def _newer_python(submission, chosen):
    """Return a note for each answer in a Python that is too new to be read here."""
    language = submission.get("metadata", {}).get("language_info")
    version = str(language.get("version", "")) if isinstance(language, dict) else ""
    found = re.match(r"3\.(\d{1,3})\b", version)
    if not found or int(found[1]) <= sys.version_info.minor:
        return []
    here = f"3.{sys.version_info.minor}, which cannot read the answer cell of"
    unread = [name for name, one in chosen.items() if parsed(one["cell"].source) is None]
    return [f"{NEWER_PYTHON} {found[0]}, graded with {here} {name}." for name in unread]


def _other_lessons(cells, pristine):
    """Return a note for each other lesson that is answered in the same file, marks and all."""
    marked = {_grade_id(one["cell"]): one["cell"].source for one in cells}
    notes = []
    for other in pristine_notebooks().values():
        names = other.exercises() if other.name != pristine.name else []
        if names and all(name in marked and not is_stub(marked[name], name) for name in names):
            words = "which is not graded here: hand each lesson in as a file of its own"
            notes.append(f"{OTHER_LESSON} {other.name}, {words}.")
    return notes


def is_stub(source, name) -> bool:
    """Say whether an answer cell is still the blank one.

    >>> is_stub('def f(x):\\n    raise NotImplementedError("f: exercise 1.1")', "f")
    True
    """
    found = STUB.search(source)
    return bool(found and found[2] in names_of(name)) or not source.strip()


def translated(source) -> str:
    """Return the source of a cell as plain Python, its magics translated as IPython does."""
    return TransformerManager().transform_cell(str(source))


def parsed(source):
    """Return the syntax tree of a cell, its magics translated; None if it is broken."""
    try:
        return ast.parse(translated(source))
    except (SyntaxError, ValueError, RuntimeError, MemoryError):
        return None  # RuntimeError: IPython gives up at 500 magics


def defined_names(cell) -> set[str]:
    """Return the functions and variables that a cell defines at its top level."""
    tree = parsed(cell.source) if cell.cell_type == "code" or "def " in cell.source else None
    names = set()
    for statement in tree.body if tree else []:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return names


def functions_in(source) -> list[str]:
    """Return the names of the functions that a cell defines at its top level."""
    tree = parsed(source)
    body = tree.body if tree else []
    return [one.name for one in body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]


def definitions(source) -> str:
    """Return what a cell imports, defines and sets without a call; a failing import is borne.

    >>> definitions("n = input()\\nEPS = 1e-9\\ndef f(x): return x").splitlines()
    ['EPS = 1e-09', 'def f(x):', '    return x']
    """
    tree = parsed(source)
    found = []
    for one in tree.body if tree else []:
        text = ast.unparse(one)
        if isinstance(one, (ast.Import, ast.ImportFrom)):
            text = f"try:\n    {text}\nexcept ImportError:\n    pass"
        elif isinstance(one, ast.Assign) and not isinstance(one.value, ast.Lambda):
            text = "" if any(isinstance(part, ast.Call) for part in ast.walk(one)) else text
        elif not isinstance(one, (ast.Assign, ast.FunctionDef, ast.ClassDef)):
            text = ""
        found.append(text)
    return "\n".join(filter(None, found))


def _extras(cells, pristine, known, taken):
    """Return the learner's added or changed code cells by the pristine cell that they follow."""
    position = -1
    places = {identity: i for i, identity in enumerate(pristine.order)}
    by_text = {text: places[identity] for identity, text in pristine.texts.items()}
    extras = {}
    for one in cells:
        cell = one["cell"]
        here = places.get(cell.get("id"), by_text.get(cell.source))
        if here is None and one["number"] in taken:
            here = next((places[i] for i, c in known.items() if c.name == _grade_id(cell)), None)
        position = position if here is None else max(position, here)
        if cell.cell_type != "code" or one["number"] in taken or cell.source in by_text:
            continue
        if STUB.search(cell.source) or not cell.source.strip():
            continue
        if re.fullmatch(r"\s*check\(.*\)\s*", cell.source):
            continue
        extras.setdefault(position, []).append(one)
    return extras
