"""The gradebook for other programs: CSV, JUnit XML, Gradescope's results.json."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

from course_utils.grading.classroom.gradebook import total

COLUMNS = ("learner", "lesson", "exercise", "points", "of", "seconds", "status")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def defused(text) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> defused("=1+1"), defused("anna")
    ("'=1+1", 'anna')
    """
    return f"'{text}" if str(text).startswith(FORMULA) else str(text)


def grades_csv(book) -> str:
    """Return the rows of the gradebook as CSV, a row for each exercise."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in book.rows:
        numbers = f"{row.points:g}", row.of, f"{row.seconds:.2f}"
        words = map(defused, (row.learner, row.lesson, row.exercise))
        table.writerow([*words, *numbers, defused(row.status)])
    return text.getvalue()


def junit_xml(book) -> str:
    """Return the gradebook as JUnit XML: a suite for each learner, a case for each exercise."""
    root = ET.Element("testsuites", name="attention-course")
    for learner in book.learners():
        rows = book.of_learner(learner)
        wrong = sum(row.status not in ("right", *BROKEN) for row in rows)
        broken = sum(row.status in BROKEN for row in rows)
        counts = {"tests": len(rows), "failures": wrong, "errors": broken}
        suite = ET.SubElement(root, "testsuite", name=_xml(learner), **_texts(counts))
        suite.set("time", f"{sum(row.seconds for row in rows):.3f}")
        for row in rows:
            _case(suite, row, book)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


BROKEN = ("unreadable", "not graded", "not an exercise")


def _case(suite, row, book):
    place = {"classname": _xml(f"{row.learner}.{row.lesson}"), "name": row.exercise or "readable"}
    case = ET.SubElement(suite, "testcase", **place, time=f"{row.seconds:.3f}")
    properties = ET.SubElement(case, "properties")
    for name in ("points", "of", "status", "file"):
        value = getattr(row, name)
        value = f"{value:g}" if isinstance(value, float) else str(value)
        ET.SubElement(properties, "property", name=name, value=_xml(value))
    if row.status != "right":
        kind = "error" if row.status in BROKEN else "failure"
        message = f"{row.points:g} of {row.of} points: {row.status}"
        ET.SubElement(case, kind, message=message).text = _xml("\n".join(feedback(row, book)))


def _texts(counts):
    return {name: str(count) for name, count in counts.items()}


def _xml(text):
    return NOT_XML.sub("\ufffd", str(text))


def feedback(row, book) -> list[str]:
    """Return the lines that explain a row to its learner, the named mistake first."""
    if not row.said:
        entry = next(entry for entry in book.counted if entry.file == row.file)
        return [entry.record["reason"]]
    said = row.said
    named = [f"Named: {said['mistake']}."] if said["mistake"] else []
    hint = [f"Hint: {said['hint']}"] if said["hint"] else []
    return [*named, *said["sentences"], *hint, *said["notes"]]


def gradescope(book, learner) -> str:
    """Return one learner's results in Gradescope's format, points and feedback of each exercise."""
    rows = book.of_learner(learner)
    tests = [
        {
            "name": f"{row.lesson}: {row.exercise}" if row.exercise else row.file,
            "score": row.points,
            "max_score": row.of,
            "status": "passed" if row.status == "right" else "failed",
            "output": "\n".join([row.status, *feedback(row, book)]),
            "output_format": "text",
            "visibility": "visible",
        }
        for row in rows
    ]
    seconds = round(sum(row.seconds for row in rows))
    got, of = total(rows)
    words = f"{got:g} of {of} points. {NOTE}"
    result = {"score": got, "execution_time": seconds, "output": words, "tests": tests}
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"


NOTE = "An exercise gets its points times the share of right cases, visible or hidden."
