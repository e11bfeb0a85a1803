"""What takes the course's own functions is found, told and left out; nobody else is touched."""

import importlib
import json
import pkgutil

import pytest
from submissions import ROOT

import course_utils
from course_utils.checks.registry import all_checks
from course_utils.grading.disguise import ANSWERS, COURSE, HIDDEN, MAY, may, without_fetching
from course_utils.grading.sandbox.shown import copy_shown

ASKED = ["softmax", "soft_lookup"]
FETCHING = """
from course_utils.model.softmax import softmax
import importlib; softmax = importlib.import_module("course_utils." + "model.softmax").softmax
from importlib import import_module as bring\\nsoftmax = bring(f"{'course_utils'}.model.softmax")
import pkgutil\\nsoftmax = pkgutil.resolve_name("course_utils.model.softmax:softmax")
softmax = __import__("course_utils.model.softmax", fromlist=["x"]).softmax
softmax = getattr(__import__("course_utils.plots"), "model").softmax.softmax
bring = __import__\\nsoftmax = bring("course_" + "utils.model.softmax").model.softmax.softmax
import course_utils\\nsoftmax = getattr(getattr(course_utils, "mod" + "el"), "softmax").softmax
import course_utils as c\\nsoftmax = c.model.softmax.softmax
import course_utils.plots\\nsoftmax = course_utils.model.softmax.softmax
import course_utils\\nsoftmax = vars(course_utils)["model"].softmax.softmax
import course_utils\\nprint(dir(course_utils))
import course_utils.plots as p\\nx = getattr(p, "none", __import__("course_utils.model"))
from course_utils import model
import sys\\nsoftmax = sys.modules["course_utils.model.softmax"].softmax
import sys\\nsoftmax = sys.modules.get(".".join(["course_utils", "model", "softmax"])).softmax
import numpy as np\\nx = np.os.sys.modules["course_utils.model"]
from sys import modules\\nx = [m for name, m in modules.items() if name.endswith("model.softmax")]
import gc\\nx = [one for one in gc.get_objects() if callable(one)]
text = open("/course/course_utils/model/softmax.py").read()
from pathlib import Path\\ntext = (Path("..") / "solutions" / "02_softmax.ipynb").read_text()
import inspect\\ntext = inspect.getsource(load("softmax"))
import inspect\\nsoftmax = inspect.getmodule(load).reference("softmax")
softmax = load.__globals__["reference"]("softmax")
from course_utils.answers.notebook import reference
from course_utils.answers import notebook
softmax = load("softmax")
softmax = load("soft" + "max")
name = "softmax"\\nsoftmax = load(name)
for name in ("softmax",):\\n    softmax = load(name)
from course_utils.arrays.fused import softmax
from course_utils.arrays import fused_attention
from course_utils.widgets.softmax_explorer import softmax
from course_utils.training.fast import fast
import tests.training.beginners_transformer as b
exec("from course_utils.model.softmax import softmax")
!cat ../solutions/02_softmax.ipynb
%load ../course_utils/model/softmax.py
%%time\\nfrom course_utils.model.softmax import softmax
%%capture\\nimport course_utils.model.softmax as s
if True: from course_utils.model.softmax import softmax
def softmax(x, f=__import__("course_utils.model.softmax").softmax): return f(x)
@__import__("course_utils.model").of\\ndef softmax(x): return x
softmax = lambda x: __import__("course_utils.model.softmax").model.softmax.softmax(x)
"""
HONEST = """
import numpy as np
from course_utils.plots import heatmap, show
import course_utils.plots as p; p.heatmap(np.eye(2))
import course_utils.plots\\ncourse_utils.plots.show(1, alt="x")
from course_utils.answers import check, load
from course_utils.answers import check_only as check
if True: from course_utils.answers import *
from course_utils.arrays import value_and_grad
from course_utils.model.parameters import cast
import course_utils\\nprint(course_utils.__version__)
dot_scores = load("dot_scores")
for name in ["dot_scores", "attention"]:\\n    globals()[name] = load(name)
check("softmax")
%matplotlib inline
%run -m course_utils.cli status
%timeit softmax(np.ones(3))
%%time\\ndef softmax(x): return x
!pip install numpy
import sys\\nprint("google.colab" in sys.modules, sys.modules[__name__].softmax)
import inspect\\nprint(inspect.getsource(softmax))
open("notes.txt", "w").write("softmax")
import json\\njson.load(open("x.json")); A = np.load("softmax.npy")
print("from course_utils.model.softmax import softmax")
model = 3; checks = {"model": model}; checks["model"]
class A:\\n    model = 1\\ngetattr(A, "model")
name = "exp"\\ngetattr(np, name)
import importlib\\nimportlib.import_module("numpy.linalg").norm(np.ones(2))
import gc, time\\ngc.collect(); time.time()
def softmax(x, load=np.load, check=None):\\n    return load.x, check.y
"""


def cells(text):
    return [line.replace("\\n", "\n") for line in text.strip().splitlines()]


def own_modules():
    """Return the names of all modules of the course."""
    return [one.name for one in pkgutil.walk_packages(course_utils.__path__, f"{COURSE}.")]


@pytest.mark.parametrize("source", cells(FETCHING))
def test_what_takes_the_courses_own_is_told_and_is_not_run(source):
    [(left, words)] = without_fetching([source], ASKED)
    assert words
    assert "pass" in left
    assert without_fetching([left], ASKED) == [(left, "")]


@pytest.mark.parametrize("source", cells(HONEST))
def test_what_takes_nothing_is_not_touched(source):
    assert without_fetching([source], ASKED) == [(source, "")]


def test_whoever_only_compared_keeps_what_they_wrote():
    """The statement is left out, and not its neighbours: in bytes, since columns count these."""
    source = (
        "é = 1; from course_utils.model.softmax import softmax as theirs; ü = 2\r\n"
        "def softmax(x):\n    'größer'\n    return mine(x)  # ß\n"
    )
    [(left, words)] = without_fetching([source], ASKED)
    assert words == "imports course_utils.model.softmax"
    assert left.startswith("é = 1; pass; ü = 2")
    assert left.endswith(source.partition("ü = 2")[2].replace("\r\n", "\n"))


def test_a_name_is_known_in_later_cells_until_it_is_bound_anew():
    found = without_fetching(
        ["import course_utils as c", "x = c.model", "c = 3", "x = c.model"], ASKED
    )
    assert [bool(words) for _, words in found] == [False, True, False, False]


def test_what_was_left_out_binds_no_name():
    first = "from course_utils.model.softmax import softmax"
    later = "def soft_lookup(q):\n    return softmax(q)"
    assert without_fetching([first, later], ASKED)[1] == (later, "")


def test_a_cell_too_deep_to_be_read_is_not_run():
    deep = "x = " + "-" * 3_000 + "1"
    for source in (deep, "x = " + "+".join(["1"] * 3_000), "x" + ".a" * 3_000):
        [(left, words)] = without_fetching([source], ASKED)
        assert (left, bool(words)) in ((source, False), ("", True))


def test_what_may_be_imported_is_what_the_sandbox_shows(tmp_path):
    shown = copy_shown(tmp_path / "shown")
    there = {
        ".".join(path.relative_to(shown).with_suffix("").parts).removesuffix(".__init__")
        for path in shown.rglob("*.py")
    }
    ours = {name for name in there if not name.startswith(f"{COURSE}.grading")}
    packages = {COURSE, ANSWERS, f"{COURSE}.model", f"{COURSE}.training"}
    assert {name for name in own_modules() if may(name)} == (ours - packages) | {f"{COURSE}.cli"}


def test_no_function_of_the_course_can_be_taken_through_what_may_be_imported():
    for module in filter(may, own_modules()):
        for name, value in vars(importlib.import_module(module)).items():
            home = str(getattr(value, "__module__", ""))
            if may(f"{module}.{name}") and not may(home):
                assert not home.startswith(HIDDEN), (module, name, home)


def test_every_solution_is_honest_and_every_check_is_asked_for():
    seen = set()
    for path in sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb")):
        book = json.loads(path.read_text(encoding="utf-8"))
        roles = [(cell["metadata"].get("course", {}), cell) for cell in book["cells"]]
        names = [role["answer"] for role, _ in roles if "answer" in role]
        sources = ["".join(cell["source"]) for role, cell in roles if "answer" in role]
        assert without_fetching(sources, names) == [(source, "") for source in sources]
        seen |= set(names)
    assert seen == set(all_checks())
    assert all(one.startswith(f"{COURSE}.") for one in MAY)


def test_a_cell_of_too_many_magics_is_no_fault_of_the_grader():
    """IPython gives such a cell up, here and in the kernel."""
    assert without_fetching(["!echo\n" * 501], ["softmax"]) == [("!echo\n" * 501, "")]
