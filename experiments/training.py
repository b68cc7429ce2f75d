"""One way to train, the same for all experiments: Adam on gradients clipped by their norm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.networks import Network, loss_and_gradients
from experiments.tasks import Batch
from solutions.reference import adam_step, clip_by_norm, find_nonfinite


def train(
    network: Network,
    draw: Callable[[], Batch],
    steps: int,
    learning_rate: float,
    clip: float = 1.0,
    watch: Callable[[int, Network], bool] = lambda step, network: False,
    every: int = 100,
) -> Network:
    """Train for so many steps, or until watch says that it is enough.

    Parameters
    ----------
    network : where to start; it stays as it is
    draw : gives the batch of a step
    steps, learning_rate, clip : of Adam; the largest norm that all gradients together may have
    watch : is told the step and the network every so many steps, and after the last; where it gives True, training ends
    every : how many steps lie between two calls of watch

    Raises
    ------
    FloatingPointError where a gradient is not finite, with the step and the names of such gradients.
    """
    parameters: dict[str, Any] = network.parameters
    v = {name: np.zeros_like(value) for name, value in parameters.items()}
    s = {name: np.zeros_like(value) for name, value in parameters.items()}
    for step in range(1, steps + 1):
        _, gradients = loss_and_gradients(network, draw())
        if broken := find_nonfinite(gradients):
            raise FloatingPointError(f"step {step}: the gradients {', '.join(broken)} are not finite")
        wanted = clip_by_norm({"d" + name: gradients["d" + name] for name in parameters}, clip)
        parameters, v, s = adam_step(parameters, wanted, v, s, step, learning_rate)
        network = network._replace(parameters=parameters)
        if (step % every == 0 or step == steps) and watch(step, network):
            break
    return network
