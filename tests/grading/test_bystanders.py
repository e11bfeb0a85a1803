"""Honest notebooks in which something beside a right function fails: it costs nothing."""

import nbformat
import pytest
from class_of_submissions import FULL, SECONDS, grade_class
from submissions import SOFTMAX, WRONG_SOFTMAX, solved

from course_utils.grading.transplant import definitions


def answered(before="", after="", answer=SOFTMAX):
    return lambda: solved().answer("softmax", f"{before}\n{answer}\n{after}")


def added(code, after="softmax-check"):
    return lambda: solved().insert(code, after=after)


def under_another_name():
    """Define my_softmax in the answer cell, and give it its name in the next one."""
    made = solved().answer("softmax", SOFTMAX.replace("def softmax", "def my_softmax"))
    return made.insert("softmax = my_softmax", after="softmax-answer")


RIGHT = {
    "installs": answered("!pip --version\nx = !echo hello\n%matplotlib inline"),
    "asks_at_the_top": answered('name = input("Your name? ")'),
    "imports_what_is_not_here": answered("import torch_that_is_not_here, os"),
    "prints_without_end": answered("print('x' * 10_000_000)"),
    "prints_in_a_loop": answered(after="for i in range(10**7):\n    print(softmax(np.ones(3)))"),
    "helper_beside_a_flood": lambda: (
        solved()
        .answer("softmax", SOFTMAX.replace("np.exp", "helper"))
        .insert("def helper(x): return np.exp(x)\nprint('x' * 10**7)", before="softmax-answer")
    ),
    "fails_below": answered(after="print(softmax(np.ones(3)).nothing)"),
    "under_another_name": under_another_name,
    "uses_the_name_up": added("softmax = softmax(np.ones(3))"),
    "deletes": added("del softmax"),
    "resets": added("%reset -f"),
    "loses_numpy": added("np = None"),
    "makes_underflow_an_error": added("np.seterr(all='raise')"),
    "helper_further_down": lambda: (
        solved()
        .answer("softmax", SOFTMAX.replace("np.exp", "my_exp"))
        .insert("SCALE = float(1)\ndef my_exp(x): return np.exp(SCALE * x)", after="softmax-check")
    ),
    "needs_its_own_cell": lambda: (
        solved()
        .answer("softmax", SOFTMAX.replace("np.exp", "exp"))
        .insert("from numpy import exp", before="softmax-answer")
    ),
}
WRONG = {
    "a_tab": (
        answered(answer=SOFTMAX.replace("    return", "\treturn")),
        "There is no function `softmax`. The answer cell of softmax stopped with TabError: "
        "inconsistent use of tabs and spaces in indentation (line ",
    ),
    "a_fence": (
        answered("```python", "```"),
        "The answer cell of softmax stopped with SyntaxError: invalid syntax (line 1).",
    ),
    "a_capital": (
        answered(answer=SOFTMAX.replace("def softmax", "def Softmax")),
        "There is no function `softmax`. Its cell defines Softmax.",
    ),
    "asks": (
        answered('softmax = eval(input("def? "))', answer=""),
        "The answer cell of softmax asked for input, which nobody gives while it is graded.",
    ),
    "prints_without_end_and_no_function": (
        answered("print('x' * 10_000_000)", answer=""),
        "The answer cell of softmax was stopped: it wrote more output than a notebook can hold.",
    ),
    "wrong_and_disturbed": (
        lambda: solved().answer("softmax", WRONG_SOFTMAX).insert("np = 3", after="softmax-check"),
        "without subtracting the maximum",
    ),
}


def saved_otherwise(raw):
    """Return the bytes of a solved notebook as another editor writes them."""
    return raw(nbformat.writes(solved().nb).encode())


BYTES = {
    "a_mark_in_front": lambda data: b"\xef\xbb\xbf" + data,
    "lines_of_windows": lambda data: data.replace(b"\n", b"\r\n"),
    "sources_of_windows": lambda data: data.replace(b"\\n", b"\\r\\n"),
    "an_unknown_kernel": lambda data: data.replace(b'"name": "python3"', b'"name": "conda-env-x"'),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, shut_in):
    """Grade the class."""
    folder = tmp_path_factory.mktemp("class") / "submissions"
    for name, raw in BYTES.items():
        path = folder / name / "02_softmax.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(saved_otherwise(raw))
    members = {name: (make, FULL, "") for name, make in RIGHT.items()}
    members |= {name: (make, FULL, words) for name, (make, words) in WRONG.items()}
    return grade_class(folder, members, *shut_in, f"--course-seconds={SECONDS}")


@pytest.mark.parametrize("name", [*RIGHT, *BYTES])
def test_a_right_function_is_right(graded, name):
    points = graded.points[name, "softmax"], graded.points[name, "soft_lookup"]
    assert points == FULL, graded.words[name, "softmax"]


@pytest.mark.parametrize("name", WRONG)
def test_a_cell_without_the_function_is_told_why(graded, name):
    _, words = WRONG[name]
    assert words in graded.words[name, "softmax"]
    assert graded.points[name, "softmax"] < FULL[0]
    assert graded.points[name, "soft_lookup"] == FULL[1]


def test_what_is_defined_is_told_from_what_is_done():
    cell = "import os\nx = f(1)\nEPS = -1\ng = lambda x: f(x)\nprint(1)\n@d\ndef f(x): return x"
    text = "try:\n    import os\nexcept ImportError:\n    pass\nEPS = -1\ng = lambda x: f(x)\n"
    assert definitions(cell) == text + "@d\ndef f(x):\n    return x"
    assert definitions("def (") == ""
