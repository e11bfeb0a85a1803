"""Checks the learner's functions in a notebook, keeps them, and loads them again."""

from course_utils.answers.notebook import check, check_only, load

__all__ = ["check", "check_only", "load"]
