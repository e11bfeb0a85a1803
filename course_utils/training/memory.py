"""Keep freed memory in the process while training, instead of giving it back at every step."""

import ctypes
import functools

# From malloc.h of the GNU C library.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3


@functools.cache
def keep_freed_memory():
    """Tell the C library to keep up to 512 MiB that was freed; return whether it understood.

    A step frees all it computed, and the next asks for the same again. The GNU C library hands
    it back to the system in between, which then has to clear some 2,700 pages a step (batch 64):
    a quarter of the time. Other systems keep it by themselves.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(mallopt(MMAP_THRESHOLD, 32 << 20) and mallopt(TRIM_THRESHOLD, 512 << 20))
