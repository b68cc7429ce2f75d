"""Several at once, in processes of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Processes:
    """``jobs`` processes. The function and the items must survive pickling."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Results in order, each as soon as it and all before it are there."""
        with ProcessPoolExecutor(self._jobs) as pool:
            yield from pool.map(function, items)
