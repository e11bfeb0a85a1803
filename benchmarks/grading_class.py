"""A class with hostile submissions, graded in one go, then killed half-way and graded on.

    python benchmarks/grading_class.py --submissions 300 --hostile 30

Prints the total time and the peak memory of an undisturbed run (two workers, the sandbox), then
starts again in another folder, ends the grader by SIGKILL when half of the records are written,
looks for processes that stayed behind, types the same command again, and compares both gradebooks
byte by byte, times aside. Exit code 1 if they differ, if a grade is missing, or if anything stays.

Memory is summed over the grader and all it started, every half second: `pss_mib` counts a page
that several share once, `rss_mib` counts it for each; `largest_mib` is the largest one process.
"""

import ctypes
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests/grading", "tools")]
from class_of_submissions import BROKEN  # noqa: E402
from hostile_class import HURTING, KEPT_IN, attack  # noqa: E402
from submissions import Submission  # noqa: E402

from course_utils.grading.pristine import pristine_notebooks  # noqa: E402
from grading_answers import answers  # noqa: E402
from measure import options, report  # noqa: E402

LESSONS = ("01_dot_products", "02_softmax", "03_scaled_dot_product_attention", "04_masks")
LESSONS += ("05_self_attention", "06_positions")
SUBREAPER = 36  # prctl: processes whose parent ended become children of this one
LOOK = 0.5  # seconds between two looks at the memory
PATIENCE = 30  # seconds for everything to be gone after the grader was killed
TIMES = (r'\btime="[\d.]+"', r'"execution_time": [\d.]+', r"(?<=,)\d+\.\d+(?=,[a-z ]+\r?$)")
SLOWEST = re.compile(r"<h2>Slowest</h2>.*?(?=<h2|</main|</body)", re.DOTALL)


def hostile_makers():
    """Return functions that make submissions which harm, attack, loop or are broken."""
    makers = [make for make, _ in HURTING.values()]
    makers += [lambda code=code: attack(code) for code in KEPT_IN.values()]
    return makers + [make for make, _, _ in BROKEN.values()]


def honest(number):
    """Return an honest submission of one of the lessons; every third leaves an exercise blank."""
    lesson = LESSONS[number % len(LESSONS)]
    made = Submission(lesson)
    if lesson == "02_softmax":
        written = answers(number + 1)[number][1]
    else:
        cells = pristine_notebooks()[lesson].cells
        written = {cell.name: cell.source for cell in cells if cell.role == "answer"}
        if number % 3 == 0:
            written.pop(list(written)[number % len(written)])
    for name, source in written.items():
        made.answer(name, source)
    return lesson, made


def make_class(folder, count, hostile):
    """Write the class; the hostile ones are spread evenly among the honest."""
    makers = islice(cycle(hostile_makers()), hostile)
    places = {round((i + 0.5) * count / hostile) for i in range(hostile)}
    for number in range(count):
        lesson, made = ("02_softmax", next(makers)()) if number in places else honest(number)
        made.save(folder / f"learner_{number:03}" / f"{lesson}.ipynb")


class Memory:
    """The highest sums of memory over this process's descendants that `look` has seen."""

    def __init__(self):
        self.pss = self.rss = 0

    def look(self):
        """Add up the memory of all descendants now."""
        pss = rss = 0
        for process in psutil.Process().children(recursive=True):
            try:
                text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            except OSError:  # it has ended, or is not ours to look into
                continue
            found = dict(re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE))
            pss, rss = pss + int(found.get("Pss", 0)), rss + int(found.get("Rss", 0))
        self.pss, self.rss = max(self.pss, pss / 1024), max(self.rss, rss / 1024)


def grade(submissions, out, workers, seconds, memory, kill_at=None):
    """Run `course grade` and return (wall seconds, exit code); kill it at `kill_at` records."""
    command = [Path(sys.executable).with_name("course"), "grade", submissions, "--out", out]
    command += ["--workers", str(workers), "--seconds", f"{seconds:g}"]
    variables = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    start = time.perf_counter()
    with open(out.with_suffix(".said"), "a") as said:
        process = subprocess.Popen(command, env=variables, stdout=said, stderr=said)
    while process.poll() is None:
        memory.look()
        if kill_at is not None and len([*out.glob("journal/*.json")]) >= kill_at:
            process.send_signal(signal.SIGKILL)
            process.wait()
        time.sleep(LOOK)
    if process.returncode > 0:
        print(out.with_suffix(".said").read_text().strip().splitlines()[-1:])
    return time.perf_counter() - start, process.returncode


def left_behind():
    """Return the descendants that still run when the patience with them is over."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return []
        time.sleep(0.1)
    return [process.name() for process in psutil.Process().children(recursive=True)]


def gradebook(out):
    """Return {file: its text without times} of everything that a class leaves for people."""
    files = [path for path in out.rglob("*") if path.is_file() and path.parent.name != "journal"]
    found = {}
    for path in files:
        text = path.read_bytes().decode()
        for pattern in TIMES:
            text = re.sub(pattern, "TIME", text, flags=re.MULTILINE)
        found[str(path.relative_to(out))] = SLOWEST.sub("", text)
    return found


def differences(one, other):
    """Return the names of the files that differ or are in one gradebook only."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def main():
    defaults = {"submissions": 300, "hostile": 30, "workers": 2, "seconds": 20.0}
    choice = options(__doc__.splitlines()[0], **defaults)
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    half, rows, books, left, memory = choice.submissions // 2, [], {}, [], Memory()
    with tempfile.TemporaryDirectory() as folder:
        make_class(Path(folder) / "class", choice.submissions, choice.hostile)
        for run, out, kill_at in (
            ("undisturbed", "one", None),
            ("killed half-way", "two", half),
            ("started again", "two", None),
        ):
            out = Path(folder) / out
            arguments = Path(folder) / "class", out, choice.workers, choice.seconds, Memory()
            seconds, code = grade(*arguments, kill_at)
            left += left_behind()
            memory = arguments[-1]
            graded = len([*out.glob("journal/*.json")])
            rows.append(
                {"run": run, "seconds": seconds, "exit": code, "graded": graded}
                | {"pss_mib": memory.pss, "rss_mib": memory.rss}
            )
            books[run] = gradebook(out)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    differ = differences(books["undisturbed"], books["started again"])
    faults = [f"differs: {name}" for name in differ] + [f"left behind: {name}" for name in left]
    faults += [
        f"not graded: {choice.submissions - row['graded']}, {row['run']}"
        for row in rows
        if row["exit"] != -signal.SIGKILL and row["graded"] != choice.submissions
    ]
    if rows[1]["exit"] != -signal.SIGKILL:
        faults.append("the second run ended before it was killed")
    print("\n".join(faults))
    words = "NOT EQUAL" if differ else "equal, byte by byte, times aside"
    print(f"{len(books['undisturbed'])} files of both gradebooks: {words}.")
    report("grading_class", [row | {"largest_mib": largest} for row in rows], choice.json)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
