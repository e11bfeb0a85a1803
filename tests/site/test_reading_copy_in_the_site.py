"""The reading copy as `make site` puts it beside JupyterLite: every page read by axe-core."""

import os
import re
from pathlib import Path

import pytest
from reading_site import NAMES, SCHEMES, read_by_axe, served

FOLDER = Path(__file__).resolve().parents[2] / os.environ["COURSE_SITE"] / "local"
RUN = re.compile(r'href="([^"?]*lite/lab/index\.html)\?path=([^"]+)"')


@pytest.fixture(scope="module")
def site(chromium):
    """Return a page of a browser and the address of the built site."""
    page = chromium.new_page()
    with served(page, FOLDER) as found:
        yield found
    page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious_on_any_page(site, name, scheme):
    assert read_by_axe(site, name, scheme) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_lets_run_is_in_jupyterlite(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    found = RUN.findall(text)
    assert bool(found) == name.startswith(("index", "notebooks", "exercises"))
    for address, notebook in found:
        assert ((FOLDER / name).parent / address).is_file()
        assert (FOLDER / "lite" / "files" / notebook).is_file()
