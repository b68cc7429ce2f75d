"""Question 1. Does an update gate near 0 really keep gradients alive?

The norm of dc<T>/dc<T-k> for many k: in a tanh network, a simplified and a full GRU and an LSTM, of equal size. First untrained,
with the bias of the gate that keeps (update gate, forget gate) at several values; then trained on the adding problem. The inputs
are always those of the adding problem.
"""

from __future__ import annotations

from functools import partial
from math import sqrt

import numpy as np

from experiments.jacobians import back, straight, walk
from experiments.learning import BATCH_SIZE, TEST_SEED, adding
from experiments.networks import Array, Network, evaluate, own, size_for, start
from experiments.plan import Experiment, Row, Settings
from experiments.tasks import adding as draw_adding
from experiments.training import train

SEEDS = range(8)
BIASES = {"rnn": (0,), "simplified_gru": (0, -2, -4), "gru": (0, -2, -4), "lstm": (0, 1, 2, 4)}
USUAL = {"rnn": 0, "simplified_gru": 0, "gru": 0, "lstm": 1}
STEPS_OF_TIME, UPDATES, LEARNING_RATE = 100, 2500, 0.005
SOLVED = 0.005
PARAMETERS = 4513  # an LSTM with 32 units
EXAMPLES = 5
LAGS = (1, 5, 10, 20, 40, 60, 80, 100)


def runs(reduced: bool) -> list[Settings]:
    """Every cell with every bias untrained, and with its usual one trained; for tests: 40 steps, two cells, two seeds."""
    steps, updates = (40, 700) if reduced else (STEPS_OF_TIME, UPDATES)
    swept = {"rnn": (0,), "simplified_gru": (0, -4)} if reduced else BIASES
    states = [(cell, bias, 0) for cell, biases in swept.items() for bias in biases]
    states += [(cell, USUAL[cell], updates) for cell in swept]
    return [
        {"cell": cell, "bias": bias, "updates": updates, "steps": steps, "seed": seed}
        for cell, bias, updates in states
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(cell: str, bias: int, updates: int, steps: int, seed: int) -> list[Row]:
    """Draw a network, train it if it is to be trained, and measure what is left of gradients; "error" is on test examples."""
    network, test = drawn(cell, bias, seed), adding(steps).test
    if updates:
        draw = partial(draw_adding, np.random.default_rng([seed, 1]), BATCH_SIZE, steps)
        network = train(network, draw, updates, LEARNING_RATE, watch=lambda _, now: evaluate(now, test)[0] < SOLVED)
    x = draw_adding(np.random.default_rng(TEST_SEED), EXAMPLES, steps).x
    error = evaluate(network, test)[0]
    return [{"error": short(error), **row} for row in left(cell, own(network.parameters, 1), x)]


def drawn(cell: str, bias: int, seed: int) -> Network:
    """A network to start from, as large as all others; bias is that of its update gate or forget gate."""
    n = size_for(PARAMETERS, cell, 2, 1)
    network = start([cell], 2, [n], 1, np.random.default_rng([seed, 0]), bias)
    if "bu1" in network.parameters:
        network.parameters["bu1"] += np.float32(bias)
    return network


def left(cell: str, parameters: dict[str, Array], x: Array) -> list[Row]:
    """What is left of gradients after so many steps back: medians over the examples of three norms, one row for each lag.

    "largest" is the largest singular value of dc<T>/dc<T-k>, "typical" its Frobenius norm divided by the root of the number of
    units (the identity matrix has 1 in both), and "straight" the largest singular value of the straight way alone.
    """
    caches = walk(cell, parameters, x)
    rows = []
    for lag, (jacobians, kept) in enumerate(zip(back(cell, caches), straight(cell, caches), strict=True), 1):
        if lag in LAGS:
            largest = np.linalg.norm(jacobians, 2, axis=(1, 2))
            typical = np.linalg.norm(jacobians, axis=(1, 2)) / sqrt(jacobians.shape[1])
            norms = {"largest": largest, "typical": typical, "straight": np.max(kept, axis=0)}
            rows.append({"lag": lag} | {name: short(float(np.median(norm))) for name, norm in norms.items()})
    return rows


def short(value: float) -> float:
    """Three digits are enough, and keep the file small."""
    return float(f"{value:.3g}")


EXPERIMENT = Experiment("gates_and_gradients", "Does an update gate near 0 keep gradients alive?", runs, measure)
