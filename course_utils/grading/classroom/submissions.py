"""Finds what a class handed in, and whose it is."""

import hashlib
import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.grading.classroom.owners import ENDING, OWN_FOLDER, lesson_in, owners, stem
from course_utils.grading.recognise import LARGEST

COURSE_FOLDERS = {"notebooks", "solutions", "source", "tests"}
ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
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
    """The submissions of a class in the order of their names, and what was left out and why.

    others: files that are no notebooks, each with the path that was given.
    """

    submissions: list[Submission] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    others: dict[Path, Path] = field(default_factory=dict)


def find_submissions(paths, out=None) -> Found:
    """Return the submissions in notebooks, folders of notebooks, or folders of learners' folders.

    Whose they are, `owners` says. Hidden files are left out, symbolic links are not followed, and
    of a clone of the course only its exercises are taken. `out` is where grades go; nothing is
    looked for in it. Who handed in files, but no notebook, has one of them as a submission with
    a fault.
    """
    given = sorted({Path(os.path.abspath(path)).resolve() for path in paths})
    base = Path(os.path.commonpath([path.parent for path in given]))
    out = Path(out).resolve() if out else None
    found, files = Found(), {}
    for path in given:
        for file in [path] if path.is_file() else _walk(path, path, out, found, base):
            files.setdefault(file, path)
    learners = owners([*files.items(), *found.others.items()])
    found.submissions += [_submission(file, learners[file], base) for file in files]
    found.submissions += _without_notebook(
        found.others, learners, set(map(learners.get, files)), base
    )
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
        if ENDING.search(entry.name) or (entry.is_symlink() and folder == top):
            yield path
        elif _is_folder(entry):
            if is_clone and entry.name in COURSE_FOLDERS:
                words = "part of a clone of the course; only its exercises/ are graded."
                found.left_out.append(f"{shown(path, base)}: {words}")
            elif not (path / "pyvenv.cfg").exists():
                yield from _walk(path, top, out, found, base)
        elif entry.is_file(follow_symlinks=False):
            found.others[path] = top


def _is_folder(entry):
    return entry.is_dir(follow_symlinks=False)


def shown(path, base) -> str:
    """Return a path from `base` on as text that can be written anywhere."""
    raw = os.fsencode(path.relative_to(base).as_posix())
    text = unicodedata.normalize("NFC", raw.decode("utf-8", "replace"))
    return CONTROL.sub("\ufffd", text)


def _without_notebook(others, learners, served, base):
    """Return a submission with a fault for everybody who handed in other files only."""
    mine = {}
    for path, given in others.items():
        named = path.suffix.lower() in ARCHIVES or learners[path] != stem(path)
        if learners[path] not in served and (named or path.parent != given):
            mine.setdefault(learners[path], []).append(path)
    for learner, paths in mine.items():
        path = min(paths, key=_by_what_it_tells)
        words = "is no notebook, and there is none beside it."
        if path.suffix.lower() in ARCHIVES:
            words = "is an archive; unpack it: only notebooks are graded."
        fault = CONTROL.sub("\ufffd", f"{path.name} {words}")
        yield Submission(shown(Path(learner), Path()), shown(path, base), path, fault)


def _by_what_it_tells(path):
    archive = path.suffix.lower() in ARCHIVES
    return not archive, not lesson_in(stem(path)), path.suffix != ".py", str(path)


def _submission(path, learner, base):
    fault = ""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        fault = f"{path.name} is a symbolic link; links are not followed."
    elif stat.S_ISDIR(mode):
        fault = f"{path.name} is a folder, not a notebook."
    elif not stat.S_ISREG(mode):
        fault = f"{path.name} is not a regular file."
    who = shown(Path(learner), Path())
    return Submission(who, shown(path, base), path, CONTROL.sub("\ufffd", fault))
