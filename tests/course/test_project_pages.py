"""Pages and forms of the project that could go stale: versions, issue forms, drawn data flow."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import course_utils
import make_instructors_page

ROOT = Path(__file__).resolve().parents[2]
FORMS = [
    path
    for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    if path.name != "config.yml"
]
FLOW = (ROOT / "docs" / "how_it_is_built.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"```mermaid\n(.*?)```", FLOW, re.DOTALL)


def test_one_version_stands_in_every_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changes, re.MULTILINE)[1]
    assert course_utils.__version__ == project["version"] == str(cited["version"]) == newest


def test_the_citation_has_what_the_format_asks_for():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [one["name"] for one in cited["authors"]] == [one["name"] for one in project["authors"]]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_one_that_github_takes(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert (
        {"name", "description", "body"}
        <= set(form)
        <= {"name", "description", "title", "labels", "body"}
    )
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in asked}) == len(asked) > 0
    assert any(part.get("validations", {}).get("required") for part in asked)
    for part in form["body"]:
        assert part["type"] in {"markdown", "textarea", "input", "dropdown", "checkboxes"}
        assert part["attributes"]["value" if part["type"] == "markdown" else "label"]
        assert (part["type"] == "dropdown") == ("options" in part["attributes"])


def test_the_form_of_those_who_are_stuck_names_every_lesson():
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/stuck.yml").read_text(encoding="utf-8"))
    shown = form["body"][0]["attributes"]["options"][:-1]
    there = [f"{one.number} {one.title}" for one in make_instructors_page.lessons()]
    assert shown == there, f"write into .github/ISSUE_TEMPLATE/stuck.yml: {there}"


@pytest.mark.parametrize("picture", PICTURES, ids=range(len(PICTURES)))
def test_a_drawn_flow_has_words_and_names_files_that_exist(picture):
    assert re.search(r"accTitle: \S.+", picture)
    assert len(re.search(r"accDescr: (.+)", picture)[1].split()) > 20
    for name in re.findall(
        r"[\w/]+\.py|\b\w+/[\w/]*", picture.split("accDescr")[1].split("\n", 1)[1]
    ):
        if name != "my_transformer.py":  # the learner's own
            assert (ROOT / name).exists(), name


def test_there_are_three_drawn_flows_and_each_is_told_in_prose():
    parts = FLOW.split("```")
    assert len(PICTURES) == 3
    for prose in parts[2::2]:
        assert len(prose.strip().split("\n\n")[0].split()) > 25
