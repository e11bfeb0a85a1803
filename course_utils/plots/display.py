"""Showing a figure in a notebook, with words for those who do not see it."""

import base64
import io
import sys

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_utils.plots import theme


def show(figure, alt):
    """Show a figure in the notebook with its alternative text, and close it; return nothing.

    `figure` is a Figure, one of its Axes, or a list of Axes of one figure. `alt` says in a
    sentence or more what is seen, with its numbers: it is the text/plain of the output (what a
    terminal prints, what nbval compares) and the `alt` of the picture on a web page. The PNG
    has two pixels for each shown one. Raises ValueError when `alt` is not a sentence.
    Lesson 0 onwards.

    >>> from course_utils.plots.bars import bars
    >>> show(bars([0.9, 0.1], ["cat", "mat"]), alt="Weights: cat 0.90, mat 0.10.")
    Weights: cat 0.90, mat 0.10.
    """
    data, metadata = bundle(figure, alt)
    figure = root(figure)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from IPython.display import display

        display(data, metadata=metadata, raw=True)
    else:
        print(alt)
    if "matplotlib.pyplot" in sys.modules:  # a figure of the reader's own would come up again
        sys.modules["matplotlib.pyplot"].close(figure)


def bundle(figure, alt):
    """Return what `show` displays: the data and the metadata, each by media type.

    >>> from course_utils.plots.bars import bars
    >>> data, metadata = bundle(bars([0.9, 0.1], ["cat", "mat"]), "cat 0.90, mat 0.10.")
    >>> sorted(data), metadata["image/png"]["alt"]
    (['image/png', 'text/plain'], 'cat 0.90, mat 0.10.')
    """
    if not isinstance(alt, str) or len(alt.split()) < 3:
        raise ValueError(
            f"alt must be a sentence that says what the figure shows, but {alt!r} arrived."
        )
    alt = " ".join(alt.split())
    data = png(figure)
    width = round(int.from_bytes(data[16:20], "big") / theme.PIXEL_RATIO)  # from the header
    about = {"width": min(width, theme.MAX_WIDTH), "alt": alt}
    return {"image/png": base64.b64encode(data).decode(), "text/plain": alt}, {"image/png": about}


def png(figure):
    """Return a figure as PNG bytes, the same at every run: no date and no version in them.

    >>> from course_utils.plots.bars import bars
    >>> png(bars([0.9, 0.1], ["cat", "mat"]))[1:4]
    b'PNG'
    """
    figure = root(figure)
    if figure.canvas is None or not isinstance(figure.canvas, FigureCanvasAgg):
        FigureCanvasAgg(figure)
    file = io.BytesIO()
    dpi = theme.PIXEL_RATIO * 100
    figure.savefig(file, format="png", dpi=dpi, metadata={"Software": None})
    return file.getvalue()


def root(figure):
    """Return the Figure of an Axes, of a list of Axes, or itself.

    Raises ValueError for anything else.

    >>> root(Figure().add_subplot()).__class__.__name__
    'Figure'
    """
    if isinstance(figure, list | tuple) and figure:
        figure = figure[0]
    if isinstance(figure, Axes):
        figure = figure.figure.figure  # past a SubFigure
    if not isinstance(figure, Figure):
        raise ValueError(f"show needs a figure or its Axes, but a {type(figure).__name__} arrived.")
    return figure
