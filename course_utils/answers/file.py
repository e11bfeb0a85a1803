"""`my_transformer.py` as blocks: a header, then a marked block for each kept function."""

import ast
import hashlib
import importlib.util
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.environment import VARIABLE

HEADER = '''"""My transformer, written by me, a function a lesson.

The course adds a function here when it passes its check, and uses it in later lessons. You may
edit this file: what you change by hand is yours and is never replaced without asking.
"""

import numpy as np
'''
MARK = re.compile(r"^# (\w+) · lesson (\d+) · (kept|reference) ([0-9a-f]{8})$", re.MULTILINE)
FOLDER_SIGN = "exercises"


class BrokenFile(Exception):
    """`my_transformer.py` cannot be read; the message says where and what to do."""


@dataclass
class Block:
    """One marked function of the file; `digest` is the one written when it was put there."""

    name: str
    lesson: int
    origin: str
    text: str
    digest: str = ""

    @property
    def edited(self) -> bool:
        """Whether the text was changed by hand since it was put into the file."""
        return bool(self.digest) and self.digest != digest(self.text)

    def __str__(self):
        mark = f"# {self.name} · lesson {self.lesson} · {self.origin}"
        return f"{mark} {self.digest or digest(self.text)}\n{self.text.strip()}\n"


def digest(text) -> str:
    """Return eight hexadecimal digits for a text, whatever its trailing blanks.

    >>> digest("a = 1") == digest("a = 1  ")
    True
    """
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def learner_file() -> Path:
    """Return the path of `my_transformer.py`: beside the folder `exercises/`, else here.

    The environment variable COURSE_MY_TRANSFORMER names another place.
    """
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FOLDER_SIGN).is_dir():
            return folder / "my_transformer.py"
    return here / "my_transformer.py"


def read(path) -> tuple[str, list[Block]]:
    """Return the header and the blocks of the file; both start empty where there is no file.

    Raises BrokenFile if it is not UTF-8 text or not Python.
    """
    path = Path(path)
    if not path.exists():
        return HEADER, []
    try:
        text = path.read_text(encoding="utf-8-sig")
        ast.parse(text)
    except UnicodeDecodeError:
        raise BrokenFile(f"{path.name} is not a text in UTF-8. {_REMEDY}") from None
    except (SyntaxError, ValueError) as error:
        line = f" at line {error.lineno}" if isinstance(error, SyntaxError) else ""
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        raise BrokenFile(f"{path.name} is not valid Python{line}: {said}. {_REMEDY}") from None
    except OSError as error:
        raise BrokenFile(f"{path.name} cannot be read: {error.strerror}. {_REMEDY}") from None
    marks = list(MARK.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    blocks = [
        Block(mark[1], int(mark[2]), mark[3], text[mark.end() : end].strip(), mark[4])
        for mark, end in zip(marks, ends)
    ]
    return text[: marks[0].start()] if marks else text, blocks


_REMEDY = "Mend it or move it away; nothing in it was changed."


def compose(header, blocks, imports=()) -> str:
    """Return the text of the file: the header with any missing imports, then the blocks."""
    header = header.rstrip() + "\n"
    for line in imports:
        if line not in header.splitlines():
            header = header.replace("import numpy as np\n", f"{line}\nimport numpy as np\n", 1)
        if line not in header.splitlines():
            header += line + "\n"
    return "\n\n".join([header, *(f"{block}" for block in blocks)])


def definitions(text) -> dict[str, str]:
    """Return what a text defines at its top level: each name with its source, normalised.

    >>> definitions("def f(x):  return x")
    {'f': 'def f(x):\\n    return x'}
    """
    found = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found[statement.name] = ast.unparse(statement)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = ast.unparse(statement)
    return found


def import_file(path):
    """Execute the file as a module of its own and return it; raise BrokenFile if it stops."""
    spec = importlib.util.spec_from_file_location("my_transformer", path)
    module = importlib.util.module_from_spec(spec)
    try:
        exec(compile(Path(path).read_text(encoding="utf-8-sig"), str(path), "exec"), vars(module))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise BrokenFile(f"{Path(path).name} stops with {said}. {_REMEDY}") from None
    return module


def write(path, text):
    """Replace the file in one step, so that an interruption leaves the old one whole."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".my_transformer-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        if path.exists():
            os.chmod(temporary, path.stat().st_mode)
        else:
            os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
