"""Write every figure of the course as a PNG, and a page that shows them, to look at them.

    python tools/gallery.py FOLDER [--dark]

The page shows each picture at the width at which a notebook shows it.
"""

import argparse
import html
from pathlib import Path

import numpy as np

from course_utils import plots
from course_utils.model.attention import attention
from course_utils.model.softmax import softmax
from course_utils.plots import theme
from course_utils.plots.display import png

CAT = ["The", "cat", "sat", "on", "the", "mat", "."]
LONG = ["The", "cat", "sat", "on", "the", "mat", "because", "it", "was", "tired"]
CHAT = ["Le", "chat", "s'", "est", "assis", "sur", "le", "tapis", "."]
GOLD = [(0, 0), (1, 1), (3, 2), (4, 2), (5, 3), (6, 4), (7, 5), (8, 6)]


def random_weights(n, m, seed=0, sharp=2.0):
    """Return weights (n, m) of a random attention, for looks only."""
    return softmax(sharp * np.random.default_rng(seed).normal(size=(n, m)))


def aligned_weights():
    """Return weights (9 target, 7 source) that mostly follow the gold links, hand-set."""
    scores = np.random.default_rng(4).normal(size=(len(CHAT), len(CAT)))
    for i, j in GOLD:
        scores[i, j] += 5
    scores[6, 3] += 7  # one row looks beside its link
    return softmax(scores)


def bar_figures(dark):
    """Yield the names and Axes of the figures of bars."""
    tokens, logits = ["cat", "mat", "on", "sat"], np.array([2.0, 1.0, 0.5, -1.0])
    temperatures = {f"T = {t:g}": softmax(logits / t) for t in (0.25, 1, 4)}
    both = {"scores": logits, "weights": softmax(logits)}
    title = "A low temperature picks one key, a high one averages all"
    yield "bars_weights", plots.bars(softmax(logits), tokens, highlight=0, dark=dark)
    yield "bars_scores", plots.bars(logits, tokens, kind="scores", dark=dark)
    yield (
        "bars_temperatures",
        plots.bars_side_by_side(temperatures, tokens, title=title, dark=dark),
    )
    yield (
        "bars_scores_to_weights",
        plots.bars_side_by_side(
            both,
            tokens,
            kind=["scores", "weights"],
            title="The softmax turns scores into shares",
            dark=dark,
        ),
    )
    half = np.array([0.5, 0.2, 0.1, 0.0])
    yield "bars_not_one", plots.bars(half, tokens, title="Masked after the softmax", dark=dark)
    many = random_weights(1, 30)[0]
    yield "bars_thirty", plots.bars(many, [f"token{i}" for i in range(30)], dark=dark)


def vector_figures(dark):
    """Yield the names and Axes of the figures of vectors."""
    keys, names = np.array([[1.8, -0.4], [0.5, 1.2], [-1.5, 0.7]]), ["cat", "mat", "on"]
    query = np.array([2.0, 1.3])
    title = "“cat” has the longest shadow on the query"
    yield (
        "vectors_shadows",
        plots.vectors(keys, names, query, shadows=True, title=title, dark=dark),
    )
    yield "vectors_plain", plots.vectors(keys, names, title="Three words as arrows", dark=dark)
    near = np.array([[1.0, 1.0], [1.05, 0.95], [2.0, 2.0], [0.9, 1.1]])
    close = ["cat", "kitten", "incomprehensibility", "dog"]
    title = "One key is twice as long as another in the same direction"
    yield "vectors_close", plots.vectors(near, close, [1.5, 0.2], title=title, dark=dark)
    title = "The output lies between the values"
    values = np.array([[10, 2], [-4, 8], [3, -9]])
    yield "vectors_values", plots.vectors(values, names, kind="value", title=title, dark=dark)


def map_figures(dark):
    """Yield the names and Axes of the heat maps."""
    weights = random_weights(7, 7)
    scores = np.random.default_rng(1).normal(size=(7, 7)) * 2
    causal = np.tril(np.ones((7, 7), bool))
    masked = np.where(causal, scores, -np.inf)
    title = "Before training, every word looks somewhere by chance (untrained)"
    yield "heatmap_weights", plots.heatmap(weights, CAT, title=title, dark=dark)
    yield "heatmap_default_title", plots.heatmap(weights, CAT, dark=dark)
    yield "heatmap_two", plots.heatmap([[0.7, 0.3], [0.01, 0.99]], ["it", "is"], dark=dark)
    title = "A masked score is −∞: no word sees the future"
    yield "heatmap_scores", plots.heatmap(masked, CAT, kind="scores", title=title, dark=dark)
    yield "heatmap_mask", plots.heatmap(causal, CAT, kind="mask", dark=dark)
    late = np.where(causal, softmax(scores), 0)
    pair = {"mask before the softmax": softmax(masked), "zeros after it": late}
    title = "Zeroing after the softmax leaves rows that do not sum to 1"
    yield "heatmap_pair", plots.heatmaps(pair, CAT, title=title, dark=dark)
    heads = {f"head {i}": random_weights(5, 5, i) for i in range(4)}
    yield "heatmap_heads", plots.heatmaps(heads, CAT[:5], title="Four heads", dark=dark)
    tokens = [f"token{i}" for i in range(29)] + ["incomprehensibilities"]
    yield "heatmap_thirty", plots.heatmap(random_weights(30, 30), tokens, dark=dark)
    yield (
        "heatmap_scores_20",
        plots.heatmap(
            np.random.default_rng(0).normal(size=(20, 20)) * 5,
            tokens[:20],
            kind="scores",
            dark=dark,
        ),
    )
    aligned = aligned_weights()
    yield "alignment", plots.alignment(aligned, CAT, CHAT, GOLD, dark=dark)
    yield (
        "alignment_large",
        plots.alignment(random_weights(24, 26), None, None, [(i, i) for i in range(24)], dark=dark),
    )


def line_figures(dark):
    """Yield the names and Axes of the figures of lines between tokens."""
    weights = random_weights(10, 10, 3, 1.5)
    weights[2] = softmax(np.array([0.2, 3.2, 0.5, 0.4, 0.2, 0, -0.1, -0.3, -0.5, -0.7]))
    yield "lines", plots.attention_lines(weights, LONG, row=2, dark=dark)
    cross = plots.attention_lines(aligned_weights(), CHAT, CAT, row=1, dark=dark)
    yield "lines_cross", cross
    yield "lines_two", plots.attention_lines([[0.7, 0.3], [0.5, 0.4]], ["a", "b"], row=1, dark=dark)
    tokens = [f"token{i}" for i in range(29)] + ["incomprehensibilities"]
    yield "lines_thirty", plots.attention_lines(random_weights(30, 30), tokens, row=29, dark=dark)


def curve_figures(dark):
    """Yield the names and Axes of curves and distributions."""
    d = np.array([4, 16, 64, 256, 1024])
    with_scale, without = np.full(5, 0.24), np.array([0.42, 0.66, 0.83, 0.92, 0.96])
    yield (
        "curves_top_weight",
        plots.curves(
            d,
            {"without 1/√dₖ": without, "with": with_scale},
            x_label="dₖ",
            y_label="mean largest weight",
            log_x=True,
            y_range=(0, 1),
            title="Without the scale, one key takes nearly all",
            mark=(1024, 0.96, "0.96 at dₖ = 1,024"),
            bands={"with": (with_scale - 0.05, with_scale + 0.05)},
            dark=dark,
        ),
    )
    x = np.linspace(-4, 4, 81)
    yield (
        "curves_three",
        plots.curves(
            x,
            {
                "softmax": 1 / (1 + np.exp(-x)),
                "argmax": (x > 0) * 1.0,
                "linear": np.clip(0.5 + x / 8, 0, 1),
            },
            x_label="difference of two scores",
            y_label="weight of the first",
            title="The softmax is an argmax with a slope",
            dark=dark,
        ),
    )
    steps = np.arange(200)
    noisy = {f"seed {s}": np.exp(-steps / (30 + 5 * s)) + 0.05 for s in range(7)}
    yield (
        "curves_highlight",
        plots.curves(
            steps, noisy, highlight="seed 3", log_y=True, x_label="step", y_label="loss", dark=dark
        ),
    )
    rng = np.random.default_rng(0)
    spread = {f"d = {k:,}": (rng.normal(size=(4000, k)) * rng.normal(size=k)).sum(1) for k in d}
    yield (
        "distributions_sd",
        plots.distributions(
            spread, x_label="q·k", title="The spread of q·k grows as √d", dark=dark
        ),
    )
    tops = {"without": rng.beta(20, 1, 2000), "with the scale": rng.beta(8, 24, 2000)}
    yield (
        "distributions_top",
        plots.distributions(
            tops,
            statistic="median",
            x_range=(0, 1),
            x_label="largest weight of a row",
            title="At dₖ = 1,024 one key takes nearly all, unless scores are scaled",
            highlight="without",
            dark=dark,
        ),
    )


def other_figures(dark):
    """Yield the names and Axes of positions and steps."""

    def sinusoids(n, d):
        angle = np.arange(n)[:, None] / 10000 ** (np.arange(0, d, 2) / d)
        return np.stack([np.sin(angle), np.cos(angle)], -1).reshape(n, d)

    title = "Left columns turn fast, right columns hardly move"
    yield "positions", plots.positions(sinusoids(50, 64), title=title, dark=dark)
    yield "positions_small", plots.positions(sinusoids(7, 8), CAT, title="Seven words", dark=dark)
    q, k = np.array([[2.0, 0.0, 1.0, 2.0]]), np.array([[2.0, 1, 0, 0], [0, 1, 0, 1], [-1, 0, 0, 0]])
    v = np.array([[10.0, 0.0], [0.0, 10.0], [5.0, 5.0]])
    output, weights = attention(q, k, v)
    scores = (q @ k.T)[0]
    tokens = ["cat", "sat", "mat"]
    axes = plots.attention_steps(scores, scores / 2, weights[0], v, output[0], tokens, dark=dark)
    yield "steps", axes


def figures(dark=False):
    """Yield the name and the Axes of every figure."""
    for group in (
        vector_figures,
        bar_figures,
        map_figures,
        line_figures,
        curve_figures,
        other_figures,
    ):
        yield from group(dark)


def main():
    """Write the pictures and the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true", help="draw the dark theme")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    page = []
    for name, axes in figures(options.dark):
        data = png(axes)
        (options.folder / f"{name}.png").write_bytes(data)
        width = int.from_bytes(data[16:20], "big") // theme.PIXEL_RATIO
        picture = f'<img src="{name}.png" width="{width}" alt="{html.escape(name)}">'
        page.append(f"<p>{name}, {width} px, {len(data) / 1024:.0f} KB</p>{picture}")
    ground = "#111" if options.dark else "#fff"
    style = f"body{{background:{ground};color:#888;font:13px sans-serif;width:{theme.MAX_WIDTH}px}}"
    head = f'<!doctype html><meta charset="utf-8"><title>Figures</title><style>{style}</style>'
    (options.folder / "index.html").write_text(head + "\n".join(page), encoding="utf-8")
    print(f"{len(page)} figures: {options.folder / 'index.html'}")


if __name__ == "__main__":
    main()
