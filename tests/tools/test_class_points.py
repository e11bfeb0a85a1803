"""One row a learner: what counts, who is missing, and what a misused command is told."""

import csv
import io
import os
import subprocess
import sys

import pytest

import class_points
from course_utils.grading.classroom.tables import COLUMNS

WEEK = """anna,02_softmax,softmax,4,4,0.10,right
anna,02_softmax,soft_lookup,1.5,3,0.10,partly right
anna,03_attention,attention,6,6,0.10,right
ben,02_softmax,softmax,2.91,4,0.10,partly right
ben,02_softmax,soft_lookup,0,3,0.10,not written
dora,,,0,0,0.00,unreadable
"""
LATE = "ben,02_softmax,softmax,1,4,0.10,wrong\nben,02_softmax,soft_lookup,3,3,0.10,right\n"


@pytest.fixture
def run(tmp_path, capsys):
    """Return a function that runs the command in a folder and gives its code, rows and words."""

    def command(*arguments, class_list=None, mark="", **files):
        paths = []
        for name, text in files.items():
            paths.append(tmp_path / f"{name}.csv")
            paths[-1].write_text(mark + ",".join(COLUMNS) + "\n" + text, encoding="utf-8")
        if class_list:
            (tmp_path / "class.txt").write_text(class_list, encoding="utf-8")
            arguments = (*arguments, "--learners", str(tmp_path / "class.txt"))
        code = class_points.main([*map(str, paths), *arguments])
        said = capsys.readouterr()
        return code, list(csv.reader(io.StringIO(said.out.removeprefix("\ufeff")))), said.err

    return command


def test_each_learner_has_a_row_and_what_is_missing_is_0(run):
    code, rows, said = run(week=WEEK)
    assert (code, said) == (0, "")
    assert rows == [
        ["learner", "02_softmax", "03_attention", "points", "of"],
        ["anna", "5.5", "6", "11.5", "13"],
        ["ben", "2.91", "0", "2.91", "13"],
        ["dora", "0", "0", "0", "13"],
    ]


def test_of_two_weeks_the_better_points_of_an_exercise_count(run):
    _, rows, _ = run(week=WEEK, late=LATE)
    assert rows[2] == ["ben", "5.91", "0", "5.91", "13"]


def test_only_some_exercises_count(run):
    _, rows, _ = run("--count", "softmax", "attention", week=WEEK)
    assert rows[1:3] == [["anna", "4", "6", "10", "10"], ["ben", "2.91", "0", "2.91", "10"]]


def test_the_list_of_the_class_decides_who_has_a_row_and_strangers_are_told(run):
    code, rows, said = run(week=WEEK, class_list="\ufeffemil\nanna\n\nanna\ndora\n")
    assert code == 0
    assert [row[0] for row in rows[1:]] == ["emil", "anna", "dora"]
    assert rows[1] == ["emil", "0", "0", "0", "13"]
    assert said == "handed in nothing: emil\nhanded in and not in the list: ben\n"


def test_names_are_written_as_in_the_gradebook_whatever_the_terminal_speaks(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text(
        ",".join(COLUMNS) + "\nZoë Müller,02_softmax,softmax,4,4,0,right\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, class_points.__file__, str(path)],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        stdout=subprocess.PIPE,
        check=True,
    )
    mark = b"\xef\xbb\xbf"  # without it, Excel shows "ZoÃ« MÃ¼ller"
    assert done.stdout.splitlines()[0] == mark + b"learner,02_softmax,points,of"
    assert done.stdout.decode("utf-8-sig").splitlines()[1] == "Zoë Müller,4,4,4"


def test_a_gradebook_is_read_with_and_without_the_mark_at_its_start(run):
    assert run(week=WEEK, late=LATE)[1] == run(week=WEEK, late=LATE, mark="\ufeff")[1]


def test_what_the_grader_could_not_grade_is_told(run):
    _, _, said = run(week=WEEK + "fritz,02_softmax,softmax,0,4,0.00,not graded\n")
    assert said == "not graded, type the command course grade again: fritz\n"


@pytest.mark.parametrize(
    ("arguments", "files", "words"),
    [
        (("--count", "sofmax"), {"week": WEEK}, "nobody handed in sofmax; there are soft_lookup"),
        (("nowhere.csv",), {}, "nowhere.csv"),
        ((), {"a": WEEK, "b": "ben,02_softmax,softmax,1,5,0,x\n"}, "worth 4 and 5 points"),
        (("--learners", "nowhere.txt"), {"week": WEEK}, "nowhere.txt"),
    ],
)
def test_bad_input_gets_one_sentence(run, arguments, files, words):
    code, rows, said = run(*arguments, **files)
    assert (code, rows) == (2, [])
    assert words in said
    assert said.count("\n") == 1


def test_another_table_is_refused(tmp_path, capsys):
    path = tmp_path / "other.csv"
    path.write_text("name,mark\nanna,1\n", encoding="utf-8")
    assert class_points.main([str(path)]) == 2
    assert "is no grades.csv of course grade." in capsys.readouterr().err
