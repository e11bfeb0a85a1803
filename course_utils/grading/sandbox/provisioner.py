"""A Jupyter kernel provisioner whose kernels are forked warm and shut in."""

import contextlib
import os
import shutil
import socket
import tempfile
from pathlib import Path

from jupyter_client.provisioning import KernelProvisionerBase

from course_utils.grading.sandbox import bubblewrap
from course_utils.grading.sandbox.kernel_process import CHANNELS
from course_utils.grading.sandbox.limits import Limits, tasks_of
from course_utils.grading.sandbox.linux import NOBODY
from course_utils.grading.sandbox.warm import CALM, zygote

LARGEST_FILE = 1_000_000
TOO_MUCH_MEMORY = f"it held more than {Limits().memory >> 20:,} MiB of memory"
PATIENCE = 5  # seconds for a killed kernel to be gone


class SandboxProvisioner(KernelProvisionerBase):
    """Shuts a kernel in; files beside the notebook are copied in, and nothing comes back.

    The kernel listens on sockets that are opened here, so that it needs no folder in common with
    the grader. Its life hangs on one more socket, the lifeline: when either end of it closes, the
    kernel and all that it started end.
    """

    walled = True
    lifeline = None
    sockets_folder = None
    code = None
    why = ""

    @property
    def has_process(self):
        """Whether there is a kernel that was not yet waited for."""
        return self.lifeline is not None

    async def poll(self):
        """Return None while the kernel runs, else its exit code."""
        if self.lifeline is None:
            return self.code if self.code is not None else 0
        self.lifeline.setblocking(False)
        try:
            said = self.lifeline.recv(100)
        except BlockingIOError:
            return None
        except OSError:
            said = b""
        self._forget(said)
        return self.code

    def _forget(self, said):
        """Take note of the guard's last word: an exit code, or why it ended the kernel."""
        self.code = int(said) if said.lstrip(b"-").isdigit() else -9
        self.why = TOO_MUCH_MEMORY if said == b"memory" else ""
        self.lifeline.close()
        self.lifeline = None

    async def wait(self):
        """Wait until the kernel has ended and return its exit code."""
        if self.lifeline is not None:
            self.lifeline.settimeout(PATIENCE)
            try:
                said = self.lifeline.recv(100)
            except OSError:
                said = b""
            self._forget(said)
        return self.code

    def end_at_once(self):
        """Ask for the end of the kernel, from whatever thread, and wait for nothing."""
        lifeline = self.lifeline
        if lifeline is not None:
            lifeline.send(b"end")

    async def send_signal(self, signum):
        """End the kernel: no other signal reaches into its namespace."""
        await self.kill()

    async def kill(self, restart=False):
        """End the kernel and all that it started."""
        if self.lifeline is not None:
            with contextlib.suppress(OSError):  # it may have ended by itself
                self.lifeline.send(b"end")
            await self.wait()

    async def terminate(self, restart=False):
        """End the kernel and all that it started."""
        await self.kill(restart)

    async def cleanup(self, restart=False):
        """Remove the sockets."""
        if self.sockets_folder:
            shutil.rmtree(self.sockets_folder, ignore_errors=True)
            self.sockets_folder = None

    async def pre_launch(self, **kwargs):
        """Choose the places of the sockets."""
        self.sockets_folder = tempfile.mkdtemp(prefix="course-")
        manager = self.parent
        manager.transport, manager.ip = "ipc", str(Path(self.sockets_folder) / "k")
        for number, channel in enumerate(CHANNELS, start=1):
            setattr(manager, f"{channel}_port", number)
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        """Fork a kernel and return how to reach it, or raise SandboxRefused."""
        folder = Path(kwargs["cwd"])
        sockets = [self._listen(number) for number in range(1, len(CHANNELS) + 1)]
        try:
            request = self._request(folder)
            self.lifeline = zygote(self.walled).fork(request, sockets)
        finally:
            for one in sockets:
                one.close()
        self.code = None
        return self.connection_info

    def _listen(self, number):
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(f"{self.connection_info['ip']}-{number}")
        listening.listen(100)
        return listening

    def _request(self, folder):
        inside = bubblewrap.private_place() if self.walled else str(folder)
        files = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted(folder.iterdir())
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST_FILE
        }
        if not self.walled and os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        key = self.connection_info["key"]
        connection = self.connection_info | {"key": key.decode() if type(key) is bytes else key}
        return {
            "connection": {
                name: connection[name] for name in connection if _plain(connection[name])
            },
            "environment": CALM
            | {
                "HOME": inside,
                "TMPDIR": inside,
                "IPYTHONDIR": f"{inside}/.ipython",
                "MPLCONFIGDIR": f"{inside}/.matplotlib",
                "COURSE_MY_TRANSFORMER": f"{inside}/my_transformer.py",
            },
            "folder": inside,
            "files": files if self.walled else {},
            "limits": vars(Limits()),
            "namespaces": self.walled,
            "others": 0 if self.walled else tasks_of(os.getuid() or NOBODY),
        }


def _plain(value):
    return isinstance(value, (str, int))
