"""The file of earlier lessons' functions that the kernel of a graded notebook gets."""

import re

from course_utils.checks.reference import reference_source
from course_utils.checks.registry import all_checks


def earlier_source(lesson, asked) -> str:
    """Return a text that defines the exercises before a lesson as the reference does, or "".

    asked: the functions that the notebook asks for. One that an earlier function is made of
    stands there under another name, so that it is found neither by `load` nor by an import.

    >>> "def masked_softmax" in earlier_source(4, ["causal_mask", "masked_softmax"])
    False
    """
    names = [name for name, check in all_checks().items() if check.lesson < lesson]
    if not names:
        return ""
    source = reference_source(*names)
    return re.sub(rf"\b({'|'.join(asked)})\b", r"_inside_\1", source) if asked else source
