"""The style sheet of the reading copy, in the colours of the course's figures."""

from dataclasses import fields
from pathlib import Path

from course_utils.plots.theme import DARK, LIGHT

HERE = Path(__file__).resolve().parent
SCHEMES = {"/* light */": LIGHT, "/* dark */": DARK}


def style_sheet() -> str:
    """Return reading.css with the two palettes of course_utils/plots/theme.py in it."""
    text = (HERE / "reading.css").read_text(encoding="utf-8")
    for mark, palette in SCHEMES.items():
        text = text.replace(mark, variables(palette))
    return text


def variables(palette) -> str:
    """Return the colours of a palette as CSS variables; `soft` is a pale background.

    >>> variables(LIGHT).split("; ")[0]
    '--surface: #ffffff'
    """
    colours = {
        field.name.replace("_", "-"): getattr(palette, field.name)
        for field in fields(palette)
        if isinstance(getattr(palette, field.name), str) and field.name != "name"
    }
    colours["soft"] = palette.sequential[0][1]
    return "; ".join(f"--{name}: {colour}" for name, colour in colours.items()) + ";"
