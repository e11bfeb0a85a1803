"""Makes `pytest --nbval` grade exercises and check lessons soundly; an entry point of pytest.

A notebook with the course's exercises is graded: its answers are run in the pristine notebook and
judged here, one test an exercise. The lessons and solutions of this course are compared by nbval
as ever, in a private folder, their pictures too. Any other notebook is left to nbval.
"""

import argparse
import contextlib
import re
import tempfile
import time
from pathlib import Path

import pytest

from course_utils.grading.quick_nbformat import nbformat  # isort: skip  (before nbval)
from nbval.plugin import IPyNbCell, IPyNbFile

from course_utils.checks.registry import all_checks
from course_utils.grading.earlier import earlier_source
from course_utils.grading.kernel import GradingKernel, KernelTrouble
from course_utils.grading.pictures import difference_of_pictures
from course_utils.grading.points import Grade, earned, table, words
from course_utils.grading.pristine import ROOT, pristine_notebooks
from course_utils.grading.recognise import Unreadable, read_notebook, recognise
from course_utils.grading.sandbox.protection import ONLY_LANDLOCK, UNPROTECTED, kind, provisioner
from course_utils.grading.sandbox.warm import SandboxRefused
from course_utils.grading.session import Session
from course_utils.grading.transplant import transplant

# What nbval raises if the kernel is dead, or sends messages that are none.
FORGED = (RuntimeError, LookupError, TypeError, ValueError, AttributeError)
LOADED = re.compile(r"^(\w+): (?:yours \(lesson \d+\)|the reference.*)$", re.MULTILINE)


def pytest_addoption(parser):
    """Add the options of grading."""
    group = parser.getgroup("attention course", "grading the exercises of the attention course")
    group.addoption(
        "--course-seed", type=int, default=0, help="seed of the hidden inputs (default 0)"
    )
    group.addoption(
        "--course-seconds",
        type=float,
        default=60,
        help="longest time for one cell of a graded notebook (default 60)",
    )
    group.addoption(
        "--course-notebook-seconds",
        type=float,
        default=900,
        help="longest time for one graded notebook (default 900)",
    )
    group.addoption(
        "--course-sandbox",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="run graded notebooks without network, in a private folder, unable to see the "
        "solutions; where that is not possible, nothing is graded",
    )


def pytest_configure(config):
    """Refuse to begin if a sandbox is asked for and there is none."""
    if config.option.course_sandbox:
        try:
            kind()
        except SandboxRefused as reason:
            raise pytest.UsageError(f"{reason}.") from None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    """Put the course's own collectors in the place of nbval's."""
    found = yield
    return [_own_collector(one, file_path, parent) for one in found]


def _own_collector(collector, path, parent):
    if type(collector) is not IPyNbFile:
        return collector
    if path.resolve().parent in (ROOT / "notebooks", ROOT / "solutions"):
        return CourseNotebook.from_parent(parent, path=path)
    try:
        name = recognise(path)
    except Unreadable as error:
        broken = BrokenNotebook.from_parent(parent, path=path)
        broken.reason = str(error)
        return broken
    if not name:
        return collector
    graded = GradedNotebook.from_parent(parent, path=path)
    graded.exercise_name = name
    return graded


class BrokenNotebook(pytest.File):
    """A file that is no notebook: one failing test with the reason, and the others go on."""

    def collect(self):
        """Yield the one test that fails."""
        yield BrokenItem.from_parent(self, name="readable")


class BrokenItem(pytest.Item):
    """Fails with the reason why a notebook cannot be read."""

    def runtest(self):
        """Fail."""
        raise Refusal(self.parent.reason)

    def repr_failure(self, excinfo):
        """Return the reason without a traceback."""
        return str(excinfo.value)

    def reportinfo(self):
        """Name the file in the report."""
        return self.path, 0, self.path.name


class Refusal(Exception):
    """An exercise that did not get all its points, or a file that cannot be graded."""


class PrivateKernel(IPyNbFile):
    """A notebook whose kernel runs in an empty temporary folder of its own."""

    def setup(self):
        """Start the kernel."""
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.start()
        self.setup_sanitize_files()

    def start(self):
        """Start a kernel in the private folder."""
        self.kernel = GradingKernel(self.folder.name, self.seconds())

    def seconds(self):
        """Return the longest time for a cell."""
        return self.config.option.nbval_cell_timeout

    def teardown(self):
        """End the kernel and remove its folder."""
        if self.kernel is not None:
            self.kernel.stop()
        self.remove_folder()

    def remove_folder(self):
        """Remove the private folder; what cannot be removed stays a temporary file."""
        with contextlib.suppress(RecursionError):  # folders in folders in folders
            self.folder.cleanup()


class CourseNotebook(PrivateKernel):
    """A lesson or a solution: strict comparison by nbval, and the pictures compared as well."""

    def collect(self):
        """Yield nbval's cells, each as one that also compares pictures."""
        for item in super().collect():
            yield CourseCell.from_parent(
                self, name=item.name, cell_num=item.cell_num, cell=item.cell, options=item.options
            )


class CourseCell(IPyNbCell):
    """A cell whose pictures must look like the stored ones.

    Which function `load` found is left out of the comparison: a learner who ran the lesson with
    functions of their own has other words there, and the same results.
    """

    def sanitize(self, s):
        """Replace the words of `load` by the same ones for everybody."""
        s = super().sanitize(s)
        return LOADED.sub(r"\1: loaded", s) if isinstance(s, str) else s

    def compare_outputs(self, test, ref, skip_compare=None):
        """Compare as nbval does, then the pictures."""
        same = super().compare_outputs(test, ref, skip_compare)
        if not same:
            return False
        for new, old in zip(test, ref):
            words = difference_of_pictures(new.get("data", {}), old.get("data", {}))
            if words:
                self.comparison_traceback.append(words)
                return False
        return True


class GradedNotebook(PrivateKernel):
    """A submission: one test for each exercise of the pristine notebook."""

    def seconds(self):
        """Return the longest time for a cell of a submission."""
        return self.config.option.course_seconds

    def collect(self):
        """Yield an item for each exercise."""
        self.nb = read_notebook(self.path)
        pristine = pristine_notebooks()[self.exercise_name]
        self.plan = transplant(self.nb, pristine)
        exercises = pristine.exercises()
        seed = self.config.option.course_seed
        self.grading = Session(self.plan, exercises, seed, self.run, self.restart)
        for number, name in enumerate(exercises):
            yield Exercise.of(self, name, number)

    def setup(self):
        """Start the kernel, and the clock of the whole notebook."""
        self.end = time.monotonic() + self.config.option.course_notebook_seconds
        super().setup()

    def start(self):
        """Start a kernel; earlier lessons' functions are there as the reference."""
        lesson = int(self.exercise_name.split("_")[0])
        earlier = earlier_source(lesson, self.grading.exercises)
        if earlier:
            file = Path(self.folder.name) / "my_transformer.py"
            file.write_text(earlier, encoding="utf-8")
        shut_in = provisioner() if self.config.option.course_sandbox else None
        self.kernel = GradingKernel(self.folder.name, self.seconds(), self.end, shut_in)

    def restart(self):
        """Give the session a fresh kernel in a fresh folder."""
        self.kernel.stop()
        self.timed_out = False
        self.remove_folder()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.start()

    def run(self, source):
        """Run source in the kernel, whatever it raises, and return its outputs."""
        cell = nbformat.v4.new_code_cell(source)
        options = {"skip": False, "check": False, "check_exception": True}
        runner = IPyNbCell.from_parent(self, name="run", cell_num=0, cell=cell, options=options)
        try:
            runner.runtest()
        except FORGED as error:
            raise KernelTrouble("it ended or disturbed the process it ran in") from error
        return runner.test_outputs


class Exercise(IPyNbCell):
    """One exercise of a submission: right, or failed with the words of the check."""

    @classmethod
    def of(cls, parent, name, number):
        """Return the test of the exercise called `name`."""
        cell = nbformat.v4.new_code_cell(f'check("{name}")')
        return cls.from_parent(parent, name=name, cell_num=number, cell=cell, options={})

    def runtest(self):
        """Grade the exercise."""
        verdict = self.parent.grading.grade(self.name)
        self.user_properties += [
            ("exercise", self.name),
            ("points", earned(verdict)),
            ("of", verdict.points),
            ("words", words(verdict)),
        ]
        if not verdict.right:
            raise Refusal("\n".join([repr(verdict), *self.parent.plan.notes]))

    def repr_failure(self, excinfo):
        """Return the words of the check; a fault of ours keeps its traceback."""
        if isinstance(excinfo.value, Refusal):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        """Name the exercise in the report."""
        return self.path, 0, f"{self.path.name}: {self.name}"


def pytest_terminal_summary(terminalreporter):
    """Print the points of every graded notebook, whichever process graded it."""
    grades = []
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        told = dict(getattr(report, "user_properties", ()))
        if report.when == "call" and "of" in told:
            values = told["exercise"], told["points"], told["of"], told["words"]
            grades.append(Grade(report.nodeid.partition("::")[0], *values))
    if grades:
        terminalreporter.section("points")
        order = list(all_checks())
        grades.sort(key=lambda grade: (grade.path, order.index(grade.exercise)))
        for line in table(grades):
            terminalreporter.line(line)
        words = _protection(terminalreporter.config)
        if words:
            terminalreporter.line(words)


def _protection(config):
    """Return what the owner of the machine should know about the protection, or ""."""
    asked = config.option.course_sandbox
    if asked is None:
        return UNPROTECTED
    return ONLY_LANDLOCK if asked and kind() == "landlock" else ""
