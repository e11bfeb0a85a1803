"""A built notebook into HTML for the reading copy: texts, code, stored outputs and pictures."""

import base64
import html
import re
from dataclasses import dataclass

import nbformat

from reading_markdown import FITS, Page, code, markdown, scrolls

MAX_WIDTH = 760  # px, of pictures whose notebook does not say a width
BROAD = 560  # px; a wider picture scrolls on a phone, where its letters would be too small
RATIO = 2  # drawn pixels per shown pixel


@dataclass
class Book:
    """A notebook on its way to a page: its name, what its pages link to, its pictures."""

    name: str  # "02_softmax", the stem of its pictures
    page: Page
    pictures: dict[str, bytes]  # file name in pictures/ -> PNG
    run: str = ""  # address where the notebook can be run


def notebook_html(path, book) -> str:
    """Return the HTML of all cells of a notebook; its pictures go into `book.pictures`.

    Raises ValueError for an output of a kind that the copy would lose.
    """
    parts = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            parts.append(markdown(cell.source, book.page))
        elif cell.cell_type == "code" and (cell.source.strip() or cell.outputs):
            parts.append(_code_cell(cell, book))
        elif cell.cell_type not in ("code", "markdown"):
            raise ValueError(f"{path}: a cell of kind {cell.cell_type!r} has no place on a page")
    return "\n".join(parts)


def _code_cell(cell, book):
    parts = [code(cell.source, "python", "Code")] if cell.source.strip() else []
    parts += [_output(output, book) for output in cell.outputs]
    return '<div class="cell">\n' + "\n".join(parts) + "\n</div>\n"


def _output(output, book):
    """Return the richest form of an output, and its words where they say more."""
    if output.output_type == "stream":
        return _printed(output.text)
    data = output.get("data", {})
    if "image/png" in data:
        return _picture(data, output.metadata.get("image/png", {}), book)
    if "text/html" in data:
        return f'<div class="verdict">{data["text/html"]}</div>'
    if "text/plain" in data:
        return _printed(data["text/plain"])
    raise ValueError(f"{book.name}: an output of kind {output.output_type!r} would be lost")


def _printed(text):
    text = text.rstrip("\n")
    wide = max(map(len, text.split("\n"))) > FITS
    attributes = scrolls("Output") if wide else ""
    return f'<pre class="output"{attributes}>{html.escape(text, quote=False)}</pre>'


def _picture(data, about, book):
    """Return a figure; an explorer's numbers lie folded below its picture."""
    content = base64.b64decode(data["image/png"])
    name = f"{book.name}-{len(book.pictures) + 1}.png"
    book.pictures[name] = content
    plain = data.get("text/plain", "")
    alt = about.get("alt") or plain
    if not alt:
        raise ValueError(f"{book.name}: picture {len(book.pictures)} has no words")
    width, height = size(content, about.get("width"))
    image = (
        f'<img src="../pictures/{name}" alt="{html.escape(alt)}" width="{width}" height="{height}">'
    )
    if width > BROAD:
        image = f'<div class="broad"{scrolls("Picture")}>{image}</div>'
    words = "" if plain == alt else _explorer(plain, book)
    return f'<figure class="picture">{image}{words}</figure>'


def _explorer(plain, book):
    link = f'<a href="{book.run}">run the lesson</a>' if book.run else "run the lesson"
    return (
        f"\n<figcaption>The picture of an explorer: {link} to touch it.</figcaption>\n"
        f"<details><summary>Its numbers</summary>\n{_printed(plain)}\n</details>\n"
    )


def size(png, width=None) -> tuple[int, int]:
    """Return the width and height at which a PNG is shown, in CSS pixels.

    Raises ValueError if the bytes are no PNG.

    >>> size(b"\\x89PNG\\r\\n\\x1a\\n" + bytes(8) + bytes([0, 0, 4, 0, 0, 0, 2, 0]))
    (512, 256)
    """
    if png[:4] != b"\x89PNG":
        raise ValueError("a stored picture is not a PNG")
    drawn = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    shown = min(width or drawn[0] / RATIO, MAX_WIDTH)
    return round(shown), round(drawn[1] * shown / drawn[0])


def title(path) -> str:
    """Return the text of a notebook's or Markdown page's first heading."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = nbformat.reads(text, as_version=4).cells[0].source
    return re.search(r"^# (.+)$", text, re.MULTILINE)[1]
