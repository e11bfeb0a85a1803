"""`make site-test` builds a site and names its folder; every other run leaves these tests out."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT = os.environ.get("COURSE_SITE")
collect_ignore_glob = [] if BUILT else ["*.py"]


@pytest.fixture(scope="session")
def chromium():
    """Return a headless browser; skip where there is none, fail in CI."""
    from lab import open_browser

    with open_browser() as browser:
        yield browser


@pytest.fixture
def learner(chromium):
    """Return the site with its own Pyodide, in a browser of which nobody knows anything yet.

    Afterwards nothing was asked of another machine, and the page raised no error.
    """
    from site_page import Site, serve

    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    with serve(ROOT / BUILT / "local") as url:
        site = Site(context, url)
        yield site
        assert site.elsewhere == []
        assert site.errors == []
        context.close()


@pytest.fixture
def default_learner(chromium):
    """Return the site that loads Pyodide from its own address; a local one answers for that."""
    from site_page import Site, serve

    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    with serve(ROOT / BUILT / "default") as url:
        site = Site(context, url, ROOT / ".venv-site" / "pyodide")
        yield site
        assert site.elsewhere == []
        assert site.errors == []
        context.close()
