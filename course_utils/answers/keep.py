"""Keeps a function that passed its check in `my_transformer.py`, and checks it again there."""

import tempfile
from pathlib import Path

from course_utils.answers import file
from course_utils.answers.source import NotKept, standalone
from course_utils.checks.reference import reference
from course_utils.checks.registry import all_checks
from course_utils.grading.visible import judge_visible


def keep(check, function, replace=False) -> str:
    """Put `function` into the learner's file and return one sentence that says so.

    Earlier functions that it calls and that are not there yet come with it, as the reference.
    The new file is judged before it takes the place of the old one. Raises NotKept or BrokenFile
    with a sentence, and then nothing has changed; a function that was edited by hand in the file
    is replaced only with `replace=True`.
    """
    path = file.learner_file()
    header, blocks = file.read(path)
    piece = standalone(check.name, function, all_checks())
    old = {block.name: block for block in blocks}.get(check.name)
    if old and old.origin == "kept" and file.digest(old.text) == file.digest(piece.text):
        return f"It is in {path.name} already."
    elsewhere = [header, *(block.text for block in blocks if block.name != check.name)]
    stray = any(check.name in file.definitions(text) for text in elsewhere)
    if ((old and old.edited) or stray) and not replace:
        raise NotKept(
            f"{path.name} holds a `{check.name}` that you edited there, and it was left as it is. "
            f'To put this one in its place: `check("{check.name}", replace=True)`.'
        )
    _refuse_clash(piece, elsewhere)
    new = _with_block(blocks, file.Block(check.name, check.lesson, "kept", piece.text))
    new, imports = _with_references(new, piece)
    text = file.compose(header, new, imports)
    _judge_again(check, text, path)
    file.write(path, text)
    return f"Kept in {path.name}."


def _refuse_clash(piece, elsewhere):
    """Raise NotKept if a helper function has the name of a different one in the file."""
    mine = file.definitions(piece.text)
    for name, text in [pair for other in elsewhere for pair in file.definitions(other).items()]:
        if name != piece.name and mine.get(name, text) != text:
            raise NotKept(
                f"The file has another `{name}` already, which the new one would change for "
                "the functions that use it. Give your helper function a name of its own."
            )


def _with_block(blocks, block):
    """Return the blocks with this one in the place of its namesake, in the course's order."""
    order = list(all_checks())
    others = [other for other in blocks if other.name != block.name]
    place = order.index(block.name)
    after = [i for i, other in enumerate(others) if other.name in order[:place]]
    at = after[-1] + 1 if after else 0
    return [*others[:at], block, *others[at:]]


def _with_references(blocks, piece):
    """Add the reference for each course function that is called and not in the file."""
    imports, waiting = list(piece.imports), list(piece.calls)
    while waiting:
        name = waiting.pop()
        if any(block.name == name for block in blocks):
            continue
        stand_in = standalone(name, reference(name), all_checks())
        imports += stand_in.imports
        waiting += stand_in.calls
        lesson = all_checks()[name].lesson
        blocks = _with_block(blocks, file.Block(name, lesson, "reference", stand_in.text))
    return blocks, imports


def _judge_again(check, text, path):
    """Import the new text on its own and judge the function there; raise NotKept if it fails.

    A scored function is not called a second time: it takes long, and its result is random.
    """
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / path.name
        trial.write_text(text, encoding="utf-8")
        module = file.import_file(trial)
        if check.score:
            return
        verdict = judge_visible(check, vars(module).get(check.name))
    if not verdict.right:
        said = verdict.feedback()[0] if verdict.feedback() else verdict.headline()
        raise NotKept(f"It works in this notebook but not alone in {path.name}: {said}")
