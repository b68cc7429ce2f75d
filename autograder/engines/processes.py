"""Several at once, in processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from autograder.errors import GraderError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Processes:
    """``jobs`` processes. The function and the items must survive pickling."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Results as they come. Raises GraderError when one of the processes was killed."""
        pool = ProcessPoolExecutor(self._jobs, initializer=_end_with_the_grader)
        try:
            for one in as_completed([pool.submit(function, item) for item in items]):
                yield one.result()
        except BrokenProcessPool:
            raise GraderError(
                "A process that was grading was killed (was memory short?): run the same command again, with a smaller --jobs."
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _end_with_the_grader() -> None:
    """A process of a pool waits for work for ever, also when nobody is left to give it any: here it ends with who started it."""
    grader = multiprocessing.parent_process()

    def watch() -> None:
        if grader is not None:
            grader.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
