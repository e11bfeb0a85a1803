"""The kernel itself, in a process that was forked with everything imported."""

import subprocess

import zmq
from ipykernel import kernelapp
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
ARGUMENTS = ["--HistoryManager.enabled=False", "--IPKernelApp.parent_handle=0"]


def listen_on(socket, descriptor, place):
    """Let a ZeroMQ socket take its connections from a socket that the grader opened."""
    socket.setsockopt(zmq.USE_FD, descriptor)
    socket.bind(place)


class HandedHeartbeat(Heartbeat):
    """A heartbeat on a socket that the grader opened."""

    descriptor = None

    def _try_bind_socket(self):
        listen_on(self.socket, self.descriptor, f"ipc://{self.ip}-{self.port}")


class OutputThread(IOPubThread):
    """The thread that sends output, without the TCP port for what forked children print."""

    def __init__(self, socket, pipe=False, **more):  # more: the session, since ipykernel 7.2
        super().__init__(socket, pipe=False, **more)


class HandedKernel(IPKernelApp):
    """A kernel that opens no socket and no connection file of its own."""

    connection, descriptors = None, None

    def init_connection_file(self):
        """Take what a connection file would hold."""
        self.load_connection_info(self.connection)

    def write_connection_file(self, **kwargs):
        """Write none."""

    def log_connection_info(self):
        """Log nothing."""

    def _bind_socket(self, s, port):
        listen_on(s, self.descriptors[port], f"ipc://{self.ip}-{port}")
        return port

    def init_control(self, context):
        """Leave away the debugger's own connection to the shell channel: connecting is denied."""
        self.shell_socket.getsockopt = lambda option: b""  # no address
        super().init_control(context)
        del self.shell_socket.getsockopt

    def init_heartbeat(self):
        """Start the heartbeat."""
        self.heartbeat = HandedHeartbeat(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.descriptor = self.descriptors[self.hb_port]
        self.heartbeat.start()


def run_command(shell, command):
    """Run a line that begins with `!`; IPython's way needs a terminal, and there is none."""
    out = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(shell.var_expand(command, depth=1), shell=True, **out)
    print(done.stdout.decode(errors="replace"), end="")
    shell.user_ns["_exit_code"] = done.returncode


def run_kernel(connection, descriptors):
    """Run a kernel on these sockets (in the order of CHANNELS) until it is told to stop."""
    kernelapp.IOPubThread = OutputThread
    app = HandedKernel.instance()
    app.connection = connection
    ports = [connection[f"{channel}_port"] for channel in CHANNELS]
    app.descriptors = dict(zip(ports, descriptors))
    app.initialize(ARGUMENTS)
    type(app.shell).system = run_command
    app.start()
