"""What README and docs print: commands that exist, options that exist, files that are there."""

import ast
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

import build
import class_points
import task
from course_utils import cli, widgets
from course_utils.checks.registry import find_check
from course_utils.grading.judge import judge
from course_utils.grading.observe import observe

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += [path for path in (ROOT / "docs").glob("*.md") if path.name != "known_mistakes.md"]
TASKS = {name.replace("_", "-") for name in vars(task.Tasks) if not name.startswith("_")}
COMMAND = re.compile(
    r"(?:^|(?<=&& )|(?<=run: ))(?:\S*/)?(make|course|python3?)((?: +[^\s`|&;)]+)+)"
)
NUMBERS = ("Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen")
# Files that a page tells its reader to make, and those of a class.
THEIRS = re.compile(
    r"(?:\.github/workflows/(?:classroom|pages)\.yml|(?:source/ps2|grades|results|lite)/.*"
    r"|attention-course/my_transformer\.py)$"
)


def printed(text):
    """Return what a page prints as code: blocks, and what stands between backticks."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4,}(\S.*)$", rest, re.MULTILINE)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", rest)]
    lines = [line for block in fenced for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in [*lines, *indented, *spans]]


def options_of(main, *words):
    """Return the options that a command line names in its help."""
    said = StringIO()
    with redirect_stdout(said), pytest.raises(SystemExit):
        main([*words, "--help"])
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", said.getvalue()))


OPTIONS = {
    "grade": options_of(cli.main, "grade"),
    "status": options_of(cli.main, "status"),
    "check": options_of(cli.main, "check"),
    "tools/build.py": options_of(build.main),
    "tools/class_points.py": options_of(class_points.main),
}


def needs_the_environment(path):
    """Say whether a file imports more than Python's own library."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return not names <= set(sys.stdlib_module_names)


def fault_of(line):
    """Return what is wrong with a printed line, or ""."""
    for found in COMMAND.finditer(line):
        program, words = found[1], found[2].split()
        typed = found[0].strip()
        first = next((word for word in words if "=" not in word or word.startswith("-")), "")
        if program == "make" and first.islower() and first not in TASKS:
            return f"{typed}: make knows {', '.join(sorted(TASKS))}"
        if program == "course" and first in OPTIONS:
            return wrong_option(first, words)
        if program == "course" and first.islower() and typed.startswith(".venv"):
            return f"{typed}: there is no command course {first}"
        if program.startswith("python") and first.endswith(".py"):
            return wrong_script(typed, first, words)
    bare = re.match(r"(tools|benchmarks)/\S+\.py +\S", line)
    return f"{line}: the file is not executable; write .venv/bin/python before it" if bare else ""


def wrong_option(name, words):
    unknown = {word for word in words if word.startswith("--")} - OPTIONS[name]
    return f"{name} has no option {', '.join(sorted(unknown))}" if unknown else ""


def wrong_script(typed, script, words):
    if not (ROOT / script).exists():
        return f"{typed}: there is no {script}"
    if script == "tools/task.py":
        named = [word for word in words[1:] if word != "-n"][:1]
        return "" if set(named) <= TASKS else f"{typed}: there is no such task"
    if needs_the_environment(ROOT / script) and not typed.startswith(".venv/bin/"):
        return f"{typed}: it needs what is installed; write .venv/bin/python"
    return wrong_option(script, words) if script in OPTIONS else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_printed_commands_exist_and_have_their_options(page):
    faults = [fault_of(line) for line in printed(page.read_text(encoding="utf-8"))]
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize(
    "line",
    [
        "make notbooks",
        "cd here && make sites PYODIDE=there",
        ".venv/bin/course grades exercises",
        "course grade submissions --out grades --late",
        "python tools/task.py lap",
        "python tools/make_mistakes_page.py",
        ".venv/bin/python tools/make_page.py",
        ".venv/bin/python tools/build.py --strict",
        "tools/build.py --check",
    ],
)
def test_a_command_that_does_not_work_is_found(line):
    assert fault_of(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_options_and_files_between_backticks_exist(page):
    known = set().union(*OPTIONS.values())
    for line in printed(page.read_text(encoding="utf-8")):
        if re.match(r"--[a-z]", line):
            assert line.split()[0] in known, f"no command has the option {line}"
        if re.fullmatch(r"\.?\w[\w./-]*/[\w.-]+\.(?:py|ya?ml|json|js|lock|md)", line):
            there = (ROOT / line, ROOT / "course_utils" / line, page.parent / line)
            assert THEIRS.match(line) or any(path.exists() for path in there), f"no file {line}"


def test_the_readmes_wrong_answer_is_told_what_the_check_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```\n(attention: not right.*?)```", text, re.DOTALL)[1]
    shown = [line.strip() for line in block.splitlines() if line.strip() != "..."]
    check = find_check("attention")
    named = shown[1].removeprefix("Named: ").rstrip(".")
    wrong = next(one.function for one in check.mistakes if one.message == named)
    cases = check.cases(np.random.default_rng(0))
    said = str(judge(check, cases, observe("attention", wrong, [case.args for case in cases])))
    assert set(shown) <= {line.strip() for line in said.splitlines()}


def test_a_translator_is_told_how_much_there_is():
    """Within a fifth: more, and the number in docs/translating.md is to be written anew."""
    text = (ROOT / "docs" / "translating.md").read_text(encoding="utf-8")
    said = [int(number.replace(",", "")) for number in re.findall(r"\b\d+,000\b", text)[:3]]
    counted = []
    for part in ("lessons", "exercises"):
        texts = (p.read_text(encoding="utf-8") for p in (ROOT / "source" / part).glob("*.py"))
        lines = (line for one in texts for line in one.splitlines() if line.startswith("#"))
        counted.append(sum(len(line.split()) for line in lines))
    counted.append(len((ROOT / "docs" / "known_mistakes.md").read_text(encoding="utf-8").split()))
    assert all(abs(a - b) <= b / 5 for a, b in zip(said, counted)), f"said {said}, are {counted}"


def test_the_readme_counts_the_explorers():
    said = re.search(r"^(\w+) explorers answer", (ROOT / "README.md").read_text("utf-8"), re.M)[1]
    assert said == dict(enumerate(NUMBERS, start=8))[len(widgets.__all__)]
