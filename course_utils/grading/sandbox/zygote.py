"""A process that has everything imported, runs no learner's code, and forks a kernel for each.

`python -m course_utils.grading.sandbox.zygote DESCRIPTOR SETTINGS`, started by `warm`; each
message on the socket brings a request, a lifeline and the kernel's five listening sockets.
"""

import contextlib
import importlib
import json
import os
import socket
import sys

from course_utils.grading.sandbox import linux
from course_utils.grading.sandbox.guard import Guard, enter_namespaces, lifeline_from

IMPORTED = (
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.displayhook",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "numpy",
    "course_utils.answers",
    "course_utils.grading.observe",
)


def main(descriptor, settings):
    """Import, say "warm", and fork until the grader closes the socket."""
    grader = socket.socket(fileno=int(descriptor))
    settings = json.loads(settings)
    prepare(settings)
    sys.modules["debugpy"] = None  # ipykernel does without; a debugger would need TCP
    for name in IMPORTED:
        importlib.import_module(name)
    grader.send(b"warm")
    while True:
        message, descriptors, _, _ = socket.recv_fds(grader, 10, 10)
        if not message:
            return
        child = os.fork()
        if not child:
            grader.close()
            begin(settings, descriptors)
        for one in descriptors:
            os.close(one)
        os.waitpid(child, 0)


def prepare(settings):
    """Become a user without rights; nobody else may look into this process."""
    if settings["mount_proc"]:
        linux.mount("proc", "/proc", linux.NOSUID | linux.NODEV | linux.NOEXEC)
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(*[linux.NOBODY] * 3)
        os.setresuid(*[linux.NOBODY] * 3)
    linux.control(linux.NO_NEW_PRIVILEGES, 1)
    linux.control(linux.DUMPABLE, 0)


def begin(settings, descriptors):
    """Be the process between the zygote and the guard, which enters the namespaces."""
    request, lifeline, *sockets = descriptors
    lifeline = lifeline_from(lifeline)
    try:
        with open(request, encoding="utf-8") as file:
            request = json.load(file)
        if request["namespaces"]:
            enter_namespaces()
        if os.fork() == 0:
            Guard(request | {"readable": settings["readable"]}, lifeline, sockets).run()
    except BaseException as error:
        with contextlib.suppress(OSError):
            lifeline.send(f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
