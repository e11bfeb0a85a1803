"""Writes every report of a gradebook into its folder."""

import hashlib
import json
import re

from course_utils.grading.classroom.journal import write
from course_utils.grading.classroom.learner_page import learner_page
from course_utils.grading.classroom.overview_page import overview_page
from course_utils.grading.classroom.tables import grades_csv, gradescope, junit_xml

FOLDERS = {"learners": "html", "results": "json"}
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # on Windows


def write_reports(book, folder, settings):
    """Write grades.csv, grades.xml, index.html, and for each learner a page and results.json.

    Pages of learners who are no more in the class are removed.
    """
    names = file_names(book.learners())
    for sub, suffix in FOLDERS.items():
        (folder / sub).mkdir(exist_ok=True)
        wanted = {f"{name}.{suffix}" for name in names.values()}
        for path in (folder / sub).glob(f"*.{suffix}"):
            if path.name not in wanted:
                path.unlink()
    for learner, name in names.items():
        page = learner_page(book, learner, settings.seed)
        write(folder / "learners" / f"{name}.html", page)
        write(folder / "results" / f"{name}.json", gradescope(book, learner))
    # The mark at its start lets Excel read names with accents; pandas and LibreOffice know it.
    write(folder / "grades.csv", grades_csv(book).encode("utf-8-sig"))
    write(folder / "grades.xml", junit_xml(book))
    places = {learner: f"learners/{name}.html" for learner, name in names.items()}
    write(folder / "index.html", overview_page(book, places, settings))


def file_names(learners) -> dict[str, str]:
    """Return a file name for each learner, plain on every system, no two alike.

    >>> file_names(["Anna B.", "../x"])
    {'Anna B.': 'Anna_B', '../x': 'x-db8f7bad'}
    """
    names, taken = {}, set()
    for learner in learners:
        name = re.sub(r"[^\w-]+", "_", learner).strip("_")[:60]
        plain = name == learner or name == learner.replace(" ", "_").rstrip(".")
        if not plain or not name or RESERVED.match(name) or name.casefold() in taken:
            mark = hashlib.sha256(json.dumps(learner).encode()).hexdigest()[:8]
            name = f"{name or 'learner'}-{mark}"
        taken.add(name.casefold())
        names[learner] = name
    return names
