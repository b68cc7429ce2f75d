"""Everything that may go wrong on our side, in one tree. What a student gets wrong is a value, never an exception.

    GraderError
    +-- UsageError          the person who typed the command can mend it           exit code 2
    +-- CourseError         a topic, its checks or its release is not as it must be  exit code 1
    +-- IsolationError      this machine gives no isolation, or it broke             exit code 1
    +-- WireError           bytes that came back from a sandbox break the format     (becomes that student's row)
    +-- RecordError         the gradebook or a results file cannot be written        exit code 1
"""

from __future__ import annotations


class GraderError(Exception):
    """The root: its text is one sentence that says what was wrong, where, and what to do."""

    exit_code = 1


class UsageError(GraderError):
    exit_code = 2


class CourseError(GraderError):
    pass


class IsolationError(GraderError):
    pass


class WireError(GraderError):
    pass


class RecordError(GraderError):
    pass
