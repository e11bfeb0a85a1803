"""Broken and dishonest submissions beside an honest one, graded in one run of `pytest --nbval`."""

import pytest
from class_of_submissions import FULL, HOSTILE, SECONDS, assert_points, assert_words, grade_class
from submissions import solved


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade the class."""
    members = {"honest": (solved, FULL, ""), **HOSTILE, "the_last": (solved, FULL, "")}
    folder = tmp_path_factory.mktemp("class") / "submissions"
    return grade_class(folder, members, f"--course-seconds={SECONDS}")


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_earned_that_was_not_right(graded, name):
    _, expected, words = HOSTILE[name]
    assert_points(graded, name, expected)
    if words:
        assert_words(graded, name, words)


@pytest.mark.parametrize("name", ["honest", "the_last"])
def test_the_others_keep_their_points(graded, name):
    assert_points(graded, name, FULL)
