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
        ("02_softmax - Copy (2).ipynb", "class"),
        ("02_softmax copy 2.ipynb", "class"),
        ("anna_02_softmax-1.ipynb", "anna"),
        ("anna-2.ipynb", "anna-2"),
        ("anna_02_softmax.ipynb.txt", "anna"),
        ("02_SOFTMAX.IPYNB", "02_SOFTMAX"),
        ("anna/lab_3_2026_final.ipynb", "anna"),
        ("José/homework.ipynb", "José"),
    ],
)
def test_whose_a_file_is(tmp_path, name, learner):
    make(tmp_path / "class", name)
    assert list(owners(find_submissions([tmp_path / "class"])).values()) == [learner]


CANVAS = {
    "doejane_123456_7890123_02_softmax-1.ipynb": "doejane_123456",
    "doejane_LATE_123456_7890200_03_masks.ipynb": "doejane_123456",
    "doejane_99_7890201_02_softmax.ipynb": "doejane_99",
    "müllerzoë_123457_7890124_homework.ipynb": "müllerzoë_123457",
    "obrien-smithpat_7_7890125_work/02_softmax.ipynb": "obrien-smithpat_7",
    "anon_Ab3xY_7890126_02_softmax.ipynb": "anon_Ab3xY",
    "anon_98765_7890127_02_softmax.ipynb": "anon_98765",
    "anna_2_02_softmax.ipynb": "anna_2",
    "week 2/doejane_123456_7890300_02_softmax.ipynb": "doejane_123456",
    "week 2/roejim_123458_7890301_02_softmax.ipynb": "roejim_123458",
}
MOODLE = {
    "week1/Jane Doe_1234567_assignsubmission_file_02_softmax.ipynb": "Jane Doe",
    "week2/Jane Doe_2345678_assignsubmission_file_/03_attention.ipynb": "Jane Doe",
    "week2/Zoë O'Hara_2345679_assignsubmission_file/mine/03.ipynb": "Zoë O'Hara",
    "week1/Li Wei_11_assignsubmission_file_02_softmax.ipynb": "Li Wei_11",
    "week1/Li Wei_12_assignsubmission_file_a_13_assignsubmission_file_b.ipynb": "Li Wei_12",
    "week2/Li Wei_21_assignsubmission_file_x.ipynb": "Li Wei_21",
    "all/Ann_31_assignsubmission_file_02_softmax.ipynb": "Ann",
    "all/Ann_32_assignsubmission_file_03_scaled_dot_product_attention.ipynb": "Ann",
    "all/Bo_31_assignsubmission_file_02_softmax.ipynb": "Bo_31",
    "all/Bo_32_assignsubmission_file_02_softmax-1.ipynb": "Bo_32",
    "Participant_77_assignsubmission_file_/x.ipynb": "Participant_77",
    "Participant_78_assignsubmission_file_/x.ipynb": "Participant_78",
}
NO_PLATFORM = {  # a group or a year is no learner
    "meier_2026_4711_02_softmax.ipynb": "meier_2026_4711",
    "huber_2026_4712_02_softmax.ipynb": "huber_2026_4712",
    "anna_1_2026_02_softmax.ipynb": "anna_1_2026",
    "ben_2_2026_02_softmax.ipynb": "ben_2_2026",
    "ben_2_2026_01_dot_products.ipynb": "ben_2_2026",
}


@pytest.mark.parametrize("names", [CANVAS, MOODLE, NO_PLATFORM])
def test_names_that_a_platform_made_say_who_it_was(tmp_path, names):
    make(tmp_path / "class", *names)
    expected = {f"class/{name}": learner for name, learner in names.items()}
    assert owners(find_submissions([tmp_path / "class"])) == expected


def test_a_platforms_folders_may_be_named_one_by_one(tmp_path):
    """As a shell writes `submissions/*` out."""
    make(tmp_path, *CANVAS, *MOODLE)
    assert owners(find_submissions(tmp_path.iterdir())) == CANVAS | MOODLE


def test_who_handed_in_no_notebook_is_told_so(tmp_path):
    make(tmp_path / "class", "anna/x.ipynb", "anna/data.zip", "README.txt", "class.csv")
    make(tmp_path / "class", "ben/notes.txt", "ben/mine/homework.ZIP", "ben/02_softmax.py")
    make(tmp_path / "class", "carl/notes.txt", "carl/02_softmax.html", "dora_02_softmax.py")
    make(tmp_path / "class", "Jane Doe_7_assignsubmission_file_essay.pdf", "emil.zip")
    make(tmp_path / "class", "roejim_8_1234_answers.docx", "fay/.ipynb_checkpoints/x.ipynb")
    faults = {one.learner: one.fault for one in find_submissions([tmp_path / "class"]).submissions}
    archive = "is an archive; unpack it: only notebooks are graded."
    other = "is no notebook, and there is none beside it."
    assert faults == {
        "anna": "",
        "ben": f"homework.ZIP {archive}",
        "carl": f"02_softmax.html {other}",
        "dora": f"dora_02_softmax.py {other}",
        "Jane Doe": f"Jane Doe_7_assignsubmission_file_essay.pdf {other}",
        "emil": f"emil.zip {archive}",
        "roejim_8": f"roejim_8_1234_answers.docx {other}",
    }


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
