"""Lesson 5: attention as lines from queries to keys; the row under the hand stands out."""

import numpy as np
from traitlets import Int, List, TraitType, Unicode, observe, validate

from course_utils.plots import attention_lines
from course_utils.plots.inputs import as_weights, bad_sums
from course_utils.plots.numbers import percent
from course_utils.widgets.explorer import Explorer, Model
from course_utils.widgets.numeric import real_numbers
from course_utils.widgets.wording import checked_tokens, listed, table, two

DIGITS = 6  # of a weight, sent to the browser: more than anything shown, a third of the size


class Heads(TraitType):
    """A trait of weights: (queries, keys) or (heads, queries, keys) in, nested lists out."""

    default_value = ()

    def validate(self, obj, value):
        """Return lists (heads, queries, keys). Raises ValueError as the figures do."""
        value = real_numbers(value, self.name)
        shape = value.shape
        if len(shape) not in (2, 3):
            hint = f"; choose one of the first axis: {self.name}[0]" if len(shape) > 3 else ""
            raise ValueError(
                f"{self.name} must have the axes (queries, keys) or (heads, queries, keys), but "
                f"an array of shape {shape} arrived{hint}."
            )
        ndim = len(shape)
        weights = as_weights(value, self.name, ndim)
        return (weights if ndim == 3 else weights[None]).round(DIGITS).tolist()


class AttentionViewModel(Model):
    """The weights of one or more heads over named queries and keys, and the row looked at."""

    weights = Heads().tag(sync=True)
    queries = List(Unicode()).tag(sync=True)
    key_names = List(Unicode()).tag(sync=True)
    head = Int(0).tag(sync=True)
    query = Int(0).tag(sync=True)
    warning = Unicode().tag(sync=True)

    def __init__(self, weights, tokens=None, keys=None, head=0, query=0):
        super().__init__(weights=weights)
        _, n, m = np.shape(self.weights)
        tokens, same = listed(tokens), keys is None and n == m
        self.queries = checked_tokens(tokens, n, "query token")
        self.key_names = checked_tokens(tokens if same else keys, m, "key token")
        self.head, self.query = head, query
        self._look_at_sums()

    @validate("weights")
    def _for_these_tokens(self, proposal):
        _, n, m = np.shape(proposal.value)
        if self.queries and (n, m) != (len(self.queries), len(self.key_names)):
            raise ValueError(
                f"weights of {n} queries and {m} keys arrived, but the tokens name "
                f"{len(self.queries)} queries and {len(self.key_names)} keys."
            )
        return proposal.value

    @validate("head", "query")
    def _is_there(self, proposal):
        name, value = proposal.trait.name, proposal.value
        count = np.shape(self.weights)[0 if name == "head" else 1]
        if not -count <= value < count:
            what = "heads" if name == "head" else "queries"
            raise ValueError(f"{name} {value} is not there: there are {count} {what}, from 0.")
        return value % count

    @observe("weights")
    def _look_at_sums(self, _change=None):
        weights = np.array(self.weights)
        bad = np.argwhere(bad_sums(weights))
        if not len(bad) or not self.queries:
            self.warning = ""
            return
        head, row = bad[0]
        where = f"“{self.queries[row]}”" + (f" in head {head}" if len(weights) > 1 else "")
        total = two(weights[head, row].sum())
        if len(bad) == 1:
            self.warning = f"The row of {where} sums to {total}, neither to 1 nor to 0."
        else:
            first = f"first that of {where}: {total}."
            self.warning = f"{len(bad)} rows sum neither to 1 nor to 0, {first}"

    def compute(self):
        """Return the chosen row of weights (m keys,) and its keys, the largest weight first."""
        row = self.weights[self.head][self.query]
        return {"row": list(row), "order": np.argsort(-np.array(row), kind="stable").tolist()}

    def summary(self):
        """Return every weight of every head, a line for each query."""
        heads = len(self.weights)
        parts = [self.warning] if self.warning else []
        for i, weights in enumerate(self.weights):
            rows = [[name, *map(two, row)] for name, row in zip(self.queries, weights)]
            first = "query" if heads == 1 else f"head {i}"
            parts.append(table([first, *self.key_names], rows))
        return "\n".join(parts)

    def alt(self):
        """Return the sentence that says where the chosen query looks."""
        found = self.compute()
        top = [j for j in found["order"][:3] if found["row"][j] > 0]
        seen = ", ".join(f"{self.key_names[j]} {percent(found['row'][j])}" for j in top)
        which = f"Head {self.head} of {len(self.weights)}: " if len(self.weights) > 1 else ""
        count = f"{len(self.queries)} queries, {len(self.key_names)} keys"
        return (
            f"Attention lines of {count}. {which}“{self.queries[self.query]}” looks at "
            f"{seen or 'nothing'}. {self.warning}".strip()
        )

    def picture(self, dark=False):
        """Return the Axes with the lines of the chosen head, the chosen query's row in front."""
        weights = self.weights[self.head]
        return attention_lines(
            weights, self.queries, self.key_names, row=self.query, title=None, dark=dark
        )


class AttentionView(AttentionViewModel, Explorer):
    """Return attention as lines from queries to keys; hover over a query to bring out its row.

    Shapes: weights (n queries, m keys) or (heads, n, m), as lists, NumPy or PyTorch on the CPU;
    `tokens` n names, `keys` m names, the tokens where not given. `head` and `query` count from 0
    and can be read and set. By keyboard: Tab to the queries or heads, arrow keys choose. A row
    that sums neither to 1 nor to 0 is drawn as it is, under a warning.
    Raises ValueError for NaN, weights outside 0 to 1, tokens that do not fit, a head that is not
    there. Lesson 5; after Vig 2019, "BertViz".

    >>> print(AttentionViewModel([[0.2, 0.8], [0.5, 0.5]], ["cat", "sat"]).summary())
    query   cat   sat
    cat    0.20  0.80
    sat    0.50  0.50
    """

    script = "attention_view.js"
