"""How fast and how well the course's translators learn, a row a seed.

    python benchmarks/translator.py --setting translator --seeds 0 1 2 --json

CPU seconds are those of the training steps, batches included, without the measures in between.
"""

import contextlib
import time

import measure
from course_utils.training import translator
from course_utils.training.measure import exact_match

SETTINGS = {
    "translator": translator.TRANSLATOR,
    "small": translator.SMALL,
    "messy": translator.MESSY,
}


def learn(task, every=100, wanted=0.99):
    """Train to the end; return the last parameters and a row's first columns."""
    seconds, reached = 0.0, {"steps_to_99": None, "cpu_seconds_to_99": None}
    records = task.train()
    task.batch  # noqa: B018  (made once, before the clock starts)
    start = time.process_time()
    for record in records:
        if reached["steps_to_99"] is None and (record.step + 1) % every == 0:
            seconds += time.process_time() - start
            match = exact_match(record.params, task.held_out_batch, **task.setting.all_heads)
            if match >= wanted:
                reached = {"steps_to_99": record.step + 1, "cpu_seconds_to_99": seconds}
            start = time.process_time()
    seconds += time.process_time() - start
    return record.params, {"steps": record.step + 1, "cpu_seconds": seconds, **reached}


def main():
    """Measure and print."""
    chosen = measure.options(__doc__.splitlines()[0], seeds=list(range(10)), setting="translator")
    rows = []
    with contextlib.suppress(KeyboardInterrupt), measure.threads(1):
        for seed in chosen.seeds:
            task = translator.Task(SETTINGS[chosen.setting], seed)
            params, row = learn(task)
            rows.append({"setting": chosen.setting, "seed": seed, **row, **task.measured(params)})
    measure.report("translator", rows, chosen.json)


if __name__ == "__main__":
    main()
