"""Differentiable arrays through NumPy's own dispatch protocols; nothing else is in here.

`value_and_grad` runs a function written in plain NumPy and returns its value and its gradient.
The rules are in `operations` and `shaping`, one short entry a NumPy function; `fused` has faster
forms of what a transformer does most.
"""

from course_utils.arrays import operations, shaping
from course_utils.arrays.array import Array
from course_utils.arrays.errors import NotDifferentiable
from course_utils.arrays.gradient import value_and_grad

__all__ = ["Array", "NotDifferentiable", "operations", "shaping", "value_and_grad"]
