"""How every benchmark here measures: in turn, by medians, with a table and one JSON line.

Use: `times = alternate({"ours": f, "theirs": g})`, `rows.append({"n": n, **compare(times)})`,
`report("name", rows, as_json)`; `threads(1)` around what should run on one core.
"""

import argparse
import contextlib
import ctypes
import gc
import json
import statistics
import time
import tracemalloc
from pathlib import Path

from threadpoolctl import threadpool_limits


def options(description, **defaults):
    """Return the parsed command line: `--json`, `--runs`, and one option for each default.

    A list as default makes an option that takes several values of its first item's type.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON line at the end")
    parser.add_argument("--runs", type=int, default=20, help="measured runs of each candidate")
    for name, default in defaults.items():
        several = isinstance(default, list)
        kind = type(default[0] if several else default)
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=kind,
            default=default,
            nargs="+" if several else None,
        )
    return parser.parse_args()


@contextlib.contextmanager
def threads(count):
    """Let NumPy's BLAS, and PyTorch where it is installed, use `count` threads."""
    try:
        import torch
    except ModuleNotFoundError:
        torch = None
    before = torch.get_num_threads() if torch else None
    if torch:
        torch.set_num_threads(count)
    try:
        with threadpool_limits(count):
            yield
    finally:
        if torch:
            torch.set_num_threads(before)


def alternate(candidates, runs=20, warm_up=3, clock=time.perf_counter):
    """Return the seconds of each run, {name: [seconds, ...]}, the candidates taking turns.

    Every second round goes through them backwards, so that none always runs on the other's
    warm cache, and slow phases of the machine hit all alike. `warm_up` rounds are thrown away.
    Where everything runs on one thread, clock=time.process_time gives the same on an idle
    machine and does not count what other programs take on a busy one.
    """
    names = list(candidates)
    seconds = {name: [] for name in names}
    gc.disable()
    for turn in range(warm_up + runs):
        for name in names if turn % 2 == 0 else reversed(names):
            start = clock()
            candidates[name]()
            elapsed = clock() - start
            if turn >= warm_up:
                seconds[name].append(elapsed)
        gc.collect()
    gc.enable()
    return seconds


def compare(seconds, ours="ours", theirs="theirs"):
    """Return the two medians in milliseconds and their ratio, ours / theirs, as part of a row."""
    mine, peer = (statistics.median(seconds[name]) for name in (ours, theirs))
    return {"ours_ms": 1e3 * mine, "theirs_ms": 1e3 * peer, "ratio": mine / peer}


def allocated_peak(function):
    """Return the MiB that Python and NumPy hold at most during a call, the result included.

    Memory that others allocate (PyTorch, BLAS) is not seen; `resident_peak` sees it.
    """
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - before) / 2**20


def resident_peak(function):
    """Return the MiB by which the process grows at most during a call, or None outside Linux.

    Whatever an earlier call left to the allocator may be used again and is then not counted:
    call it once in a fresh process for each number.
    """
    refs, status = Path("/proc/self/clear_refs"), Path("/proc/self/status")
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # hand what is free back to the system first
    try:
        refs.write_text("5")  # 5 sets the high-water mark back to what is resident now
    except OSError:
        return None
    before = _kibibytes(status, "VmRSS")
    function()
    return (_kibibytes(status, "VmHWM") - before) / 1024


def report(name, rows, as_json):
    """Print the rows as a table and, if wanted, `{"name": ..., "rows": [...]}` as the last line."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = [columns] + [[_shown(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    print(name)
    for row in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
    if as_json:
        print(json.dumps({"name": name, "rows": rows}))


def _shown(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def _kibibytes(status, field):
    line = next(line for line in status.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1])
