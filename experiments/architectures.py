"""Question 3. Is the LSTM more powerful than the GRU, and both than tanh?

Each cell gets as many units as make the number of parameters equal, and learns five tasks. A rate of learning that suits one cell
may not suit another, so each cell learns at two of them, the same two for all cells, found beforehand with a seed that does not
count; `learning.at_best_rate` keeps the better one.
"""

from __future__ import annotations

from functools import partial

from experiments import learning
from experiments.learning import Course, learn_course
from experiments.plan import Experiment, Row, Settings

SEEDS = range(5)
CELLS = ("rnn", "gru", "lstm")
PARAMETERS = 4500
COURSES = {
    "adding 50": Course(partial(learning.adding, 50), 1600, (0.001, 0.01)),
    "adding 100": Course(partial(learning.adding, 100), 1600, (0.001, 0.01)),
    "copying 20": Course(partial(learning.copying, 20), 2000, (0.001, 0.01)),
    "reber": Course(learning.reber, 320, (0.001, 0.01)),
    "names": Course(learning.names, 2000, (0.003, 0.01)),
}


def runs(reduced: bool) -> list[Settings]:
    """Every cell on every task at both rates; for tests: adding over 50 steps at the higher rate, tanh and GRU, two seeds."""
    return [
        {"task": task, "cell": cell, "rate": rate, "seed": seed, "steps": 600 if reduced else course.steps}
        for task, course in list(COURSES.items())[: 1 if reduced else None]
        for cell in (CELLS[:2] if reduced else CELLS)
        for rate in (course.rates[1:] if reduced else course.rates)
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(task: str, cell: str, rate: float, seed: int, steps: int) -> list[Row]:
    """Learn, and report eight times how it goes."""
    return learn_course(COURSES[task], cell, PARAMETERS, rate, seed, steps)


EXPERIMENT = Experiment("architectures", "LSTM, GRU or tanh, with the same number of parameters?", runs, measure)
