"""A worker that dies takes at most its own submission along, and leaves nothing behind."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import deadly_worker
import pytest

from course_utils.grading.classroom import executor
from course_utils.grading.classroom.processes import Processes
from course_utils.grading.classroom.settings import Settings
from course_utils.grading.classroom.submissions import Submission

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture
def workers(monkeypatch):
    """Two worker processes that do not grade."""
    monkeypatch.setattr(executor, "grade_submission", deadly_worker.grade)
    workers = Processes(2)
    yield workers
    workers.close()
    assert not Path(workers.folder).exists()


def submissions(folder, names):
    for name in names:
        (folder / name).write_text(name)
    return [Submission(name, name, folder / name) for name in names]


def test_who_ends_a_worker_twice_is_not_graded_and_the_others_are(workers, tmp_path):
    done = executor.grade_all(submissions(tmp_path, "abcdef"), Settings(), workers)
    records = {one.file: record for one, record in done}
    states = {name: record["status"] for name, record in records.items()}
    assert states == dict.fromkeys("adef", "graded") | dict.fromkeys("bc", "not graded")
    assert "ended twice (BrokenProcessPool)" in records["b"]["reason"]
    pids = {records[name]["worker"] for name in "adef"}
    assert os.getpid() not in pids
    assert {records[name]["threads"] for name in "adef"} == {os.environ.get("OMP_NUM_THREADS", "1")}


def test_what_vanished_since_it_was_found_is_unreadable(workers, tmp_path):
    class_of_three = submissions(tmp_path, "ade")
    class_of_three[1].path.unlink()
    records = {
        one.file: record for one, record in executor.grade_all(class_of_three, None, workers)
    }
    assert [records[name]["status"] for name in "ade"] == ["graded", "unreadable", "graded"]


def test_a_class_that_is_given_up_ends_its_workers(workers, tmp_path):
    done = executor.grade_all(submissions(tmp_path, "adef"), Settings(), workers)
    _, record = next(done)
    done.close()
    for _ in range(100):
        if not Path(f"/proc/{record['worker']}").exists() and not os.listdir(workers.folder):
            break
        deadly_worker.time.sleep(0.1)
    else:
        pytest.fail("a worker or its files are left")


RENEWS = """
import shutil, sys, tempfile
from pathlib import Path
tempfile.tempdir = sys.argv[1]
import deadly_worker
from course_utils.grading.classroom import executor, processes
from course_utils.grading.classroom.submissions import Submission
executor.grade_submission, processes.RENEWED_AFTER = deadly_worker.grade, 1
class_of_four = [Submission(name, name, Path(sys.argv[2], name)) for name in "adef"]
done = executor.grade_all(class_of_four, None, processes.Processes(1))
print(next(done)[1]["status"], flush=True)
shutil.rmtree(sys.argv[1])
for _, record in done:
    print(record["status"], record.get("reason", ""), sep=", ", flush=True)
"""


def test_a_class_whose_temporary_folder_vanishes_comes_to_its_end(tmp_path):
    """No new worker can be started then: what has none is not graded, and nothing waits for it."""
    submissions(tmp_path, "adef")
    scratch = tempfile.mkdtemp()  # a socket's address may have 107 bytes, tmp_path has most of them
    folders = [str(Path(deadly_worker.__file__).parent), *sys.path]
    done = subprocess.run(
        [sys.executable, "-c", RENEWS, scratch, tmp_path],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, folders))},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0
    first, *rest = done.stdout.splitlines()
    assert first == "graded"
    assert len(rest) == 3, done.stderr
    assert rest[-1] == "not graded, no process could be started for it (No such file or directory)"


def test_a_submission_that_never_ends_is_given_up(workers, tmp_path, monkeypatch):
    monkeypatch.setattr(executor, "PATIENCE", 2)
    done = executor.grade_all(submissions(tmp_path, "az"), Settings(), workers)
    records = {one.file: record for one, record in done}
    assert records["a"]["status"] == "graded"
    assert "took longer than 2 seconds, twice" in records["z"]["reason"]
