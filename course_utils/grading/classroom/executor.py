"""Works through the submissions of a class on an executor, and survives the death of a worker."""

import hashlib
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait

from course_utils.grading.classroom.work import grade_submission, not_graded, unreadable

LOOK = 1  # seconds between two looks whether the workers are still served
PATIENCE = 1800  # seconds for one submission; its notebook has 900, and each start of a kernel 60


def grade_all(submissions, settings, workers):
    """Yield (submission, record) as they get ready, in any order.

    workers: `open()` gives a concurrent.futures.Executor, `width` says how many submissions may
    be under way, `serves(executor)` whether its results still come, `stop(executor)` ends it at
    once. When a worker dies, those under way are graded
    once more, each alone; what ends its worker again is "not graded", and the others go on.
    """
    waiting, alone = deque(submissions), []
    while waiting:
        alone += [one for one, _ in (yield from _batch(waiting, settings, workers, workers.width))]
    for submission in alone:
        for again, error in (yield from _batch(deque([submission]), settings, workers, 1)):
            yield again, not_graded(_why(error))


def _why(error):
    """Return why a submission was given up after two attempts."""
    if isinstance(error, TimeoutError):
        return f"grading it took longer than {PATIENCE:,} seconds, twice"
    if isinstance(error, OSError):
        return f"no process could be started for it ({error.strerror or error})"
    return f"the process that graded it ended twice ({type(error).__name__})"


def _batch(waiting, settings, workers, width):
    """Grade until nothing waits or a worker dies; return what was under way then, with errors."""
    executor, running, lost = workers.open(), {}, []
    try:
        while running or (waiting and not lost):
            while waiting and len(running) < width and not lost:
                submission = waiting.popleft()
                content, record = read(submission)
                if record:
                    yield submission, record
                    continue
                try:
                    future = executor.submit(
                        grade_submission, submission.path.name, content, settings
                    )
                    running[future] = submission, digest(content), time.monotonic()
                except (BrokenExecutor, OSError) as error:
                    lost.append((submission, error))
            for future in wait(running, LOOK, return_when=FIRST_COMPLETED).done:
                submission, mark, _ = running.pop(future)
                try:
                    record = future.result() | {"digest": mark}
                except Exception as error:  # BrokenExecutor, or what a cluster raises instead
                    lost.append((submission, error))
                else:
                    yield submission, record
            overdue = _overdue(running, workers.serves(executor))
            lost += [(running.pop(future)[0], error) for future, error in overdue]
    finally:
        # One that was lost may leave work behind which nobody would ever finish.
        workers.stop(executor) if running or lost else executor.shutdown()
    return lost


def _overdue(running, served):
    """Return (future, error) for what will never end, or has not for too long."""
    now = time.monotonic()
    if not served:
        return [(one, BrokenExecutor()) for one in running if not one.done()]
    late = [one for one, (*_, began) in running.items() if now - began > PATIENCE]
    return [(one, TimeoutError()) for one in late]


def read(submission):
    """Return (content, None), or (b"", the record of a file that cannot be read)."""
    name = submission.path.name
    if submission.fault:
        return b"", unreadable(name, submission.fault)
    try:
        return submission.read(), None
    except OSError as error:
        return b"", unreadable(name, f"{name} cannot be read: {error.strerror}.")


def digest(content) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(content).hexdigest()
