"""A class of honest submissions with accidents, graded in one run of `pytest --nbval`."""

import json

import nbformat
import pytest
from class_of_submissions import HONEST, assert_points, assert_words, grade_class
from resaved import RESAVED
from submissions import ROOT, SOFTMAX, solved

from course_utils.checks.registry import find_check
from course_utils.grading.observe import encode
from course_utils.grading.visible import visible_cases

ACCIDENTS = HONEST | RESAVED
NOT_NOTEBOOKS = {
    "cut_short": b'{"cells": [',
    "empty": b"",
    "not_utf8": b'{"cells": ["\xff\xfe"]}',
    "other_json": json.dumps({"rows": [1]}).encode(),
    "a_list": b"[]",
    "web_page": b"\n<!DOCTYPE html><html></html>",
    "conflict": b'{\n<<<<<<< HEAD\n"cells": []\n',
    "the_lesson": (ROOT / "notebooks" / "02_softmax.ipynb").read_bytes(),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, shut_in):
    """Grade the class, files that are no notebooks among them."""
    folder = tmp_path_factory.mktemp("class") / "submissions"
    with_a_table().save(folder / "eve" / "02_softmax.ipynb")
    solved().save(folder / "renamed" / "homework.ipynb")
    lesson = nbformat.read(ROOT / "notebooks" / "02_softmax.ipynb", 4)
    lesson.cells.append(nbformat.v4.new_code_cell(SOFTMAX))
    (folder / "in_the_lesson").mkdir()
    nbformat.write(lesson, folder / "in_the_lesson" / "02_softmax.ipynb")
    for name, content in NOT_NOTEBOOKS.items():
        path = folder / name / "02_softmax.ipynb"
        path.parent.mkdir()
        path.write_bytes(content)
    return grade_class(folder, ACCIDENTS, *shut_in)


@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_costs_nothing(graded, name):
    _, expected, words = ACCIDENTS[name]
    assert_points(graded, name, expected)
    if words:
        assert_words(graded, name, words)


def test_renamed_notebook_is_recognised(graded):
    assert graded.points["renamed", "softmax"] == 4


def test_an_answer_in_the_lesson_itself_is_graded(graded):
    assert graded.points["in_the_lesson", "softmax"] == 4


@pytest.mark.parametrize("name", NOT_NOTEBOOKS)
def test_a_file_that_is_no_notebook_fails_alone_with_a_sentence(graded, name):
    words = graded.words[name, "readable"]
    assert words.startswith(("02_softmax.ipynb is", "02_softmax.ipynb holds"))
    assert words.count("\n") == 0
    expected = {"web_page": "download the notebook itself", "conflict": "git conflict"}
    expected["the_lesson"] = "hand in exercises/02_softmax.ipynb"
    assert expected.get(name, "") in words


def test_the_run_fails_and_shows_the_points(graded):
    assert graded.code == 1
    assert "duplicated/02_softmax.ipynb" in graded.output
    assert "softmax          4 of 4  right" in graded.output
    assert "--course-sandbox" not in graded.output  # the command calls it --sandbox


def with_a_table():
    """Look the visible results up in a table, as one who read them off would."""
    check = find_check("softmax")
    rows = {
        (str(encode(case.args[0])), (*case.args, -1)[1]): check.oracle(*case.args).tolist()
        for case in visible_cases(check)
    }
    table = f"""TABLE = {rows!r}
def text(x):
    numbers = x.astype(float).ravel().tolist()
    return str({{"array": numbers, "shape": list(x.shape), "dtype": x.dtype.name}})
def softmax(x, axis=-1):
    return np.array(TABLE[text(x), axis])"""
    return solved().answer("softmax", table)


def test_hard_coded_visible_cases_earn_nothing_for_the_hidden_ones(graded):
    assert graded.points["eve", "softmax"] < 1
    assert "does not use" in graded.words["eve", "softmax"]
