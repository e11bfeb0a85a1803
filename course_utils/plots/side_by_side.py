"""Attention maps of different sizes side by side: one sentence, and one to another."""

from matplotlib import style as mpl_style

from course_utils.plots import cells, labels, theme
from course_utils.plots.card import SETTINGS, Card
from course_utils.plots.heatmap import heatmap

BETWEEN = 30  # px


def side_by_side(maps, *, title="", dark=False):
    """Return a list of Axes with a heat map each, whose cells are all of one size.

    `maps` gives each panel's heading its (weights, queries, keys): weights (n queries, m keys),
    n and m tokens; every panel may have its own. Raises ValueError as `heatmap` does, and when
    there is no map. Lesson 8: self-attention beside cross-attention.

    >>> square, wide = ([[1, 0], [0, 1]], "ab", "ab"), ([[0.5, 0.5, 0]], "c", "abd")
    >>> [ax.get_title(loc="left") for ax in side_by_side({"within": square, "across": wide})]
    ['within', 'across']
    """
    if not maps:
        raise ValueError("maps is empty: give a heading and (weights, queries, keys) for each.")
    names = [labels.widest(list(queries)) for _, queries, _ in maps.values()]
    columns = [len(keys) for _, _, keys in maps.values()]
    room = theme.MAX_WIDTH - 2 * theme.PADDING - sum(names) - 44 * len(maps) - BETWEEN
    wide, high = cells.cell_size(1, sum(columns), room)
    with mpl_style.context(SETTINGS):
        card = Card(title, dark, BETWEEN)
        panels = []
        for heading, (weights, queries, keys) in maps.items():
            ax = card.panel(wide * len(keys), high * len(queries))
            heatmap(weights, list(queries), list(keys), title=str(heading), ax=ax, dark=dark)
            panels.append(ax)
        card.fit()
    return panels
