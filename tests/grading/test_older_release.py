"""A submission made with an older release: graded as today's, and what is missing is named."""

import inspect

import nbformat
import numpy as np
import pytest
from submissions import SOFT_LOOKUP, SOFTMAX, Submission, blank, grade_folder, solved

from course_utils.answers import file
from course_utils.answers.keep import keep
from course_utils.checks.registry import find_check
from course_utils.grading import releases
from course_utils.grading.pristine import pristine_notebooks
from course_utils.grading.transplant import transplant

RELEASED = [
    (release, notebook, name, signature)
    for release, notebooks in releases.released().items()
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


def made_with(version, filled):
    """Say in a notebook which release it was made with."""
    filled.nb.metadata.course = {"name": "02_softmax", "version": version}
    return filled


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
    "newer": (
        without(made_with("9.9.9", solved()), "soft_lookup"),
        4,
        0,
        "Made with release 9.9.9, graded with",
    ),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, shut_in):
    folder = tmp_path_factory.mktemp("class") / "submissions"
    for name, (filled, *_) in CLASS.items():
        filled.save(folder / name / "02_softmax.ipynb")
    return grade_folder(folder, *shut_in)


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
    name = next((new for new, old in releases.RENAMED.items() if name in old), name)
    assert name in pristine_notebooks()[notebook].exercises()
    old, new = parameters(signature), parameters(find_check(name).signature)
    assert new[: len(old)] == old
    assert all(one.default is not one.empty for one in new[len(old) :])


# name: (version, table of RENAMED, exercises of that release, submission, notes that are wanted)
TODAY = {"softmax": "softmax(x, axis=-1)", "soft_lookup": "soft_lookup(q, K, V, temperature=1.0)"}
OLDER = "Made with release 0.0.1, graded with 0.1.0."
NOTES = {
    "today's": ("0.1.0", {}, TODAY, solved(), []),
    "new since": (
        "0.0.1",
        {},
        {"softmax": TODAY["softmax"]},
        without(solved(), "soft_lookup"),
        [OLDER, "soft_lookup is not in your release: it counts as not written."],
    ),
    "new since, and answered": ("0.0.1", {}, {"softmax": TODAY["softmax"]}, solved(), [OLDER]),
    "both names were there": (
        "0.0.1",
        {"softmax": ("soft_max",)},
        TODAY | {"soft_max": "soft_max(x, axis=-1)"},
        solved(),
        [OLDER],
    ),
    "another call": (
        "0.0.1",
        {},
        TODAY | {"softmax": "softmax(x)"},
        solved(),
        [OLDER, "softmax is softmax(x, axis=-1) today, and was softmax(x) in your release."],
    ),
    "gone": (
        "0.0.1",
        {},
        TODAY | {"hard_max": "hard_max(x)"},
        with_one_that_is_gone(solved()),
        [OLDER, "hard_max is no exercise of the course any more: it counts for nothing."],
    ),
    "moved": (
        "0.0.1",
        {},
        TODAY | {"causal_mask": "causal_mask(n)"},
        solved(),
        [OLDER, "causal_mask belongs to lesson 4 today: it is graded with that notebook."],
    ),
    "newer": (
        "0.2.0",
        {},
        TODAY,
        solved(),
        [
            "Made with release 0.2.0, graded with 0.1.0. The course that graded it is older: "
            "grade it with the newer one."
        ],
    ),
    "never released": (
        "0.0.0",
        {},
        TODAY,
        solved(),
        ["Made with release 0.0.0, graded with 0.1.0."],
    ),
    "no version": (
        "<b>",
        {},
        TODAY,
        solved(),
        ["It does not say which release it was made with; graded with 0.1.0."],
    ),
}


@pytest.fixture
def as_if(monkeypatch):
    """Return a function that gives the course another past: an older release, and new names."""

    def as_if(renamed, exercises):
        past = {"0.0.1": {"02_softmax": exercises}, "0.1.0": {"02_softmax": TODAY}}
        monkeypatch.setattr(releases, "TODAY", "0.1.0")
        monkeypatch.setattr(releases, "released", lambda: past)
        monkeypatch.setattr(releases, "RENAMED", renamed)

    return as_if


@pytest.mark.parametrize("name", NOTES)
def test_what_another_release_means_is_told(as_if, name):
    version, renamed, exercises, filled, wanted = NOTES[name]
    as_if(renamed, exercises)
    plan = transplant(made_with(version, filled).nb, pristine_notebooks()["02_softmax"])
    assert plan.notes == wanted


@pytest.mark.parametrize("marks", ["kept", "lost"])
def test_an_answer_under_an_older_name_is_graded_under_todays(as_if, marks):
    as_if({"softmax": ("soft_max",)}, {"soft_max": "soft_max(x, axis=-1)"} | TODAY)
    del releases.released()["0.0.1"]["02_softmax"]["softmax"]
    filled = made_with("0.0.1", solved())
    cell = filled.cell("softmax-answer")
    cell.source = SOFTMAX.replace("def softmax", "def soft_max")
    cell.metadata.nbgrader.grade_id, cell.id = "soft_max", "soft-max-answer"
    if marks == "lost":
        cell.metadata, cell.id = nbformat.from_dict({}), "x"
    plan = transplant(filled.nb, pristine_notebooks()["02_softmax"])
    [source] = [
        step.source for step in plan.steps if (step.role, step.name) == ("answer", "softmax")
    ]
    scope = {"np": np}
    exec(source, scope)
    assert scope["softmax"](np.zeros(2)).tolist() == [0.5, 0.5]
    assert (
        "softmax was called soft_max in your release; your answer to that is graded." in plan.notes
    )


def test_todays_exercises_are_those_of_the_newest_release_and_say_so():
    """Whoever adds an exercise, renames one or makes a release has to write it down."""
    books = blank()
    assert {book.metadata.course.version for book in books.values()} == {releases.TODAY}
    newest = releases.released()[releases.TODAY]
    there = {
        name: book.exercises() for name, book in pristine_notebooks().items() if book.exercises()
    }
    listed = {name: list(exercises) for name, exercises in newest.items()}
    assert listed == there, "write it into course_utils/grading/exercises_by_release.json"
    for old in (old for before in releases.RENAMED.values() for old in before):
        assert any(
            old in exercises for one in releases.released().values() for exercises in one.values()
        )


def test_metadata_that_is_no_metadata_is_an_unknown_release():
    for damage in (
        [],
        {"course": []},
        {"course": {"version": 3}},
        {"course": {"version": "9" * 99}},
    ):
        assert releases.release_of(nbformat.from_dict({"metadata": damage})) == ""
    assert releases.release_of({}) == ""
