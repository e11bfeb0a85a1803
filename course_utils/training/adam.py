"""Adam, and the learning rate that warms up and decays."""

import numpy as np

from course_utils.training.flat import flat_copy, views


def warm_up_and_decay(step, steps, rate=1e-3, warm_up=100):
    """Return the learning rate of a step: up to `rate` over `warm_up` steps, then down to 0.

    Steps count from 0 to steps - 1; both parts are linear. Lesson 10.

    >>> [warm_up_and_decay(step, 10, rate=1.0, warm_up=2) for step in (0, 1, 2, 6, 9)]
    [0.5, 1.0, 1.0, 0.5, 0.125]
    """
    if step < warm_up:
        return rate * (step + 1) / warm_up
    return rate * (steps - step) / (steps - warm_up)


class Adam:
    """Parameters that follow their gradients, each at its own pace.

    `params` are nested dicts of arrays, views into one vector, copied from those given, which
    are not changed. Lesson 10; Kingma & Ba 2015, algorithm 1.

    >>> adam = Adam({"w": np.array([1.0, 2.0])})
    >>> adam.step({"w": np.array([0.5, -4.0])}, rate=0.1)
    >>> adam.params["w"].round(3)
    array([0.9, 2.1])
    """

    def __init__(self, params, betas=(0.9, 0.98), epsilon=1e-8):
        self.vector = flat_copy(params)
        self.params, _ = views(params, self.vector)
        self.betas, self.epsilon, self.steps = betas, epsilon, 0
        self.mean, self.square = np.zeros_like(self.vector), np.zeros_like(self.vector)
        self.gradient, self.change = np.empty_like(self.vector), np.empty_like(self.vector)

    def step(self, gradients, rate):
        """Change the parameters, in place, by a step of about `rate` against their gradients.

        `gradients` are nested dicts like the parameters, or all of them as one vector.
        """
        self.steps += 1
        (beta_1, beta_2), change = self.betas, self.change
        g = gradients
        if isinstance(g, dict):
            g = flat_copy(gradients, out=self.gradient)
        # Both running sums lack the factor 1 - beta of the paper; it is in the numbers below.
        self.mean *= beta_1
        self.mean += g
        self.square *= beta_2
        self.square += np.multiply(g, g, out=change)
        size = ((1 - beta_2) / (1 - beta_2**self.steps)) ** 0.5
        np.sqrt(self.square, out=change)
        change += self.epsilon / size
        np.divide(self.mean, change, out=change)
        change *= rate * (1 - beta_1) / (1 - beta_1**self.steps) / size
        self.vector -= change
