"""Lesson 4: what a class really hands in for masked_softmax, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def share(scores, axis=-1):
    """Return the softmax along an axis."""
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def hide(scores, mask, fill=-np.inf):
    """Return the scores with another number where the mask forbids."""
    return np.where(mask, scores, fill)


def is_empty(mask):
    """Say of each row whether it allows no key."""
    return ~mask.any(axis=-1, keepdims=True)


def right(scores, mask):
    """Mask before the softmax, and give zeros where nothing is allowed."""
    return np.where(is_empty(mask), 0.0, share(hide(scores, mask | is_empty(mask))))


def lowered(scores, mask):
    """Lower the forbidden scores by a number that is not large enough, and empty the rows."""
    return np.where(is_empty(mask), 0.0, share(np.where(mask, scores, scores - 100.0)))


def filled(fill, emptied=True):
    """Return a masked softmax that gives forbidden keys this score."""

    def masked_softmax(scores, mask):
        weights = share(hide(scores, mask, fill))
        return np.where(mask, weights, 0.0) if emptied else weights

    return masked_softmax


def renormalized(scores, mask):
    """Set weights to zero and divide by what is left."""
    weights = share(scores) * mask
    return weights / weights.sum(axis=-1, keepdims=True)


def renormalized_with_care(scores, mask):
    """Do the same, and give zeros where nothing is left."""
    weights = share(scores) * mask
    left = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(left == 0, 1.0, left)


def one_row_empties_all(scores, mask):
    """Give zeros for the whole table if any row is empty."""
    return np.zeros_like(scores) if is_empty(mask).any() else share(hide(scores, mask))


def only_if_all_are_empty(scores, mask):
    """Ask whether the whole mask is False, not each row."""
    return np.zeros_like(scores) if not mask.any() else share(hide(scores, mask))


def exchanged_at_the_end(scores, mask):
    """Keep the empty rows and clear the others."""
    return np.where(is_empty(mask), share(hide(scores, mask | is_empty(mask))), 0.0)


def overflowing(scores, mask):
    """Take exp without subtracting the maximum."""
    e = np.exp(scores) * mask
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total)


def renormalized_powers(scores, mask):
    """Divide the powers by their sum, nan and all."""
    e = np.exp(scores) * mask
    return e / e.sum(axis=-1, keepdims=True)


def spoils_the_scores(scores, mask):
    """Give the right weights and change the caller's scores."""
    scores[~np.broadcast_to(mask | is_empty(mask), scores.shape)] = -np.inf
    return np.where(is_empty(mask), 0.0, share(scores))


def assign_by_the_mask(scores, mask):
    """Index with a mask that has other axes than the scores."""
    hidden = scores.copy()
    hidden[~(mask | is_empty(mask))] = -np.inf
    return np.where(is_empty(mask), 0.0, share(hidden))


def assign_and_forget_empty_rows(scores, mask):
    """Index with a mask that has other axes, and leave a row without any key to the softmax."""
    hidden = scores.copy()
    hidden[~mask] = -np.inf
    return share(hidden)


EMPTY_HINT = "A mixture of nothing is nothing: what should stand in that row?"

MASKED_SOFTMAX_MISTAKES = (
    Mistake(
        "your row with nothing to attend to is nan",
        lambda scores, mask: share(hide(scores, mask)),
        "-inf minus -inf is nan, and so is 0 / 0. What could the rows whose mask is all False hold "
        "until the softmax is over?",
    ),
    Mistake(
        "your row with nothing to attend to shares 1 equally among forbidden keys",
        lambda scores, mask: share(hide(scores, mask, -1e9)),
        EMPTY_HINT,
    ),
    Mistake(
        "your row with nothing to attend to shares out 1 as if there were no mask",
        lambda scores, mask: share(hide(scores, mask | is_empty(mask))),
        EMPTY_HINT,
    ),
    Mistake(
        "your mask is looked at as a whole, and a single row with nothing to attend to is nan",
        only_if_all_are_empty,
        "np.any without an axis asks one question of the whole mask. Ask it of each row.",
    ),
    Mistake(
        "your function gives zeros everywhere as soon as one row has nothing to attend to",
        one_row_empties_all,
        "The other rows are as they were. Ask the question of each row for itself.",
    ),
    Mistake(
        "your mask is applied after the softmax: the rows sum to less than 1",
        lambda scores, mask: share(scores) * mask,
        "A forbidden key must be out before the shares are handed out.",
    ),
    Mistake(
        "your mask is applied after the softmax, the rows are divided again, and 0 / 0 is nan",
        renormalized,
        "Where a forbidden key took all the weight, nothing is left to divide.",
    ),
    Mistake(
        "your mask is applied after the softmax and the rows are divided again: where a forbidden "
        "key had all the weight, nothing is left",
        renormalized_with_care,
        "A forbidden key must be out before the maximum is taken and the shares are handed out.",
    ),
    Mistake(
        "your mask is inverted: the queries attend to what is forbidden",
        lambda scores, mask: right(scores, ~mask),
        "True means: may attend. Which of the two get -inf?",
    ),
    Mistake(
        "your mask is ignored",
        lambda scores, mask: share(scores),
        "Something has to happen to the scores of forbidden keys before the softmax.",
    ),
    Mistake(
        "your mask counts only for rows with nothing to attend to; the others ignore it",
        lambda scores, mask: np.where(is_empty(mask), 0.0, share(scores)),
        "In the other rows forbidden keys have to lose their weight too.",
    ),
    Mistake(
        "your rows are exchanged at the end: zeros where keys are allowed",
        exchanged_at_the_end,
        "np.where(condition, a, b) takes a where the condition is True.",
    ),
    Mistake(
        "your forbidden keys get the score 0, and exp(0) is 1, not 0",
        lambda scores, mask: share(scores * mask),
        "Which score becomes exactly 0 when np.exp is taken?",
    ),
    Mistake(
        "your forbidden keys get a number that is not low enough",
        lowered,
        "A forbidden key may score 30,000, allowed ones −20,000. Which number is below all others?",
        also=tuple(filled(-(10.0**k), emptied) for k in (1, 2, 3, 4) for emptied in (True, False)),
    ),
    Mistake(
        "your weights are 0 everywhere",
        lambda scores, mask: np.zeros_like(scores),
        "Is a row nan before your last step (0 times infinity is)? Have the forbidden keys all the "
        "weight? Or do you ask np.all where np.any is meant?",
    ),
    Mistake(
        "your -inf stands in the weights, where it should stand in the scores",
        lambda scores, mask: np.where(mask, share(scores), -np.inf),
        "What the softmax makes of a score of -inf is 0. Is your mask before it or behind it?",
    ),
    Mistake(
        "your mask is added to the scores as the numbers 0 and 1",
        lambda scores, mask: share(scores + mask),
        "Adding 1 makes a key a little more likely. What must be added so that nothing is left?",
    ),
    Mistake(
        "your forbidden scores come out of a product with infinity, and 0 times infinity is nan",
        lambda scores, mask: share(scores * mask - np.inf * ~mask),
        "Forbidden scores are replaced by -inf, not multiplied by it.",
    ),
    Mistake(
        "your weights overflow: the maximum of each row is not subtracted",
        overflowing,
        "You have a softmax from exercise 2.1 that survives this.",
        also=(lambda scores, mask: np.nan_to_num(renormalized_powers(scores, mask)),),
    ),
    Mistake(
        "your function returns the masked scores: the softmax is missing",
        hide,
        "Scores go in, weights come out. Which function of lesson 2 does that?",
    ),
    Mistake(
        "your weights are right, and your function changes the scores of its caller",
        spoils_the_scores,
        "`scores[...] = ` writes into the array that came in. np.where makes a new one.",
    ),
    Mistake(
        "your function stops when the mask has other axes than the scores",
        assign_by_the_mask,
        "scores[~mask] wants all axes of scores in the mask. np.where stretches the mask.",
    ),
    Mistake(
        "your function stops when the mask has other axes than the scores, and a row with nothing "
        "to attend to is nan",
        assign_and_forget_empty_rows,
        "First things first: scores[~mask] wants all axes of scores in the mask. What stretches?",
    ),
)
