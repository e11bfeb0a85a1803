"""Memory that Linux holds for a process and counts for none: what can hoard it, and how it ends."""

import platform
from functools import partial

import pytest
from told import told

from course_utils.grading.kernel import GradingKernel, KernelTrouble
from course_utils.grading.sandbox import protection, provisioner, seccomp
from course_utils.grading.sandbox.limits import Limits

CALLS = """
import ctypes
library = ctypes.CDLL(None, use_errno=True)
for call in {calls}:
    done = library.syscall(*map(ctypes.c_long, call))
    print("done" if done >= 0 else ctypes.get_errno(), end=" ")
"""
# Each holds hundreds of MiB if it is asked often enough: measured, or read in Linux's source.
HOARDS = {
    "events of folders": ("inotify_init1", 0),
    "events of files": ("fanotify_init", 0x200, 0),
    "rules of Landlock": ("landlock_create_ruleset", 0, 0, 1),
    "filters of others": ("seccomp", 3, 0, 0),
    "pages lent to a pipe": ("vmsplice", 1, 0, 0, 0),
    "pages of a file lent to a socket": ("sendfile", 1, 0, 0, 0),
    "asynchronous reading": ("io_setup", 100_000, 0),
}
PERMISSION = "1 "  # EPERM


@pytest.mark.parametrize("name", HOARDS)
def test_what_holds_memory_that_nobody_counts_is_refused(kernel, name):
    column = ["x86_64", "aarch64"].index(platform.machine())
    call, *arguments = HOARDS[name]
    numbers = seccomp.DENIED[call][column], *arguments
    assert told(kernel, CALLS.format(calls=[numbers])) == PERMISSION


LOCKS = """
import fcntl, struct
file, part = open("a", "w"), struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0)
for command in (fcntl.F_SETLK, fcntl.F_SETLKW, fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW):
    try:
        fcntl.fcntl(file, command, part)
        print("got it")
    except PermissionError:
        pass
fcntl.flock(file, fcntl.LOCK_EX)
print(fcntl.fcntl(file, fcntl.F_GETFD))
"""


def test_parts_of_a_file_cannot_be_locked_each_for_itself(kernel):
    """Such locks held 460 MiB of Linux's own memory after half a minute."""
    assert told(kernel, LOCKS) == "1\n"


def test_a_table_of_futexes_has_the_size_that_linux_gives_it(kernel):
    """From Linux 6.16 on a process may ask for a gigabyte of them; older ones know no such call."""
    table = (seccomp.PRCTL[platform.machine() == "aarch64"], 78, 1, 1 << 14, 0, 0)
    name = (seccomp.PRCTL[platform.machine() == "aarch64"], 3, 0, 0, 0, 0)  # PR_GET_DUMPABLE
    assert told(kernel, CALLS.format(calls=[table, name])) == PERMISSION + "done "


SOCKETS = """
import socket
for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM):
    try:
        one, other = socket.socketpair(socket.AF_UNIX, kind | socket.SOCK_CLOEXEC)
        one.send(b"x")
        print(other.recv(1))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
    except OSError as error:
        print(type(error).__name__)
"""


def test_a_socket_holds_no_more_than_is_usual(kernel):
    assert told(kernel, SOCKETS).split() == ["b'x'", "PermissionError"] * 2 + ["PermissionError"]


HELD_IN_SOCKETS = """
import os, socket, time
held = []
if os.fork() == 0:
    os.fork(), os.fork(), os.fork(), os.fork()
    try:
        while True:
            held += socket.socketpair()
            for one in held[-2:]:
                one.setblocking(False)
                try:
                    while True:
                        one.send(bytes(100_000))
                except BlockingIOError:
                    pass
    except OSError:
        time.sleep(60)
time.sleep(10)
print("alive")
"""


def test_what_waits_in_sockets_is_counted(made_of, tmp_path, monkeypatch):
    if made_of != "bubblewrap":
        pytest.skip("sockets are counted by namespace")
    monkeypatch.setattr(provisioner, "Limits", partial(Limits, memory=512 << 20))
    kernel = GradingKernel(tmp_path, seconds=30, provisioner=protection.provisioner())
    try:
        assert told(kernel, "import socket; held = [socket.socketpair() for _ in range(50)]") == ""
        with pytest.raises(KernelTrouble, match="MiB of memory"):
            told(kernel, HELD_IN_SOCKETS)
    finally:
        kernel.stop()


def test_if_the_machine_runs_out_of_memory_the_submission_ends(kernel):
    code = "try:\n    print(open('/proc/self/oom_score_adj').read())\n"
    code += "    open('/proc/self/oom_score_adj', 'w').write('0')\n"
    code += "except PermissionError:\n    print('no')"
    assert told(kernel, code).split() == ["1000", "no"]


def test_copying_a_file_does_without_the_quick_way(kernel):
    code = "import shutil; shutil.copy(shutil.__file__, 'a'); print(len(open('a').read()) > 1000)"
    assert told(kernel, code) == "True\n"


@pytest.mark.parametrize(
    "where",
    ["-1, 1 << 20", "os.open('/dev/zero', os.O_RDWR), 1 << 20", "-1, 1 << 20, flags=0x23"],
)
def test_there_is_no_memory_that_nobody_counts(kernel, where):
    """Shared memory of no file stays filled when its pages are let go: no process has it then."""
    code = f"import mmap, os\ntry:\n    mmap.mmap({where})\n    print('got it')\n"
    assert told(kernel, code + "except (OSError, ValueError) as e:\n    print(e)") != "got it\n"
    private = "mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)"
    assert told(kernel, f"print(len({private}))") == "1048576\n"
