"""What decides a gradebook besides the submissions: the course's version and the options."""

import hashlib
from dataclasses import asdict, dataclass

from course_utils.grading.pristine import ROOT

# What a grade can depend on; the reports and the widgets are not among it.
PARTS = ("answers", "arrays", "checks", "data", "grading", "grading/sandbox", "model", "training")
GRADES = (*(f"course_utils/{part}/*.py" for part in PARTS), "solutions/*.ipynb")
GRADES += ("course_utils/__init__.py", "course_utils/grading/*.json")
FORMAT = 1  # of the journal


@dataclass(frozen=True)
class Settings:
    """The options of a class. seconds: longest time for one cell; only: one lesson's name or ""."""

    seed: int = 0
    seconds: float = 60
    only: str = ""
    sandbox: bool = True

    def pytest_options(self) -> list[str]:
        """Return the options that hand the settings on to pytest."""
        sandbox = "--course-sandbox" if self.sandbox else "--no-course-sandbox"
        return [f"--course-seed={self.seed}", f"--course-seconds={self.seconds:g}", sandbox]

    def stamp(self, paths) -> dict:
        """Return what must be the same for an interrupted class to go on."""
        return {
            "format": FORMAT,
            "class": sorted(str(path) for path in paths),
            "course": course_digest(),
            "settings": asdict(self),
        }


def course_digest(root=ROOT) -> str:
    """Return a digest of every file that a grade can depend on."""
    total = hashlib.sha256()
    for path in sorted(path for pattern in GRADES for path in root.glob(pattern)):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]
