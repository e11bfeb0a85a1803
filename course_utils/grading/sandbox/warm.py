"""The grader's side of the zygote: start it once, and ask it for one kernel after another."""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from course_utils.grading.sandbox import bubblewrap
from course_utils.grading.sandbox.limits import Limits
from course_utils.grading.sandbox.shown import copy_shown

START = 60  # seconds that the zygote may take
FORK = 20  # seconds that a kernel may take until it is shut in
CALM = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MALLOC_ARENA_MAX": "2",
} | {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")}


class SandboxRefused(Exception):
    """The sandbox cannot be made here; the message is one sentence that says why."""


class Zygote:
    """A warm process behind bubblewrap, or behind Landlock alone, that forks kernels."""

    def __init__(self, walled):
        self.walled, self.owner = walled, os.getpid()
        self.shown = copy_shown(tempfile.mkdtemp(prefix="course-shown-"))
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket = mine
        before = bubblewrap.command(self.shown) if walled else []
        place = bubblewrap.INSIDE if walled else str(self.shown)
        settings = {
            "mount_proc": walled and os.getuid() == 0,
            "readable": ["/"] if walled else readable(place),
        }
        module = "course_utils.grading.sandbox.zygote"
        line = [*before, sys.executable, "-P", "-m", module, str(theirs.fileno())]
        self.process = subprocess.Popen(
            [*line, json.dumps(settings)],
            env=CALM | {"PYTHONPATH": place, "HOME": place},  # parso asks for a home at import
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        theirs.close()
        self._await_warm()

    def _await_warm(self):
        self.socket.settimeout(START)
        try:
            if self.socket.recv(10) == b"warm":
                return
        except OSError:
            pass
        self.process.kill()
        said = self.process.communicate()[1].decode(errors="replace").strip().splitlines()
        self.close()
        raise SandboxRefused(
            f"the sandbox did not start: {said[-1] if said else 'no reason given'}"
        )

    def fork(self, request, sockets):
        """Return the lifeline of a new kernel; raise SandboxRefused if it cannot be shut in."""
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file, theirs:
            json.dump(request, file)
            file.seek(0)
            handed = [file.fileno(), theirs.fileno(), *(one.fileno() for one in sockets)]
            socket.send_fds(self.socket, [b"fork"], handed)
        mine.settimeout(FORK)
        try:
            said = mine.recv(1000).decode(errors="replace")
        except OSError as error:
            said = str(error)
        if said != "ready":
            mine.close()
            raise SandboxRefused(f"a kernel could not be shut in: {said or 'it ended at once'}")
        return mine

    def probe(self):
        """Shut in a process that ends at once; raise SandboxRefused if that is not possible."""
        limits = vars(Limits())
        walled = self.walled
        folder = bubblewrap.private_place() if walled else tempfile.mkdtemp(dir=self.shown)
        request = {"probe": True, "limits": limits, "folder": folder, "namespaces": self.walled}
        request |= {"files": {}, "environment": CALM, "others": 0}
        with self.fork(request, []):
            pass

    def alive(self):
        """Say whether it can fork, for the process that started it."""
        return self.owner == os.getpid() and self.process.poll() is None

    def close(self):
        """End it and remove its folder, if this process started it."""
        self.socket.close()
        if self.owner == os.getpid():
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stderr.close()
            shutil.rmtree(self.shown, ignore_errors=True)


def readable(shown) -> list[str]:
    """Return what may be read where Landlock alone is the wall."""
    settings = [f"/etc/{name}" for name in bubblewrap.SETTINGS]
    devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]
    return [*bubblewrap.SYSTEM, *settings, *bubblewrap.python_folders(), *devices, str(Path(shown))]


_running = {}


def zygote(walled) -> Zygote:
    """Return this process's zygote; start one if there is none, or if it has ended."""
    found = _running.get(walled)
    if found is None or not found.alive():
        if found is not None:
            found.close()
        found = _running[walled] = Zygote(walled)
        atexit.register(found.close)
    return found
