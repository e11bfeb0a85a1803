"""Trained weights on disk: plain .npz, no pickle, whole or not at all."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np

from course_utils.training.flat import leaves

ABOUT = "about.json"  # no parameter can be called so: it would be a file of its own in a path
FORMAT = "attention-course weights 1"


class WeightsError(ValueError):
    """Raised, with one sentence, for a file that holds no weights of this course."""


def save_weights(path, params, **about):
    """Write nested dicts of arrays to a .npz file, with what `about` says (JSON) beside them.

    The file appears when it is complete; one that was there before is replaced only then.
    Lesson 10.
    """
    path = Path(path)
    for name, array in leaves(params):
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            raise TypeError(f"weights are arrays of floats, and {name} is not one.")
    note = json.dumps({"format": FORMAT, **about})
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **{ABOUT: np.array(note)}, **dict(leaves(params)))
        os.chmod(unfinished, path.stat().st_mode if path.exists() else 0o644)
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def load_weights(path):
    """Return (params, about) as `save_weights` got them.

    Raises WeightsError for a file that is missing, broken or of another kind. Lesson 10.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"there is no file {path.name}: train the model and save it first.")
    try:
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop(ABOUT)))
    except KeyError:
        raise foreign(path) from None
    except Exception as error:  # a damaged zip raises almost anything, zlib.error among it
        raise WeightsError(
            f"{path.name} cannot be read as weights (it is broken or another kind of file): "
            "save the weights again."
        ) from error
    if not isinstance(about, dict) or about.pop("format", None) != FORMAT:
        raise foreign(path)
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise WeightsError(f"{path.name} holds {name}, which is no array of finite numbers.")
    return nested(arrays), about


def foreign(path):
    """Return the error for a readable .npz that this course did not write."""
    return WeightsError(f"{path.name} is no weights file of this course: use save_weights.")


def nested(arrays):
    """Return {"a/b": array} as {"a": {"b": array}}."""
    tree = {}
    for path, array in arrays.items():
        *parents, name = path.split("/")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[name] = array
    return tree
