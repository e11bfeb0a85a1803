import numpy as np
import pytest

from course_utils.data.repeats import repeated_sequences


def test_rows_repeat_with_their_own_period_and_no_shorter_one():
    rows = repeated_sequences(np.random.default_rng(0), 300, length=45)
    assert rows.tokens.shape == rows.predictable.shape == (300, 45)
    for tokens, period, predictable in zip(*rows):
        for t in range(45):
            earlier = tokens[:t].tolist()
            assert predictable[t] == (t >= period)
            assert (tokens[t] in earlier) == (t >= period)
            if t >= period:
                assert tokens[t] == tokens[t - period]


def test_periods_are_all_there_and_even():
    periods = repeated_sequences(np.random.default_rng(1), 11000).periods
    counts = np.bincount(periods)[10:]
    assert len(counts) == 11
    assert counts.min() > 800
    assert counts.max() < 1200


def test_tokens_cover_the_vocabulary_evenly():
    tokens = repeated_sequences(np.random.default_rng(2), 4000, vocabulary_size=30).tokens
    shares = np.bincount(tokens.ravel(), minlength=30) / tokens.size
    assert len(shares) == 30
    assert abs(shares - 1 / 30).max() < 0.004


def test_same_seed_same_rows():
    first, second = (repeated_sequences(np.random.default_rng(3), 5) for _ in range(2))
    np.testing.assert_array_equal(first.tokens, second.tokens)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vocabulary_size": 19}, "a block of 20 different tokens"),
        ({"length": 20}, "does not repeat within 20"),
        ({"shortest": 5, "longest": 4}, "got 5 and 4"),
    ],
)
def test_impossible_requests_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        repeated_sequences(np.random.default_rng(0), 2, **arguments)
