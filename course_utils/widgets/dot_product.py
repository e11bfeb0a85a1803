"""Lesson 1: vectors in the plane to be moved by hand; dot product, cosine and softmax live."""

import numpy as np
from traitlets import CFloat, Int, List, TraitError, Unicode, validate

from course_utils.model.dot_products import dot_scores
from course_utils.model.softmax import softmax
from course_utils.plots import vectors
from course_utils.plots.numbers import percent
from course_utils.widgets.explorer import Explorer, Model, Numbers
from course_utils.widgets.wording import checked_tokens, table, two, vector

COOLEST, HOTTEST = 0.01, 100.0


class DotProductModel(Model):
    """One query and a few keys in the plane, and what follows from where they lie."""

    q = Numbers("2").tag(sync=True)
    K = Numbers("keys, 2").tag(sync=True)  # ipywidgets has a `keys` of its own
    names = List(Unicode()).tag(sync=True)
    temperature = CFloat().tag(sync=True)
    chosen = Int(0).tag(sync=True)  # the key whose shadow is drawn

    def __init__(self, q, keys, names=None, temperature=1.0):
        self.names = []  # how many keys there are is known once they came
        super().__init__(q=q, K=keys, temperature=temperature)
        self.names = checked_tokens(names, len(self.K), "name", "keys")

    @validate("q", "K")
    def _in_the_plane(self, proposal):
        value, name = proposal.value, proposal.trait.name
        if np.shape(value)[-1] != 2:
            raise ValueError(
                f"{name} must be vectors of 2 numbers to be moved in the plane, but shape "
                f"{np.shape(value)} arrived."
            )
        if name == "K" and self.names and len(value) != len(self.names):
            raise ValueError(f"{len(value)} keys arrived for {len(self.names)} names.")
        return value

    @validate("temperature")
    def _in_range(self, proposal):
        return checked_temperature(proposal.value)

    @validate("chosen")
    def _one_of_the_keys(self, proposal):
        if not 0 <= proposal.value < len(self.K):
            raise TraitError(f"key {proposal.value} is not there: {len(self.K)} keys, from 0.")
        return proposal.value

    def compute(self):
        """Return dots, cosines, shadows and weights, each (m keys,), and the length of q.

        Cosines are None for a vector of length zero, shadows for a query of length zero.
        """
        q, K = np.array(self.q), np.array(self.K)
        length, lengths = np.sqrt(np.sum(q * q)), np.sqrt(np.sum(K * K, axis=-1))
        dots = dot_scores(q, K)
        return {
            "length": float(length),
            "dots": dots.tolist(),
            "cosines": [
                float(d / (length * k)) if length * k else None for d, k in zip(dots, lengths)
            ],
            "shadows": [float(d / length) if length else None for d in dots],
            "weights": softmax(dots / self.temperature).tolist(),
        }

    def summary(self):
        """Return the query and a line for each key: its vector, q·k, cosine and weight."""
        found = self.compute()
        columns = zip(self.names, self.K, found["dots"], found["cosines"], found["weights"])
        rows = [[n, vector(k), two(d), two(c), two(w)] for n, k, d, c, w in columns]
        head = f"q = {vector(self.q)}, length {two(found['length'])}"
        return (
            f"{head}, temperature {self.temperature:.2f}\n"
            f"{table(['key', 'vector', 'q·k', 'cosine', 'softmax'], rows)}"
        )

    def alt(self):
        """Return a sentence with every key's dot product, cosine and weight."""
        found = self.compute()
        columns = zip(self.names, found["dots"], found["cosines"], found["weights"])
        keys = "; ".join(
            f"{n}: q·k {two(d)}, cosine {two(c)}, softmax {percent(w)}" for n, d, c, w in columns
        )
        return f"Vectors in the plane, query q = {vector(self.q)}. {keys}."

    def picture(self, dark=False):
        """Return the Axes with the vectors and their shadows on the query."""
        found = self.compute()
        top = int(np.argmax(found["dots"]))
        title = f"“{self.names[top]}” fits q best: q·k = {two(found['dots'][top])}"
        shadows = bool(found["length"])
        return vectors(self.K, self.names, self.q, shadows=shadows, title=title, dark=dark)


class DotProduct(DotProductModel, Explorer):
    """Return vectors in the plane to be dragged: dot product, cosine and softmax follow at once.

    Shapes: q (2,), keys (m keys, 2); `names` one for each key. `temperature` (.01 to 100)
    divides the dot products before the softmax. The key touched last shows its shadow on q:
    its length times the length of q is the dot product. By keyboard: Tab goes from vector to
    vector, arrow keys move one by .1. `q`, `K` (the keys) and `temperature` can be read and set.
    Raises ValueError for vectors outside the plane, NaN, names that do not fit. Lesson 1.

    >>> d = DotProductModel([2, 1], [[2, -1], [-1, 1]], ["cat", "on"])
    >>> d.summary().splitlines()[2]
    'cat  (2.00, −1.00)   3.00    0.60     0.98'
    """

    script = "dot_product.js"


def checked_temperature(value):
    """Return a temperature. Raises ValueError when it is not from .01 to 100.

    >>> checked_temperature(1.0)
    1.0
    """
    if not COOLEST <= value <= HOTTEST:
        raise ValueError(
            f"temperature must lie between {COOLEST} and {HOTTEST:.0f}, but {value} arrived; "
            "towards 0 the largest takes all, towards infinity all count alike."
        )
    return value
