"""The parts of the sandbox: what is shown, what is bound, and that it refuses, never degrades."""

import importlib.metadata
import inspect
import mmap
import os
import platform
import subprocess
import sys
import time

import pytest
from submissions import ROOT, command_lines, grade_folder, solved
from told import told

from course_utils.checks.reference import reference
from course_utils.checks.registry import all_checks
from course_utils.grading.kernel import GradingKernel, KernelTrouble
from course_utils.grading.sandbox import bubblewrap, landlock, protection, seccomp, warm
from course_utils.grading.sandbox.limits import memory_of, resident_in, tasks_of
from course_utils.grading.sandbox.shown import copy_shown


@pytest.fixture
def no_sandbox(monkeypatch):
    """Be on a machine with neither bubblewrap nor Landlock."""
    protection.kind.cache_clear()
    monkeypatch.setattr(bubblewrap, "found", lambda: "")
    monkeypatch.setattr(landlock, "version", lambda: 0)
    yield
    protection.kind.cache_clear()


def test_no_oracle_and_no_answer_is_shown(tmp_path):
    shown = copy_shown(tmp_path / "shown")
    texts = {path: path.read_text(encoding="utf-8") for path in shown.rglob("*.py")}
    for name in all_checks():
        answer = inspect.getsource(reference(name)).strip()
        assert not [path for path, text in texts.items() if answer in text], name
    assert {path.parent.name for path in texts} & {"checks", "widgets"} == set()


def test_what_is_shown_is_enough_for_every_case_of_every_check(tmp_path):
    """Observe and what cases hand over are imported from the shown part alone."""
    shown = copy_shown(tmp_path / "shown")
    code = (
        "import course_utils.grading.observe, course_utils.grading.sandbox.zygote\n"
        "import course_utils.training.train_on_pairs, course_utils.plots, course_utils.answers\n"
        "import numpy as np\n"
        "pairs = np.ones((32, 2), int), np.ones((32, 3), int)\n"
        "train = course_utils.training.train_on_pairs.train_on_pairs\n"
        "train(lambda p, s, t: np.sum(p['W_out'] ** 2), *pairs, steps=1)\n"
        "print(course_utils.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={"PYTHONPATH": str(shown)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.stdout.startswith(str(shown)), done.stderr


def test_bubblewrap_binds_nothing_of_the_course(tmp_path):
    line = bubblewrap.command(tmp_path)
    bound = [line[i + 2] for i, word in enumerate(line) if word.startswith("--ro-bind")]
    for path in ("solutions", "source", ".git", "course_utils/checks", "tests"):
        assert not any((ROOT / path).is_relative_to(one) for one in bound)
    assert "--unshare-net" in line


def test_a_course_inside_of_pythons_own_folder_is_covered(tmp_path, monkeypatch):
    monkeypatch.setattr(bubblewrap, "python_folders", lambda: [str(ROOT.parent)])
    line = bubblewrap.command(tmp_path)
    assert line.index(str(ROOT.parent)) < line.index(str(ROOT))
    assert line[line.index(str(ROOT)) - 1] in ("--dir", "--tmpfs")
    assert "--tmpfs" in line[line.index(str(ROOT.parent)) :]


def test_without_a_sandbox_it_refuses_with_one_sentence(no_sandbox):
    with pytest.raises(warm.SandboxRefused, match="nothing was graded"):
        protection.kind()


def test_pytest_refuses_before_it_runs_anything(tmp_path, monkeypatch):
    """The machine's own programs are out of reach, and Landlock is said to be too old."""
    solved().save(tmp_path / "s" / "anna" / "02_softmax.ipynb")
    (tmp_path / "old.py").write_text(
        "from course_utils.grading.sandbox import bubblewrap, landlock\n"
        "landlock.version = lambda: 5\nbubblewrap.found = lambda: ''\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(AssertionError, match="Landlock here has version 5") as refused:
        grade_folder(tmp_path / "s", "-p", "old", "--course-sandbox")
    assert "Traceback" not in str(refused.value)


def test_a_sandbox_that_does_not_start_is_refused_with_its_reason(monkeypatch):
    monkeypatch.setattr(bubblewrap, "command", lambda shown: ["sh", "-c", "echo no room >&2"])
    with pytest.raises(warm.SandboxRefused, match="no room"):
        warm.Zygote(walled=True)


def test_jupyter_finds_the_provisioner():
    points = importlib.metadata.entry_points(group="jupyter_client.kernel_provisioners")
    point = [one for one in points if one.name == "course-sandbox"]
    if not point:
        pytest.skip("the course was installed before it had a provisioner")
    assert point[0].load().__name__ == "SandboxProvisioner"


def test_every_jump_of_the_filter_ends_inside_of_it():
    for machine in seccomp.MACHINES:
        steps = seccomp.program(machine)
        for number, (code, if_true, if_false, _) in enumerate(steps):
            if code != seccomp.RETURN and code != seccomp.LOAD:
                assert number + 1 + max(if_true, if_false) < len(steps)
        assert steps[-1] == (seccomp.RETURN, 0, 0, seccomp.ALLOW)


def test_memory_and_tasks_of_this_process_are_seen():
    before = memory_of([os.getpid()])
    # Not a bytearray: where much was freed before, none of its pages would be new.
    held = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    held.write(bytes([1]) * (64 << 20))
    assert 50 << 20 < memory_of([os.getpid()]) - before < 200 << 20
    assert memory_of([os.getpid()]) <= resident_in([os.getpid()]) + (1 << 20)
    held.close()
    assert tasks_of(os.getuid()) >= 1
    assert memory_of([0]) == 0


def test_files_go_in_and_none_comes_out(kernel, tmp_path, made_of):
    assert told(kernel, "print(open('given.txt').read(), file=open('mine.txt', 'w'))") == ""
    assert told(kernel, "print(open('mine.txt').read())").strip() == "for you"
    assert (tmp_path / "mine.txt").exists() == (made_of == "landlock")


FORK = "import ctypes, mmap, os, time, numpy as np\n"
FORK += "if os.fork() == 0:\n    {}\n    time.sleep(30)\ntime.sleep({})\nprint('alive')"


def test_memory_that_processes_share_is_counted_once(kernel):
    """Twenty processes that hold 4 GiB, one after the other asked, and 200 MiB together."""
    shared = (
        "numbers = np.ones(200 << 17)\n    for _ in range(19):\n        os.fork() or time.sleep(9)"
    )
    said = told(kernel, FORK.format(shared, 2))  # a newer Python warns of forks first
    assert said.endswith("alive\n")


HIDING = "ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)"  # nobody else may look into this process
HIDERS = {
    "in processes": "[os.fork() for _ in range(3)]; numbers = np.ones(220 << 17)",
    "unseen": f"{HIDING}; numbers = np.ones(1700 << 17)",
    "behind a flicker": "numbers = np.ones(1700 << 17)\n"
    "    while True:\n        [os.fork() or os._exit(0) for _ in range(40)]\n"
    "        [os.wait() for _ in range(40)]",
}


@pytest.mark.parametrize("how", HIDERS)
def test_memory_of_processes_is_limited(kernel, how):
    with pytest.raises(KernelTrouble, match="1,536 MiB of memory"):
        told(kernel, FORK.format(HIDERS[how], 15))


def test_processes_and_files_are_limited(kernel):
    forks = "import os, time, warnings\nwarnings.simplefilter('ignore')\n"
    forks += "n = 0\ntry:\n    while n < 200:\n        n += 1\n"
    forks += "        os.fork() or time.sleep(60)\nexcept OSError as e:\n    print(n < 60, e)"
    assert told(kernel, forks).startswith("True ")
    large = "try:\n    open('large', 'wb').write(bytes(10**8))\nexcept OSError as e:\n    print(e)"
    assert "large" in told(kernel, large)


def test_no_rights_are_left(kernel):
    lines = told(kernel, "print(open('/proc/self/status').read())").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert "0" not in status["Uid"].split()


def test_the_notebooks_own_time_ends_too(made_of, tmp_path):
    end = time.monotonic() + 2
    kernel = GradingKernel(tmp_path, seconds=60, end=end, provisioner=protection.provisioner())
    try:
        for _ in range(2):
            with pytest.raises(KernelTrouble, match="time for the whole notebook was over"):
                told(kernel, "while True: pass")
    finally:
        kernel.stop()


def test_when_the_grader_is_killed_everything_ends(made_of, tmp_path):
    """A child of the learner's kernel sleeps for a number of seconds that nobody else would."""
    grader = tmp_path / "grader.py"
    grader.write_text(
        "from course_utils.grading.kernel import GradingKernel\n"
        "from course_utils.grading.sandbox.protection import provisioner\n"
        f"kernel = GradingKernel({str(tmp_path)!r}, seconds=60, provisioner=provisioner())\n"
        "asked = kernel.execute_cell_input('import os; os.system(\"sleep 7654.3219 &\")')\n"
        "kernel.await_reply(asked)\nprint('started', flush=True)\nkernel.await_idle(asked, 600)\n"
        "import time; time.sleep(600)"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, grader]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout.readline() == b"started\n"
        assert "7654.3219" in command_lines()
        process.kill()
    end = time.monotonic() + 10
    while "7654.3219" in command_lines() and time.monotonic() < end:
        time.sleep(0.05)
    assert "7654.3219" not in command_lines()


def test_the_plugin_loads_where_linux_is_not(tmp_path):
    code = (
        "import sys\nsys.modules['resource'] = None\nimport course_utils.grading.plugin\n"
        "from course_utils.grading.sandbox import protection\nsys.platform = 'win32'\n"
        "try:\n    protection.kind()\nexcept protection.SandboxRefused as reason:\n"
        "    print(reason)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "it needs Linux" in done.stdout, done.stderr


def run_in_child(code, *arguments):
    """Run code in a process of its own and return what it printed."""
    line = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, text=True)
    return done.stdout.split() if done.returncode == 0 else done.stderr


TRY = """
import os, signal, socket, sys
def tried(act):
    try:
        act()
        print("done")
    except OSError as error:
        print(type(error).__name__)
"""


def test_landlock_keeps_files_tcp_and_signals_in(tmp_path):
    if landlock.version() < protection.ENOUGH_LANDLOCK:
        pytest.skip(f"Landlock here has version {landlock.version()}, 6 is needed")
    (tmp_path / "mine").mkdir()
    (tmp_path / "secret").write_text("no")
    code = TRY + (
        "from course_utils.grading.sandbox import landlock\n"
        "folder, parent = sys.argv[1], os.getppid()\n"
        "landlock.restrict(['/usr'], [folder + '/mine'])\n"
        "tried(lambda: open(folder + '/mine/a', 'w').write('yes'))\n"
        "tried(lambda: os.listdir('/usr'))\n"
        "tried(lambda: open(folder + '/secret').read())\n"
        "tried(lambda: open('/usr/a', 'w'))\n"
        "tried(lambda: os.remove(folder + '/secret'))\n"
        "tried(lambda: socket.socket().bind(('127.0.0.1', 0)))\n"
        "tried(lambda: os.kill(parent, 0))"
    )
    assert run_in_child(code, tmp_path) == ["done"] * 2 + ["PermissionError"] * 5


def test_the_filter_refuses_calls_and_lets_processes_start():
    if platform.machine() not in seccomp.MACHINES:
        pytest.skip(f"no table of system calls for {platform.machine()}")
    code = TRY + (
        "import subprocess, threading\n"
        "from course_utils.grading.sandbox import linux, seccomp\n"
        "seccomp.filter_calls()\n"
        "tried(lambda: subprocess.run(['true'], check=True))\n"
        "tried(lambda: threading.Thread(target=print).start())\n"
        "tried(lambda: socket.socketpair())\n"
        "tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))\n"
        "tried(lambda: socket.socket(socket.AF_UNIX).connect('/nowhere'))\n"
        "tried(lambda: linux.unshare(linux.NEW_USER))\n"
        "tried(lambda: os.memfd_create('a'))"
    )
    assert run_in_child(code) == ["done"] * 3 + ["PermissionError"] * 4


@pytest.mark.parametrize(("above", "private"), [("/opt", "/tmp"), ("/tmp", "/scratch")])
def test_a_python_below_tmp_stays_in_sight(monkeypatch, tmp_path, above, private):
    python = f"{above}/env"
    monkeypatch.setattr(bubblewrap, "python_folders", lambda: [python])
    line = bubblewrap.command(tmp_path)
    assert line[line.index("--chdir") + 1] == private
    assert line.index("/tmp") < line.index(python)  # or it would be covered
    assert ("/scratch" in line) == (private == "/scratch")
