"""One submission, from its text to its grade: ask the sandbox, judge, diagnose; function by function."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.cases import cases_of, counts_in
from autograder.course import Course
from autograder.diagnose import diagnose
from autograder.domain import CheckResult, Exercise, Grade, Made, Submission, Topic
from autograder.draws import evaluate
from autograder.judge import UNCHANGED, Answers, judge
from autograder.keys import Secret, student_key
from autograder.sandbox import Isolation, Limits, Session


@dataclass(frozen=True)
class Grading:
    """Everything that is the same for a whole batch."""

    course: Course
    topic: Topic
    isolation: Isolation
    secret: Secret
    limits: Limits = Limits()

    def key_of(self, submission: Submission) -> str:
        """What one student's inputs are drawn by."""
        return student_key(self.secret, submission.assignment, submission.student)


def grade_submission(grading: Grading, submission: Submission) -> Grade:
    """The grade of one submission; whatever it does becomes rows."""
    start = time.perf_counter()
    rows = _refused(grading.topic, submission) if submission.refusal else _graded(grading, submission)
    return Grade(
        student=submission.student,
        assignment=submission.assignment,
        submission_sha256=submission.sha256,
        checks_version=grading.topic.checks_version,
        isolation=grading.isolation.level,
        score=sum(row.points for row in rows),
        max_score=grading.topic.max_score,
        seconds=round(time.perf_counter() - start, 3),
        flags=submission.flags,
        checks=tuple(rows),
        draws_fingerprint=grading.secret.fingerprint,
    )


def _refused(topic: Topic, submission: Submission) -> list[CheckResult]:
    finding = submission.refusal or ""
    parts = [(exercise.name, output.name, output.points) for exercise in topic.exercises for output in exercise.outputs]
    parts += [(exercise.name, UNCHANGED, exercise.unchanged_points) for exercise in topic.exercises]
    return [CheckResult(function, check, 0, points, "could-not-tell", finding) for function, check, points in parts]


def _graded(grading: Grading, submission: Submission) -> list[CheckResult]:
    rows: dict[str, list[CheckResult]] = {}
    with Session(grading.isolation, grading.limits) as session:
        for exercise in grading.topic.exercises:
            rows[exercise.name] = _attempt(grading, submission, exercise, session)
            if exercise.arguments and not _right(rows[exercise.name]):
                own = _attempt(grading, submission, exercise, session, own=True)
                rows[exercise.name] = max(rows[exercise.name], own, key=_worth)
        _forgive_own_layouts(grading, submission, session, rows)
    _ask_again(grading, submission, rows)
    return [row for exercise in grading.topic.exercises for row in rows[exercise.name]]


def _forgive_own_layouts(
    grading: Grading, submission: Submission, session: Session, rows: dict[str, list[CheckResult]]
) -> None:
    """Give the points for a cache of the learner's own layout, if the function that takes it is right on it.

    A cache that counts in some cases only stands or falls with the checks that look at such cases.
    """
    exercises = {exercise.name: exercise for exercise in grading.topic.exercises}
    looking_at = functools.partial(_looking_at, grading, submission)
    for exercise in exercises.values():
        caches = [output for output in exercise.outputs if output.taken_by in exercises]
        wrong = _not_right(rows[exercise.name])
        others = wrong - {output.name for output in caches}
        hopeful = [one for one in caches if one.name in wrong and not others & looking_at(exercise, one.where)]
        takers = {output.taken_by: exercises[output.taken_by] for output in hopeful}
        lost = {name: _not_right(_attempt(grading, submission, one, session, own=True)) for name, one in takers.items()}
        agreed = {one.name for one in hopeful if not lost[one.taken_by] & looking_at(takers[one.taken_by], one.where)}
        rows[exercise.name] = [_right_row(row) if row.check in agreed else row for row in rows[exercise.name]]


def _looking_at(grading: Grading, submission: Submission, exercise: Exercise, condition: str) -> set[str]:
    """The checks of an exercise that look at a case where a condition on the inputs holds; all where there is none."""
    cases = cases_of(grading.course, exercise, grading.key_of(submission))
    drawn = [case.drawn for case in cases if not condition or evaluate(condition, case.drawn)]
    return {UNCHANGED, *(output.name for output in exercise.outputs if any(counts_in(output, one) for one in drawn))}


def _not_right(rows: Sequence[CheckResult]) -> set[str]:
    return {row.check for row in rows if row.verdict != "right"}


def _right_row(row: CheckResult) -> CheckResult:
    return replace(row, points=row.max_points, verdict="right", finding="", mistake=None)


def _ask_again(grading: Grading, submission: Submission, rows: dict[str, list[CheckResult]]) -> None:
    """Judge a wrong function that calls another wrong one once more, with that other one answered from outside.

    The answers come from references, so this runs in a second sandbox, in the order of the exercises: nothing asked
    there can reach the place where the other function itself is judged. The better row of the two stays for each check:
    more points, then a mistake that could be named.
    """
    with Session(grading.isolation, grading.limits) as session:
        for exercise in grading.topic.exercises:
            wrong = [name for name in exercise.needs if not _right(rows.get(name))]
            if wrong and not _right(rows[exercise.name]):
                second = _attempt(grading, submission, exercise, session, wrong)
                pairs = zip(rows[exercise.name], second, strict=True)
                rows[exercise.name] = [max(pair, key=lambda row: (row.points, row.mistake is not None)) for pair in pairs]


def _worth(rows: Sequence[CheckResult]) -> tuple[float, int]:
    return sum(row.points for row in rows), sum(row.mistake is not None for row in rows)


def _right(rows: Sequence[CheckResult] | None) -> bool:
    return rows is not None and all(row.verdict == "right" for row in rows)


def _attempt(
    grading: Grading,
    submission: Submission,
    exercise: Exercise,
    session: Session,
    given: Sequence[str] = (),
    *,
    own: bool = False,
) -> list[CheckResult]:
    """Ask and judge once. With ``own`` the arguments are made inside, by the learner's functions: a cache may then have
    any inner layout on which the learner's forward and backward functions agree."""
    key = grading.key_of(submission)
    cases = cases_of(grading.course, exercise, key)
    asked = (*cases, cases[0])
    calls = [Made(exercise.arguments[: len(one.arguments)], one.drawn) if own else one.arguments for one in asked]
    references = {name: grading.course.references[name] for name in given}
    paths = [output.path for output in exercise.outputs]
    replies = session.run(exercise.name, submission.cells, calls, references, paths=paths, seconds=exercise.seconds)
    answers = Answers.of(replies, cases)
    rows = judge(exercise, cases, answers, submission)
    return diagnose(grading.course, grading.topic, exercise, key, answers, rows)
