"""How many submissions a minute: `course grade`, nbgrader and otter-grader on the same answers.

    python benchmarks/grading.py --json --submissions 40

One notebook of exercises (lesson 2), honest submissions, the same cases, two processes each; the
whole command counts, from its start to the gradebook on disk, the median of `--rounds`. What the
peers get: grading_cases.py and grading_peers.py. cpu_seconds: of all processes, which a busy
machine changes less. ratio: our submissions a minute to those of the faster peer.

Afterwards the points are compared. One difference is meant: a wrong softmax costs points in
soft_lookup too with the peers, since ours puts the reference in its place. Any other one ends
this script with exit code 1. `.venv-peers` is made at the first run.
"""

import csv
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests/grading", "tools")]
from submissions import Submission  # noqa: E402

from grading_answers import answers  # noqa: E402
from grading_peers import Nbgrader, Otter, make_environment  # noqa: E402
from measure import options, report  # noqa: E402

SUBREAPER = 36  # prctl: orphans below this process become its children, and so does their time


class Ours:
    """`course grade --out` on submissions in `folder`."""

    def __init__(self, folder, classroom, processes, *protection):
        self.folder, self.submissions = Path(folder), Path(folder) / "submissions"
        course = Path(sys.executable).with_name("course")
        self.command = [course, "grade", self.submissions, "--out", self.folder / "grades"]
        self.command += ["--workers", str(processes), *protection]
        for learner, written in classroom:
            made = Submission()
            for name, source in written.items():
                made.answer(name, source)
            made.save(self.submissions / learner / "02_softmax.ipynb")

    def run(self):
        """Grade the class from nothing."""
        shutil.rmtree(self.folder / "grades", ignore_errors=True)
        variables = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(self.command, env=variables, check=True, **quiet)

    def points(self):
        """Return {"learner exercise": points} of the last run."""
        with open(self.folder / "grades" / "grades.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return {f"{row['learner']} {row['exercise']}": float(row["points"]) for row in rows}


def candidates(folder, classroom, processes):
    """Return {name: something with run and points}."""
    folder = Path(folder)
    return {
        "ours, sandbox": Ours(folder / "sandbox", classroom, processes),
        "ours, no sandbox": Ours(folder / "open", classroom, processes, "--no-sandbox"),
        "nbgrader": Nbgrader(folder / "nbgrader", classroom, processes),
        "otter": Otter(folder / "otter", classroom, processes),
    }


def timed(run):
    """Return (seconds, CPU seconds of all processes that were started)."""
    before, start = _children_seconds(), time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    while True:  # wait for orphans, whose time counts as well
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return seconds, _children_seconds() - before


def _children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def disagreements(points):
    """Return (meant, not meant): places where a peer's points differ, as lines.

    points: {candidate: {"learner exercise": points}}.
    """
    ours, meant, others = points["ours, sandbox"], [], []
    full = max(value for place, value in ours.items() if place.endswith(" softmax"))
    for place, mine in ours.items():
        learner, exercise = place.split(" ")
        wrong_before = exercise == "soft_lookup" and ours[f"{learner} softmax"] < full
        for name, found in points.items():
            if abs(found.get(place, -1.0) - mine) > 0.006:
                line = f"{place}: ours {mine:g}, {name} {found.get(place, 'nothing')}"
                peers_less = wrong_before and name in ("nbgrader", "otter")
                (meant if peers_less and found.get(place, -1) < mine else others).append(line)
    return meant, others


def main():
    choice = options(__doc__.splitlines()[0], submissions=40, processes=2, rounds=2)
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    make_environment()
    with tempfile.TemporaryDirectory() as folder:
        for one in candidates(Path(folder) / "warm", answers(2), choice.processes).values():
            one.run()
        graders = candidates(folder, answers(choice.submissions), choice.processes)
        times = {name: [] for name in graders}
        for turn in range(choice.rounds):
            for name in [*graders] if turn % 2 == 0 else reversed(graders):
                times[name].append(timed(graders[name].run))
        points = {name: one.points() for name, one in graders.items()}
    rows = [_row(name, found, choice.submissions) for name, found in times.items()]
    peer = max(row["per_minute"] for row in rows if not row["grader"].startswith("ours"))
    for row in rows:
        row["ratio"] = row["per_minute"] / peer
    meant, others = disagreements(points)
    print(f"{len(meant)} grades of the peers are lower since softmax was wrong before.")
    print("\n".join(others) or "All agree on all other points.")
    report("grading", rows, choice.json)
    return int(bool(others))


def _row(name, found, count):
    seconds, cpu = (statistics.median(column) for column in zip(*found))
    return {
        "grader": name,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "per_minute": 60 * count / seconds,
    }


if __name__ == "__main__":
    sys.exit(main())
