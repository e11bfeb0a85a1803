"""Writes the reading copy, static HTML without JavaScript: python tools/site/reading.py FOLDER

Each lesson, the exercises as they are handed out, and the project's pages, made from what is
built: README.md, notebooks/, exercises/, docs/. Nothing of it is fetched from elsewhere. The links
that run a lesson lead to the JupyterLite site that `make site` puts into FOLDER/lite.
"""

import posixpath
import re
import sys
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reading_markdown import Page, markdown
from reading_notebook import Book, notebook_html, title
from reading_start import rows, shown, start_html
from reading_style import style_sheet

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RUN = "lite/lab/index.html?path="
RUN_WORDS = {
    "notebooks": "Run this lesson in the browser",
    "exercises": "Do these exercises in the browser",
}
PLAIN = {"LICENSE": "LICENSE.txt", "LICENSE-TEXT": "LICENSE-TEXT.txt"}
PAGES_OF_ROOT = {"CONTRIBUTING.md": "contributing.html", "CHANGELOG.md": "changelog.html"}
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def addresses(root=ROOT) -> dict[str, str]:
    """Return where everything of the repository that the copy has lies in it, by its path."""
    found = {"README.md": "index.html", **PAGES_OF_ROOT, **PLAIN}
    found |= dict.fromkeys(("notebooks", "exercises"), "index.html#lessons")
    for pattern in ("notebooks/*.ipynb", "exercises/*.ipynb", "docs/*.md"):
        for path in root.glob(pattern):
            name = path.relative_to(root).as_posix()
            found[name] = f"{name.rpartition('.')[0]}.html"
    for path in (root / "docs" / "pictures").glob("*.png"):
        name = path.relative_to(root).as_posix()
        found[name] = name
    return found


def resolve(target, source, known, root=ROOT) -> str | None:
    """Return the address of a link on the page of `source`, None where the copy has no page.

    Raises ValueError for a link into the repository that leads nowhere.
    """
    if re.match(r"[a-z]+:|#", target):
        return target
    path, mark, part = target.partition("#")
    place = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    if place in known:
        return relative(known[place], known[source]) + mark + part
    if not (root / place).exists():
        raise ValueError(f"{source}: the link to {target} leads nowhere")
    return None


def relative(address, page) -> str:
    """Return an address of the copy as seen from one of its pages.

    >>> relative("index.html", "notebooks/02_softmax.html")
    '../index.html'
    """
    return posixpath.relpath(address, posixpath.dirname(page) or ".")


def build_reading(folder: Path) -> None:
    """Write the reading copy into a folder; what else lies there stays as it is.

    Raises ValueError where a link leads nowhere or an output of a notebook would be lost.
    """
    known = addresses()
    chains = {"notebooks": _chain("notebooks"), "exercises": _chain("exercises")}
    made = {"reading.css": style_sheet().encode(), "icon.svg": (HERE / "icon.svg").read_bytes()}
    for source, target in known.items():
        path = ROOT / source
        if source in PLAIN or path.suffix == ".png":
            made[target] = path.read_bytes()
        elif path.suffix == ".ipynb":
            made |= _book(source, known, chains)
        elif path.suffix == ".md":
            made[target] = _text_page(source, known, chains).encode()
    for name, content in made.items():
        _write(Path(folder) / name, content)


def _chain(folder):
    """Return the notebooks of a folder in reading order: by number, notation last."""
    return [f"{folder}/{path.name}" for path in sorted((ROOT / folder).glob("*.ipynb"))]


def _book(source, known, chains):
    """Return the files of a notebook's page: itself and its pictures."""
    folder, name = source.removesuffix(".ipynb").split("/")
    page = Page(partial(resolve, source=source, known=known))
    run = relative(f"{RUN}{source}", known[source])
    stem = name if folder == "notebooks" else f"{folder}_{name}"
    book = Book(stem, page, pictures={}, run=run)
    body = notebook_html(ROOT / source, book)
    doors = [*_twin(folder, name, source, known), {"href": run, "title": RUN_WORDS[folder]}]
    text = _page(source, known, page, body=body, doors=doors, **_beside(source, known, chains))
    pictures = {f"pictures/{file}": content for file, content in book.pictures.items()}
    return {known[source]: text.encode(), **pictures}


def _twin(folder, name, source, known):
    """Return the link from a lesson to its exercises, or back; none where there is no twin."""
    other = "exercises" if folder == "notebooks" else "notebooks"
    if f"{other}/{name}.ipynb" not in known:
        return []
    link = _link(f"{other}/{name}.ipynb", source, known)
    return [link if other == "exercises" else link | {"title": f"Lesson {link['title']}"}]


def _beside(source, known, chains):
    """Return the links to the page before and the page after a notebook's."""
    chain = chains[source.split("/")[0]]
    place = chain.index(source)
    before, after = chain[:place][-1:], chain[place + 1 :][:1]
    return {
        "previous": _link(before[0], source, known) if before else None,
        "following": _link(after[0], source, known) if after else None,
    }


def _text_page(source, known, chains):
    """Return the page of a Markdown file; the README's is the first page of the copy."""
    page = Page(partial(resolve, source=source, known=known))
    text = (ROOT / source).read_text(encoding="utf-8")
    if source != "README.md":
        return _page(source, known, page, body=markdown(text, page))
    page.headings.append((2, "lessons", "Lessons"))
    lead, rest = start_html(text, page)
    page.headings.sort(key=lambda heading: heading[0] > 1 and heading[1] != "lessons")
    exercises = {Path(name).stem for name in chains["exercises"]}
    lessons = [shown(row, page, exercises) for row in rows(text)]
    template = TEMPLATES.get_template("reading_start.html.jinja")
    body = template.render(lead=lead, rest=rest, lessons=lessons, run=f"{RUN}notebooks/")
    return _page(source, known, page, body=body)


def _page(source, known, page, body, doors=(), previous=None, following=None):
    """Return a whole page around its body."""
    here = known[source]
    return TEMPLATES.get_template("reading_page.html.jinja").render(
        title=title(ROOT / source),
        body=body,
        headings=[heading for heading in page.headings if heading[0] == 2],
        first=source == "README.md",
        root=relative(".", here) + "/",
        doors=doors,
        previous=previous,
        following=following,
    )


def _link(target, source, known):
    return {"title": title(ROOT / target), "href": relative(known[target], known[source])}


def _write(path, content):
    """Write a file unless it already holds just this."""
    if not (path.exists() and path.read_bytes() == content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build_reading(Path(sys.argv[1]))
