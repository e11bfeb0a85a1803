"""Fixtures for the explorers of a module's own `lab`."""

import pytest
from widget_page import THEMES


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
