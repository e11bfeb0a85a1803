"""The class that the grading tests grade: honest, broken and dishonest submissions."""

import nbformat
from submissions import SOFTMAX, WRONG_SOFTMAX, Submission, grade_folder, solved

SECONDS = 6


def with_own_outputs():
    """Give a wrong answer the outputs that its own run produced."""
    made = solved().answer("softmax", WRONG_SOFTMAX)
    for count, cell in enumerate(c for c in made.nb.cells if c.cell_type == "code"):
        cell.execution_count = count + 1
    check = made.cell("softmax-check")
    check.outputs = [nbformat.v4.new_output("stream", name="stdout", text="softmax: right\n")]
    return made


def cleared():
    """Remove all cells, as a stripped notebook that compares nothing."""
    made = solved()
    made.nb.cells = []
    return made


def without_ids():
    """Lose cell ids and metadata, as some tools do."""
    made = solved()
    for cell in made.nb.cells:
        cell.metadata = nbformat.NotebookNode()
        del cell["id"]
    made.nb.nbformat_minor = 4
    return made


def as_text_cell():
    """Turn the answer into a markdown cell by a slip of the key M."""
    made = solved()
    cell = made.cell("softmax-answer")
    cell.cell_type = "markdown"
    for key in ("outputs", "execution_count"):
        cell.pop(key, None)
    return made


def moved_down():
    """Put the answer of softmax below its check."""
    made = solved()
    cell = made.cell("softmax-answer")
    made.nb.cells.remove(cell)
    made.nb.cells.append(cell)
    return made


def in_a_new_cell():
    """Leave the blank answer as it is and write the function at the end."""
    made = solved()
    blank = Submission().cell("softmax-answer").source
    made.answer("softmax", blank)
    made.nb.cells.append(nbformat.v4.new_code_cell(SOFTMAX))
    return made


def split_in_two():
    """Split the answer cell: the mark stays with a helper function, the answer is below it."""
    made = solved().answer(
        "softmax", "def shifted(x, axis):\n    return x - x.max(axis=axis, keepdims=True)"
    )
    answer = SOFTMAX.replace("x - x.max(axis=axis, keepdims=True)", "shifted(x, axis)")
    return made.insert(answer, after="softmax-answer")


def written_below_the_check():
    """Leave a remark in the answer cell and write the function under the check."""
    made = solved().answer("softmax", "# see below")
    return made.insert(SOFTMAX, after="softmax-check")


def import_in_first_cell():
    """Add an import to the given first cell and rely on it."""
    made = solved().answer("softmax", SOFTMAX.replace("np.exp", "numpy.exp"))
    first = next(cell for cell in made.nb.cells if cell.cell_type == "code")
    first.source += "\nimport numpy"
    return made


def edited_check():
    """Replace the check cell by one that says right."""
    made = solved().answer("softmax", WRONG_SOFTMAX)
    made.cell("softmax-check").source = "print('softmax: right (7 of 7 cases, 4 points)')"
    return made


def edited_marks():
    """Give a check a hundred points and another kind of notebook."""
    made = solved().answer("softmax", WRONG_SOFTMAX)
    made.cell("softmax-check").metadata["nbgrader"]["points"] = 100
    made.nb.metadata["course"] = {"name": "none", "digest": "0"}
    return made


FULL = (4, 3)
# name: (submission, points for softmax and soft_lookup, words that must appear for each failure)
HONEST = {
    "untouched": (Submission, (0, 0), "not written yet"),
    "solved": (solved, FULL, ""),
    "duplicated": (lambda: solved().duplicate("softmax-answer"), FULL, ""),
    "duplicate_of_the_stub": (
        lambda: solved().duplicate("softmax-answer", Submission().cell("softmax-answer").source),
        FULL,
        "",
    ),
    "duplicated_check": (lambda: solved().duplicate("softmax-check"), FULL, ""),
    "without_ids": (without_ids, FULL, ""),
    "text_cell": (as_text_cell, FULL, ""),
    "moved_down": (moved_down, FULL, ""),
    "in_a_new_cell": (in_a_new_cell, FULL, ""),
    "split_in_two": (split_in_two, FULL, ""),
    "written_below_the_check": (written_below_the_check, FULL, ""),
    "import_in_first_cell": (import_in_first_cell, FULL, ""),
    "warns_and_prints": (
        lambda: solved().answer(
            "softmax",
            "import warnings\n"
            + SOFTMAX.replace(
                "    e =",
                "    warnings.warn('look')\n    print('here', 1 / np.float64(0))\n    e =",
                1,
            ),
        ),
        FULL,
        "",
    ),
    "print_is_a_number": (lambda: solved().insert("print = 3", before="softmax-check"), FULL, ""),
    "experiment_fails": (lambda: solved().insert("1 / 0", after="softmax-answer"), FULL, ""),
    "compares_with_the_reference": (
        lambda: solved().insert(
            "from course_utils.model.softmax import softmax as other\nother(np.zeros(3))",
            after="softmax-check",
        ),
        FULL,
        "",
    ),
    "other_folder": (
        lambda: solved().insert("import os; os.chdir('/')", before="softmax-answer"),
        FULL,
        "",
    ),
    "one_wrong": (
        lambda: solved().answer("softmax", WRONG_SOFTMAX),
        ("some", 3),
        "without subtracting the maximum",
    ),
}
BROKEN = {
    "wrong_with_own_outputs": (with_own_outputs, ("some", 3), "without subtracting the maximum"),
    "cleared": (cleared, (0, 0), "There is no function"),
    "skipped": (
        lambda: solved().answer("softmax", "# NBVAL_SKIP\n" + WRONG_SOFTMAX),
        ("some", 3),
        "without subtracting the maximum",
    ),
    "loop_at_top": (
        lambda: solved().answer("softmax", SOFTMAX + "\nwhile True: pass"),
        FULL,
        "",
    ),
    "loop_beside_a_wrong_answer": (
        lambda: solved().answer("softmax", WRONG_SOFTMAX + "\nwhile True: pass"),
        ("some", 3),
        f"ran longer than {SECONDS} seconds",
    ),
    "loop_inside": (
        lambda: solved().answer("softmax", "def softmax(x, axis=-1):\n    while True: pass"),
        (0, 3),
        f"ran longer than {SECONDS} seconds",
    ),
    "exits": (
        lambda: solved().answer("softmax", "def softmax(x, axis=-1):\n    import os; os._exit(0)"),
        (0, 3),
        "ended the Python process",
    ),
    "system_exit": (
        lambda: solved().answer("softmax", "def softmax(x, axis=-1):\n    raise SystemExit"),
        (0, 3),
        "SystemExit",
    ),
    "syntax_error": (
        lambda: solved().answer("softmax", "def softmax(x, axis=-1)\n    return x"),
        (0, 3),
        "There is no function",
    ),
    "asks": (
        lambda: solved().answer("softmax", "def softmax(x, axis=-1):\n    return input()"),
        (0, 3),
        "StdinNotImplementedError",
    ),
    "floods": (
        lambda: solved().insert("while True: print('x' * 10_000)", before="softmax-answer"),
        FULL,
        "",
    ),
}
EVIL = """class Always(np.ndarray):
    def __eq__(self, other): return True
    def __array_function__(self, *a, **k): return True
def softmax(x, axis=-1):
    return np.zeros(x.shape).view(Always)"""
DISHONEST = {
    "always_equal": (lambda: solved().answer("softmax", EVIL), (0, 3), "Always"),
    "fetches": (
        lambda: solved().answer("softmax", "from course_utils.model.softmax import softmax"),
        (0, 3),
        "imports course_utils.model",
    ),
    "loads": (
        lambda: solved().answer(
            "softmax", 'from course_utils.answers import load\nsoftmax = load("softmax")'
        ),
        (0, 3),
        "loads softmax, which is to be written here",
    ),
    "patched_allclose": (
        lambda: (
            solved()
            .answer("softmax", WRONG_SOFTMAX)
            .insert("np.allclose = np.array_equal = lambda *a, **k: True", before="softmax-answer")
        ),
        ("some", 3),
        "without subtracting the maximum",
    ),
    "replaced_observe": (
        lambda: (
            solved()
            .answer("softmax", WRONG_SOFTMAX)
            .insert(
                "import course_utils.grading.observe as o\n"
                "o.observe_in_kernel = lambda name, text: print('right')",
                before="softmax-answer",
            )
        ),
        ("some", 3),
        "without subtracting the maximum",
    ),
    "transformer": (
        lambda: (
            solved()
            .answer("softmax", WRONG_SOFTMAX)
            .insert(
                "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
                before="softmax-answer",
            )
        ),
        ("some", 3),
        "without subtracting the maximum",
    ),
    "edited_check": (
        edited_check,
        ("some", 3),
        "without subtracting the maximum",
    ),
    "edited_marks": (edited_marks, ("some", 3), "without subtracting the maximum"),
}


HOSTILE = BROKEN | DISHONEST


def grade_class(folder, members, *options):
    """Save the submissions of a class and grade them in one run."""
    for name, (make, _, _) in members.items():
        make().save(folder / name / "02_softmax.ipynb")
    return grade_folder(folder, *options)


def assert_points(graded, name, expected):
    """Compare the points of one member with what is expected: a number, "some" or "any"."""
    for exercise, wanted, full in zip(("softmax", "soft_lookup"), expected, FULL):
        got = graded.points[name, exercise]
        if wanted == "some":
            assert 0 < got < full
        elif wanted != "any":
            assert got == wanted, graded.words[name, exercise]


def assert_words(graded, name, expected):
    """Look for the expected words in what is said about softmax, and for no traceback."""
    words = graded.words[name, "softmax"]
    assert expected in words
    assert "Traceback" not in words
