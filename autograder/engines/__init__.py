"""Many at once behind one method: ``map(function, items)`` yields results as they come."""

from __future__ import annotations

from autograder.engines.processes import Processes
from autograder.engines.serial import Serial

__all__ = ["Processes", "Serial", "engine_for"]


def engine_for(jobs: int) -> Serial | Processes:
    """The engine for a number of jobs."""
    return Serial() if jobs <= 1 else Processes(jobs)
