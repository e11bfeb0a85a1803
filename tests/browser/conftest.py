"""Fixtures for modules that show explorers: those of their `MADE`, or in a `lab` of their own."""

import pytest
from widget_page import THEMES


@pytest.fixture(scope="module")
def lab(request, tmp_path_factory):
    """Return a JupyterLab with a notebook that shows the explorers in the module's `MADE`."""
    from explorers_page import open_explorers

    folder, module = tmp_path_factory.mktemp("lab"), request.module
    with open_explorers(folder, module.SETUP, module.MADE) as opened:
        yield opened


@pytest.fixture(scope="module", params=THEMES)
def theme_name(request):
    """Give each theme in turn; of the module, so that the theme changes once and not each test."""
    return request.param


@pytest.fixture
def theme(lab, theme_name):
    """Return the name of a theme that the page has."""
    from explorers_page import change_theme

    change_theme(lab, theme_name)
    return theme_name
