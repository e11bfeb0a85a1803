"""Greedy decoding with a key-value cache against decoding without, by length.

The translator of lesson 10 (2 + 1 layers, d_model 64) with untrained float32 weights, made to
write exactly so many words. ratio = cached / uncached in CPU time on one thread, so below 1 the
cache pays.

`python benchmarks/decoding.py --json`; `--lengths`, `--batch`.
"""

import time

import numpy as np

from course_utils.model.decoding import cached_greedy_decode, greedy_decode
from course_utils.model.parameters import cast, transformer_parameters
from measure import alternate, compare, options, report, threads

WORDS, SOURCE_LENGTH, START = 80, 10, 0
NEVER = -1  # an end marker that no argmax gives


def measure(length, batch, runs):
    """Return a row for one length, after both ways have written the same words."""
    rng = np.random.default_rng(0)
    params = cast(transformer_parameters(rng, WORDS, WORDS), np.float32)
    source = rng.integers(WORDS, size=(batch, SOURCE_LENGTH))
    arguments = (params, source, START, NEVER, length)
    np.testing.assert_array_equal(cached_greedy_decode(*arguments), greedy_decode(*arguments))
    seconds = alternate(
        {
            "cached": lambda: cached_greedy_decode(*arguments),
            "uncached": lambda: greedy_decode(*arguments),
        },
        runs,
        clock=time.process_time,
    )
    row = compare(seconds, ours="cached", theirs="uncached")
    return {
        "length": length,
        "batch": batch,
        "cached_ms": row["ours_ms"],
        "uncached_ms": row["theirs_ms"],
        "ratio": row["ratio"],
    }


def main():
    choice = options(__doc__.splitlines()[0], lengths=[8, 16, 32, 64, 128], batch=[1, 32])
    with threads(1):
        rows = [measure(n, batch, choice.runs) for batch in choice.batch for n in choice.lengths]
    report("decoding", rows, choice.json)


if __name__ == "__main__":
    main()
