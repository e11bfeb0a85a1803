"""Runs nbgrader and otter-grader on a class, each in its fastest honest setting.

Both have two processes, each with half of the class. nbgrader: `nbgrader autograde`, every process
with a gradebook of its own, since SQLite has one writer. otter-grader: its local run as a function
(`otter.api.grade_submission`), which saves it a start of Python for each submission; no PDF.
(`otter grade` wants Docker.) Neither has a sandbox in this setting.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import numpy as np

from grading_cases import nbgrader_cell, otter_files, peers_notebook

PEERS = Path(__file__).resolve().parents[1] / ".venv-peers"
PYTHON = PEERS / "bin" / "python"
PACKAGES = ("nbgrader==0.9.6", "otter-grader==7.0.0", f"numpy=={np.__version__}")
NOTEBOOK = "02_softmax.ipynb"
CONFIG = 'c = get_config()\nc.CourseDirectory.root = {!r}\nc.Application.log_level = "ERROR"\n'
READ_GRADEBOOK = """
import json, sys
from nbgrader.api import Gradebook
points = {}
with Gradebook("sqlite:///" + sys.argv[1]) as book:
    for one in book.assignment_submissions("ps"):
        for notebook in one.notebooks:
            for grade in notebook.grades:
                points[one.student.id + " " + grade.cell.name] = grade.auto_score
print(json.dumps(points))
"""
RUN_OTTER = """
import json, sys
from pathlib import Path
from otter.api import grade_submission
autograder, results, *paths = sys.argv[1:]
points = {}
for path in paths:
    found = grade_submission(path, autograder, quiet=True).results
    points |= {Path(path).stem + " " + name: test.score for name, test in found.items()}
Path(results).write_text(json.dumps(points))
"""


class PeerFailed(Exception):
    """A peer's command ended with an error; the message is its last words."""


def make_environment():
    """Install the peers into `.venv-peers`, unless they are there."""
    stamp = PEERS / "installed"
    if stamp.exists() and stamp.read_text() == " ".join(PACKAGES):
        return
    subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    stamp.write_text(" ".join(PACKAGES))


def together(commands):
    """Run (command, folder) pairs at the same time, each with the peers' Python in front."""
    places = f"{PEERS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    started = [
        subprocess.Popen(
            [PYTHON, *map(str, command)],
            cwd=folder,
            env=os.environ | {"PATH": places, "OPENBLAS_NUM_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command, folder in commands
    ]
    said = [process.communicate()[1] for process in started]
    for process, words in zip(started, said):
        if process.returncode:
            raise PeerFailed(words[-2000:])


class Nbgrader:
    """Courses of nbgrader in `folder`, one a process; `run` grades, `points` reads back."""

    def __init__(self, folder, classroom, processes):
        self.folder, self.classroom, self.processes = Path(folder), classroom, processes
        self.course = self.folder / "course"
        source = peers_notebook(check_cell=nbgrader_cell)
        for cell in source.cells:
            if "answer" in cell.metadata.get("course", {}):
                cell.source += "\n    ### BEGIN SOLUTION\n    ### END SOLUTION"
        self._write(source, self.course / "source" / "ps" / NOTEBOOK)
        self._configure(self.course)
        together([(("-m", "nbgrader", "generate_assignment", "ps"), self.course)])
        self.halves = []

    def run(self):
        """Grade the class from nothing."""
        self.halves = [self._half(number) for number in range(self.processes)]
        together([(("-m", "nbgrader", "autograde", "ps"), half) for half in self.halves])

    def points(self):
        """Return {"learner exercise": points} of the last run."""
        found = {}
        for half in self.halves:
            command = [PYTHON, "-c", READ_GRADEBOOK, half / "gradebook.db"]
            said = subprocess.run(command, capture_output=True, check=True).stdout
            found |= json.loads(said)
        return {key.removesuffix("-check"): round(value, 2) for key, value in found.items()}

    def _half(self, number):
        """Return a fresh copy of the course with this process's part of the class."""
        half = self.folder / f"half_{number}"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(self.course, half)
        self._configure(half)
        for learner, answers in self.classroom[number :: self.processes]:
            made = nbformat.read(half / "release" / "ps" / NOTEBOOK, 4)
            for cell in made.cells:
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = answers.get(grade_id, cell.source)
            self._write(made, half / "submitted" / learner / "ps" / NOTEBOOK)
        return half

    def _configure(self, folder):
        (folder / "nbgrader_config.py").write_text(CONFIG.format(str(folder)))

    def _write(self, made, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, path)


class Otter:
    """An autograder of otter-grader in `folder`; `run` grades, `points` reads back."""

    def __init__(self, folder, classroom, processes):
        self.folder, self.processes = Path(folder), processes
        self.folder.mkdir(parents=True)
        self.autograder = self.folder / "autograder.zip"
        with zipfile.ZipFile(self.autograder, "w") as archive:
            archive.writestr("otter_config.json", json.dumps({"print_summary": False}))
            for name, text in otter_files().items():
                archive.writestr(f"tests/{name}", text)
        self.paths = [self.folder / f"{learner}.ipynb" for learner, _ in classroom]
        for path, (_, answers) in zip(self.paths, classroom):
            nbformat.write(peers_notebook(answers), path)

    def run(self):
        """Grade the class."""
        parts = [self.paths[number :: self.processes] for number in range(self.processes)]
        script = ("-c", RUN_OTTER, self.autograder)
        together(
            [
                ((*script, self.folder / f"{number}.json", *part), self.folder)
                for number, part in enumerate(parts)
            ]
        )

    def points(self):
        """Return {"learner exercise": points} of the last run: of visible and hidden, the less."""
        found = {}
        for number in range(self.processes):
            for key, score in json.loads((self.folder / f"{number}.json").read_text()).items():
                place = key.rpartition(" ")[0]
                found[place] = min(found.get(place, score), score)
        return {place: round(score, 2) for place, score in found.items()}
