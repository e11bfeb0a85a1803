"""The page of one learner: for each exercise what was expected, what arrived, and a hint."""

from course_utils.grading.classroom import page
from course_utils.grading.classroom.gradebook import total
from course_utils.grading.pristine import pristine_notebooks


def learner_page(book, learner, seed) -> str:
    """Return the page of one learner as HTML."""
    rows = book.of_learner(learner)
    parts = [f"<h1>{page.name(learner)}</h1>", _lead(rows)]
    lessons = sorted({row.lesson for row in rows if row.lesson})
    if len(lessons) > 1:
        parts.append(_overview(rows, lessons))
    parts += [_lesson(book, learner, lesson) for lesson in lessons]
    parts.append(_files(book, learner))
    return page.document(f"Attention course: {learner}", "\n".join(filter(None, parts)), seed)


def _lead(rows):
    right = sum(row.status == "right" for row in rows)
    exercises = sum(bool(row.exercise) for row in rows)
    if not exercises:
        return '<p class="lead">Nothing could be graded.</p>'
    words = f"{page.points(*total(rows))}; {right} of {exercises} exercises are right."
    return f'<p class="lead">{words}</p>'


def _overview(rows, lessons):
    table = []
    for lesson in lessons:
        mine = [row for row in rows if row.lesson == lesson]
        right = f"{sum(row.status == 'right' for row in mine)} of {len(mine)}"
        link = f'<a href="#{page.text(lesson)}">{page.text(lesson)}</a>'
        table.append((link, page.points(*total(mine)), right))
    return page.table("Your lessons", ("lesson", "points", "exercises right"), table, (1, 2))


def _lesson(book, learner, lesson):
    rows = [row for row in book.of_learner(learner) if row.lesson == lesson]
    entry = next(one for one in book.counted if one.file == rows[0].file)
    head = f'<h2 id="{page.text(lesson)}">{page.text(lesson)}: {page.points(*total(rows))}</h2>'
    parts = [head, f'<p class="muted">From the file {page.name(entry.file)}.</p>']
    if entry.record["reason"]:
        parts.append(f'<p class="named">{page.sentence(capital(why(entry)))}</p>')
        return "\n".join(parts)
    if entry.record["notes"]:
        parts.append(page.listing(map(page.sentence, entry.record["notes"])))
    return "\n".join(parts + [_exercise(row) for row in rows])


def why(entry) -> str:
    """Return why a file got no points, as a sentence."""
    if entry.record["status"] == "not graded":
        return f"This is no fault of yours: {entry.record['reason']}. Ask your instructor."
    return entry.record["reason"]


def capital(words) -> str:
    """Return a sentence with a capital letter."""
    return words[:1].upper() + words[1:]


def _exercise(row):
    said = row.said
    label = f"{row.lesson}-{row.exercise}"
    head = f"{page.mark(row.status)} {page.text(row.exercise)}: {page.text(row.status)}, "
    head += page.points(row.points, row.of)
    parts = [f'<h3 id="{page.text(label)}">{head}</h3>']
    if said["total"]:
        parts.append(f"<p>{said['passed']} of {said['total']} cases are right.</p>")
    if said["mistake"]:
        parts.append(f'<p class="named">{page.sentence(capital(said["mistake"]))}.</p>')
    if said["sentences"]:
        parts.append("<h4>What was expected</h4>")
        parts += [f"<p>{page.sentence(one)}</p>" for one in said["sentences"]]
    if said["hint"]:
        parts.append(f"<h4>Hint</h4><p>{page.sentence(said['hint'])}</p>")
    if said["notes"]:
        parts.append(page.listing(map(page.sentence, said["notes"])))
    if said["source"] and row.status != "not written":
        parts.append(_block("Your answer", said["source"]))
    if said["output"]:
        parts.append(_block("What your cells wrote", said["output"]))
    kind = page.colour(row.status)
    return (
        f'<article class="{kind}" aria-labelledby="{page.text(label)}">{"".join(parts)}</article>'
    )


def _block(heading, words):
    # The keyboard can scroll a long one; the line break keeps a first empty line.
    return (
        f'<h4>{heading}</h4><pre tabindex="0" role="group" aria-label="{heading}" dir="ltr">'
        f"\n{page.text(words)}</pre>"
    )


def _files(book, learner):
    """Return what became of files that do not count."""
    rest = [
        f"{page.name(one.file)}: {page.sentence(why(one))}"
        for one in _without_lesson(book)
        if one.learner == learner
    ]
    rest += [set_aside_words(*pair) for pair in book.set_aside if pair[0].learner == learner]
    return "<h2>Other files</h2>" + page.listing(rest) if rest else ""


def _without_lesson(book):
    lessons = pristine_notebooks()
    return [one for one in book.troubles if one.record["lesson"] not in lessons]


def set_aside_words(entry, best) -> str:
    """Return, as HTML, that another file of the same lesson counts."""
    other = f"{page.name(best.file)} counts ({page.points(best.points, best.of)})"
    if entry.record["status"] == "graded":
        return f"{page.name(entry.file)}: {page.points(entry.points, entry.of)}; {other}."
    return f"{page.name(entry.file)}: {page.sentence(why(entry))} {other}."
