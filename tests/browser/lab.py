"""A real JupyterLab in headless Chromium, driven through JupyterLab's own promises."""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

import build

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY = """async path => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = await app.commands.execute('docmanager:open', {path});
    await panel.context.ready;
    await panel.sessionContext.ready;
    if (app.shell.currentWidget !== panel) { throw new Error(`${path} is not in front`); }
}"""
LEAVE = """async () => {
    const app = window.jupyterapp;
    const panel = app.shell.currentWidget;
    await panel.context.save();
    await app.serviceManager.sessions.shutdownAll();
    panel.close();
}"""
RUN = """async seconds => {
    const late = new Promise((_, reject) => setTimeout(
        () => reject(new Error(`still running after ${seconds} seconds`)), 1000 * seconds));
    const done = window.jupyterapp.commands.execute('notebook:run-all-cells');
    await Promise.race([done, late]);
}"""
CELLS = """() => {
    const found = [];
    for (const cell of window.jupyterapp.shell.currentWidget.content.model.cells) {
        const outputs = cell.type === 'code' ? cell.outputs.toJSON() : [];
        found.push({id: cell.id, source: cell.sharedModel.getSource(), outputs});
    }
    return found;
}"""
WRITE = """([id, source]) => {
    for (const cell of window.jupyterapp.shell.currentWidget.content.model.cells) {
        if (cell.id === id) { cell.sharedModel.setSource(source); }
    }
}"""
ASK = """async expression => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({code: '', user_expressions: {answer: expression}});
    const answer = (await future.done).content.user_expressions.answer;
    if (answer.status !== 'ok') { throw new Error(`${answer.ename}: ${answer.evalue}`); }
    return answer.data['text/plain'];
}"""
THEME = """async theme => {
    await window.jupyterapp.commands.execute('apputils:change-theme', {theme});
}"""


def find_chromium():
    """Return the path of a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


class LabServer:
    """A JupyterLab on a free port of 127.0.0.1, on a copy of the course's notebooks."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for part in ("notebooks", "solutions"):
            shutil.copytree(ROOT / part, self.folder / part)
        (self.folder / "exercises").mkdir()
        for name, notebook in build.blank_exercises().items():
            nbformat.write(notebook, self.folder / "exercises" / name)
        settings = self.folder / "settings"
        news = settings / "lab/user-settings/@jupyterlab/apputils-extension"
        news.mkdir(parents=True)
        (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        if version("jupyterlab").startswith("4.4."):  # it keeps only cells in sight in the page
            cells = news.parent / "notebook-extension"
            cells.mkdir()
            (cells / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(settings),
            "JUPYTER_DATA_DIR": str(settings / "data"),
            "JUPYTER_RUNTIME_DIR": str(settings / "runtime"),
            "IPYTHONDIR": str(settings / "ipython"),
            "COURSE_MY_TRANSFORMER": str(self.folder / "my_transformer.py"),
        }
        environment.pop("PYTEST_CURRENT_TEST", None)
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": 0,  # it finds a free one as it starts; found here, others took it
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.folder,
            "IdentityProvider.token": "",
            "LabApp.expose_app_in_browser": True,
            "LabApp.news_url": "",
            "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [f"--{name}={value}" for name, value in options.items()]
        with open(self.folder / "server.log", "w") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def _wait(self):
        """Wait until the server answers, and note its address."""
        told = self.folder / f"settings/runtime/jpserver-{self.process.pid}.json"
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.url = f"http://127.0.0.1:{json.loads(told.read_text())['port']}"
                urllib.request.urlopen(f"{self.url}/api", timeout=2).read()
                return
            except (ValueError, OSError):  # the file is not there, not whole; nobody listens yet
                time.sleep(0.2)
        if self.process.poll() is None:
            self.stop()
        raise RuntimeError((self.folder / "server.log").read_text())

    def stop(self):
        """End the server and its kernels."""
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Lab:
    """A page with JupyterLab on which notebooks are opened, run and read."""

    def __init__(self, page, url):
        self.page, self.url, self.errors = page, url, []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())

    def open(self, path):
        """Open a notebook alone in a fresh page and wait until its kernel is ready."""
        if self.page.url.startswith(self.url):
            self.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
        self.page.goto(f"{self.url}/lab/tree/{path}?reset")
        self.page.wait_for_function("() => window.jupyterapp", timeout=60_000)
        self.page.evaluate(READY, path)

    def go_on(self, path):
        """Save and leave the open notebook, and open the next one in the same page."""
        self.page.evaluate(LEAVE)
        self.page.evaluate(READY, path)

    def run_all(self, seconds=120):
        """Run all cells of the open notebook and return its cells with their outputs."""
        self.page.evaluate(RUN, seconds)
        return self.cells()

    def cells(self):
        """Return the cells of the open notebook."""
        return self.page.evaluate(CELLS)

    def write(self, identity, source):
        """Write into the cell with this id."""
        self.page.evaluate(WRITE, [identity, source])

    def ask(self, expression):
        """Return the value of a Python literal expression in the kernel of the open notebook."""
        return ast.literal_eval(self.page.evaluate(ASK, expression))

    def wait_for(self, expression, seconds=10):
        """Ask until the expression is true in the kernel, where the page's news arrive later."""
        end = time.monotonic() + seconds
        while not self.ask(f"bool({expression})"):
            if time.monotonic() > end:
                raise AssertionError(f"{expression} did not come true in {seconds} seconds")
            time.sleep(0.05)

    def theme(self, name):
        """Change JupyterLab's theme."""
        self.page.evaluate(THEME, name)


def faults(cells):
    """Return errors and lines on stderr among the outputs of the cells."""
    found = []
    for cell in cells:
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                found.append(f"{output['ename']}: {output['evalue']}")
            elif output.get("name") == "stderr":
                found.append(str(output["text"]))
    return found


def text_of(cells, identity):
    """Return the text/plain of the outputs of one cell."""
    outputs = next(cell["outputs"] for cell in cells if cell["id"] == identity)
    return "\n".join(str(output.get("data", {}).get("text/plain", "")) for output in outputs)


@contextmanager
def open_browser():
    """Yield a headless Chromium; skip where there is none, fail in CI."""
    chromium = find_chromium()
    if chromium is None:
        reason = "no Chromium here: install Debian's package chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def open_page():
    """Yield a blank page of a browser of its own."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        yield page


@contextmanager
def open_lab(folder):
    """Yield a Lab in a browser, with a server of its own on that folder."""
    with open_page() as page:
        server = LabServer(folder)
        try:
            opened = Lab(page, server.url)
            opened.folder = server.folder
            yield opened
        finally:
            server.stop()
