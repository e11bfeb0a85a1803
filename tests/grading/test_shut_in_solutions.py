"""The course's own solutions get full points in the sandbox, under two seeds.

In a file of its own, since the tests of one file run one after the other.
"""

import pytest
from submissions import grade_solutions


@pytest.mark.parametrize("seed", [2, 3])
def test_every_solution_has_full_points_in_the_sandbox(tmp_path, seed, made_of):
    grade_solutions(tmp_path, f"--course-seed={seed}", "--course-sandbox")
