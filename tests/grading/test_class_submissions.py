"""What is found in the paths of a class, and whose it is."""

import os

import pytest

from course_utils.grading.classroom.submissions import find_submissions

SOFTMAX = "02_softmax.ipynb"


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def owners(found):
    return {one.file: one.learner for one in found.submissions}


@pytest.mark.parametrize(
    ("name", "learner"),
    [
        (f"anna/{SOFTMAX}", "anna"),
        (f"anna/week 2/final/{SOFTMAX}", "anna"),
        (f"anna/exercises/{SOFTMAX}", "anna"),
        ("anna.ipynb", "anna"),
        ("anna_02_softmax.ipynb", "anna"),
        ("02_softmax - anna (1).ipynb", "anna"),
        (SOFTMAX, "class"),
        (f"exercises/{SOFTMAX}", "class"),
        ("02_softmax-Copy1.ipynb", "class"),
        ("José/homework.ipynb", "José"),
    ],
)
def test_whose_a_file_is(tmp_path, name, learner):
    make(tmp_path / "class", name)
    assert list(owners(find_submissions([tmp_path / "class"])).values()) == [learner]


def test_one_file_may_be_named_and_is_found_once(tmp_path):
    make(tmp_path, f"class/anna/{SOFTMAX}", "class/ben.ipynb")
    paths = [tmp_path / "class", tmp_path / "class" / "ben.ipynb", tmp_path / "class"]
    assert owners(find_submissions(paths)) == {
        f"class/anna/{SOFTMAX}": "anna",
        "class/ben.ipynb": "ben",
    }


def test_folders_of_one_name_in_two_places_are_told_apart(tmp_path):
    make(tmp_path, "a/class/x.ipynb", "b/class/x.ipynb")
    found = find_submissions([tmp_path / "a" / "class", tmp_path / "b" / "class"])
    assert list(owners(found)) == ["a/class/x.ipynb", "b/class/x.ipynb"]
    assert len({one.key for one in found.submissions}) == 2


def test_hidden_files_and_the_grades_are_left_out(tmp_path):
    make(tmp_path, f"anna/.ipynb_checkpoints/{SOFTMAX}", f"anna/._{SOFTMAX}", "__MACOSX/x.ipynb")
    make(tmp_path, "grades/x.ipynb", f"anna/{SOFTMAX}", "anna/venv/x.ipynb", "anna/venv/pyvenv.cfg")
    assert list(owners(find_submissions([tmp_path], tmp_path / "grades"))) == [
        f"{tmp_path.name}/anna/{SOFTMAX}"
    ]


def test_of_a_clone_of_the_course_only_the_exercises_are_taken(tmp_path):
    make(
        tmp_path / "class",
        *(f"anna/{f}/{SOFTMAX}" for f in ("exercises", "notebooks", "solutions")),
    )
    found = find_submissions([tmp_path / "class"])
    assert owners(found) == {f"class/anna/exercises/{SOFTMAX}": "anna"}
    assert [line.split(":")[0] for line in found.left_out] == [
        "class/anna/notebooks",
        "class/anna/solutions",
    ]


def test_a_link_a_pipe_and_a_folder_are_told_and_not_opened(tmp_path):
    make(tmp_path, "secret/x.ipynb")
    folder = tmp_path / "class" / "anna"
    (folder / "y.ipynb").mkdir(parents=True)
    (folder / "x.ipynb").symlink_to(tmp_path / "secret" / "x.ipynb")
    (tmp_path / "class" / "ben").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "z.ipynb")
    found = {one.file: one for one in find_submissions([tmp_path / "class"]).submissions}
    assert "symbolic link" in found["class/anna/x.ipynb"].fault
    assert "is a folder" in found["class/anna/y.ipynb"].fault
    assert "not a regular file" in found["class/anna/z.ipynb"].fault
    assert "symbolic link" in found["class/ben"].fault
    assert len(found) == 4
    with pytest.raises(OSError, match=r"symbolic|loop|Too many"):
        found["class/anna/x.ipynb"].read()  # also if it took a file's place after it was found
    with pytest.raises(OSError):
        found["class/anna/z.ipynb"].read()


def test_names_that_are_no_text_can_still_be_written(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9\n=1")).mkdir()
    make(tmp_path / os.fsdecode(b"caf\xe9\n=1"), SOFTMAX)
    [one] = find_submissions([tmp_path]).submissions
    assert one.learner == "caf\ufffd\ufffd=1"
    assert one.read() == b"{}"
