"""Measures over seeds what lesson 11 says about what is inside.

    python tools/measure_inside.py                    all four parts, seeds 0 to 9 (messy 0 to 4)
    python tools/measure_inside.py agreement 3 4 5    one part with other seeds

agreement    translators of lesson 10: the links "sat -> cat" and "the -> cat" in the encoder and
             chat <- cat across, their weight, and the share of words still right without them
sinks        messy translators: the determiner without the end mark, without the subject
explanation  both: rank correlation of weight and effect, other weights with the same word,
             the same weight for all words
repeats      attention-only models of one and two layers, and what each head is used for

About 8 seconds of CPU time a translator and a repeater, 20 a messy one.
"""

import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from course_utils.training.findings import agreement, explanation, repeats, sinks
from course_utils.training.inside import Inside
from course_utils.training.language import Induction
from course_utils.training.loop import last
from course_utils.training.repeaters import Repeater
from course_utils.training.translator import MESSY, TRANSLATOR, Task


def trained(setting, seed):
    """Return a translator trained now, with its unseen pairs."""
    task = Task(setting, seed)
    return Inside(last(task.train()).params, setting, task.held_out)


def repeaters(seed):
    """Return what is found in a model of two layers, and the loss of one layer."""
    two, one = (Repeater(last(Induction(blocks=b).train(seed)).params) for b in (2, 1))
    found = repeats(two)
    return {**found, "loss of one layer": repeats(one)["loss"]}


PARTS = {
    "agreement": lambda seed: agreement(trained(TRANSLATOR, seed)),
    "sinks": lambda seed: sinks(trained(MESSY, seed)),
    "explanation": lambda seed: {
        f"{name}: {key}": value
        for name, setting in (("clean", TRANSLATOR), ("messy", MESSY))
        for key, value in explanation(trained(setting, seed)).items()
    },
    "repeats": repeaters,
}


def main():
    """Measure what the command line names, a line for each seed."""
    chosen = [sys.argv[1]] if len(sys.argv) > 1 else list(PARTS)
    if not set(chosen) <= set(PARTS):
        raise SystemExit(f"The parts are {', '.join(PARTS)}; not {chosen[0]}.")
    for part in chosen:
        few = part in ("sinks", "explanation")
        seeds = [int(word) for word in sys.argv[2:]] or range(5 if few else 10)
        for seed in seeds:
            found = PARTS[part](seed)
            shown = ", ".join(f"{key} {np.round(value, 3)}" for key, value in found.items())
            print(f"{part}, seed {seed}: {shown}", flush=True)


if __name__ == "__main__":
    main()
