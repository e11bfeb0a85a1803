"""Compares a transcript with the reference and names the mistake; runs no learner's code."""

import json
import re
from functools import lru_cache

import numpy as np

from course_utils.grading.layout import (
    Misfit,
    all_single,
    any_single,
    leaves,
    matched,
    same_data,
)
from course_utils.grading.observe import decode, encode, observe
from course_utils.grading.score import judge_score, name_sign
from course_utils.grading.transcript import DAMAGED, is_sound
from course_utils.grading.verdict import Verdict
from course_utils.grading.wording import (
    call_words,
    difference,
    given,
    kind_words,
    parameters,
    plain_error,
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
    changed = _changed(check, case, seen["after"])
    if changed:
        return "inputs", (f"{where}: {changed}",)
    names, expected, parts = zip(*rows)
    arrays = [np.asarray(decode(part)) for part in parts]
    close = [_close(check, case, want, got) for want, got in zip(expected, arrays)]
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
            f"{where}: expected an array of {wanted[want.dtype.kind]}, got dtype {dtype}.",
        )
    return None


def _changed(check, case, after):
    for name, before, data in zip(parameters(check), case.args, after):
        if not same_data(before, decode(data)):
            array = isinstance(before, np.ndarray)
            how, new = ("-= ...", "array") if array else ("[...] = ...", "dict")
            return (
                f"the argument {name} is not what it was before the call. "
                f"Something like `{name} {how}` changes it in place; make a new {new}."
            )
    return ""


def tolerance(check, case):
    """Return (rtol, atol) for a case: wider where float32 goes in."""
    return (1e-4, 1e-5) if any_single(case.args) else (check.rtol, check.atol)


def _close(check, case, want, got):
    rtol, atol = tolerance(check, case)
    with np.errstate(all="ignore"):
        return bool(np.allclose(got, want, rtol=rtol, atol=atol, equal_nan=True))


def _error_words(check, case, error):
    if error["type"] == "signature":
        sentence = f"Expected {call_words(check)}; your function takes {error['message']}."
        return "call", (sentence,)
    at = f" At the line `{error['line']}`" if error["line"] else ""
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
    for returns, want, got, fine in zip(results, expected, arrays, close):
        if not fine and np.all(np.isfinite(got)):
            which = returns.split(":")[0] if len(results) > 1 else ""
            start = "There" if stage == "identity" else given(check, case)
            words.append(difference(start, which, want, got, tolerance(check, case)))
            break
    return stage, tuple(words)


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


def name_mistake(check, cases, seen, fine):
    """Return (what is named, its hint) for the known wrong answer that fits, or ("", "").

    First choice is one that gives the learner's results in every case, second one that gives
    them in all failing cases (for errors see `_stops_alike`), third the one that gives at least
    half of the failing results; then the number of cases is said with it.
    """
    failing = [i for i, right in enumerate(fine) if not right]
    if check.score:
        return name_sign(check, [cases[i] for i in failing], [seen[i] for i in failing])
    arguments = json.dumps([[encode(argument) for argument in case.args] for case in cases])
    best = (0, 0, None)
    for mistake in check.mistakes:
        made = _made_by(mistake, arguments)
        fits = [i for i in failing if _same(check, cases[i], made[i], seen[i])]
        whole = len(fits) == len(failing)
        if whole and all(_same(check, *three) for three in zip(cases, made, seen)):
            return mistake.message, mistake.hint
        told = sum(not seen[i]["error"] for i in fits)  # an error alone says little
        clear = told > 0 or _stops_alike(check, cases, made, seen, fine)
        whole = whole and clear
        if (whole, told) > best[:2] and (whole or 2 * told >= max(len(failing), 4)):
            best = (whole, told, mistake)
    whole, told, mistake = best
    if mistake is None:
        return "", ""
    share = "" if whole else f"in {told} of the {len(failing)} failing cases, "
    return share + mistake.message, mistake.hint


@lru_cache(maxsize=256)
def _made_by(mistake, arguments):
    """Return what a mistake makes of the cases, whose arguments stand in a JSON text.

    It is remembered: the visible cases are those of every learner of a class.
    """
    cases = [[decode(argument) for argument in case] for case in json.loads(arguments)]
    return observe("", mistake.function, cases)["cases"]


def _stops_alike(check, cases, made, seen, fine):
    """Say whether a mistake is right where the learner is, or stops with the learner's very words.

    Errors of one type are common: a mistake that is wrong in places where the learner's function
    is right is not the learner's.
    """
    places = list(zip(cases, made, seen, fine))
    if all(_same(check, case, a, b) for case, a, b, right in places if right):
        return True
    pairs = [(a["error"], b["error"]) for _, a, b, right in places if not right]
    return all(a and b and a["message"] == b["message"] for a, b in pairs)


def _same(check, case, made, seen):
    if made["error"] or seen["error"]:
        types = [(one["error"] or {}).get("type") for one in (made, seen)]
        return types[0] == types[1]
    results = [decode(one["result"]) for one in (made, seen)]
    if type(results[0]) is not type(results[1]) and list in map(type, results):
        return False  # a list where a tuple is asked is a mistake of its own
    mine, theirs = (dict(leaves(result)) for result in results)
    if mine.keys() != theirs.keys():
        return False
    return all(_same_array(check, case, mine[path], theirs[path]) for path in mine) and (
        _changed(check, case, made["after"]) == _changed(check, case, seen["after"])
    )


def _same_array(check, case, a, b):
    if not all(isinstance(one, (np.ndarray, np.generic, int, float)) for one in (a, b)):
        return encode(a) == encode(b)
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and _close(check, case, a, b)
