"""Asks whether the language or the model makes the alignment clean or messy.

    python tools/measure_swapped_languages.py            seeds 0 1 2
    python tools/measure_swapped_languages.py 3 4 5      other seeds

Trains the clean translator's model on the guessable language and the messy translator's model on
the language in which each word must be read, as long and at the same rate as the shipped ones,
and prints exact match and alignment error on 500 held-out pairs. Lesson 8 quotes seeds 0 to 2.
About 20 seconds of CPU time a model.
"""

import os
import sys
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from course_utils.data.grammar import CLEAN
from course_utils.data.guessable import GUESSABLE
from course_utils.training.loop import last
from course_utils.training.translator import MESSY, TRANSLATOR, Task

SWAPPED = {
    "the clean model, guessable words": replace(
        TRANSLATOR, grammar=GUESSABLE, steps=MESSY.steps, rate=MESSY.rate
    ),
    "the messy model, words to be read": replace(MESSY, grammar=CLEAN),
}


def main():
    """Train and print for each seed of the command line."""
    for seed in [int(word) for word in sys.argv[1:]] or [0, 1, 2]:
        for name, setting in SWAPPED.items():
            task = Task(setting, seed)
            found = task.measured(last(task.train()).params)
            shown = ", ".join(
                f"{key} {found[key]:.3f}" for key in ("exact_match", "alignment_error")
            )
            print(f"seed {seed}, {name}: {shown}", flush=True)


if __name__ == "__main__":
    main()
