"""The alignment view without a browser: right and wrong words, both rows, what it refuses."""

import numpy as np
import pytest

from course_utils.model.cross_attention import alignment_error_rate
from course_utils.widgets.alignment_view import AlignmentViewModel

SOURCE, TARGET = ["the", "black", "cat"], ["le", "chat", "noir"]
GOLD = [(0, 0), (1, 2), (2, 1)]
# Three steps that predict a word, then the one that predicts the end.
WEIGHTS = [[0.9, 0.1, 0], [0.1, 0.2, 0.7], [0.2, 0.3, 0.5], [0.1, 0.8, 0.1]]


def view(weights=WEIGHTS, **options):
    return AlignmentViewModel(weights, SOURCE, TARGET, **{"gold": GOLD, **options})


def test_the_row_that_predicts_by_hand():
    found = view().compute()
    assert found["top"] == [0, 2, 2]
    assert found["right"] == [True, True, False]
    assert (found["wrong"], found["linked"]) == (1, 3)
    assert found["error"] == pytest.approx(1 / 3)


def test_the_row_that_reads_is_the_one_after():
    found = view(row="reads").compute()
    assert found["top"] == [2, 2, 1]
    assert found["right"] == [False, True, True]
    lines = view(row="reads").summary().splitlines()
    assert lines[2].split() == ["(start)", "0.90", "0.10", "0.00"]
    assert lines[-1].split() == ["noir", "0.10", "0.80", "0.10", "black", "✓", "black"]


def test_without_the_end_the_last_word_has_no_row_that_reads_it():
    found = view(WEIGHTS[:3], row="reads").compute()
    assert found["top"] == [2, 2, None]
    assert found["right"] == [False, True, None]
    assert found["linked"] == 2
    text = view(WEIGHTS[:3], row="reads").summary()
    assert text.splitlines()[-1].split() == ["noir", "–", "–", "–", "–", "–", "black"]
    assert view(WEIGHTS[:3], row="reads").picture().figure


def test_the_error_is_that_of_lesson_8():
    rng = np.random.default_rng(3)
    for n, m in ((1, 4), (5, 3), (7, 7)):
        weights = rng.dirichlet(np.ones(m), size=n + 1)
        gold = rng.random((n, m)) < 0.3
        gold[0, 0] = True
        for row, own in (("predicts", weights[:-1]), ("reads", weights[1:])):
            model = AlignmentViewModel(weights, range(m), range(n), gold, row)
            assert model.compute()["error"] == pytest.approx(alignment_error_rate(own, gold))


def test_pairs_and_booleans_are_the_same_links():
    table = np.zeros((3, 3), bool)
    table[tuple(np.transpose(GOLD))] = True
    for gold in (table, table.tolist(), set(GOLD), np.array(GOLD)):
        assert view(gold=gold).summary() == view().summary()


def test_one_changed_link_or_row_changes_the_summary():
    before = view().summary()
    assert view(gold=[*GOLD, (2, 2)]).summary() != before
    assert view(row="reads").summary() != before
    for i in range(4):
        changed = np.array(WEIGHTS)
        changed[i] = np.roll(changed[i], 1)
        assert view(changed).summary() != before


def test_without_gold_there_is_no_error():
    model = view(gold=None)
    assert model.compute()["error"] is None
    assert model.summary().startswith("No gold links")
    assert "wrong" not in model.alt()


def test_a_word_that_looks_at_nothing_is_wrong():
    model = view(np.zeros((3, 3)))
    assert model.compute()["right"] == [False] * 3
    assert "“le” at nothing (wrong)" in model.alt()


def test_rows_that_do_not_sum_to_one_get_a_warning():
    assert view([[0.5, 0, 0], *WEIGHTS[1:]]).summary().startswith("1 row sums neither to 1")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: AlignmentViewModel(np.eye(3), SOURCE, TARGET[:1]), "for 1 target and 3 source"),
        (lambda: AlignmentViewModel(np.eye(4)[:3], SOURCE, "abcd"), "split"),
        (
            lambda: AlignmentViewModel(np.eye(5)[:3], list("abcd"), TARGET),
            "for 3 target and 4 source",
        ),
        (lambda: AlignmentViewModel(np.ones((4, 3)) / 3, list("abcd"), TARGET), "swapped"),
        (lambda: AlignmentViewModel(np.ones((4, 3, 3)) / 3, SOURCE, TARGET), r"mean\(axis=0\)"),
        (lambda: view(gold=[(3, 0)]), r"\(3, 0\) lies outside"),
        (lambda: view(gold=((0,), (1, 2))), "gold must be pairs"),
        (lambda: view(gold=5), "gold must be pairs"),
        (lambda: view(gold=np.eye(2, dtype=bool)), "gold has shape"),
        (lambda: view(row="writes"), 'row is "predicts" or "reads"'),
        (lambda: view(np.full((3, 3), np.nan)), "NaN"),
        (lambda: AlignmentViewModel(np.zeros((0, 0)), [], []), "nothing to draw"),
    ],
)
def test_bad_input_gets_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_later_value_is_checked_too():
    model = view()
    with pytest.raises(ValueError, match="there are 3 target words"):
        model.word = 3
    with pytest.raises(ValueError, match="for 3 target and 3 source"):
        model.weights = np.eye(2)
    model.word = -1
    assert model.word == 2
