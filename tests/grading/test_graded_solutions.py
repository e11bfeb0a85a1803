"""The course's own solutions get full points; under two more seeds in test_shut_in_solutions."""

from submissions import grade_solutions


def test_every_solution_has_full_points_without_a_sandbox(tmp_path):
    grade_solutions(tmp_path, "--course-seed=1")
