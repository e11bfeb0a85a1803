"""Lesson 6: what a class really hands in for the sinusoidal positions, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def alternate(angle):
    """Take the sine in even columns and the cosine in odd ones."""
    even = np.arange(angle.shape[-1]) % 2 == 0
    return np.where(even, np.sin(angle), np.cos(angle))


def right_angle(position, column, d, base):
    """Return the angle of each position (n, 1) and column (d,) in radians, (n, d)."""
    return position / base ** (column // 2 * 2 / d)


def made_of(angle=right_angle, wave=alternate, start=0):
    """Return a function for positions in which one of the steps is another."""

    def sinusoidal_positions(n, d, base=10000):
        position = np.arange(start, n + start)[:, None]
        return wave(angle(position, np.arange(d), d, base))

    return sinusoidal_positions


def halves(angle):
    """Put all sines in front of all cosines."""
    return np.concatenate([np.sin(angle[:, 0::2]), np.cos(angle[:, 1::2])], axis=-1)


def exchanged(angle):
    """Take the cosine in even columns."""
    even = np.arange(angle.shape[-1]) % 2 == 0
    return np.where(even, np.cos(angle), np.sin(angle))


def slowest_reaches_the_base(position, column, d, base):
    """Spread the exponents from 0 to 1 with both ends."""
    return position / base ** (column // 2 / max((d + 1) // 2 - 1, 1))


def even_only(n, d, base=10000):
    """Fill two interleaved halves of one size."""
    angle = np.arange(n)[:, None] / base ** (np.arange(0, d, 2) / d)
    table = np.zeros((n, d))
    table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle)
    return table


def whole_hands_only(n, d, base=10000):
    """Fill the columns of d // 2 hands, so that an odd d leaves zeros in its last column."""
    table = made_of()(n, d, base)
    table[:, d // 2 * 2 :] = 0.0
    return table


def odd_out_of_range(n, d, base=10000):
    """Give the last hand of an odd d a cosine, for which there is no column."""
    return even_only(n, d, base) if d % 2 == 0 else np.zeros((n, d))[:, d]


def one_axis(n, d, base=10000):
    """Forget to make a column of the positions."""
    column = np.arange(d)
    return alternate(np.arange(n) / base ** (column // 2 * 2 / d))


def first_row_only(n, d, base=10000):
    """Return in the first round of a loop over the positions."""
    table = made_of()(n, d, base)
    table[1:] = 0.0
    return table


def by_rows(angle):
    """Take the sine in even rows and the cosine in odd ones."""
    return np.where(np.arange(len(angle))[:, None] % 2 == 0, np.sin(angle), np.cos(angle))


def overlapping(n, d, base=10000):
    """Let hand h fill the columns h and h + 1."""
    table = np.zeros((n, d))
    for hand in range(d // 2):
        angle = np.arange(n) * base ** (-2 * hand / d)
        table[:, hand], table[:, hand + 1] = np.sin(angle), np.cos(angle)
    return table


def stacked_in_front(n, d, base=10000):
    """Run the axes together in the wrong order."""
    angle = np.arange(n)[:, None] / base ** (np.arange(0, d, 2) / d)
    return np.stack([np.sin(angle), np.cos(angle)]).reshape(n, d)


def without_the_first_row(n, d, base=10000):
    """Leave the zeros of position 0 as they are."""
    table = made_of()(n, d, base)
    table[0] = 0.0
    return table


def of_whole_numbers(n, d, base=10000):
    """Write sines and cosines into a table of integers."""
    table = np.zeros((n, d), dtype=int)
    table[...] = made_of()(n, d, base)
    return table


SINUSOID_MISTAKES = (
    Mistake(
        "your table has all sines in the left half and all cosines in the right half",
        made_of(wave=halves),
        "The two numbers of one hand stand side by side: columns 0 and 1, then 2 and 3.",
    ),
    Mistake(
        "your sines and cosines are exchanged: every hand starts with (1, 0), not with (0, 1)",
        made_of(wave=exchanged),
        "sin 0 = 0 and cos 0 = 1. Which of the two comes first in row 0?",
    ),
    Mistake(
        "your table holds sines only",
        made_of(wave=np.sin),
        "A hand needs two numbers, for one sine belongs to several angles.",
    ),
    Mistake(
        "your table holds cosines only",
        made_of(wave=np.cos),
        "A hand needs two numbers, for one cosine belongs to several angles.",
    ),
    Mistake(
        "your table holds the angles themselves",
        made_of(wave=lambda angle: angle),
        "The angle says how far a hand has turned. Where is its tip then?",
    ),
    Mistake(
        "your hands all turn at the same speed: the base plays no part",
        made_of(lambda position, column, d, base: position + 0.0 * column),
        "Is the exponent 0 everywhere? `//` cuts 2h/d down to a whole number, `/` does not.",
    ),
    Mistake(
        "your table has the base 10,000 whatever base is asked for",
        lambda n, d, base=10000: made_of()(n, d),
        "The third argument has a name. Use it in place of the number.",
    ),
    Mistake(
        "your positions are multiplied by base^(2h/d): every hand is faster than the one before",
        made_of(lambda position, column, d, base: position * base ** (column // 2 * 2 / d)),
        "Hand 0 is the fastest. What does the minus in the exponent do?",
    ),
    Mistake(
        "your exponent counts columns: the sine and the cosine of a hand turn at different speeds",
        made_of(lambda position, column, d, base: position / base ** (column / d)),
        "Columns 2h and 2h + 1 belong to one hand h and share its angle.",
    ),
    Mistake(
        "your exponent is 2c/d with the column c in the place of the hand h",
        made_of(lambda position, column, d, base: position / base ** (2 * column / d)),
        "Two columns belong to one hand: which h do the columns 0 and 1 have, which 2 and 3?",
    ),
    Mistake(
        "your exponent is h/d where 2h/d is asked for",
        made_of(lambda position, column, d, base: position / base ** (column // 2 / d)),
        "There are d/2 hands, and their exponents run from 0 to nearly 1.",
    ),
    Mistake(
        "your exponent is 4h/d: the columns 0, 2, 4, … are doubled once more",
        made_of(lambda position, column, d, base: position / base ** (column // 2 * 4 / d)),
        "If you count 0, 2, 4, … then the 2 of 2h is in the count already.",
    ),
    Mistake(
        "your exponent is h/(d/2 − 1), so that the slowest hand reaches the base itself",
        made_of(slowest_reaches_the_base),
        "Some programs do it so. Here the exponent of hand h is 2h/d.",
    ),
    Mistake(
        "your exponent is divided by the base, not by d",
        made_of(lambda position, column, d, base: position / base ** (column // 2 * 2 / base)),
        "Which size says how many columns there are?",
    ),
    Mistake(
        "your first row is position 1",
        made_of(start=1),
        "Positions count from 0, as Python does. Where do all hands point at position 0?",
    ),
    Mistake(
        "your row of position 0 is all zeros",
        without_the_first_row,
        "At position 0 every angle is 0. What is the cosine of 0?",
    ),
    Mistake(
        "your table holds whole numbers: the sines and cosines are cut off",
        of_whole_numbers,
        "An array of integers keeps integers. Which dtype does `np.zeros` have by itself?",
    ),
    Mistake(
        "your table is right in its first row, and all others are 0",
        first_row_only,
        "Does your loop come to its second round? How far is `return` indented?",
    ),
    Mistake(
        "your positions and columns lie along one axis, so NumPy pairs them one by one",
        one_axis,
        "To meet all with all, the positions need another axis: (n, 1) with (d,).",
    ),
    Mistake(
        "your sines and cosines change with the row, not with the column",
        made_of(wave=by_rows),
        "Which index says whether a number is a sine or a cosine: that of the position or the "
        "column?",
    ),
    Mistake(
        "your hand h fills the columns h and h + 1, so each writes over the one before",
        overlapping,
        "Every hand has two columns of its own. Which are those of hand 1?",
    ),
    Mistake(
        "your numbers are right and land in other places: np.stack without axis=-1 puts its new "
        "axis in front",
        stacked_in_front,
        "The sine and the cosine of a hand must be neighbors when the axes are run together.",
    ),
    Mistake(
        "your hands are counted from 1: the first is slower than 1 radian for each position",
        made_of(lambda position, column, d, base: position / base ** ((column // 2 + 1) * 2 / d)),
        "Hand 0 has the exponent 0.",
    ),
    Mistake(
        "your power is taken before the exponent is complete: base**-2 comes first",
        made_of(lambda position, column, d, base: position * base**-2.0 * (column // 2) / d),
        "`**` binds more tightly than `*` and `/`: the exponent needs brackets.",
    ),
    Mistake(
        "your angles are taken for degrees",
        made_of(lambda *sizes: np.deg2rad(right_angle(*sizes))),
        "np.sin and np.cos expect radians, and the formula gives radians.",
    ),
    Mistake(
        "your angles are turned from radians into degrees",
        made_of(lambda *sizes: np.rad2deg(right_angle(*sizes))),
        "np.sin and np.cos expect radians, and the formula gives radians.",
    ),
    Mistake(
        "your angles are multiplied by 2π",
        made_of(lambda *sizes: 2 * np.pi * right_angle(*sizes)),
        "The first hand turns by 1 radian for each position, not by a whole turn.",
    ),
    Mistake(
        "your positions are divided by n",
        made_of(
            lambda position, column, d, base: right_angle(position / len(position), column, d, base)
        ),
        "One step must be the same in a short sentence and in a long one.",
    ),
    Mistake(
        "your table is turned round: a row for each feature, a column for each position",
        lambda n, d, base=10000: made_of()(n, d, base).T,
        "Position i is row i. Which of the two ranges needs the axis of length 1?",
    ),
    Mistake(
        "your n and d are exchanged",
        lambda n, d, base=10000: made_of()(d, n, base),
        "n counts the positions, which are the rows; d counts the features.",
    ),
    Mistake(
        "your function is right for an even d and stops for an odd one",
        even_only,
        "With an odd d the last hand has a sine and no cosine. Count the odd columns: d // 2.",
        also=(odd_out_of_range,),
    ),
    Mistake(
        "your last column is left at zero when d is odd",
        whole_hands_only,
        "With an odd d there is one more sine than cosine. How many hands does d // 2 count?",
    ),
)
