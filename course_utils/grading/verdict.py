"""The outcome of a check, shown as HTML in JupyterLab and as text elsewhere."""

import html
from dataclasses import dataclass, replace

STYLE = (
    "border-left:4px solid {colour};padding:6px 14px;margin:4px 0;max-width:720px;"
    "font-family:var(--jp-ui-font-family,sans-serif);font-size:14px;line-height:1.5;"
)
RIGHT, OPEN, WRONG = "#009e73", "#8a94a0", "#d55e00"


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    stage: "right", "not written", "no such exercise" or the stage that failed.
    sentences: what was expected, what arrived, the probable cause. mistake: the known wrong
    answer that matches, or "". notes: remarks that cost nothing.
    passed and total count cases; points is what the exercise is worth in full.
    """

    name: str
    stage: str
    sentences: tuple[str, ...] = ()
    mistake: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()
    passed: int = 0
    total: int = 0
    points: int = 0

    @property
    def right(self) -> bool:
        """Whether every case is right."""
        return self.stage == "right"

    @property
    def fraction(self) -> float:
        """The share of the cases that are right, from 0 to 1."""
        return self.passed / self.total if self.total else 0.0

    def with_notes(self, *notes):
        """Return the same verdict with further remarks."""
        return replace(self, notes=self.notes + notes)

    def headline(self) -> str:
        """One line: the exercise and how far it is."""
        if self.right:
            points = "1 point" if self.points == 1 else f"{self.points} points"
            return f"{self.name}: right ({self.total} of {self.total} cases, {points})"
        if self.stage == "not written":
            return f"{self.name}: not written yet"
        if self.stage == "no such exercise":
            return f"{self.name}: no such exercise"
        return f"{self.name}: not right yet ({self.passed} of {self.total} cases)"

    def feedback(self) -> list[str]:
        """The sentences below the headline, the named mistake first."""
        lines = []
        if self.mistake:
            lines.append(f"Named: {self.mistake}.")
        lines.extend(self.sentences)
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        return lines + list(self.notes)

    def __repr__(self):
        return "\n".join([self.headline(), *("  " + line for line in self.feedback())])

    def _repr_mimebundle_(self, include=None, exclude=None):
        colour = RIGHT if self.right else OPEN if self.stage == "not written" else WRONG
        sign = "✓" if self.right else "○" if self.stage == "not written" else "✗"
        body = "".join(f"<div>{_markup(line)}</div>" for line in self.feedback())
        head = f"<strong>{sign} {html.escape(self.headline())}</strong>"
        page = f'<div role="status" style="{STYLE.format(colour=colour)}">{head}{body}</div>'
        return {"text/plain": repr(self), "text/html": page}


def _markup(line):
    """Escape the line; a named mistake is bold, what stands in `backticks` is code."""
    start, colon, rest = line.partition(": ")
    parts = (rest if start == "Named" and colon else line).split("`")
    text = "".join(
        f"<code>{html.escape(part)}</code>" if i % 2 else html.escape(part)
        for i, part in enumerate(parts)
    )
    return f"<b>{text[:1].upper()}{text[1:]}</b>" if start == "Named" and colon else text
