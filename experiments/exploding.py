"""Question 6. Where does the first NaN come from in a training that explodes, and what does clipping do to the direction?

Two parts. "lost": plain recurrent networks, tanh and ReLU, on a task with a squared error and on one with a softmax, in float32,
with learning rates that are too large and without clipping; each number is watched. "clipped": gradients from the training of
tanh networks, clipped in three ways at several limits, and compared with what they were.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from experiments.learning import BATCH_SIZE, TASKS
from experiments.networks import Array, Arrays, Network, loss_and_gradients, start
from experiments.overflow import norm, operation, update
from experiments.plan import Experiment, Row, Settings
from experiments.training import train
from solutions.reference import clip_by_norm, clip_by_value

SEEDS = range(8)
ACTIVATIONS = ("tanh", "relu")
UNITS = 32
SCALE = 1.5  # W_aa begins so many times larger than usual, which makes explosions more likely
TOO_LARGE = (1, 10)  # learning rates of plain gradient descent
LOUD = 100  # times the norm of the first gradient
UPDATES = {"lost": 200, "clipped": 600}
LIMITS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
LOOK_EVERY, LEARNING_RATE = 10, 0.003


def runs(reduced: bool) -> list[Settings]:
    """Two tasks, watched with both activations and clipped with tanh; for tests: adding, one rate, two seeds, fewer updates."""
    tasks, rates, seeds = (("adding",), TOO_LARGE[:1], SEEDS[:2]) if reduced else (("adding", "names"), TOO_LARGE, SEEDS)
    lost = [("lost", task, activation, rate) for task in tasks for activation in ACTIVATIONS for rate in rates]
    clipped = [("clipped", task, "tanh", LEARNING_RATE) for task in tasks]
    return [
        {"part": part, "task": task, "activation": activation, "rate": rate, "seed": seed,
         "updates": 100 if reduced else UPDATES[part]}
        for part, task, activation, rate in lost + clipped
        for seed in seeds
    ]  # fmt: skip  # the settings of one run


def measure(part: str, task: str, activation: str, rate: float, seed: int, updates: int) -> list[Row]:
    """Explode and look where, or train and clip."""
    return [explode(task, activation, rate, seed, updates)] if part == "lost" else clip(task, rate, seed, updates)


def begin(task: str, seed: int) -> Network:
    """A network with a recurrent matrix that is larger than usual."""
    wanted = TASKS[task]()
    network = start(["rnn"], wanted.n_x, [UNITS], wanted.n_y, np.random.default_rng([seed, 0]))
    network.parameters["Waa1"] *= np.float32(SCALE)
    return network


def explode(task: str, activation: str, rate: float, seed: int, updates: int) -> Row:
    """Descend until the first NaN, and say in which update, array and step of time it came, and the first infinity.

    "loud" is the first update whose gradient is LOUD times as long as the first; "flat" is the share of units with slope 0 in
    the last update that was made. Steps of time count from 1. 0 stands for none: for what is no step's, and for what never came.
    """
    draw, rng, theta = TASKS[task]().draw, np.random.default_rng([seed, 1]), stacked(begin(task, seed).parameters)
    row: Row = {"loud": 0, "flat": 0.0} | found("inf") | found("nan") | {"operation": "none"}
    first = 0.0
    with np.errstate(all="ignore"):
        for number in range(1, updates + 1):
            slopes, shares = [], []
            for made in update(theta, draw(rng, BATCH_SIZE), activation, rate):
                slopes += [made.value] * made.array.startswith("dW")
                shares += [shut(made.value, activation)] * (made.array == "a")
                if not row["inf"] and np.any(np.isinf(made.value)):
                    row |= found("inf", number, made.array, made.time)
                if np.any(np.isnan(made.value)):
                    return row | found("nan", number, made.array, made.time) | {"operation": operation(made)}
            row["flat"] = float(np.mean(shares))
            first = first or norm(*slopes)
            if not row["loud"] and norm(*slopes) > LOUD * first:
                row["loud"] = number
    return row


def found(what: str, number: int = 0, array: str = "none", time: int = 0) -> Row:
    """Columns for where something was found."""
    return {what: number, f"{what}_array": array, f"{what}_time": time}


def stacked(parameters: Arrays) -> Arrays:
    """The parameters as one matrix for the states and one for the scores, biases in the last column."""
    below = [parameters["Waa1"], parameters["Wax1"], parameters["ba1"]]
    return {"Wa": np.concatenate(below, axis=1), "Wy": np.concatenate([parameters["Wya"], parameters["by"]], axis=1)}


def shut(a: Array, activation: str) -> float:
    """The share of units whose slope is zero: a ReLU that gives 0, a tanh that has been rounded to 1 or -1."""
    return float(np.mean(a == 0 if activation == "relu" else np.abs(a) == 1))


def clip(task: str, rate: float, seed: int, updates: int) -> list[Row]:
    """Train, and clip some of the gradients on the way at all limits: one row for each way and limit.

    "steps" is the share of gradients that the limit touches at all, "entries" the share of their numbers that it
    touches; "cosine" is the cosine between before and after, the median over the gradients that are touched (1 where
    there is none), "worst" is the smallest.
    """
    draw, rng = TASKS[task]().draw, np.random.default_rng([seed, 1])
    seen: list[Arrays] = []

    def watch(_: int, network: Network) -> bool:
        gradients = loss_and_gradients(network, draw(rng, BATCH_SIZE))[1]
        seen.append({name: value.astype(np.float64) for name, value in gradients.items() if name != "dx"})
        return False

    train(begin(task, seed), lambda: draw(rng, BATCH_SIZE), updates, rate, watch=watch, every=LOOK_EVERY)
    return [{"way": way, "limit": limit} | compared(seen, WAYS[way], limit) for way in WAYS for limit in LIMITS]


def each_by_norm(gradients: Arrays, limit: float) -> Arrays:
    """Clip each array by its own norm."""
    return {name: clip_by_norm({name: value}, limit)[name] for name, value in gradients.items()}


WAYS: dict[str, Callable[[Arrays, float], Arrays]] = {"value": clip_by_value, "norm": clip_by_norm, "each norm": each_by_norm}


def compared(seen: list[Arrays], way: Callable[[Arrays, float], Arrays], limit: float) -> Row:
    """How many of these gradients are clipped, and what that does to their direction."""
    pairs = [(flat(gradients), flat(way(gradients, limit))) for gradients in seen]
    touched = [float(np.mean(before != after)) for before, after in pairs]
    turned = [float(a @ b / (norm(a) * norm(b))) for (a, b), share in zip(pairs, touched, strict=True) if share] or [1.0]
    return {"steps": float(np.mean(np.array(touched) > 0)), "entries": float(np.mean(touched)),
            "cosine": float(np.median(turned)), "worst": min(turned)}  # fmt: skip  # one row


def flat(gradients: Arrays) -> Array:
    """All gradients as one long vector."""
    return np.concatenate([value.ravel() for value in gradients.values()])


QUESTION = "Where does the first NaN come from, and what does clipping do to the direction?"
EXPERIMENT = Experiment("exploding", QUESTION, runs, measure)
