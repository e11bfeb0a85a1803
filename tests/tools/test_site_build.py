"""The site's parts without a browser: locks, wheels, and where Pyodide is looked for."""

import hashlib
import json
import re
import tomllib
import zipfile
from pathlib import Path

import pytest

import lite
import runtime
import task
import wheels

ROOT = Path(__file__).resolve().parents[2]
METADATA = """Metadata-Version: 2.1
Name: Two.Words
Version: 1.2
Requires-Dist: NumPy>=2
Requires-Dist: colorama; sys_platform == "win32"
Requires-Dist: typing-extensions; python_version < "3.15"
Requires-Dist: sphinx; extra == "docs"
Requires-Dist: pexpect; sys_platform != "emscripten" and sys_platform != "win32"
Requires-Dist: widgetsnbextension~=4.0
"""


def make_wheel(folder, name="two_words", version="1.2", metadata=METADATA):
    """Write a small wheel and return its path."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}/deep/inside.py", "")
        archive.writestr("alone.py", "")
        archive.writestr(f"{name}-{version}.data/data/share/a.py", "")
        archive.writestr(f"{name}-{version}.dist-info/METADATA", metadata)
    return path


def test_an_entry_says_what_pyodide_asks_a_wheel_for(tmp_path):
    path = make_wheel(tmp_path / "wheels")
    entry = wheels.entry(path, tmp_path, "3.14.0")
    assert entry["name"] == "two-words"
    assert entry["version"] == "1.2"
    assert entry["file_name"] == "wheels/two_words-1.2-py3-none-any.whl"
    assert entry["imports"] == ["alone", "two_words"]
    assert entry["depends"] == ["numpy", "typing-extensions", "widgetsnbextension"]
    assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert set(entry) == set(runtime.pinned()["lock"]["packages"]["numpy"])


def test_every_dependency_of_the_course_is_in_pyodide_or_brought_or_left_out():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    lock = (ROOT / "requirements-browser.lock").read_text()
    brought = set(re.findall(r"^([\w-]+)==", lock, re.MULTILINE))
    there = brought | set(runtime.pinned()["lock"]["packages"]) | lite.LEFT_OUT
    assert {re.match(r"[\w-]+", one)[0] for one in asked} - there == set()


def pyodide(folder):
    """Write what looks like a complete Pyodide, with a package more than the course needs."""
    packages = {
        name: {"name": name, "depends": [], "file_name": f"{name}.whl", "imports": [name]}
        for name in (*runtime.WANTED, "pillow", "scipy")
    }
    packages["matplotlib"]["depends"] = ["numpy", "Pillow"]
    lock = {"info": {"python": "3.14.0"}, "packages": packages}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    (folder / "package.json").write_text('{"version": "314.1.0"}', encoding="utf-8")
    for name in (*runtime.CORE, *(f"{name}.whl" for name in packages)):
        (folder / name).write_bytes(b"")
    return folder


def test_a_local_pyodide_is_cut_down_to_what_the_course_needs(tmp_path):
    found = runtime.read(pyodide(tmp_path))
    assert found["version"] == "314.1.0"
    assert sorted(found["lock"]["packages"]) == sorted({*runtime.WANTED, "pillow"})


@pytest.mark.parametrize("name", ["pyodide.asm.wasm", "pyodide-lock.json", "pillow.whl"])
def test_a_pyodide_that_is_not_complete_is_refused_by_name(tmp_path, name):
    (pyodide(tmp_path) / name).unlink()
    with pytest.raises(runtime.NoPyodide, match=name):
        runtime.read(tmp_path)


def test_the_pinned_pyodide_is_whole_and_of_the_python_that_the_wheels_are_for():
    found = runtime.pinned()
    packages = found["lock"]["packages"]
    assert set(runtime.WANTED) <= set(packages)
    for package in packages.values():
        assert set(package["depends"]) <= set(packages)
        assert re.fullmatch(r"[0-9a-f]{64}", package["sha256"])
        assert "/" not in package["file_name"]
    minor = ".".join(found["lock"]["info"]["python"].split(".")[:2])
    assert task.WHEELS[task.WHEELS.index("--python-version") + 1] == minor


def test_the_pinned_numpy_and_matplotlib_are_ones_that_the_course_allows():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = {one.name: one.specifier for one in map(Requirement, project["dependencies"])}
    packages = runtime.pinned()["lock"]["packages"]
    for name in ("matplotlib", "numpy", "threadpoolctl"):
        assert packages[name]["version"] in allowed[name]


def test_packages_are_loaded_from_below_an_address_or_a_folder():
    lock = {"info": {}, "packages": {"a": {"file_name": "a-1.whl", "depends": []}}}
    base = runtime.ADDRESS.format("9")
    assert runtime.from_base(lock, base)["packages"]["a"]["file_name"] == base + "a-1.whl"
    assert lock["packages"]["a"]["file_name"] == "a-1.whl"


def lock_of(*names):
    packages = {name: {"name": name, "depends": [], "file_name": f"{name}.whl"} for name in names}
    return {"info": {"python": "3.14.0"}, "packages": packages}


def test_our_wheels_join_the_lock_and_front_ends_are_left_out(tmp_path):
    path = make_wheel(tmp_path)
    lock = lite._with_wheels(lock_of("numpy", "typing-extensions"), [path], tmp_path)
    assert lock["packages"]["two-words"]["depends"] == ["numpy", "typing-extensions"]


def test_a_package_that_nobody_brings_ends_the_build(tmp_path):
    path = make_wheel(tmp_path)
    with pytest.raises(SystemExit, match=r"two-words needs .*typing-extensions"):
        lite._with_wheels(lock_of("numpy"), [path], tmp_path)


def test_a_changed_course_gets_another_address(tmp_path):
    """A browser keeps what it has loaded, and two builds have the same version."""
    places = set()
    for text in ("", "# changed"):
        make_wheel(tmp_path / "stage" / "course", "attention_course", "0.1.0", METADATA + text)
        *_, course = lite._our_wheels(tmp_path / "stage", tmp_path / "none", tmp_path / "out")
        assert course.name == "attention_course-0.1.0-py3-none-any.whl"
        places.add(course.parent.name)
    assert len(places) == 2


def test_the_lab_is_told_to_ask_no_package_index(tmp_path):
    (tmp_path / "jupyter-lite.json").write_text('{"jupyter-config-data": {}}', encoding="utf-8")
    (tmp_path / lite.LOCK).write_text("{}", encoding="utf-8")
    lite._configure(tmp_path, "./pyodide/")
    config = json.loads((tmp_path / "jupyter-lite.json").read_text(encoding="utf-8"))
    settings = config["jupyter-config-data"]["litePluginSettings"][f"{lite.KERNEL}:kernel"]
    assert settings["disablePyPIFallback"] is True
    assert settings["pyodideUrl"] == "./pyodide/pyodide.mjs"
    assert settings["loadPyodideOptions"]["lockFileURL"].startswith(f"./{lite.LOCK}?")


def test_the_browser_has_the_versions_of_the_learners_own_environment():
    def versions(name):
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^(\S+==\S+)", text, re.MULTILINE))

    assert versions("requirements-browser.lock") <= versions("requirements-dev.lock")


def test_the_lock_of_the_browser_has_all_of_its_group():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements-browser.lock").read_text(encoding="utf-8")
    for one in groups["dependency-groups"]["browser"]:
        assert re.search(rf"^{re.split('[>=]', one)[0]}==", lock, re.MULTILINE), one
