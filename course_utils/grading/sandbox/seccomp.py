"""A filter of system calls: what a submission needs for nothing, and an attacker for much.

Namespaces and Landlock say what may be touched; this keeps a submission away from parts of the
Linux kernel that neither of them rules, where faults were found again and again, or that hold
memory for a process which no count of its memory has: queues of events, rules, locks, lent pages.
"""

import ctypes
import errno
import platform

from course_utils.grading.sandbox.linux import NO_NEW_PRIVILEGES, call, control

SET_FILTER, FILTER = 22, 2
LOAD, EQUAL, HAS_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
NUMBER, MACHINE, ARGUMENTS = 0, 4, (16, 24, 32, 40)  # what a filter may read, and where
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
OTHER_TABLE = 0x40000000  # numbers of x32, a second way to make the same calls
NEW_NAMESPACES = 0x7E020000  # flags of clone
LOCAL = 1  # AF_UNIX
# name: number on x86_64, on aarch64
CLONE, CLONE3, SOCKET, MMAP = (56, 220), (435, 435), (41, 198), (9, 222)
SOCKETPAIR, SET_OPTION, PRCTL, FCNTL = (53, 199), (54, 208), (157, 167), (72, 25)
SHARED, NO_FILE = 0x01, 0x20  # flags of mmap
DATAGRAMS = 2  # a bit of the type of a socket: one that any number of others may send to
SEND_BUFFER = 7  # an option of sockets
# Commands of fcntl that lock parts of a file, any number of them; flock locks it once.
LOCKS = (6, 7, 37, 38)
FUTEX_TABLE = 78  # of prctl: a table as large as one likes, in the memory of Linux itself
DENIED = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "connect": (42, 203),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "inotify_init": (253, 26),
    "inotify_init1": (294, 26),
    "io_setup": (206, 0),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "landlock_add_rule": (445, 445),
    "landlock_create_ruleset": (444, 444),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "seccomp": (317, 277),
    "semget": (64, 190),
    "sendfile": (40, 71),
    "setns": (308, 268),
    "shmget": (29, 194),
    "splice": (275, 76),
    "syslog": (103, 116),
    "tee": (276, 77),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vmsplice": (278, 75),
}


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def program(machine) -> list[tuple[int, int, int, int]]:
    """Return the filter for a machine as steps (code, jump if true, if false, value)."""
    kind, column = MACHINES[machine]
    refuse = (RETURN, 0, 0, FAIL | errno.EPERM)
    steps = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, kind), refuse]
    steps += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, OTHER_TABLE), refuse]
    for numbers in DENIED.values():
        steps += [(EQUAL, 0, 1, numbers[column]), refuse]
    # Memory that is shared and of no file stays when a process lets go of it: nobody counts it.
    steps += [(EQUAL, 0, 5, MMAP[column]), (LOAD, 0, 0, ARGUMENTS[3])]
    steps += [(HAS_BIT, 0, 2, NO_FILE), (HAS_BIT, 0, 1, SHARED), refuse, (RETURN, 0, 0, ALLOW)]
    # What one socket holds is known (see guard.py) as long as nobody changes it.
    for numbers, argument, test in (
        (SOCKET, 1, (HAS_BIT, 0, 1, DATAGRAMS)),
        (SOCKETPAIR, 1, (HAS_BIT, 0, 1, DATAGRAMS)),
        (SET_OPTION, 2, (EQUAL, 0, 1, SEND_BUFFER)),
        (PRCTL, 0, (EQUAL, 0, 1, FUTEX_TABLE)),
        *((FCNTL, 1, (EQUAL, 0, 1, command)) for command in LOCKS),
    ):
        steps += [(EQUAL, 0, 4, numbers[column]), (LOAD, 0, 0, ARGUMENTS[argument])]
        steps += [test, refuse, (LOAD, 0, 0, NUMBER)]
    # The C library falls back to clone, whose flags can be read here.
    steps += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, FAIL | errno.ENOSYS)]
    steps += [(EQUAL, 0, 4, CLONE[column]), (LOAD, 0, 0, ARGUMENTS[0])]
    steps += [(HAS_BIT, 0, 1, NEW_NAMESPACES), refuse, (RETURN, 0, 0, ALLOW)]
    steps += [(EQUAL, 0, 3, SOCKET[column]), (LOAD, 0, 0, ARGUMENTS[0])]
    return [*steps, (EQUAL, 1, 0, LOCAL), refuse, (RETURN, 0, 0, ALLOW)]


def filter_calls():
    """Refuse the calls above to this process, and to all that it starts, for good.

    Does nothing on a machine whose numbers are not known here.
    """
    if platform.machine() not in MACHINES:
        return
    steps = program(platform.machine())
    array = (_Step * len(steps))(*(_Step(*step) for step in steps))
    made = _Program(len(steps), array)
    control(NO_NEW_PRIVILEGES, 1)
    call("prctl", SET_FILTER, ctypes.c_ulong(FILTER), ctypes.byref(made))
