"""The course's own solutions, as somebody would hand them in, graded under three seeds."""

import shutil

import pytest
from submissions import ROOT, grade_folder

from course_utils.checks.registry import all_checks


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_solved_notebook_has_full_points_under_every_seed(tmp_path, seed, request):
    """The first without a sandbox, the last two in it."""
    shut_in = seed > 1 and request.getfixturevalue("made_of")
    solutions = sorted((ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))
    (tmp_path / "s" / "anna").mkdir(parents=True)
    for path in solutions:
        shutil.copy(path, tmp_path / "s" / "anna")
    options = ["--course-sandbox"] if shut_in else []
    result = grade_folder(tmp_path / "s", f"--course-seed={seed}", *options)
    assert result.code == 0, result.output
    full = {("anna", name): check.points for name, check in all_checks().items()}
    assert result.points == full
