"""The benchmarks that need no peer run, and say in their last line what they measured.

Of those of grading: that the peers get the same cases, and that no difference goes unseen.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils.checks.registry import find_check
from course_utils.grading.visible import judge_visible
from grading import disagreements
from grading_answers import SOFTMAX, SOFTMAX_BODIES
from grading_cases import JUDGE, cases_of, otter_files, peers_notebook
from grading_class import differences, gradebook, make_class

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    command = [sys.executable, *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_decoding_prints_ratios():
    made = run("benchmarks/decoding.py", "--lengths", "4", "--batch", "1", "--runs", "2")
    assert made["name"] == "decoding"
    assert [row["length"] for row in made["rows"]] == [4]
    assert all(row["ratio"] > 0 for row in made["rows"])


@pytest.mark.parametrize("body", SOFTMAX_BODIES.values(), ids=SOFTMAX_BODIES)
@pytest.mark.filterwarnings("ignore")
def test_the_peers_tests_and_ours_accept_the_same_cases(body):
    peer, learner = {}, {"np": np}
    exec(JUDGE, peer)
    exec(SOFTMAX + body, learner)
    passed = 0
    for case in peer["load_cases"](json.dumps(cases_of("softmax")["visible"])):
        try:
            peer["judge"](learner["softmax"], case)
            passed += 1
        except Exception:
            continue
    assert passed == judge_visible(find_check("softmax"), learner["softmax"]).passed


def test_the_peers_files_need_no_course():
    files = otter_files()
    assert len(files) == 4
    for text in files.values():
        compile(text, "test", "exec")
    cells = peers_notebook({"softmax": "", "soft_lookup": ""}).cells
    text = "".join(cell.source for cell in cells if cell.cell_type == "code")
    assert "course_utils" not in "".join(files.values()) + text
    assert "load(" not in text


def test_a_difference_of_points_is_found_and_only_a_follower_is_meant():
    ours = {"a softmax": 4.0, "a soft_lookup": 3.0, "b softmax": 2.9, "b soft_lookup": 3.0}
    same = {"ours, sandbox": ours, "nbgrader": ours | {"b soft_lookup": 2.0}}
    assert disagreements(same) == (["b soft_lookup: ours 3, nbgrader 2.0"], [])
    for place in ("a softmax", "a soft_lookup", "b softmax"):
        assert len(disagreements({"ours, sandbox": ours, "otter": ours | {place: 1.0}})[1]) == 1
    more = {"ours, sandbox": ours, "otter": ours | {"b soft_lookup": 3.1}}
    assert len(disagreements(more)[1]) == 1
    lost = {"ours, sandbox": ours, "ours, no sandbox": ours | {"b soft_lookup": 2.0}}
    assert len(disagreements(lost)[1]) == 1


def write_grades(folder, points, seconds):
    (folder / "results").mkdir(parents=True)
    (folder / "journal").mkdir()
    (folder / "journal" / "x.json").write_text(str(seconds))
    row = f"anna,02_softmax,softmax,{points},4,{seconds},partly right\n"
    (folder / "grades.csv").write_text("learner,...\n" + row)
    (folder / "grades.xml").write_text(f'<testcase name="{points}" time="{seconds}"/>')
    (folder / "results" / "anna.json").write_text(f'{{"score": {points}, "execution_time": 3}}')
    return gradebook(folder)


def test_two_gradebooks_differ_by_points_and_not_by_times(tmp_path):
    one = write_grades(tmp_path / "one", 2.91, 1.25)
    assert differences(one, write_grades(tmp_path / "two", 2.91, 17.5)) == []
    other = write_grades(tmp_path / "three", 2.92, 1.25)
    assert len(differences(one, other)) == 3
    assert differences(one, {}) == sorted(one)


def test_a_class_has_as_many_submissions_as_asked_for_and_hostile_ones_among_them(tmp_path):
    make_class(tmp_path, 8, 2)
    texts = [path.read_text() for path in sorted(tmp_path.rglob("*.ipynb"))]
    assert len(texts) == 8
    assert sum("a-note" in text for text in texts) == 1
    assert sum("start_new_session" in text for text in texts) == 1
    assert len({path.name for path in tmp_path.rglob("*.ipynb")}) > 3
