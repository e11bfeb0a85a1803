"""The reading copy says all that the notebooks say, leads nowhere wrong and fetches nothing."""

import base64
import doctest
import importlib
import os
import posixpath
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

import reading
from reading_flow import arrows, flow
from reading_markdown import Page, markdown
from reading_notebook import Book, notebook_html
from reading_start import rows

ROOT = Path(__file__).resolve().parents[2]
BOOKS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("notebooks", "exercises")
    for path in (ROOT / folder).glob("*.ipynb")
)
TEXTS = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))]
LESSONS = sorted((ROOT / "source" / "lessons").glob("[0-9][0-9]_*.py"))
MODULES = sorted(path.stem for path in (ROOT / "tools" / "site").glob("reading*.py"))
LITE = "lite/lab/index.html?path="
CODE = re.compile(r"^ *```.*?^ *```$|`[^`]+`", re.MULTILINE | re.DOTALL)
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return the folder of a reading copy."""
    folder = tmp_path_factory.mktemp("reading")
    reading.build_reading(folder)
    return folder


@pytest.fixture(scope="module")
def pages(copy):
    """Return every page by its address in the copy, parsed."""
    return {
        path.relative_to(copy).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for path in sorted(copy.rglob("*.html"))
    }


def article(pages, source):
    """Return the text of the page of a notebook, by itself."""
    return pages[source.replace(".ipynb", ".html")].find("article")


def cells(source, kind):
    """Return the cells of a notebook of one kind."""
    found = nbformat.read(ROOT / source, as_version=4).cells
    return [cell for cell in found if cell.cell_type == kind]


def words(text):
    """Return what is letters or digits in a text, in order."""
    return re.findall(r"[^\W_]+", text)


def test_every_lesson_every_exercise_and_every_page_of_docs_is_there(pages):
    expected = {name.replace(".ipynb", ".html") for name in BOOKS}
    expected |= {name.replace(".md", ".html") for name in TEXTS if name != "README.md"}
    assert set(pages) == expected | {"index.html", "contributing.html", "changelog.html"}
    assert len(BOOKS) == 2 * len(LESSONS) + 1 >= 25  # with notation


def test_every_link_and_anchor_leads_somewhere(copy, pages):
    anchors = {name: {one["id"] for one in page.select("[id]")} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.select("a[href], link[href], img[src]"):
            target = link.get("href") or link["src"]
            if target.startswith("https:"):
                continue
            path, _, part = target.partition("#")
            place = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
            place = place if path else name
            if place.startswith(LITE):
                assert (ROOT / place.removeprefix(LITE)).exists(), f"{name}: {target}"
                continue
            assert (copy / place).is_file(), f"{name}: {target}"
            if part:
                assert part in anchors[place], f"{name}: {target}"


def test_a_lesson_leads_to_its_exercises_its_neighbours_and_jupyterlite(pages):
    page = pages["notebooks/02_softmax.html"]
    targets = {link["href"] for link in page.select("main > .doors a, .neighbours a")}
    assert targets == {
        "../exercises/02_softmax.html",
        f"../{LITE}notebooks/02_softmax.ipynb",
        "01_dot_products.html",
        "03_scaled_dot_product_attention.html",
    }
    first, last = pages["notebooks/00_start_here.html"], pages["notebooks/notation.html"]
    assert [len(page.select(".previous")) for page in (first, last)] == [0, 1]
    assert [len(page.select(".following")) for page in (first, last)] == [1, 0]


def test_nothing_is_loaded_from_elsewhere(copy, pages):
    for name, page in pages.items():
        assert not page.select("script, iframe, object, embed, video, audio, form"), name
        for loaded in page.select("[src], [srcset], [data], [poster], link[href], [background]"):
            for key in ("src", "srcset", "data", "poster", "background", "href"):
                assert not re.match(r"\w+:|//", loaded.get(key, "")), f"{name}: {loaded}"
        policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'")
        assert "url(" not in str(page)
    sheet = (copy / "reading.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?:", sheet)
    assert "/* light */" not in sheet
    assert "--query: #56b4e9" in sheet


def test_every_picture_has_words_and_its_bytes(copy, pages):
    for name in BOOKS:
        stored = [
            (output["metadata"]["image/png"]["alt"], output["data"]["image/png"])
            for cell in cells(name, "code")
            for output in cell.outputs
            if "image/png" in output.get("data", {})
        ]
        shown = article(pages, name).select("img")
        assert [image["alt"] for image in shown] == [alt for alt, _ in stored], name
        for image, (_, content) in zip(shown, stored):
            file = copy / "pictures" / Path(image["src"]).name
            assert file.read_bytes() == base64.b64decode(content)
            assert 0 < int(image["width"]) <= 760
    for name, page in pages.items():
        assert all(len(image.get("alt", "").split()) > 2 for image in page.select("img")), name


@pytest.mark.parametrize("name", BOOKS)
def test_code_and_outputs_are_those_of_the_notebook(pages, name):
    page = article(pages, name)
    code = [cell.source.rstrip("\n") for cell in cells(name, "code")]
    assert [box.get_text() for box in page.select(".cell > pre.code")] == code
    printed, said = [], []
    for cell in cells(name, "code"):
        for output in cell.outputs:
            data = output.get("data", {})
            plain = output.get("text", data.get("text/plain", ""))
            if "text/html" in data:
                said.append(BeautifulSoup(data["text/html"], "html.parser").get_text())
            elif output.get("metadata", {}).get("image/png", {}).get("alt") != plain:
                printed.append(plain.rstrip("\n"))
    assert [box.get_text() for box in page.select("pre.output")] == printed
    assert [box.get_text() for box in page.select(".verdict")] == said


@pytest.mark.parametrize("name", BOOKS)
def test_every_formula_is_drawn_and_no_word_of_the_text_is_lost(pages, name):
    source = "\n\n".join(CODE.sub(" ", cell.source) for cell in cells(name, "markdown"))
    page = BeautifulSoup(str(article(pages, name)), "html.parser")
    assert len(page.select("math")) == len(FORMULA.findall(source))
    assert len(page.select("math[display=block]")) == source.count("$$") / 2
    for box in page.select(".cell, pre, code, math"):
        box.replace_with(" ")
    assert "$" not in page.get_text()
    source = FORMULA.sub(" ", source)
    source = re.sub(r"\]\([^)]*\)|^\d+\. |<[^>]+>", " ", source, flags=re.MULTILINE)
    assert words(page.get_text()) == words(source)


def test_pages_have_a_language_a_title_and_headings_in_order(pages):
    titles = [page.title.get_text() for page in pages.values()]
    assert len(set(titles)) == len(titles)
    for name, page in pages.items():
        assert page.html["lang"] == "en", name
        assert page.select_one("body > a")["href"] == "#content", name
        levels = [int(heading.name[1]) for heading in page.select("h1, h2, h3, h4, h5, h6")]
        assert [place for place, level in enumerate(levels) if level == 1] == [0], name
        assert all(later <= level + 1 for level, later in pairwise(levels)), name
        anchors = [element["id"] for element in page.select("[id]")]
        assert len(anchors) == len(set(anchors)), name


def test_the_first_page_has_the_readmes_table(pages):
    page = pages["index.html"]
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = [line.split("|")[1:-1] for line in text.splitlines() if "](notebooks/" in line]
    shown = [line.select("th, td") for line in page.select(".lessons tbody tr")]
    assert len(shown) == len(table) == len(LESSONS) + 1  # with notation
    for line, (title, build, minutes) in zip(shown, table):
        assert words(line[0].get_text()) == words(title.split("]")[0])
        assert line[1].get_text() == build.strip().replace("`", "")
        assert line[2].get_text() == minutes.strip()
        assert bool(line[3].a) == bool(minutes.strip())
    assert page.h1.get_text() in text
    for heading in re.findall(r"^## (.+)$", text, re.MULTILINE):
        assert any(one.get_text() == heading for one in page.select("h2")), heading


def test_a_second_build_changes_no_byte(copy):
    def state():
        return {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
    before = state()
    reading.build_reading(copy)
    assert state() == before
    assert all(path.stat().st_mtime == 0 for path in before)


def test_a_link_that_leads_nowhere_stops_the_build():
    known = reading.addresses()
    with pytest.raises(ValueError, match="leads nowhere"):
        reading.resolve("12_more.ipynb", "notebooks/02_softmax.ipynb", known)
    assert reading.resolve("../tools/build.py", "docs/grading.md", known) is None
    assert reading.resolve("grading.md#a", "docs/architecture.md", known) == "grading.html#a"


def test_a_picture_from_elsewhere_becomes_its_words():
    def resolve(target):
        return target

    for text in (
        "![a badge](https://example.org/b.svg)",
        '<img src="//x.org/a.png" alt="a badge">',
    ):
        shown = markdown(text, Page(resolve))
        assert "a badge" in shown
        assert ".org" not in shown


def test_what_has_no_page_is_named_and_not_linked():
    shown = markdown("[the *build*](../tools/build.py)", Page(lambda target: None))
    assert BeautifulSoup(shown, "html.parser").get_text().strip() == "the build"
    assert "href" not in shown
    assert "tools/build.py" in shown


@pytest.mark.parametrize(
    "cell",
    [
        nbformat.v4.new_raw_cell("raw"),
        nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("error", ename="E")]),
        nbformat.v4.new_code_cell(
            "1", outputs=[nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg/>"})]
        ),
    ],
)
def test_what_would_be_lost_stops_the_build(tmp_path, cell):
    path = tmp_path / "new.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    with pytest.raises(ValueError, match=r"lost|has no place"):
        notebook_html(path, Book("new", Page(str), {}))


def test_a_drawn_flow_names_every_arrow():
    text = (ROOT / "docs" / "how_it_is_built.md").read_text(encoding="utf-8")
    for drawn in re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL):
        found = arrows(drawn)
        assert len(found) == drawn.count("-->")
        assert flow(drawn).count("<li>") == len(found)
        for shown in re.findall(r'\["([^"]+)"\]', drawn):
            assert any(shown in (one, other) for one, _, other in found), shown
    with pytest.raises(ValueError, match="cannot be read"):
        arrows("flowchart LR\n  A ==> B")


def test_a_readme_without_lessons_is_refused():
    with pytest.raises(ValueError, match="no table of lessons"):
        rows("# Title\n\n| a | b |\n|---|---|\n")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
