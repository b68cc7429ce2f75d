"""Many at once: results as they come, and an end that is told of."""

import os
import time

import pytest

from autograder.engines import Processes
from autograder.errors import GraderError


def slept(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_a_slow_one_keeps_nobody_waiting() -> None:
    assert list(Processes(2).map(slept, [1.0, 0.01, 0.0])) == [0.01, 0.0, 1.0]


def test_a_killed_process_is_one_sentence() -> None:
    with pytest.raises(GraderError, match="run the same command again, with a smaller --jobs"):
        list(Processes(2).map(os._exit, [1]))


def test_whoever_stops_asking_does_not_wait_for_the_rest() -> None:
    start = time.monotonic()
    coming = Processes(1).map(slept, [0.0, *[1.0] * 20])
    assert next(coming) == 0.0
    coming.close()  # type: ignore[attr-defined]  # a generator
    assert time.monotonic() - start < 10
