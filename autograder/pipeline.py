"""The order of things: find, load, grade. Recording and reporting are for whoever asked."""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.domain import Grade, Submission, Topic
from autograder.engines import engine_for
from autograder.errors import CourseError, GraderError
from autograder.grade import Grading, grade_submission
from autograder.load import Found, find, names_archive, read_submission
from autograder.sandbox import Isolation, Limits


@dataclass(frozen=True)
class Batch:
    """What is graded, and how: small enough to travel to another process, enough to begin there from nothing.

    ``assignment`` names a topic; ``functions``, if any, are judged by name instead, in notebooks that were never ours.
    """

    root: Path
    assignment: str
    isolation: Isolation
    functions: tuple[str, ...] = ()
    limits: Limits = Limits()

    @property
    def topic(self) -> Topic:
        course = load_course(self.root)
        return course.topic_of(list(self.functions)) if self.functions else course.topic(self.assignment)


def grade_all(batch: Batch, paths: Iterable[Path], jobs: int = 1, student: str | None = None) -> tuple[int, Iterator[Grade]]:
    """How many submissions there are, and their grades as they come. Raises UsageError before anything is run.

    What archives hold lies in a folder that only this user can open, until the last grade has come.
    """
    paths = list(paths)
    with contextlib.ExitStack() as until_graded:
        private = None
        if any(map(names_archive, paths)):
            private = Path(until_graded.enter_context(tempfile.TemporaryDirectory(prefix="autograder-")))
        found: Sequence[Found] = find(paths, batch.topic, student, private)
        _grading(batch)
        coming = engine_for(min(jobs, len(found))).map(functools.partial(grade_one, batch), found)
        return len(found), _within(until_graded.pop_all(), coming)


def _within(until_graded: contextlib.ExitStack, grades: Iterator[Grade]) -> Iterator[Grade]:
    with until_graded:
        yield from grades


def grade_one(batch: Batch, found: Found) -> Grade:
    """One file, from disk to grade. If the grader itself fails on it, that is this one's row and stops no other."""
    try:
        return grade_submission(_grading(batch), load_one(batch, found))
    except GraderError:
        raise
    except Exception as error:  # noqa: BLE001  # the wall between one submission's trouble and all others
        sentence = f"The grader failed on this submission ({type(error).__name__}). The fault is the grader's: please report it."
        flags = (*found.flags, "grader-error")
        return grade_submission(_grading(batch), Submission(found.student, batch.topic.assignment, "", (), flags, sentence))


def load_one(batch: Batch, found: Found) -> Submission:
    """One file as a submission of the batch's topic."""
    grading = _grading(batch)
    release = None if batch.functions else release_of(batch)
    name = grading.topic.name if batch.functions else grading.topic.assignment
    return read_submission(found, name, release)


@functools.cache
def _grading(batch: Batch) -> Grading:
    return Grading(load_course(batch.root), batch.topic, batch.isolation, batch.limits)


@functools.cache
def release_of(batch: Batch) -> dict[str, Any]:
    """The released notebook that submissions are held against. Raises CourseError."""
    path = load_course(batch.root).release(batch.topic)
    try:
        release: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        raise CourseError(f"The release {path} cannot be read: run `make exercises`.") from None
    return release
