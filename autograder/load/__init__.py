"""What students hand in, as Submissions: tolerant of damage, never of ambiguity, and never running anything."""

from autograder.load.find import Found, find
from autograder.load.read import read_submission

__all__ = ["Found", "find", "read_submission"]
