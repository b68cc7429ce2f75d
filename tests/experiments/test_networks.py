"""The networks that experiments train: every gradient meets a measured slope, and training learns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from experiments import networks, tasks
from experiments.chorale_data import Pitches
from experiments.chorales import KEYS, LOWEST, heard
from experiments.networks import LAYERS, Network
from experiments.tasks import Batch
from experiments.training import train
from solutions.reference import count_deep_parameters

STEP = 1e-6
DRAWS: dict[str, tuple[int, int, Callable[[np.random.Generator], Batch]]] = {
    "numbers": (2, 1, lambda rng: tasks.adding(rng, 5, 6)),
    "symbols": (10, 10, lambda rng: tasks.copying(rng, 4, 3)),
    "some steps": (7, 7, lambda rng: tasks.embedded_reber(rng, 3)),
    "chords": (88, 88, lambda rng: heard(chords(rng, 3))),
}


def chords(rng: np.random.Generator, m: int) -> list[Pitches]:
    """Pieces of different lengths in which anything sounds at once, from the lowest key to the highest."""
    return [rng.integers(LOWEST, LOWEST + KEYS, (steps, 4)).astype(np.uint8) for steps in range(4, 4 + m)]


def exact(network: Network, batch: Batch) -> tuple[Network, Batch]:
    """The same in float64, for slopes to be measured."""
    parameters = {name: value.astype(np.float64) for name, value in network.parameters.items()}
    return network._replace(parameters=parameters), batch._replace(x=batch.x.astype(np.float64), y=batch.y.astype(np.float64))


@pytest.mark.parametrize("answers", DRAWS)
@pytest.mark.parametrize("cell", LAYERS)
def test_gradients_meet_measured_slopes(cell: str, answers: str) -> None:
    rng = np.random.default_rng(3)
    n_x, n_y, draw = DRAWS[answers]
    network, batch = exact(networks.start([cell, cell], n_x, [8, 6], n_y, rng), draw(rng))
    _, gradients = networks.loss_and_gradients(network, batch)

    def loss(name: str, moved: np.ndarray) -> float:
        return networks.loss_and_gradients(network._replace(parameters={**network.parameters, name: moved}), batch)[0]

    for name, value in network.parameters.items():
        away = rng.standard_normal(value.shape)
        slope = (loss(name, value + STEP * away) - loss(name, value - STEP * away)) / (2 * STEP)
        assert np.any(gradients["d" + name]), name
        assert np.sum(gradients["d" + name] * away) == pytest.approx(slope, rel=1e-4, abs=1e-8), name


@pytest.mark.parametrize("cell", LAYERS)
def test_equal_counts_are_nearly_equal(cell: str) -> None:
    for layers in (1, 3):
        n = networks.size_for(5000, cell, 27, 27, layers)
        network = networks.start([cell] * layers, 27, [n] * layers, 27, np.random.default_rng(0))
        assert networks.count(network) == count_deep_parameters(27, [n] * layers, 27, [cell] * layers)
        assert networks.count(network) == pytest.approx(5000, rel=0.08)


def test_what_is_not_asked_does_not_count() -> None:
    rng = np.random.default_rng(0)
    batch = tasks.embedded_reber(rng, 4)
    network = networks.start(["gru"], 7, [5], 7, rng)
    other = batch._replace(y=np.where(batch.mask, batch.y, batch.y[::-1]))
    assert networks.loss_and_gradients(network, batch)[0] == networks.loss_and_gradients(network, other)[0]


def test_chords_are_judged_key_by_key() -> None:
    """Written out: each key is on with its own probability, and a step counts right if all keys are."""
    rng = np.random.default_rng(0)
    network, batch = exact(networks.start(["rnn"], 88, [5], 88, rng), heard(chords(rng, 3)))
    assert batch.mask is not None
    p = 1 / (1 + np.exp(-networks.scores(network, networks.states(network, batch.x)[0][:, batch.mask])))
    due = batch.y[:, batch.mask] == 1
    likelihood = np.prod(np.where(due, p, 1 - p), axis=0)
    loss, _ = networks.loss_and_gradients(network, batch)
    assert loss == pytest.approx(-np.mean(np.log(likelihood)))
    assert networks.evaluate(network, batch) == (loss, 0)
    network.parameters["by"][:] = 1e4 * (2 * due[:, :1] - 1)
    first = np.zeros_like(batch.mask)
    first[0, 0] = True
    assert networks.evaluate(network, batch._replace(mask=first)) == (0, 1)
    assert np.isfinite(networks.evaluate(network, batch)[0])


def test_training_learns_and_leaves_the_start_alone() -> None:
    rng = np.random.default_rng(0)
    network = networks.start(["rnn"], 10, [12], 10, rng)
    before = {name: value.copy() for name, value in network.parameters.items()}
    batch = tasks.copying(rng, 16, 2)
    trained = train(network, lambda: batch, 150, 0.01)
    assert networks.evaluate(trained, batch)[0] < 0.8 * networks.evaluate(network, batch)[0]
    assert all(np.array_equal(before[name], network.parameters[name]) for name in before)


def test_a_gradient_that_is_not_finite_is_named() -> None:
    rng = np.random.default_rng(0)
    network = networks.start(["rnn"], 2, [3], 1, rng)
    network.parameters["by"][:] = np.inf
    with pytest.raises(FloatingPointError, match="step 1: the gradients .*dby"), np.errstate(all="ignore"):
        train(network, lambda: tasks.adding(rng, 2, 4), 1, 0.01)
