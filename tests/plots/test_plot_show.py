"""Showing: words in the bundle and on the web page, the same bytes every time, no state left."""

import base64
import os
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbconvert import HTMLExporter

from course_utils import plots
from course_utils.plots.display import bundle, png, root

ALT = 'Weights of "sat": cat 0.72, mat 0.28 <b>bold</b>.'


def lines():
    return plots.attention_lines([[0.28, 0.72], [0.5, 0.5]], ["mat", "cat"])


def test_the_bundle_bears_picture_words_and_width():
    data, metadata = bundle(lines(), ALT)
    picture = base64.b64decode(data["image/png"])
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert data["text/plain"] == ALT
    about = metadata["image/png"]
    assert about["alt"] == ALT
    assert int.from_bytes(picture[16:20], "big") == 2 * about["width"]
    assert about["width"] <= 760


def test_the_picture_holds_no_date_and_no_version():
    picture = png(lines())
    assert b"tEXt" not in picture
    assert b"tIME" not in picture


def test_a_second_drawing_gives_the_same_bytes():
    assert png(lines()) == png(lines())
    axes = lines()
    assert png(axes) == png(axes)


DRAW = """
import hashlib, matplotlib, sys
before = matplotlib.rcParams.copy()  # dict() would resolve the backend and load pyplot
from course_utils import plots
from course_utils.plots.display import png
ax = plots.heatmap([[0.2, 0.8], [0.5, 0.5]], ["cat", "sat"])
keys = plots.vectors([[1, 2], [2, 1]], ["a", "b"], [1, 0], shadows=True)
print(hashlib.sha256(png(ax) + png(keys)).hexdigest())
assert "matplotlib.pyplot" not in sys.modules
assert matplotlib.rcParams.copy() == before
plots.show(ax, alt="cat looks at sat with 0.80.")
"""


def test_other_processes_without_a_display_give_the_same_bytes():
    outputs = set()
    for seed in ("1", "2"):
        environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "MPLBACKEND")}
        environment["PYTHONHASHSEED"] = seed
        run = subprocess.run(
            [sys.executable, "-c", DRAW],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert outputs.pop().endswith("cat looks at sat with 0.80.\n")


@pytest.mark.parametrize("alt", ["", "cat", None, "   "])
def test_a_figure_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="alt must be a sentence"):
        bundle(lines(), alt)


def test_something_else_is_refused():
    with pytest.raises(ValueError, match="but a ndarray arrived"):
        root(np.zeros(3))


def test_a_list_of_axes_is_one_figure():
    axes = plots.heatmaps({"a": [[1.0]], "b": [[1.0]]}, ["x"])
    assert root(axes) is axes[0].figure
    assert root(axes[1]) is root(axes)


def test_show_displays_once_in_ipython():
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            assert plots.show(lines(), ALT) is None
        assert len(captured.outputs) == 1
        assert captured.outputs[0].data["text/plain"] == ALT
        assert captured.outputs[0].metadata["image/png"]["alt"] == ALT
    finally:
        InteractiveShell.clear_instance()


def notebook():
    """A notebook whose one output is what `show` publishes."""
    data, metadata = bundle(lines(), ALT)
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("show(...)", outputs=[output], execution_count=1)
    return nbformat.v4.new_notebook(cells=[cell])


@pytest.mark.parametrize("template", ["classic", "basic"])
def test_nbconvert_puts_the_words_on_the_picture(template):
    nbformat.validate(notebook())
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook())
    picture = page[page.index("<img") :]
    picture = picture[: picture.index("/>")]
    width = bundle(lines(), ALT)[1]["image/png"]["width"]
    assert f'width="{width}"' in picture
    assert "cat 0.72, mat 0.28 &lt;b&gt;bold&lt;/b&gt;." in picture


def test_a_figure_of_pyplots_is_closed():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    backend = pyplot.get_backend()
    try:
        pyplot.switch_backend("agg")
        figure, ax = pyplot.subplots()
        plots.bars([0.5, 0.5], ["a", "b"], ax=ax)
        assert pyplot.fignum_exists(figure.number)
        plots.show(ax, "Both weights are 0.50.")
        assert not pyplot.fignum_exists(figure.number)
    finally:
        pyplot.switch_backend(backend)
