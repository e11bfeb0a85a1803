"""Lesson 3: one row of attention, step by step: score, scale, softmax, mix."""

import numpy as np
from traitlets import Int, List, Unicode, validate

from course_utils.model.dot_products import dot_scores
from course_utils.model.softmax import softmax
from course_utils.plots import attention_steps
from course_utils.plots.numbers import by_hand, percent
from course_utils.widgets.explorer import Explorer, Model, Numbers
from course_utils.widgets.wording import checked_tokens, listed, table, two, vector

STEPS = ("score", "scale", "softmax", "mix")


class AttentionStepperModel(Model):
    """Queries, keys and values, the row looked at and the step reached."""

    Q = Numbers("queries, d_k").tag(sync=True)
    K = Numbers("keys, d_k").tag(sync=True)
    V = Numbers("keys, d_v").tag(sync=True)
    queries = List(Unicode()).tag(sync=True)
    tokens = List(Unicode()).tag(sync=True)
    row = Int(0).tag(sync=True)
    step = Int(0).tag(sync=True)  # how many of the later steps are uncovered
    chosen = Int(0).tag(sync=True)  # the key whose arithmetic is written out

    def __init__(self, Q, K, V, tokens=None, row=0, queries=None):
        super().__init__(Q=Q, K=K, V=V)
        (n, d_q), (m, d_k), m_v = np.shape(self.Q), np.shape(self.K), len(self.V)
        if d_q != d_k:
            raise ValueError(f"Q has d_k = {d_q} features, but K has {d_k}: no dot product.")
        if m != m_v:
            raise ValueError(f"K has {m} keys, but V has {m_v} values; give one for each key.")
        tokens = listed(tokens)
        self.tokens = checked_tokens(tokens, m, "token", "keys")
        names = tokens if queries is None and n == m else queries
        self.queries = checked_tokens(names, n, "query", "queries")
        self.row = row

    @validate("row", "chosen", "step")
    def _is_there(self, proposal):
        name, value = proposal.trait.name, proposal.value
        count = {"row": len(self.Q), "chosen": len(self.K), "step": len(STEPS)}[name]
        if not -count <= value < count:
            raise ValueError(f"{name} {value} is not there: there are {count}, from 0.")
        return value % count

    def compute(self, row=None):
        """Return the scores, scaled scores and weights, (m keys,), and the output (d_v,)."""
        q = np.array(self.Q[self.row if row is None else row])
        scores = dot_scores(q, np.array(self.K))  # (m,)
        scaled = scores / len(q) ** 0.5
        weights = softmax(scaled)
        output = weights @ np.array(self.V)  # (d_v,)
        steps = {"scores": scores, "scaled": scaled, "weights": weights, "output": output}
        return {name: values.tolist() for name, values in steps.items()}

    def summary(self):
        """Return every row: score, scaled score and weight of each key, and the output."""
        parts = []
        for i, name in enumerate(self.queries):
            found = self.compute(i)
            columns = zip(self.tokens, found["scores"], found["scaled"], found["weights"])
            rows = [[token, *map(two, numbers)] for token, *numbers in columns]
            parts.append(f"query {i}, {name}: q = {vector(self.Q[i])}")
            parts.append(table(["key", "q·k", "÷√d_k", "softmax"], rows))
            parts.append(f"output {vector(found['output'])}")
        return "\n".join(parts)

    def alt(self):
        """Return a sentence with the numbers of the row looked at."""
        found = self.compute()
        columns = zip(self.tokens, found["scores"], found["scaled"], found["weights"])
        keys = "; ".join(
            f"{t}: {by_hand(s)}, scaled {by_hand(z)}, weight {percent(w)}" for t, s, z, w in columns
        )
        name = self.queries[self.row]
        return f"Four steps for the query “{name}”. {keys}. Output {vector(found['output'][:4])}."

    def picture(self, dark=False):
        """Return the four Axes of the row looked at."""
        found = self.compute()
        rows = found["scores"], found["scaled"], found["weights"], self.V, found["output"]
        return attention_steps(*rows, self.tokens, dark=dark)


class AttentionStepper(AttentionStepperModel, Explorer):
    """Return one row of attention to walk through: score, scale, softmax, mix.

    Shapes: Q (n queries, d_k), K (m keys, d_k), V (m keys, d_v); `tokens` one for each key, of
    the queries too where they are as many, else give `queries`. Each step uncovers a column and
    writes out its arithmetic for the key chosen. `row` and `step` count from 0 and can be set.
    Raises ValueError for sizes that do not agree, NaN, tokens that do not fit.
    Lesson 3; Vaswani et al. 2017, eq. 1.

    >>> stepper = AttentionStepperModel([[2, 0]], [[1, 0], [1, 5]], [[4], [6]], ["cat", "mat"])
    >>> stepper.summary().splitlines()[-1]
    'output (5.00)'
    """

    script = "attention_stepper.js"
