"""Says whose a file is that somebody handed in, by its folder or by its name.

Learning platforms write a learner's name and numbers before the name of each file they hand out:
Canvas `doejane_LATE_123456_7890123_02_softmax-1.ipynb`, in which the first number is the learner's
and the second the file's; Moodle `Jane Doe_1234567_assignsubmission_file_02_softmax.ipynb`, or a
folder of that name, in which the number is another one in each assignment.
"""

import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from course_utils.grading.pristine import pristine_notebooks

OWN_FOLDER = "exercises"  # of a learner's clone of the course; the others are not theirs
# Of browsers, of JupyterLab, of Windows and macOS.
COPY_MARK = re.compile(
    r"(?:\s*\(\d+\)|-Copy\d+|\s+(?:-\s+)?(?:copy|kopie|copie|copia)(?:\s\d+)?)+$", re.IGNORECASE
)
ENDING = re.compile(r"\.ipynb(?:\.txt|\.json)?$", re.IGNORECASE)  # some browsers add their own
RESENT = r"(?:-\d{1,2})?"  # Canvas, if the same name is handed in again
CANVAS = re.compile(
    r"(?P<name>.*?[^\W_].*?)(?:_LATE)?_(?P<number>\d+)_(?P<file>\d{3,})_.+", re.IGNORECASE
)
ANONYMOUS = re.compile(
    r"(?P<name>anon)(?:_LATE)?_(?P<number>\w{5})_(?P<file>\d{3,})_.+", re.IGNORECASE
)
MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<number>\d+)_assignsubmission_file(?:_.*)?")


def owners(files) -> dict[Path, str]:
    """Return the learner of each file; `files` are (its path, the path that was given).

    Moodle's form counts anywhere; that of Canvas right in a given path or beside others', and
    only if it holds throughout the class: a number has one name, and one file has one owner. Else
    it is the folder below the given path, else what the file's name says (anna.ipynb,
    anna_02_softmax.ipynb).
    """
    canvas, moodle = _Canvas(), _Moodle()
    for path, given in files:
        canvas.learn(path, given)
        moodle.learn(path, given)
    return {
        path: moodle.owner(path, given) or canvas.owner(path, given) or _plain(path, given)
        for path, given in files
    }


def _found(forms, path, given):
    """Return (the folder that it lies in, the match) of the first part that has such a form."""
    parts = (*path.relative_to(given.parent).parts[:-1], stem(path))
    for depth, part in enumerate(parts):
        matches = (form.fullmatch(unicodedata.normalize("NFC", part)) for form in forms)
        match = next(filter(None, matches), None)
        if match:
            return parts[:depth], match
    return (), None


class _Canvas:
    """What the names of a class in Canvas's form say together."""

    def __init__(self):
        self.names, self.owners = defaultdict(set), defaultdict(set)
        self.folders = defaultdict(set)

    def learn(self, path, given):
        folder, match = _found((ANONYMOUS, CANVAS), path, given)
        if match:
            name, number = match["name"], match["number"]
            self.names[number].add(name)
            self.owners[match["file"]].add((name, number))
            self.folders[given.parent, *folder].add((name, number))

    def owner(self, path, given):
        folder, match = _found((ANONYMOUS, CANVAS), path, given)
        if not match or len(self.names[match["number"]]) > 1 or len(self.owners[match["file"]]) > 1:
            return ""
        if len(folder) > 1 and len(self.folders[given.parent, *folder]) == 1:
            return ""  # a file of the learner's whose folder it is
        return f"{match['name']}_{match['number']}"


class _Moodle:
    """What the names of a class in Moodle's form say together."""

    def __init__(self):
        # name -> the folder of an assignment -> number -> lessons
        self.lessons = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))

    def learn(self, path, given):
        folder, match = _found((MOODLE,), path, given)
        if match:
            numbers = self.lessons[match["name"]][given.parent, *folder]
            numbers[match["number"]].add(lesson_in(stem(path)))

    def owner(self, path, given):
        """Return the name, with its number if two people in one assignment have that name."""
        _, match = _found((MOODLE,), path, given)
        if not match:
            return ""
        name = match["name"]
        two = any(map(_two, self.lessons[name].values()))
        return f"{name}_{match['number']}" if two else name


def _two(numbers):
    """Say whether the numbers of one name in one folder may belong to one assignment."""
    lessons = [lesson for found in numbers.values() for lesson in found]
    return len(numbers) > 1 and ("" in lessons or len(set(lessons)) < len(lessons))


def stem(path) -> str:
    """Return the name of a file without its ending.

    >>> stem(Path("02_softmax.ipynb.txt")), stem(Path("02_softmax.py"))
    ('02_softmax', '02_softmax')
    """
    return ENDING.sub("", path.name) if ENDING.search(path.name) else path.stem


def _plain(path, given):
    inside = [part for part in path.relative_to(given).parts[:-1] if part != OWN_FOLDER]
    name = inside[0] if inside else name_in(stem(path))
    if not name:
        above = path.parent
        name = (above.parent if above.name == OWN_FOLDER else above).name
    return name


def name_in(stem) -> str:
    """Return the learner that a file name names beside the lesson, or "".

    >>> name_in("anna_02_softmax"), name_in("anna"), name_in("02_softmax (1)")
    ('anna', 'anna', '')
    """
    stem = COPY_MARK.sub("", stem)
    lesson = lesson_in(stem)
    return re.sub(lesson + RESENT, "", stem, count=1).strip(" _.-") if lesson else stem


def lesson_in(stem) -> str:
    """Return the lesson whose name stands at the start or the end of a file name, or "".

    >>> lesson_in("02_softmax-Copy1"), lesson_in("anna_02_softmax-2"), lesson_in("anna")
    ('02_softmax', '02_softmax', '')
    """
    stem = COPY_MARK.sub("", stem)
    for lesson in pristine_notebooks():
        if re.search(rf"^{lesson}(?![^\s_.-])|(?<![^\s_.-]){lesson}{RESENT}$", stem):
            return lesson
    return ""
