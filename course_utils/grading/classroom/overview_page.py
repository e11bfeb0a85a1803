"""The instructor's page: how the class did, what it got wrong, and what needs a look."""

from urllib.parse import quote

from course_utils.checks.registry import find_check
from course_utils.grading.classroom import page
from course_utils.grading.classroom.gradebook import named_mistakes, total
from course_utils.grading.classroom.learner_page import capital, set_aside_words
from course_utils.grading.classroom.points_picture import picture
from course_utils.grading.disguise import LEFT_OUT
from course_utils.grading.releases import MADE_WITH
from course_utils.grading.transplant import NEWER_PYTHON, OTHER_LESSON

MOST = 20  # rows in a table of the most frequent or the slowest
TROUBLES = {
    "unreadable": "Unreadable: no points",
    "not graded": "Not graded, by a fault of the grader or the machine: run it again",
    "not an exercise": "Other notebooks: no exercise of the course in them",
}


def overview_page(book, places, settings) -> str:
    """Return the page as HTML. places: the address of each learner's page."""
    parts = [
        f"<h1>Attention course: {_count(len(book.learners()), 'learner')}</h1>",
        _lead(book),
        "" if settings.sandbox else f'<p class="named">{UNPROTECTED}</p>',
        _troubles(book),
        "<h2>Points</h2>" + picture(book) if book.lessons() else "",
        _exercises(book),
        _mistakes(book),
        _told(book),
        _learners(book, places),
        _slowest(book),
        _other_files(book),
    ]
    title = f"Attention course: {_count(len(book.learners()), 'learner')}"
    return page.document(title, "\n".join(filter(None, parts)), settings.seed)


UNPROTECTED = (
    "Graded without a sandbox: the submissions ran with the rights of whoever graded them, and "
    "could read and write what they can."
)


def _count(number, word):
    return f"{number} {word}{'s' * (number != 1)}"


def _lead(book):
    graded = sum(entry.record["status"] == "graded" for entry in book.counted)
    got, of = total(book.rows)
    words = f"{_count(graded, 'submission')} of {_count(len(book.lessons()), 'lesson')} graded"
    share = f"; {got / of:.0%} of all points" if of else ""
    return f'<p class="lead">{words}{share}.</p>'


def _troubles(book):
    parts = []
    for status, heading in TROUBLES.items():
        found = [entry for entry in book.troubles if entry.record["status"] == status]
        if found:
            items = [
                f"{page.name(one.learner)}, {page.name(one.file)}: "
                f"{page.sentence(one.record['reason'])}"
                for one in found
            ]
            parts.append(f"<h2>{heading} ({len(found)})</h2>" + page.listing(items))
    return "\n".join(parts)


def _exercises(book):
    table = []
    for lesson in book.lessons():
        rows = [row for row in book.rows if row.lesson == lesson]
        for name in dict.fromkeys(row.exercise for row in rows):
            mine = [row for row in rows if row.exercise == name]
            got, of = total(mine)
            right = sum(row.status == "right" for row in mine)
            open_ = sum(row.status == "not written" for row in mine)
            number = find_check(name).number
            table.append(
                (f"{number} {page.text(name)}", len(mine), right, open_, f"{got / of:.0%}")
            )
    head = ("exercise", "handed in", "right", "not written", "of the points")
    return page.table("Exercises", head, table, (1, 2, 3, 4)) if table else ""


def _mistakes(book):
    found = named_mistakes(book.rows)
    if not found:
        return ""
    rows = [
        (page.sentence(capital(mistake)), page.text(exercise), number)
        for number, exercise, mistake in found[:MOST]
    ]
    caption = f"{_count(len(found), 'mistake')} named, the most frequent first"
    table = page.table(caption, ("mistake", "exercise", "learners"), rows, (2,))
    return f"<h2>Named mistakes</h2>{table}"


def _told(book):
    """Return who took functions from the course, and whose work needs another grader or file."""
    items = [
        f"{page.name(one.learner)}, {page.name(one.file)}: {page.sentence(note)}"
        for kind in (LEFT_OUT, MADE_WITH, NEWER_PYTHON, OTHER_LESSON)
        for one in book.counted
        for note in one.record["notes"]
        if note.startswith(kind)
    ]
    more = [f"and {len(items) - MOST} more; see the learners' pages"][: len(items) > MOST]
    return "<h2>Worth a look</h2>" + page.listing(items[:MOST] + more) if items else ""


def _learners(book, places):
    lessons = book.lessons()
    rows = []
    for learner in book.learners():
        mine = book.of_learner(learner)
        link = f'<a href="{page.text(quote(places[learner]))}">{page.name(learner)}</a>'
        parts = ([row for row in mine if row.lesson == lesson] for lesson in lessons)
        cells = [f"{total(part)[0]:g}" if part else "–" for part in parts]
        got, of = total(mine)
        rows.append((link, *cells, f"{got:g} of {of}"))
    head = ("learner", *(lesson.split("_")[0] for lesson in lessons), "points")
    caption = "Points by lesson; – where nothing was handed in"
    return "<h2>Learners</h2>" + page.table(caption, head, rows, range(1, len(head)))


def _slowest(book):
    rows = sorted(book.rows, key=lambda row: (-row.seconds, row.learner, row.exercise))[:10]
    rows = [
        (page.name(row.learner), page.text(row.exercise), page.text(row.status), row.seconds)
        for row in rows
        if row.seconds
    ]
    rows = [(*row[:3], f"{row[3]:.1f}") for row in rows]
    head = ("learner", "exercise", "state", "seconds")
    table = page.table("The exercises that took longest", head, rows, (3,))
    return f"<h2>Slowest</h2>{table}" if rows else ""


def _other_files(book):
    items = [f"{page.name(pair[0].learner)}, {set_aside_words(*pair)}" for pair in book.set_aside]
    items += map(page.text, book.left_out)
    return "<h2>Files that do not count</h2>" + page.listing(items) if items else ""
