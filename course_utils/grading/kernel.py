"""A kernel for grading: it notices its death at once, and its output has a limit."""

import os
import time
from queue import Empty

from nbval.kernel import CURRENT_ENV_KERNEL_NAME, RunningKernel, start_new_kernel

from course_utils.grading.environment import kernel_environment

POLL = 0.5  # seconds between two looks whether the kernel lives
OUTPUT_LIMIT = 5_000_000  # characters that one cell may write


class KernelTrouble(Exception):
    """A cell ended its kernel, ran too long or wrote too much; the message says which."""


class GradingKernel(RunningKernel):
    """nbval's kernel in a private folder, in this Python, with a time limit for a cell."""

    def __init__(self, folder, seconds, startup_timeout=60):
        with open(os.devnull, "w") as nowhere:
            self.km, self.kc = start_new_kernel(
                startup_timeout=startup_timeout,
                kernel_name=CURRENT_ENV_KERNEL_NAME,
                stderr=nowhere,
                cwd=str(folder),
                env=kernel_environment(folder),
            )
        self.seconds = seconds
        self.deadline = None
        self.written = 0
        self._ensure_iopub_up()

    def execute_cell_input(self, cell_input, allow_stdin=None):
        """Send a cell, and start its clock."""
        self.deadline = time.monotonic() + self.seconds
        self.written = 0
        return super().execute_cell_input(cell_input, allow_stdin=allow_stdin)

    def get_message(self, stream, timeout=None):
        """Return the next message; raise KernelTrouble at the death, the deadline or a flood."""
        if self.deadline is None:  # while the kernel starts, nbval's own waiting holds
            return super().get_message(stream, timeout=timeout)
        end = min(self.deadline, time.monotonic() + (timeout or self.seconds))
        while True:
            try:
                wait = max(0.01, min(POLL, end - time.monotonic()))
                message = super().get_message(stream, timeout=wait)
            except Empty:
                if not self.is_alive():
                    raise KernelTrouble("it ended the Python process it ran in") from None
                if time.monotonic() >= self.deadline:
                    raise KernelTrouble(f"it ran longer than {self.seconds:g} seconds") from None
                if time.monotonic() >= end:
                    raise
                continue
            self._count(message)
            return message

    def _count(self, message):
        content = message.get("content", {})
        self.written += len(str(content.get("text", ""))) + len(str(content.get("data", "")))
        if self.written > OUTPUT_LIMIT:
            raise KernelTrouble("it wrote more output than a notebook can hold")

    def stop(self):
        """End the kernel now, whatever state it is in."""
        if hasattr(self, "km"):
            super().stop()
