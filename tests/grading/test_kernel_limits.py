"""A kernel that does not start, ends, or sends without end: each costs a known time and memory."""

import os
import sys

import psutil
import pytest
from endless_message import ENDLESS_MESSAGE

from course_utils.grading import kernel, memory_watch
from course_utils.grading.kernel import GradingKernel, KernelTrouble

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
MANY_PARTS = "get_ipython().kernel.iopub_thread.socket.send_multipart([b''] * 100_000)"
HEAVY_METADATA = """
from IPython.display import publish_display_data
for _ in range(60):
    publish_display_data({"text/plain": "x"}, metadata={"a": "x" * 100_000})
"""
UPDATES = """
from IPython.display import display
shown = display("x", display_id=True)
for _ in range(2_500):
    shown.update("y")
"""
MORE_UPDATES = UPDATES.replace("2_500", "4_500").replace('"y"', '"y" * 3_000')
BUFFERS = """
import zmq
kernel = get_ipython().kernel
for _ in range(3):
    kernel.session.send(
        kernel.iopub_socket, "comm_msg", {}, parent=kernel.get_parent(), buffers=[bytes(2_000_000)]
    )
"""

MANY_OBJECTS = """
kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent()["header"]
texts = [session.pack(session.msg_header("stream")), session.pack(parent), b"{}"]
texts += [b'{"name": "stdout", "text": [' + b"{}," * 5_000_000 + b"{}]}"]
message = [b"stream", b"<IDS|MSG>", session.sign(texts), *texts]
kernel.iopub_thread.send_multipart(message)
"""


@pytest.fixture
def started(tmp_path):
    """Return a kernel."""
    made = GradingKernel(tmp_path, seconds=30)
    yield made
    made.stop()


def run(kernel, source):
    asked = kernel.execute_cell_input(source, allow_stdin=False)
    kernel.await_reply(asked)
    kernel.await_idle(asked, 30)


def children():
    return {one.pid for one in psutil.Process().children(recursive=True)}


@pytest.fixture
def starting_with(monkeypatch, tmp_path):
    """Return a function that tries to start a kernel whose process runs other code."""

    def start(code):
        before = children()
        line = [sys.executable, "-c", code, "{connection_file}"]
        monkeypatch.setattr(kernel.NbvalKernelspecManager, "get_kernel_spec", spec(line))
        monkeypatch.setattr(kernel, "START", 2)
        with pytest.raises(KernelTrouble) as trouble:
            GradingKernel(tmp_path, seconds=60)
        assert children() <= before
        return str(trouble.value)

    def spec(line):
        def get_kernel_spec(manager, name):
            return manager.kernel_spec_class(argv=line, display_name=name, language="python")

        return get_kernel_spec

    return start


def test_a_kernel_that_never_answers_is_given_up_and_leaves_no_process(starting_with):
    told = starting_with("import time; time.sleep(1000)")
    assert told == "the kernel did not start within 2 seconds"


def test_a_kernel_that_ends_at_once_is_noticed(starting_with):
    assert starting_with("") == "the kernel ended while it started"


def test_a_folder_that_is_gone_is_an_error_and_no_wait(tmp_path):
    before = children()
    with pytest.raises(FileNotFoundError):
        GradingKernel(tmp_path / "gone", seconds=60)
    assert children() <= before


@pytest.mark.parametrize("source", [MANY_PARTS, HEAVY_METADATA, UPDATES, BUFFERS])
def test_whatever_a_cell_sends_is_counted(started, source, monkeypatch):
    if source is UPDATES:  # the same with fewer
        monkeypatch.setattr(kernel, "OUTPUT_LIMIT", 300_000)
    with pytest.raises(KernelTrouble, match="more output than a notebook can hold"):
        run(started, source)


def test_more_messages_than_zeromq_holds_are_no_fault(started, monkeypatch):
    """Two thousand wait to be read, and a few MB; the next would be dropped, the end among them."""
    monkeypatch.setattr(kernel, "OUTPUT_LIMIT", 100_000_000)
    run(started, MORE_UPDATES)


def test_a_message_is_measured_before_it_is_read(started, monkeypatch):
    """As JSON it would be twenty times as large; 45 MB were more than a gigabyte."""
    read = []
    unpack = started.kc.session.unpack
    monkeypatch.setattr(
        started.kc.session, "unpack", lambda text: read.append(text) or unpack(text)
    )
    with pytest.raises(KernelTrouble, match="more output than a notebook can hold"):
        run(started, MANY_OBJECTS)
    assert read
    assert max(map(len, read)) < kernel.LARGEST_READ


@LINUX
def test_a_message_that_never_ends_does_not_fill_the_memory(tmp_path, monkeypatch):
    """Its parts wait inside of ZeroMQ, where no count of messages sees them."""
    monkeypatch.setattr(memory_watch, "MORE", 100 << 20)
    made = GradingKernel(tmp_path, seconds=60)
    try:
        with pytest.raises(KernelTrouble, match="more output than a notebook can hold"):
            run(made, ENDLESS_MESSAGE + "threading.Event().wait()")
    finally:
        made.stop()
    looked_late = 100 << 20  # what may arrive between two looks
    assert psutil.Process().memory_info().rss < made.watch.limit + looked_late
    assert not made.watch.thread.is_alive()


def test_a_kernel_in_a_folder_that_vanishes_still_ends(tmp_path):
    (tmp_path / "private").mkdir()
    made = GradingKernel(tmp_path / "private", seconds=30)
    try:
        run(made, "import os, shutil; shutil.rmtree(os.getcwd())")
        run(made, "import random, numpy; 1 + 1")
        with pytest.raises(KernelTrouble, match="ended the Python process"):
            run(made, "import os; os._exit(0)")
    finally:
        made.stop()
    assert not os.path.exists(tmp_path / "private")
