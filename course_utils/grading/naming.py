"""Names the known wrong answer that gives the learner's results; runs no learner's code."""

import json
import re
from functools import lru_cache

import numpy as np

from course_utils.grading.layout import any_single, leaves, same_data
from course_utils.grading.observe import decode, encode, observe
from course_utils.grading.score import name_sign
from course_utils.grading.wording import parameters


def tolerance(check, case):
    """Return (rtol, atol) for a case: wider where float32 goes in."""
    return (1e-4, 1e-5) if any_single(case.args) else (check.rtol, check.atol)


def is_close(check, case, want, got) -> bool:
    """Say whether a result is right within the tolerance of its case."""
    rtol, atol = tolerance(check, case)
    with np.errstate(all="ignore"):
        return bool(np.allclose(got, want, rtol=rtol, atol=atol, equal_nan=True))


def changed_argument(check, case, after):
    """Return (name, what it was) for the first argument that a call changed, or () for none."""
    for name, before, data in zip(parameters(check), case.args, after):
        if not same_data(before, decode(data)):
            return name, before
    return ()


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
    ways = [
        (mistake, way) for mistake in check.mistakes for way in (mistake.function, *mistake.also)
    ]
    for mistake, way in ways:
        made = _made_by(way, arguments)
        fits = [i for i in failing if _same(check, cases[i], made[i], seen[i])]
        whole = len(fits) == len(failing)
        told = sum(seen[i]["result"] is not None for i in fits)  # an error or None says little
        whole = whole and (told > 0 or _stops_alike(check, cases, made, seen, fine))
        if whole and all(_same(check, *three) for three in zip(cases, made, seen)):
            return mistake.message, mistake.hint
        if (whole, told) > best[:2] and (whole or 2 * told >= max(len(failing), 4)):
            best = (whole, told, mistake)
    whole, told, mistake = best
    if mistake is None:
        return "", ""
    share = "" if whole else f"in {told} of the {len(failing)} failing cases, "
    return share + mistake.message, mistake.hint


@lru_cache(maxsize=512)
def _made_by(function, arguments):
    """Return what a wrong function makes of the cases, whose arguments stand in a JSON text.

    It is remembered: the visible cases are those of every learner of a class.
    """
    cases = [[decode(argument) for argument in case] for case in json.loads(arguments)]
    return observe("", function, cases)["cases"]


def _stops_alike(check, cases, made, seen, fine):
    """Say whether errors alone tell that a mistake is the learner's.

    Errors of one type are common. A mistake that is right wherever the learner's function is may
    be the learner's; any other must stop with the learner's words, in several cases.
    """
    places = list(zip(cases, made, seen, fine))
    if any(fine) and all(_same(check, case, a, b) for case, a, b, right in places if right):
        return True
    pairs = [(a["error"], b["error"]) for _, a, b, right in places if not right]
    return len(pairs) > 2 and all(a and b and _words(a) == _words(b) for a, b in pairs)


def _words(error):
    return re.sub(r"\d+", "", error["message"])  # without sizes


def _same(check, case, made, seen):
    if made["error"] or seen["error"]:
        a, b = made["error"] or {}, seen["error"] or {}
        return a.get("type") == b.get("type") and _about_truth(a) >= _about_truth(b)
    results = [decode(one["result"]) for one in (made, seen)]
    if type(results[0]) is not type(results[1]) and list in map(type, results):
        return False  # a list where a tuple is asked is a mistake of its own
    mine, theirs = (dict(leaves(result)) for result in results)
    if mine.keys() != theirs.keys():
        return False
    return all(_same_array(check, case, mine[path], theirs[path]) for path in mine) and (
        changed_argument(check, case, made["after"])[:1]
        == changed_argument(check, case, seen["after"])[:1]
    )


def _about_truth(error):
    """Say whether an `if` was asked of an array, which no wrong shape or size does."""
    return "truth value" in error.get("message", "")


def _same_array(check, case, a, b):
    if not all(isinstance(one, (np.ndarray, np.generic, int, float)) for one in (a, b)):
        return encode(a) == encode(b)
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype.kind == "i" and b.dtype.kind == "f":
        return False  # a mistake whose point is whole numbers is not that of a learner's floats
    return a.shape == b.shape and is_close(check, case, a, b)
