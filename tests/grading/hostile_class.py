"""Submissions that a sandbox must survive: attacks that would pay, accidents that would hurt.

An attack pays if it succeeds: only then does its softmax return the right result. So no points
for softmax means that the attack was kept in. What would be found in the syntax tree and left out
(`sys.modules`, an import of the course) is written so that only the sandbox can stop it.
"""

import textwrap

import nbformat
from class_of_submissions import FULL
from endless_message import ENDLESS_MESSAGE
from submissions import ROOT, SOFTMAX, WRONG_SOFTMAX, Submission, solved

SLEEP = "98765.4321"  # the seconds that a left-behind child would sleep, to find it by
MARK = "a-submission-was-here"


def attack(code, places=()):
    """Return a submission whose softmax is right only if `code` sets `got` to something true.

    places: addresses where somebody listens.
    """
    lines = textwrap.indent(textwrap.dedent(code.replace("PLACES", repr(places))), "    ")
    body = SOFTMAX.partition("\n")[2]
    answer = f"def softmax(x, axis=-1):\n    got = False\n{lines}\n"
    answer += f"    if not got:\n        raise RuntimeError('kept in')\n{body}"
    return solved().answer("softmax", answer)


def before(code, answer=SOFTMAX):
    """Return a submission that runs `code` in a cell before its answer."""
    text = textwrap.dedent(code)
    return lambda: solved().answer("softmax", answer).insert(text, before="softmax-answer")


KEPT_IN = {
    "reads_the_solutions": f"""
        import os
        for folder in ("solutions", "source", ".git", "course_utils/checks", "tests"):
            for place in ("..", {str(ROOT)!r}):
                try:
                    got = got or bool(os.listdir(os.path.join(place, folder)))
                except OSError:
                    pass
    """,
    "imports_the_reference": """
        import importlib, operator
        for name in ("model.softmax", "checks.softmax", "checks.reference", "grading.judge"):
            try:
                operator.methodcaller("import_module", "course_utils." + name)(importlib)
                got = True
            except ImportError:
                pass
    """,
    "finds_the_reference_in_memory": """
        import operator, sys
        got = any(name.startswith(("course_utils.checks", "course_utils.model.softmax"))
                  for name in operator.attrgetter("modules")(sys))
    """,
    "writes_everywhere": f"""
        import os, sys, site
        places = ["/", "/usr", "/etc", "/var/tmp", "/run", "/home", "/root", "/course", "/dev",
                  "/opt", sys.prefix, sys.base_prefix, *site.getsitepackages(),
                  {str(ROOT)!r}, {str(ROOT / "solutions")!r}]
        for place in places:
            try:
                open(os.path.join(place, {MARK!r}), "w").close()
                got = True
            except OSError:
                pass
    """,
    "deletes": """
        import operator, os, sys, numpy
        observe = operator.attrgetter("modules")(sys)["course_utils.grading.observe"]
        for path in (numpy.__file__, observe.__file__, os.__file__):
            for change in (os.remove, lambda p: os.truncate(p, 0), lambda p: os.rename(p, "x")):
                try:
                    change(path)
                    got = True
                except OSError:
                    pass
    """,
    "calls_home": """
        import socket
        for place in PLACES:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                family = socket.AF_UNIX if type(place) is str else socket.AF_INET
                try:
                    with socket.socket(family, kind) as one:
                        one.settimeout(1)
                        one.connect(place)
                        one.send(b"answers, please")
                        got = True
                except OSError:
                    pass
    """,
    "listens": """
        import socket
        try:
            with socket.socket() as one:
                one.bind(("0.0.0.0", 0))
                one.listen()
                got = True
        except OSError:
            pass
    """,
    "looks_into_the_grader": """
        import ctypes, os
        guard = os.getppid()
        for name in (1, guard, guard - 1, guard - 2):
            if name > 0:
                for what in ("mem", "environ", "root/tmp", "fd/3", "cwd/solutions"):
                    try:
                        open(f"/proc/{name}/{what}", "rb").read(1)
                        got = True
                    except OSError:
                        pass
                got = got or ctypes.CDLL(None).ptrace(16, name, 0, 0) == 0
    """,
    "sees_the_environment": """
        import os
        got = any("SECRET" in name for name in os.environ)
    """,
    "takes_rights": """
        import ctypes, os
        library = ctypes.CDLL(None)
        child = os.fork()
        if not child:
            rights = library.unshare(0x10000000) == 0 or library.unshare(0x00020000) == 0
            rights = rights or library.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0
            rights = rights or library.setuid(0) == 0 or library.chroot(b"/tmp") == 0
            rights = rights or library.syscall(319, b"hidden", 0) >= 0  # a file in memory
            os._exit(rights)
        got = bool(os.waitpid(child, 0)[1])
    """,
    "finds_a_note": """
        import glob
        got = bool(glob.glob("/tmp/**/a-note", recursive=True) + glob.glob("/dev/shm/a-note"))
    """,
}
NOTE = """
import pathlib
for place in ("/tmp", "/dev/shm", "."):
    try:
        pathlib.Path(place, "a-note").write_text("for the next one")
    except OSError:
        pass
"""
DETACHED = f"""
import subprocess
for _ in range(3):
    subprocess.Popen(["sh", "-c", "trap '' TERM HUP INT; sleep {SLEEP} & sleep {SLEEP}"],
                     start_new_session=True)
"""
KILLS = """
import os, signal
for pid in [os.getppid(), 1, -1, *(int(n) for n in os.listdir("/proc") if n.isdigit())]:
    if pid not in (os.getpid(), 0):
        for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(pid, number)
            except OSError:
                pass
"""
GREEDY = """
held = []
while True:
    held.append(np.ones(20_000_000))
"""
FORKS = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
FLOOD = """
import sys, threading
def flood():
    while True:
        sys.stdout.write("x" * 10_000)
        sys.stdout.flush()
threading.Thread(target=flood, daemon=True).start()
"""
LATER = """
import os, threading
threading.Timer(0.1, os._exit, [0]).start()
"""
ENDLESS = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
import re
re.match("(a+)+$", "a" * 60 + "b")
"""
STUBBORN = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
DISK = """
import itertools
for n in itertools.count():
    open(f"/tmp/{n}", "wb").write(b"x" * 5_000_000)
"""
FORGED = """
import operator, pathlib, sys
pathlib.Path("my_transformer.py").write_text("def dot_scores(*a): return 1 / 0")
folder = pathlib.PosixPath("course_utils/grading")
folder.mkdir(parents=True)
(folder / "observe.py").write_text("def observe_in_kernel(name, text): print('right')")
sys.path.insert(0, "")
modules = operator.attrgetter("modules")(sys)
for name in [name for name in modules if name.startswith("course_utils")]:
    del modules[name]
"""
EXECUTES_NOTHING = """
kernel = get_ipython().kernel
async def do_execute(*arguments, **named):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
kernel.do_execute = do_execute
"""
TREE = """
import ast
class Quiet(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(Quiet())
"""
WRONG = ("some", 3)
# name: (submission, points for softmax and soft_lookup: a number, "some" or "any")
HURTING = {
    "leaves_a_note": (before(NOTE), FULL),
    "leaves_children": (before(DETACHED), FULL),
    "kills_what_it_sees": (before(KILLS), FULL),
    "forks_for_ever": (before(FORKS), FULL),
    "takes_all_memory": (before(GREEDY), FULL),
    "asks_for_all_memory": (before("np.ones(1 << 45)"), FULL),
    "fills_the_disk": (before(DISK), FULL),
    "kills_itself": (before("import os; os.kill(os.getpid(), 9)"), FULL),
    "crashes": (before("import ctypes; ctypes.string_at(0)"), FULL),
    "recurses": (
        before("import sys; sys.setrecursionlimit(10**9)\nf = lambda: f()\nf()"),
        FULL,
    ),
    "floods_from_a_thread": (before(FLOOD), FULL),
    "ends_later": (before(LATER), FULL),
    "prints_a_mountain": (before("print('x' * 60_000_000)"), FULL),
    "fills_the_graders_memory": (before(ENDLESS_MESSAGE), FULL),
    "closes_stdout": (before("import os, sys; os.close(1); sys.stdout.close()"), ("any", "any")),
    "loops_in_c": (before(ENDLESS), FULL),
    "will_not_be_interrupted": (before(STUBBORN), FULL),
    "shell": (before(f"!touch /{MARK} {ROOT / MARK}; kill -9 1; echo done"), FULL),
    "forges_files": (before(FORGED, WRONG_SOFTMAX), WRONG),
    "executes_nothing": (before(EXECUTES_NOTHING, WRONG_SOFTMAX), WRONG),
    "changes_the_tree": (before(TREE, WRONG_SOFTMAX), WRONG),
    "seeds_nothing": (
        before("np.random.default_rng = lambda *a: None", WRONG_SOFTMAX),
        WRONG,
    ),
}


def as_format_3():
    """Save a solved notebook in the format of 2012."""
    made = solved()
    made.nb = nbformat.convert(made.nb, 3)
    return made


def uses_what_is_given():
    """Load an earlier lesson's function, plot, and call check inside of other code."""
    made = solved().answer("softmax", SOFTMAX + "\nif True: check('softmax')")
    made.insert(
        "%matplotlib inline\nload('dot_scores')(np.ones(2), np.ones((3, 2)))",
        before="softmax-answer",
    )
    return made


HONEST = {
    "honest": (solved, FULL),
    "untouched": (Submission, (0, 0)),
    "format_3": (as_format_3, FULL),
    "uses_what_is_given": (uses_what_is_given, FULL),
    "wrong": (lambda: solved().answer("softmax", WRONG_SOFTMAX), WRONG),
}
