"""Attention by length, against PyTorch's scaled_dot_product_attention: time and memory.

Three forms of ours: the textbook (lesson 3), the same with its temporaries reused, and
`chunked_attention` (lesson 11). One head, d = 64, float32, normal Q, K and V. ratio = ours /
PyTorch's, of CPU time on one thread, of the clock on the wall on two, where NumPy's halves of the
queries run in two Python threads.

`python benchmarks/attention_scaling.py --json`; `--lengths`, `--threads`, `--spread` (standard
deviation of Q and K: from about 2 on scores are so large that `chunked_attention` must search
for the largest, which it is spared at 1).
"""

import concurrent.futures
import itertools
import subprocess
import sys
import time

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention

from course_utils.model.attention import attention
from course_utils.model.chunked_attention import chunked_attention
from measure import allocated_peak, alternate, compare, options, report, resident_peak, threads

D = 64


def textbook(Q, K, V):
    return attention(Q, K, V)[0]


def in_place(Q, K, V):
    weights = Q @ K.T
    weights /= Q.shape[-1] ** 0.5
    weights -= np.max(weights, axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    output = weights @ V
    output /= np.sum(weights, axis=-1, keepdims=True)
    return output


FORMS = {"textbook": textbook, "in_place": in_place, "chunked": chunked_attention}


def draw(n, spread=1.0):
    """Return Q, K, V of n rows each and the same numbers as PyTorch takes them."""
    rng = np.random.default_rng(0)
    Q, K, V = (rng.normal(size=(n, D)).astype(np.float32) for _ in range(3))
    arrays = [np.float32(spread) * Q, np.float32(spread) * K, V]
    # With fewer than four axes PyTorch does not take its fused kernel.
    return arrays, [torch.from_numpy(A)[None, None] for A in arrays]


def shared(function, pool, count):
    """Return the function with its queries divided among the threads of a pool."""

    def run(Q, K, V):
        parts = pool.map(lambda part: function(part, K, V), np.array_split(Q, count))
        return np.concatenate(list(parts))

    return run if count > 1 else function


def time_rows(n, count, runs, spread):
    """Return a row for each form at one length, all timed in turn with the peer."""
    arrays, tensors = draw(n, spread)
    rows = []
    # One BLAS thread each: the Python threads are ours, `count` is PyTorch's own number.
    with threads(1), concurrent.futures.ThreadPoolExecutor(count) as pool:
        torch.set_num_threads(count)
        forms = {name: shared(form, pool, count) for name, form in FORMS.items()}
        expected = scaled_dot_product_attention(*tensors).numpy()[0, 0]
        for form in forms.values():
            np.testing.assert_allclose(form(*arrays), expected, atol=1e-4)
        candidates = {name: lambda form=form: form(*arrays) for name, form in forms.items()}
        candidates["peer"] = lambda: scaled_dot_product_attention(*tensors)
        clock = time.process_time if count == 1 else time.perf_counter
        seconds = alternate(candidates, runs, clock=clock)
    for name in FORMS:
        row = {"n": n, "form": name, "threads": count, "spread": spread}
        rows.append(row | compare(seconds, ours=name, theirs="peer"))
    return rows


def our_peak(form, n):
    """Return the MiB that one of our forms holds at most, its result included."""
    arrays, _ = draw(n)
    return allocated_peak(lambda: FORMS[form](*arrays))


def peers_peak(n):
    """Return the MiB by which PyTorch grows a fresh process, or None where it cannot be seen."""
    command = [sys.executable, __file__, "--peer-peak", str(n)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return None if printed.strip() == "None" else float(printed)


def measure_peer_in_this_process(n):
    """Print the peak of the peer alone; a short call first loads what is loaded once."""
    with threads(1):
        scaled_dot_product_attention(*draw(256)[1])
        _, tensors = draw(n)
        print(resident_peak(lambda: scaled_dot_product_attention(*tensors)))


def main():
    choice = options(
        __doc__.splitlines()[0],
        lengths=[256, 512, 1024, 2048, 4096, 8192],
        threads=[1],
        spread=[1.0],
        peer_peak=0,
    )
    if choice.peer_peak:
        measure_peer_in_this_process(choice.peer_peak)
        return
    rows = []
    for n in choice.lengths:
        peaks = {form: our_peak(form, n) for form in FORMS}
        peers = peers_peak(n)
        for count, spread in itertools.product(choice.threads, choice.spread):
            for row in time_rows(n, count, choice.runs, spread):
                rows.append(row | {"peak_mib": peaks[row["form"]], "theirs_peak_mib": peers})
    report("attention_scaling", rows, choice.json)


if __name__ == "__main__":
    with torch.no_grad():
        main()
