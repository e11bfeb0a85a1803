"""Grades a class: what is graded already stays, the rest is worked through, reports are written."""

import os
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from course_utils.grading.classroom.executor import digest, grade_all, read
from course_utils.grading.classroom.gradebook import make_gradebook
from course_utils.grading.classroom.journal import Journal
from course_utils.grading.classroom.progress import Progress
from course_utils.grading.classroom.submissions import find_submissions

REPORTS = "course_utils.grading.classroom.reports"


def grade_class(paths, out, settings, workers, overwrite=False, stream=None):
    """Grade the submissions in `paths`, write the reports into `out`, and return the Gradebook.

    workers: as `grade_all` takes them. Raises Occupied if `out` holds another class's grades.
    Killed at any moment and called again, it goes on; what was not graded is tried again.
    """
    found = find_submissions(paths, out)
    journal = Journal(out)
    journal.open(settings.stamp(map(os.path.abspath, paths)), overwrite)
    try:
        with ThreadPoolExecutor(1) as aside:  # matplotlib is imported while the workers grade
            reports = aside.submit(import_module, REPORTS)
            records = _work_through(found.submissions, journal, settings, workers, stream)
        book = make_gradebook(found, records, settings.only)
        reports.result().write_reports(book, journal.folder, settings)
    finally:
        journal.close()
    return book


def _work_through(submissions, journal, settings, workers, stream):
    """Return the record of every submission by its key."""
    records, waiting, before = {}, [], 0
    for one in submissions:
        content, record = read(one)
        if record is None:
            record = journal.load(one.key, digest(content))
            before += record is not None
        if record is None:
            waiting.append(one)
        else:
            records[one.key] = record
    progress = Progress(len(submissions), len(records), stream)
    if before:
        progress.say(f"{before} of {len(submissions)} submissions were graded before and stay.")
    for one, record in grade_all(waiting, settings, workers):
        records[one.key] = record
        if record["status"] != "not graded":  # that is tried again next time
            journal.keep(one.key, record)
        progress.step(one.file)
    progress.end()
    return records
