"""Question 5. Peepholes or none, and where the forget gate should stand before anything has been learnt.

LSTMs with and without peepholes, with forget biases of 0, 1 and 2 as in Jozefowicz, Zaremba and Sutskever (2015), at the same
number of units on three tasks. All else is the same.
"""

from __future__ import annotations

from experiments.learning import TASKS, learn
from experiments.plan import Experiment, Row, Settings

SEEDS = range(5)
CELLS = ("lstm", "peephole_lstm")
BIASES = (0, 1, 2)
STEPS = {"adding": 1500, "copying": 3000, "names": 1500}
UNITS = 32


def runs(reduced: bool) -> list[Settings]:
    """Every cell with every bias on every task; for tests: copying alone, the two outer biases, no peepholes, two seeds."""
    chosen = {"copying": 1500} if reduced else STEPS
    return [
        {"task": task, "cell": cell, "bias": bias, "seed": seed, "steps": steps}
        for task, steps in chosen.items()
        for cell in (CELLS[:1] if reduced else CELLS)
        for bias in (BIASES[::2] if reduced else BIASES)
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(task: str, cell: str, bias: int, seed: int, steps: int) -> list[Row]:
    """Learn, and report ten times how it goes."""
    return learn(TASKS[task](), [cell], [UNITS], seed, steps, forget_bias=bias, points=10)


EXPERIMENT = Experiment("forget_bias", "Peepholes or none, and a forget bias of 0, 1 or 2?", runs, measure)
