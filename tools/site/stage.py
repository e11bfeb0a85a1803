"""Collects what a learner finds in the browser: the notebooks, and the course as a wheel.

    python tools/site/stage.py FOLDER

writes FOLDER/files/{notebooks,exercises,solutions} and FOLDER/course/attention_course-*.whl. The
exercises are blank, whatever stands in exercises/ here.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import build  # noqa: E402

EPOCH = "1577836800"  # 2020-01-01: the same wheel from the same sources, whatever the clock says


def stage(folder):
    """Write the notebooks and the wheel into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("notebooks", "solutions"):
        target = folder / "files" / part
        target.mkdir(parents=True)
        for path in sorted((ROOT / part).glob("*.ipynb")):
            shutil.copyfile(path, target / path.name)
    target = folder / "files" / "exercises"
    target.mkdir()
    for name, notebook in build.blank_exercises().items():
        nbformat.write(notebook, target / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(folder / "course"), str(ROOT)]
    subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH})


if __name__ == "__main__":
    stage(Path(sys.argv[1]).resolve())
