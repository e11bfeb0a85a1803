"""The command line of bubblewrap: a system of which nothing but Python can be seen."""

import os
import shutil
import site
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
INSIDE = "/course"  # where the shown part of the course lies
SEPARATE = ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts")
# Root makes a private process table and becomes nobody; after that it has none of these left.
ROOTS_RIGHTS = ("CAP_SETUID", "CAP_SETGID", "CAP_SYS_ADMIN")


def found() -> str:
    """Return the path of bubblewrap, or "" where it is not installed."""
    return shutil.which("bwrap") or ""


def private_place() -> str:
    """Return where a kernel has its own folder: /tmp, unless Python itself lies there."""
    return "/scratch" if any(one.startswith("/tmp/") for one in python_folders()) else "/tmp"


def python_folders() -> list[str]:
    """Return the folders that Python and its packages lie in, outermost first."""
    folders = [sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    folders.append(str(Path(sys.executable).resolve().parent.parent))
    return sorted({folder for folder in folders if os.path.isdir(folder)}, key=len)


def command(shown) -> list[str]:
    """Return what goes before the command that runs inside.

    shown: the folder with the part of the course that may be seen. Whoever calls this as root
    must give up root's rights inside (`zygote.prepare` does).
    """
    line = [found(), *SEPARATE, "--new-session", "--cap-drop", "ALL"]
    for path in SYSTEM:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        else:
            line += ["--ro-bind-try", path, path]
    for name in SETTINGS:
        line += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    private = private_place()
    line += ["--tmpfs", "/tmp", *_python(), "--ro-bind", str(shown), INSIDE, "--dev", "/dev"]
    line += ["--dev-bind", "/dev/null", "/dev/zero"]  # which can be memory that nobody counts
    if private != "/tmp":
        line += ["--tmpfs", private, "--remount-ro", "/tmp"]
    if os.getuid() == 0:
        line += [part for right in ROOTS_RIGHTS for part in ("--cap-add", right)]
        line += ["--dir", "/proc"]
    else:
        line += ["--proc", "/proc"]
    return [*line, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", private, "--"]


def _python():
    """Bind Python's folders; if the course lies inside one of them, it is covered again."""
    folders = [one for one in python_folders() if not one.startswith("/usr/")]
    outside = [one for one in folders if not Path(one).is_relative_to(ROOT)]
    # Without this bubblewrap makes them for root alone.
    parents = sorted({str(up) for one in folders for up in Path(one).parents} - {"/"}, key=len)
    line = [part for one in parents for part in ("--dir", one)]
    line += [part for one in outside for part in ("--ro-bind", one, one)]
    if any(ROOT.is_relative_to(one) for one in outside):
        line += ["--tmpfs", str(ROOT)]
    inside = [one for one in folders if one not in outside]
    return line + [part for one in inside for part in ("--ro-bind", one, one)]
