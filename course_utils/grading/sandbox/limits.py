"""How much a submission may use: memory, processes, files, time of the processor."""

import os
from dataclasses import dataclass


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


def memory_of(processes) -> int:
    """Return the bytes of memory that these processes hold for themselves."""
    page, total = os.sysconf("SC_PAGE_SIZE"), 0
    for process in processes:
        try:
            with open(f"/proc/{process}/statm") as file:
                resident, shared = file.read().split()[1:3]
        except (OSError, ValueError):
            continue  # it has ended
        total += (int(resident) - int(shared)) * page
    return total


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


def held_in(folder) -> int:
    """Return the bytes that a file system in memory holds."""
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize
