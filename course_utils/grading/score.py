"""Judges a result by how good it is: the share of its rows that are right."""

import numpy as np

from course_utils.grading.layout import Misfit, is_array, matched
from course_utils.grading.observe import decode
from course_utils.grading.wording import kind_words, shape_words


def judge_score(check, case, seen, where):
    """Return None if enough rows of a result are right, else (stage, sentences)."""
    want = np.asarray(case.expected)
    try:
        [(returns, _, part)] = matched(check.returns, want, seen)
    except Misfit as misfit:
        return "result", (f"{where}: {misfit}",)
    got = np.asarray(decode(part)) if is_array(part) else None
    if got is None or got.dtype.kind not in "iu":
        dtype = part.get("dtype", kind_words(part)) if type(part) is dict else "a number"
        return "dtype", (f"{where}: expected an array of integers, got dtype {dtype}.",)
    if got.ndim != want.ndim or len(got) != len(want):
        wanted = f"{len(want)} rows, that is {returns}"
        return "shape", (f"{where}: expected {wanted}; got shape {shape_words(got.shape)}.",)
    right = check.score.rows(want, got)
    needed = int(np.ceil(check.score.at_least * len(want)))
    if right.sum() >= needed:
        return None
    return "score", tuple(_score_words(check, where, right, needed, want, got))


def _score_words(check, where, right, needed, want, got):
    unit, worst = check.score.unit, int(np.argmin(right))
    yield f"{where}: {right.sum()} of {len(want)} {unit} are right, expected at least {needed}."
    yield f"The first wrong one, row {worst}: expected {_row(want)[worst]}, got {_row(got)[worst]}."


def _row(table):
    return table.tolist()


def name_sign(check, cases, seen):
    """Return the message and hint of the first mistake whose mark a result bears, or ("", "")."""
    for case, one in zip(cases, seen):
        result = one["result"]
        if one["error"] or type(result) is not dict or "array" not in result:
            continue
        want, got = np.asarray(case.expected), np.asarray(decode(result))
        if got.ndim != want.ndim or len(got) != len(want) or got.dtype.kind not in "iu":
            continue
        for mistake, holds in check.score.signs:
            if holds(want, got):
                return mistake.message, mistake.hint
    return "", ""
