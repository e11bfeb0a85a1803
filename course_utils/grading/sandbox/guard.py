"""Watches one kernel from inside its namespaces and ends all that it started."""

import contextlib
import os
import resource
import select
import signal
import socket
import time
from itertools import pairwise
from pathlib import Path

from course_utils.grading.sandbox import landlock, linux
from course_utils.grading.sandbox.kernel_process import run_kernel
from course_utils.grading.sandbox.limits import (
    Limits,
    held_in,
    is_still,
    memory_of,
    most_in_sockets,
    resident_in,
    set_limits,
)
from course_utils.grading.sandbox.seccomp import filter_calls

LOOK = 0.1  # seconds between two looks at the memory
LONGEST_STOP = 0.5  # seconds that processes are given to stop, before they are counted anyway
SHARED_MEMORY = "/dev/shm"
# Not /dev/zero: mapped for writing it is shared memory of no file, see seccomp.py.
DEVICES = ["/dev/null", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"]


def enter_namespaces():
    """Move this process's next child into namespaces of its own."""
    linux.control(linux.DUMPABLE, 1)  # else the files below belong to root
    maps = linux.map_only_myself()
    linux.unshare(linux.ALL_NEW)
    for path, text in maps.items():
        Path(path).write_text(text)


def furnish(limits, private):
    """Give this process's namespaces an empty private folder, a process table, no further ones."""
    linux.keep_mounts_private()
    size = f"size={limits.scratch},nr_inodes={limits.scratch_files},mode=1777"
    for place in (private, SHARED_MEMORY):
        linux.mount("tmpfs", place, settings=size)
    linux.mount("proc", "/proc", linux.NOSUID | linux.NODEV | linux.NOEXEC)
    for name in ("user", "mnt", "net", "pid"):
        Path(f"/proc/sys/user/max_{name}_namespaces").write_text("0")


class Guard:
    """One kernel with its namespaces; in `run` it lives until the lifeline to the grader ends."""

    def __init__(self, request, lifeline, sockets):
        self.request, self.lifeline, self.sockets = request, lifeline, sockets
        self.limits = Limits(**request["limits"])
        self.namespaces = request["namespaces"]

    def run(self):
        """Start the kernel, tell the grader, and watch until one of the two ends."""
        linux.control(linux.DUMPABLE, 0)  # nobody may look into this process
        if self.namespaces:
            furnish(self.limits, self.request["folder"])
        else:
            linux.control(linux.SUBREAPER, 1)
        self._write_files()
        reading, writing = os.pipe()
        kernel = os.fork()
        if not kernel:
            self._become_kernel(writing)
        os.close(writing)
        for one in self.sockets:
            os.close(one)
        told = os.read(reading, 1000)
        os.close(reading)
        self.lifeline.send(told or b"the kernel ended while it was shut in")
        code = self._watch(kernel)
        self._end_all()
        with contextlib.suppress(OSError):  # the grader may be gone
            self.lifeline.send(str(code).encode())

    def _write_files(self):
        folder = Path(self.request["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.request["files"].items():
            (folder / name).write_text(text, encoding="utf-8")

    def _watch(self, kernel):
        """Wait for the end of the kernel, of the grader, or of the patience with its memory."""
        ended = os.pidfd_open(kernel)
        while True:
            found, _, _ = select.select([ended, self.lifeline], [], [], LOOK)
            if ended in found:
                return os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])
            if self.lifeline in found:
                return -signal.SIGKILL
            if self._too_much_memory():
                return "memory"
            self._bury(kernel)

    def _too_much_memory(self):
        """Say whether the kernel and all it started hold too much, files in memory too.

        They are held still to be counted exactly.
        """
        room = self.limits.memory
        if self.namespaces:
            room -= sum(map(held_in, (self.request["folder"], SHARED_MEMORY))) + most_in_sockets()
        if resident_in(self._processes()) <= room:
            return False
        try:
            self._hold_still()
            return memory_of(self._processes()) > room
        finally:
            self._send_all(signal.SIGCONT)

    def _hold_still(self):
        """Stop all processes and wait, not for long, until each has stopped or ended.

        One that is being forked, or ends, has a share in the memory and cannot be asked for it.
        """
        self._send_all(signal.SIGSTOP)
        end = time.monotonic() + LONGEST_STOP
        while not all(map(is_still, self._processes())) and time.monotonic() < end:
            time.sleep(0.005)

    def _processes(self):
        if self.namespaces:
            return [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]
        return descendants(os.getpid())

    def _send_all(self, signum):
        # Of a process table of its own this process is the first, and -1 is all the others.
        for process in [-1] if self.namespaces else self._processes():
            _send(process, signum)

    def _bury(self, kernel):
        """Take note of the end of every process that the kernel left behind."""
        for child in descendants(os.getpid(), deep=False):
            if child != kernel:
                os.waitpid(child, os.WNOHANG)

    def _end_all(self):
        """Kill all that is left and wait until it is gone."""
        while True:
            if not self.namespaces:
                for process in self._processes():
                    _stop_forking(process)
            self._send_all(signal.SIGKILL)
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return

    def _become_kernel(self, writing):
        """Give up all rights, in the order in which they are needed, and run the kernel."""
        try:
            self._shut_in(writing)
            os.write(writing, b"ready")
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
            os._exit(1)
        os.close(writing)
        if self.request.get("probe"):
            os._exit(0)
        try:
            run_kernel(self.request["connection"], self.sockets)
        finally:
            os._exit(0)

    def _shut_in(self, writing):
        os.setsid()
        close_all_but([*self.sockets, writing])
        os.chdir(self.request["folder"])
        os.environ.clear()
        os.environ.update(self.request["environment"])
        linux.control(linux.DUMPABLE, 1)
        # Should the machine's memory end in spite of all limits, this is ended, not the grader.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
        linux.drop_capabilities()
        writable = [self.request["folder"]]
        if self.namespaces:
            writable.append(SHARED_MEMORY)
        if landlock.version():
            landlock.restrict(self.request["readable"], [*writable, *DEVICES])
        set_limits(self.limits, self.request["others"])
        filter_calls()


def _send(process, signum):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, signum)


def _stop_forking(process):
    with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
        resource.prlimit(process, resource.RLIMIT_NPROC, (0, 0))


def descendants(process, deep=True) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    children = [int(child) for child in text.split()]
    return children + [one for child in children if deep for one in descendants(child)]


def close_all_but(kept):
    """Close every open file but these; standard input and output lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    edges = [2, *sorted(kept), resource.getrlimit(resource.RLIMIT_NOFILE)[0]]
    for low, high in pairwise(edges):
        os.closerange(low + 1, high)


def lifeline_from(descriptor):
    """Return the socket whose other end the grader holds."""
    return socket.socket(fileno=descriptor)
