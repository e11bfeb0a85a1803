"""Lesson 8: which source word each target word was read from, against the gold links."""

import numpy as np
from traitlets import Int, List, TraitType, Unicode, observe, validate

from course_utils.plots import alignment
from course_utils.plots.alignment import as_links
from course_utils.plots.inputs import as_weights, bad_sums
from course_utils.plots.numbers import percent
from course_utils.widgets.explorer import Explorer, Model
from course_utils.widgets.numeric import real_numbers
from course_utils.widgets.wording import checked_tokens, table, two

DIGITS = 6  # of a weight, sent to the browser
ROWS = ("predicts", "reads")


class Rows(TraitType):
    """A trait of weights (rows, source): any array-like in, nested lists out."""

    default_value = ()

    def validate(self, obj, value):
        """Return lists (rows, source). Raises ValueError as the figures do."""
        value = real_numbers(value, self.name)
        shape = value.shape
        if len(shape) == 3:
            raise ValueError(
                f"weights of {shape[0]} heads arrived, but one picture shows one: give a head, "
                "weights[0], or their mean, weights.mean(axis=0)."
            )
        return as_weights(value).round(DIGITS).tolist()


class Links(TraitType):
    """A trait of gold links: pairs (target, source) or booleans (target, source) in, pairs out."""

    default_value = ()

    def validate(self, obj, value):
        """Return sorted pairs. Raises ValueError for a link outside the sentences."""
        shape = len(obj.target), len(obj.source)
        return [list(pair) for pair in as_links(() if value is None else value, shape)]


class AlignmentViewModel(Model):
    """Cross-attention weights over two named sentences, the gold links, and the word looked at."""

    weights = Rows().tag(sync=True)
    source = List(Unicode()).tag(sync=True)
    target = List(Unicode()).tag(sync=True)
    gold = Links().tag(sync=True)
    row = Unicode("predicts").tag(sync=True)  # which row belongs to a target word
    word = Int(0).tag(sync=True)  # the target word looked at
    warning = Unicode().tag(sync=True)

    def __init__(self, weights, source=None, target=None, gold=None, row="predicts"):
        super().__init__(weights=weights)
        n, m = shape = np.shape(self.weights)
        source, target = _listed(source, m, "source"), _listed(target, n, "target")
        self._fit(shape, len(target), len(source))
        self.target = checked_tokens(target, len(target), "target token")
        self.source = checked_tokens(source, m, "source token")
        self.gold, self.row = gold, row
        self._look_at_sums()

    @staticmethod
    def _fit(shape, n, m):
        """Raise ValueError unless weights of that shape belong to n target and m source words."""
        if shape[0] in (n, n + 1) and shape[1] == m:
            return
        swapped = shape[0] in (m, m + 1) and shape[1] == n
        hint = " Are source and target swapped?" if swapped else ""
        raise ValueError(
            f"weights of shape {shape} arrived for {n} target and {m} source tokens; they need a "
            f"row for each target token, or one more for the end, and {m} columns.{hint}"
        )

    @validate("weights")
    def _for_these_words(self, proposal):
        if self.target:
            self._fit(np.shape(proposal.value), len(self.target), len(self.source))
        return proposal.value

    @validate("row")
    def _is_a_row(self, proposal):
        if proposal.value not in ROWS:
            raise ValueError(f'row is "predicts" or "reads", but {proposal.value!r} arrived.')
        return proposal.value

    @validate("word")
    def _is_there(self, proposal):
        n, value = len(self.target), proposal.value
        if not -n <= value < n:
            raise ValueError(f"word {value} is not there: there are {n} target words, from 0.")
        return value % n

    @observe("weights")
    def _look_at_sums(self, _change=None):
        weights = np.array(self.weights)
        bad = np.flatnonzero(bad_sums(weights))
        self.warning = ""
        if len(bad) and self.target:
            total = two(weights[bad[0]].sum())
            what = "row sums" if len(bad) == 1 else "rows sum"
            first = f"row {bad[0]}: {total}"
            self.warning = f"{len(bad)} {what} neither to 1 nor to 0 ({first})."

    def rows(self):
        """Return the row of weights of each target word, None where there is none."""
        away = ROWS.index(self.row)
        found = self.weights[away : len(self.target) + away]
        return found + [None] * (len(self.target) - len(found))

    def compute(self):
        """Return each word's source word and whether it is right, and the alignment error.

        "top" and "right" have an entry for each target word: None without a row or all zero, and
        without a gold link. "wrong" of "linked" words make the "error"; None without links.
        """
        links = {tuple(pair) for pair in self.gold}
        linked = {i for i, _ in links}
        top, right = [], []
        for i, row in enumerate(self.rows()):
            top.append(int(np.argmax(row)) if row and any(row) else None)
            right.append((i, top[i]) in links if row and i in linked else None)
        count, wrong = sum(r is not None for r in right), right.count(False)
        error = wrong / count if count else None
        return {"top": top, "right": right, "linked": count, "wrong": wrong, "error": error}

    def _finding(self, found):
        """Return the sentence that says the alignment error."""
        which = f"the row that {self.row} each word"
        if found["error"] is None:
            return f"No gold links to compare with {which}."
        counted = f"{found['wrong']} of {found['linked']} linked words look most elsewhere"
        return f"Alignment error {two(found['error'])} by {which}: {counted}."

    def summary(self):
        """Return the alignment error and every weight, a line for each row."""
        found = self.compute()
        gold = [[] for _ in self.target]
        for i, j in self.gold:
            gold[i].append(self.source[j])
        signs = {True: "✓", False: "✗", None: "–"}
        ends = [
            ["–" if top is None else self.source[top], signs[right], " ".join(links) or "–"]
            for top, right, links in zip(found["top"], found["right"], gold)
        ]
        names, blank = list(self.target), ["", "", ""]
        if self.row == "reads":
            names, ends = ["(start)", *names], [blank, *ends]
        elif len(self.weights) > len(names):
            names, ends = [*names, "(end)"], [*ends, blank]
        numbers = [[*map(two, row)] for row in self.weights]
        numbers += [["–"] * len(self.source)] * (len(names) - len(numbers))
        rows = [[name, *row, *end] for name, row, end in zip(names, numbers, ends)]
        headings = [self.row, *self.source, "most", "", "gold"]
        parts = [self.warning] if self.warning else []
        return "\n".join([*parts, self._finding(found), table(headings, rows)])

    def alt(self):
        """Return the sentence that says the error and where each word looks most."""
        found = self.compute()
        words = []
        for name, row, top, right in zip(self.target, self.rows(), found["top"], found["right"]):
            seen = "nothing" if top is None else f"“{self.source[top]}” {percent(row[top])}"
            words.append(f"“{name}” at {seen}{' (wrong)' if right is False else ''}")
        count = f"{len(self.target)} target and {len(self.source)} source words"
        text = f"Alignment of {count}. {self._finding(found)} Looks most: {', '.join(words)}."
        return f"{text} {self.warning}".strip()

    def picture(self, dark=False):
        """Return the Axes with the weights as a heat map and a ring on each gold link."""
        found, none = self.compute(), [0.0] * len(self.source)
        title = f"Where the row that {self.row} each word looks"
        if found["error"] is not None:
            title = f"Alignment error {two(found['error'])}, by the row that {self.row} each word"
        weights = [row or none for row in self.rows()]
        return alignment(weights, self.source, self.target, self.gold, title=title, dark=dark)


def _listed(tokens, count, what):
    """Return tokens as a list, positions where none came. Raises ValueError for what is none."""
    if isinstance(tokens, str):
        raise ValueError(f"{what} must be a list of words, but {tokens!r} came: .split() it.")
    unordered = isinstance(tokens, bytes | set | frozenset)
    if tokens is not None and (unordered or not hasattr(tokens, "__iter__")):
        raise ValueError(f"{what} must be a list of words, but {tokens!r} came.")
    return list(range(count) if tokens is None else tokens)


class AlignmentView(AlignmentViewModel, Explorer):
    """Return where each target word was read, as lines to the source words, right or wrong.

    Shapes: weights (n, m) or (n + 1, m) for n target and m source tokens, as lists, NumPy or
    PyTorch on the CPU. Row t is the step that *predicts* target word t; the row after it *reads*
    that word, and the last of n + 1 rows predicts the end. `gold`: pairs (target, source) or
    booleans (n, m). `row` says which row belongs to a word, "predicts" or "reads"; it and `word`,
    the target word looked at, can be read and set. By keyboard: Tab, then arrow keys.
    Right: the largest weight lies on a gold link (solid, ✓); else wrong (dashed, ✗).
    Raises ValueError for NaN, weights outside 0 to 1, tokens or links that do not fit.
    Lesson 8; Och & Ney 2003.

    >>> view = AlignmentViewModel([[1, 0], [0, 1]], ["the", "cat"], ["le", "chat"], [(0, 0)])
    >>> view.summary().splitlines()[0][:50]
    'Alignment error 0.00 by the row that predicts each'
    """

    script = "alignment_view.js"
