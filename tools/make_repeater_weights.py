"""Makes course_utils/data/shipped/repeaters.npz, the three small models of lesson 11.

    python tools/make_repeater_weights.py

Trains attention-only models of one and of two layers on random blocks said again, rounds the
parameters to float16, writes them, and prints what each can do. About 20 seconds of CPU time.
Another BLAS rounds differently on the way and gives other parameters that do alike.
"""

import hashlib
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from course_utils.model.parameters import cast
from course_utils.training.language import Induction
from course_utils.training.loop import last
from course_utils.training.repeaters import NAMES, Repeater, said_twice
from course_utils.training.shipped import SHIPPED
from course_utils.training.weights import save_weights

TRAINED = dict(zip(NAMES, [(1, 0), (2, 0), (2, 7)]))  # layers, seed


def main():
    """Train, write and report."""
    words, params = said_twice(np.random.default_rng(0), 200), {}
    for name, (blocks, seed) in TRAINED.items():
        params[name] = cast(last(Induction(blocks=blocks).train(seed)).params, np.float16)
        loss, right = Repeater(params[name]).repeats(words)
        print(f"{name} (seed {seed}): loss {loss:.2f} nats, right {right:.2f}")
    path = SHIPPED / "repeaters.npz"
    save_weights(path, params, seeds={name: seed for name, (_, seed) in TRAINED.items()})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path.name}: {path.stat().st_size} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
