"""Lessons 5 to 9: functions for one table or one batch, which stop when there are more axes."""

from course_utils.checks.check import Mistake


def up_to(axes, right):
    """Return `right` as it is when the shape of its first argument is unpacked, axis by axis."""

    def limited(first, *rest):
        if first.ndim > axes:
            raise ValueError(f"too many values to unpack (expected {axes})")
        return right(first, *rest)

    return limited


def one_leading_axis(right, axes=2):
    """Return the mistake of a function that takes `axes` axes, or one more, and not two more."""
    return Mistake(
        "your function is right for one leading axis or none, and stops when there are two",
        up_to(axes + 1, right),
        "Two cases, one of them for batches, are two too few. Count axes from the end: "
        "np.swapaxes(A, -1, -2) and `*leading, n, d = X.shape` take any number of them.",
    )
