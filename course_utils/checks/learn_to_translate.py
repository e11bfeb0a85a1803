"""Lesson 10, the capstone: judged by how many unseen sentences are translated right."""

import numpy as np

from course_utils.checks.check import Case, Check, Mistake, Score
from course_utils.data.batches import encode_pairs
from course_utils.data.grammar import CLEAN
from course_utils.data.vocabulary import END, PADDING, START, vocabularies
from course_utils.training.train_on_pairs import train_on_pairs

AT_LEAST = 0.98


def cases(rng):
    """Give pairs of the course's language under other numbers, and sentences that are not in them.

    The numbers of the words are shuffled anew for each seed, so that no word is known before.
    """
    pairs, unseen = int(rng.integers(3900, 4100)), int(rng.integers(180, 220))
    english, french = vocabularies(CLEAN)
    training, held_out = CLEAN.split(rng, pairs, unseen)
    batch = encode_pairs([*training, *held_out], english, french)
    source = _renumbered(rng, english)[batch.source]
    target = _renumbered(rng, french)[batch.target_out]
    read = np.insert(target, 0, START, axis=1)
    label = f"{pairs:,} pairs to learn from, and {unseen} sentences to translate"
    args = source[:pairs], read[:pairs], source[pairs:], train_on_pairs
    return [Case(label, args, "the sentences are in none of the pairs", expected=target[pairs:])]


def _renumbered(rng, vocabulary):
    """Return a new number for each old one; padding, start and end keep theirs."""
    first = END + 1
    return np.append(np.arange(first), first + rng.permutation(len(vocabulary) - first))


def sentence(row):
    """Return a row up to its first end marker, as a list; padding is left out."""
    row = [int(word) for word in row]
    row = row[: row.index(END) + 1] if END in row else row
    return [word for word in row if word != PADDING]


def right_sentences(want, got):
    """Say for each row whether it is the wanted sentence to its end."""
    return np.array([sentence(a) == sentence(b) for a, b in zip(want, got)])


def copies_start(want, got):
    """Say whether nothing but the start marker is written."""
    return bool(np.all(got == START))


def begins_with_start(want, got):
    """Say whether the start marker stands before the sentences."""
    return bool(np.mean(got[:, :1] == START) > 0.9 and got.shape[1] > 1)


def never_ends(want, got):
    """Say whether no sentence has an end marker."""
    return not np.any(got == END)


def lacks_last(want, got):
    """Say whether most of the wrong sentences are right as far as they go."""
    pairs = [(sentence(a), sentence(b)) for a, b in zip(want, got)]
    wrong = [0 < len(b) < len(a) and a[: len(b)] == b for a, b in pairs if a != b]
    return np.mean(wrong) > 0.8


def skips_words(want, got):
    """Say whether most translations begin with their second word."""
    second = got[:, 0] == want[:, 1] if got.shape[1] and want.shape[1] > 1 else [False]
    return bool(np.mean(second) > 0.8 > np.mean(want[:, 0] == want[:, 1]) + 0.5)


def all_alike(want, got):
    """Say whether every sentence gets the same translation."""
    return len({tuple(sentence(row)) for row in got}) == 1


def another_order(want, got):
    """Say whether the right sentences stand in other rows."""
    found = {tuple(sentence(row)) for row in got}
    moved = np.mean([tuple(sentence(row)) in found for row in want])
    return moved > 0.9 > 0.5 > np.mean(right_sentences(want, got))


def begins_right(want, got):
    """Say whether the first words are right and later ones are not."""
    return np.mean(want[:, 0] == got[:, 0]) > 0.9 > 0.5 > np.mean(right_sentences(want, got))


def half_way(want, got):
    """Say whether a good part of the sentences is right."""
    return np.mean(right_sentences(want, got)) > 0.3


def ends(want, got):
    """Say whether nearly every sentence comes to an end."""
    return np.mean(np.any(got == END, axis=1)) > 0.9


SIGNS = (
    (
        Mistake(
            "your model repeats what it reads, beginning with the start marker: its loss wants "
            "the word that the decoder was just given",
            None,
            "From the words up to place t the model must guess the word at place t + 1. Compare "
            "what `transformer` reads with what `cross_entropy` wants.",
        ),
        copies_start,
    ),
    (
        Mistake(
            "your translations leave out every other word: the loss wants the word two places on",
            None,
            "From the words up to place t the model must guess the word at place t + 1. By how "
            "many places are your two slices of the target apart?",
        ),
        skips_words,
    ),
    (
        Mistake(
            "your translations begin with the start marker",
            None,
            "`greedy_decode` leaves it out. Which of your own columns is one too many?",
        ),
        begins_with_start,
    ),
    (
        Mistake(
            "your translations stop before their last words",
            None,
            "How many steps may `greedy_decode` take? The longest target says it, its end counted.",
        ),
        lacks_last,
    ),
    (
        Mistake(
            "your translations never end: there is no end marker, 2, in them",
            None,
            "Does the loss ask for the word after each one read, and for the end marker, too?",
        ),
        never_ends,
    ),
    (
        Mistake(
            "your translations are all the same: what comes out does not depend on the sentence",
            None,
            "Do the parameters that `train` returned reach `greedy_decode`, and does the mask hide "
            "padding and nothing else?",
        ),
        all_alike,
    ),
    (
        Mistake(
            "your translations are right and stand in another order than the sentences",
            None,
            "Row i of the result belongs to row i of `unseen`.",
        ),
        another_order,
    ),
    (
        Mistake(
            "your translations begin right and then go astray",
            None,
            "In training the model may have seen words that it has to guess. And is the same mask "
            "used in training and in decoding?",
        ),
        begins_right,
    ),
    (
        Mistake(
            "your model has learned a part of the language, and not enough of it",
            None,
            "Is padding left out of the loss, and hidden from both halves?",
        ),
        half_way,
    ),
    (
        Mistake(
            "your translations end like sentences, and hardly one is right",
            None,
            "Does `train` get all pairs, row i of the source with row i of the target? And does "
            "`greedy_decode` get `unseen` with its mask, and 1 and 2?",
        ),
        ends,
    ),
)

CHECKS = (
    Check(
        name="learn_to_translate",
        number="10.8",
        signature="learn_to_translate(source, target, unseen, train)",
        returns=("(B, at most n): integers, a translation for each unseen sentence",),
        oracle=None,
        cases=cases,
        points=8,
        difficulty=4,
        importance=5,
        minutes=15,
        score=Score(right_sentences, AT_LEAST, "sentences", SIGNS),
    ),
)
