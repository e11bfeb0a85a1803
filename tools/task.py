"""Runs the tasks of the project on every system: python tools/task.py TASK

    install      what the course needs, into .venv
    lab          the same, and open the first lesson
    test         all tests: lessons, solutions, grading, unit tests, style
    notebooks    build notebooks/, exercises/ and solutions/ from source/ (or only those named)
    site         build site/: the course for any static host, run by the learner's own browser
                 (site DIR: with the Pyodide in the folder DIR instead of its own address)
    site-test    build it with a Pyodide, and learn in a browser that reaches no other machine
    bench        measure us against PyTorch, both in one run (installs PyTorch, half an hour)
    lock         resolve the dependencies of pyproject.toml again
    test-oldest  the tests with the oldest dependencies that pyproject.toml allows
    test-newest  the tests with the newest dependencies there are
    clean        remove the environments and caches; your exercises and my_transformer.py stay

`make TASK` calls this. Python is enough: what is missing is installed. -n: say, do not run.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SITE = ROOT / ".venv-site"
TESTED = "build/site-test"
FIRST = "notebooks/00_start_here.ipynb"
# pip compiles on one processor; `_locked` does it on all.
LOCKED = ("pip", "install", "--quiet", "--no-compile", "--require-hashes", "-r")
# For Pyodide: wheels in pure Python, which fit any system.
WHEELS = ("pip", "download", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:")
WHEELS += ("--platform", "any", "--abi", "none", "--implementation", "py")
WHEELS += ("--python-version", "3.14", "--dest", ".venv-site/wheels", "-r")
TAKES = {"notebooks", "site"}  # further words on the command line
SEEDS = tuple(map(str, range(10)))
BENCHMARKS = (
    ("training_step",),
    ("attention_scaling",),
    ("decoding",),
    ("translator", "--seeds", *SEEDS),
    ("translator", "--setting", "small", "--seeds", *SEEDS),
    ("induction",),
)


class Failed(Exception):
    """A command failed or cannot be run; the argument is for sys.exit."""


def scripts(venv):
    """Return the folder of an environment in which its commands lie."""
    return venv / ("Scripts" if os.name == "nt" else "bin")


class Tasks:
    """Each public method is a task. `dry`: say the commands and change nothing."""

    def __init__(self, dry=False):
        self.dry = dry

    def install(self):
        """Install what the course needs into .venv, unless it is there already."""
        self._create(VENV)
        if self._fresh("lab", "requirements.lock", "pyproject.toml"):
            return
        self._locked("requirements.lock")
        self._python("pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
        self._extension("@jupyterlab/apputils-extension:announcements")
        self._stamp("lab")

    def lab(self):
        """Open JupyterLab on the first lesson."""
        self.install()
        # The command `course` shall work in JupyterLab's terminal.
        path = f"{scripts(VENV)}{os.pathsep}{os.environ.get('PATH', '')}"
        root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        self._python("jupyterlab", *root, f"--LabApp.default_url=/lab/tree/{FIRST}", PATH=path)

    def test(self):
        """Run all tests with the versions of the lock files."""
        self._develop()
        self._python("ruff", "check", ".")
        self._python("ruff", "format", "--check", ".")
        self._pytest(VENV)

    def notebooks(self, *names):
        """Build all notebooks from source/, or those of the lessons named."""
        self._develop()
        self._python("tools/build.py", *names)

    def bench(self):
        """Measure us against PyTorch."""
        self.install()
        if not self._fresh("bench", ".venv/lab"):
            self._python("pip", "install", "--quiet", "torch==2.13.0")
            self._stamp("bench")
        for name, *options in BENCHMARKS:
            self._python(f"benchmarks/{name}.py", *options, "--json")

    def site(self, *pyodide):
        """Build the reading copy and JupyterLite into site/; a local Pyodide is copied."""
        self._develop()
        self._site_tools()
        self._site("site", *pyodide)
        print("To look at it: python3 -m http.server --directory site; http://localhost:8000")

    def site_test(self):
        """Learn in a built site, with Pyodide on this machine and with the default address."""
        self._develop()
        self._site_tools()
        # Of PyPI's packages only this one has a whole Pyodide in it.
        self._python("tools/site/fetch_pyodide.py", ".venv-site/pyodide", venv=SITE)
        self._site(f"{TESTED}/local", ".venv-site/pyodide")
        self._lite(f"{TESTED}/default/lite")
        self._python("pytest", "tests/site", COURSE_SITE=TESTED, OPENBLAS_NUM_THREADS="1")

    def lock(self):
        """Write the lock files again."""
        self._develop()
        self._python("tools/lock.py")

    def test_oldest(self):
        """Test with the oldest dependencies allowed, under the Python that runs this."""
        self._test_resolved("oldest", "--resolution", "lowest-direct")

    def test_newest(self):
        """Test with the newest dependencies there are, under the Python that runs this."""
        self._test_resolved("newest", "--upgrade")

    def clean(self):
        """Remove environments and caches."""
        for pattern in (".venv", ".venv-*", ".pytest_cache", ".ruff_cache", "build", "site"):
            for folder in ROOT.glob(pattern):
                self._remove(folder)
        for folder in list(ROOT.rglob("__pycache__")):
            self._remove(folder)

    def _develop(self):
        self.install()
        if self._fresh("dev", ".venv/lab", "requirements-dev.lock"):
            return
        self._locked("requirements-dev.lock")
        self._extension("@jupyter/nbgrader")
        self._stamp("dev")

    def _locked(self, lock, venv=None):
        """Install a lock file; what cannot be compiled is no fault, as it is none to pip."""
        self._python(*LOCKED, lock, venv=venv)
        with contextlib.suppress(Failed):
            self._python("compileall", "-qq", "-j", "0", str(venv or VENV), venv=venv)

    def _site_tools(self):
        """Install what builds the site, and fetch the wheels that it adds to Pyodide."""
        self._create(SITE)
        if self._fresh("site", "requirements-site.lock", "requirements-browser.lock", venv=SITE):
            return
        self._locked("requirements-site.lock", SITE)
        self._remove(SITE / "wheels")
        self._python(*WHEELS, "requirements-browser.lock", venv=SITE)
        self._stamp("site", SITE)

    def _site(self, folder, *pyodide):
        self._remove(ROOT / folder)
        self._python("tools/site/reading.py", folder)
        self._python("tools/site/stage.py", "build/stage")
        self._lite(f"{folder}/lite", *pyodide)

    def _lite(self, folder, *pyodide):
        arguments = ("build/stage", ".venv-site/wheels", folder, *pyodide)
        self._python("tools/site/lite.py", *arguments, venv=SITE)

    def _test_resolved(self, name, *resolution):
        venv = ROOT / f".venv-{name}"
        self._create(venv)
        self._python("pip", "install", "--quiet", "uv", venv=venv)
        self._python("uv", "pip", "install", *resolution, "-e", ".[test,dev]", venv=venv)
        # Not ruff: each version of it formats otherwise. What others deprecate is shown, no fault:
        # an old matplotlib calls old names of a new pyparsing.
        self._pytest(venv, "-W", "default::DeprecationWarning")

    def _pytest(self, venv, *more):
        """One BLAS thread: the arrays are small. Of three workers one often waits for a kernel."""
        books = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
        books.append(ROOT / "notebooks" / "notation.ipynb")
        books += sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))
        paths = ["tests", "course_utils", *(str(path.relative_to(ROOT)) for path in books)]
        early = ("-p", "attention_course")  # before nbval, which halves the start
        options = (*early, "--nbval", "-n", "3", "--dist", "loadfile", *more)
        self._python("pytest", *options, *paths, venv=venv, OPENBLAS_NUM_THREADS="1")

    def _create(self, venv):
        """Create an environment from the Python that runs this, unless it is there."""
        if (venv / "python").exists():  # the stamp, not the interpreter
            return
        if sys.version_info < (3, 11):  # noqa: UP036 (an older one may run this file)
            raise Failed(
                "The course needs Python 3.11 or newer, and {} is {}.{}. Name another one: make "
                "lab PYTHON=python3.13, or without make: python3.13 tools/task.py lab".format(
                    sys.executable, *sys.version_info
                )
            )
        self._run([sys.executable, "-m", "venv", str(venv)])
        self._stamp("python", venv)

    def _extension(self, name):
        """Switch off an extension of JupyterLab that a learner has no use for."""
        arguments = ("disable", "--level=sys_prefix", name)
        self._python("jupyterlab.labextensions", *arguments, quiet=True)

    def _fresh(self, stamp, *needs, venv=None):
        """Say whether a step was done after the last change of the files it needs."""
        done = (venv or VENV) / stamp
        times = [path.stat().st_mtime for path in map(ROOT.joinpath, needs) if path.exists()]
        return done.exists() and done.stat().st_mtime >= max(times)

    def _stamp(self, name, venv=None):
        if not self.dry:
            ((venv or VENV) / name).touch()

    def _python(self, what, *arguments, venv=None, quiet=False, **variables):
        """Run a file or a module with the Python of an environment."""
        start = [what] if what.endswith(".py") else ["-m", what]
        command = [str(scripts(venv or VENV) / "python"), *start, *arguments]
        self._run(command, quiet, variables)

    def _run(self, command, quiet=False, variables=None):
        print(" ".join(command).replace(str(ROOT) + os.sep, ""), flush=True)
        if self.dry:
            return
        process = subprocess.Popen(
            command,
            cwd=str(ROOT),
            env=dict(os.environ, **(variables or {})),
            stderr=subprocess.DEVNULL if quiet else None,
        )
        code = None
        while code is None:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                continue  # the command got it too, and decides: JupyterLab asks whether to end
        if code:
            raise Failed(code)

    def _remove(self, folder):
        if not folder.exists():
            return
        print("remove", folder.relative_to(ROOT).as_posix())
        if not self.dry:
            shutil.rmtree(str(folder), ignore_errors=True)


def main(arguments):
    """Run the task that the command line names; return its exit code or a sentence."""
    dry = "-n" in arguments
    name, *rest = [one for one in arguments if one != "-n"] or [""]
    known = {one.replace("_", "-") for one in vars(Tasks) if not one.startswith("_")}
    if name not in known or (rest and name not in TAKES):
        return __doc__.strip()
    try:
        getattr(Tasks(dry), name.replace("-", "_"))(*rest)
    except Failed as failed:
        return failed.args[0]
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
