"""The folder of a class: it goes on after any interruption, and nothing is overwritten unasked."""

import json

import pytest

from course_utils.grading.classroom.journal import Journal, Occupied
from course_utils.grading.classroom.settings import Settings

STAMP = {"format": 1, "class": ["a"], "course": "1", "settings": {"seed": 0}}


@pytest.fixture
def opened():
    """Return a function that opens a journal, which is closed at the end."""
    journals = []

    def opened(folder, stamp=STAMP, **options):
        journals.append(Journal(folder))
        journals[-1].open(stamp, **options)
        return journals[-1]

    yield opened
    for journal in journals:
        journal.close()


def test_a_record_stays_for_the_same_content_only(opened, tmp_path):
    journal = opened(tmp_path / "grades")
    journal.keep("k", {"digest": "d", "points": 1})
    journal.close()
    again = opened(tmp_path / "grades")
    assert again.load("k", "d") == {"digest": "d", "points": 1}
    assert again.load("k", "another") is None
    assert again.load("other", "d") is None


@pytest.mark.parametrize("torn", ["", '{"digest": "d"', "[]", "\x00"])
def test_a_torn_record_counts_as_none(opened, tmp_path, torn):
    journal = opened(tmp_path / "grades")
    (journal.records / "k.json").write_text(torn)
    assert journal.load("k", "d") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class": ["b"]}, "the grades of other files"),
        ({"course": "2"}, "another version of the course"),
        ({"settings": {"seed": 1}}, "other settings"),
    ],
)
def test_other_grades_are_replaced_only_when_asked(opened, tmp_path, change, words):
    folder = tmp_path / "grades"
    journal = opened(folder)
    journal.keep("k", {"digest": "d"})
    journal.close()
    with pytest.raises(Occupied, match=words):
        opened(folder, STAMP | change)
    opened(folder).close()  # the refusal changed nothing
    assert (folder / "journal" / "k.json").exists()
    assert opened(folder, STAMP | change, overwrite=True).load("k", "d") is None
    assert not list((folder / "journal").iterdir())


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_with_something_else_in_it_is_never_taken(opened, tmp_path, overwrite):
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(Occupied, match="no class's grades"):
        opened(tmp_path, overwrite=overwrite)
    with pytest.raises(Occupied, match="is a file"):
        opened(tmp_path / "thesis.txt", overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_two_runs_do_not_write_into_one_folder(opened, tmp_path):
    pytest.importorskip("fcntl")
    first = opened(tmp_path / "grades")
    with pytest.raises(Occupied, match="in use"):
        opened(tmp_path / "grades")
    first.close()
    opened(tmp_path / "grades").close()


def test_the_stamp_changes_with_what_grades_depend_on():
    def stamp(**settings):
        return json.dumps(Settings(**settings).stamp(["class"]))

    different = {stamp(), stamp(seed=1), stamp(seconds=3), stamp(only="02_softmax")}
    assert len(different | {stamp(sandbox=False)}) == 5
    assert stamp() == stamp()
