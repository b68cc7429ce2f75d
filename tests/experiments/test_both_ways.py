"""The network that reads both ways is the one of the book, and its gradients are the slopes of its loss."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.networks import Network, count, loss_and_gradients, own, scores, start_both_ways, states
from experiments.tasks import Batch
from solutions.reference import brnn_forward, softmax

N_X, N, N_Y, LENGTHS = 5, 4, 3, np.array([3, 6, 1])


def example(cell: str) -> tuple[Network, Batch]:
    """A network with biases that are not zero, and examples of different lengths; both in float64."""
    rng = np.random.default_rng(3)
    network = start_both_ways(cell, N_X, N, N_Y, rng)
    parameters = {name: value + 0.1 * rng.standard_normal(value.shape) for name, value in network.parameters.items()}
    counts = np.arange(6) < LENGTHS[:, np.newaxis]
    x = np.eye(N_X)[:, rng.integers(N_X, size=(3, 6))] * counts
    mask = np.zeros((3, 6), bool)
    mask[[0, 1, 1, 2], [1, 0, 5, 0]] = True
    return network._replace(parameters=parameters), Batch(x, np.eye(N_Y)[:, rng.integers(N_Y, size=(3, 6))], mask)


def test_it_predicts_what_the_network_of_the_book_predicts() -> None:
    network, batch = example("rnn")
    rows = [own(network.parameters, depth) for depth in (1, 2)]
    parameters = {"forward": rows[0], "backward": rows[1], "Wy": network.parameters["Wya"], "by": network.parameters["by"]}
    _, expected, _ = brnn_forward(batch.x, np.zeros((2 * N, 3)), LENGTHS, parameters)
    a, _ = states(network, batch.x)
    np.testing.assert_allclose(softmax(scores(network, a[:, batch.mask])), expected[:, batch.mask], rtol=1e-6)
    assert count(network) == 2 * N * (N + N_X + 1) + N_Y * (2 * N + 1)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_its_gradients_are_slopes(cell: str) -> None:
    network, batch = example(cell)
    _, gradients = loss_and_gradients(network, batch)
    for name, value in network.parameters.items():
        direction = np.random.default_rng(1).standard_normal(value.shape)
        losses = [
            loss_and_gradients(network._replace(parameters=network.parameters | {name: value + step * direction}), batch)[0]
            for step in (1e-5, -1e-5)
        ]
        slope = (losses[0] - losses[1]) / 2e-5
        assert abs(slope) > 1e-6
        assert np.sum(gradients["d" + name] * direction) == pytest.approx(slope, rel=1e-5), name
