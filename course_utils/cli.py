"""The command `course`: where you are, a check in the terminal, and the points of notebooks."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = """examples:
  course status                             where you are in every lesson
  course check softmax                      check the softmax in your my_transformer.py
  course grade exercises/02_softmax.ipynb   your points for one notebook
  course grade exercises                    your points for all notebooks of a folder
  course grade submissions --out grades     the gradebook and the pages of a class
"""
CLASS_ONLY = ("workers", "dask", "only", "overwrite")


class Problem(Exception):
    """Something the person at the terminal can mend; the message is one sentence."""


def main(arguments=None) -> int:
    """Run the command line and return its exit code: 0 well, 1 something not right, 2 misused."""
    from course_utils.grading.pristine import NoClone

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
    _add_grade(commands)
    options = parser.parse_args(arguments)
    run = {"status": _status, "check": _check, "grade": _grade}[options.command]
    try:
        return run(options)
    except (Problem, NoClone) as problem:
        print(f"course: {problem}", file=sys.stderr)
        return 2


def _add_grade(commands):
    grade = commands.add_parser("grade", help="run notebooks through nbval and show the points")
    say = grade.add_argument
    say("path", nargs="+", help="a notebook, a folder of notebooks, or of learners' folders")
    say("--seed", type=int, default=0, help="seed of the hidden inputs (default 0)")
    say("--seconds", type=_positive, default=60, help="longest time for one cell (default 60)")
    say("--out", help="grade a class: write gradebook and reports into this folder")
    say("--workers", type=int, help="how many are graded at a time (default: one a core)")
    say("--dask", metavar="ADDRESS", help="grade on the Dask cluster of this scheduler")
    say("--only", metavar="LESSON", help="grade one lesson only: 02_softmax, or 2")
    say("--overwrite", action="store_true", help="replace another class's grades in the folder")
    protection = grade.add_mutually_exclusive_group()
    words = "run every submission in a sandbox, or refuse (the default with --out)"
    protection.add_argument("--sandbox", action="store_true", default=None, help=words)
    words = "run the submissions with your own rights; they can do what you can"
    protection.add_argument("--no-sandbox", dest="sandbox", action="store_false", help=words)


def _positive(text):
    number = float(text)
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return number


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
        if path.is_dir() and not any(path.rglob("*.[iI][pP][yY][nN][bB]*")):
            raise Problem(f"there is no notebook in {path}; unpack archives first.")
    if options.out:
        return _grade_class(options)
    for name in CLASS_ONLY:
        if getattr(options, name) not in (None, False):
            raise Problem(f"--{name} is for grading a class: say --out FOLDER as well.")
    flags = ["--nbval", "-q", "--no-header", "-rN", "-p", "no:cacheprovider"]
    flags += [f"--course-seed={options.seed}", f"--course-seconds={options.seconds:g}"]
    sandbox = {True: ["--course-sandbox"], False: ["--no-course-sandbox"]}.get(options.sandbox, [])
    early = ["-p", "attention_course"]  # before nbval, which halves the start
    command = [sys.executable, "-m", "pytest", *early, *flags, *sandbox, *options.path]
    return int(subprocess.call(command) != 0)


def _grade_class(options):
    from course_utils.grading.classroom.processes import Processes, start_early

    if not options.dask:
        start_early()  # before the imports below, which take as long

    from course_utils.grading.classroom.cluster import Cluster, NoCluster
    from course_utils.grading.classroom.grade_class import grade_class
    from course_utils.grading.classroom.journal import Occupied
    from course_utils.grading.classroom.summary import summary

    settings = _settings(options)
    try:
        workers = Cluster(options.dask) if options.dask else Processes(_count(options.workers))
    except NoCluster as error:
        raise Problem(str(error)) from None
    try:
        book = grade_class(options.path, options.out, settings, workers, options.overwrite)
    except Occupied as error:
        raise Problem(str(error)) from None
    except KeyboardInterrupt:
        raise Problem("interrupted; the same command goes on where it stopped.") from None
    finally:
        workers.close()
    for line in summary(book, options.out):
        print(line)
    return int(any(entry.record["status"] == "not graded" for entry in book.troubles))


def _settings(options):
    from course_utils.grading.classroom.protection import NoSandbox, sandbox_words
    from course_utils.grading.classroom.settings import Settings
    from course_utils.grading.pristine import pristine_notebooks

    sandbox = options.sandbox is not False
    if sandbox and not options.dask:  # the machines of a cluster each find out for themselves
        try:
            words = sandbox_words()
        except NoSandbox as reason:
            raise Problem(str(reason)) from None
        print(words, end="\n" * bool(words), file=sys.stderr)
    lessons = list(pristine_notebooks())
    wanted = (options.only or "").removesuffix(".ipynb")
    only = next((name for name in lessons if wanted in _names(name)), "")
    if wanted and not only:
        raise Problem(f"there is no lesson {wanted}; there are {', '.join(lessons)}.")
    return Settings(options.seed, options.seconds, only, sandbox)


def _names(lesson):
    number, _, words = lesson.partition("_")
    return lesson, number, str(int(number)), words


def _count(workers):
    if workers is None:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if workers < 1:
        raise Problem(f"--workers is at least 1, and {workers} arrived.")
    return workers


if __name__ == "__main__":
    sys.exit(main())
