"""Replies and cases become rows of a grade: what is right, and for what is not, a sentence."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.cases import Absent, Case, pick
from autograder.compare import difference, kind
from autograder.domain import CheckResult, Exercise, Output, Reply, Submission, Value
from autograder.draws import evaluate
from autograder.sentences import place, without_value

UNCHANGED = "inputs unchanged"


@dataclass(frozen=True)
class Answers:
    """What one function gave: a reply for each case, and one more for the first case asked again."""

    replies: tuple[Reply, ...]
    again: Reply

    @classmethod
    def of(cls, replies: Sequence[Reply], cases: Sequence[Case]) -> Answers:
        """Fill up where the process ended early: the last reply says why for all that follow."""
        full = list(replies) + [replies[-1]] * (len(cases) + 1 - len(replies))
        return cls(tuple(full[: len(cases)]), full[len(cases)])


def judge(exercise: Exercise, cases: Sequence[Case], answers: Answers, submission: Submission) -> list[CheckResult]:
    """One row for each output, and one for leaving the inputs as they were."""
    rows = [_judge_output(exercise, output, cases, answers, submission) for output in exercise.outputs]
    return [*rows, _judge_unchanged(exercise, cases, answers, rows)]


def _judge_output(
    exercise: Exercise, output: Output, cases: Sequence[Case], answers: Answers, submission: Submission
) -> CheckResult:
    found = [_finding(exercise, output, case, reply, submission)
             for case, reply in zip(cases, answers.replies, strict=True)]  # fmt: skip  # one pairing
    first = next((index for index, one in enumerate(found) if one), None)
    wrong = CheckResult(exercise.name, output.name, 0, output.points, "wrong")
    if first is not None:
        return replace(wrong, finding=_where(cases[first], first) + str(found[first]))
    if not same(_picked(answers.again, output), _picked(answers.replies[0], output)):
        return replace(wrong, mistake="not-repeatable",
                       finding="The same call twice gives two different answers: does something remember the first call?")  # fmt: skip  # one sentence
    return replace(wrong, points=output.points, verdict="right")


def _finding(exercise: Exercise, output: Output, case: Case, reply: Reply, submission: Submission) -> str | None:
    if reply.kind != "returned":
        return without_value(exercise.name, reply, submission)
    try:
        got = pick(reply.value, output)
    except Absent:
        return _absent(exercise, output, reply.value)
    return difference(output.name, got, _wanted(exercise, output, case, reply), output.axes, output.tolerance)


def _wanted(exercise: Exercise, output: Output, case: Case, reply: Reply) -> Value:
    """The truth; for an output that repeats the others, what it must be beside the learner's own others."""
    if output.own is None:
        return case.truth[output.name]
    mine = {other.name: _picked(reply, other) for other in exercise.outputs if other is not output}
    fits = all(np.shape(mine[name]) == np.shape(case.truth[name]) for name in mine if isinstance(mine[name], np.ndarray))
    if not fits or not all(isinstance(one, np.ndarray) for one in mine.values()):
        return case.truth[output.name]
    return evaluate(output.own, {**case.drawn, **mine})


def _picked(reply: Reply, output: Output) -> Value:
    try:
        return pick(reply.value, output)
    except Absent:
        return None


def _absent(exercise: Exercise, output: Output, value: Value) -> str:
    first = output.path[0]
    if isinstance(first, int):
        return f"`{exercise.name}` returns {kind(value)}; it must return a tuple of {len(exercise.outputs)}."
    if not isinstance(value, dict):
        return f"`{exercise.name}` returns {kind(value)}; it must return a dictionary."
    return f"`{exercise.name}` returns a dictionary without the key `{first}`."


def _where(case: Case, index: int) -> str:
    """Words for the special case that alone goes wrong; none when the general case does."""
    if index == 0:
        return ""
    special = [f"{axis} = 1" for axis in ("m", "T_x") if case.sizes.get(axis) == 1]
    return f"Where {' and '.join(special)}: " if special else "For other sizes: "


def _judge_unchanged(
    exercise: Exercise, cases: Sequence[Case], answers: Answers, rows: Sequence[CheckResult]
) -> CheckResult:
    row = CheckResult(exercise.name, UNCHANGED, 0, exercise.unchanged_points, "wrong")
    names = list(inspect.signature(exercise.reference).parameters)
    for case, reply in zip(cases, answers.replies, strict=True):
        if reply.kind != "returned" or not isinstance(reply.arguments_after, list):
            continue
        for name, before, after in zip(names, case.arguments, reply.arguments_after):  # noqa: B905  # the reply may be short
            changed = None if callable(before) else changed_part(name, before, after)
            if changed:
                return replace(row, mistake="input-overwritten",
                               finding=f"`{changed}` is not what it was before the call: something writes into an input. "
                               "Look for `+=`, `*=`, `out=` and assignments into a part of it; work on a copy.")  # fmt: skip  # one sentence
    if not any(one.verdict == "right" for one in rows):
        return replace(row, finding="Nothing is right yet, so there is nothing to keep unchanged.")
    return replace(row, points=row.max_points, verdict="right")


def changed_part(name: str, before: Value, after: Value) -> str | None:
    """The first part of an input that is no longer what it was, to nine digits; None when all is as before."""
    if isinstance(before, dict) and isinstance(after, dict):
        missing = [key for key in before if key not in after]
        parts = ((f"{name}[{key!r}]", before[key], after[key]) for key in before if key in after)
        return f"{name}[{missing[0]!r}]" if missing else next(filter(None, (changed_part(*part) for part in parts)), None)
    if isinstance(before, (tuple, list)) and isinstance(after, (tuple, list)) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return next(filter(None, (changed_part(f"{name}[{index}]", *pair) for index, pair in pairs)), None)
    return None if same(before, after) else name


def same(one: Value, other: Value) -> bool:
    """Whether two values that came over the wire are equal, arrays to nine digits."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        fits = one.shape == other.shape and one.dtype == other.dtype
        return fits and bool(np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True))
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and (one == other or one != one)
