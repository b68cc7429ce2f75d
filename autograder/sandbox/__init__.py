"""Source text and inputs go in, arrays come out: a student's code runs in here and nowhere else."""

from autograder.sandbox.levels import Isolation, find_isolation
from autograder.sandbox.session import Limits, Session

__all__ = ["Isolation", "Limits", "Session", "find_isolation"]
