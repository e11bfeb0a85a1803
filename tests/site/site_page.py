"""The built site, served below a path of 127.0.0.1, in a Chromium that reaches no other."""

import ast
import functools
import http.server
import json
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from lab import Lab

PATH = "/a/class/"  # a site must work below any path, as on GitHub Pages
OPENED = """async path => {
    const app = window.jupyterapp;
    await app.restored;
    const name = path.split('/').pop();
    let panel = null;
    while (!panel) {
        const found = [...app.shell.widgets('main')].find(one => one.title.label === name);
        if (found && found.context) { panel = found; }
        else { await new Promise(next => requestAnimationFrame(next)); }
    }
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    app.shell.activateById(panel.id);
}"""
ASK = """async expression => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({code: `print(repr(${expression}))`});
    const said = [];
    future.onIOPub = message => {
        if (message.header.msg_type === 'stream') { said.push(message.content.text); }
        if (message.header.msg_type === 'error') { throw new Error(message.content.evalue); }
    };
    await future.done;
    return said.join('');
}"""
SAVED = """async () => {
    await window.jupyterapp.shell.currentWidget.context.save();
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder below PATH, without a word."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
    }

    def translate_path(self, path):
        return super().translate_path(path.removeprefix(PATH.rstrip("/")))

    def do_GET(self):
        if not self.path.startswith(PATH):
            self.send_error(404)
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


@contextmanager
def serve(folder):
    """Yield the address below which a folder is served on a free port of 127.0.0.1."""
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PATH}"
        server.shutdown()


class Site(Lab):
    """The site in a browser: a lesson is opened by its address, as a link on a page does it."""

    def __init__(self, context, url, pyodide=None):
        """`pyodide`: a folder that answers for the distribution's own address."""
        self.elsewhere, self.pyodide, self.distribution = [], pyodide, []
        context.route("**/*", self._answer)
        super().__init__(context.new_page(), url)
        self.page.set_default_timeout(180_000)

    def _answer(self, route):
        address = urlsplit(route.request.url)
        if address.hostname == "127.0.0.1":
            if address.path.endswith("/lite/jupyter-lite.json"):
                return self._exposed(route)
            return route.continue_()
        if self.pyodide and address.hostname == "cdn.jsdelivr.net":
            self.distribution.append(address.path)
            return route.fulfill(
                path=Path(self.pyodide) / address.path.split("/")[-1],
                headers={"Access-Control-Allow-Origin": "*"},
            )
        self.elsewhere.append(route.request.url)
        return route.abort()

    def _exposed(self, route):
        """Let the tests, and them only, reach JupyterLab's application object."""
        config = route.fetch().json()
        config["jupyter-config-data"]["exposeAppInBrowser"] = True
        route.fulfill(body=json.dumps(config), content_type="application/json")

    def open(self, path):
        """Open a notebook as a reader does, and wait until its kernel answers."""
        self.page.goto(f"{self.url}lite/lab/index.html?path={path}")
        self.wait_until_opened(path)

    def wait_until_opened(self, path):
        """Wait until the notebook to which this page leads has a kernel that answers."""
        self.page.wait_for_function("() => window.jupyterapp", timeout=60_000)
        self.page.evaluate(OPENED, path)

    def ask(self, expression):
        """Return the value of an expression in the kernel; Pyodide's answers by printing only."""
        return ast.literal_eval(self.page.evaluate(ASK, expression))

    def save(self):
        """Save the open notebook."""
        self.page.evaluate(SAVED)
