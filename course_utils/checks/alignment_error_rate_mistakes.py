"""Lesson 8: what a class really hands in for alignment_error_rate, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def chosen_right(weights, gold, choose=np.argmax):
    """Return for each word whether its largest weight is on a link: (..., n)."""
    chosen = choose(weights, axis=-1)[..., None]
    return np.take_along_axis(gold, chosen, axis=-1)[..., 0]


def rate(right, linked):
    """Return the share of linked words that are not right."""
    return float(np.mean(~right[linked]))


def accuracy(weights, gold):
    """Return what is right instead of what is wrong."""
    return 1.0 - rate(chosen_right(weights, gold), gold.any(axis=-1))


def accuracy_of_all(weights, gold):
    """Return what is right, divided by all words."""
    return float(np.mean(chosen_right(weights, gold)))


def unlinked_are_wrong(weights, gold):
    """Divide by all words."""
    return float(np.mean(~chosen_right(weights, gold)))


def unlinked_are_right(weights, gold):
    """Count the wrong linked words, and divide by all words."""
    return float(np.mean(~chosen_right(weights, gold) & gold.any(axis=-1)))


def count_of_wrong(weights, gold):
    """Forget to divide."""
    return float(np.sum(~chosen_right(weights, gold) & gold.any(axis=-1)))


def percent(weights, gold):
    """Give the rate out of a hundred."""
    return 100.0 * rate(chosen_right(weights, gold), gold.any(axis=-1))


def over_links(weights, gold):
    """Divide by the links, of which a word may have two."""
    return float(np.sum(~chosen_right(weights, gold) & gold.any(axis=-1)) / np.sum(gold))


def links_missed(weights, gold):
    """Count the links that were not chosen."""
    return 1.0 - float(np.sum(chosen_right(weights, gold)) / np.sum(gold))


def first_link_only(weights, gold):
    """Compare with the first link of a word."""
    linked = gold.any(axis=-1)
    return rate(weights.argmax(axis=-1) == gold.argmax(axis=-1), linked)


def compared_with_argmax(weights, gold):
    """Compare with the first link, which is column 0 where there is none."""
    return float(np.mean(weights.argmax(axis=-1) != gold.argmax(axis=-1)))


def of_sets(weights, gold):
    """Compare the set of choices with the set of links, as with sure links alone."""
    chosen = weights.argmax(axis=-1)[..., None] == np.arange(weights.shape[-1])
    return 1.0 - 2.0 * float(np.sum(chosen & gold)) / float(np.sum(chosen) + np.sum(gold))


def source_chooses(weights, gold):
    """Ask each source word which target word looks at it most."""
    turned, links = np.swapaxes(weights, -1, -2), np.swapaxes(gold, -1, -2)
    return rate(chosen_right(turned, links), links.any(axis=-1))


def argmax_of_columns(weights, gold):
    """Find the best row of each column, and look it up as if it were a column."""
    chosen = np.argmax(weights, axis=-2)
    return rate(gold[np.arange(len(gold)), chosen], gold.any(axis=-1))


def one_choice_for_all(weights, gold):
    """Take the largest weight of the whole table."""
    place = np.unravel_index(np.argmax(weights), weights.shape)
    return float(not gold[place])


def row_that_reads(weights, gold):
    """Read each word's links one row further down."""
    return rate(chosen_right(weights[..., 1:, :], gold[..., :-1, :]), gold[..., :-1, :].any(-1))


def row_before(weights, gold):
    """Read each word's links one row further up."""
    return rate(chosen_right(weights[..., :-1, :], gold[..., 1:, :]), gold[..., 1:, :].any(-1))


def rolled_rows(weights, gold):
    """Shift the rows, with the last word's at the first."""
    return rate(chosen_right(np.roll(weights, -1, axis=-2), gold), gold.any(axis=-1))


def soft_mass(weights, gold):
    """Add up how much weight lies elsewhere."""
    linked = gold.any(axis=-1)
    return float(np.mean((1.0 - (weights * gold).sum(axis=-1))[linked]))


def soft_mass_of_all(weights, gold):
    """Add up how much weight lies elsewhere, of unlinked words too."""
    return float(np.mean(1.0 - (weights * gold).sum(axis=-1)))


def above_half(weights, gold):
    """Want more than half of the weight on a link."""
    return rate(((weights > 0.5) & gold).any(axis=-1), gold.any(axis=-1))


def cell_by_cell(weights, gold):
    """Compare every cell of the table with a threshold."""
    return float(np.mean((weights > 0.5) != gold))


def smallest_weight(weights, gold):
    """Take argmin."""
    return rate(chosen_right(weights, gold, np.argmin), gold.any(axis=-1))


def mean_of_rates(weights, gold):
    """Average the rates of the sentences."""
    if weights.ndim == 2:
        return rate(chosen_right(weights, gold), gold.any(axis=-1))
    return float(np.mean([mean_of_rates(w, g) for w, g in zip(weights, gold)]))


def rate_of_each(weights, gold):
    """Return one rate for each sentence."""
    linked = gold.any(axis=-1)
    wrong = ~chosen_right(weights, gold) & linked
    return wrong.sum(axis=-1) / linked.sum(axis=-1)


def one_table_only(weights, gold):
    """Index with the rows of one table."""
    right = gold[np.arange(len(gold)), np.argmax(weights, axis=-1)]
    return rate(right, gold.any(axis=-1))


def columns_of_every_row(weights, gold):
    """Look up every chosen column in every row."""
    return float(np.mean(~gold[..., np.argmax(weights, axis=-1)][gold.any(axis=-1)]))


def table_alone(weights, gold):
    """Take sentences for words, and ask a whole row whether it is true."""
    return rate_of_each(weights, gold) if gold.ndim == 2 else bool(gold[0])


def rows_of_truth(weights, gold):
    """Return for each word whether it is wrong."""
    return ~chosen_right(weights, gold)


HINT_UNLINKED = "A word without a link is neither right nor wrong: leave it out of both counts."

RATE_MISTAKES = (
    Mistake(
        "your number is the accuracy, the share of words that are right",
        accuracy,
        "An error rate of 0 is the best there is.",
    ),
    Mistake(
        "your number is the share of all words that are right, also of words without a link",
        accuracy_of_all,
        "An error rate of 0 is the best there is, and a word without a link counts for nothing.",
    ),
    Mistake("your rate counts words without a link as wrong", unlinked_are_wrong, HINT_UNLINKED),
    Mistake("your rate counts words without a link as right", unlinked_are_right, HINT_UNLINKED),
    Mistake(
        "your number is a count of wrong words, not a share",
        count_of_wrong,
        "Of how many? Divide by the number of words that have a link.",
    ),
    Mistake("your rate is in percent", percent, "A share lies between 0 and 1."),
    Mistake(
        "your rate divides by the number of links, and a word may have two",
        over_links,
        "Words are counted here, not links.",
    ),
    Mistake(
        "your rate counts the links that were not chosen, and a word may have two",
        links_missed,
        "A word is right when its largest weight is on one of its links.",
    ),
    Mistake(
        "your rate compares the set of choices with the set of links, 1 - 2 |both| / (both sizes)",
        of_sets,
        "The formula of 2003 counts links. Here words are counted: linked, and looking elsewhere.",
    ),
    Mistake(
        "your words are compared with their first link only",
        first_link_only,
        "`gold.argmax` finds the first True of a row. Either link is right: is gold True where the "
        "largest weight is?",
    ),
    Mistake(
        "your words are compared with gold.argmax, which is column 0 where there is no link",
        compared_with_argmax,
        "Leave out words without a link; and where a word has two, either is right.",
    ),
    Mistake(
        "your argmax runs down the columns: each source word chooses a target word",
        source_chooses,
        "The target word asks. Along which axis do the words lie that it chooses from?",
    ),
    Mistake(
        "your function stops on every input, as an argmax down the columns does, which finds m "
        "numbers for n rows",
        argmax_of_columns,
        "The target word asks. Along which axis do the words lie that it chooses from?",
    ),
    Mistake(
        "your argmax has no axis: one choice is made for the whole table",
        one_choice_for_all,
        "Each target word has a largest weight of its own.",
    ),
    Mistake(
        "your rows are shifted: row t + 1 is compared with the links of word t",
        row_that_reads,
        "Row t of the weights belongs to row t of gold. Who calls the function chooses the rows.",
    ),
    Mistake(
        "your rows are shifted: row t - 1 is compared with the links of word t",
        row_before,
        "Row t of the weights belongs to row t of gold. Who calls the function chooses the rows.",
    ),
    Mistake(
        "your rows are rolled by one: row t + 1 is compared with the links of word t",
        rolled_rows,
        "Row t of the weights belongs to row t of gold. Who calls the function chooses the rows.",
    ),
    Mistake(
        "your rate adds up the weight that lies elsewhere, instead of counting words",
        soft_mass,
        "Only the place of the largest weight counts here, not how large it is.",
    ),
    Mistake(
        "your rate adds up the weight that lies elsewhere, also for words without a link",
        soft_mass_of_all,
        "Only the place of the largest weight counts, and only for words that have a link.",
    ),
    Mistake(
        "your words are right only where more than half of the weight is on one link",
        above_half,
        "The largest weight of a row may be .4.",
    ),
    Mistake(
        "your rate compares every cell of the table with gold",
        cell_by_cell,
        "One choice is made for each target word. Count words, not cells.",
    ),
    Mistake("your words choose their smallest weight", smallest_weight, "argmin or argmax?"),
    Mistake(
        "your rate is the mean of the sentences' rates",
        mean_of_rates,
        "A sentence with more linked words counts more: put all words together first.",
    ),
    Mistake(
        "your function gives one rate for each sentence",
        rate_of_each,
        "One number is asked for, over all words of all sentences.",
    ),
    Mistake(
        "your indexing is right for one table and goes wrong when leading axes come first",
        one_table_only,
        "np.take_along_axis picks along the last axis, however many axes stand before it.",
    ),
    Mistake(
        "your function says for each word whether it is wrong",
        rows_of_truth,
        "One number is asked for. What is the mean of True and False, over linked words?",
    ),
    Mistake(
        "your indexing looks up the choices of all words in every row",
        columns_of_every_row,
        "Each row has one choice of its own: np.take_along_axis(gold, ..., axis=-1), or a loop.",
    ),
    Mistake(
        "your function is right for one table, and takes whole sentences for words in a batch",
        table_alone,
        "Words are rows of the last two axes: `weights.reshape(-1, weights.shape[-1])` lists them.",
    ),
)
