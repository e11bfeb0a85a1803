"""Writes the lock files from pyproject.toml: every version with its hashes, no address.

    python tools/lock.py [site]

requirements.lock is what `make lab` installs, requirements-dev.lock what `make test` and `make
notebooks` add. Each holds for every platform and every Python that pyproject.toml allows.
requirements-site.lock is what builds the site; requirements-browser.lock the wheels that it adds
to Pyodide, for Pyodide's Python only. With `site` only these two are written.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = "3.11"
HEADER = "# Every version with its hashes, made from pyproject.toml by: python tools/lock.py\n"
EVERYWHERE = ("--universal", "--python-version", OLDEST)
PYODIDE = (
    *("--python-version", "3.14", "--python-platform", "wasm32-pyodide2025"),
    *("--only-binary", ":all:"),
)
SAME = ("--constraints", "requirements-dev.lock")


def lock(name, *arguments, more=""):
    """Resolve and write one lock file in one step; `more` are further requirements."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "--generate-hashes"),
        *("--no-annotate", "--no-header", "--quiet", *arguments),
    ]
    source = [] if "--group" in arguments else ["pyproject.toml", "-"]
    done = subprocess.run([*command, *source], cwd=ROOT, input=more, text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr.strip()}")
    temporary = ROOT / f".{name}"
    temporary.write_text(HEADER + done.stdout, encoding="utf-8")
    os.replace(temporary, ROOT / name)


if __name__ == "__main__":
    if sys.argv[1:] != ["site"]:
        # flit_core builds the course's own package, so it is locked with the rest.
        extras, flit = ("--extra", "test", "--extra", "dev"), "flit_core>=3.10\n"
        lock("requirements-dev.lock", *EVERYWHERE, *extras, more=flit)
        # The smaller locks take their versions from the larger one, so that they agree.
        lock("requirements.lock", *EVERYWHERE, *SAME, more=flit)
    lock("requirements-site.lock", *EVERYWHERE, *SAME, "--group", "site")
    lock("requirements-browser.lock", *PYODIDE, *SAME, "--group", "browser")
