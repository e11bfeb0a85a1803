"""Whether submissions can run in a sandbox here, found out before a class begins."""

from course_utils.grading.sandbox.protection import ONLY_LANDLOCK, kind
from course_utils.grading.sandbox.warm import SandboxRefused

REFUSED = "{}. To run other people's code with your own rights, say --no-sandbox."


class NoSandbox(Exception):
    """There is none on this machine; the message says why, and what can be said instead."""


def sandbox_words() -> str:
    """Return what the sandbox here does not keep in, or "". Raises NoSandbox if there is none."""
    try:
        return ONLY_LANDLOCK if kind() == "landlock" else ""
    except SandboxRefused as reason:
        raise NoSandbox(REFUSED.format(str(reason).strip("."))) from None
