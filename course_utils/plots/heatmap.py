"""Attention as a heat map: rows are queries, columns are keys."""

import numpy as np

from course_utils.plots import cells, labels, numbers, theme
from course_utils.plots.card import Card, drawing, head, style
from course_utils.plots.inputs import as_array, as_tokens, as_weights, bad_sums

MASK_BLUE = 0.3  # the strength of the colour of a pair that may attend
KINDS = ("weights", "scores", "mask")


def heatmap(
    matrix,
    queries=None,
    keys=None,
    *,
    kind="weights",
    row_name="query",
    column_name="key",
    title=None,
    ax=None,
    dark=False,
):
    """Return Axes with one cell for each query (row) and key (column), its number in it.

    Shapes: matrix (n queries, m keys); `queries` n tokens, `keys` m tokens, the queries' where
    not given. `kind` "weights" colours 0 to 1 in blues; "scores" diverges from zero and shows a
    masked −inf as grey; "mask" is boolean, ticked where True (may attend). Rows of weights that
    sum neither to 1 nor to 0 are marked with their sum. Without a title, the largest weight is
    stated.
    Raises ValueError for another number of axes, NaN, tokens that do not fit, weights outside
    0 to 1. Lesson 3 onwards.

    >>> ax = heatmap([[0.2, 0.8], [0.5, 0.5]], ["cat", "sat"])
    >>> [text.get_text() for text in ax.texts], ax.figure.title
    (['0.20', '0.80', '0.50', '0.50'], '“cat” looks most at “sat”: 0.80')
    """
    matrix, rows, columns = _checked(matrix, queries, keys, kind)
    title = _finding(matrix, rows, columns, kind) if title is None else title
    room = theme.MAX_WIDTH - 2 * theme.PADDING - labels.widest(rows) - 70
    wide, high = cells.cell_size(*matrix.shape, room)
    with drawing(ax, wide * len(columns), high * len(rows), title, dark) as ax:
        colours = theme.palette(dark)
        _draw(ax, matrix, kind, _limit([matrix], kind), colours)
        cells.name_rows(ax, rows, colours, row_name, colours.query)
        cells.name_columns(ax, columns, colours, column_name, colours.key)
    return ax


def heatmaps(matrices, queries=None, keys=None, *, kind="weights", title="", dark=False):
    """Return a list of Axes side by side: several matrices over the same tokens.

    `matrices` maps each panel's heading to its matrix (n queries, m keys); scores share one
    scale of colours. Tokens and errors as for `heatmap`. Lessons 3, 4 and 7.

    >>> axes = heatmaps({"head 1": [[0.2, 0.8]], "head 2": [[1, 0]]}, ["it"], ["cat", "mat"])
    >>> [ax.get_title(loc="left") for ax in axes]
    ['head 1', 'head 2']
    """
    if not matrices:
        raise ValueError("matrices is empty: give a heading and a matrix for each panel.")
    panels = {k: _checked(matrix, queries, keys, kind) for k, matrix in matrices.items()}
    _, rows, columns = next(iter(panels.values()))
    for matrix, _, _ in panels.values():  # tokens named by position must agree, too
        as_tokens(rows, matrix.shape[0], "query token")
        as_tokens(columns, matrix.shape[1], "key token")
    like = np.stack([panel[0] for panel in panels.values()])
    limit = _limit(like, kind)
    between, colours = 24, theme.palette(dark)
    room = theme.MAX_WIDTH - 2 * theme.PADDING - labels.widest(rows) - 50
    room = room / len(panels) - between
    wide, high = cells.cell_size(len(rows), len(columns), room)
    size = wide * len(columns), high * len(rows)
    with Card.row(len(panels), *size, title, dark, between) as axes:
        for i, (ax, (name, (matrix, _, _))) in enumerate(zip(axes, panels.items())):
            _draw(ax, matrix, kind, limit, colours, like)
            head(ax, str(name), colours)
            cells.name_columns(ax, columns, colours, "key", colours.key)
            cells.name_rows(ax, rows, colours, "" if i else "query", colours.query)
            if i:
                ax.tick_params(labelleft=False)
    return axes


def _checked(matrix, queries, keys, kind):
    """Return the matrix and its tokens. Raises ValueError when they do not fit."""
    if kind not in KINDS:
        raise ValueError(f"kind is one of {KINDS}, but {kind!r} arrived.")
    if kind == "weights":
        matrix = as_weights(matrix)
    elif kind == "mask":
        matrix = as_weights(matrix, "mask")
        if not np.isin(matrix, (0, 1)).all():
            raise ValueError("mask must be boolean, True = may attend, but other numbers arrived.")
    else:
        matrix = as_array(matrix, "scores", 2, "queries, keys")
        if np.any(matrix == np.inf):
            raise ValueError("scores has +inf; a masked score is -inf, and no other is infinite.")
    rows = as_tokens(queries, matrix.shape[0], "query token", kind)
    if keys is None and matrix.shape[0] == matrix.shape[1]:
        keys = queries
    return matrix, rows, as_tokens(keys, matrix.shape[1], "key token", kind)


def _finding(matrix, rows, columns, kind):
    """Return the sentence that states the largest entry, or counts what may be attended to."""
    if kind == "mask":
        return f"{int(matrix.sum())} of {matrix.size} pairs may attend"
    i, j = np.unravel_index(np.argmax(matrix), matrix.shape)
    if kind == "weights":
        return f"“{rows[i]}” looks most at “{columns[j]}”: {numbers.weight(matrix[i, j])}"
    shown = numbers.scores_like(matrix)(matrix[i, j])
    return f"“{rows[i]}” scores highest with “{columns[j]}”: {shown}"


def _limit(matrices, kind):
    """Return the value of the strongest colour: 1 for weights, the largest size of a score."""
    if kind != "scores":
        return 1.0
    finite = [np.abs(matrix[np.isfinite(matrix)]) for matrix in matrices]
    return max([float(values.max()) for values in finite if values.size] + [1e-9])


def _draw(ax, matrix, kind, limit, colours, like=None):
    """Draw cells and numbers, and the sums of rows that should be 1 and are not."""
    low, cmap = (-limit, theme.diverging) if kind == "scores" else (0.0, theme.sequential)
    shown = matrix * MASK_BLUE if kind == "mask" else matrix
    mesh = cells.paint(ax, shown, cmap(colours), (low, limit), colours)
    if kind == "mask":
        for i, j in np.argwhere(matrix > 0):
            look = style(colours.ink, theme.SMALL)
            ax.text(j, i, "✓", ha="center", va="center_baseline", **look)
        return
    cells.write_numbers(ax, matrix, mesh, kind, colours, like)
    if kind == "scores":
        return
    for i in np.flatnonzero(bad_sums(matrix)):
        ax.annotate(
            f"sum {matrix[i].sum():.2f}",
            (matrix.shape[1] - 0.5, i),
            (theme.points(6), 0),
            textcoords="offset points",
            va="center_baseline",
            **style(colours.key, theme.SMALL),
        )
