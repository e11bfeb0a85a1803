"""Two attention layers learn to repeat, one cannot."""

import pytest

from course_utils.training.language import Induction, repeat_loss
from course_utils.training.loop import last


@pytest.mark.parametrize(("blocks", "low", "high"), [(2, 0.0, 0.1), (1, 1.5, 4.0)])
def test_repeats(blocks, low, high):
    params = last(Induction(blocks=blocks).train(seed=0)).params
    assert low <= repeat_loss(params) < high
