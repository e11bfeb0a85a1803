"""What is graded already, on disk: a class that was killed goes on where it stopped."""

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two runs into one folder are not noticed there
    fcntl = None


class Occupied(Exception):
    """The folder for the grades holds something else; the message is one sentence."""


class Journal:
    """The folder of one class: a stamp, and a record for each submission that is graded.

    Every file is written beside its place and moved there in one step, so that a process killed
    at any moment leaves each record whole or absent.
    """

    STAMP = "class.json"

    def __init__(self, folder):
        self.folder = Path(folder)
        self.records = self.folder / "journal"
        self.lock = None

    def open(self, stamp, overwrite=False):
        """Begin, or go on. Raises Occupied if another class, version or program is in the folder.

        With `overwrite`, the records and reports of the other class are removed first.
        """
        self._check_place(overwrite)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock()
        there = self._stamp()
        if there not in (None, stamp):
            if not overwrite:
                self.close()
                raise Occupied(f"{self.folder} holds {difference(there, stamp)}. {CHOICES}")
            shutil.rmtree(self.records, ignore_errors=True)
            for name in ("learners", "results"):
                shutil.rmtree(self.folder / name, ignore_errors=True)
        self.records.mkdir(exist_ok=True)
        write(self.folder / self.STAMP, json.dumps(stamp, indent=1))

    def _check_place(self, overwrite):
        if self.folder.exists() and not self.folder.is_dir():
            raise Occupied(f"expected a folder for the grades, and {self.folder} is a file.")
        foreign = self.folder.is_dir() and any(self.folder.iterdir()) and self._stamp() is None
        if foreign and not (overwrite and (self.folder / self.STAMP).exists()):
            words = "holds files that are no class's grades; name a new or empty folder."
            raise Occupied(f"{self.folder} {words}")

    def _stamp(self):
        try:
            return json.loads((self.folder / self.STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def _lock(self):
        self.lock = (self.folder / ".lock").open("w")
        if fcntl:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.close()
                words = "another `course grade` is writing into it."
                raise Occupied(f"{self.folder} is in use: {words}") from None

    def close(self):
        """Let another run into the folder."""
        if self.lock:
            self.lock.close()
            self.lock = None

    def load(self, key, digest):
        """Return the record of this submission, or None if its content is another by now."""
        try:
            record = json.loads((self.records / f"{key}.json").read_text(encoding="utf-8"))
            return record if record["digest"] == digest else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key, record):
        """Write a record."""
        write(self.records / f"{key}.json", json.dumps(record))


CHOICES = "Name another folder, or say --overwrite to begin again."


def difference(old, new) -> str:
    """Say in which respect two stamps differ."""
    if old.get("class") != new["class"]:
        return "the grades of other files than those named now"
    if old.get("course") != new["course"]:
        return "grades given by another version of the course"
    return "grades given with other settings (seed, seconds, lesson or sandbox)"


def write(path, content):
    """Write text or bytes so that the file is, at every moment, the old one or the new one."""
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
