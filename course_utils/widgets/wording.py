"""Tokens and numbers as text: what `summary()` is written with."""

from collections.abc import Iterator

from course_utils.plots.inputs import as_tokens

JOINERS = "\u200c\u200d"  # Persian and emoji need them; other invisible characters could mislead


def checked_tokens(tokens, count, what="token", array="weights"):
    """Return `count` names as strings, whole and in any script, invisible characters shown.

    Without tokens, the positions 0, 1, 2 … are the names. Raises ValueError as the figures do,
    and for a set, which has no order.

    >>> checked_tokens(["cat", " ", "<b>قطة</b>"], 3)
    ['cat', '␣', '<b>قطة</b>']
    """
    tokens = listed(tokens)
    if isinstance(tokens, bytes | set | frozenset):
        kind = type(tokens).__name__
        raise ValueError(f"{what}s must be a list of strings in their order, not a {kind}.")
    as_tokens(tokens, count, what, array)
    return [visible(str(token)) for token in (range(count) if tokens is None else tokens)]


def listed(tokens):
    """Return what a generator gives as a list, to be read twice; anything else as it is.

    >>> listed(word for word in ("cat", "sat"))
    ['cat', 'sat']
    """
    return list(tokens) if isinstance(tokens, Iterator) else tokens


def visible(token):
    """Return a token on one line, without a character that cannot be seen or turns the text.

    >>> visible("two\\nlines"), visible("")
    ('two⏎lines', '␣')
    """
    shown = token.replace("\n", "⏎").replace("\t", "⇥")
    shown = "".join(c if c.isprintable() or c in JOINERS else "□" for c in shown)
    return shown if shown.strip() else "␣" * max(1, len(shown))


def two(x):
    """Return a number with two decimals and a real minus sign, or a dash for None.

    Rounded twice, so that the last digits of a BLAS cannot turn a half up or down.

    >>> two(-1.5), two(-0.001), two(0.1 + 0.2), two(None)
    ('−1.50', '0.00', '0.30', '–')
    """
    if x is None:
        return "–"
    shown = f"{round(float(x), 9):.2f}"
    return (shown.removeprefix("-") if float(shown) == 0 else shown).replace("-", "−")


def vector(numbers):
    """Return a vector as text.

    >>> vector([2, -0.5])
    '(2.00, −0.50)'
    """
    return f"({', '.join(map(two, numbers))})"


def table(headings, rows):
    """Return rows of strings in aligned columns: the first to the left, the others to the right.

    >>> print(table(["key", "q·k"], [["cat", "3.08"], ["on", "−2.09"]]))
    key    q·k
    cat   3.08
    on   −2.09
    """
    lines = [list(map(str, headings)), *[list(map(str, row)) for row in rows]]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    )
