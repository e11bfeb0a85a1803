"""The theme: text that can be read on every colour it stands on."""

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from course_utils.plots import theme

PALETTES = pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=lambda p: p.name)


def wcag(one, other):
    """The contrast ratio as WCAG 2.2 writes it, in a loop."""
    found = []
    for colour in (one, other):
        total = 0.0
        for share, part in zip((0.2126, 0.7152, 0.0722), to_rgb(colour)):
            total += share * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        found.append(total)
    return (max(found) + 0.05) / (min(found) + 0.05)


def test_the_colours_of_the_style_sheet():
    light, dark = theme.LIGHT, theme.DARK
    assert (light.query, light.key, light.value) == ("#0072b2", "#b84e00", "#007a5a")
    assert (dark.query, dark.key, dark.value) == ("#56b4e9", "#f0a35e", "#3fc79a")
    assert (light.ink, light.muted) == ("#1f2933", "#52606d")


@pytest.mark.parametrize("pair", [("#123456", "#fedcba"), ("#0072b2", "#ffffff")])
def test_contrast_is_wcags(pair):
    assert theme.contrast(*pair) == pytest.approx(wcag(*pair), abs=0.006)


@PALETTES
@pytest.mark.parametrize(
    "name", ["ink", "muted", "query", "key", "value", "other", "another", "accent"]
)
def test_text_on_the_card(colours, name):
    assert wcag(getattr(colours, name), colours.surface) >= 4.5


@PALETTES
def test_text_on_every_weight(colours):
    cmap = theme.sequential(colours)
    for w in np.linspace(0, 1, 1001):
        upper = colours.on_dark if colours.name == "light" else colours.on_light
        lower = colours.on_light if colours.name == "light" else colours.on_dark
        text = upper if w > 0.67 else lower
        assert wcag(to_hex(cmap(w)), text) >= 4.5, w


@PALETTES
def test_text_on_every_score(colours):
    cmap = theme.diverging(colours)
    for s in np.linspace(0, 1, 1001):
        background = to_hex(cmap(s))
        assert wcag(background, theme.text_on(background, colours)) >= 4.5, s


@PALETTES
def test_weights_grow_steadily_in_luminance(colours):
    steps = np.diff([theme.luminance(theme.sequential(colours)(w)) for w in np.linspace(0, 1, 51)])
    assert np.all(steps < 0) or np.all(steps > 0)


@PALETTES
def test_a_zero_score_has_no_hue(colours):
    red, green, blue = theme.diverging(colours)(0.5)[:3]
    assert max(red, green, blue) - min(red, green, blue) < 0.07
