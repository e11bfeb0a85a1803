"""Records become one gradebook and its reports, whatever the order and whatever they hold."""

import csv
import io
import json
import random
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from course_utils.grading.classroom.gradebook import make_gradebook, named_mistakes
from course_utils.grading.classroom.outputs import all_plain, as_text
from course_utils.grading.classroom.reports import file_names, write_reports
from course_utils.grading.classroom.settings import Settings
from course_utils.grading.classroom.submissions import Found, Submission
from course_utils.grading.classroom.tables import grades_csv, gradescope, junit_xml
from course_utils.grading.classroom.work import not_graded, unreadable
from course_utils.grading.releases import MADE_WITH

EVIL = '</pre><script>alert(1)</script><img src="//x" onerror="y"> & `<b>` \'"'
SAID = {
    "stage": "values",
    "mistake": "",
    "hint": "",
    "sentences": [],
    "notes": [],
    "passed": 1,
    "total": 2,
    "source": "def f(x): return x",
    "output": "",
}


def exercise(name, points, of, **said):
    stage = "right" if points == of else "values"
    return SAID | {"name": name, "points": points, "of": of, "seconds": 1.5, "stage": stage} | said


def graded(first, second=3, **said):
    """Return the record of a graded 02_softmax."""
    both = [exercise("softmax", first, 4, **said), exercise("soft_lookup", second, 3)]
    return not_graded("") | {"status": "graded", "lesson": "02_softmax", "exercises": both}


def book_of(*rows, left_out=()):
    """Return the gradebook of (learner, file, record)."""
    found = Found([Submission(learner, file, None) for learner, file, _ in rows], list(left_out))
    return make_gradebook(found, {one.key: row[2] for one, row in zip(found.submissions, rows)})


CLASS = [
    ("anna", "anna/02_softmax.ipynb", graded(4)),
    ("anna", "anna/02_softmax-Copy1.ipynb", graded(2)),
    ("anna", "anna/notes.ipynb", not_graded("no exercise.") | {"status": "not an exercise"}),
    ("ben", "ben/02_softmax.ipynb", unreadable("02_softmax.ipynb", "It is empty.")),
    ("ben", "ben/02_softmax (1).ipynb", graded(0, 0)),
    ("carl", "carl/02_softmax.ipynb", unreadable("02_softmax.ipynb", "It is empty.")),
    ("dora", "dora/x.ipynb", unreadable("x.ipynb", "It is a symbolic link.")),
    ("emil", "emil/02_softmax.ipynb", graded(1, mistake="your weights are wrong", hint="Look.")),
    (
        "fay",
        "fay/02_softmax.ipynb",
        graded(1, mistake="in 3 of the 5 failing cases, your weights are wrong"),
    ),
    ("gil", "gil/notes.ipynb", not_graded("no exercise.") | {"status": "not an exercise"}),
    ("hal", "hal/02_softmax.ipynb", not_graded("it ended twice") | {"lesson": "02_softmax"}),
]


def points_in(text):
    return {(row[0], row[2]): row[3:5] + row[6:] for row in list(csv.reader(io.StringIO(text)))[1:]}


def test_the_points_of_a_class():
    points = points_in(grades_csv(book_of(*CLASS)))
    assert points["anna", "softmax"] == ["4", "4", "right"]
    assert points["ben", "softmax"] == ["0", "4", "wrong"]  # a readable one counts first
    assert points["carl", "soft_lookup"] == ["0", "3", "unreadable"]
    assert points["dora", ""] == ["0", "0", "unreadable"]
    assert points["emil", "softmax"] == ["1", "4", "partly right"]
    assert points["gil", ""] == ["0", "0", "not an exercise"]
    assert points["hal", "softmax"] == ["0", "4", "not graded"]
    assert len(points) == 2 * 6 + 2


def test_the_better_submission_counts_and_the_other_is_told(tmp_path):
    book = book_of(*CLASS)
    assert [(worse.file, best.file) for worse, best in book.set_aside] == [
        ("anna/02_softmax-Copy1.ipynb", "anna/02_softmax.ipynb"),
        ("ben/02_softmax.ipynb", "ben/02_softmax (1).ipynb"),
    ]
    write_reports(book, tmp_path, Settings())
    for page in ("learners/anna.html", "index.html"):
        text = (tmp_path / page).read_text()
        assert "02_softmax-Copy1.ipynb</bdi>: 5 of 7 points" in text


def test_the_order_of_the_records_changes_no_byte(tmp_path):
    written = set()
    for seed in range(5):
        rows = random.Random(seed).sample(CLASS, len(CLASS))
        book, folder = book_of(*rows), tmp_path / str(seed)
        folder.mkdir()
        write_reports(book, folder, Settings())
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        written.add(tuple((path.name, path.read_bytes()) for path in files))
        assert len(files) == 3 + 2 * 8
    assert len(written) == 1


def test_one_mistake_has_one_name_whether_it_explains_all_cases_or_some():
    assert named_mistakes(book_of(*CLASS).rows) == [(2, "softmax", "your weights are wrong")]


def test_an_answer_that_defines_nothing_is_wrong_and_a_stub_is_not_written():
    stub = 'def softmax(x, axis=-1):\n    raise NotImplementedError("softmax: exercise 2.1")'
    rows = (
        ("a", "a", graded(0, stage="not written")),
        ("b", "b", graded(0, stage="not written", source=stub)),
    )
    assert [row.status for row in book_of(*rows).rows[::2]] == ["wrong", "not written"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_runs_a_formula(sign):
    text = grades_csv(book_of((f'{sign}HYPERLINK("http://x"),\n1', "f", graded(4))))
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(sign)]
    assert len(cells) == 3 * 7


class Strict(HTMLParser):
    """Reads a page and keeps its tags; every tag that is opened must be closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.attributes = [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in ("meta", "img", "source"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_no_text_of_a_learner_becomes_part_of_a_page(tmp_path):
    said = {key: EVIL for key in ("mistake", "hint", "source", "output")}
    record = graded(1, **said, sentences=[EVIL], notes=[EVIL]) | {"notes": [EVIL]}
    rows = [(EVIL, EVIL, record), (EVIL, f"{EVIL}2", graded(0)), ("b", "b", unreadable("b", EVIL))]
    write_reports(book_of(*rows, left_out=[EVIL]), tmp_path, Settings())
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) == 3
    for path in pages:
        page = Strict(path.read_text(encoding="utf-8"))
        assert not {"script", "b", "iframe"} & set(page.tags)
        assert page.tags.count("img") == (path.name == "index.html")
        assert not [name for name in page.attributes if name.startswith("on")]
        assert page.tags.count("h1") == page.tags.count("title") == 1


def test_the_page_of_a_learner_says_what_helps(tmp_path):
    said = {"mistake": "your weights are wrong", "hint": "Look at `axis`.", "output": "printed"}
    record = graded(1, **said, sentences=["Expected 1, got 2."])
    write_reports(book_of(("anna", "f", record)), tmp_path, Settings(seed=7))
    text = re.sub(r"<[^>]+>", " ", (tmp_path / "learners" / "anna.html").read_text())
    for words in ("4 of 7 points", "Your weights are wrong", "Expected 1, got 2.", "printed"):
        assert words in text
    assert "Look at  axis ." in text
    assert "def f(x): return x" in text
    assert "seed 7" in text


def test_the_instructor_sees_who_took_from_the_course_and_other_releases(tmp_path):
    notes = ["A statement in the answer cell of f was left out: it imports g.", "f lost its mark."]
    rows = [("anna", "a", graded(4) | {"notes": notes})]
    rows += [(f"{n}", f"b{n}", graded(4) | {"notes": [f"{MADE_WITH} 0.0.{n}."]}) for n in range(25)]
    write_reports(book_of(*rows), tmp_path, Settings())
    text = (tmp_path / "index.html").read_text()
    assert "A statement in the answer cell of f was left out: it imports g." in text
    assert "Made with release 0.0.0." in text
    assert "and 6 more; see the learners' pages" in text.replace("&#x27;", "'")
    assert "f lost its mark." not in text


def test_junit_and_gradescope_say_the_same_points():
    book = book_of(*CLASS)
    suites = ET.fromstring(junit_xml(book).encode())
    for learner in book.learners():
        suite = next(one for one in suites if one.get("name") == learner)
        properties = [p for p in suite.iter("property") if p.get("name") == "points"]
        result = json.loads(gradescope(book, learner))
        assert sum(float(p.get("value")) for p in properties) == result["score"]
        assert sum(test["score"] for test in result["tests"]) == result["score"]
        counted = len(suite.findall("*/failure")), len(suite.findall("*/error"))
        assert counted == (int(suite.get("failures")), int(suite.get("errors")))
        right = [test["status"] == "passed" for test in result["tests"]]
        assert len(right) - sum(right) == sum(counted)


def test_outputs_are_cut_and_free_of_what_no_file_can_hold():
    outputs = [
        {"output_type": "stream", "text": "\x1b[31mred\x1b[0m\x00\n"},
        {"output_type": "error", "ename": "ValueError", "evalue": "no\ud800"},
        {"output_type": "display_data", "data": {"image/png": "xx", "text/plain": ["a", "b"]}},
    ]
    assert as_text([outputs, None]) == "red\nValueError: no\nab"
    assert as_text([[{"output_type": "stream", "text": "x" * 9_000}]]).endswith("more characters)")
    junit_xml(book_of(("a", "a", all_plain(graded(1, hint="\ud800\x07\u202e")))))


def test_learners_get_files_of_their_own():
    names = file_names(["anna", "Anna", "a/b", "a_b", "con", "", "..", "x" * 300, "José"])
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert all(re.fullmatch(r"[\w-]{1,70}", name) for name in names.values())
    assert names["anna"] == "anna"
    assert names["con"].startswith("con-")
