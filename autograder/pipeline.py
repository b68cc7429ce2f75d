"""The order of things: find, load, grade. Recording and reporting are for whoever asked."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import itertools
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.domain import Grade, Submission, Topic
from autograder.engines import engine_for
from autograder.errors import CourseError, GraderError
from autograder.grade import Grading, grade_submission
from autograder.journal import Journal, open_journal
from autograder.keys import Secret, course_secret
from autograder.load import Found, find, names_archive, private_folder, read_submission, remove_abandoned
from autograder.sandbox import Isolation, Limits


@dataclass(frozen=True)
class Batch:
    """What is graded, and how: small enough to travel to another process, enough to begin there from nothing.

    ``assignment`` names a topic; ``functions``, if any, are judged by name instead, in notebooks that were never ours.
    Without a ``secret`` inputs are drawn by the course's own.
    """

    root: Path
    assignment: str
    isolation: Isolation
    functions: tuple[str, ...] = ()
    limits: Limits = Limits()
    secret: Secret | None = None

    @property
    def topic(self) -> Topic:
        course = load_course(self.root)
        return course.topic_of(list(self.functions)) if self.functions else course.topic(self.assignment)


@dataclass(frozen=True)
class Run:
    """A batch under way: how many submissions, how many of them an earlier run has graded, and all grades as they come.

    ``notice`` is a sentence for whoever typed the command, mostly empty.
    """

    count: int
    before: int
    grades: Iterator[Grade]
    notice: str = ""


@contextlib.contextmanager
def recorded(batch: Batch, paths: Iterable[Path], out: Path, jobs: int = 1, student: str | None = None) -> Iterator[Run]:
    """Grade beside a journal of the results file ``out``: what an earlier run of the same batch has graded is taken over.

    Results and gradebook are written before the block ends; the journal is removed when it ends well. Raises UsageError
    before anything is run, and RecordError.
    """
    paths = list(paths)
    with _submissions(batch, paths, student) as found, open_journal(out, description(batch, paths)) as journal:
        before = _taken_over(batch, found, journal.grades)
        rest = [one for one in found if one.student not in before]
        with contextlib.closing(_graded(batch, rest, jobs)) as coming:
            kept = _kept(journal, coming)
            yield Run(len(found), len(before), itertools.chain(before.values(), kept), journal.notice)
        journal.remove()


def description(batch: Batch, paths: Iterable[Path]) -> dict[str, Any]:
    """All that must be the same for a grade of an earlier run to count in this one, and for no other to be lost by it."""
    grading = _grading(batch)
    release = "" if batch.functions else hashlib.sha256(json.dumps(release_of(batch)).encode()).hexdigest()
    return {
        "assignment": grading.topic.assignment,
        "functions": sorted(set(batch.functions)),
        "checks": grading.topic.checks_version,
        "inputs": grading.secret.fingerprint,
        "release": release,
        "isolation": grading.isolation.level,
        "limits": dataclasses.asdict(grading.limits),
        "submissions": sorted(str(path.resolve()) for path in paths),
    }


def _taken_over(batch: Batch, found: Sequence[Found], grades: Iterable[Grade]) -> dict[str, Grade]:
    """The grades of an earlier run, by student, of what is handed in still: the same bytes, under the same flags."""
    last = {grade.student: grade for grade in grades}
    return {one.student: last[one.student] for one in found if one.student in last and _is_of(batch, one, last[one.student])}


def _is_of(batch: Batch, found: Found, grade: Grade) -> bool:
    """Whether a grade is the one of this file. What cannot be read is looked at again, for the sentence about it."""
    try:
        one = load_one(batch, found)
    except Exception:  # noqa: BLE001  # grading it meets the same trouble, and has words for it
        return False
    return not one.refusal and (one.sha256, one.flags) == (grade.submission_sha256, grade.flags)


def _kept(journal: Journal, grades: Iterable[Grade]) -> Iterator[Grade]:
    """Each grade, once it is on the disk."""
    for grade in grades:
        journal.add(grade)
        yield grade


def grade_all(batch: Batch, paths: Iterable[Path], jobs: int = 1, student: str | None = None) -> tuple[int, Iterator[Grade]]:
    """How many submissions there are, and their grades as they come. Raises UsageError before anything is run."""
    with contextlib.ExitStack() as until_graded:
        found = until_graded.enter_context(_submissions(batch, paths, student))
        return len(found), _within(until_graded.pop_all(), _graded(batch, found, jobs))


@contextlib.contextmanager
def _submissions(batch: Batch, paths: Iterable[Path], student: str | None) -> Iterator[Sequence[Found]]:
    """What is to be graded. What archives hold lies in a folder that only this user can open, until all is graded."""
    remove_abandoned()
    paths = list(paths)
    with private_folder() if any(map(names_archive, paths)) else contextlib.nullcontext() as private:
        yield find(paths, batch.topic, student, private)


def _graded(batch: Batch, found: Sequence[Found], jobs: int) -> Generator[Grade, None, None]:
    batch = dataclasses.replace(batch, secret=_grading(batch).secret)  # the same for all, whatever becomes of its file
    _grading(batch)  # before processes are made: they inherit it
    yield from engine_for(min(jobs, len(found))).map(functools.partial(grade_one, batch), found)


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
    secret = batch.secret or course_secret(batch.root)
    return Grading(load_course(batch.root), batch.topic, batch.isolation, secret, batch.limits)


@functools.cache
def release_of(batch: Batch) -> dict[str, Any]:
    """The released notebook that submissions are held against. Raises CourseError."""
    path = load_course(batch.root).release(batch.topic)
    try:
        release: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        raise CourseError(f"The release {path} cannot be read: run `make exercises`.") from None
    return release
