"""How the figures write numbers: few digits, a real minus sign, an exact zero told apart."""

import numpy as np


def weight(w):
    """Return a weight with two decimals; a zero is "0" only when it is exact.

    >>> weight(0.625), weight(0.0), weight(0.001)
    ('0.62', '0', '<0.01')
    """
    if w == 0:
        return "0"
    return "<0.01" if 0 < w < 0.005 else f"{w:.2f}"


def cell_weight(w):
    """Return a weight for a cell, where there is no room for more than four characters.

    >>> cell_weight(0.625), cell_weight(0.0), cell_weight(0.001)
    ('0.62', '0', '0.00')
    """
    return "0" if w == 0 else f"{w:.2f}"


def short_weight(w):
    """Return a weight for a small cell: without the leading zero.

    >>> short_weight(0.625), short_weight(1.0), short_weight(0.0)
    ('.62', '1', '0')
    """
    if w == 0:
        return "0"
    return "1" if w >= 0.995 else f"{w:.2f}".removeprefix("0")


def percent(w):
    """Return a weight as a percentage, two digits of it.

    >>> percent(0.716), percent(0.0372), percent(0.0002)
    ('72%', '3.7%', '<0.1%')
    """
    if w == 0:
        return "0%"
    if w < 0.0005:
        return "<0.1%"
    return f"{100 * w:.0f}%" if w >= 0.0995 else f"{100 * w:.1f}%"


def score(s):
    """Return a score with about three digits and a real minus sign.

    >>> score(-1.5), score(float("-inf")), score(1234.5)
    ('−1.50', '−∞', '1,234')
    """
    if np.isinf(s):
        return "∞" if s > 0 else "−∞"
    digits = 2 if abs(s) < 99.5 else 1 if abs(s) < 999.5 else 0
    shown = f"{s:,.{digits}f}"
    return (shown.removeprefix("-") if float(shown.replace(",", "")) == 0 else shown).replace(
        "-", "−"
    )


def scores_like(values):
    """Return the function that writes these scores: whole numbers bare, else two decimals.

    >>> scores_like(np.array([4.0, -np.inf]))(4.0), scores_like(np.array([4.5, 2.0]))(2.0)
    ('4', '2.00')
    """
    finite = values[np.isfinite(values)]
    return by_hand if np.array_equal(finite, np.round(finite)) else score


def short_score(s):
    """Return a score for a small cell: about two digits.

    >>> short_score(-1.52), short_score(12.3)
    ('−1.5', '12')
    """
    if np.isinf(s):
        return score(s)
    shown = f"{s:,.0f}" if abs(s) >= 9.95 else f"{s:.1f}"
    return shown.removeprefix("-") if shown == "-0.0" else shown.replace("-", "−")


def by_hand(x):
    """Return a number as one would write it by hand: at most two decimals, none that are zero.

    >>> by_hand(10.0), by_hand(7.2345), by_hand(-0.5)
    ('10', '7.23', '−0.5')
    """
    shown = f"{x:,.2f}".replace("-", "−") if np.isfinite(x) else score(x)
    shown = "0" if shown.strip("−0.") == "" else shown
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def compact(x):
    """Return a number for an axis: no digits that say nothing.

    >>> compact(1024.0), compact(0.5), compact(-2.0)
    ('1,024', '0.5', '−2')
    """
    shown = f"{x:,.0f}" if float(x).is_integer() else f"{x:,.4g}"
    return shown.replace("-", "−")
