"""The training of lesson 10 in its notebook: with a learner's own functions and the reference.

    python benchmarks/lesson_training.py --runs 3 --json

A learner's `my_transformer.py` is made by solving every exercise; then notebook 10 runs in a
kernel as it stands, in turn with that file and with none. seconds: of the cell that trains, on
the clock, at most and in the median. exact: the share of held-out sentences translated word for
word. words: which English words `chat` and `tapis` were read from.
"""

import ast
import os
import statistics
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from measure import options, report

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/course"))
from test_my_transformer import SOLUTIONS, SOLVE, run  # noqa: E402

LESSON = ROOT / "notebooks" / "10_train_a_transformer.ipynb"
TRAINS = "await dashboard.run()"
MEASURES = "error = alignment_error_rate(links, gold)"
ASK = """read = [source[rows[target.index(word)].argmax()] for word in ("chat", "tapis")]
print([float(match), float(error), " ".join(read)])"""


def execute(mine):
    """Run the lesson with that file of own functions; return one row."""
    notebook = nbformat.read(LESSON, as_version=4)
    at = next(i for i, cell in enumerate(notebook.cells) if MEASURES in cell.source)
    asked = nbformat.v4.new_code_cell(ASK)
    notebook.cells = [*notebook.cells[: at + 1], asked]
    os.environ["COURSE_MY_TRANSFORMER"] = str(mine)
    resources = {"metadata": {"path": str(LESSON.parent)}}
    NotebookClient(notebook, timeout=600, resources=resources).execute()
    match, error, words = ast.literal_eval(asked.outputs[0].text)
    trained = next(cell for cell in notebook.cells if cell.source == TRAINS)
    return {"seconds": seconds(trained), "exact": match, "error": error, "words": words}


def seconds(cell):
    """Return how long a cell ran, by the times of its messages."""
    first, last = (
        datetime.fromisoformat(cell.metadata.execution[name].replace("Z", "+00:00"))
        for name in ("iopub.execute_input", "shell.execute_reply")
    )
    return (last - first).total_seconds()


def main():
    """Solve the exercises, train in turn, print a row for each."""
    choice = options(__doc__.splitlines()[0])
    with tempfile.TemporaryDirectory() as folder:
        for path in SOLUTIONS:
            run(Path(folder), "-c", SOLVE, path)
        files = {"own": "my_transformer.py", "reference": "none.py"}
        found = {name: [] for name in files}
        for _ in range(choice.runs):
            for name, file in files.items():
                found[name].append(execute(Path(folder) / file))
    rows = []
    for name, made in found.items():
        times = [one.pop("seconds") for one in made]
        assert all(one == made[0] for one in made), "the same seed gave another result"
        median = statistics.median(times)
        rows.append({"functions": name, "median_s": median, "most_s": max(times), **made[0]})
    report("lesson_training", rows, choice.json)


if __name__ == "__main__":
    main()
