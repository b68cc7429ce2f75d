"""Question 4. Are three recurrent layers enough?

One to four layers of GRUs with the same number of parameters in all, so that the deeper network is the narrower one, on a task of
language and on one of memory. Each learns at two rates.
"""

from __future__ import annotations

from functools import partial

from experiments import learning
from experiments.learning import Course, learn_course
from experiments.plan import Experiment, Row, Settings

SEEDS = range(5)
LAYERS = (1, 2, 3, 4)
PARAMETERS = 6000
RATES = (0.003, 0.01)
COURSES = {
    "names": Course(learning.names, 4000, RATES),
    "adding": Course(partial(learning.adding, 40), 640, RATES),
}


def runs(reduced: bool) -> list[Settings]:
    """Every depth on both tasks at both rates; for tests: one and four layers on names, at the higher rate, two seeds."""
    chosen = {"names": COURSES["names"]} if reduced else COURSES
    return [
        {"task": task, "layers": layers, "rate": rate, "seed": seed, "steps": 400 if reduced else course.steps}
        for task, course in chosen.items()
        for layers in (LAYERS[::3] if reduced else LAYERS)
        for rate in (RATES[1:] if reduced else RATES)
        for seed in SEEDS[: 2 if reduced else None]
    ]


def measure(task: str, layers: int, rate: float, seed: int, steps: int) -> list[Row]:
    """Learn, and report eight times how it goes."""
    return learn_course(COURSES[task], "gru", PARAMETERS, rate, seed, steps, layers)


EXPERIMENT = Experiment("depth", "Are three recurrent layers enough?", runs, measure)
