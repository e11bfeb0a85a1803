"""Writes docs/known_mistakes.md from the checks: python tools/make_mistakes_page.py [--check]

With --check nothing is written; the exit code is 1 if the page is stale.
"""

import os
import sys
from pathlib import Path

from course_utils.checks.registry import all_checks

PAGE = Path(__file__).resolve().parent.parent / "docs" / "known_mistakes.md"
HEAD = """# Known mistakes

What a check says when an answer is wrong in a way that it knows. A wrong answer is compared with
what each of these would return; the message begins with **Named:**, and the hint stands below it.
Every one of them is a test: it must be refused, and named by its own words and no other's.

This page is made from the checks by `.venv/bin/python tools/make_mistakes_page.py`; a test
finds it stale.

**{count} mistakes in {exercises} exercises.**
"""


def page() -> str:
    """Return the page: a table for each exercise, in the order of the lessons."""
    checks = [check for check in all_checks().values() if mistakes_of(check)]
    count = sum(len(mistakes_of(check)) for check in checks)
    parts = [HEAD.format(count=count, exercises=len(checks))]
    for check in checks:
        parts.append(f"## {check.number} `{check.name}`\n")
        parts.append("| what it says | hint |\n|---|---|")
        for mistake in mistakes_of(check):
            parts.append(f"| {cell(mistake.message)} | {cell(mistake.hint)} |")
        parts.append("")
    return "\n".join(parts)


def mistakes_of(check) -> list:
    """Return the known mistakes of an exercise, those told by a sign of its score included."""
    signs = check.score.signs if check.score else ()
    return [*check.mistakes, *(mistake for mistake, _ in signs)]


def cell(text) -> str:
    """Return text that stays in its cell of a table and shows as it is.

    >>> cell("a | b")
    'a \\\\| b'
    """
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def main(arguments) -> int:
    """Write the page, or with --check say whether it is stale."""
    text = page()
    if "--check" in arguments:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    temporary = PAGE.with_name(f".{PAGE.name}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
