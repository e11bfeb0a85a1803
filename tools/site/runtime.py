"""The Pyodide that the site runs on: which version, which of its packages, where they come from.

    python tools/site/runtime.py DIR

writes pyodide.json again from a complete Pyodide in DIR: the part of its lock that the course
needs. A site that loads Pyodide from the distribution's own address is built from that alone.
"""

import json
import re
import sys
from pathlib import Path

PINNED = Path(__file__).with_name("pyodide.json")
ADDRESS = "https://cdn.jsdelivr.net/pyodide/v{}/full/"
# What Pyodide must bring, since it is compiled or since JupyterLite starts with it; with these
# comes what they depend on. All else is in requirements-browser.lock.
WANTED = ("matplotlib", "micropip", "numpy", "threadpoolctl")
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


class NoPyodide(Exception):
    """A folder is not a complete Pyodide; the message says what is missing."""


def pinned() -> dict:
    """Return {"version", "lock"} of the Pyodide that is loaded from its own address."""
    return json.loads(PINNED.read_text(encoding="utf-8"))


def read(folder) -> dict:
    """Return {"version", "lock"} of the Pyodide in a folder, cut down to what the course needs.

    Raises NoPyodide if a file of it is missing.
    """
    folder = Path(folder)
    missing = [name for name in (*CORE, "pyodide-lock.json") if not (folder / name).exists()]
    if missing:
        raise NoPyodide(f"No Pyodide in {folder}: {', '.join(missing)} missing.")
    lock = cut(json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8")))
    missing = [one for one in files(lock) if not (folder / one).exists()]
    if missing:
        raise NoPyodide(f"The Pyodide in {folder} is not complete: no {', '.join(missing)}.")
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    return {"version": version, "lock": lock}


def cut(lock) -> dict:
    """Return a lock with the packages in WANTED and what they depend on, and no others.

    >>> cut({"packages": {name: {"depends": []} for name in (*WANTED, "scipy")}})["packages"].keys()
    dict_keys(['matplotlib', 'micropip', 'numpy', 'threadpoolctl'])
    """
    kept, waiting = {}, list(WANTED)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name not in kept:
            kept[name] = lock["packages"][name]
            waiting += kept[name]["depends"]
    return lock | {"packages": dict(sorted(kept.items()))}


def files(lock) -> list[str]:
    """Return the file names of a lock's packages."""
    return [package["file_name"] for package in lock["packages"].values()]


def from_base(lock, base) -> dict:
    """Return a lock whose packages are loaded from below `base`, an address or a folder name/."""
    packages = {
        name: package | {"file_name": base + package["file_name"]}
        for name, package in lock["packages"].items()
    }
    return lock | {"packages": packages}


if __name__ == "__main__":
    text = json.dumps(read(sys.argv[1]), indent=1, sort_keys=True)
    PINNED.write_text(text + "\n", encoding="utf-8")
