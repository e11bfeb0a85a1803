"""The reading copy served on 127.0.0.1 to a headless browser, and what axe-core says of it."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from axe_playwright_python.sync_playwright import Axe

import reading

NAMES = sorted({name for name in reading.addresses().values() if name.endswith(".html")})
NARROW, WIDE = {"width": 400, "height": 800}, {"width": 1400, "height": 900}
SCHEMES = ("light", "dark")
# Of a page's thousands of coloured pieces of code one of each kind is left, and of a table's rows
# the first three: all others look the same.
FEWER = """() => {
    document.querySelectorAll('details').forEach(e => e.open = true);
    const seen = new Set();
    document.querySelectorAll('pre span').forEach(e => {
        if (seen.has(e.className)) { e.replaceWith(e.textContent); }
        seen.add(e.className);
    });
    document.querySelectorAll('tr:nth-child(n + 4)').forEach(e => e.remove());
    document.body.normalize();
}"""
# What depends on the scheme or the width; the rest is the same in every run.
LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and writes nothing to the terminal."""

    def log_message(self, *arguments):
        """Say nothing."""


@contextmanager
def served(page, folder):
    """Yield a browser's page, the address of a folder, what the page asks for and what it says."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = SimpleNamespace(page=page, folder=folder, asked=[], said=[])
    found.url = f"http://127.0.0.1:{server.server_port}/"
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("requestfailed", lambda request: found.said.append(f"failed: {request.url}"))
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda error: found.said.append(str(error)))
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def serious(page, rules=None):
    """Return what axe-core finds serious or critical on a page, by all its rules or by some."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = Axe().run(page, options=options)
    assert found.response["testEngine"]["name"] == "axe-core"
    return [
        f"{fault['id']}: {node['html'][:150]}"
        for fault in found.response["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def read_by_axe(site, name, scheme):
    """Return what axe-core finds: wide and light by all rules, narrow and dark by looks."""
    site.page.emulate_media(color_scheme=scheme)
    site.page.set_viewport_size(WIDE if scheme == "light" else NARROW)
    site.page.goto(site.url + name)
    site.page.evaluate(FEWER)
    return serious(site.page, LOOKS if scheme == "dark" else None)
