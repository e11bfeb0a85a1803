"""Pictures are compared as a person would: letters may move by a pixel, a number may not change."""

import base64
import io

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_utils.grading import pictures
from course_utils.grading.pictures import difference_of_pictures, drawn_by_this_release


def picture(heights=(1.0, 0.5, 0.2), word="cat", size=(4, 3), colour="#0072b2"):
    figure = Figure(figsize=size, dpi=100)
    axes = figure.subplots()
    axes.bar(range(len(heights)), heights, color=colour)
    axes.set_title(f"{word} looks at mat")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return {"image/png": base64.b64encode(buffer.getvalue()).decode()}


def shifted(bundle, pixels):
    from matplotlib.image import imread, imsave

    image = imread(io.BytesIO(base64.b64decode(bundle["image/png"])), format="png")
    buffer = io.BytesIO()
    imsave(buffer, np.roll(image, pixels, axis=1), format="png")
    return {"image/png": base64.b64encode(buffer.getvalue()).decode()}


@pytest.fixture(autouse=True)
def same_release(monkeypatch):
    """Compare pictures whatever matplotlib this is."""
    monkeypatch.setattr(pictures, "drawn_by_this_release", lambda: True)


def test_the_same_picture_and_one_moved_by_a_pixel_are_alike():
    assert difference_of_pictures(picture(), picture()) == ""
    assert difference_of_pictures(shifted(picture(), 1), picture()) == ""


@pytest.mark.parametrize(
    "other",
    [
        picture(heights=(1.0, 0.8, 0.2)),
        picture(colour="#b84e00"),
        picture(word="dog"),
        picture(size=(4.4, 3)),
        picture(heights=(1.0, 0.5)),
    ],
)
def test_another_curve_colour_or_size_differs(other):
    assert "build it again" in difference_of_pictures(other, picture())


def test_pictures_of_another_release_are_not_compared(tmp_path, monkeypatch):
    lock = tmp_path / "requirements.lock"
    for version, same in (("1.0.0", False), (matplotlib.__version__, True)):
        lock.write_text(f"numpy==2.0.0 \\\n    --hash=sha256:0\nmatplotlib=={version} \\\n")
        drawn_by_this_release.cache_clear()
        assert drawn_by_this_release(lock) is same
    monkeypatch.setattr(pictures, "drawn_by_this_release", lambda: False)
    assert difference_of_pictures(picture(colour="#b84e00"), picture()) == ""


def test_outputs_without_pictures_have_no_difference():
    assert difference_of_pictures({"text/plain": "a"}, {"text/plain": "b"}) == ""
