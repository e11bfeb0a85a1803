"""The build: stable, honest about what is stale, and never over a person's work."""

import os
import shutil

import nbformat
import pytest

import build
import sources

LESSON = """# %% [markdown]
# # 9 · A lesson for the test
#
# Text.

# %%
value = 1 + 1
print(value)
"""
EXERCISE = '''# %% [markdown]
# # Exercises
# %%
import numpy as np

from course_utils.answers import check

# %% [markdown] exercise="softmax"
# ## 2.1 Softmax
# Words.

# %% answer="softmax"
def softmax(x, axis=-1):
    """Say what comes back."""
    ### BEGIN SOLUTION
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
    ### END SOLUTION

# %% check="softmax"
check("softmax")
'''


def point_build_to(folder, monkeypatch):
    for module in (build, sources):
        monkeypatch.setattr(module, "ROOT", folder)
    monkeypatch.setattr(
        build, "find_sources", lambda names=(): sources.find_sources(names, folder / "source")
    )


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    """Return a folder with one lesson and one exercise, built."""
    top = tmp_path_factory.mktemp("course")
    for part, text in (("lessons", LESSON), ("exercises", EXERCISE)):
        folder = top / "source" / part
        folder.mkdir(parents=True)
        (folder / "09_test.py").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as monkeypatch:
        point_build_to(top, monkeypatch)
        assert build.main([]) == 0
    return top


@pytest.fixture
def course(built_once, tmp_path, monkeypatch):
    """Return a copy of the built folder, to which the build is pointed."""
    folder = tmp_path / "course"
    shutil.copytree(built_once, folder)
    point_build_to(folder, monkeypatch)
    return folder


def files(course):
    return {
        path: path.read_bytes()
        for part in ("notebooks", "exercises", "solutions")
        for path in (course / part).glob("*.ipynb")
    }


def test_a_second_build_changes_no_byte(course, capsys):
    first = files(course)
    assert len(first) == 3
    assert build.main([]) == 0
    assert files(course) == first
    assert capsys.readouterr().out.count("unchanged") == 3
    assert build.main(["--check"]) == 0


def test_blank_and_solved(course):
    blank = (course / "exercises" / "09_test.ipynb").read_text(encoding="utf-8")
    assert "np.exp" not in blank
    assert 'raise NotImplementedError(\\"softmax: exercise 2.1\\")' in blank
    solved = nbformat.read(course / "solutions" / "09_test.ipynb", as_version=4)
    check = next(cell for cell in solved.cells if cell.id == "softmax-check")
    assert check.outputs[0].data["text/plain"].startswith("softmax: right")
    assert check.metadata.nbgrader.points == 4


def test_a_changed_source_makes_its_notebook_stale(course, capsys):
    source = course / "source" / "lessons" / "09_test.py"
    source.write_text(LESSON.replace("Text.", "Other text."), encoding="utf-8")
    assert build.main(["--check"]) == 1
    assert capsys.readouterr().err == "notebooks/09_test.ipynb: stale\n"


def test_a_new_release_is_written_into_the_exercises_alone(course, capsys, monkeypatch):
    """And nothing is executed for it."""
    before = files(course)
    monkeypatch.setattr(build, "__version__", "7.8.9")
    assert build.main(["--check"]) == 1
    assert capsys.readouterr().err == "exercises/09_test.ipynb: stale\n"
    monkeypatch.delattr(build, "execute")
    assert build.main(["--exercises"]) == 0
    after = files(course)
    [changed] = [path for path in before if before[path] != after[path]]
    assert changed == course / "exercises" / "09_test.ipynb"
    made = nbformat.read(changed, as_version=4)
    assert made.metadata.course.version == "7.8.9"
    assert build.main(["--check"]) == 0
    assert build.main(["--exercises"]) == 0
    assert files(course) == after


def test_an_orphan_and_a_missing_notebook_are_named(course, capsys):
    shutil.copy(course / "notebooks" / "09_test.ipynb", course / "notebooks" / "10_gone.ipynb")
    (course / "solutions" / "09_test.ipynb").unlink()
    assert build.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "notebooks/10_gone.ipynb: has no source" in said
    assert "solutions/09_test.ipynb: missing" in said


def fill_in(path):
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "softmax-answer").source = "my = 'work'"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path.read_bytes()


@pytest.mark.parametrize("part", ["exercises", "solutions"])
def test_what_a_person_edited_is_never_overwritten_unasked(course, capsys, monkeypatch, part):
    path = course / part / "09_test.ipynb"
    work = fill_in(path)
    assert build.main(["09_test"]) == 1
    assert path.read_bytes() == work
    assert "edited by hand and left alone" in capsys.readouterr().err
    monkeypatch.delenv("CI", raising=False)
    assert build.main(["--check"]) == 0
    assert f"{part}/09_test.ipynb: edited by hand" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert build.main(["--check"]) == 1
    assert build.main(["--overwrite"]) == 0
    assert path.read_bytes() != work


def test_a_lesson_that_was_only_run_is_not_edited(course):
    path = course / "notebooks" / "09_test.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], 7
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    assert build.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        ("lessons", "1 + 1", "1 / 0", "lessons/09_test.py:7: ZeroDivisionError"),
        ("lessons", "print(value)", "import sys; sys.stderr.write('x')", "writes to stderr: x"),
        ("lessons", "print(value)", "object()", "the output is not stable"),
        ("lessons", "# %% [markdown]\n# # 9", "text\n# %% [markdown]\n# # 9", ":1: the first"),
        ("exercises", "    ### END SOLUTION\n", "", "needs one '### BEGIN SOLUTION' and one"),
        ("exercises", 'answer="softmax"', 'answer="softmx"', 'Did you mean "softmax"?'),
        ("exercises", 'check("softmax")', 'check("softmax"); 1', "alone"),
        ("exercises", 'answer="softmax"', 'anser="softmax"', "unknown cell metadata anser"),
        ("exercises", ' answer="softmax"', "", "a solution stands in a cell without"),
    ],
)
def test_an_error_names_the_file_and_line(course, capsys, part, old, new, words):
    path = course / "source" / part / "09_test.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert build.main(["09_test"]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "09_test.py:" in said
    assert "Traceback" not in said


def test_an_unknown_notebook_is_named(course, capsys):
    assert build.main(["12_nothing"]) == 1
    assert "there is no such source" in capsys.readouterr().err


def test_the_course_is_fresh():
    """The committed notebooks are what source/ says, so that no edit is forgotten."""
    strict = os.environ.get("CI") == "true"
    assert build.check(sources.find_sources(), strict) == []
