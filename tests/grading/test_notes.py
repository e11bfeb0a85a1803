"""What the owner of a notebook is told when a part of it cannot be graded here."""

import sys

import pytest
from submissions import SOFTMAX, Submission, solved

from course_utils.grading.pristine import pristine_notebooks
from course_utils.grading.transplant import transplant

UNREADABLE = SOFTMAX + "\nprint(f'{'a new kind of quotes'}' ?)"  # in every Python


def notes(made):
    return transplant(made.nb, pristine_notebooks()["02_softmax"]).notes


def written_with(version, answer):
    made = solved().answer("softmax", answer)
    made.nb.metadata["language_info"] = {"name": "python", "version": version}
    return notes(made)


def test_an_answer_for_a_newer_python_is_told_from_a_slip():
    here = f"3.{sys.version_info.minor}"
    assert written_with("3.99.1", UNREADABLE) == [
        f"Written with Python 3.99, graded with {here}, "
        "which cannot read the answer cell of softmax."
    ]
    assert written_with("3.99.1", SOFTMAX) == []
    assert written_with(f"{here}.0", UNREADABLE) == []


@pytest.mark.parametrize("strange", [None, 3, "", {"version": 3}, {"version": "3.x"}, []])
def test_metadata_may_be_anything(strange):
    made = solved()
    made.nb.metadata["language_info"] = strange
    assert notes(made) == []


def test_a_second_lesson_in_the_file_is_told():
    made, other = solved(), Submission("01_dot_products")
    made.nb.cells += other.nb.cells
    assert notes(made) == []  # blank
    for name in pristine_notebooks()["01_dot_products"].exercises():
        other.answer(name, f"def {name}(*arguments): pass")
    assert notes(made) == [
        "It also answers 01_dot_products, which is not graded here: "
        "hand each lesson in as a file of its own."
    ]


def test_an_earlier_function_that_was_copied_in_is_no_second_lesson():
    made, other = solved(), Submission("01_dot_products").answer("dot_scores", "dot_scores = 1")
    made.nb.cells.insert(0, other.cell("dot-scores-answer"))
    assert notes(made) == []
