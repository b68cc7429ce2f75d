"""Question 2. Why a second gate: could W_c not learn by itself what Gamma_r does?

The full GRU against the simplified one with as many units as make the number of parameters equal, on five tasks. In two of them a
sign says that what came before no longer matters, which is what the second gate should be good for. Each learns at two rates.
"""

from __future__ import annotations

from functools import partial

from experiments import learning
from experiments.learning import Course, learn_course
from experiments.plan import Experiment, Row, Settings

SEEDS = range(5)
CELLS = ("gru", "simplified_gru")
PARAMETERS = 4500
RATES = (0.003, 0.01)
COURSES = {
    "adding": Course(partial(learning.adding, 40), 800, RATES),
    "adding afresh": Course(partial(learning.adding_afresh, 40), 800, RATES),
    "copying": Course(partial(learning.copying, 20), 1200, RATES),
    "names": Course(learning.names, 1200, RATES),
    "stream": Course(partial(learning.stream, 30), 800, RATES),
}


def runs(reduced: bool) -> list[Settings]:
    """Both units on every task at both rates; for tests: beginning afresh at the higher rate, two seeds."""
    chosen = {"adding afresh": COURSES["adding afresh"]} if reduced else COURSES
    return [
        {"task": task, "cell": cell, "rate": rate, "seed": seed, "steps": 400 if reduced else course.steps}
        for task, course in chosen.items()
        for cell in CELLS
        for rate in (RATES[1:] if reduced else RATES)
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(task: str, cell: str, rate: float, seed: int, steps: int) -> list[Row]:
    """Learn, and report eight times how it goes."""
    return learn_course(COURSES[task], cell, PARAMETERS, rate, seed, steps)


EXPERIMENT = Experiment("reset_gate", "Could W_c learn what the second gate of a GRU does?", runs, measure)
