"""Says whether two pictures in notebook outputs look alike; nbval itself compares none."""

import base64
import io
import re
from functools import cache

import numpy as np

from course_utils.grading.pristine import ROOT

# Of the full range, blurred: a shift by one pixel gives .006 and .013, another word .002 and .035.
MEAN_DIFFERENCE = 0.01
PART_DIFFERENCE = 0.03
SIZE_DIFFERENCE = 0.03


def difference_of_pictures(new, old) -> str:
    """Return how the PNGs of two output bundles differ, in words, or "" if they look alike.

    Letters drawn by another version of the font library shift single pixels; a curve, a number
    or a colour that changed moves the mean over all pixels of the part of the picture it is in.
    Another release of matplotlib sets its text otherwise, so that every picture differs; then the
    words of the outputs alone are compared, among them each picture's alternative text.
    """
    if "image/png" not in new or "image/png" not in old or not drawn_by_this_release():
        return ""
    a, b = (_pixels(bundle["image/png"]) for bundle in (new, old))
    if any(abs(x - y) > SIZE_DIFFERENCE * y for x, y in zip(a.shape[:2], b.shape[:2])):
        return (
            f"The picture has {a.shape[:2]} pixels, the stored one {b.shape[:2]}: build it again."
        )
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    gap = np.abs(_blurred(a[:height, :width]) - _blurred(b[:height, :width]))
    worst = _worst_part(gap)
    if worst > PART_DIFFERENCE or gap.mean() > MEAN_DIFFERENCE:
        return f"The picture looks different from the stored one (by {worst:.2f}): build it again."
    return ""


@cache
def drawn_by_this_release(lock=ROOT / "requirements.lock") -> bool:
    """Return whether the stored pictures come from the matplotlib that is installed here.

    They are built with the one in requirements.lock; 3.11.2 draws as 3.11.0 does.
    """
    import matplotlib  # here: few gradings compare pictures, and all would wait for it

    text = lock.read_text(encoding="utf-8") if lock.exists() else ""
    found = re.search(r"^matplotlib==(\d+\.\d+)\.", text, re.MULTILINE)
    return found is None or matplotlib.__version__.startswith(f"{found[1]}.")


def _pixels(text):
    """Return the grey values of a PNG in base64, from 0 to 1; transparent is white."""
    from matplotlib.image import imread

    image = imread(io.BytesIO(base64.b64decode(text)), format="png")
    if image.ndim == 3 and image.shape[2] == 4:
        image = image[..., :3] * image[..., 3:] + 1 - image[..., 3:]
    return image.mean(axis=2) if image.ndim == 3 else image


def _blurred(image, block=6):
    """Return the means over blocks, in which a letter that moved by a pixel hardly shows."""
    rows, columns = (size - size % block for size in image.shape)
    blocks = image[:rows, :columns].reshape(rows // block, block, columns // block, block)
    return blocks.mean(axis=(1, 3))


def _worst_part(gap, parts=8):
    """Return the largest mean difference over a grid of parts x parts tiles."""
    rows = np.array_split(gap, parts, axis=0)
    return max(tile.mean() for row in rows for tile in np.array_split(row, parts, axis=1))
