"""What students hand in, as Submissions: tolerant of damage, never of ambiguity, and never running anything."""

from autograder.load.find import Found, find, names_archive
from autograder.load.private import private_folder, remove_abandoned
from autograder.load.read import read_submission

__all__ = ["Found", "find", "names_archive", "private_folder", "read_submission", "remove_abandoned"]
