"""Print what a screen reader says of every explorer: Orca, listening to a Chromium on a screen of
its own (Debian's packages orca, xvfb, xauth, openbox, xdotool, at-spi2-core, dbus, chromium).

    .venv/bin/python tools/hear_explorers.py [part of an explorer's name ...]

For each it goes to a control, presses a key twice and leaves with Tab. Nothing sounds: Orca is
started without a voice and writes what it would say. Slow machines hear less; `PAUSE` seconds
are waited after each key.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests/browser", "benchmarks", "tools")]
from lab import FLAGS, Lab, LabServer, faults, find_chromium  # noqa: E402

from widgets import EXPLORERS, notebook  # noqa: E402

NEEDED = ("orca", "xvfb-run", "openbox", "xdotool", "dbus-run-session", "chromium")
FRONT = (
    "xdotool search --onlyvisible --class chromium windowactivate --sync mousemove 900 760 click 1"
)
PAUSE = 4.5
SPOKEN = re.compile(r"SPEECH OUTPUT: '(.*?)' ?\[?\{")


@contextmanager
def started(*command, **environment):
    """Run a command in the background until the block ends."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        command, env=os.environ | environment, start_new_session=True, **quiet
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Ears:
    """What Orca has said since it was last asked."""

    def __init__(self, log):
        self.log, self.place = log, 0

    def heard(self):
        """Return the sentences said since the last call, after a pause."""
        time.sleep(PAUSE)
        with open(self.log, errors="replace") as log:
            log.seek(self.place)
            said, self.place = SPOKEN.findall(log.read()), log.tell()
        return said


def listen(page, ears, i, shown):
    """Print what is said while the i-th explorer is used by keys."""
    root = page.locator(".atc").nth(i)
    root.scroll_into_view_if_needed()
    exact = {"name": shown.control, "exact": True} if shown.control else {}
    control = root.get_by_role(shown.role, **exact).first
    ears.heard()
    control.focus()
    print("  focus:", *ears.heard(), sep="\n    ", flush=True)
    if shown.typed:
        control.fill(shown.typed[0])
    for key in (shown.keys[0], *(() if shown.typed else shown.keys[:1]), "Tab"):
        page.keyboard.press(key)
        print(f"  {key}:", *ears.heard(), sep="\n    ", flush=True)


def hear(names):
    """Open a notebook with all explorers and listen to those whose names hold one of `names`."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        log, silent = Path(folder) / "orca.log", Path(folder) / "silent"
        silent.mkdir()
        (silent / "speechd.py").write_text('raise ImportError("no voice: Orca writes instead")')
        nbformat.write(notebook(), Path(folder) / "widgets.ipynb")
        orca = ("orca", "--replace", "--disable=braille", f"--debug-file={log}")
        with started("openbox"), started(*orca, PYTHONPATH=str(silent), HOME=folder):
            time.sleep(PAUSE)
            server = LabServer(folder)
            try:
                browser = playwright.chromium.launch(
                    executable_path=find_chromium(),
                    headless=False,
                    args=[*FLAGS, "--force-renderer-accessibility"],
                )
                page = browser.new_page()
                lab = Lab(page, server.url)
                lab.open("widgets.ipynb")
                said = faults(lab.run_all())
                if said:
                    sys.exit("\n".join(said))
                subprocess.run(FRONT.split(), check=True, stdout=subprocess.DEVNULL)
                ears = Ears(log)
                ears.heard()
                for i, (name, shown) in enumerate(EXPLORERS.items()):
                    if not names or any(part in name for part in names):
                        print(name, flush=True)
                        listen(page, ears, i, shown)
                browser.close()
            finally:
                server.stop()


def main():
    """Listen to the explorers that are named, or to all."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        sys.exit(f"Not here: {', '.join(missing)}. Debian's packages stand at the head.")
    if "HEARD_IN" not in os.environ:  # a screen and a bus of its own
        os.environ["HEARD_IN"] = "a desktop"
        mine = ("xvfb-run", "-a", "-s", "-screen 0 1366x900x24", "dbus-run-session", "--")
        os.execvp(mine[0], [*mine, sys.executable, *sys.argv])
    hear(sys.argv[1:])


if __name__ == "__main__":
    main()
