"""Helpers of the attention course; `notebooks/` shows them in use.

Each folder is a role and each file in it a concept: everything about softmax is
`ls course_utils/*/softmax*`.
"""

__version__ = "0.1.0"
