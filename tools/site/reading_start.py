"""The README as the first page of the reading copy: its table of lessons comes before the rest."""

import re
from dataclasses import dataclass

from reading_markdown import inline, markdown

ROW = re.compile(
    r"^\| \[(?P<title>[^\]]+)\]\(notebooks/(?P<name>\w+)\.ipynb\)"
    r" \| (?P<build>.*?) \| ?(?P<minutes>\d*) ?\|$"
)


@dataclass(frozen=True)
class Row:
    """A lesson in the README's table; `minutes` is empty for the page of notation."""

    title: str
    name: str
    build: str  # Markdown
    minutes: str


def rows(readme) -> list[Row]:
    """Return the lessons of the README's table, in order.

    Raises ValueError if there is none.

    >>> rows("| [0 Start](notebooks/00_start.ipynb) | a first function | 25 |")[0].minutes
    '25'
    """
    found = [Row(**match.groupdict()) for match in map(ROW.match, readme.splitlines()) if match]
    if not found:
        raise ValueError("README.md has no table of lessons as the reading copy knows it")
    return found


def start_html(readme, page) -> tuple[str, str]:
    """Return the README in two parts: the promise, and all its sections but the table."""
    lead, *sections = re.split(r"^(?=## )", without_table(readme), flags=re.MULTILINE)
    return markdown(lead, page), markdown("".join(sections), page)


def without_table(readme) -> str:
    """Return the README without its table of lessons, which the first page draws itself.

    >>> without_table("a\\n\\n| lesson | minutes |\\n|---|---|\\n"
    ...               "| [0 S](notebooks/0.ipynb) | b | 25 |\\n\\nc")
    'a\\n\\nc'
    """
    tables = re.findall(r"(?:^\|.*\n?)+\n?", readme, re.MULTILINE)
    lessons = next(table for table in tables if any(map(ROW.match, table.splitlines())))
    return readme.replace(lessons, "")


def shown(row, page, exercises) -> dict:
    """Return what the template needs for a row; `exercises` are the names that have some."""
    return {
        "title": row.title,
        "name": row.name,
        "build": inline(row.build, page),
        "minutes": row.minutes,
        "exercises": row.name in exercises,
    }
