"""The part of the course that a submission may see while it is graded: a copy of a few modules."""

import shutil
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
# What the zygote needs, what observes an answer, and what a case hands over (lesson 10).
SHOWN = (
    "__init__.py",
    "grading/__init__.py",
    "grading/observe.py",
    *(
        f"grading/sandbox/{name}.py"
        for name in (
            "__init__",
            "guard",
            "kernel_process",
            "landlock",
            "limits",
            "linux",
            "seccomp",
            "zygote",
        )
    ),
    "model/__init__.py",
    "model/parameters.py",
    *(
        f"training/{name}.py"
        for name in ("__init__", "adam", "flat", "loop", "memory", "train_on_pairs")
    ),
    "arrays/*.py",
    "plots/*.py",
)
NOT_SHOWN = ("arrays/fused.py", "arrays/fused_attention.py")
REPLACED = {"answers/__init__.py": "grading/sandbox/answers_in_sandbox.py"}


def copy_shown(folder) -> Path:
    """Copy what a submission may see into a folder, readable by everyone, and return the folder.

    The folder takes the place of the course on the kernel's import path.
    """
    folder = Path(folder)
    copies = {
        str(path.relative_to(PACKAGE)): path
        for pattern in SHOWN
        for path in PACKAGE.glob(pattern)
        if str(path.relative_to(PACKAGE)) not in NOT_SHOWN
    }
    copies |= {name: PACKAGE / source for name, source in REPLACED.items()}
    for name, source in copies.items():
        target = folder / PACKAGE.name / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder
