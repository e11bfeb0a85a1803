"""Attention-only models on random blocks said again: loss on the repeats, by layers and seed.

python benchmarks/induction.py --seeds 0 1 2 --json
"""

import time

import measure
from course_utils.training.language import Induction, repeat_loss
from course_utils.training.loop import last


def main():
    """Measure and print."""
    chosen = measure.options(__doc__.splitlines()[0], seeds=[0, 1, 2], layers=[2, 1])
    rows = []
    with measure.threads(1):
        for layers in chosen.layers:
            for seed in chosen.seeds:
                start = time.process_time()
                record = last(Induction(blocks=layers).train(seed))
                row = {"layers": layers, "seed": seed, "steps": record.step + 1}
                row["cpu_seconds"] = time.process_time() - start
                row["loss_on_repeats"] = repeat_loss(record.params)
                rows.append(row)
    measure.report("induction", rows, chosen.json)


if __name__ == "__main__":
    main()
