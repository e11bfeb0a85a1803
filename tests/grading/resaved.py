"""Solved notebooks as other editors save them: what VS Code and Colab do to metadata and ids."""

import uuid

import nbformat
from submissions import SOFTMAX, solved

FULL = (4, 3)
CHECKED = "softmax: right (7 of 7 cases, 4 points)\n"
DRIVE = """#@title Set up { display-mode: "form" }
from google.colab import drive
drive.mount("/content/drive")"""


def _run(filled):
    """Number the code cells, and give those that check an output as after a run."""
    code = [cell for cell in filled.nb.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        if cell.source.startswith("check("):
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=CHECKED)]
    return filled


def _without_ids(filled, minor):
    for cell in filled.nb.cells:
        del cell["id"]
    filled.nb.nbformat_minor = minor
    return filled


def vs_code():
    """Save from VS Code: other ids, the language on every cell, no kernelspec, outputs trimmed."""
    filled = _run(solved())
    for number, cell in enumerate(filled.nb.cells):
        cell.id = f"{0xA1B2C300 + number:08x}"
        cell.metadata.vscode = {"languageId": "python"} if cell.cell_type == "code" else {}
        if cell.get("outputs"):
            cell.outputs = []  # "clear all outputs" leaves the counts
    filled.nb.metadata.pop("kernelspec")
    filled.nb.metadata.language_info = {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "name": "python",
        "pygments_lexer": "ipython3",
        "version": "3.12.4",
    }
    filled.nb.metadata.vscode = {"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b"}}
    return filled


def vs_code_of_old():
    """Save from a VS Code of 2021: format 4.2, no ids, none of the cells' metadata."""
    filled = _without_ids(vs_code(), 2)
    for cell in filled.nb.cells:
        cell.metadata = nbformat.from_dict({})
    filled.nb.metadata.pop("course")
    filled.nb.metadata.orig_nbformat = 4
    return filled


def colab():
    """Save from Colab: format 4.0, ids in the metadata, its own keys, a cell for the drive."""
    filled = _run(solved()).insert(DRIVE, before="softmax-answer")
    filled = _without_ids(filled, 0)
    for number, cell in enumerate(filled.nb.cells):
        cell.metadata.id = f"Xk3_{number:02}aBcDeF"
        if cell.get("outputs"):
            cell.metadata.outputId = str(uuid.UUID(int=number))
            cell.metadata.colab = {"base_uri": "https://localhost:8080/", "height": 35}
            cell.metadata.executionInfo = {
                "elapsed": 12,
                "status": "ok",
                "timestamp": 1700000000000,
                "user": {"displayName": "Anna", "userId": "0123456789"},
                "user_tz": -60,
            }
    filled.nb.metadata = nbformat.from_dict(
        {
            "accelerator": "GPU",
            "colab": {
                "collapsed_sections": ["x"],
                "gpuType": "T4",
                "name": "02_softmax.ipynb",
                "provenance": [{"file_id": "1aB", "timestamp": 1700000000000}],
                "toc_visible": True,
            },
            "course": filled.nb.metadata.course,
            "kernelspec": {"display_name": "Python 3", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return filled


def colab_copy():
    """Copy cells by hand into a new Colab notebook: nothing of the course's metadata is left."""
    filled = colab()
    for cell in filled.nb.cells:
        cell.metadata = nbformat.from_dict({"id": cell.metadata.id})
    filled.nb.metadata.pop("course")
    filled.nb.cells = [cell for cell in filled.nb.cells if cell.cell_type == "code"]
    return filled


def colab_form():
    """Write the answer as a Colab form: a title above it, and a magic for the time."""
    filled = colab()
    answer = next(cell for cell in filled.nb.cells if cell.source == SOFTMAX)
    answer.source = (
        f"#@title My softmax {{ run: 'auto' }}\n{SOFTMAX}\n%timeit -n 1 -r 1 softmax(np.ones(3))"
    )
    return filled


# name: (submission, points for softmax and soft_lookup, words)
RESAVED = {
    make.__name__: (make, FULL, "")
    for make in (vs_code, vs_code_of_old, colab, colab_copy, colab_form)
}
