"""Lesson 3: what d_k and a divisor do to scores, weights and the slope of the softmax."""

import numpy as np
from traitlets import Int, List, Unicode, observe, validate

from course_utils.model.softmax import softmax
from course_utils.plots import Card, bars, curves, theme
from course_utils.plots.numbers import percent
from course_utils.widgets.explorer import Explorer, Model, Numbers
from course_utils.widgets.wording import table, two

QUERIES, KEYS = 64, 16
DIGITS = 4  # of a score, for the browser: the last digits of a sum differ between machines
DIVISORS = {"none": 0.0, "√d_k": 0.5, "d_k": 1.0}  # the power of d_k that divides
LETTERS = {"none": "none", "√d_k": "÷ √dₖ", "d_k": "÷ dₖ"}  # in the picture
MOST, WIDEST = 8, 4096  # sizes, and features of the largest


class ScaleExplorerModel(Model):
    """Scores of random queries and keys at several d_k, and what divides them."""

    d_ks = List(Int(), read_only=True).tag(sync=True)
    samples = Numbers("d_ks, queries, keys").tag(sync=True)
    seed = Int(0)
    d_k = Int().tag(sync=True)
    divisor = Unicode("none").tag(sync=True)
    query = Int(0).tag(sync=True)

    def __init__(self, d_ks=(4, 16, 64, 256, 1024), seed=0, d_k=None, divisor="none", query=0):
        sizes = _sizes(d_ks)
        super().__init__(samples=random_scores(sizes, seed), seed=seed)
        self.set_trait("d_ks", sizes)
        self.d_k = self.d_ks[-1] if d_k is None else d_k
        self.divisor, self.query = divisor, query

    @observe("seed")
    def _draw_anew(self, _change=None):
        if self.d_ks:
            self.samples = random_scores(self.d_ks, self.seed)

    @validate("d_k", "divisor", "query")
    def _is_there(self, proposal):
        name, value = proposal.trait.name, proposal.value
        if name == "d_k" and value not in self.d_ks:
            raise ValueError(f"d_k must be one of {self.d_ks}, but {value} arrived.")
        if name == "divisor" and value not in DIVISORS:
            raise ValueError(f"divisor must be one of {list(DIVISORS)}, but {value!r} arrived.")
        if name == "query":
            if not -QUERIES <= value < QUERIES:
                raise ValueError(f"query {value} is not there: there are {QUERIES}, from 0.")
            return value % QUERIES
        return value

    def compute(self, divisor=None):
        """Return the scores, divided, and the weights of the query looked at, (keys,) each, its
        top weight and slope; and over all queries, for each d_k, the sd of the divided scores,
        the mean top weight and the median slope.
        """
        power = DIVISORS[divisor or self.divisor]
        divided = np.array(self.samples) / (np.array(self.d_ks) ** power)[:, None, None]
        weights = softmax(divided)  # (d_ks, queries, keys)
        slopes = slope_sizes(weights)  # (d_ks, queries)
        here = self.d_ks.index(self.d_k), self.query
        return {
            "scores": divided[here].tolist(),
            "weights": weights[here].tolist(),
            "top": float(weights[here].max()),
            "slope": float(slopes[here]),
            "sds": divided.std(axis=(1, 2)).tolist(),
            "tops": weights.max(axis=-1).mean(axis=-1).tolist(),
            "slopes": np.median(slopes, axis=-1).tolist(),
        }

    def finding(self):
        """Return the spread of the scores, the mean top weight and the slope, in a sentence."""
        found, i = self.compute(), self.d_ks.index(self.d_k)
        words = "undivided" if self.divisor == "none" else f"divided by {self.divisor}"
        return (
            f"d_k = {self.d_k}, {words}: sd {two(found['sds'][i])}, mean top weight "
            f"{two(found['tops'][i])}, median slope {two(found['slopes'][i])}"
        )

    def summary(self):
        """Return every key of the query looked at, and every d_k with every divisor."""
        found = self.compute()
        keys = zip(found["scores"], found["weights"])
        rows = [[str(j), two(score), two(weight)] for j, (score, weight) in enumerate(keys)]
        everywhere = []
        for name in DIVISORS:
            each = self.compute(name)
            columns = zip(self.d_ks, each["sds"], each["tops"], each["slopes"])
            everywhere += [[name, str(d), *map(two, numbers)] for d, *numbers in columns]
        return "\n".join(
            [
                f"d_k = {self.d_k}, divisor {self.divisor}, query {self.query}: top weight "
                f"{two(found['top'])}, slope {two(found['slope'])}",
                table(["key", "score", "weight"], rows),
                f"over {QUERIES} queries and {KEYS} keys, seed {self.seed}:",
                table(["divisor", "d_k", "sd", "mean top weight", "median slope"], everywhere),
            ]
        )

    def alt(self):
        """Return the sentences that stand for the picture."""
        top = percent(self.compute()["top"])
        return f"{self.finding()}. The best of {KEYS} keys takes {top} of query {self.query}."

    def picture(self, dark=False):
        """Return the weights of the query looked at as bars, and the mean top weight by d_k."""
        found, names = self.compute(), [str(j) for j in range(KEYS)]
        top, title = int(np.argmax(found["weights"])), self.finding().replace("d_k", "dₖ")
        if len(self.d_ks) == 1:
            return bars(found["weights"], names, highlight=top, title=title, dark=dark)
        tops = {LETTERS[k]: self.compute(k)["tops"] for k in DIVISORS}
        mark = self.d_k, found["tops"][self.d_ks.index(self.d_k)], f"dₖ = {self.d_k}"
        with Card.row(2, 300, 19 * KEYS, title, dark, between=44) as axes:
            bars(found["weights"], names, highlight=top, ax=axes[0], dark=dark,
                 title=f"weights of query {self.query}")  # fmt: skip
            axes[0].set_ylabel("key", fontsize=theme.points(theme.SMALL))
            axes[0].yaxis.label.set_color(theme.palette(dark).key)
            curves(self.d_ks, tops, log_x=True, x_label="dₖ", mark=mark, y_range=(0, 1),
                   title=f"mean top weight, {QUERIES} queries", ax=axes[1], dark=dark)  # fmt: skip
            axes[1].lines[-1].set_clip_on(False)  # the ring, where it lies on the edge
        return axes


class ScaleExplorer(ScaleExplorerModel, Explorer):
    """Return random queries and keys at several d_k: choose what divides their scores.

    `d_ks` are up to 8 sizes from 1 to 4,096; the same 64 queries meet the same 16 keys each, with
    more features of spread 1 at each size, drawn from `seed`. `divisor` is "none", "√d_k" or
    "d_k". Shown are the weights of one `query`, the sd of all scores, the mean of the largest
    weights (probabilities) and the median slope of the softmax, as in lesson 3 the root of the
    sum of squares of ∂wᵢ/∂sⱼ, from 0 to .5. `d_k`, `divisor`, `query` and `seed` can be set.
    Raises ValueError for sizes, a divisor or a query that is not there.
    Lesson 3; Vaswani et al. 2017, section 3.2.1.

    >>> ScaleExplorerModel(d_k=64, divisor="√d_k").finding()[:52]
    'd_k = 64, divided by √d_k: sd 1.00, mean top weight '
    """

    script = "scale_explorer.js"


def random_scores(d_ks, seed):
    """Return the dot products of random queries and keys: (d_ks, 64 queries, 16 keys).

    Each size takes the first features of the same vectors, so that the scores at one size do not
    depend on which other sizes are asked for; einsum without BLAS, and rounded. Raises ValueError
    for a negative seed.

    >>> scores = random_scores([2, 8], seed=0)
    >>> scores.shape, np.array_equal(scores[1], random_scores([8], seed=0)[0])
    ((2, 64, 16), True)
    """
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0, but {seed!r} arrived.")
    rngs = [np.random.default_rng([seed, part]) for part in range(2)]
    Q = rngs[0].normal(size=(max(d_ks), QUERIES))
    K = rngs[1].normal(size=(max(d_ks), QUERIES, KEYS))
    each = [np.einsum("fq,fqk->qk", Q[:d], K[:d], optimize=False) for d in d_ks]
    return np.round(each, DIGITS)


def slope_sizes(weights):
    """Return the root of the sum of squares of all slopes ∂wᵢ/∂sⱼ of the softmax.

    Shapes: weights (..., keys) -> (...). Lesson 3.

    >>> float(slope_sizes(np.array([0.5, 0.5])))
    0.5
    """
    others = np.eye(weights.shape[-1]) - weights[..., None, :]  # (..., keys, keys)
    return np.sqrt(np.sum((weights[..., None] * others) ** 2, axis=(-1, -2)))


def _sizes(d_ks):
    """Return the sizes in ascending order. Raises ValueError when they are none to draw."""
    try:
        sizes = sorted({int(d) for d in d_ks if int(d) == d})
        right = len(sizes) == len(list(d_ks))
    except (TypeError, ValueError):
        sizes, right = [], False
    if not right or not sizes or len(sizes) > MOST or sizes[0] < 1 or sizes[-1] > WIDEST:
        raise ValueError(
            f"d_ks must be 1 to {MOST} different whole numbers from 1 to {WIDEST}, such as "
            f"(4, 64, 1024), but {d_ks!r} arrived."
        )
    return sizes
