"""What `check` keeps in my_transformer.py, what it refuses, and that nothing is ever lost."""

import os
import types

import numpy as np
import pytest

from course_utils.answers import check, check_only, load
from course_utils.answers import file as learner
from course_utils.answers.keep import keep
from course_utils.answers.source import NotKept
from course_utils.checks.registry import find_check

SOFTMAX = """def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """Point the course to a learner's file in an empty folder, and return its path."""
    path = tmp_path / "my_transformer.py"
    monkeypatch.setenv(learner.VARIABLE, str(path))
    return path


@pytest.fixture
def notebook(tmp_path):
    """Return a function that defines cells as a notebook does and returns their namespace."""
    count = iter(range(100))

    def run(source, **names):
        path = tmp_path / f"cell_{next(count)}.py"
        path.write_text(source, encoding="utf-8")
        namespace = types.ModuleType("__main__").__dict__
        namespace.update({"np": np, "check": check, "check_only": check_only}, **names)
        exec(compile(source, str(path), "exec"), namespace)
        return namespace

    return run


def test_a_right_function_is_kept_and_loaded(mine, notebook, capsys):
    notebook(SOFTMAX + 'check("softmax")')
    assert "Kept in my_transformer.py." in capsys.readouterr().out
    assert SOFTMAX.strip() in mine.read_text(encoding="utf-8")
    own = load("softmax")
    assert capsys.readouterr().out == "softmax: yours (lesson 2)\n"
    assert own.__code__.co_filename == str(mine)


def test_a_wrong_function_is_not_kept(mine, notebook, capsys):
    notebook('def softmax(x, axis=-1):\n    return x\ncheck("softmax")')
    assert "not right yet" in capsys.readouterr().out
    assert not mine.exists()


def test_a_solution_keeps_nothing(mine, notebook, capsys):
    notebook(SOFTMAX + 'check_only("softmax")')
    assert "softmax: right" in capsys.readouterr().out
    assert not mine.exists()


def test_the_reference_stands_in_and_says_so(mine, capsys):
    assert load("softmax").__module__ == "course_utils.model.softmax"
    assert capsys.readouterr().out == "softmax: the reference\n"


def test_helpers_and_imports_come_along(mine, notebook):
    notebook(
        "import math\n\ndef shifted(x, axis):\n"
        "    return x - np.max(x, axis=axis, keepdims=True)\n\n"
        "def softmax(x, axis=-1):\n    e = np.exp(shifted(x, axis)) * math.exp(0)\n"
        "    return e / e.sum(axis=axis, keepdims=True)\n"
        'check("softmax")'
    )
    text = mine.read_text(encoding="utf-8")
    assert "import math" in text
    assert text.index("def shifted") < text.index("def softmax")


def test_an_earlier_function_comes_as_the_reference_until_it_is_written(mine, notebook, capsys):
    softmax, dots = load("softmax"), load("dot_scores")
    source = (
        "def soft_lookup(q, K, V, temperature=1.0):\n"
        '    return softmax(dot_scores(q, K) / temperature) @ V\ncheck("soft_lookup")'
    )
    notebook(source, softmax=softmax, dot_scores=dots)
    text = mine.read_text(encoding="utf-8")
    assert "# softmax · lesson 2 · reference" in text
    capsys.readouterr()
    load("softmax")
    assert capsys.readouterr().out == "softmax: the reference\n"
    notebook(SOFTMAX + 'check("softmax")')
    text = mine.read_text(encoding="utf-8")
    assert text.count("def softmax(") == 1
    assert "# softmax · lesson 2 · kept" in text
    assert text.index("def dot_scores") < text.index("def softmax") < text.index("def soft_lookup")


def test_a_better_version_replaces_the_kept_one(mine, notebook):
    notebook(SOFTMAX + 'check("softmax")')
    notebook(SOFTMAX.replace("np.sum(e,", "e.sum(") + 'check("softmax")')
    text = mine.read_text(encoding="utf-8")
    assert text.count("def softmax(") == 1
    assert "e.sum(" in text


def test_a_function_edited_in_the_file_is_replaced_only_when_asked(mine, notebook, capsys):
    notebook(SOFTMAX + 'check("softmax")')
    edited = mine.read_text(encoding="utf-8").replace("    e = ", "    # my own remark\n    e = ")
    mine.write_text(edited, encoding="utf-8")
    other = SOFTMAX.replace("np.sum(e,", "e.sum(")
    notebook(other + 'check("softmax")')
    assert (
        "Not kept: my_transformer.py holds a `softmax` that you edited" in capsys.readouterr().out
    )
    assert mine.read_text(encoding="utf-8") == edited
    notebook(other + 'check("softmax", replace=True)')
    assert "my own remark" not in mine.read_text(encoding="utf-8")


def test_a_function_written_by_hand_into_the_file_is_not_doubled(mine, notebook, capsys):
    mine.write_text("import numpy as np\n\n" + SOFTMAX, encoding="utf-8")
    before = mine.read_text(encoding="utf-8")
    notebook(SOFTMAX.replace("np.sum(e,", "e.sum(") + 'check("softmax")')
    assert "Not kept" in capsys.readouterr().out
    assert mine.read_text(encoding="utf-8") == before


def test_what_the_learner_adds_to_the_file_stays(mine, notebook):
    notebook(SOFTMAX + 'check("softmax")')
    text = mine.read_text(encoding="utf-8").replace(
        "import numpy as np\n", "import numpy as np\n\nMY_NOTE = 'keep me'\n"
    )
    mine.write_text(text, encoding="utf-8")
    notebook("def average_lookup(V):\n    return V.mean(axis=0)\n" + 'check("average_lookup")')
    text = mine.read_text(encoding="utf-8")
    assert "MY_NOTE = 'keep me'" in text
    assert text.index("def average_lookup") < text.index("def softmax")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "eps = 0.0\n" + SOFTMAX.replace("/ np", "/ (eps + 1) / np"),
            "`softmax` uses `eps`, a variable of this notebook",
        ),
        (
            "softmax = lambda x, axis=-1: np.exp(x - x.max(axis=axis, keepdims=True)) / "
            "np.exp(x - x.max(axis=axis, keepdims=True)).sum(axis=axis, keepdims=True)\n",
            "",
        ),
        (
            "from functools import partial\n"
            + SOFTMAX.replace("softmax", "f")
            + "softmax = partial(f)\n",
            "cannot be found",
        ),
    ],
)
def test_what_cannot_stand_alone_is_said(mine, notebook, capsys, source, words):
    notebook(source + 'check("softmax")')
    out = capsys.readouterr().out
    assert "softmax: right" in out
    assert words in out
    assert mine.exists() == (not words)


def test_two_helpers_of_one_name_do_not_meet(mine, notebook, capsys):
    helper = "def start(x):\n    return {}\n"
    notebook(
        helper.format("x") + "def average_lookup(V):\n    return start(V).mean(axis=0)\n"
        'check("average_lookup")'
    )
    before = mine.read_text(encoding="utf-8")
    notebook(
        helper.format("x + 0") + SOFTMAX.replace("np.exp(x", "np.exp(start(x)") + 'check("softmax")'
    )
    assert "another `start`" in capsys.readouterr().out
    assert mine.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"import numpy as np\n\ndef softmax(:\n", "is not valid Python at line 3"),
        (b"\xff\xfe\x00", "is not a text in UTF-8"),
        (b"import numpy as np\nimport a_module_nobody_has\n", "ModuleNotFoundError"),
        (b"a = \x00\n", "is not valid Python"),
    ],
)
def test_a_broken_file_gives_a_sentence_and_stays_as_it_is(mine, notebook, capsys, content, words):
    mine.write_bytes(content)
    notebook(SOFTMAX + 'check("softmax")')
    out = capsys.readouterr().out
    assert "softmax: right" in out
    assert words in out
    assert "Traceback" not in out
    assert mine.read_bytes() == content
    assert load("softmax").__module__ == "course_utils.model.softmax"
    assert words in capsys.readouterr().out


def test_a_kept_function_that_no_longer_passes_is_not_used(mine, notebook, capsys):
    notebook(SOFTMAX + 'check("softmax")')
    text = mine.read_text(encoding="utf-8")
    mine.write_text(text.replace("np.sum(e,", "2 * np.sum(e,"), encoding="utf-8")
    capsys.readouterr()
    assert load("softmax").__module__ == "course_utils.model.softmax"
    assert "does not pass its check" in capsys.readouterr().out


def test_an_interrupted_write_leaves_the_old_file(mine, notebook, monkeypatch, capsys):
    notebook(SOFTMAX + 'check("softmax")')
    before = mine.read_text(encoding="utf-8")

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", fail)
    notebook("def average_lookup(V):\n    return V.mean(axis=0)\n" + 'check("average_lookup")')
    assert "Not kept: the disk is full" in capsys.readouterr().out
    assert mine.read_text(encoding="utf-8") == before
    assert [path.name for path in mine.parent.glob(".my_transformer*")] == []


def test_a_function_of_another_package_is_not_kept(mine, notebook):
    found = find_check("softmax")
    namespace = notebook(
        "from jupyter_client import find_connection_file as other\n"
        + SOFTMAX.replace("    return", "    other\n    return")
    )
    with pytest.raises(NotKept, match="imports nothing but NumPy"):
        keep(found, namespace["softmax"])


def test_check_takes_a_name_and_says_what_it_got(mine, notebook, capsys):
    notebook(SOFTMAX + "check(softmax)")
    assert "name of the exercise in quotation marks" in capsys.readouterr().out
    notebook('check("dot_score")')
    assert 'Did you mean "dot_scores"?' in capsys.readouterr().out
    notebook('check("softmax")')
    assert "run the cell that defines it first" in capsys.readouterr().out
