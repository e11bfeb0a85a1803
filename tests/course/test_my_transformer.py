"""The learner's own file after all exercises: kept by the real checks, and trained by a script."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))
NEEDED = {
    "softmax",
    "attention",
    "causal_mask",
    "sinusoidal_positions",
    "multi_head_attention",
    "alignment_error_rate",
    "encoder_block",
    "decoder_block",
    "cross_entropy",
    "transformer",
    "greedy_decode",
    "decode_step",
}

# Runs one exercise notebook as a learner does who solves it: every check keeps what is right.
SOLVE = """
import json, linecache, sys
namespace = {"__name__": "__main__"}
sys.modules["__main__"].__dict__.update(namespace)
for number, cell in enumerate(json.load(open(sys.argv[1], encoding="utf-8"))["cells"]):
    if cell["cell_type"] == "code":
        source = "".join(cell["source"]).replace("import check_only as check", "import check")
        name = f"<cell {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        exec(compile(source, name, "exec"), sys.modules["__main__"].__dict__)
"""

TRAIN = """
import sys, numpy as np, my_transformer as mine
from course_utils.training.translator import TRANSLATOR, Task, shuffled_batches
from course_utils.training.loop import last, train
task = Task(TRANSLATOR, seed=int(sys.argv[1]))
def loss(p, b):
    logits, _ = mine.transformer(p, b.source, b.target_in, source_mask=b.source_keep[:, None, :])
    return mine.cross_entropy(logits, b.target_out, b.target_keep)
batches = shuffled_batches(np.random.default_rng(task.seed), task.batch, 32)
params = last(train(loss, task.parameters(), batches, steps=900, rate=3e-3)).params
"""

MEASURE = """
from course_utils.training.measure import same_sentence
held, cat = task.held_out_batch, task.worked
mask = held.source_keep[:, None, :]
written = mine.greedy_decode(params, held.source, 1, 2, 16, source_mask=mask)
assert same_sentence(written, held.target_out).mean() >= 0.98
_, weights = mine.transformer(params, held.source, held.target_in, source_mask=mask)
links = weights["cross"][-1][:, 0]
gold = np.zeros(links.shape, bool)
for i, pair in enumerate(task.held_out):
    gold[i, : len(pair.target), : len(pair.source)] = pair.gold()
assert mine.alignment_error_rate(links, gold) <= 0.05
one = task.worked_batch
assert task.french.decode(mine.greedy_decode(params, one.source, 1, 2, 16)[0]) == cat.target
rows = mine.transformer(params, one.source, one.target_in)[1]["cross"][-1][0, 0]
for word, read in (("chat", "cat"), ("tapis", "mat")):
    assert cat.source[rows[cat.target.index(word)].argmax()] == read
"""


def run(folder, *arguments):
    """Run Python in a folder where the learner's file lies, and return what it prints."""
    variables = os.environ | {
        "COURSE_MY_TRANSFORMER": str(folder / "my_transformer.py"),
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
    }
    command = [sys.executable, "-W", "error::RuntimeWarning", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """Solve every exercise of the course, in order, and return the learner's folder."""
    folder = tmp_path_factory.mktemp("learner")
    for path in SOLUTIONS:
        said = run(folder, "-c", SOLVE, path)
        checks = [
            cell.metadata.course.check
            for cell in nbformat.read(path, as_version=4).cells
            if "check" in cell.metadata.get("course", {})
        ]
        for name in checks:
            assert f"{name}: right" in said, said
        assert "Not kept" not in said, said
    return folder


def test_the_file_is_complete_readable_and_imports_nothing_but_numpy(learner):
    text = (learner / "my_transformer.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules = {alias.name for node in imports for alias in node.names}
    assert modules == {"numpy"}
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert set(defined) >= NEEDED
    assert len(defined) == len(set(defined))
    solved = {int(path.stem.split("_")[0]) for path in SOLUTIONS}
    stand_ins = {int(number) for number in re.findall(r"· lesson (\d+) · reference", text)}
    assert stand_ins.isdisjoint(solved), "an answer of the solutions was not kept"
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("seed", [21, 34])
def test_the_file_is_trained_by_a_script_of_ten_lines(learner, seed):
    """Seeds that no text names; nothing of the course's model is imported by the script."""
    assert len(TRAIN.strip().splitlines()) <= 10
    assert "course_utils.model" not in TRAIN + MEASURE
    (learner / "train_mine.py").write_text(TRAIN + MEASURE, encoding="utf-8")
    run(learner, "train_mine.py", seed)
