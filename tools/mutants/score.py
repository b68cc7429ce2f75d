"""Judge each mutant of a function as the grader would, but in this process: mutants are ours, not a stranger's."""

from __future__ import annotations

import copy
import inspect
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.cases import Case, cases_of
from autograder.course import Course, load_course, source_of
from autograder.domain import CheckResult, Exercise, Reply, Submission
from autograder.draws import Living, live
from autograder.judge import Answers, judge
from autograder.parts import Absent, pick
from autograder.sandbox.watch import random_states, windows
from autograder.sandbox.wire import decode, encode
from tools.mutants.mutate import Mutant, mutants

SECONDS = 5


@dataclass(frozen=True)
class Score:
    """How many mutants of a function there were, and which of them earned every point."""

    function: str
    total: int
    survivors: tuple[Mutant, ...]

    def summary(self, excused: set[tuple[str, str, str]]) -> dict[str, Any]:
        """The figures of this function."""
        same = sum((one.function, one.old, one.new) in excused for one in self.survivors)
        killed, counted = self.total - len(self.survivors), self.total - same
        return {"function": self.function, "mutants": self.total, "equivalent": same, "killed": killed,
                "share": killed / counted if counted else 1.0}  # fmt: skip  # one table


class TooSlow(Exception):
    """A mutant that does not end."""


def score(root: Path, name: str) -> Score:
    """Make and judge all mutants of one function of a course."""
    course = load_course(root)
    exercise = next(one for topic in course.topics for one in topic.exercises if one.name == name)
    made = list(mutants(name, source_of(exercise.reference)))
    return Score(name, len(made), tuple(one for one in made if survives(course, exercise, one.text)))


def survives(course: Course, exercise: Exercise, text: str) -> bool:
    """Whether a function of this text earns every point of the exercise."""
    namespace = dict(inspect.unwrap(exercise.reference).__globals__)
    exec("from __future__ import annotations\n" + text, namespace)
    return first_finding(exercise, namespace[exercise.name], cases_of(course, exercise, "class")) is None


def first_finding(exercise: Exercise, function: Callable[..., Any], cases: Sequence[Case]) -> CheckResult | None:
    """The first row that is not right; None where every point is earned. It ends with the first case that costs a point."""
    first: Reply | None = None
    for case in (*cases, cases[0]):
        one = reply(function, exercise, case)
        first = first or one
        again, judged = (one, first) if case is cases[0] else (one, one)
        rows = judge(exercise, [case], Answers((judged,), again), Submission("ours", "", ""))
        wrong = next((row for row in rows if row.verdict != "right"), None)
        if wrong:
            return wrong
    return None


def reply(function: Callable[..., Any], exercise: Exercise, case: Case) -> Reply:
    """Call once, as the process in the sandbox does."""
    arguments = live(copy.deepcopy(case.arguments))
    states = random_states()
    signal.signal(signal.SIGALRM, _too_slow)
    signal.setitimer(signal.ITIMER_REAL, SECONDS + exercise.seconds)
    try:
        with np.errstate(all="ignore"):
            value = function(*arguments)
        after = [None if isinstance(sent, Living) else one for sent, one in zip(case.arguments, arguments, strict=True)]
        parts = [_part(value, output.path) for output in exercise.outputs]
        returned = decode(encode(value))
    except Exception as error:  # noqa: BLE001  # a mutant may fail in any way
        return Reply("raised", error=type(error).__name__)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    touched, shared = random_states() != states, tuple(windows(parts, arguments))
    return Reply("returned", returned, after, random_touched=touched, windows=shared)


def _too_slow(*_: object) -> None:
    raise TooSlow


def _part(value: Any, path: tuple[int | str, ...]) -> Any:
    try:
        return pick(value, path)
    except Absent:
        return None
