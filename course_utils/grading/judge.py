"""Compares a transcript with the reference and names the mistake; runs no learner's code."""

import re

import numpy as np

from course_utils.grading.layout import Misfit, all_single, matched
from course_utils.grading.naming import changed_argument, is_close, name_mistake, tolerance
from course_utils.grading.observe import decode, encode
from course_utils.grading.plain_errors import plain_error
from course_utils.grading.score import judge_score
from course_utils.grading.transcript import DAMAGED, is_sound
from course_utils.grading.verdict import Verdict
from course_utils.grading.wording import (
    call_words,
    difference,
    dtype_words,
    given,
    kind_words,
    parameters,
    shape_words,
)

# An identity and a value that do not hold are of one rank: the earlier, simpler case is shown.
RANKS = {"call": 0, "error": 1, "result": 2, "dtype": 3, "shape": 3, "inputs": 4}
RANKS |= {"identity": 5, "values": 5, "score": 5}


def judge(check, cases, transcript) -> Verdict:
    """Return the verdict on a transcript that `observe` made from `cases`.

    Every case is judged for itself (for partial credit); the words are those of the first
    failing stage in the order of RANKS, with the known wrong answer that matches.
    """
    if type(transcript) is not dict or not isinstance(transcript.get("cases"), list):
        return _unreadable(check, cases)
    pairs = list(zip(cases, transcript["cases"]))
    if len(transcript["cases"]) > len(cases) or not all(is_sound(*pair) for pair in pairs):
        return _unreadable(check, cases)
    blank = _not_written(check, transcript, len(cases))
    if blank:
        return blank
    if len(pairs) != len(cases):
        return _unreadable(check, cases)
    try:
        findings = [_judge_case(check, case, seen) for case, seen in pairs]
        notes = _notes(check, cases, transcript["cases"])
    except DAMAGED:
        return _unreadable(check, cases)
    passed = sum(finding is None for finding in findings)
    counts = {"passed": passed, "total": len(cases), "points": check.points}
    if passed == len(cases):
        return Verdict(check.name, "right", notes=notes, **counts)
    found = [(RANKS[one[0]], i, one) for i, one in enumerate(findings) if one]
    stage, sentences = min(found)[2]
    mistake, hint = name_mistake(check, cases, transcript["cases"], [not one for one in findings])
    return Verdict(check.name, stage, sentences, mistake, hint, notes, **counts)


def _unreadable(check, cases):
    sentence = "The check could not see what the function returned: its transcript is damaged."
    return Verdict(check.name, "error", (sentence,), total=len(cases), points=check.points)


def _not_written(check, transcript, total):
    """Return a verdict if there is no function, or if it is the stub that raises."""
    missing = transcript.get("missing")
    sentences = ()
    if missing == "undefined":
        sentences = (f"There is no function `{check.name}` here: run the cell that defines it.",)
    elif missing:
        kind = kind_words({"type": str(missing)[:100]})
        sentences = (f"`{check.name}` is {kind}, not a function: write `def`.",)
    else:
        errors = [seen["error"] or {} for seen in transcript["cases"]]
        if not errors or any(error.get("type") != "NotImplementedError" for error in errors):
            return None
        called = errors[0]["message"].partition(":")[0]
        if called.isidentifier() and called != check.name:
            sentences = (f"`{check.name}` calls `{called}`, which is not written yet.",)
    return Verdict(check.name, "not written", sentences, total=total, points=check.points)


def _judge_case(check, case, seen):
    """Return None if the case is right, else (stage, sentences)."""
    if seen["error"]:
        return _error_words(check, case, seen["error"])
    where = given(check, case)
    if check.score:
        return judge_score(check, case, seen["result"], where)
    try:
        rows = matched(check.returns, check.oracle(*case.args), seen["result"])
    except Misfit as misfit:
        return "result", (f"{where}: {misfit}",)
    for row in rows:
        finding = _kind_and_shape(where, *row)
        if finding:
            return finding
    if changed_argument(check, case, seen["after"]):
        return "inputs", (f"{where}: {_changed_words(check, case, seen)}",)
    names, expected, parts = zip(*rows)
    arrays = [np.asarray(decode(part)) for part in parts]
    close = [is_close(check, case, want, got) for want, got in zip(expected, arrays)]
    if all(close):
        return None
    return _value_words(check, case, names, expected, arrays, close)


def _kind_and_shape(where, returns, want, got):
    if type(got) is not dict:
        got = encode(np.asarray(got)[()])
    shape = tuple(got.get("shape", ()))
    dtype = got["dtype"]
    if shape != want.shape:
        wanted = f"{shape_words(want.shape)}, that is {returns}"
        return "shape", (f"{where}: expected shape {wanted}; got shape {shape_words(shape)}.",)
    kinds = {"f": "fiu", "b": "b", "i": "iu"}[want.dtype.kind]
    known = "array" in got or "scalar" in got
    if not known or np.dtype(dtype).kind not in kinds:
        wanted = {"f": "numbers (float64 or float32)", "b": "True and False", "i": "integers"}
        return "dtype", (
            f"{where}: expected an array of {wanted[want.dtype.kind]}, got {dtype_words(dtype)}.",
        )
    return None


def _changed_words(check, case, seen):
    name, before = changed_argument(check, case, seen["after"])
    line = seen.get("written_at")
    start = f"the argument {name} is not what it was before the call"
    now = decode(seen["after"][parameters(check).index(name)])
    if np.shape(before) != np.shape(now):
        start += f": its shape was {np.shape(before)} and is {np.shape(now)}"
    elif line:
        start += f": the line `{line}` writes into it"
    else:
        start += f". `{name}[...] = ...` writes into it, and so does a method like `{name}.sort()`"
    kind = "array" if isinstance(before, np.ndarray) else type(before).__name__
    return f"{start}; make a new {kind}."


def _error_words(check, case, error):
    if error["type"] == "signature":
        sentence = f"Expected {call_words(check)}; your function takes {error['message']}."
        return "call", (sentence,)
    at = f" At the line `{error['line']}`" if error["line"] else ""
    at += f", which `{error['caller']}` calls" if error.get("caller") else ""
    message = f"{error['type']}: {plain_error(error['message'])}".strip(": ")
    return "error", (f"{given(check, case)}: your function stopped with {message}.{at}".rstrip(),)


def _value_words(check, case, results, expected, arrays, close):
    words = []
    stage = "values"
    finite_wanted = all(np.all(np.isfinite(want)) for want in expected)
    if finite_wanted and not all(np.all(np.isfinite(got)) for got in arrays):
        words.append(f"{given(check, case)}: expected finite numbers, got nan or inf.")
        stage = "identity"
    else:
        for identity in check.identities:
            if not identity.holds(case, *arrays):
                words.append(f"{given(check, case)}: it should hold that {identity.sentence}.")
                stage = "identity"
                break
    if case.claim:
        words.append(f"What this case tests: {case.claim}.")
    if finite_wanted and all(map(_nearly, arrays, expected)):
        words.append("The numbers are nearly right: is one rounded, float32, or a little added?")
    for returns, want, got, fine in zip(results, expected, arrays, close):
        if not fine and np.all(np.isfinite(got)):
            which = returns.split(":")[0] if len(results) > 1 else ""
            start = "There" if stage == "identity" else given(check, case)
            words.append(difference(start, which, want, got, tolerance(check, case)))
            break
    return stage, tuple(words)


def _nearly(got, want):
    return np.allclose(got, want, rtol=1e-3, atol=1e-5)


def _notes(check, cases, seen):
    """Return remarks that cost nothing: precision lost or gained, warnings, prints."""
    notes = []
    for case, one in zip(cases, seen):
        wide = re.findall(r"'dtype': 'float64'", str(one["result"])[-200:])
        if check.trained and all_single(case.args) and wide:
            notes.append(
                "Note: float32 went in and float64 came out, which is right but slower to train. "
                "`np.sqrt(d)` and `np.zeros(...)` are float64; `d ** 0.5` and `np.zeros_like(x)` "
                "are not."
            )
            break
    if any(one["warnings"] for one in seen):
        first = next(one["warnings"][0] for one in seen if one["warnings"])
        notes.append(f"Note: NumPy warned: {first}.")
    if any(one["printed"] for one in seen):
        notes.append("Note: what your function prints is not shown during a check.")
    return tuple(notes)
