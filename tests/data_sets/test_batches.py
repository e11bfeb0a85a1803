import itertools

import numpy as np
import pytest

from course_utils.data.batches import encode_pairs, pad, shuffled_batches
from course_utils.data.grammar import CLEAN
from course_utils.data.vocabulary import END, START, vocabularies

ENGLISH, FRENCH = vocabularies(CLEAN)
PAIRS = CLEAN.generate(np.random.default_rng(0), 100)


def test_every_sentence_can_be_read_back():
    data = encode_pairs(PAIRS, ENGLISH, FRENCH)
    for i, pair in enumerate(PAIRS):
        assert ENGLISH.decode(data.source[i]) == pair.source
        assert data.source_keep[i].sum() == len(pair.source)
        n = len(pair.target)
        assert data.target_in[i, 0] == START
        assert FRENCH.decode(data.target_in[i]) == pair.target
        assert FRENCH.decode(data.target_out[i]) == pair.target
        assert data.target_out[i, n] == END
        assert data.target_keep[i].tolist() == [True] * (n + 1) + [False] * (
            data.target_out.shape[1] - n - 1
        )


def test_the_target_is_shifted_by_one_and_the_source_has_no_end():
    data = encode_pairs(PAIRS, ENGLISH, FRENCH)
    np.testing.assert_array_equal(
        data.target_in[:, 1:] * data.target_keep[:, 1:],
        data.target_out[:, :-1] * data.target_keep[:, 1:],
    )
    assert END not in data.source


def test_a_pass_holds_every_sentence_once_and_passes_differ():
    data = encode_pairs(PAIRS, ENGLISH, FRENCH)
    batches = list(itertools.islice(shuffled_batches(np.random.default_rng(1), data, 20), 10))
    passes = [
        [ENGLISH.decode(row) for batch in part for row in batch.source]
        for part in (batches[:5], batches[5:])
    ]
    assert sorted(passes[0]) == sorted(passes[1]) == sorted(pair.source for pair in PAIRS)
    assert passes[0] != passes[1]


def test_rows_stay_together_and_empty_columns_go():
    data = encode_pairs(PAIRS, ENGLISH, FRENCH)
    french = {pair.source: pair.target for pair in PAIRS}
    for batch in itertools.islice(shuffled_batches(np.random.default_rng(2), data, 7), 30):
        assert batch.source_keep.any(axis=0).all()
        assert batch.target_keep.any(axis=0).all()
        assert batch.source.shape == batch.source_keep.shape
        assert batch.target_in.shape == batch.target_out.shape == batch.target_keep.shape
        for source, target in zip(batch.source, batch.target_out):
            assert french[ENGLISH.decode(source)] == FRENCH.decode(target)


def test_pad_to_a_length():
    ids, keep = pad([[4, 5], []], length=3)
    assert ids.tolist() == [[4, 5, 0], [0, 0, 0]]
    assert keep.tolist() == [[True, True, False], [False] * 3]
    with pytest.raises(ValueError, match="a row of 4 tokens does not fit into 3"):
        pad([[1, 2, 3, 4]], length=3)


def test_too_large_a_batch_is_refused():
    data = encode_pairs(PAIRS[:3], ENGLISH, FRENCH)
    with pytest.raises(ValueError, match="a batch of 4 cannot be drawn from 3 sentences"):
        next(shuffled_batches(np.random.default_rng(0), data, 4))
