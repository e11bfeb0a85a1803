"""Whether submissions can run in a sandbox here."""


def why_no_sandbox() -> str:
    """Return why the sandbox cannot run on this machine, as a sentence, or "" if it can."""
    try:
        from course_utils.grading.sandbox.available import why_not
    except ImportError:
        return "This version of the course has no sandbox."
    return why_not()
