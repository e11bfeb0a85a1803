"""The rules of the tree: who may import whom, module length, one statement of dependencies."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "arrays": set(),
    "model": set(),
    "data": set(),
    "plots": set(),
    "training": {"arrays", "model", "data"},
    "widgets": {"model", "plots"},
    "checks": {"model", "data", "training"},
    "grading": {"checks", "plots"},
    "answers": {"grading", "checks"},
    "cli": {"answers", "grading", "checks"},
}


def tracked(*patterns):
    """Return the files of the repository that match."""
    command = ["git", "ls-files", "-z", "--cached", *patterns]  # not a learner's own files
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).exists()]


def imported(path):
    """Return the parts of course_utils that a module imports."""
    parts = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        parts |= {name.split(".")[1] for name in names if name.startswith("course_utils.")}
    return parts


MODULES = tracked("course_utils/*.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_part_imports_only_what_the_architecture_allows(path):
    inside = path.relative_to(ROOT / "course_utils")
    part = inside.parts[0].removesuffix(".py")
    if part == "__init__":
        assert imported(path) == set()
    else:
        assert imported(path) - {part} <= ALLOWED[part]


def test_the_import_rule_can_fail(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("from course_utils.grading import judge\nimport course_utils.plots.theme\n")
    assert imported(bad) == {"grading", "plots"}


def test_no_module_is_over_300_lines_and_none_imports_a_star():
    for path in tracked("*.py", "*.js"):
        text = path.read_text(encoding="utf-8")
        if "source" not in path.relative_to(ROOT).parts:
            assert len(text.splitlines()) <= 300, path
        assert not re.search(r"^\s*from \S+ import \*", text, re.MULTILINE), path


def test_no_file_is_called_utils():
    for path in tracked("*.py"):
        assert path.stem not in {"utils", "helpers", "misc", "common"}, path


def test_conda_says_the_same_as_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    conda = {line.strip()[2:] for line in lines if line.startswith("  - ")}
    conda -= {"conda-forge", "pip", "pip:"}
    python = next(entry for entry in conda if entry.startswith("python="))
    conda = {entry.replace("matplotlib-base", "matplotlib") for entry in conda - {python}}
    assert {entry.replace("==", "=") for entry in project["dependencies"]} == conda
    assert re.fullmatch(r"python=3\.\d+", python)  # Binder reads the version only from this
    assert "      - -e ." in lines


@pytest.mark.parametrize(
    ("name", "least"), [("", 50), ("-dev", 50), ("-site", 20), ("-browser", 15)]
)
def test_lock_files_have_hashes_and_no_address(name, least):
    text = (ROOT / f"requirements{name}.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|index-url|find-links", text)
    entries = re.split(r"\n(?=\S)", text.split("\n", 1)[1].strip())
    assert len(entries) > least
    for entry in entries:
        assert "==" in entry.splitlines()[0], entry
        assert "--hash=sha256:" in entry, entry


def test_both_locks_name_the_same_versions():
    def versions(name):
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^(\S+==\S+)", text, re.MULTILINE))

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


def test_nothing_committed_names_a_place_of_one_machine():
    for path in tracked():
        if path.suffix in {".png", ".npz", ".lock"}:
            continue
        text = path.read_text(encoding="utf-8")
        found = re.search(r"/(?:work|tmp|root|home)/[A-Za-z0-9_.-]+", text)
        assert not found, f"{path}: {found[0]}"


def test_links_in_the_pages_of_the_project_lead_somewhere():
    for path in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:")):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_lesson_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"):
        assert f"(notebooks/{path.name})" in text, f"README.md: no row in the table for {path.stem}"
