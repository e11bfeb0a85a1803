"""A submission made with an older release: graded as today's, and what is missing is named."""

import inspect
import json

import nbformat
import numpy as np
import pytest
from submissions import ROOT, SOFT_LOOKUP, SOFTMAX, Submission, grade_folder, solved

from course_utils.answers import file
from course_utils.answers.keep import keep
from course_utils.checks.registry import find_check
from course_utils.grading.pristine import pristine_notebooks
from course_utils.grading.transplant import transplant

RELEASES = json.loads((ROOT / "tests/data/exercises_by_release.json").read_text(encoding="utf-8"))
RELEASED = [
    (release, notebook, name, signature)
    for release, notebooks in RELEASES.items()
    for notebook, exercises in notebooks.items()
    for name, signature in exercises.items()
]


LOOKUP_HEAD = SOFT_LOOKUP.splitlines()[0]


def parameters(signature):
    """Return the parameters of "softmax(x, axis=-1)": names and defaults, in order."""
    scope = {}
    exec(f"def {signature}: pass", scope)
    function = next(value for name, value in scope.items() if inspect.isfunction(value))
    return list(inspect.signature(function).parameters.values())


def other_words(filled):
    """Write every text and given cell as an older release may have had it, with other ids."""
    for number, cell in enumerate(filled.nb.cells):
        role = dict(cell.metadata.get("course", {}))
        if "answer" in role:
            docstring = '):\n    """Say what an older release said."""\n'
            cell.source = cell.source.replace("):\n", docstring, 1)
        elif not role:
            cell.id = f"older-{number}"
            cell.source += "\n# as it was"
    filled.nb.metadata.course = {"name": "02_softmax", "digest": "0123456789ab"}
    return filled


def without(filled, name):
    """Take an exercise away, as if it had been added after that release."""
    roles = [dict(cell.metadata.get("course", {})) for cell in filled.nb.cells]
    kept = [cell for cell, role in zip(filled.nb.cells, roles) if name not in role.values()]
    filled.nb.cells = kept
    return filled


def with_one_that_is_gone(filled):
    """Add an exercise that the course does not have any more: answered, and once more blank."""
    for name, body in (("hard_max", "return x"), ("soft_min", stub("soft_min"))):
        answer = nbformat.v4.new_code_cell(f"def {name}(x):\n    {body}", id=f"{name}-answer")
        check = nbformat.v4.new_code_cell(f'check("{name}")', id=f"{name}-check")
        for cell, role in ((answer, "answer"), (check, "check")):
            cell.metadata = nbformat.from_dict({"course": {role: name}, "nbgrader": {}})
            cell.metadata.nbgrader.grade_id = name if role == "answer" else f"{name}-check"
        filled.nb.cells[2:2] = [answer, check]
    return filled


def stub(name, number="1.3"):
    return f'raise NotImplementedError("{name}: exercise {number}")'


def renumbered():
    """Leave one exercise blank whose stub has the number that it had in that release."""
    filled = Submission().answer("softmax", SOFTMAX)
    return filled.answer("soft_lookup", f"{LOOKUP_HEAD}\n    {stub('soft_lookup')}")


CLASS = {
    "other_words": (other_words(solved()), 4, 3, ""),
    "before_soft_lookup": (
        without(solved(), "soft_lookup"),
        4,
        0,
        "There is no answer cell for soft_lookup.",
    ),
    "one_is_gone": (with_one_that_is_gone(solved()), 4, 3, ""),
    "renumbered": (renumbered(), 4, 0, "not written"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "submissions"
    for name, (filled, *_) in CLASS.items():
        filled.save(folder / name / "02_softmax.ipynb")
    return grade_folder(folder)


@pytest.mark.parametrize("name", CLASS)
def test_an_older_submission_has_the_points_of_its_answers(graded, name):
    _, softmax, soft_lookup, words = CLASS[name]
    assert graded.points[name, "softmax"] == softmax
    assert graded.points[name, "soft_lookup"] == soft_lookup
    assert words in graded.words[name, "soft_lookup"]


def test_an_answer_is_found_by_its_function_where_every_mark_is_of_another_time():
    filled = solved()
    for number, cell in enumerate(filled.nb.cells):
        cell.id, cell.metadata = f"older-{number}", nbformat.from_dict({})
    plan = transplant(filled.nb, pristine_notebooks()["02_softmax"])
    answers = {step.name: step.source for step in plan.steps if step.role == "answer"}
    assert answers == {"softmax": SOFTMAX, "soft_lookup": SOFT_LOOKUP}
    assert any("lost its mark" in note for note in plan.notes)


def test_a_kept_function_that_the_course_has_no_more_stays_in_the_file(tmp_path, monkeypatch):
    path = tmp_path / "my_transformer.py"
    monkeypatch.setenv("COURSE_MY_TRANSFORMER", str(path))
    gone = file.Block("hard_max", 2, "kept", "def hard_max(x):\n    return x")
    file.write(path, file.compose(file.HEADER, [gone], []))
    cell = tmp_path / "cell.py"
    cell.write_text(SOFTMAX, encoding="utf-8")
    scope = {"np": np, "__name__": "__main__"}
    exec(compile(SOFTMAX, str(cell), "exec"), scope)
    keep(find_check("softmax"), scope["softmax"])
    kept = {block.name: block.text for block in file.read(path)[1]}
    assert kept == {"hard_max": gone.text, "softmax": SOFTMAX}
    assert file.import_file(path).softmax(np.zeros(2)).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("release", "notebook", "name", "signature"), RELEASED)
def test_an_exercise_once_released_keeps_name_place_and_call(release, notebook, name, signature):
    assert name in pristine_notebooks()[notebook].exercises()
    old, new = parameters(signature), parameters(find_check(name).signature)
    assert new[: len(old)] == old
    assert all(one.default is not one.empty for one in new[len(old) :])
