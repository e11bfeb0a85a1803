"""Landlock through ctypes: what this process and its children may touch, whoever they are."""

import ctypes
import os

from course_utils.grading.sandbox.linux import NO_NEW_PRIVILEGES, control, system_call

CREATE, ADD_RULE, RESTRICT = 444, 445, 446
BENEATH = 1
EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
TCP = 0b11  # bind and connect
OTHERS = 0b11  # connect to abstract sockets of others, send signals to others
FILE_RIGHTS = EXECUTE | WRITE | READ | TRUNCATE | DEVICE_CONTROL


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """Return the version of Landlock's interface that this machine offers; 0 for none."""
    try:
        return system_call(CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except (OSError, AttributeError):
        return 0


def all_rights(abi) -> int:
    """Return every right over files that this version knows.

    >>> all_rights(1) == 2**13 - 1, all_rights(7) == 2**16 - 1
    (True, True)
    """
    later = (abi >= 2) * REFER | (abi >= 3) * TRUNCATE | (abi >= 5) * DEVICE_CONTROL
    return (1 << 13) - 1 | later


def restrict(readable, writable):
    """Allow this process to read below some paths and to write below others, and no more.

    From version 4 on TCP is closed too, from version 6 on signals to processes outside and
    their abstract sockets. Holds for every process started from here, and cannot be undone.
    """
    abi = version()
    rights = all_rights(abi)
    fields = [rights, TCP if abi >= 4 else 0, OTHERS if abi >= 6 else 0]
    fields = fields[: 1 + (abi >= 4) + (abi >= 6)]
    rules = (ctypes.c_uint64 * len(fields))(*fields)
    size = ctypes.c_size_t(ctypes.sizeof(rules))
    ruleset = system_call(CREATE, rules, size, ctypes.c_uint32(0))
    for paths, allowed in ((readable, EXECUTE | READ | LIST), (writable, rights)):
        for path in paths:
            _allow(ruleset, path, allowed & rights)
    control(NO_NEW_PRIVILEGES, 1)
    system_call(RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(ruleset, path, allowed):
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    allowed = allowed if os.path.isdir(path) else allowed & FILE_RIGHTS
    rule = _Rule(allowed, folder)
    number = ctypes.c_int(ruleset)
    system_call(ADD_RULE, number, ctypes.c_int(BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    os.close(folder)
