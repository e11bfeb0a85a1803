"""A kernel for grading: it notices its death at once, and its output has a limit."""

import contextlib
import math
import os
import time
from collections import deque
from queue import Empty

import zmq
from jupyter_client.manager import KernelManager
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager, RunningKernel

from course_utils.grading.environment import kernel_environment
from course_utils.grading.memory_watch import MemoryWatch

POLL = 0.5  # seconds between two looks whether the kernel lives
OUTPUT_LIMIT = 5_000_000  # characters that one cell may write
LARGEST_MESSAGE = 50_000_000  # bytes of one part; a larger one is not taken in at all
LARGEST_READ = 2 * OUTPUT_LIMIT  # bytes of a message; read as JSON, three of them can become 72
MOST_PARTS = 100  # of one message; a kernel's have seven, and one for each buffer of a widget
START = 60  # seconds that a kernel may take to start
FLOOD = "it wrote more output than a notebook can hold"


class KernelTrouble(Exception):
    """A cell ended its kernel, ran too long or wrote too much; the message says which."""


class GradingKernel(RunningKernel):
    """nbval's kernel in a private folder, in this Python; no wait for it is without an end.

    seconds: for one cell. end: when the whole notebook's time is over, by `time.monotonic`.
    provisioner: called with the kernel's manager, gives what starts the kernel; the kernel of a
    sandbox gets the files of the folder, and only them. Raises KernelTrouble if it does not start.
    """

    def __init__(self, folder, seconds, end=math.inf, provisioner=None):
        self.seconds, self.end = seconds, end
        self.deadline, self.written = math.inf, 0
        self.early = deque()  # what the kernel wrote before it was asked for
        self.kc, self.watch = None, None
        self.km = KernelManager(
            kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
        )
        self.km.context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
        if provisioner:
            self.km.provisioner = provisioner(self.km)
        try:
            self._start(folder)
        except BaseException:
            self.stop()
            raise

    def _start(self, folder):
        with open(os.devnull, "w") as nowhere:
            self.km.start_kernel(stderr=nowhere, cwd=str(folder), env=kernel_environment(folder))
        self.kc = self.km.client()
        self.kc.start_channels(hb=False)
        self.watch = MemoryWatch(self._end_at_once)
        self._await_start()

    def _await_start(self):
        """Wait until the kernel answers on both channels."""
        end, asked = time.monotonic() + START, set()
        self._arrives("iopub", lambda message: True)  # an older ipykernel greets nobody
        while time.monotonic() < end:
            if not self.is_alive():
                raise KernelTrouble(self._why("the kernel ended while it started"))
            asked.add(self.kc.kernel_info())
            if self._arrives("shell", lambda message: _answers(message, asked)) and self._arrives(
                "iopub", lambda message: _answers(message, asked) and _is_idle(message)
            ):
                return
        raise KernelTrouble(f"the kernel did not start within {START} seconds")

    def _arrives(self, stream, wanted):
        """Say whether a message that is wanted comes soon; those before it are dropped."""
        end = time.monotonic() + POLL
        while time.monotonic() < end:
            try:
                if wanted(self._next(stream, end - time.monotonic())):
                    return True
            except Empty:
                break
        return False

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
        end = min(self.deadline, time.monotonic() + (timeout or self.seconds))
        while True:
            if time.monotonic() >= self.deadline:  # however many messages still come
                raise self._too_long()
            try:
                return self._next(stream, min(POLL, end - time.monotonic()))
            except Empty:
                if not self.is_alive():
                    raise KernelTrouble(
                        self._why("it ended the Python process it ran in")
                    ) from None
                if end <= time.monotonic() < self.deadline:
                    raise
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
                raise KernelTrouble("it sent something that is no output of a cell") from None

    def _next(self, stream, seconds):
        """Return the next message, or raise Empty.

        What a cell writes is taken in while its reply is awaited: ZeroMQ holds a thousand messages
        and drops the others, also the one that says that the cell has ended.
        """
        if stream == "iopub" and self.early:
            return self.early.popleft()
        iopub, shell = self.kc.iopub_channel, self.kc.shell_channel
        channels = [iopub] if stream == "iopub" else [shell, iopub]
        poller = zmq.Poller()
        for channel in channels:
            poller.register(channel.socket, zmq.POLLIN)
        end = time.monotonic() + seconds
        while True:
            ready = dict(poller.poll(max(10, int(1000 * (end - time.monotonic())))))
            if channels[0].socket in ready:
                return self._receive(channels[0])
            if ready:
                self.early.append(self._receive(iopub))
            if not ready or time.monotonic() > end:
                raise Empty

    def _receive(self, channel):
        """Return a message; jupyter_client would take in as many parts as there are."""
        parts = [channel.socket.recv()]
        while channel.socket.getsockopt(zmq.RCVMORE):
            if len(parts) == MOST_PARTS:
                raise KernelTrouble(FLOOD)
            parts.append(channel.socket.recv())
        if sum(map(len, parts)) > LARGEST_READ:
            raise KernelTrouble(FLOOD)
        _, rest = channel.session.feed_identities(parts)
        message = channel.session.deserialize(rest)
        self._count(message)
        return message

    def _why(self, otherwise):
        """Return why the kernel has ended."""
        if self.watch and self.watch.flooded:
            return FLOOD
        return getattr(self.km.provisioner, "why", "") or otherwise

    def _too_long(self):
        if self.deadline == self.end:
            return KernelTrouble("the time for the whole notebook was over")
        return KernelTrouble(f"it ran longer than {self.seconds:g} seconds")

    def _count(self, message):
        """Add up what a cell writes; a message without any text is work too."""
        parts = (message.get(name, "") for name in ("content", "metadata"))
        self.written += 100 + sum(len(str(part)) for part in parts)
        self.written += sum(len(buffer) for buffer in message.get("buffers", ()))
        if self.written > OUTPUT_LIMIT:
            raise KernelTrouble(FLOOD)

    def _end_at_once(self):
        """End the kernel from another thread than the one that listens to it."""
        import psutil

        shut_in = getattr(self.km.provisioner, "end_at_once", None)
        with contextlib.suppress(OSError, psutil.Error):
            if shut_in:
                shut_in()
            else:
                kernel = psutil.Process(self.km.provisioner.pid)
                for process in [*kernel.children(recursive=True), kernel]:
                    process.kill()

    def stop(self):
        """End the kernel now, whatever state it is in."""
        if self.watch:
            self.watch.stop()
        if self.kc:
            self.kc.stop_channels()
        if hasattr(self, "km"):
            self.km.shutdown_kernel(now=True)
            del self.km


def _answers(message, asked):
    return message["parent_header"].get("msg_id") in asked


def _is_idle(message):
    return message["content"].get("execution_state") == "idle"
