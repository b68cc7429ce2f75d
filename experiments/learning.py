"""What several experiments share: the tasks under one form, and one run of learning on one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import inf, log
from statistics import median
from typing import NamedTuple

import numpy as np

from experiments import tasks
from experiments.networks import Network, count, evaluate, size_for, start
from experiments.plan import Row
from experiments.results import chosen
from experiments.tasks import Batch, Generator
from experiments.training import train

TEST_SEED, TEST_SIZE, BATCH_SIZE = 12345, 500, 32


class Task(NamedTuple):
    """A task to learn.

    Attributes
    ----------
    n_x, n_y : how many inputs and outputs
    draw : draw(rng, m) gives a batch to learn from
    test : examples that are the same for every network and every seed
    score : score(loss, share right) is what is reported of the test, smaller is better
    baseline : the score of who knows what the answers are like, and nothing of the inputs
    """

    n_x: int
    n_y: int
    draw: Callable[[Generator, int], Batch]
    test: Batch
    score: Callable[[float, float], float]
    baseline: float


def endless(
    n_x: int, n_y: int, draw: Callable[[Generator, int], Batch], score: Callable[[float, float], float], baseline: float
) -> Task:
    """A task that can draw as many examples as anyone wants."""
    return Task(n_x, n_y, draw, draw(np.random.default_rng(TEST_SEED), TEST_SIZE), score, baseline)


def loss_itself(loss: float, right: float) -> float:
    """Mean squared error, or nats per step."""
    return loss


def share_wrong(loss: float, right: float) -> float:
    """How many of the answers are wrong."""
    return 1 - right


def bits(loss: float, right: float) -> float:
    """Bits per character."""
    return loss / log(2)


def adding(steps: int) -> Task:
    """The adding problem over so many steps; mean squared error, baseline 1/6."""
    return endless(2, 1, lambda rng, m: tasks.adding(rng, m, steps), loss_itself, 1 / 6)


def adding_afresh(steps: int) -> Task:
    """The adding problem with a sign to begin afresh; mean squared error, baseline 1/6."""
    return endless(3, 1, lambda rng, m: tasks.adding_afresh(rng, m, steps), loss_itself, 1 / 6)


def copying(delay: int) -> Task:
    """Copying after so many silent steps; nats per step, baseline 10 ln 8 / (delay + 20)."""
    return endless(10, 10, lambda rng, m: tasks.copying(rng, m, delay), loss_itself, 10 * log(8) / (delay + 20))


def reber() -> Task:
    """The embedded Reber grammar; share of wrong answers at the letter that needs memory, baseline 1/2."""
    return endless(7, 7, tasks.embedded_reber, share_wrong, 0.5)


def names() -> Task:
    """First names, letter by letter; bits per character on names held out, baseline: 27 characters, all as likely."""
    learned, held_out = tasks.names()

    def draw(rng: Generator, m: int) -> Batch:
        return tasks.spelled([learned[i] for i in rng.integers(len(learned), size=m)])

    return Task(27, 27, draw, tasks.spelled(held_out), bits, log(27) / log(2))


def stream(steps: int) -> Task:
    """Names one after the other, stretches of so many letters; bits per character on names held out, baseline as for names."""
    learned, held_out = tasks.names()
    test = tasks.stream(np.random.default_rng(TEST_SEED), TEST_SIZE // 2, held_out, steps)
    return Task(27, 27, lambda rng, m: tasks.stream(rng, m, learned, steps), test, bits, log(27) / log(2))


TASKS: dict[str, Callable[[], Task]] = {
    "adding": partial(adding, 60), "copying": partial(copying, 20), "reber": reber, "names": names,
}  # fmt: skip  # one table


def learn(
    task: Task, cells: Sequence[str], sizes: Sequence[int], seed: int, steps: int, learning_rate: float = 0.003,
    forget_bias: float = 1.0, points: int = 1,
) -> list[Row]:  # fmt: skip  # what is learnt, then how
    """Train one network on one task, and report at so many points, evenly, how it does on the test examples.

    Returns rows with "parameters", "step", "score" and "right", the share of right answers. The seed draws the first weights
    and the examples; networks with the same seed and different cells see the same examples.
    """
    network = start(cells, task.n_x, sizes, task.n_y, np.random.default_rng([seed, 0]), forget_bias)
    examples = np.random.default_rng([seed, 1])
    rows: list[Row] = []

    def watch(step: int, network: Network) -> bool:
        loss, right = evaluate(network, task.test)
        rows.append({"parameters": count(network), "step": step, "score": task.score(loss, right), "right": right})
        return False

    train(network, lambda: task.draw(examples, BATCH_SIZE), steps, learning_rate, watch=watch, every=steps // points)
    return rows


class Course(NamedTuple):
    """A task, how many steps of training it gets, and the rates of learning at which each network tries it."""

    task: Callable[[], Task]
    steps: int
    rates: tuple[float, ...]


def learn_course(course: Course, cell: str, parameters: int, rate: float, seed: int, steps: int, layers: int = 1) -> list[Row]:
    """Learn a course's task with layers of so many parameters in all, and report eight times how it goes."""
    task = course.task()
    units = size_for(parameters, cell, task.n_x, task.n_y, layers)
    return learn(task, [cell] * layers, [units] * layers, seed, steps, learning_rate=rate, points=8)


def at_best_rate(rows: Sequence[Row], **where: object) -> list[Row]:
    """The rows that have these values, at the rate of learning whose last scores have the smallest median.

    Where medians are equal, those of the earlier scores decide. The last scores are those of the test that is reported, so all
    of them are a little too good, each network's in the same way.
    """
    own = [row for row in rows if all(row[key] == value for key, value in where.items())]

    def medians(rate: float) -> list[float]:
        at = [row for row in own if row["rate"] == rate]
        return [median(chosen(at, "score", step=step)) for step in sorted({row["step"] for row in at}, reverse=True)]

    best = min(sorted({row["rate"] for row in own}), key=medians)
    return [row for row in own if row["rate"] == best]


def last_scores(rows: Sequence[Row]) -> list[float]:
    """The scores at the end of training, one for each run."""
    return [row["score"] for row in rows if row["step"] == row["steps"]]


def steps_until(rows: Sequence[Row], level: float) -> list[float]:
    """After how many steps each seed's score was below a level for the first time; infinite where it never was."""
    seeds = sorted({row["seed"] for row in rows})
    return [min((row["step"] for row in rows if row["seed"] == seed and row["score"] < level), default=inf) for seed in seeds]
