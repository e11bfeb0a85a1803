"""Lesson 10: what a class really hands in for the cross-entropy, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake


def log_weights(logits, axis=-1):
    """Return log-probabilities without overflow."""
    shifted = logits - np.max(logits, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def of_targets(table, targets):
    """Return the entry of each target: (B, n)."""
    return np.take_along_axis(table, targets[..., None], axis=-1)[..., 0]


def surprise(logits, targets):
    """Return the nats of each target: (B, n)."""
    return -of_targets(log_weights(logits), targets)


def made_of(surprise=surprise, collect=lambda s, keep: np.sum(s * keep) / np.sum(keep)):
    """Return a cross-entropy in which one of the steps is another."""
    return lambda logits, targets, keep: collect(surprise(logits, targets), keep)


def log_of_softmax(logits, targets):
    """Take the softmax first and its logarithm second."""
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    weights = np.exp(shifted) / np.sum(np.exp(shifted), axis=-1, keepdims=True)
    return -np.log(of_targets(weights, targets))


def overflowing(logits, targets):
    """Subtract no maximum."""
    weights = np.exp(logits) / np.sum(np.exp(logits), axis=-1, keepdims=True)
    return -np.log(of_targets(weights, targets))


def overflowing_total(logits, targets):
    """Subtract no maximum, and take the logarithm of the total."""
    return np.log(np.sum(np.exp(logits), axis=-1)) - of_targets(logits, targets)


def one_maximum(logits, targets):
    """Subtract the maximum of the whole array."""
    powers = np.exp(logits - np.max(logits))
    return -np.log(of_targets(powers / np.sum(powers, axis=-1, keepdims=True), targets))


def one_maximum_in_the_total(logits, targets):
    """Subtract the maximum of the whole array, and take the logarithm of the total."""
    shifted = logits - np.max(logits)
    return np.log(np.sum(np.exp(shifted), axis=-1)) - of_targets(shifted, targets)


def lost_its_axis(logits, targets):
    """Forget keepdims at the maximum."""
    return surprise(logits - np.max(logits, axis=-1), targets)


def clipped(logits, targets):
    """Add a small number before the logarithm."""
    return -np.log(np.exp(-surprise(logits, targets)) + 1e-9)


def every_target_everywhere(logits, targets, keep):
    """Index the last axis with all targets at once."""
    return -np.sum(log_weights(logits)[..., targets] * keep) / np.sum(keep)


def at_least(smallest):
    """Return a surprise whose probabilities are cut off below."""
    return lambda logits, targets: -np.log(np.maximum(np.exp(-surprise(logits, targets)), smallest))


def right_scores_only(logits, targets):
    """Leave out what the other words got."""
    return -of_targets(logits, targets)


def probability_lost(logits, targets):
    """Take no logarithm."""
    return 1 - np.exp(-surprise(logits, targets))


def over_words_of_the_sentence(logits, targets):
    """Share out along the sentence."""
    return -of_targets(log_weights(logits, axis=-2), targets)


def all_words(logits, targets):
    """Average over the vocabulary instead of picking the target."""
    return -np.mean(log_weights(logits), axis=-1)


def squared(logits, targets):
    """Compare probabilities with ones and zeros, as for numbers."""
    right = targets[..., None] == np.arange(logits.shape[-1])
    return np.sum((np.exp(log_weights(logits)) - right) ** 2, axis=-1)


def sentence_means(s, keep):
    """Average each sentence, then the averages."""
    return np.mean(np.sum(s * keep, axis=-1) / np.sum(keep, axis=-1))


def kept_from_zero(smallest, nats):
    """Return the mistake of a probability that is never below a number."""
    return Mistake(
        f"your probability is never below {smallest:g}, so that no word surprises by more than "
        f"{nats} nats",
        made_of(at_least(smallest)),
        "Without a small number: log(a / b) is log a - log b, and a needs no exp.",
    )


CROSS_ENTROPY_MISTAKES = (
    Mistake(
        "your mean counts padding as words that were guessed for nothing",
        made_of(collect=lambda s, keep: np.mean(s * keep)),
        "Divide by the number of words that count. How many True are in keep?",
    ),
    Mistake(
        "your loss counts the padding like any word: keep is not used",
        made_of(collect=lambda s, keep: np.mean(s)),
        "Where keep is False there is no word, and nothing to be surprised by.",
    ),
    Mistake(
        "your keep is inverted: only the padding counts",
        made_of(collect=lambda s, keep: np.sum(s * ~keep) / max(np.sum(~keep), 1)),
        "True means that the word counts.",
    ),
    Mistake(
        "your loss is the sum over all words, not their mean",
        made_of(collect=lambda s, keep: np.sum(s * keep)),
        "A sum grows with the batch. Divide by the number of words that count.",
    ),
    Mistake(
        "your sum is divided by the number of sentences, not of words",
        made_of(collect=lambda s, keep: np.sum(s * keep) / len(keep)),
        "Every word counts alike, whatever sentence it stands in.",
    ),
    Mistake(
        "your loss is a mean of the sentences' means, in which words of short sentences weigh more",
        made_of(collect=sentence_means),
        "Every word counts alike, whatever sentence it stands in: one sum, one count.",
    ),
    Mistake(
        "your loss has one number for each word: the mean is missing",
        made_of(collect=lambda s, keep: np.where(keep, s, 0.0)),
        "Training makes one number small. Which one speaks for all words that count?",
    ),
    Mistake(
        "your loss has one number for each sentence",
        made_of(collect=lambda s, keep: np.sum(s * keep, axis=-1) / np.sum(keep, axis=-1)),
        "A sum along one axis leaves the others. All words of the batch go into one mean.",
    ),
    Mistake(
        "your loss is negative: the logarithm of a probability without the minus",
        made_of(lambda logits, targets: -surprise(logits, targets)),
        "The logarithm of a number below 1 is negative, and surprise is positive.",
    ),
    Mistake(
        "your surprise is in bits: a logarithm to the base 2",
        made_of(lambda logits, targets: surprise(logits, targets) / np.log(2)),
        "Nats are asked for: the natural logarithm, `np.log`.",
    ),
    Mistake(
        "your loss is 1 minus the probability of the right word, without a logarithm",
        made_of(probability_lost),
        "Certain and wrong must cost more than 1. Which function of p goes to infinity at 0?",
    ),
    Mistake(
        "your loss is minus the score of the right word, whatever the other words got",
        made_of(right_scores_only),
        "A score says something only beside the others: the softmax is missing.",
    ),
    Mistake(
        "your probabilities sum to 1 over the words of the sentence, not over the vocabulary",
        made_of(over_words_of_the_sentence),
        "At each place all words of the vocabulary compete. Along which axis do they lie?",
    ),
    Mistake(
        "your loss averages over the whole vocabulary, not at the right word",
        made_of(all_words),
        "One word of V is right at each place, and its probability alone counts.",
    ),
    Mistake(
        "your loss is the squared distance from ones and zeros",
        made_of(squared),
        "The surprise is minus the logarithm of the right word's probability.",
    ),
    Mistake(
        "your maximum is that of the whole array, and the logarithm of a total of 0 is infinite",
        made_of(one_maximum_in_the_total),
        "Each place has a maximum of its own: which axis, and what does keepdims do?",
    ),
    Mistake(
        "your maximum or your total has lost its axis: keepdims is missing",
        made_of(lost_its_axis),
        "A maximum of shape (B, n) does not line up with (B, n, V). What keeps it at (B, n, 1)?",
    ),
    Mistake(
        "your softmax is taken twice: what you treat as scores are probabilities",
        made_of(lambda logits, targets: surprise(np.exp(log_weights(logits)), targets)),
        "The logits are scores. One softmax makes probabilities of them, and then comes the log.",
    ),
    Mistake(
        "your loss is minus the probability of the right word: the logarithm is missing",
        made_of(lambda logits, targets: -np.exp(-surprise(logits, targets))),
        "Certain and wrong must cost much. Which function of p goes to infinity at 0?",
    ),
    Mistake(
        "your loss looks at the likeliest word, not at the right one: targets is not used",
        made_of(lambda logits, targets: -np.max(log_weights(logits), axis=-1)),
        "A model that is sure of a wrong word must pay for it. Which word's probability counts?",
    ),
    Mistake(
        "your indexing looks up the targets of all places at every place",
        every_target_everywhere,
        "Each place has one target of its own: np.take_along_axis, or a comparison with arange(V).",
    ),
    Mistake(
        "your loss has one number for each word that counts: the mean is missing",
        lambda logits, targets, keep: surprise(logits, targets)[keep],
        "Training makes one number small. Which one speaks for all words that count?",
    ),
    Mistake(
        "your loss overflows: no maximum is subtracted, and exp(1000) is infinite",
        made_of(overflowing),
        "You met this in lesson 2: which number may be subtracted from all scores?",
    ),
    Mistake(
        "your logarithm of the total overflows: no maximum is subtracted",
        made_of(overflowing_total),
        "You met this in lesson 2: which number may be subtracted from all scores?",
    ),
    Mistake(
        "your maximum is that of the whole array: where all scores are far below it, nothing is "
        "left of them",
        made_of(one_maximum),
        "Each place has a maximum of its own: which axis, and what does keepdims do?",
    ),
    Mistake(
        "your probability has become exactly 0 before its logarithm is taken",
        made_of(log_of_softmax),
        "log(a / b) is log a - log b. Do not make the quotient first.",
    ),
    Mistake(
        "your probability is moved away from 0, so that no word surprises by more than 21 nats",
        made_of(clipped),
        "Without a small number: log(a / b) is log a - log b, and a needs no exp.",
    ),
    kept_from_zero(1e-7, 16),
    kept_from_zero(1e-8, 18),
    kept_from_zero(1e-10, 23),
    kept_from_zero(1e-12, 28),
    kept_from_zero(1e-15, 35),
    Mistake(
        "your words count where their number is not 0: keep is not used",
        lambda logits, targets, keep: surprise(logits, targets)[targets != 0].mean(),
        "`keep` says which words count. Here 0 is a word like any other.",
    ),
)
