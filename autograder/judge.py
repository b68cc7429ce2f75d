"""Replies and cases become rows of a grade: what is right, and for what is not, a sentence."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.cases import Case, counts_in
from autograder.compare import difference, kind
from autograder.domain import CheckResult, Exercise, Output, Reply, Submission, Value
from autograder.draws import Living, evaluate
from autograder.parts import NOT_REPEATABLE, OVERWRITTEN, RANDOM_TOUCHED, WINDOW, Absent, changed_part, pick, same
from autograder.sentences import without_value

UNCHANGED = "inputs unchanged"
ANY_VALUES = float("inf")
MORE_ENTRIES = 1000  # than four times those that are due: what a rule looks at may be of any size, and it looks at each


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
    judged = [(case, reply) for case, reply in zip(cases, answers.replies, strict=True) if counts_in(output, case.drawn)]
    found = [_finding(exercise, output, case, reply, submission) for case, reply in judged]
    first = next((index for index, one in enumerate(found) if one), None)
    wrong = CheckResult(exercise.name, output.name, 0, output.points, "wrong")
    if first is not None:
        return replace(wrong, finding=_where(judged[first][0], first) + str(found[first]))
    if not same(_picked(answers.again.value, output), _picked(answers.replies[0].value, output)):
        return replace(wrong, mistake="not-repeatable", finding=NOT_REPEATABLE)
    return replace(wrong, points=output.points, verdict="right")


def _finding(exercise: Exercise, output: Output, case: Case, reply: Reply, submission: Submission) -> str | None:
    if reply.kind != "returned":
        return without_value(exercise.name, reply, submission)
    return what_is_wrong(exercise, output, case, reply.value)


def what_is_wrong(exercise: Exercise, output: Output, case: Case, returned: Value) -> str | None:
    """One sentence about one output of what a call returned; None when it is right."""
    try:
        got = pick(returned, output.path)
    except Absent:
        return _absent(exercise, output, returned)
    if output.rule:
        return _by_rule(exercise, output, case, returned, got)
    return difference(output.name, got, _wanted(exercise, output, case, returned), output.axes, output.tolerance)


def _by_rule(exercise: Exercise, output: Output, case: Case, returned: Value, got: Value) -> str | None:
    """The rule's sentence. Where the axes are given, the form is looked at first, so that a rule meets what it expects."""
    found = difference(output.name, got, case.truth[output.name], output.axes, ANY_VALUES) if output.axes else None
    if found:
        return found
    mine = {one.name: _picked(returned, one) for one in exercise.outputs}
    if max(map(entries, mine.values())) > 4 * max(map(entries, case.truth.values())) + MORE_ENTRIES:
        return f"`{exercise.name}` returns far more than the docstring describes."
    try:
        with np.errstate(all="ignore"):
            said = evaluate(output.rule, {**case.names, **mine})
    except Exception:  # noqa: BLE001  # what came back may be anything, and a rule may expect more than that
        return f"`{output.name}` has not the form that the docstring describes."
    return f"`{output.name}` {said}" if said else None


def entries(value: Value) -> int:
    """How many single things there are in a value: entries of arrays, letters of texts, and all else one each."""
    if isinstance(value, (dict, tuple, list)):
        return 1 + sum(entries(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return value.size if isinstance(value, np.ndarray) else len(value) if isinstance(value, str) else 1


def _wanted(exercise: Exercise, output: Output, case: Case, returned: Value) -> Value:
    """The truth; for an output that repeats the others, what it must be beside the learner's own others."""
    if output.own is None:
        return case.truth[output.name]
    others = [other for other in exercise.outputs if other is not output and other.name in case.truth]
    mine = {other.name: _picked(returned, other) for other in others}
    fits = all(np.shape(mine[name]) == np.shape(case.truth[name]) for name in mine if isinstance(mine[name], np.ndarray))
    if not fits or not all(isinstance(one, np.ndarray) for one in mine.values()):
        return case.truth[output.name]
    return evaluate(output.own, {**case.drawn, **mine})


def _picked(returned: Value, output: Output) -> Value:
    try:
        return pick(returned, output.path)
    except Absent:
        return None


def _absent(exercise: Exercise, output: Output, value: Value) -> str:
    first = output.path[0]
    if isinstance(first, int):
        return f"`{exercise.name}` returns {kind(value)}; see in the docstring which place `{output.name}` has."
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
    for case, reply in zip(cases, answers.replies, strict=True):
        if reply.kind == "returned":
            mistake, finding = _side_effect(exercise, case, reply)
            if finding:
                return replace(row, mistake=mistake, finding=finding)
    if not any(one.verdict == "right" for one in rows):
        return replace(row, finding="Nothing is right yet, so there is nothing to keep unchanged.")
    return replace(row, points=row.max_points, verdict="right")


def _side_effect(exercise: Exercise, case: Case, reply: Reply) -> tuple[str, str]:
    """What a call did beside returning: the mistake's name and its sentence; empty when nothing."""
    changed = _overwritten(exercise, case, reply)
    if changed:
        return "input-overwritten", OVERWRITTEN.format(part=changed)
    if reply.random_touched:
        return "global-random-state", RANDOM_TOUCHED
    judged = dict(enumerate(exercise.outputs))
    shared = [judged[index].name for index in reply.windows if index in judged and not judged[index].holds_inputs]
    return ("window-on-input", WINDOW.format(output=shared[0])) if shared else ("", "")


def _overwritten(exercise: Exercise, case: Case, reply: Reply) -> str | None:
    """The part of the inputs that is not as it was."""
    if reply.arguments_after is None:
        return "an input" if reply.overwritten else None
    names = list(inspect.signature(exercise.reference).parameters)
    if len(reply.arguments_after) != len(case.arguments):
        return names[0]
    triples = zip(names, case.arguments, reply.arguments_after)  # noqa: B905  # there may be more parameters than arguments
    changed = (changed_part(*triple) for triple in triples if not isinstance(triple[1], Living))
    return next(filter(None, changed), None)
