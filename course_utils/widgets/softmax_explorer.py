"""Lesson 2: logits and a temperature to be moved; powers, their sum and the weights follow."""

import numpy as np
from traitlets import CFloat, List, Unicode, validate

from course_utils.model.softmax import softmax
from course_utils.plots import bars_side_by_side
from course_utils.plots.numbers import by_hand, percent
from course_utils.widgets.dot_product import checked_temperature
from course_utils.widgets.explorer import Explorer, Model, Numbers
from course_utils.widgets.wording import checked_tokens, table, two


class SoftmaxExplorerModel(Model):
    """A few named logits, a temperature, and the weights that follow."""

    logits = Numbers("tokens").tag(sync=True)
    labels = List(Unicode()).tag(sync=True)
    temperature = CFloat().tag(sync=True)

    def __init__(self, logits, labels=None, temperature=1.0):
        super().__init__(logits=logits, temperature=temperature)
        self.labels = checked_tokens(labels, len(self.logits), "label", "logits")

    @validate("logits")
    def _for_these_labels(self, proposal):
        if self.labels and len(proposal.value) != len(self.labels):
            raise ValueError(f"{len(proposal.value)} logits arrived for {len(self.labels)} labels.")
        return proposal.value

    @validate("temperature")
    def _in_range(self, proposal):
        return checked_temperature(proposal.value)

    def compute(self):
        """Return the powers e^((z − max) / T) and the weights, each (m tokens,), and the sum."""
        z = np.array(self.logits)
        powers = np.exp((z - z.max()) / self.temperature)
        weights = softmax(z / self.temperature)
        return {"powers": powers.tolist(), "sum": float(powers.sum()), "weights": weights.tolist()}

    def summary(self):
        """Return a line for each label: its logit, its power and its weight."""
        found = self.compute()
        columns = zip(self.labels, self.logits, found["powers"], found["weights"])
        rows = [[n, two(z), two(p), two(w)] for n, z, p, w in columns]
        rows.append(["sum", "", two(found["sum"]), two(sum(found["weights"]))])
        headings = ["label", "logit", "e^((z−max)/T)", "softmax"]
        return f"temperature T = {self.temperature:.2f}\n{table(headings, rows)}"

    def alt(self):
        """Return a sentence with every logit and its weight."""
        weights = self.compute()["weights"]
        each = "; ".join(
            f"{n}: logit {by_hand(z)}, weight {percent(w)}"
            for n, z, w in zip(self.labels, self.logits, weights)
        )
        return f"Softmax at temperature {by_hand(self.temperature)}. {each}."

    def picture(self, dark=False):
        """Return two Axes: the logits and the weights, as bars."""
        found = self.compute()
        top = int(np.argmax(self.logits))
        warm = by_hand(self.temperature)
        title = f"“{self.labels[top]}” takes {percent(found['weights'][top])} at T = {warm}"
        return bars_side_by_side(
            {"logits": self.logits, "softmax": found["weights"]},
            self.labels,
            kind=["scores", "weights"],
            title=title,
            dark=dark,
        )


class SoftmaxExplorer(SoftmaxExplorerModel, Explorer):
    """Return logits with a slider each and a temperature: the softmax follows at once.

    Shapes: logits (m tokens,); `labels` one for each. `temperature` (.01 to 100) divides the
    logits. The powers are those after the largest logit was subtracted, so that none overflows;
    two buttons add a number to all logits, which changes no weight. `logits` and `temperature`
    can be read and set.
    Raises ValueError for NaN or infinite logits, labels that do not fit. Lesson 2.

    >>> print(SoftmaxExplorerModel([0, 0], ["cat", "mat"]).summary().splitlines()[-1])
    sum                    2.00     1.00
    """

    script = "softmax_explorer.js"
