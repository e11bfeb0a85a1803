"""Lesson 11: what a class really hands in for induction_score, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def period_of(weights, period):
    """Return the period, half of the length where none is given."""
    return weights.shape[-1] // 2 if period is None else period


def scored(offset, start=0, rows=None):
    """Return a score whose words look `offset(period)` back, from row period + start on."""

    def induction_score(weights, period=None):
        period = period_of(weights, period)
        n = weights.shape[-1]
        query = np.arange(period + start, n) if rows is None else rows(n, period)
        key = query - offset(period)
        query, key = query[(key >= 0) & (key < n)], key[(key >= 0) & (key < n)]
        return weights[..., query, key].mean(axis=-1)

    return induction_score


def diagonal(weights, period=None):
    """Return the weights one period less one back, from the first row that has them."""
    return np.diagonal(weights, 1 - period_of(weights, period), -2, -1)


def divided_by_all(weights, period=None):
    """Divide the sum by the length."""
    period, n = period_of(weights, period), weights.shape[-1]
    query = np.arange(period, n)
    return weights[..., query, query - period + 1].sum(axis=-1) / n


def divided_by_the_period(weights, period=None):
    """Divide the sum by the period, which is right for two rounds alone."""
    return added_up(weights, period) / period_of(weights, period)


def without_the_last(weights, period=None):
    """Stop one word before the end."""
    return scored(lambda p: p - 1, rows=lambda n, p: np.arange(p, n - 1))(weights, period)


def added_up(weights, period=None):
    """Leave out the division."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[..., query, query - period_of(weights, period) + 1].sum(axis=-1)


def one_number(weights, period=None):
    """Average over the heads too."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[..., query, query - period_of(weights, period) + 1].mean()


def leading_axis(weights, period=None):
    """Average along the first axis."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[..., query, query - period_of(weights, period) + 1].mean(axis=0)


def not_averaged(weights, period=None):
    """Return the weight of each word."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[..., query, query - period_of(weights, period) + 1]


def block_mean(weights, period=None):
    """Choose rows and columns one after the other, so that all pairs are averaged."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[..., query, :][..., query - period_of(weights, period) + 1].mean(axis=(-2, -1))


def turned(weights, period=None):
    """Read queries from the columns."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[..., query - period_of(weights, period) + 1, query].mean(axis=-1)


def largest_is_there(weights, period=None):
    """Count the words whose largest weight is there."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    best = weights[..., query, :].argmax(axis=-1)
    return (best == query - period_of(weights, period) + 1).mean(axis=-1)


def strongest(weights, period=None):
    """Take the largest of the weights."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[..., query, query - period_of(weights, period) + 1].max(axis=-1)


def always_half(weights, period=None):
    """Forget the argument."""
    return scored(lambda p: p - 1)(weights)


def axes_in_front(weights, period=None):
    """Index the first two axes."""
    query = np.arange(period_of(weights, period), weights.shape[-1])
    return weights[query, query - period_of(weights, period) + 1].mean(axis=0)


def second_period_only(weights, period=None):
    """Stop after two periods."""
    period = period_of(weights, period)
    return scored(lambda p: p - 1, rows=lambda n, p: np.arange(p, min(2 * p, n)))(weights, period)


def every_period(weights, period=None):
    """Count the word that followed any earlier time."""
    period, n = period_of(weights, period), weights.shape[-1]
    query = np.arange(period, n)
    found = [sum(weights[..., i, j] for j in range(i - period + 1, -1, -period)) for i in query]
    return np.mean(found, axis=0)


def first_axis(weights, period=None):
    """Take the length of the first axis for the number of words."""
    n = len(weights)
    period = n // 2 if period is None else period
    query = np.arange(period, n)
    with np.errstate(all="ignore"):
        return weights[..., query, query - period + 1].sum(axis=-1) / np.float64(len(query))


def one_before_the_same(weights, period=None):
    """Look p + 1 back, from the first word of the second round on."""
    period = period_of(weights, period)
    query = np.arange(period, weights.shape[-1])
    return weights[..., query, query - (period + 1)].mean(axis=-1)


def heads_averaged(weights, period=None):
    """Collect the weights of each place in a list, and average along the last axis of that."""
    period, n = period_of(weights, period), weights.shape[-1]
    return np.mean([weights[..., i, i - period + 1] for i in range(period, n)], axis=-1)


def first_word_only(weights, period=None):
    """Return inside the loop."""
    period, n = period_of(weights, period), weights.shape[-1]
    return weights[..., period, 1] / (n - period)


OFFSET = (
    "Say two words twice, A B A B. The second A stands at 2, the first at 0. Which word followed "
    "the first A, and how many places before 2 does it stand?"
)
ROWS = "In the first period nothing has been said before. Which is the first row that counts?"
AXES = "Index the last two axes, as in weights[..., rows, columns], and average along the last."

SCORE_MISTAKES = (
    Mistake(
        "your score looks a whole period back, at the same word, not at the one after it",
        scored(lambda period: period),
        OFFSET,
    ),
    Mistake(
        "your score looks one place too far back: at the word before the same word",
        scored(lambda period: period + 1),
        OFFSET,
    ),
    Mistake(
        "your score looks two places after the same word",
        scored(lambda period: period - 2),
        OFFSET,
    ),
    Mistake(
        "your score counts the weight on the word one place back",
        scored(lambda period: 1),
        OFFSET,
    ),
    Mistake(
        "your score counts the weight of each word on itself",
        scored(lambda period: 0),
        OFFSET,
    ),
    Mistake(
        "your score averages a whole diagonal, which begins one row too early, in the first period",
        lambda weights, period=None: diagonal(weights, period).mean(axis=-1),
        ROWS,
    ),
    Mistake(
        "your score begins one row too late: the first word of the second period is missing",
        scored(lambda period: period - 1, start=1),
        ROWS,
    ),
    Mistake(
        "your score counts the first period too: a negative column is read from the end",
        lambda weights, period=None: weights[
            ...,
            np.arange(weights.shape[-1]),
            np.arange(weights.shape[-1]) - period_of(weights, period) + 1,
        ].mean(axis=-1),
        ROWS,
    ),
    Mistake(
        "your score divides by all words; those of the first period do not count",
        divided_by_all,
        ROWS,
    ),
    Mistake(
        "your score adds the weights up and does not divide by their number",
        added_up,
        "A mean of weights lies between 0 and 1.",
    ),
    Mistake(
        "your result is one number for all heads together",
        one_number,
        "An average without an axis runs over everything. Which axis holds the words now?",
    ),
    Mistake(
        "your result averages along the first axis, where the heads are",
        leading_axis,
        AXES,
    ),
    Mistake(
        "your result has a number for each word: they are not averaged",
        not_averaged,
        "After picking, the last axis holds the words of the later periods. What is their mean?",
    ),
    Mistake(
        "your score averages all chosen rows with all chosen columns, not one column for each row",
        block_mean,
        "Two arrays of indices side by side, weights[..., rows, columns], are read in step. Here "
        "this is what you want.",
    ),
    Mistake(
        "your score reads the queries from the columns: it looks above the diagonal",
        turned,
        "Rows are queries, columns are keys. Which of the two stands later in the text?",
    ),
    Mistake(
        "your score counts the words whose largest weight is there, instead of averaging weights",
        largest_is_there,
        "A weight of .4 counts as .4, whether it is the largest or not.",
    ),
    Mistake(
        "your score is the largest of the weights, not their mean",
        strongest,
        "One word that looks there does not make a head that does.",
    ),
    Mistake(
        "your score does not use the period that it is given",
        always_half,
        "n // 2 is only for calls without a period.",
    ),
    Mistake(
        "your indices count axes from the front, where the heads are",
        axes_in_front,
        AXES,
    ),
    Mistake(
        "your score stops after the second period",
        second_period_only,
        "Every word from the second period to the end has been said before.",
    ),
    Mistake(
        "your score adds up what followed at every earlier time, not only one period ago",
        every_period,
        "Read again: how far back does the exercise ask you to look?",
    ),
    Mistake(
        "your score divides by the period: that is the number of words only where there are two "
        "rounds",
        divided_by_the_period,
        "How many words stand from place p to the end of n?",
    ),
    Mistake(
        "your score leaves out the last word",
        without_the_last,
        "np.arange(a, b) ends before b. The last word has been said before, and counts.",
    ),
    Mistake(
        "your score looks one place too far back, and column -1 is read from the end",
        one_before_the_same,
        OFFSET,
    ),
    Mistake(
        "your n is the length of the first axis, which is the number of words for one table alone",
        first_axis,
        "Count from the end: weights.shape[-1] is n, however many axes stand before.",
    ),
    Mistake(
        "your list has a place in each entry, and the mean along its last axis runs over the heads",
        heads_averaged,
        "In np.array of such a list the places are the first axis.",
    ),
    Mistake(
        "your sum ends after its first word",
        first_word_only,
        "How far is your `return` indented? It belongs behind the loop.",
    ),
)
