"""Question 3, second half. Is the GRU faster than the LSTM, and what does a gate cost beside tanh?

Seconds of one training step, forward, back and Adam, of each cell at the same number of units and at the same number of
parameters. A machine is now quicker, now slower, so the cells take turns, step by step, and each round's medians are compared
with one another only.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import numpy as np

from experiments import tasks
from experiments.networks import Network, count, loss_and_gradients, size_for, start
from experiments.plan import Experiment, Row, Settings
from experiments.tasks import Batch
from solutions.reference import adam_step

ROUNDS = range(9)
CELLS = ("rnn", "gru", "lstm")
UNITS = (32, 128)
LENGTH, BATCH_SIZE, SYMBOLS = 50, 32, 27
TURNS = 12


def runs(reduced: bool) -> list[Settings]:
    """Nine rounds at each size; for tests: three of the larger."""
    return [{"size": size, "seed": seed} for size in UNITS[reduced:] for seed in ROUNDS[: 3 if reduced else None]]


def measure(size: int, seed: int) -> list[Row]:
    """Time one round: tanh, GRU and LSTM with as many units, then with as many parameters as the LSTM has at this size."""
    rng = np.random.default_rng(seed)
    batch = letters(rng)
    budget = count(start(["lstm"], SYMBOLS, [size], SYMBOLS, rng))
    wide = {cell: size_for(budget, cell, SYMBOLS, SYMBOLS) for cell in CELLS}
    return compared("units", dict.fromkeys(CELLS, size), batch, rng) + compared("parameters", wide, batch, rng)


def compared(equal: str, units: dict[str, int], batch: Batch, rng: np.random.Generator) -> list[Row]:
    """The seconds of a step of each cell and its ratio to tanh, all cells in turn, the first turn not counted."""
    networks = {cell: start([cell], SYMBOLS, [n], SYMBOLS, rng) for cell, n in units.items()}
    taken: dict[str, list[float]] = {cell: [] for cell in networks}
    for _ in range(1 + TURNS):
        for cell in rng.permutation(list(networks)):
            taken[cell].append(seconds(networks[cell], batch))
    medians = {cell: median(times[1:]) for cell, times in taken.items()}
    return [
        {"equal": equal, "cell": cell, "units": units[cell], "parameters": count(networks[cell]),
         "seconds": medians[cell], "ratio": medians[cell] / medians["rnn"]}
        for cell in networks
    ]  # fmt: skip  # one row


def seconds(network: Network, batch: Batch) -> float:
    """How long one step of training takes a processor; what others do with it meanwhile does not count."""
    parameters: dict[str, Any] = network.parameters
    zeros = {name: np.zeros_like(value) for name, value in parameters.items()}
    began = time.process_time()
    _, gradients = loss_and_gradients(network, batch)
    adam_step(parameters, {"d" + name: gradients["d" + name] for name in parameters}, zeros, zeros, 1, 0.001)
    return time.process_time() - began


def letters(rng: np.random.Generator) -> Batch:
    """Letters without a meaning, each to be foretold from those before: what is in them makes no difference to the time."""
    drawn = tasks.one_hot(rng.integers(0, SYMBOLS, (BATCH_SIZE, LENGTH + 1)), SYMBOLS)
    return Batch(drawn[:, :, :-1], drawn[:, :, 1:], np.ones((BATCH_SIZE, LENGTH), bool))


EXPERIMENT = Experiment("seconds_per_step", "What does a step of LSTM, GRU and tanh cost?", runs, measure, alone=True)
