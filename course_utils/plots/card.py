"""The card that a figure is drawn on: it measures its text and takes the size that holds it."""

from contextlib import contextmanager
from unicodedata import bidirectional

from matplotlib import style as mpl_style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from course_utils.plots import theme

INCH = 100  # CSS pixels to an inch of matplotlib's

# Instead of the reader's own settings; unhinted, text has the same shape at any pixel ratio.
SETTINGS = ["default", {"font.family": [theme.FONT], "text.hinting": "none"}]


class Card(Figure):
    """A figure of panels in a row under one title, on a plain card with rounded corners.

    It is a `Figure` of its own, unknown to pyplot, so a notebook never shows it twice.
    `panel` adds an Axes whose inner size is given in CSS px; `fit` measures everything that is
    drawn and sets positions and size, so that nothing is cut off and the card is at most
    `theme.MAX_WIDTH` wide (panels become narrower to allow for that).
    """

    def __init__(self, title="", dark=False, between=28):
        super().__init__(dpi=INCH * theme.PIXEL_RATIO, facecolor="none")
        FigureCanvasAgg(self)
        self.colours, self.between = theme.palette(dark), between
        self.title, self.heading = title, None
        self.inner = []  # [axes, width px, height px]
        self.paper = FancyBboxPatch((0, 0), 1, 1, facecolor=self.colours.surface, lw=0, zorder=-1)
        self.paper.set_in_layout(False)
        self.add_artist(self.paper)

    def panel(self, width, height):
        """Add an Axes of that inner size and return it, without frame, ticks or grid."""
        ax = self.add_axes((0.1, 0.1, 0.8, 0.8), label=f"panel {len(self.inner)}")
        bare(ax)
        self.inner.append([ax, width, height])
        self.resize(theme.MAX_WIDTH, height + 2 * theme.PADDING)
        self.place(ax, theme.PADDING, theme.PADDING, width, height)
        return ax

    def widen(self, ax, width):
        """Give a panel another inner width in CSS px."""
        for panel in self.inner:
            if panel[0] is ax:
                panel[1] = width

    @classmethod
    @contextmanager
    def row(cls, count, width, height, title, dark, between=28):
        """Yield `count` new Axes of one size, side by side; then fit."""
        with mpl_style.context(SETTINGS):
            card = cls(title, dark, between)
            yield [card.panel(width, height) for _ in range(count)]
            card.fit()

    def width(self):
        """Return the width of the card in CSS px."""
        return round(self.get_figwidth() * INCH)

    def resize(self, width, height):
        """Set the size of the card in CSS px."""
        self.set_size_inches(width / INCH, height / INCH)

    def place(self, ax, left, top, width, height):
        """Put the inner box of an Axes at a place in CSS px, counted from the top left."""
        w, h = self.get_figwidth() * INCH, self.get_figheight() * INCH
        ax.set_position((left / w, 1 - (top + height) / h, width / w, height / h))

    def fit(self):
        """Give every panel the margins that its text needs, and the card its size."""
        for _ in range(3):  # narrower panels can change what their labels need
            margins = [self.margins(ax) for ax, _, _ in self.inner]
            excess = self.content_width(margins) + 2 * theme.PADDING - theme.MAX_WIDTH
            if excess > 0:
                self.narrow(excess)
            self.arrange(margins)
            if excess <= 0:
                break

    def margins(self, ax):
        """Return what sticks out of an Axes: left, top, right, bottom, in CSS px."""
        renderer = self.canvas.get_renderer()
        outer, box = ax.get_tightbbox(renderer), ax.get_window_extent(renderer)
        edges = (box.x0 - outer.x0, outer.y1 - box.y1, outer.x1 - box.x1, box.y0 - outer.y0)
        return [max(0.0, edge) / theme.PIXEL_RATIO for edge in edges]

    def content_width(self, margins):
        """Return the width of the panels with their margins, in CSS px."""
        widths = [m[0] + w + m[2] for m, (_, w, _) in zip(margins, self.inner)]
        return sum(widths) + self.between * (len(widths) - 1)

    def narrow(self, excess):
        """Take an excess of width from the panels, each by its share."""
        total = sum(width for _, width, _ in self.inner)
        for panel in self.inner:
            panel[1] = max(40, panel[1] - excess * panel[1] / total)

    def arrange(self, margins):
        """Size the card and place title and panels."""
        pad, content = theme.PADDING, self.content_width(margins)
        title_width, title_height = self.lay_title(theme.MAX_WIDTH - 2 * pad)
        above = pad + title_height + max(m[1] for m in margins)
        below = max(h + m[3] for m, (_, _, h) in zip(margins, self.inner)) + pad
        self.resize(round(max(content, title_width) + 2 * pad), round(above + below))
        left = pad
        for margin, (ax, width, height) in zip(margins, self.inner):
            self.place(ax, left + margin[0], above, width, height)
            left += margin[0] + width + margin[2] + self.between
        w, h = self.get_figwidth() * INCH, self.get_figheight() * INCH
        if self.heading:
            self.heading.set_position((pad / w, 1 - pad / h))
        self.paper.set_mutation_aspect(w / h)
        self.paper.set_boxstyle("round", pad=0, rounding_size=theme.CORNER / w)

    def lay_title(self, room):
        """Wrap the title into the room and return its width and height with the gap below."""
        if not self.title:
            return 0, 0
        if self.heading is None:
            self.heading = self.suptitle(
                "", x=0, y=1, ha="left", va="top", color=self.colours.ink, linespacing=1.3
            )
            self.heading.set(fontsize=theme.points(theme.TITLE), fontweight="bold")
            self.heading.set_parse_math(False)
        self.heading.set_text(wrapped(self.heading, self.title, room))
        width, height = text_size(self.heading)
        return width, height + 14

    def savefig(self, *args, **kwargs):
        """Fit, then save as matplotlib does, at two drawn pixels for each shown."""
        with mpl_style.context(SETTINGS):
            self.fit()
            super().savefig(*args, **{"dpi": self.dpi, **kwargs})


def text_size(text):
    """Return the width and height of a text artist in CSS px."""
    box = text.get_window_extent()
    ratio = text.figure.dpi / INCH
    return box.width / ratio, box.height / ratio


def wrapped(text, words, room):
    """Return the words with line breaks, so that each line of the artist fits the room in px."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        text.set_text(longer)
        if lines[-1] and text_size(text)[0] > room:
            lines.append(word)
        else:
            lines[-1] = longer
    # A first word in Arabic or Hebrew would turn the whole line around, were it not told.
    turned = [any(bidirectional(c) in ("R", "AL") for c in line) for line in lines]
    return "\n".join(f"\u200e{line}" if turn else line for line, turn in zip(lines, turned))


def bare(ax):
    """Take frame, ticks and background from an Axes."""
    ax.set_facecolor("none")
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0, pad=theme.points(8))


@contextmanager
def drawing(ax, width, height, title, dark):
    """Yield an Axes to draw on: the given one, or the only panel of a new card.

    The reader's own matplotlib settings neither change the picture nor are changed by it.
    """
    with mpl_style.context(SETTINGS):
        card = None
        if ax is None:
            card = Card(title, dark)
            ax = card.panel(width, height)
        else:
            bare(ax)
            head(ax, title, theme.palette(dark))
        yield ax
        if card:
            card.fit()


def head(ax, words, colours):
    """Write a heading above an Axes, flush with its left edge."""
    ax.set_title(
        words,
        loc="left",
        fontsize=theme.points(theme.BODY),
        fontweight="bold",
        color=colours.ink,
        pad=theme.points(10),
        parse_math=False,
    )


def style(colour, size=theme.BODY, **more):
    """Return the keyword arguments of a text artist: colour, size in CSS px, never as maths.

    >>> style("#000000", size=10)["fontsize"]
    7.2
    """
    return {"color": colour, "fontsize": theme.points(size), "parse_math": False, **more}
