"""Finds statements that fetch the course's own functions, which nobody may hand in as theirs.

What may be imported is a list of what may (`MAY`), the same as is there in the sandbox. A
statement that takes anything else of the course is left out, and the rest of its cell is run: so
fetching earns nothing, and whoever only compared with the course keeps what they wrote.
"""

import ast
import re
from itertools import accumulate

from course_utils.grading.names import IMPORTERS, UNKNOWN, Names, is_modules
from course_utils.grading.transplant import parsed, translated

LEFT_OUT = "A statement in"  # how a note of what was left out begins
COURSE = "course_utils"
ANSWERS = f"{COURSE}.answers"
PATHS = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
MAY = tuple(
    f"{COURSE}.{name}"
    for name in (
        "__version__",
        "answers.check",
        "answers.check_only",
        "answers.load",
        "arrays",
        "cli",
        "model.parameters",
        "plots",
        "training.adam",
        "training.flat",
        "training.loop",
        "training.memory",
        "training.train_on_pairs",
    )
)
HIDDEN = tuple(f"{COURSE}.{name}" for name in ("arrays.fused", "checks", "grading", "model"))
FOLDERS = {"benchmarks", "solutions", "source", "tests", "tools"}  # of a clone of the course
PLACES = re.compile(rf"{COURSE}(?!\.cli\b)|\bsolutions([/\\]|$)|\bsource[/\\]")
CODE = {"exec", "eval", "compile", "run_cell", "run_cell_magic", "run_line_magic"}
READERS = {"open", "Path", "read_text", "read_bytes", "loadtxt", "genfromtxt", "fromfile", "walk"}
READERS |= {"listdir", "scandir", "glob", "iglob", "rglob", "getlines", "run_path", "popen"}
READERS |= {"spec_from_file_location", "SourceFileLoader", "system", "getoutput", "check_output"}
READERS |= {"run", "Popen", "call", "check_call", *CODE}
SEARCHES = {"gc.get_objects", "gc.get_referrers", "gc.get_referents"}


def without_fetching(sources, exercises) -> list[tuple[str, str]]:
    r"""Return for each cell what is run of it, and in words what it fetches that it may not.

    sources: the learner's cells in order; a name that one binds is known in the next. exercises:
    the functions that this notebook asks for; `load` may bring earlier ones.

    >>> without_fetching(["from course_utils.model.softmax import softmax; x = 1"], ["softmax"])
    [('pass; x = 1\n', 'imports course_utils.model.softmax')]
    """
    names = Names({"check": f"{ANSWERS}.check", "load": f"{ANSWERS}.load"})
    return [_cleaned(source, names, exercises) for source in sources]


def _cleaned(source, names, exercises):
    tree = parsed(source)
    if tree is None:
        return source, ""
    hunt = Hunt(names, exercises)
    try:
        hunt.through(tree)
    except RecursionError:
        return "", "is nested too deeply to be read"
    if not hunt.found:
        return source, ""
    words = "; it ".join(dict.fromkeys(words for _, words in hunt.found))
    return _left(translated(source), [statement for statement, _ in hunt.found]), words


def _left(text, statements):
    """Return a text with `pass` in the place of statements; their columns count bytes."""
    lines = [line.encode() for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)]
    starts = [0, *accumulate(map(len, lines))]
    data, places = b"".join(lines), set()
    for one in statements:
        first = min([one.lineno, *(above.lineno for above in getattr(one, "decorator_list", ()))])
        end = starts[one.end_lineno - 1] + one.end_col_offset
        places.add((starts[first - 1] + one.col_offset, end))
    after = len(data) + 1
    for start, end in sorted(places, key=lambda place: (-place[1], place[0])):
        if end <= after:  # else it lies inside of one that is left out already
            data, after = data[:start] + b"pass" + data[end:], start
    return data.decode()


class Hunt(ast.NodeVisitor):
    """Looks through cells; `found` holds (statement, words) for what they may not do."""

    def __init__(self, names, exercises):
        self.names, self.exercises = names, set(exercises)
        self.found, self.statement, self.asked = [], None, set()

    def through(self, tree):
        """Look through one cell."""
        self.asked = self.exercises & _texts(tree)
        self.visit(tree)

    def visit(self, node):
        """Visit a node in its statement; what is refused is not run, so it binds nothing."""
        outer, before = self.statement, len(self.found)
        self.statement = node if isinstance(node, ast.stmt) else outer
        words = self._words(node)
        if words:
            self.found.append((self.statement, words))
        elif isinstance(node, PATHS) and self.names.path(node):
            self._along(node)
        else:
            self.generic_visit(node)
        if len(self.found) == before:
            self.names.learn(node)
        self.statement = outer

    def _along(self, node):
        """Visit what stands beside a path, and not the shorter paths that it begins with."""
        if isinstance(node, ast.Call):
            words = self._call_words(node)
            if words:
                self.found.append((self.statement, words))
            plain = self.names.path(node).endswith("()")
            known = 0 if plain else 1 + (self.names.path(node.func) == "getattr")
            for argument in [*node.args[known:], *(keyword.value for keyword in node.keywords)]:
                self.visit(argument)
            if plain:
                self._along(node.func)
        elif isinstance(node, ast.Subscript):
            self.visit(node.slice)
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            self._along(node.value)

    def _words(self, node):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return _import_words(node)
        if isinstance(node, ast.Call):
            return self._call_words(node) or _path_words(self.names.path(node))
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            return ""
        if isinstance(node, PATHS):
            return _path_words(self.names.path(node))
        if isinstance(node, ast.Compare) and is_modules(self.names.path(node.comparators[-1])):
            node.comparators.pop()  # whether a module is there may be asked
        return ""

    def _call_words(self, call):
        path, called = self.names.path(call.func), self.names.called(call)
        if called in IMPORTERS and call.args:
            module = self.names.text(call.args[0]) or UNKNOWN
            return _path_words(module).replace("uses ", "imports ", 1)
        if path == f"{ANSWERS}.load" and call.args:
            return self._load_words(call.args[0])
        if path in SEARCHES:
            return "looks through all objects"
        if path.startswith("inspect.") and any(
            self.names.path(argument).startswith(COURSE) for argument in call.args
        ):
            return "reads the course's own source"
        return self._reading_words(call) if called in READERS else ""

    def _load_words(self, argument):
        name = self.names.text(argument)
        if name in self.exercises:
            return f"loads {name}, which is to be written here"
        if not name and (self.asked or not isinstance(argument, (ast.Name, ast.Constant))):
            return "loads a function whose name is computed"
        return ""

    def _reading_words(self, call):
        texts = _texts(call) | {self.names.text(argument) for argument in call.args}
        if self.names.called(call) in CODE:
            trees = {text: parsed(text) for text in texts}
            for tree in filter(None, trees.values()):
                inner = Hunt(self.names, self.exercises)
                inner.through(tree)
                if inner.found:
                    return inner.found[0][1]
            texts = {text for text, tree in trees.items() if tree is None}
        read = any(PLACES.search(text) for text in texts)
        return "reads the course's own files" if read else ""


def _path_words(path):
    if UNKNOWN in path.split(".") and (path == UNKNOWN or path.startswith(COURSE)):
        return "imports a module whose name is computed"
    if is_modules(path) or is_modules(path.rpartition(".")[0]):
        return "looks through all modules"
    return "" if may(path) else f"uses {explained(path)}"


def _import_words(node):
    if isinstance(node, ast.Import):
        pairs = [(alias.name, alias.name) for alias in node.names]
    else:
        base = node.module or ""
        pairs = [(base, base if one.name == "*" else f"{base}.{one.name}") for one in node.names]
    for base, path in pairs:
        if not may(path) and path not in (COURSE, ANSWERS):
            partly = may(base) or base in (COURSE, ANSWERS)
            return f"imports {explained(path if partly else base)}"
    return ""


def may(path) -> bool:
    """Say whether a submission may use what a path names: all that is not the course's, and MAY.

    >>> [may(f"course_utils.{name}") for name in ("plots.heatmap", "arrays.fused", "model")]
    [True, False, False]
    """
    parts = path.replace("()", "").split(".")
    if parts[0] in FOLDERS:
        return False
    if parts[0] != COURSE:
        return True
    private = [part for part in parts if part.startswith(("__", "fused", UNKNOWN))]
    inside = any(parts[: one.count(".") + 1] == one.split(".") for one in MAY)
    return inside and private in ([], ["__version__"], ["__doc__"])


def explained(path) -> str:
    """Return a path, with the reason where it holds no answers but is not there either."""
    path = re.sub(r"[^\w.:]", "", path)[:80]  # it goes to a terminal
    if path == COURSE:
        return "the whole of course_utils"
    if path.startswith(HIDDEN) or not path.startswith(COURSE) or "__" in path:
        return path
    return f"{path}, which is not there while an answer is graded"


def _texts(tree):
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}
