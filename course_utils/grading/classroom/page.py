"""A page of a report: one file of HTML, no scripts, nothing fetched, all text escaped."""

import html
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# Also if an escape were missing somewhere: no script runs, and nothing is fetched.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"
MARKS = {"right": "✓", "wrong": "✗", "partly right": "✗", "not written": "○"}
COLOURS = {"right": "right", "not written": "open"}


@cache
def style_sheet() -> str:
    """Return the style of all pages: light, dark and on paper."""
    return Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def text(words) -> str:
    """Return any text escaped; a page shows it as it is.

    >>> text("<b>")
    '&lt;b&gt;'
    """
    return html.escape(str(words))


def name(words) -> str:
    """Return somebody's or something's name, kept apart from the direction of the text around."""
    return f"<bdi>{text(words)}</bdi>"


def sentence(words) -> str:
    """Return a sentence of the judge escaped, what stands in `backticks` as code."""
    parts = re.split(r"`([^`]*)`", str(words))
    return "".join(
        f"<code>{text(part)}</code>" if i % 2 else text(part) for i, part in enumerate(parts)
    )


def points(got, of) -> str:
    """Return points as words: "2.5 of 4 points".

    >>> points(2.5, 4), points(0, 1)
    ('2.5 of 4 points', '0 of 1 point')
    """
    return f"{got:g} of {of} {'point' if of == 1 else 'points'}"


def mark(status) -> str:
    """Return the sign of a state; a screen reader reads the words beside it instead."""
    return f'<span class="mark" aria-hidden="true">{MARKS.get(status, "!")}</span>'


def colour(status) -> str:
    """Return the CSS class of a state."""
    return COLOURS.get(status, "wrong")


def table(caption, head, rows, numbers=()) -> str:
    """Return a table; cells are HTML, the first of each row its head, `numbers` are columns."""
    kinds = [' class="n"' if i in numbers else "" for i in range(len(head))]
    top = "".join(f'<th scope="col"{kind}>{text(cell)}</th>' for kind, cell in zip(kinds, head))
    body = []
    for first, *rest in rows:
        cells = "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds[1:], rest))
        body.append(f'<tr><th scope="row"{kinds[0]}>{first}</th>{cells}</tr>')
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{text(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def listing(items) -> str:
    """Return a list of items that are HTML."""
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def document(title, body, seed) -> str:
    """Return a whole page. `title` is text, `body` is HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>\n{style_sheet()}</style>\n</head>\n<body>\n"
        f"<main>\n{body}\n</main>\n<footer>Attention course {text(course_version())}, hidden "
        f"inputs from seed {text(seed)}. An exercise gets its points times the share of right "
        "cases, visible or hidden, whichever is less.</footer>\n</body>\n</html>\n"
    )


def course_version() -> str:
    """Return the version of the course."""
    try:
        return version("attention-course")
    except PackageNotFoundError:
        return "(not installed)"
