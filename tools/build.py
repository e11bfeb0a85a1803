"""Builds notebooks/, exercises/ and solutions/ from source/: `make notebooks`.

    python tools/build.py                 build everything
    python tools/build.py 02_softmax      build one lesson and its exercises
    python tools/build.py --check         say which notebooks are stale; build nothing
    python tools/build.py --exercises     build only exercises/, where nothing is executed
    python tools/build.py --overwrite     also replace notebooks that were edited by hand

A source is executed in a fresh kernel; the same source gives the same bytes.
"""

import argparse
import asyncio
import copy
import os
import re
import subprocess
import sys
import tempfile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbgrader.preprocessors import ClearSolutions

from course_utils import __version__
from course_utils.checks.registry import find_check
from course_utils.grading.environment import kernel_environment
from sources import ROOT, SourceError, find_sources, read_source, structure_digest

LIVE_VIEW = "application/vnd.jupyter.widget-view+json"
BUILT = re.compile(r'"course": \{\s*"digest"')  # a person's own notebook has no such mark
KEEPING = "from course_utils.answers import check"
SOLUTION_NOTE = "> This is the solved copy. Write your own answers in [exercises]({link})."


def targets(source) -> dict:
    """Return the notebooks that a source makes, not executed: {path: (notebook, lines)}."""
    notebook, lines = read_source(source)
    name = f"{source.name}.ipynb"
    if source.is_lesson:
        made = {ROOT / "notebooks" / name: (notebook, lines)}
    else:
        made = {
            ROOT / "solutions" / name: (solution(copy.deepcopy(notebook), name), lines),
            ROOT / "exercises" / name: (blank(notebook), lines),
        }
    for path, (made_notebook, _) in made.items():
        digest = structure_digest(made_notebook)
        made_notebook.metadata["course"] = {"name": source.name, "digest": digest}
        if path.parent.name == "exercises":  # what is handed in tells its release
            made_notebook.metadata["course"]["version"] = __version__
    return made


def blank(notebook):
    """Replace each solution by a stub that raises, with nbgrader's own preprocessor."""
    for cell in notebook.cells:
        name = cell.metadata.get("course", {}).get("answer")
        if name:
            stub = f'raise NotImplementedError("{name}: exercise {find_check(name).number}")'
            clear = ClearSolutions(code_stub={"python": stub})
            clear.preprocess_cell(cell, {"language": "python"}, 0)
    return notebook


def solution(notebook, name):
    """Say that this is the solution, and check without keeping anything."""
    first = notebook.cells[0]
    first.source += "\n\n" + SOLUTION_NOTE.format(link=f"../exercises/{name}")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = re.sub(
                rf"^{re.escape(KEEPING)}\b",
                "from course_utils.answers import check_only as check",
                cell.source,
                flags=re.MULTILINE,
            )
    return notebook


def execute(source, notebook, lines):
    """Run the notebook in a fresh kernel; raise SourceError with the line of the source."""
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
            coalesce_streams=True,
        )
        try:
            client.execute(env=kernel_environment(folder), stderr=subprocess.DEVNULL)
        except CellExecutionError as error:
            raise SourceError(_where(source, notebook, lines, error)) from None
    for number, (cell, line) in enumerate(zip(notebook.cells, lines)):
        _clean(source, cell, line)
        if cell.cell_type == "code":
            cell.execution_count = sum(c.cell_type == "code" for c in notebook.cells[: number + 1])
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = cell.execution_count
    notebook.metadata.pop("widgets", None)


def _clean(source, cell, line):
    """Drop what changes from run to run; refuse what a lesson must not print."""
    cell.metadata.pop("execution", None)
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            said = output.text.strip().splitlines()[-1]
            raise SourceError(f"{source.at(line)}: the cell writes to stderr: {said}")
        if "data" in output:
            # A random id, which leads nowhere without its kernel: the picture is for the reader.
            output.data.pop(LIVE_VIEW, None)
            plain = str(output.data.get("text/plain", ""))
            if re.search(r"at 0x[0-9a-f]{6,}|^<Figure size", plain):
                raise SourceError(f"{source.at(line)}: the output is not stable: {plain[:80]}")


def _where(source, notebook, lines, error):
    """Return "file:line: the error" for a cell that failed."""
    failed = [
        (cell, line)
        for cell, line in zip(notebook.cells, lines)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    ]
    cell, line = failed[0] if failed else (None, 1)
    if cell is not None:
        trace = "\n".join(cell.outputs[-1].get("traceback", []))
        trace = re.sub(r"\x1b\[[0-9;]*m", "", trace)
        inside = re.search(r"Cell In\[\d+\], line (\d+)", trace)
        line += int(inside[1]) - 1 if inside else 0
    return f"{source.at(line)}: {error.ename}: {error.evalue}"


def write(path, notebook):
    """Write a notebook in one step; return whether its bytes changed."""
    text = nbformat.writes(notebook) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)
    return True


def state(path, made) -> str:
    """Return "fresh", "missing", "stale" or "edited" (by hand) for a built notebook."""
    if not path.exists():
        return "missing"
    try:
        built = nbformat.read(path, as_version=4)
        recorded = built.metadata.course.digest
    except Exception:  # whatever it is, it is not what the build wrote
        return "edited"
    if structure_digest(built) != recorded:
        return "edited"
    same = built.metadata.course == made.metadata.course
    return "fresh" if same else "stale"


def check(sources, strict=False) -> list[str]:
    """Return a line for each notebook that is not what its source says.

    A notebook that somebody edited is their work: told, and a fault only if `strict`, as in CI.
    """
    lines = []
    expected = set()
    for source in sources:
        for path, (made, _) in targets(source).items():
            expected.add(path)
            found = state(path, made)
            shown = path.relative_to(ROOT).as_posix()
            if found == "edited" and not strict:
                print(f"{shown}: edited by hand; it is yours and is left alone")
            elif found != "fresh":
                lines.append(f"{shown}: {found}")
    if len(sources) == len(find_sources()):
        folders = ("notebooks", "exercises", "solutions")
        built = [path for folder in folders for path in (ROOT / folder).glob("*.ipynb")]
        orphans = [
            path
            for path in built
            if path not in expected and BUILT.search(path.read_text(encoding="utf-8"))
        ]
        lines += [f"{path.relative_to(ROOT).as_posix()}: has no source" for path in sorted(orphans)]
    return lines


def blank_exercises() -> dict:
    """Return the blank exercise notebooks by file name, whatever stands in exercises/ now."""
    return {
        path.name: made
        for source in find_sources()
        for path, (made, _) in targets(source).items()
        if path.parent.name == "exercises"
    }


def build(sources, overwrite=False, only_exercises=False) -> list[str]:
    """Build the sources and return a line for each notebook left alone because it was edited."""
    refused = []
    for source in sources:
        for path, (made, lines) in targets(source).items():
            if only_exercises and path.parent.name != "exercises":
                continue
            shown = path.relative_to(ROOT).as_posix()
            if state(path, made) == "edited" and not overwrite:
                refused.append(f"{shown}: edited by hand and left alone (--overwrite replaces it)")
                continue
            if path.parent.name != "exercises":
                execute(source, made, lines)
            nbformat.validate(made)
            print(f"{shown}: {'written' if write(path, made) else 'unchanged'}", flush=True)
    return refused


def main(arguments=None) -> int:
    """Run the command line; return 0 if all is well, 1 if not."""
    parser = argparse.ArgumentParser(description="Build the notebooks from source/.")
    parser.add_argument("names", nargs="*", help="one or more lessons, such as 02_softmax")
    parser.add_argument("--check", action="store_true", help="say which notebooks are stale")
    parser.add_argument("--overwrite", action="store_true", help="replace hand-edited notebooks")
    parser.add_argument("--exercises", action="store_true", help="build only exercises/")
    options = parser.parse_args(arguments)
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    try:
        sources = find_sources(options.names)
        if options.check:
            faults = check(sources, strict=os.environ.get("CI") == "true")
        else:
            faults = build(sources, options.overwrite, options.exercises)
    except SourceError as error:
        faults = [str(error)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
