"""Grades one submission in a worker process: nbval under pytest, its results as plain data."""

import contextlib
import gc
import io
import os
import re
import tempfile
import threading
import time
import traceback
from pathlib import Path

import course_utils.grading.quick_nbformat  # isort: skip  (before nbval)
import nbval.plugin  # noqa: F401  (imported here once, not in every run of pytest)
import pytest

import course_utils.grading.plugin  # noqa: F401
from course_utils.grading.classroom.outputs import all_plain, as_text, cut
from course_utils.grading.classroom.owners import lesson_in, stem
from course_utils.grading.points import earned
from course_utils.grading.pristine import pristine_notebooks
from course_utils.grading.recognise import Unreadable, recognise

PLUGINS = ("nbval.plugin", "course_utils.grading.plugin")
FLAGS = ["--nbval", "--noconftest", "--capture=no", "--tb=short", "-q", "-W", "ignore"]
# What pytest loads for every run, and this one has no use for, takes longer than the judging. The
# last two look for faults in the tests' own process, where no learner's code runs.
UNUSED = "debugging doctest faulthandler junitxml legacypath logging monkeypatch pastebin recwarn"
UNUSED += " setuponly setupplan stepwise subtests tmpdir unittest"
UNUSED += " threadexception unraisableexception"
ONE_AT_A_TIME = threading.Lock()  # pytest and its capturing belong to the whole process
# Nothing but the course's own plugins and options, whatever else is tested on this machine.
SILENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}


class Collector:
    """A plugin of pytest that keeps what happened to each exercise of one submission."""

    def __init__(self):
        self.grading, self.seconds, self.problem = None, {}, ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        """Add up the seconds; remember a failure that is not the learner's."""
        report = yield
        self.grading = getattr(item.parent, "grading", self.grading)
        self.seconds[item.name] = self.seconds.get(item.name, 0.0) + report.duration
        graded = self.grading is not None and item.name in self.grading.verdicts
        if report.failed and not graded:
            self.problem = self.problem or last_line(report.longreprtext)
        return report

    def pytest_collectreport(self, report):
        """Remember why nothing could be collected."""
        if report.failed:
            self.problem = last_line(str(report.longrepr))

    def pytest_internalerror(self, excrepr):
        """Remember a fault of pytest itself."""
        self.problem = last_line(str(excrepr))


def last_line(text) -> str:
    """Return the last line of a traceback that says something, without pytest's margin.

    >>> last_line("E   ValueError: no\\n\\n"), last_line("ERROR: no")
    ('ValueError: no', 'ERROR: no')
    """
    lines = [re.sub(r"^E\s+", "", line).strip() for line in text.splitlines() if line.strip()]
    return cut(lines[-1] if lines else "no reason was given", 300)


def grade_submission(name, content, settings) -> dict:
    """Return the record of one submission: plain data for the journal and the reports.

    name: of the file. content: its bytes. The record's status is "graded", "unreadable",
    "not an exercise", "another lesson" or "not graded", the last being a fault of ours.
    """
    began = time.perf_counter()
    with ONE_AT_A_TIME, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            record = _grade_in(Path(folder), name, content, settings)
        except Exception as error:
            trace = traceback.format_exception_only(error)[-1].strip()
            record = not_graded(f"the grader failed with {cut(trace, 300)}")
    gc.collect()  # a session holds what the cells wrote
    return all_plain(record) | {"seconds": round(time.perf_counter() - began, 3)}


def not_graded(reason) -> dict:
    """Return the record of a submission that could not be graded by no fault of the learner's."""
    return {"status": "not graded", "reason": reason, "lesson": "", "exercises": [], "notes": []}


def unreadable(name, reason) -> dict:
    """Return the record of a file that cannot be read; a lesson in its name is believed."""
    lesson = lesson_in(stem(Path(name)))
    return not_graded(reason) | {"status": "unreadable", "lesson": lesson}


def _grade_in(folder, name, content, settings):
    """Grade the notebook alone: nothing else that lay beside it is seen by pytest."""
    path = folder / Path(name).name
    path.write_bytes(content)
    try:
        lesson = recognise(path)
    except Unreadable as error:
        return unreadable(name, str(error))
    if not lesson:
        words = "none of its cells belongs to an exercise of the course."
        return not_graded(words) | {"status": "not an exercise"}
    if settings.only and lesson != settings.only:
        return not_graded("") | {"status": "another lesson", "lesson": lesson}
    path = path.replace(folder / f"{lesson}.ipynb")
    collector = run_pytest(path, settings)
    return _record(lesson, collector)


def run_pytest(path, settings) -> Collector:
    """Run one notebook through nbval in this process and return what the collector kept."""
    settings_file = path.with_name("pytest.ini")
    settings_file.write_text("[pytest]\n")
    flags = [*FLAGS, "-c", str(settings_file), f"--rootdir={path.parent}"]
    names = [*PLUGINS, *(f"no:{name}" for name in ("cacheprovider", *UNUSED.split()))]
    plugins = [option for name in names for option in ("-p", name)]
    collector, said = Collector(), io.StringIO()
    with _environment(SILENT), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        options = [*plugins, *flags, *settings.pytest_options()]
        code = pytest.main([str(path), *options], plugins=[collector])
    if code not in (0, 1) and not collector.problem:
        collector.problem = last_line(said.getvalue())
    return collector


@contextlib.contextmanager
def _environment(variables):
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _record(lesson, collector):
    grading = collector.grading
    names = pristine_notebooks()[lesson].exercises()
    missing = [name for name in names if grading is None or name not in grading.verdicts]
    if missing:
        return not_graded(collector.problem or "pytest ended early") | {"lesson": lesson}
    exercises = [_exercise(name, grading, collector.seconds) for name in names]
    return {
        "status": "graded",
        "reason": "",
        "lesson": lesson,
        "exercises": exercises,
        "notes": list(grading.plan.notes),
    }


def _exercise(name, grading, seconds):
    verdict = grading.verdicts[name]
    said = {key: getattr(verdict, key) for key in ("stage", "mistake", "hint", "passed", "total")}
    said |= {"sentences": list(verdict.sentences), "notes": list(verdict.notes)}
    source, output = _cells_of(name, grading)
    return {
        "name": name,
        "points": earned(verdict),
        "of": verdict.points,
        "seconds": round(seconds.get(name, 0.0), 3),
        "source": cut(source, 8_000),
        "output": output,
        **said,
    }


def _cells_of(name, grading):
    """Return the answer, and what the learner's cells since the check before it wrote."""
    steps = grading.plan.steps
    at = next(i for i, step in enumerate(steps) if step.role == "check" and step.name == name)
    first = max((i for i in range(at) if steps[i].role == "check"), default=-1) + 1
    own = [i for i in range(first, at) if steps[i].role in ("answer", "extra")]
    sources = [step.source for step in steps if step.role == "answer" and step.name == name]
    return "\n\n".join(sources), as_text(grading.outputs.get(i) for i in own)
