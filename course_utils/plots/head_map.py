"""One number for each head of a model: layers are rows, heads are columns."""

import numpy as np

from course_utils.plots import cells, numbers, theme
from course_utils.plots.card import drawing
from course_utils.plots.inputs import as_array

SLACK = 1e-3  # a share that rounding lifted a little over 1 is drawn as 1


def head_map(shares, *, title=None, ax=None, dark=False):
    """Return Axes with one cell for each head of each layer, its share in it.

    Shapes: shares (layers, heads), each from 0 to 1, on the scale of colours that weights have.
    Layers and heads count from 0. Without a title, the largest share is stated.
    Raises ValueError for another number of axes, NaN, or shares outside 0 to 1.
    Lesson 5; after Clark et al. 2019.

    >>> ax = head_map([[0.1, 0.9], [0.3, 0.2]])
    >>> ax.figure.title, [text.get_text() for text in ax.texts]
    ('Layer 0, head 1 has the largest share: 0.90', ['0.10', '0.90', '0.30', '0.20'])
    """
    shares = as_array(shares, "shares", 2, "layers, heads")
    if shares.min() < 0 or shares.max() > 1 + SLACK:
        raise ValueError(
            f"shares must be from 0 to 1, but {shares.min():.3g} to {shares.max():.3g} arrived."
        )
    shares = np.minimum(shares, 1.0)
    if title is None:
        layer, head = np.unravel_index(np.argmax(shares), shares.shape)
        found = numbers.weight(shares[layer, head])
        title = f"Layer {layer}, head {head} has the largest share: {found}"
    layers, heads = shares.shape
    wide, high = cells.cell_size(layers, heads, theme.MAX_WIDTH - 2 * theme.PADDING - 80)
    with drawing(ax, wide * heads, high * layers, title, dark) as ax:
        colours = theme.palette(dark)
        mesh = cells.paint(ax, shares, theme.sequential(colours), (0, 1), colours)
        cells.write_numbers(ax, shares, mesh, "weights", colours)
        cells.name_rows(ax, [str(i) for i in range(layers)], colours, "layer")
        cells.name_columns(ax, [str(i) for i in range(heads)], colours, "head")
    return ax
