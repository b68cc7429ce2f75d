"""Which known mistake gives exactly this output? Each wrong row is held against the bank of mistakes."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import Any

import numpy as np

from autograder.cases import Case, cases_of, counts_in
from autograder.compare import difference
from autograder.course import Course, mistaken
from autograder.domain import CheckResult, Exercise, Mistake, Output, Reply, Topic
from autograder.draws import live
from autograder.judge import Answers
from autograder.parts import Absent, pick

KEPT = 256
"""Of how many mistakes values are kept: more than any topic knows, and in a batch of thousands no more."""


def diagnose(
    course: Course, topic: Topic, exercise: Exercise, key: str, answers: Answers, rows: Sequence[CheckResult]
) -> list[CheckResult]:
    """The same rows, the wrong ones with the mistake that reproduces them and its sentence."""
    outputs = {output.name: output for output in exercise.outputs}
    bank = [mistake for mistake in topic.mistakes if mistake.function == exercise.name]
    return [
        _named(course, exercise, bank, key, answers, row, outputs[row.check])
        if row.verdict == "wrong" and row.mistake is None and row.check in outputs else _behaviour(row, answers)
        for row in rows
    ]  # fmt: skip  # one choice a row


def _named(
    course: Course, exercise: Exercise, bank: list[Mistake], key: str, answers: Answers, row: CheckResult, output: Output
) -> CheckResult:
    if answers.replies[0].kind != "returned":
        return _behaviour(row, answers)
    for mistake in bank:
        values = _mistaken_values(course, exercise, mistake, key)
        judged = [counts_in(output, case.drawn) for case in cases_of(course, exercise, key)]
        if _reproduces(list(compress(values, judged)), output, list(compress(answers.replies, judged))):
            return replace(row, mistake=mistake.id, finding=f"{row.finding} {mistake.sentence}".strip())
    return row


def _behaviour(row: CheckResult, answers: Answers) -> CheckResult:
    if row.verdict == "wrong" and answers.replies[0].known_elsewhere:
        return replace(row, mistake="notebook-global")
    return row


@functools.lru_cache(maxsize=KEPT)
def _mistaken_values(course: Course, exercise: Exercise, mistake: Mistake, key: str) -> tuple[Any, ...]:
    """What the mistaken function returns for each case; None where it raises."""
    function = mistaken(mistake, exercise.reference)
    return tuple(_value(function, case) for case in cases_of(course, exercise, key))


def _value(function: Any, case: Case) -> Any:
    try:
        with np.errstate(all="ignore"):
            return function(*live(case.arguments))
    except Exception:  # noqa: BLE001  # a mistaken function may fail in any way on some sizes
        return None


def _reproduces(values: Sequence[Any], output: Output, replies: Sequence[Reply]) -> bool:
    """Whether the mistaken values agree with what came back in every case that gave a value, and there was one."""
    for value, reply in zip(values, replies, strict=True):
        if reply.kind != "returned":
            continue
        try:
            got, wanted = pick(reply.value, output.path), pick(value, output.path)
        except Absent:
            return False
        if wanted is None or difference(output.name, got, wanted, output.axes):
            return False
    return any(reply.kind == "returned" for reply in replies)
