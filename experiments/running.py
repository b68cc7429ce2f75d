"""Which experiments there are, and how one is run: each run in a process of its own, on one core, several at a time."""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from experiments.plan import Experiment, Row, Settings

NAMES = (
    "gates_and_gradients",
    "reset_gate",
    "architectures",
    "seconds_per_step",
    "depth",
    "forget_bias",
    "exploding",
    "right_context",
    "decoding",
)
"""The experiments, in the order of the questions."""
OPTIONAL = ("chorales",)
"""Experiments that need something that the course does without: they run by their names only."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def load(name: str) -> Experiment:
    """The experiment of one module."""
    found = importlib.import_module(f"experiments.{name}").EXPERIMENT
    assert isinstance(found, Experiment) and found.name == name, name
    return found


def measure(name: str, settings: Settings) -> tuple[list[Row], float]:
    """Make one run in this process: its rows, each beginning with the settings, and the seconds that it took."""
    started = time.perf_counter()
    rows = [{**settings, **row} for row in load(name).measure(**settings)]
    return rows, time.perf_counter() - started


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Processes that are started within take one core each: threads of several matrix products would wait for one another."""
    before = {key: os.environ.get(key) for key in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def run(name: str, reduced: bool, processes: int, advance: Callable[[], object]) -> tuple[list[Row], float]:
    """Make all runs of an experiment, several at a time: rows in the order of the settings, and seconds of all together."""
    experiment = load(name)
    settings = experiment.runs(reduced)
    done: dict[int, list[Row]] = {}
    total = 0.0
    at_a_time = 1 if experiment.alone else processes
    with one_thread_each(), ProcessPoolExecutor(at_a_time, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(measure, name, one): place for place, one in enumerate(settings)}
        for future in as_completed(waiting):
            rows, seconds = future.result()
            done[waiting[future]] = rows
            total += seconds
            advance()
    return [row for place in sorted(done) for row in done[place]], total
