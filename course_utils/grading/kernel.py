"""A kernel for grading: it notices its death at once, and its output has a limit."""

import math
import os
import time
from queue import Empty

import zmq
from jupyter_client.manager import KernelManager
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager, RunningKernel

from course_utils.grading.environment import kernel_environment

POLL = 0.5  # seconds between two looks whether the kernel lives
OUTPUT_LIMIT = 5_000_000  # characters that one cell may write
LARGEST_MESSAGE = 50_000_000  # bytes; a larger one is not taken in at all
START = 60  # seconds that a kernel may take to start


class KernelTrouble(Exception):
    """A cell ended its kernel, ran too long or wrote too much; the message says which."""


class GradingKernel(RunningKernel):
    """nbval's kernel in a private folder, in this Python, with time limits.

    seconds: for one cell. end: when the whole notebook's time is over, by `time.monotonic`.
    provisioner: called with the kernel's manager, gives what starts the kernel; the kernel of a
    sandbox gets the files of the folder, and only them.
    """

    def __init__(self, folder, seconds, end=math.inf, provisioner=None):
        self.seconds, self.end = seconds, end
        self.deadline = None
        self.written = 0
        manager = KernelManager(
            kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
        )
        manager.context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
        if provisioner:
            manager.provisioner = provisioner(manager)
        with open(os.devnull, "w") as nowhere:
            manager.start_kernel(stderr=nowhere, cwd=str(folder), env=kernel_environment(folder))
        self.km, self.kc = manager, manager.client()
        self.kc.start_channels(hb=False)
        self._await_start()

    def _await_start(self):
        """Wait for the greeting of the output channel, then for the kernel itself."""
        end = time.monotonic() + START
        while time.monotonic() < end and self.is_alive():
            try:
                self._next("iopub", POLL)
                break
            except Empty:
                self.kc.kernel_info()  # an older ipykernel greets nobody
        self._ensure_iopub_up()

    def execute_cell_input(self, cell_input, allow_stdin=None):
        """Send a cell, and start its clock."""
        now = time.monotonic()
        if now >= self.end:
            raise KernelTrouble("the time for the whole notebook was over")
        self.deadline = min(now + self.seconds, self.end)
        self.written = 0
        return super().execute_cell_input(cell_input, allow_stdin=allow_stdin)

    def get_message(self, stream, timeout=None):
        """Return the next message; raise KernelTrouble at the death, the deadline or a flood."""
        if self.deadline is None:  # while the kernel starts, nbval's own waiting holds
            return self._next(stream, timeout)
        end = min(self.deadline, time.monotonic() + (timeout or self.seconds))
        while True:
            if time.monotonic() >= self.deadline:  # however many messages still come
                raise self._too_long()
            try:
                wait = max(0.01, min(POLL, end - time.monotonic()))
                message = self._next(stream, wait)
                self._count(message)
                return message
            except Empty:
                if not self.is_alive():
                    why = getattr(self.km.provisioner, "why", "")
                    raise KernelTrouble(why or "it ended the Python process it ran in") from None
                if end <= time.monotonic() < self.deadline:
                    raise
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
                raise KernelTrouble("it sent something that is no output of a cell") from None

    def _next(self, stream, timeout):
        """Return the next message; nbval would format each for its log, whether it logs or not."""
        get = {"iopub": self.kc.get_iopub_msg, "shell": self.kc.get_shell_msg}[stream]
        return get(timeout=timeout)

    def _too_long(self):
        if self.deadline == self.end:
            return KernelTrouble("the time for the whole notebook was over")
        return KernelTrouble(f"it ran longer than {self.seconds:g} seconds")

    def _count(self, message):
        content = message.get("content", {})
        self.written += 100  # a message without any text is work too
        self.written += len(str(content.get("text", ""))) + len(str(content.get("data", "")))
        if self.written > OUTPUT_LIMIT:
            raise KernelTrouble("it wrote more output than a notebook can hold")

    def stop(self):
        """End the kernel now, whatever state it is in."""
        if hasattr(self, "km"):
            super().stop()
