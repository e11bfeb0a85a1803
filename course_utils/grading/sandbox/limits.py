"""How much a submission may use: memory, processes, files, time of the processor."""

import os
import socket
from dataclasses import dataclass
from functools import cache

# Lines of /proc in KiB, without files on disk; Shmem are files in memory.
RESIDENT = ("RssAnon:", "RssShmem:", "VmSwap:")
SHARE = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")


@dataclass(frozen=True)
class Limits:
    """What one submission's processes may use; bytes, counts and seconds.

    memory: what all of them hold together, files in the private folder too. addresses: one
    process; an array that is larger than what is left gives a MemoryError. scratch: the private
    folder, which lies in memory. file: one file. cpu: one process.
    """

    memory: int = 1536 << 20
    addresses: int = 2560 << 20
    scratch: int = 64 << 20
    scratch_files: int = 4000
    file: int = 32 << 20
    processes: int = 48
    open_files: int = 256
    cpu: int = 1200


def set_limits(limits, others=0):
    """Set the limits of this process and of those it starts.

    others: how many processes of the same user there are already, where they are counted together.
    """
    import resource  # Windows has none, and reads this module too

    values = {
        resource.RLIMIT_AS: limits.addresses,
        resource.RLIMIT_FSIZE: limits.file,
        resource.RLIMIT_NPROC: limits.processes + others,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CPU: limits.cpu,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 1 << 16,
        resource.RLIMIT_MSGQUEUE: 1 << 16,
    }
    for which, value in values.items():
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def resident_in(processes) -> int:
    """Return the bytes that these processes hold, what they share counted for each of them.

    It is never less than `memory_of`, and much quicker to ask.
    """
    return sum(_field_sum(f"/proc/{process}/status", RESIDENT) for process in processes)


def memory_of(processes) -> int:
    """Return the bytes of memory that these processes hold, what they share counted once."""
    total = 0
    for process in processes:
        share = _field_sum(f"/proc/{process}/smaps_rollup", SHARE)
        total += share or resident_in([process])  # a process may forbid to look into it
    return total


def is_still(process) -> bool:
    """Say whether a process is stopped, or has ended."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(") ")[2][0] in "TtZX"
    except OSError:
        return True


def _field_sum(path, names):
    """Return the sum of these lines of a file of /proc, in bytes; 0 for what has ended."""
    try:
        with open(path) as file:
            rows = [line.split() for line in file]
    except OSError:
        return 0
    return sum(int(row[1]) << 10 for row in rows if row[0] in names)


def tasks_of(user) -> int:
    """Return how many threads of a user there are on this machine, which is what Linux limits."""
    total = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{name}").st_uid == user:
                total += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue  # it has ended
    return total


def most_in_sockets() -> int:
    """Return how many bytes the sockets of this process's network namespace can hold.

    What is sent waits in the memory of Linux, counted for no process; for each socket there is
    room for what was sent by it. Files that are under way in another socket are seen too.
    """
    with open("/proc/net/unix") as file:
        sockets = sum(1 for _ in file) - 1
    return sockets * _room_of_one()


@cache
def _room_of_one():
    one, other = socket.socketpair()
    with one, other:
        return one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)


def held_in(folder) -> int:
    """Return the bytes that a file system in memory holds."""
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize
