"""Fixtures for the explorers of a module's own `lab`."""

import pytest
from widget_page import THEMES


@pytest.fixture(params=THEMES)
def theme(lab, request):
    """Change to each theme in turn."""
    from explorers_page import change_theme

    change_theme(lab, request.param)
    return request.param
