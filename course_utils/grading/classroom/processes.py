"""Worker processes that leave nothing behind: no kernel and no file outlives its parent."""

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import sys
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil  # not later: the handler of a signal may need it in the middle of anything

PRELOADED = ["course_utils.grading.classroom.work"]
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
RENEWED_AFTER = 100  # submissions, so that a leak anywhere cannot grow for ever


def context():
    """Return how processes begin: forked from one that has imported all, where that is sound."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOADED)
    return made


def start_early():
    """Let what all workers are forked from import while this process does, on another core."""
    if context().get_start_method() == "forkserver":
        from multiprocessing.forkserver import ensure_running

        ensure_running()


class Processes:
    """Worker processes on this machine; `folder` holds their temporary files."""

    def __init__(self, count):
        self.width = count
        self.folder = open_to_pass(tempfile.mkdtemp(prefix="course-grade-"))

    def open(self) -> ProcessPoolExecutor:
        """Return an executor."""
        return ProcessPoolExecutor(
            self.width,
            mp_context=context(),
            initializer=begin,
            initargs=(self.folder,),
            max_tasks_per_child=RENEWED_AFTER,
        )

    def serves(self, executor) -> bool:
        """Say whether results still come.

        The thread that hands them on ends, and tells nobody, if it cannot replace a worker.
        """
        thread = getattr(executor, "_executor_manager_thread", None)
        return thread is None or thread.is_alive()

    def stop(self, executor):
        """End the workers without waiting for what they are doing."""
        thread = getattr(executor, "_executor_manager_thread", None)
        executor.shutdown(wait=False, cancel_futures=True)
        end_workers()
        if thread is not None and not thread.processes:
            release(thread)

    def close(self):
        """End what is left after an error, and remove the temporary files."""
        end_workers()
        shutil.rmtree(self.folder, ignore_errors=True)


class Ended:
    """A worker that has ended, for an executor's thread that has none and waits for one."""

    pid = -1

    def __init__(self):
        self.sentinel, writing = os.pipe()
        os.close(writing)

    def terminate(self):
        """Do nothing; so does `join`."""

    join = kill = terminate

    def is_alive(self):
        """Say no."""
        return False


def release(thread):
    """Let the thread of an executor without workers come to its end.

    It waits for the result of what it had handed out before no worker could be started, and
    Python waits for it before it ends.
    """
    thread.processes[Ended.pid] = Ended()
    with contextlib.suppress(OSError):  # it may have come to its end by itself
        thread.thread_wakeup.wakeup()


def end_workers():
    """End the worker processes that this process started and that still run."""
    for process in multiprocessing.active_children():
        process.terminate()


def open_to_pass(folder):
    """Let the sandbox's own user pass through a folder to what is his, without listing it."""
    os.chmod(folder, 0o711)
    return folder


def begin(folder):
    """Prepare a worker: one BLAS thread, its own temporary folder, an end with its parent."""
    # What is imported lives as long as the worker. pytest collects twice a run, and went through
    # all of it each time, which was most of a submission's time.
    gc.freeze()
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    own = open_to_pass(tempfile.mkdtemp(dir=folder))
    tempfile.tempdir = own
    # A handler of our own, since an ignored signal would be ignored by the kernels as well.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: leave(own))
    threading.Thread(target=_watch_parent, args=(own,), daemon=True).start()


def _watch_parent(own):
    multiprocessing.connection.wait([multiprocessing.parent_process().sentinel])
    leave(own, also=Path(own).parent)


def leave(own, also=None):
    """End this worker, the kernels it started and its files, at once."""
    end_children()
    shutil.rmtree(own, ignore_errors=True)
    with contextlib.suppress(OSError):
        if also:
            also.rmdir()  # the last worker takes the common folder along
    os._exit(1)


def end_children():
    """Kill every process below this one."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()
