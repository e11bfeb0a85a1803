"""Lesson 4: who may look where, cell by cell; the weights after the masked softmax follow."""

import numpy as np
from traitlets import Bool, List, TraitType, Unicode, validate

from course_utils.model.masks import causal_mask, masked_softmax
from course_utils.plots import Card, cells, heatmap, theme
from course_utils.plots.card import style
from course_utils.plots.inputs import as_tokens
from course_utils.plots.labels import widest
from course_utils.widgets.explorer import Explorer, Model, Numbers
from course_utils.widgets.wording import checked_tokens, listed, table, two

BESIDE = 12  # keys; with more, the picture has no room for the scores beside the weights
LEAST = 24  # px, a cell's width beside the other grid; names may leave no room for both
NUMBERED = 24  # queries or keys; with more, no number fits into a cell


class Places(TraitType):
    """A trait of indices (count,) or of pairs of indices (count, 2): lists, sorted, each once."""

    default_value = ()

    def __init__(self, example, **about):
        super().__init__(**about)
        self.example = example
        self.ndim = np.ndim(example)

    def validate(self, obj, value):
        """Return the places as lists. Raises ValueError for what is not a list of integers."""
        array = np.asarray(list(value) if isinstance(value, range) else value)
        if array.size == 0:
            return []
        if array.ndim != self.ndim or array.dtype.kind not in "iu":
            raise ValueError(
                f"{self.name} lists places as whole numbers from 0, such as {self.example}, but "
                f"{value!r} arrived."
            )
        return np.unique(array, axis=0).tolist()


class MaskExplorerModel(Model):
    """Scores, the rules of the mask (causal, padding) and the cells changed by hand."""

    scores = Numbers("queries, keys").tag(sync=True)
    queries = List(Unicode()).tag(sync=True)
    key_names = List(Unicode()).tag(sync=True)
    causal = Bool(False).tag(sync=True)
    padding = Places((4, 5)).tag(sync=True)
    opened = Places([(0, 1)]).tag(sync=True)  # may attend, whatever the rules say
    closed = Places([(0, 1)]).tag(sync=True)  # may not

    def __init__(self, scores, tokens=None, causal=False, padding=(), keys=None):
        super().__init__(scores=scores)
        n, m = np.shape(self.scores)
        tokens, same = listed(tokens), keys is None and n == m
        self.queries = checked_tokens(tokens, n, "query token", "scores")
        self.key_names = checked_tokens(tokens if same else keys, m, "key token", "scores")
        self.causal = bool(causal) if isinstance(causal, np.bool_) else causal
        self.padding = padding

    @validate("scores")
    def _for_these_tokens(self, proposal):
        n, m = np.shape(proposal.value)
        if self.queries and (n, m) != (len(self.queries), len(self.key_names)):
            raise ValueError(
                f"scores of {n} queries and {m} keys arrived, but the tokens name "
                f"{len(self.queries)} queries and {len(self.key_names)} keys."
            )
        return proposal.value

    @validate("padding", "opened", "closed")
    def _are_there(self, proposal):
        name, places = proposal.trait.name, proposal.value
        n, m = np.shape(self.scores)
        if name == "padding":
            inside = [place for place in places if 0 <= place < m]
        else:
            inside = [[i, j] for i, j in places if 0 <= i < n and 0 <= j < m]
        if inside != places:
            raise ValueError(f"{name} {places} is not all there: {n} queries and {m} keys, from 0.")
        return places

    @property
    def mask(self):
        """The mask as it stands: (n queries, m keys) boolean, True = may attend."""
        n, m = np.shape(self.scores)
        mask = causal_mask(max(n, m))[:n, :m] if self.causal else np.ones((n, m), dtype=bool)
        mask[:, np.array(self.padding, dtype=int)] = False
        for places, allowed in ((self.opened, True), (self.closed, False)):
            for i, j in places:
                mask[i, j] = allowed
        return mask

    def compute(self):
        """Return the mask and the weights, each (n queries, m keys), and the rows' sums (n,)."""
        mask = self.mask
        weights = masked_softmax(np.array(self.scores), mask)
        return {
            "mask": mask.tolist(),
            "weights": weights.tolist(),
            "sums": weights.sum(axis=-1).tolist(),
        }

    def finding(self):
        """Return how many cells may attend and which rows sum to 1, in a sentence."""
        found = self.compute()
        allowed, count = np.sum(found["mask"]), np.size(found["mask"])
        seen = f"{allowed} of {count} cells may attend"
        nowhere = [name for name, row in zip(self.queries, found["mask"]) if not any(row)]
        if not nowhere:
            return f"{seen}; every row of weights sums to 1"
        if len(nowhere) == 1:
            return f"{seen}; “{nowhere[0]}” has nothing to attend to: its weights are 0"
        return f"{seen}; {len(nowhere)} rows have nothing to attend to: their weights are 0"

    def summary(self):
        """Return the rules and every row: its scores, the masked in brackets, and weights."""
        found = self.compute()
        hidden = ", ".join(self.key_names[j] for j in self.padding)
        lines = [
            f"causal: {'on' if self.causal else 'off'}; padding: {hidden or 'none'}",
            f"{self.finding()}.",
        ]
        rows = [
            [name, *(two(s) if may else f"({two(s)})" for s, may in zip(*row))]
            for name, *row in zip(self.queries, self.scores, found["mask"])
        ]
        lines.append(table(["scores", *self.key_names], rows))
        columns = zip(self.queries, found["weights"], found["sums"])
        rows = [[name, *map(two, row), two(total)] for name, row, total in columns]
        return "\n".join([*lines, table(["weights", *self.key_names, "sum"], rows)])

    def alt(self):
        """Return the sentence that says what is masked and what the rows sum to."""
        rules = ["causal"] if self.causal else []
        if self.padding:
            rules.append("padding " + ", ".join(f"“{self.key_names[j]}”" for j in self.padding))
        by_hand = len(self.opened) + len(self.closed)
        rules += [f"{by_hand} by hand"] if by_hand else []
        size = f"{len(self.queries)} queries, {len(self.key_names)} keys"
        return f"Mask of {size}: {'; '.join(rules) or 'none'}. {self.finding()}."

    def picture(self, dark=False):
        """Return the Axes: the masked scores and, beside them, the weights."""
        found = self.compute()
        names, title = (self.queries, self.key_names), self.finding()
        if max(len(self.queries), len(self.key_names)) > NUMBERED:
            return self._small_cells(np.array(found["weights"]), title, dark)
        if len(self.key_names) > BESIDE:
            return heatmap(found["weights"], *names, title=title, dark=dark)
        slanted = 0.71 * widest(self.key_names) if widest(self.key_names) > LEAST else 0
        if (
            2 * (widest(self.queries) + 60 + slanted + LEAST * len(self.key_names))
            > theme.MAX_WIDTH
        ):
            return heatmap(found["weights"], *names, title=title, dark=dark)
        masked = np.where(found["mask"], self.scores, -np.inf)
        room = theme.MAX_WIDTH - 2 * theme.PADDING - 2 * (widest(self.queries) + 30)
        wide, high = cells.cell_size(*masked.shape, room / 2)
        size = wide * masked.shape[1], high * masked.shape[0]
        with Card.row(2, *size, title, dark, between=24) as axes:
            for ax, kind in zip(axes, ("scores", "weights")):
                heatmap(masked if kind == "scores" else found[kind], *names, kind=kind,
                        title=kind, ax=ax, dark=dark)  # fmt: skip
        return axes

    def _small_cells(self, weights, title, dark):
        """Return the Axes of weights in cells too small for numbers, some of the tokens named."""
        side, colours = 640 / max(weights.shape), theme.palette(dark)
        with Card.row(1, side * weights.shape[1], side * weights.shape[0], title, dark) as (ax,):
            cells.paint(ax, weights, theme.sequential(colours), (0, 1), colours, gap=1)
            small, step = style(colours.ink, theme.SMALL), int(np.ceil(16 / side))
            rows, columns = (
                as_tokens(self.queries, len(weights)),
                as_tokens(self.key_names, len(weights[0])),
            )
            ax.set_yticks(range(0, len(rows), step), rows[::step], **small)
            ax.set_xticks(range(0, len(columns), step), columns[::step], rotation=90, **small)
            ax.xaxis.tick_top()
            ax.set_ylabel("query", **style(colours.query, theme.SMALL))
            ax.set_xlabel("key", **style(colours.key, theme.SMALL))
            ax.xaxis.set_label_position("top")
        return ax


class MaskExplorer(MaskExplorerModel, Explorer):
    """Return a mask to click together: who may look at whom, and the weights that follow.

    Shapes: scores (n queries, m keys), logits as they are before the softmax; `tokens` n names,
    `keys` m names, the tokens where not given. `causal` hides what comes later; `padding` lists
    the keys that are padding, from 0. A click, or Space on a cell, lets one query look at one key
    or forbids it, whatever the rules say. `causal`, `padding`, and the pairs changed by hand,
    `opened` and `closed`, can be read and set; `mask` is what results, True = may attend.
    A row with nothing to attend to gets weights of 0, as `attention` gives it.
    Raises ValueError for NaN, tokens that do not fit, a key that is not there.
    Lesson 4; Vaswani et al. 2017, section 3.2.3.

    >>> model = MaskExplorerModel([[1, 1], [1, 1]], ["cat", "sat"], causal=True)
    >>> print(model.summary().splitlines()[-2])
    cat      1.00  0.00  1.00
    """

    script = "mask_explorer.js"
