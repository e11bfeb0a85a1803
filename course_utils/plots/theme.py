"""One theme for every picture of the course: colours, sizes and fonts, light and dark.

A palette is plain data, so that the widgets draw with the same colours as the figures.
Lengths are CSS pixels everywhere: a figure is drawn at twice that and shown at that.
"""

from dataclasses import dataclass

from matplotlib.colors import LinearSegmentedColormap, to_rgb

MAX_WIDTH = 760  # px, the widest picture of a page
PADDING = 16  # px between the card's edge and its content
GAP = 2  # px between neighbouring cells
CORNER = 8  # px, the radius of the card's corners
PIXEL_RATIO = 2  # drawn pixels per shown pixel, for HiDPI screens
FONT = "DejaVu Sans"  # comes with matplotlib, so the bytes are the same on every machine
TITLE, BODY, SMALL, TINY = 15, 13, 11.5, 9.5  # px, font sizes
LINE, HAIRLINE = 2.4, 1.0  # px, line widths
WHITE_ABOVE = 0.67  # weights above this get light text in the light theme


@dataclass(frozen=True)
class Palette:
    """The colours of one theme as hex strings; the two maps as (position, colour) anchors."""

    name: str
    surface: str  # the card
    ink: str  # text
    muted: str  # secondary text, 4.5:1 on the surface
    faint: str  # lines that are not the point
    grid: str
    query: str
    key: str
    value: str
    other: str  # a fourth and a fifth line, where lines have no role
    another: str
    accent: str  # the one thing to look at
    accent_soft: str  # a background behind it
    on_light: str  # text on pale cells
    on_dark: str  # text on strong cells
    sequential: tuple[tuple[float, str], ...]  # weights, 0 to 1
    diverging: tuple[tuple[float, str], ...]  # scores, centred on zero


# Only one blue, of luminance .18, carries black and white text at 4.5:1 alike. It stands at .67,
# where the text changes its colour.
LIGHT = Palette(
    name="light",
    surface="#ffffff",
    ink="#1f2933",
    muted="#52606d",
    faint="#b8c1cb",
    grid="#e4e8ec",
    query="#0072b2",
    key="#b84e00",
    value="#007a5a",
    other="#7b4ea3",
    another="#52606d",
    accent="#0072b2",
    accent_soft="#d9eaf5",
    on_light="#000000",
    on_dark="#ffffff",
    sequential=(
        (0.0, "#f4f8fc"),
        (0.2, "#d3e4f3"),
        (0.4, "#9ecae6"),
        (0.67, "#357bb2"),
        (0.85, "#0e5599"),
        (1.0, "#08306b"),
    ),
    diverging=(
        (0.0, "#7f3300"),
        (0.16, "#b35a1e"),
        (0.33, "#eeb184"),
        (0.5, "#f5f6f7"),
        (0.67, "#9ecae6"),
        (0.84, "#2f78b0"),
        (1.0, "#08306b"),
    ),
)
DARK = Palette(
    name="dark",
    surface="#15191e",
    ink="#e8ecf0",
    muted="#a3afba",
    faint="#56616c",
    grid="#2b333b",
    query="#56b4e9",
    key="#f0a35e",
    value="#3fc79a",
    other="#c59bea",
    another="#a3afba",
    accent="#56b4e9",
    accent_soft="#1d3a4d",
    on_light="#000000",
    on_dark="#ffffff",
    sequential=(
        (0.0, "#1c232a"),
        (0.2, "#1b3a52"),
        (0.4, "#1f5680"),
        (0.67, "#357bb2"),
        (0.85, "#7cc0ee"),
        (1.0, "#d4ecfb"),
    ),
    diverging=(
        (0.0, "#fbc793"),
        (0.16, "#d98a45"),
        (0.33, "#7a4a20"),
        (0.5, "#1f262d"),
        (0.67, "#1f5680"),
        (0.84, "#4f9fd8"),
        (1.0, "#c5e6fb"),
    ),
)


def palette(dark=False):
    """Return the light palette, or the dark one.

    >>> palette().query, palette(dark=True).query
    ('#0072b2', '#56b4e9')
    """
    return DARK if dark else LIGHT


def points(px):
    """Return a length in points, matplotlib's unit for text and lines, from CSS pixels.

    >>> points(100)
    72.0
    """
    return px * 72 / 100


def sequential(colours):
    """Return the colour map for weights, to be used with the fixed range 0 to 1.

    >>> sequential(LIGHT).name
    'weights-light'
    """
    return LinearSegmentedColormap.from_list(f"weights-{colours.name}", colours.sequential, N=1001)


def diverging(colours):
    """Return the colour map for scores, to be used with a range centred on zero.

    >>> diverging(DARK).name
    'scores-dark'
    """
    return LinearSegmentedColormap.from_list(f"scores-{colours.name}", colours.diverging, N=1001)


def luminance(colour):
    """Return the relative luminance of a colour, from 0 (black) to 1 (white). WCAG 2.2.

    >>> luminance("#000000"), luminance("#ffffff")
    (0.0, 1.0)
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return round(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2], 6)


def contrast(one, other):
    """Return the contrast of two colours, from 1 (the same) to 21 (black on white). WCAG 2.2.

    >>> contrast("#ffffff", "#000000")
    21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return round((high + 0.05) / (low + 0.05), 2)


def text_on(background, colours):
    """Return the text colour that reads best on a background.

    >>> text_on("#08306b", LIGHT), text_on("#f4f8fc", LIGHT)
    ('#ffffff', '#000000')
    """
    dark_text = contrast(background, colours.on_light) >= contrast(background, colours.on_dark)
    return colours.on_light if dark_text else colours.on_dark
