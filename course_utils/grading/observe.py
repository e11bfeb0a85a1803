"""Calls the learner's function and writes down what happened; judges nothing.

This runs in the learner's process, so nothing here may be believed: what comes out is data for
`judge`. It needs neither the checks nor the model, so that a sandbox can hide both.
"""

import contextlib
import copy
import importlib
import inspect
import io
import json
import linecache
import os
import time
import traceback
import types
import warnings

import numpy as np

MIME = "application/vnd.attention-course.observation+json"
LARGEST = 1_000_000  # numbers in one array; an answer of the course has a few hundred
LONGEST_NOTE = 1_000  # characters
SCALARS = (bool, int, float, str, type(None))
QUICK = 1.0  # seconds; a slower call is not made again to find out where it writes
OURS = os.path.dirname(os.path.dirname(__file__)) + os.sep  # nobody's own code lies there
GIVEN = "course_utils.training."  # functions that a case may hand to an answer live there


def encode(value):
    """Return `value` as JSON data that `decode` restores exactly, or a note of its type.

    Only exact built-in types, NumPy numbers, plain arrays, and tuples, lists and dicts of them are
    written out: a subclass could answer to `==` as it likes. A function of the course that a case
    hands over is written by its name.

    >>> decode(encode(np.array([1.0, np.inf], dtype="float32")))
    array([ 1., inf], dtype=float32)
    """
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is dict and all(type(key) is str for key in value):
        return {"dict": {key: encode(part) for key, part in value.items()}}
    if kind is types.FunctionType and str(value.__module__).startswith(GIVEN):
        return {"given": f"{value.__module__}:{value.__name__}"}
    if kind is tuple or kind is list:
        return {kind.__name__: [encode(part) for part in value[:10]], "length": len(value)}
    if isinstance(value, np.generic) and value.dtype.kind in "fiub":
        plain = float(value) if value.dtype.kind == "f" else value.item()
        return {"scalar": plain, "dtype": value.dtype.name}
    if kind is np.ndarray and value.dtype.kind in "fiub" and value.size <= LARGEST:
        numbers = value.astype(float).ravel().tolist()
        return {"array": numbers, "shape": list(value.shape), "dtype": value.dtype.name}
    described = {"type": kind.__name__[:100]}
    if kind is np.ndarray:
        described |= {"shape": list(value.shape), "dtype": str(value.dtype)[:100]}
    return described


def decode(data):
    """Return what `encode` was given; a value that it only noted comes back as that note.

    Raises ValueError, and others, for what `encode` does not write: the data may be forged.
    """
    if type(data) is not dict:
        return data
    if "array" in data:
        with np.errstate(all="ignore"):
            numbers = np.array(data["array"], dtype=float).astype(_dtype(data["dtype"]))
        return numbers.reshape(data["shape"])
    if "scalar" in data:
        if type(data["scalar"]) not in (bool, int, float):
            raise ValueError("a scalar is one number")
        return _dtype(data["dtype"]).type(data["scalar"])
    for kind in (tuple, list):
        if kind.__name__ in data:
            return kind(decode(part) for part in data[kind.__name__])
    if "dict" in data:
        return {key: decode(part) for key, part in data["dict"].items()}
    if str(data.get("given")).startswith(GIVEN):
        module, _, name = data["given"].partition(":")
        return getattr(importlib.import_module(module), name)
    if len(str(data)) > LONGEST_NOTE:
        raise ValueError("the note of a type is short")
    return data


def _dtype(name):
    """Return the dtype of this name; a text, or a number of a thousand bytes, is none of ours."""
    found = np.dtype(name)
    if found.kind not in "fiub" or found.name != name:
        raise ValueError("no dtype that is written")
    return found


def observe(name, function, cases) -> dict:
    """Call `function` on each list of arguments in `cases` and return the transcript.

    The transcript is JSON data: for each case the result, the arguments as they are after the
    call, an error with the learner's line, and the warnings of NumPy.

    >>> observe("double", lambda x: 2 * x, [(3,)])["cases"][0]["result"]
    6
    """
    transcript = {"name": str(name), "cases": []}
    if not callable(function):
        return transcript | {"missing": type(function).__name__}
    for arguments in cases:
        transcript["cases"].append(_observe_call(function, list(arguments)))
    return transcript


def _observe_call(function, given):
    arguments, start = copy.deepcopy(given), time.monotonic()
    seen = {"result": None, "after": [], "error": None, "warnings": [], "printed": False}
    misfit = _misfit(function, arguments)
    if misfit:
        return seen | {"error": {"type": "signature", "message": misfit, "line": ""}}
    prints = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(prints):
        warnings.simplefilter("always")
        try:
            seen["result"] = encode(function(*arguments))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a learner's sys.exit() is an answer too
            seen["error"] = _describe(error)
    seen["after"] = [encode(argument) for argument in arguments]
    quick = time.monotonic() - start < QUICK
    if quick and not seen["error"] and seen["after"] != [encode(one) for one in given]:
        seen["written_at"] = _line_that_writes(function, given, seen["after"])
    seen["warnings"] = sorted({str(one.message)[:200] for one in caught})
    seen["printed"] = bool(prints.getvalue())
    return seen


def _misfit(function, arguments):
    """Return the function's own parameter list if it cannot take these arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions of NumPy show no signature
        return ""
    try:
        signature.bind(*arguments)
    except TypeError:
        return str(signature)[:500]
    return ""


def _line_that_writes(function, given, after):
    """Return the learner's line that writes into the first argument that it changed.

    The function is called once more, with that argument's arrays locked: NumPy stops there.
    """
    again = copy.deepcopy(given)
    changed = next(one for one, old, new in zip(again, given, after) if encode(old) != new)
    _lock(changed)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            function(*again)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            found = _describe(error)
            return found["line"] if "read-only" in found["message"] else ""
    return ""


def _lock(value):
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            _lock(part)


def _describe(error):
    """Return the error's type and message, and the line of the learner's code that raised it.

    Where that line stands in another function, such as one of an earlier exercise, `caller` is the
    line of the function that was called first.
    """
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        ours_or_installed = frame.filename.startswith(OURS) or "site-packages" in frame.filename
        if not ours_or_installed and linecache.getline(frame.filename, frame.lineno or 0):
            lines.append((frame.line or "").strip()[:200])
    line, caller = (lines[-1], lines[0]) if lines else ("", "")
    try:
        message = str(error)[:500]
    except Exception:
        message = ""
    described = {"type": type(error).__name__[:100], "message": message, "line": line}
    return described if line == caller else described | {"caller": caller}


def observe_in_kernel(name, text):
    """Observe the function called `name` in this kernel and publish the transcript.

    `text` is the JSON list of cases that the grader wrote into the cell.
    """
    from IPython import get_ipython
    from IPython.display import publish_display_data

    cases = [[decode(argument) for argument in case] for case in json.loads(text)]
    namespace = get_ipython().user_ns
    if name in namespace:
        transcript = observe(name, namespace[name], cases)
    else:
        transcript = {"name": name, "cases": [], "missing": "undefined"}
    publish_display_data({"text/plain": f"observed {name}", MIME: json.dumps(transcript)})
