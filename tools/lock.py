"""Writes the lock files from pyproject.toml: every version with its hashes, no address.

    python tools/lock.py

requirements.lock is what `make lab` installs, requirements-dev.lock what `make test` and `make
notebooks` add. Each holds for every platform and every Python that pyproject.toml allows.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = "3.11"
HEADER = "# Every version with its hashes, made from pyproject.toml by: python tools/lock.py\n"


def lock(name, *arguments):
    """Resolve and write one lock file in one step."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml"),
        *("--universal", "--generate-hashes", "--no-annotate", "--no-header", "--quiet"),
        *("--python-version", OLDEST, *arguments),
    ]
    # flit_core builds the course's own package, so it is locked with the rest.
    done = subprocess.run(
        [*command, "-"], cwd=ROOT, input="flit_core>=3.10\n", text=True, capture_output=True
    )
    if done.returncode:
        sys.exit(f"{name}: {done.stderr.strip()}")
    temporary = ROOT / f".{name}"
    temporary.write_text(HEADER + done.stdout, encoding="utf-8")
    os.replace(temporary, ROOT / name)


if __name__ == "__main__":
    lock("requirements-dev.lock", "--extra", "test", "--extra", "dev")
    # The smaller lock takes its versions from the larger one, so that the two agree.
    lock("requirements.lock", "--constraints", "requirements-dev.lock")
