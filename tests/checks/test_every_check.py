"""What holds for every exercise of the course, new ones included: its mistakes, oracle and cases.

The files beside this one hold, for each lesson, right answers written in many ways and wrong ones
that are no known mistake.
"""

import numpy as np
import pytest

from course_utils.checks.reference import reference
from course_utils.checks.registry import all_checks
from course_utils.grading.layout import any_single, as_results, leaves

SEEDS = (0, 1)  # the visible cases and one set of hidden ones
CHECKS = all_checks()
# A scored exercise trains for seconds, and has no oracle: its tests are in a file of their own.
VALUED = [name for name, check in CHECKS.items() if check.score is None]
MISTAKES = [
    pytest.param(name, mistake, way, id=f"{name}: {mistake.message}")
    for name in VALUED
    for mistake in CHECKS[name].mistakes
    for way in (mistake.function, *mistake.also)
]


def cases_of(name, seed):
    return CHECKS[name].cases(np.random.default_rng(seed))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "mistake", "way"), MISTAKES)
def test_a_known_wrong_answer_is_refused_and_named(verdict_on, name, mistake, way, seed):
    verdict = verdict_on(name, way, seed)
    assert not verdict.right
    assert verdict.mistake == mistake.message
    assert verdict.hint == mistake.hint


@pytest.mark.parametrize("name", CHECKS)
def test_mistakes_read_as_sentences(name):
    """The message stands after "Named: ", the hint after "Hint: "."""
    score = CHECKS[name].score
    mistakes = CHECKS[name].mistakes if score is None else [sign for sign, _ in score.signs]
    assert len(mistakes) >= 6
    assert len({mistake.message for mistake in mistakes}) == len(mistakes)
    for mistake in mistakes:
        assert mistake.message[0].islower(), mistake.message
        assert not mistake.message.endswith("."), mistake.message
        assert mistake.hint[-1] in ".?", mistake.hint


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", VALUED)
def test_the_oracle_agrees_with_the_model(name, seed):
    for case in cases_of(name, seed):
        rtol, atol = (1e-4, 1e-5) if any_single(case.args) else (1e-11, 1e-12)
        expected = as_results(CHECKS[name].oracle(*case.args))
        for want, got in zip(expected, as_results(reference(name)(*case.args))):
            np.testing.assert_allclose(got, want, rtol=rtol, atol=atol, err_msg=case.label)
            assert got.dtype == want.dtype, case.label


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", VALUED)
def test_the_oracle_keeps_the_identities_and_the_arguments(name, seed):
    for case, same in zip(cases_of(name, seed), cases_of(name, seed)):
        results = as_results(CHECKS[name].oracle(*case.args))
        for identity in CHECKS[name].identities:
            assert identity.holds(case, *results), (case.label, identity.sentence)
        for (path, now), (_, before) in zip(leaves(case.args), leaves(same.args), strict=True):
            np.testing.assert_array_equal(now, before, err_msg=path)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", VALUED)
def test_the_reference_is_right(verdict_on, name, seed):
    verdict = verdict_on(name, reference(name), seed)
    assert verdict.right, verdict


@pytest.mark.parametrize("name", CHECKS)
def test_hidden_cases_differ_in_size(name):
    """A hard-coded answer must not meet the same shapes again, nor the same sizes as numbers."""
    shapes = {
        tuple(
            np.shape(argument) or argument
            for case in cases_of(name, seed)
            for _, argument in leaves(case.args)
        )
        for seed in range(10)
    }
    assert len(shapes) >= 8


@pytest.mark.parametrize("name", VALUED)
def test_the_first_case_is_small_and_the_labels_differ(name):
    cases = cases_of(name, 0)
    assert sum(np.size(argument) for argument in cases[0].args) <= 24
    assert len({case.label for case in cases}) == len(cases)


@pytest.mark.parametrize("name", CHECKS)
def test_a_stub_is_not_written_yet(verdict_on, name):
    def stub(*arguments):
        raise NotImplementedError(f"{name}: exercise {CHECKS[name].number}")

    assert verdict_on(name, stub).stage == "not written"
