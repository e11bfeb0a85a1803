"""The command `course`: where you are, a check in the terminal, and the points of notebooks."""

import argparse
import subprocess
import sys
from pathlib import Path

EXAMPLES = """examples:
  course status                             where you are in every lesson
  course check softmax                      check the softmax in your my_transformer.py
  course grade exercises/02_softmax.ipynb   your points for one notebook
  course grade exercises                    your points for all notebooks of a folder
"""


class Problem(Exception):
    """Something the person at the terminal can mend; the message is one sentence."""


def main(arguments=None) -> int:
    """Run the command line and return its exit code: 0 well, 1 something not right, 2 misused."""
    parser = argparse.ArgumentParser(
        prog="course",
        description="The attention course: see your progress, check a function, grade notebooks.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    status = commands.add_parser("status", help="show your progress in every lesson")
    status.add_argument("folder", nargs="?", default=None, help="your folder (default: here)")
    check = commands.add_parser("check", help="check a function of your my_transformer.py")
    check.add_argument("name", help="the exercise, for example softmax")
    grade = commands.add_parser("grade", help="run notebooks through nbval and show the points")
    grade.add_argument("path", nargs="+", help="a notebook, or a folder of notebooks")
    grade.add_argument("--seed", type=int, default=0, help="seed of the hidden inputs (default 0)")
    options = parser.parse_args(arguments)
    run = {"status": _status, "check": _check, "grade": _grade}[options.command]
    try:
        return run(options)
    except Problem as problem:
        print(f"course: {problem}", file=sys.stderr)
        return 2


def _status(options):
    from course_utils.answers.progress import progress, report

    folder = Path(options.folder) if options.folder else None
    if folder is not None and not folder.is_dir():
        raise Problem(f"expected a folder, and {folder} does not exist or is not one.")
    for line in report(progress(folder)):
        print(line)
    return 0


def _check(options):
    from course_utils.answers.progress import check_kept
    from course_utils.checks.registry import UnknownExercise

    try:
        verdict = check_kept(options.name)
    except UnknownExercise as error:
        raise Problem(str(error)) from None
    print(verdict)
    return 0 if verdict.right else 1


def _grade(options):
    for path in map(Path, options.path):
        if not path.exists():
            raise Problem(f"expected a notebook or a folder, and {path} does not exist.")
        if path.is_file() and path.suffix != ".ipynb":
            raise Problem(f"expected a notebook ending in .ipynb, and got {path.name}.")
        if path.is_dir() and not any(path.rglob("*.ipynb")):
            raise Problem(f"there is no notebook in {path}.")
    flags = ["--nbval", "-q", "--no-header", "-rN", "-p", "no:cacheprovider"]
    seed = f"--course-seed={options.seed}"
    command = [sys.executable, "-m", "pytest", *flags, seed, *options.path]
    return int(subprocess.call(command) != 0)


if __name__ == "__main__":
    sys.exit(main())
