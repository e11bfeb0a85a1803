"""Whether a transcript is one that `observe` could have written; a learner's code may forge one."""

from course_utils.grading.observe import decode

LONGEST = 1_000  # characters of one text; those that `observe` writes have 500 at most
TEXTS = ("type", "message", "line")  # of an error
# What reading damaged data raises.
DAMAGED = (ArithmeticError, AttributeError, ImportError, LookupError, MemoryError)
DAMAGED += (RecursionError, TypeError, ValueError)


def is_sound(case, seen) -> bool:
    """Say whether what is said of one case has the form that `observe` writes, and can be read.

    The values may still be anybody's: they are compared, and nothing else is believed.
    """
    try:
        error, after, texts = seen["error"], seen["after"], list(seen["warnings"])
        texts.append(seen.get("written_at", ""))
        for part in (seen["result"], *after):
            decode(part)
        if error is None:
            whole = len(after) == len(case.args)
        else:
            whole, texts = True, texts + [error[name] for name in TEXTS] + [error.get("caller", "")]
    except DAMAGED:
        return False
    short = all(type(text) is str and len(text) <= LONGEST for text in texts)
    return whole and short and type(after) is list
