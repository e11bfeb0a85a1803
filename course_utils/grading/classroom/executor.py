"""Works through the submissions of a class on an executor, and survives the death of a worker."""

import hashlib
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait

from course_utils.grading.classroom.work import grade_submission, not_graded, unreadable


def grade_all(submissions, settings, workers):
    """Yield (submission, record) as they get ready, in any order.

    workers: `open()` gives a concurrent.futures.Executor, `width` says how many submissions may
    be under way, `stop(executor)` ends it at once. When a worker dies, those under way are graded
    once more, each alone; what ends its worker again is "not graded", and the others go on.
    """
    waiting, alone = deque(submissions), []
    while waiting:
        alone += [one for one, _ in (yield from _batch(waiting, settings, workers, workers.width))]
    for submission in alone:
        for again, error in (yield from _batch(deque([submission]), settings, workers, 1)):
            words = f"the process that graded it ended twice ({type(error).__name__})"
            yield again, not_graded(words)


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
                    running[future] = submission, digest(content)
                except BrokenExecutor as error:
                    lost.append((submission, error))
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                submission, mark = running.pop(future)
                try:
                    record = future.result() | {"digest": mark}
                except Exception as error:  # BrokenExecutor, or what a cluster raises instead
                    lost.append((submission, error))
                else:
                    yield submission, record
    finally:
        workers.stop(executor) if running else executor.shutdown()
    return lost


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
