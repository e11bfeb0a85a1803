"""Makes submissions out of the blank exercises and grades them in a pytest of their own."""

import copy
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import nbformat

import build
from course_utils.checks.registry import all_checks

ROOT = Path(__file__).resolve().parents[2]

SOFTMAX = """def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)"""
WRONG_SOFTMAX = """def softmax(x, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)"""
SOFT_LOOKUP = """def soft_lookup(q, K, V, temperature=1.0):
    return softmax(K @ q / temperature) @ V"""


@cache
def blank():
    """Return the blank exercises; those in exercises/ may be a learner's own by now."""
    return build.blank_exercises()


class Submission:
    """A copy of a blank exercise notebook that a test fills in."""

    def __init__(self, name="02_softmax"):
        self.nb = copy.deepcopy(blank()[f"{name}.ipynb"])

    def cell(self, identity):
        """Return the cell with this id."""
        return next(cell for cell in self.nb.cells if cell.get("id") == identity)

    def answer(self, name, source):
        """Write an answer into its cell."""
        self.cell(f"{name.replace('_', '-')}-answer").source = source
        return self

    def insert(self, source, before=None, after=None):
        """Add a code cell of the learner's own."""
        place = self.nb.cells.index(self.cell(before or after)) + (after is not None)
        self.nb.cells.insert(place, nbformat.v4.new_code_cell(source))
        return self

    def duplicate(self, identity, source=None):
        """Copy a cell with its metadata, as JupyterLab does."""
        original = self.cell(identity)
        twin = copy.deepcopy(original)
        twin["id"] = f"{identity}-copy"
        twin.source = original.source if source is None else source
        self.nb.cells.insert(self.nb.cells.index(original) + 1, twin)
        return self

    def save(self, path):
        """Write the notebook."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(self.nb), encoding="utf-8")
        return path


def solved():
    """Return a submission with both answers right."""
    return Submission().answer("softmax", SOFTMAX).answer("soft_lookup", SOFT_LOOKUP)


class Result:
    """What a run of pytest reported: points and words by (file, exercise)."""

    def __init__(self, xml, output, code):
        self.output, self.code = output, code
        self.points, self.words = {}, {}
        for case in ET.fromstring(xml).iter("testcase"):
            key = (case.get("classname").split(".")[0], case.get("name"))
            for entry in case.iter("property"):
                if entry.get("name") == "points":
                    self.points[key] = float(entry.get("value"))
            failure = case.find("failure")
            self.words[key] = failure.text if failure is not None else ""


def grade_folder(folder, *options):
    """Run `pytest --nbval` on a folder and return the Result."""
    xml = folder.parent / f"{folder.name}.xml"
    # Named, the course's plugin is read before nbval, which spares half of the start.
    plugins = ["-p", "attention_course", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugins, "--nbval", "-q"]
    command += [f"--junitxml={xml}", "-c", str(ROOT / "pyproject.toml"), *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder.parent, timeout=540)
    assert xml.exists(), done.stdout + done.stderr
    return Result(xml.read_text(encoding="utf-8"), done.stdout, done.returncode)


def grade_solutions(folder, *options):
    """Grade the course's own solutions as somebody would hand them in; all must be right."""
    for path in sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb")):
        target = folder / "solved" / "anna" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    result = grade_folder(folder / "solved", *options)
    assert result.code == 0, result.output
    assert result.points == {("anna", name): one.points for name, one in all_checks().items()}


def command_lines():
    """Return the command lines of all processes of this machine."""
    found = ""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += path.read_bytes().replace(b"\0", b" ").decode(errors="replace") + "\n"
        except OSError:
            continue
    return found
