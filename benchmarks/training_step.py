"""One training step of the 181k-parameter translator, Adam included, against PyTorch eager.

Same parameters, same data, float32. The first thing measured is that loss and all gradients are
equal. PyTorch runs its own attention kernel and layer norm, and Adam twice: as it comes by
default, and fused into one kernel. In the two-thread rows PyTorch has two threads; ours is
offered two and uses one, since a second gains it nothing at this size. `plain` is the model's own
NumPy code with no fused form: what a learner's functions cost.

    python benchmarks/training_step.py --json
"""

import itertools

import numpy as np
import torch
import torch.nn.functional as F

import measure
import torch_translator
from course_utils.arrays import value_and_grad
from course_utils.arrays.fused import cross_entropy
from course_utils.data.batches import Batch
from course_utils.model.parameters import cast, transformer_parameters
from course_utils.model.transformer import transformer
from course_utils.training.flat import leaves
from course_utils.training.loop import train
from course_utils.training.loss import translation_loss

WORDS, HEADS, SMOOTHING, RATE = (70, 81), 4, 0.1, 1e-3


def setting(size):
    """Return the parameters and one batch: source 10 words, target 12."""
    rng = np.random.default_rng(size)
    params = cast(transformer_parameters(rng, *WORDS, decoder_blocks=2), np.float32)
    source = rng.integers(3, WORDS[0], (size, 10))
    target = rng.integers(3, WORDS[1], (size, 13))
    return params, Batch(source, source > 0, target[:, :-1], target[:, 1:], target[:, 1:] > 0)


def plain_loss(params, batch):
    """Return the loss through the model's plain functions."""
    logits, _ = transformer(params, batch.source, batch.target_in, HEADS, HEADS)
    return cross_entropy(logits, batch.target_out, batch.target_keep, SMOOTHING)


def ours(size, loss=None):
    """Return a function that does one step."""
    params, batch = setting(size)
    loss = loss or translation_loss(transformer, HEADS, HEADS, SMOOTHING)
    records = train(loss, params, itertools.repeat(batch), 10**9, RATE, 1)
    return lambda: next(records)


def theirs(size, fused):
    """Return a function that does one step, and the tensors by path."""
    params, batch = setting(size)
    p = {path: torch.tensor(array).requires_grad_() for path, array in leaves(params)}
    source, target, out = map(torch.tensor, (batch.source, batch.target_in, batch.target_out))
    adam = torch.optim.Adam(p.values(), lr=RATE, betas=(0.9, 0.98), fused=fused)

    def step():
        adam.zero_grad()
        logits = torch_translator.translator(p, source, target, HEADS, HEADS)
        loss = F.cross_entropy(logits.flatten(0, 1), out.flatten(), label_smoothing=SMOOTHING)
        loss.backward()
        adam.step()
        return loss.item()

    return step, p


def assert_equal(size):
    """Raise unless loss and gradients are those of PyTorch, to the rounding of float32."""
    params, batch = setting(size)
    step, p = theirs(size, None)
    expected = step()
    for loss in (translation_loss(transformer, HEADS, HEADS, SMOOTHING), plain_loss):
        value, gradients = value_and_grad(loss)(params, batch)
        np.testing.assert_allclose(value, expected, rtol=1e-5)
        for path, gradient in leaves(gradients):
            theirs_ = p[path].grad.numpy()
            # The keys' own mean has no effect on a softmax, so some gradients are only rounding.
            scale = max(np.abs(theirs_).max(), 1e-4)
            assert np.abs(gradient - theirs_).max() < 1e-3 * scale, path


def main():
    """Measure and print."""
    chosen = measure.options(__doc__.splitlines()[0], sizes=[32, 64], thread_counts=[1, 2])
    parameters = sum(array.size for _, array in leaves(setting(32)[0]))
    rows = []
    for size, count in itertools.product(chosen.sizes, chosen.thread_counts):
        assert_equal(size)
        with measure.threads(count):
            times = measure.alternate(
                {
                    "ours": ours(size),
                    "theirs": theirs(size, None)[0],
                    "fused Adam": theirs(size, True)[0],
                    "plain": ours(size, loss=plain_loss),
                },
                chosen.runs,
            )
        row = {"parameters": parameters, "batch": size, "threads": count}
        row |= measure.compare(times)
        row["ratio_fused_adam"] = measure.compare(times, theirs="fused Adam")["ratio"]
        row["plain_to_ours"] = measure.compare(times, "plain", "ours")["ratio"]
        rows.append(row)
    measure.report("training_step", rows, chosen.json)


if __name__ == "__main__":
    main()
