"""The built notebooks: nothing leaks, links lead somewhere, blank ones run, pictures speak."""

import copy
import itertools
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import build
from course_utils.checks.registry import all_checks
from course_utils.grading.environment import kernel_environment

ROOT = Path(__file__).resolve().parents[2]
# A learner's own answers may stand in exercises/ by now; the blank ones come from the source.
BLANK = build.blank_exercises()
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
EXERCISES = [ROOT / "exercises" / name for name in sorted(BLANK)]
SOLUTIONS = sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))
NOTATION = ROOT / "notebooks" / "notation.ipynb"
EVERY = [*LESSONS, NOTATION, *EXERCISES, *SOLUTIONS]


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


def read(path):
    if path.parent.name == "exercises":
        return copy.deepcopy(BLANK[path.name])
    return nbformat.read(path, as_version=4)


def test_every_lesson_has_an_exercise_and_a_solution():
    stems = [path.stem for path in LESSONS]
    assert [path.stem for path in EXERCISES] == [path.stem for path in SOLUTIONS] == stems
    assert [int(stem.split("_")[0]) for stem in stems] == list(range(len(stems)))


def test_every_check_stands_in_the_exercises_of_its_lesson():
    seen = {}
    for path in SOLUTIONS:
        for cell in read(path).cells:
            check = cell.metadata.get("course", {}).get("check")
            if check:
                seen[check] = int(path.stem.split("_")[0])
    assert seen == {name: check.lesson for name, check in all_checks().items()}


@pytest.mark.parametrize("path", EXERCISES, ids=name_of)
def test_no_answer_line_survives_in_the_blank_copy(path):
    blank = read(path)
    solved = read(ROOT / "solutions" / path.name)
    text = "\n".join(cell.source for cell in blank.cells)
    lines = []
    for cell in solved.cells:
        for block in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.S):
            lines += [line.strip() for line in block.splitlines() if line.strip()]
    assert lines
    for line in lines:
        code = line.split("#")[0].strip()
        assert not code or code not in text, line
    assert "SOLUTION" not in text
    assert all(not cell.get("outputs") for cell in blank.cells)


@pytest.mark.parametrize("path", EXERCISES, ids=name_of)
def test_a_blank_exercise_runs_to_its_end(path, tmp_path):
    notebook = read(path)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env=kernel_environment(tmp_path))
    said = [
        output.data["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "course" in cell.metadata and "check" in cell.metadata["course"]
    ]
    assert said
    assert all("not written yet" in text for text in said)


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_links_lead_to_files_of_the_course(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#\s]+)", cell.source):
                if not re.match(r"https?:", target):
                    assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_headings_go_down_one_at_a_time(path):
    levels = [
        len(mark)
        for cell in read(path).cells
        if cell.cell_type == "markdown"
        for mark in re.findall(r"^(#+) ", cell.source, re.MULTILINE)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


@pytest.mark.parametrize("path", [*LESSONS, NOTATION, *SOLUTIONS], ids=name_of)
def test_outputs_are_there_clean_and_pictures_have_words(path):
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        assert cell.execution_count
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source
            if "image/png" in output.get("data", {}):
                assert len(output.data["text/plain"]) > 30, cell.source
                assert output.metadata["image/png"]["alt"]


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_keeps_its_measure(path):
    notebook = read(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    visible = re.sub(r"<details>.*?</details>", " ", prose, flags=re.S)
    words = re.findall(r"[A-Za-z'’-]+", re.sub(r"\$.*?\$", " ", visible))
    assert len(words) <= 1500
    assert len(code) <= 25
    assert all(len(cell.source.splitlines()) <= 12 for cell in code)


def test_the_cheat_sheet_runs_every_function_and_links_to_its_lesson():
    cells = read(NOTATION).cells
    linked, found = set(), {}
    for cell in cells:
        if cell.cell_type == "markdown":
            linked = {int(number) for number in re.findall(r"\]\((\d\d)_", cell.source)}
        for name in re.findall(r'^shapes\("(\w+)"', cell.source, re.MULTILINE):
            first, last = min(linked), max(linked)  # of the heading above, "Lessons 4 to 6"
            found[name] = range(first, last + 1)
            assert f"{name:21} " in cell.outputs[0].text
    missing = [name for name in all_checks() if name not in found]
    assert missing == [], f"source/lessons/notation.py: a row of shapes for each of {missing}"
    assert all(all_checks()[name].lesson in found[name] for name in all_checks())


def choices(cell):
    """Return the folded choices of a quiz question: (what is offered, what is said to it)."""
    block = r"<details><summary>[A-E]\. (.*?)</summary>\n\n(.*?)\n\n</details>"
    return re.findall(block, cell.source, re.S)


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_a_lesson_asks_three_questions_and_explains_every_choice(path):
    asked = [cell for cell in read(path).cells if "**Question " in cell.source]
    right = []
    for cell in asked:
        answers = [said.split()[0].strip(":.") for _, said in choices(cell)]
        assert 3 <= len(answers) == cell.source.count("<details>") <= 5, cell.source
        assert answers.count("Yes") == 1, cell.source
        assert all(len(said.split()) >= 4 for _, said in choices(cell)), cell.source
        right.append(answers.index("Yes"))
    assert len(right) == 3
    assert len(set(right)) > 1, "the right choice stands at the same place in every question"


def test_at_most_three_cells_are_left_out_of_comparison():
    count = 0
    for path in LESSONS + SOLUTIONS:
        text = path.read_text(encoding="utf-8")
        cells = json.loads(text)["cells"]
        tags = [tag for cell in cells for tag in cell["metadata"].get("tags", [])]
        count += sum(tag.startswith("nbval") for tag in tags)
        assert "NBVAL" not in text
    assert count <= 3


@pytest.mark.parametrize("path", EXERCISES, ids=name_of)
def test_nbgrader_accepts_the_metadata(path):
    from nbgrader.nbgraderformat import MetadataValidator

    notebook = read(ROOT / "solutions" / path.name)
    MetadataValidator().validate_nb(notebook)
    identities = [
        cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata
    ]
    assert len(identities) == len(set(identities)) > 0
