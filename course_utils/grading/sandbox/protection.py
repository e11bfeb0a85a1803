"""Which sandbox this machine can make, and in plain words what it keeps out."""

import sys
from functools import cache, partial

from course_utils.grading.sandbox import bubblewrap, landlock
from course_utils.grading.sandbox.warm import SandboxRefused, zygote

ENOUGH_LANDLOCK = 6  # the first version that also keeps signals in
UNPROTECTED = (
    "Graded without a sandbox: the code in these notebooks could read and change files and use "
    "the network like any program of yours. For notebooks of others: `course grade --sandbox`."
)
ONLY_LANDLOCK = (
    "Sandbox without bubblewrap: no network, no foreign file read or written, no signal to other "
    "programs. Not hidden: which files exist; the private folder may fill the disk."
)


@cache
def kind() -> str:
    """Return "bubblewrap" or "landlock", whichever works here; raise SandboxRefused if none does.

    Found out by trying: an installed bubblewrap may still not be allowed to do anything.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxRefused(_sentence(["it needs Linux"]))
    reasons = []
    if bubblewrap.found():
        try:
            zygote(walled=True).probe()
            return "bubblewrap"
        except (SandboxRefused, OSError) as reason:
            reasons.append(f"bubblewrap: {reason}")
    else:
        reasons.append("bubblewrap is not installed")
    if landlock.version() < ENOUGH_LANDLOCK:
        reasons.append(f"Landlock here has version {landlock.version()}, 6 is needed")
        raise SandboxRefused(_sentence(reasons))
    try:
        zygote(walled=False).probe()
        return "landlock"
    except (SandboxRefused, OSError) as reason:
        raise SandboxRefused(_sentence([*reasons, f"Landlock: {reason}"])) from None


def _sentence(reasons):
    return f"there is no sandbox on this machine, so nothing was graded ({'; '.join(reasons)})"


def provisioner():
    """Return what `GradingKernel` takes to start its kernels in the sandbox of this machine."""
    return partial(_provisioner, kind() == "bubblewrap")


def _provisioner(walled, manager):
    from course_utils.grading.sandbox.provisioner import SandboxProvisioner

    manager.kernel_spec.interrupt_mode = "message"
    made = SandboxProvisioner(kernel_id="", kernel_spec=manager.kernel_spec, parent=manager)
    made.walled = walled
    return made
