"""How far a learner is: derived from `my_transformer.py` and the exercise notebooks, not stored."""

from dataclasses import dataclass
from pathlib import Path

from course_utils.answers import file
from course_utils.checks.check import Check
from course_utils.checks.registry import all_checks, find_check
from course_utils.grading.pristine import ROOT, pristine_notebooks
from course_utils.grading.recognise import Unreadable, read_notebook
from course_utils.grading.transplant import defined_names, is_stub
from course_utils.grading.verdict import Verdict
from course_utils.grading.visible import judge_visible

KEPT, FAILING, STARTED, OPEN = "kept", "kept, fails its check", "started", "not started"
SIGNS = {KEPT: "✓", FAILING: "✗", STARTED: "…", OPEN: "·"}


@dataclass(frozen=True)
class Row:
    """One exercise and its state."""

    notebook: str
    check: Check
    state: str

    @property
    def points(self) -> int:
        """The points, if the function is kept and right."""
        return self.check.points if self.state == KEPT else 0


@dataclass(frozen=True)
class Progress:
    """A row for each exercise, and sentences about what could not be read."""

    rows: list[Row]
    problems: list[str]


def check_kept(name) -> Verdict:
    """Return the verdict on the function called `name` in the learner's file.

    Raises UnknownExercise for a name that the course does not have.
    """
    found = find_check(name)
    path = file.learner_file()
    if not path.exists():
        return Verdict(name, "not written", (f"There is no {path.name} yet.",))
    try:
        function = vars(file.import_file(path)).get(name)
    except file.BrokenFile as error:
        return Verdict(name, "error", (str(error),))
    if function is None:
        return Verdict(name, "not written", (f"{path.name} has no function `{name}`.",))
    return judge_visible(found, function)


def progress(folder=None) -> Progress:
    """Return where the learner of `folder` is; the folder is where `exercises/` lies.

    A function counts when it stands in my_transformer.py and passes its check there; "started"
    means that the answer in the exercise notebook is no longer the blank one.
    """
    path = (Path(folder) / "my_transformer.py") if folder else file.learner_file()
    problems, functions, own, passed = [], {}, set(), set()
    if path.exists():
        try:
            _, blocks = file.read(path)
            functions = vars(file.import_file(path))
            own = {b.name for b in blocks if b.origin == "kept" or b.edited}
            own |= set(functions) - {b.name for b in blocks}
            passed = {b.name for b in blocks if b.origin == "kept" and not b.edited}
        except file.BrokenFile as error:
            problems.append(str(error))
    rows = []
    for name, pristine in _course(path.parent).items():
        begun = _begun(path.parent / "exercises" / f"{name}.ipynb", pristine, problems)
        for exercise in pristine.exercises():
            check = all_checks()[exercise]
            state = STARTED if exercise in begun else OPEN
            if exercise in own and exercise in functions:
                # A scored function is not trained again: its text is the one that passed.
                known = check.score and exercise in passed
                right = known or judge_visible(check, functions[exercise]).right
                state = KEPT if right else FAILING
            rows.append(Row(name, check, state))
    return Progress(rows, problems)


def _course(folder):
    """Return the course's notebooks; in the browser they lie in the learner's own folder."""
    return pristine_notebooks() if (ROOT / "solutions").is_dir() else pristine_notebooks(folder)


def _begun(path, pristine, problems):
    """Return the exercises whose answer in the notebook is no longer blank."""
    if not path.exists():
        return set()
    try:
        cells = read_notebook(path).cells
    except Unreadable as error:
        problems.append(str(error))
        return set()
    return {
        name
        for name in pristine.exercises()
        for cell in cells
        if name in defined_names(cell) and not is_stub(cell["source"], name)
    }


def report(found) -> list[str]:
    """Return the lines that `course status` prints."""
    width = max(len(row.check.name) for row in found.rows)
    lines, last = [], ""
    for row in found.rows:
        if row.notebook != last:
            lines += ([""] if last else []) + [row.notebook.replace("_", " ")]
            last = row.notebook
        points = f"{row.points} of {row.check.points}"
        lines.append(f"  {SIGNS[row.state]} {row.check.name:<{width}}  {points:>8}  {row.state}")
    earned = sum(row.points for row in found.rows)
    total = sum(row.check.points for row in found.rows)
    nearest = next((row for row in found.rows if row.state != KEPT), None)
    lines += ["", f"{earned} of {total} points"]
    if nearest:
        lines.append(f"next: exercise {nearest.check.number} in exercises/{nearest.notebook}.ipynb")
    return lines + found.problems
