"""Makes course_utils/data/shipped/translator_clean.npz and translator_messy.npz.

    python tools/make_translator_weights.py                     train and write both
    python tools/make_translator_weights.py clean               only one
    python tools/make_translator_weights.py --measure 0 1 2     train with these seeds, ship nothing

Trains the translator on the language in which each word must be read (clean) and on the one in
which words can be guessed (messy), rounds the parameters to float16, and prints what the rounded
translator can do: exact match and alignment error on 500 held-out pairs, and the worked sentence
with its weights.  Half a minute of CPU time.
"""

import argparse
import hashlib
import os
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from course_utils.data.pairs import WORKED_SOURCE
from course_utils.model.parameters import cast
from course_utils.training.loop import last
from course_utils.training.measure import alignment_error, exact_match
from course_utils.training.shipped import SHIPPED, Translator, words
from course_utils.training.translator import MESSY, TRANSLATOR, Task
from course_utils.training.weights import save_weights

# Longer and slower than lesson 10 trains: the same accuracy, and what lesson 0 reports.
TRAINED = {"clean": replace(TRANSLATOR, steps=1500, rate=1e-3), "messy": MESSY}
SEED = {"clean": 0, "messy": 1}
LARGEST = 400 * 1024  # bytes a file


def trained(name, seed):
    """Return the task and the trained parameters, rounded to float16."""
    task = Task(TRAINED[name], seed)
    return task, cast(last(task.train()).params, np.float16)


def measured(task, params):
    """Return what the shipped parameters can do, as numbers from 0 to 1."""
    rounded, heads = cast(params, np.float32), task.setting.all_heads
    cat = Translator(params, task.setting).translate(" ".join(WORKED_SOURCE))
    row = {word: cat.cross[i] for i, word in enumerate(cat.target)}
    return {
        "exact_match": exact_match(rounded, task.held_out_batch, **heads),
        "alignment_error": alignment_error(rounded, task.held_out, task.held_out_batch, **heads),
        "chat from cat": row["chat"][1] if "chat" in row else 0.0,
        "tapis from mat": row["tapis"][5] if "tapis" in row else 0.0,
        "sat to cat, clearest head": cat.self_attention[..., 2, 1].max(),
        "sat to cat, mean of heads": cat.self_attention[..., 2, 1].mean(),
    }


def report(name, seed, task, params):
    """Print the measures of one translator and its rows of the worked sentence."""
    numbers = ", ".join(f"{key} {value:.3f}" for key, value in measured(task, params).items())
    print(f"{name}, seed {seed}: {numbers}")
    cat = Translator(params, task.setting).translate(" ".join(WORKED_SOURCE))
    print(f"  {cat.english} -> {cat.french}")
    print(" " * 10, *(f"{word:>5}" for word in cat.source))
    for word, row in zip(cat.target, cat.cross):
        print(f"  {word:8}", *(f"{weight:5.2f}" for weight in row))


def ship(name, seed, task, params):
    """Write the file; SystemExit if it is too large."""
    path = SHIPPED / f"translator_{name}.npz"
    save_weights(path, params, seed=seed, words=words(Translator(params, task.setting)))
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} has {size} bytes, more than {LARGEST}")
    print(f"  {path.name}: {size} bytes, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def main():
    """Train, measure and write what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", choices=[[], *TRAINED], help="which (default: both)")
    parser.add_argument("--measure", nargs="+", type=int, metavar="SEED", help="ship nothing")
    options = parser.parse_args()
    for name in options.names or TRAINED:
        for seed in options.measure or [SEED[name]]:
            task, params = trained(name, seed)
            report(name, seed, task, params)
            if not options.measure:
                ship(name, seed, task, params)


if __name__ == "__main__":
    main()
