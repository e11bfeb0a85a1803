"""The course's own notebooks: which exercises there are, and the cells they stand in."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# A solution checks without keeping anything; the blank copy checks and keeps.
SOLVED_IMPORT, BLANK_IMPORT = "import check_only as check", "import check"
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Cell:
    """One code cell of a pristine notebook; `role` is "answer", "check" or "" (given)."""

    identity: str
    role: str
    name: str
    source: str


@dataclass(frozen=True)
class Pristine:
    """An exercise notebook as the course ships it, from its solved copy.

    cells: its code cells in order. order: the ids of all cells, also of markdown.
    texts: the source of every cell by its id.
    """

    name: str
    cells: tuple[Cell, ...]
    order: tuple[str, ...]
    texts: dict

    def exercises(self) -> list[str]:
        """Return the names of the exercises, in order."""
        return [cell.name for cell in self.cells if cell.role == "check"]


class NoClone(FileNotFoundError):
    """The course is here without its exercises; the message is a sentence."""


@cache
def pristine_notebooks(root=ROOT) -> dict[str, Pristine]:
    """Return every exercise notebook of the course by name ("02_softmax").

    Raises NoClone where the course's folder `solutions/` is missing.
    """
    folder = Path(root) / "solutions"
    if not folder.is_dir():
        raise NoClone(
            f"expected the folder solutions/ in {root}: this needs a clone of the course."
        )
    return {path.stem: _read(path) for path in sorted(folder.glob("*.ipynb"))}


def _read(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells, texts = [], {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"]).replace(SOLVED_IMPORT, BLANK_IMPORT)
        texts[cell["id"]] = source
        if cell["cell_type"] == "code":
            role, name = next(iter(cell["metadata"].get("course", {}).items()), ("", ""))
            cells.append(Cell(cell["id"], role, name, source))
    return Pristine(path.stem, tuple(cells), tuple(texts), texts)
