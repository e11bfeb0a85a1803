"""Builds the course as JupyterLite: in the learner's browser, without any server of ours.

    python tools/site/lite.py STAGE WHEELS FOLDER [PYODIDE]

STAGE is what stage.py wrote, WHEELS a folder with the wheels of requirements-browser.lock, FOLDER
what is built: files for any static host, below any path. PYODIDE is a folder with a complete
Pyodide, which is copied; without it the site loads Pyodide from the distribution's own address.
Runs in .venv-site.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import runtime
import wheels

LOCK = "pyodide-lock.json"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# Front ends, servers and what watches processes: in the browser JupyterLite has their parts, or
# nothing asks for them.
LEFT_OUT = {
    "ipykernel",
    "jupyterlab",
    "jupyterlab-widgets",
    "nbval",
    "pexpect",
    "psutil",
    "pytest",
    "widgetsnbextension",
}
# Loaded while Pyodide starts. JupyterLite would look for the first seven by other ways, one after
# the other; the course is there so that the first cell of a lesson need not wait for it.
FIRST = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
FIRST += ("attention-course",)
QUIET = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
TODAY = int(time.time()) // 86_400 * 86_400  # the file browser shows a date


def build(stage, added, folder, pyodide=None):
    """Build the site of the staged notebooks and the added wheels into `folder`."""
    _jupyterlite(stage, folder)
    found = runtime.read(pyodide) if pyodide else runtime.pinned()
    base = runtime.ADDRESS.format(found["version"])
    if pyodide:
        base = "pyodide/"
        _copy(pyodide, (*runtime.CORE, *runtime.files(found["lock"])), folder / "pyodide")
    ours = _our_wheels(stage, added, folder)
    lock = _with_wheels(runtime.from_base(found["lock"], base), ours, folder)
    (folder / LOCK).write_text(json.dumps(lock, sort_keys=True), encoding="utf-8")
    _configure(folder, base if not pyodide else f"./{base}")


def _jupyterlite(stage, folder):
    """Run JupyterLite's own build, with its lab and nothing of its other applications."""
    shutil.rmtree(folder, ignore_errors=True)
    (stage / ".jupyterlite.doit.db").unlink(missing_ok=True)  # what it takes for built is gone
    settings = {"@jupyterlab/apputils-extension:themes": {"adaptive-theme": True}}
    (stage / "overrides.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "jupyterlite_core",
        "build",
        "--apps",
        "lab",
        "--no-sourcemaps",
    ]
    command += ["--no-unused-shared-packages", "--lite-dir", stage, "--contents", stage / "files"]
    command += ["--output-dir", folder, "--source-date-epoch", TODAY]
    done = subprocess.run([str(part) for part in command], cwd=stage, **QUIET)
    if done.returncode:
        sys.exit(done.stdout)


def _copy(source, names, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(Path(source) / name, folder / name)


def _our_wheels(stage, added, folder):
    """Copy the wheels that the course and the kernel need, and return their paths.

    The course's own lies in a folder named by its content: a browser that has kept an older wheel
    of the same version must not take it for the new one.
    """
    names = [path.name for path in sorted(added.glob("*.whl")) if not _left_out(path)]
    _copy(added, names, folder / "wheels")
    found = [folder / "wheels" / name for name in names]
    [course] = (stage / "course").glob("*.whl")
    place = folder / "wheels" / hashlib.sha256(course.read_bytes()).hexdigest()[:8]
    _copy(course.parent, [course.name], place)
    kernel = folder / "extensions" / KERNEL / "static" / "pypi"
    kernels = [path for path in sorted(kernel.glob("*.whl")) if not _left_out(path, "ipykernel")]
    return [*found, place / course.name, *kernels]


def _left_out(path, *but):
    return path.name.split("-")[0].replace("_", "-") in LEFT_OUT - set(but)


def _with_wheels(lock, paths, folder):
    """Return the lock with our wheels, which win; a name that nobody brings is an error."""
    python = lock["info"]["python"]
    entries = [wheels.entry(path, folder, python) for path in paths]
    for one in entries:
        one["depends"] = [name for name in one["depends"] if name not in LEFT_OUT]
    packages = lock["packages"] | {one["name"]: one for one in entries}
    for name, package in packages.items():
        unknown = set(package["depends"]) - set(packages)
        if unknown:
            sys.exit(f"{name} needs {unknown}: add it to the group `browser`, or to LEFT_OUT")
    return lock | {"packages": packages}


def _configure(folder, base):
    """Tell JupyterLite where Pyodide and its lock are, and that nobody asks a package index."""
    path = folder / "jupyter-lite.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    data = config["jupyter-config-data"]
    digest = hashlib.sha256((folder / LOCK).read_bytes()).hexdigest()[:8]
    data["appName"] = "Attention course"
    data.setdefault("litePluginSettings", {})[f"{KERNEL}:kernel"] = {
        "pyodideUrl": base + "pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": f"./{LOCK}?{digest}", "packages": list(FIRST)},
    }
    path.write_text(json.dumps(config, indent=2, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    places = [Path(one).resolve() for one in sys.argv[1:]]
    try:
        build(*places)
    except runtime.NoPyodide as error:
        sys.exit(str(error))
