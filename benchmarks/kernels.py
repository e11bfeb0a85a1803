"""A kernel in the sandbox, forked warm, against one that starts cold without any protection.

From the start over one cell that imports NumPy to the kernel's end, wall time, in turns; ratio =
warm / cold. On a busy machine both are slower, and the ratio stays.

`python benchmarks/kernels.py --json`.
"""

import tempfile

from course_utils.grading.kernel import GradingKernel
from course_utils.grading.sandbox.protection import kind, provisioner
from measure import alternate, compare, options, report

CELL = "import numpy as np; np.zeros(3)"


def answer_one_cell(shut_in=None):
    """Start a kernel, run one cell, end it."""
    with tempfile.TemporaryDirectory() as folder:
        kernel = GradingKernel(folder, seconds=60, provisioner=shut_in)
        asked = kernel.execute_cell_input(CELL, allow_stdin=False)
        kernel.await_reply(asked, timeout=60)
        kernel.stop()


def main():
    choice = options(__doc__.splitlines()[0])
    shut_in = provisioner()
    seconds = alternate(
        {"warm": lambda: answer_one_cell(shut_in), "cold": answer_one_cell}, choice.runs
    )
    row = compare(seconds, ours="warm", theirs="cold")
    row = {
        "sandbox": kind(),
        "warm_ms": row["ours_ms"],
        "cold_ms": row["theirs_ms"],
        "warm_per_s": 1e3 / row["ours_ms"],
        "ratio": row["ratio"],
    }
    report("kernels", [row], choice.json)


if __name__ == "__main__":
    main()
