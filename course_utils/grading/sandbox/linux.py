"""Calls of the Linux kernel that Python 3.11 has no function for, through ctypes."""

import ctypes
import os
import platform

NEW_MOUNTS, NEW_NAMES, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
ALL_NEW = NEW_MOUNTS | NEW_NAMES | NEW_IPC | NEW_USER | NEW_PROCESSES | NEW_NETWORK
NOSUID, NODEV, NOEXEC, RECURSIVE, PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000
DIES_WITH_PARENT, DUMPABLE, DROP_BOUND, NO_NEW_PRIVILEGES, SUBREAPER = 1, 4, 24, 38, 36
CAPSET = {"x86_64": 126, "aarch64": 91}
NOBODY = 65534
CAPABILITIES_3 = 0x20080522
LAST_CAPABILITY = 63


def _library():
    return ctypes.CDLL(None, use_errno=True)


def call(name, *arguments) -> int:
    """Call a function of the C library and return its result; raise OSError if it is negative."""
    result = getattr(_library(), name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def system_call(number, *arguments) -> int:
    """Make a system call by its number; raise OSError if it fails."""
    return call("syscall", ctypes.c_long(number), *arguments)


def control(option, value):
    """Set a property of this process (prctl)."""
    zero = ctypes.c_ulong(0)
    call("prctl", option, ctypes.c_ulong(value), zero, zero, zero)


def unshare(flags):
    """Leave namespaces for new ones."""
    call("unshare", flags)


def mount(kind, place, flags=NOSUID | NODEV, settings=""):
    """Mount a new file system of a kind ("tmpfs", "proc") at a place."""
    call("mount", kind.encode(), place.encode(), kind.encode(), flags, settings.encode())


def keep_mounts_private():
    """Let no later mount or unmount be seen by another namespace."""
    call("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)


def map_only_myself():
    """Give this process, in a new user namespace, its own user and group and no other."""
    user, group = os.geteuid(), os.getegid()
    return {
        "/proc/self/setgroups": "deny",
        "/proc/self/uid_map": f"{user} {user} 1",
        "/proc/self/gid_map": f"{group} {group} 1",
    }


def drop_capabilities():
    """Give up every capability for good, also for programs started from here."""
    control(NO_NEW_PRIVILEGES, 1)
    for number in range(LAST_CAPABILITY + 1):
        try:
            control(DROP_BOUND, number)
        except OSError:
            break  # EINVAL: the kernel knows no more of them; EPERM: there are none to drop
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0)
    none = (ctypes.c_uint32 * 6)()
    system_call(CAPSET[platform.machine()], header, none)
