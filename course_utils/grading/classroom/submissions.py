"""Finds what a class handed in, and whose it is."""

import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.grading.pristine import pristine_notebooks
from course_utils.grading.recognise import LARGEST

OWN_FOLDER = "exercises"  # of a learner's clone of the course; the others are not theirs
COURSE_FOLDERS = {"notebooks", "solutions", "source", "tests"}
COPY_MARK = re.compile(r"(?:\s*\(\d+\)|-Copy\d+)+$")  # of browsers and of JupyterLab
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Submission:
    """One file that somebody handed in.

    file: its name as reports show it, from the folder that all given paths share. fault: why it
    is not opened, or "".
    """

    learner: str
    file: str
    path: Path
    fault: str = ""

    @property
    def key(self) -> str:
        """A name for the journal: the same file of the same class has the same one."""
        return hashlib.sha256(self.file.encode()).hexdigest()[:20]

    def read(self) -> bytes:
        """Return the content. Raises OSError for a link, a device, or what cannot be read."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags |= getattr(os, "O_BINARY", 0)
        with open(os.open(self.path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(0, "it is no regular file")
            return file.read(LARGEST + 1)


@dataclass
class Found:
    """The submissions of a class in the order of their names, and what was left out and why."""

    submissions: list[Submission] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def find_submissions(paths, out=None) -> Found:
    """Return the submissions in notebooks, folders of notebooks, or folders of learners' folders.

    A file in a folder inside a given one belongs to the learner of that folder's name; a file
    right in a given folder to the one its own name says (anna.ipynb, anna_02_softmax.ipynb).
    Hidden files are left out, symbolic links are not followed, and of a clone of the course only
    its exercises are taken. `out` is where grades go; nothing is looked for in it.
    """
    given = sorted({Path(os.path.abspath(path)).resolve() for path in paths})
    base = Path(os.path.commonpath([path.parent for path in given]))
    out = Path(out).resolve() if out else None
    found, seen = Found(), set()
    for path in given:
        for file in [path] if path.is_file() else _walk(path, path, out, found, base):
            if file not in seen:
                seen.add(file)
                found.submissions.append(_submission(file, path, base))
    found.submissions.sort(key=lambda one: one.file)
    return found


def _walk(folder, top, out, found, base):
    """Yield the notebooks of a folder and those below; links are yielded, never followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        found.left_out.append(f"{shown(folder, base)}: cannot be read ({error.strerror}).")
        return
    is_clone = any(entry.name == OWN_FOLDER and _is_folder(entry) for entry in entries)
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or entry.name == "__MACOSX" or path == out:
            continue
        if path.suffix == ".ipynb" or (entry.is_symlink() and folder == top):
            yield path
        elif _is_folder(entry):
            if is_clone and entry.name in COURSE_FOLDERS:
                words = "part of a clone of the course; only its exercises/ are graded."
                found.left_out.append(f"{shown(path, base)}: {words}")
            elif not (path / "pyvenv.cfg").exists():
                yield from _walk(path, top, out, found, base)


def _is_folder(entry):
    return entry.is_dir(follow_symlinks=False)


def shown(path, base) -> str:
    """Return a path from `base` on as text that can be written anywhere."""
    raw = os.fsencode(path.relative_to(base).as_posix())
    text = unicodedata.normalize("NFC", raw.decode("utf-8", "replace"))
    return CONTROL.sub("\ufffd", text)


def _submission(path, given, base):
    fault = ""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        fault = f"{path.name} is a symbolic link; links are not followed."
    elif stat.S_ISDIR(mode):
        fault = f"{path.name} is a folder, not a notebook."
    elif not stat.S_ISREG(mode):
        fault = f"{path.name} is not a regular file."
    return Submission(_learner(path, given), shown(path, base), path, CONTROL.sub("\ufffd", fault))


def _learner(path, given):
    """Return whose file it is: the folder below the given one, else what the name says."""
    inside = [part for part in path.relative_to(given).parts[:-1] if part != OWN_FOLDER]
    name = inside[0] if inside else name_in(path.stem)
    if not name:
        above = path.parent
        name = (above.parent if above.name == OWN_FOLDER else above).name
    return shown(Path(name), Path())


def name_in(stem) -> str:
    """Return the learner that a file name names beside the lesson, or "".

    >>> name_in("anna_02_softmax"), name_in("anna"), name_in("02_softmax (1)")
    ('anna', 'anna', '')
    """
    stem = COPY_MARK.sub("", stem)
    lesson = lesson_in(stem)
    return stem.replace(lesson, "", 1).strip(" _.-") if lesson else stem


def lesson_in(stem) -> str:
    """Return the lesson whose name stands at the start or the end of a file name, or "".

    >>> lesson_in("02_softmax-Copy1"), lesson_in("anna")
    ('02_softmax', '')
    """
    stem = COPY_MARK.sub("", stem)
    for lesson in pristine_notebooks():
        if re.search(rf"^{lesson}(?![^\s_.-])|(?<![^\s_.-]){lesson}$", stem):
            return lesson
    return ""
