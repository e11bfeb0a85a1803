"""The environment that a kernel of the course starts in: the same for building and grading."""

import os
from pathlib import Path

VARIABLE = "COURSE_MY_TRANSFORMER"
PRIVATE = ("PYTEST_CURRENT_TEST", "PYTHONSTARTUP", "IPYTHONDIR", "MPLBACKEND", "PYTHONPATH")


def kernel_environment(folder, inherited=None) -> dict[str, str]:
    """Return environment variables for a kernel whose private files all live in `folder`.

    The learner's IPython profile, start-up files and `my_transformer.py` stay outside, so the
    same notebook gives the same outputs for everyone.

    >>> kernel_environment("there", {"PATH": "p", "PYTHONSTARTUP": "x.py"})["PATH"]
    'p'
    """
    variables = dict(os.environ if inherited is None else inherited)
    for name in PRIVATE:
        variables.pop(name, None)
    folder = Path(folder)
    return variables | {
        "IPYTHONDIR": str(folder / "ipython"),
        VARIABLE: str(folder / "my_transformer.py"),
    }
