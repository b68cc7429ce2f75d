"""The nouns, frozen. Verbs are functions in the rooms that use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Value = Any  # None, bool, int, float, str, NumPy array, tuple, list, dict of these, draws.Living
Sizes = Mapping[str, int]
Verdict = Literal["right", "wrong", "could-not-tell"]
Role = Literal["given", "answer", "extra"]


@dataclass(frozen=True)
class Output:
    """One thing that a function returns, and what it is worth.

    ``path`` leads to it: (0,) is the first of a tuple, ("dWax",) a key, () the whole.
    ``own`` is an expression over the inputs and the learner's own other outputs, for a result that only repeats
    them (a cache): a wrong ``a_next`` inside a faithful cache costs points once.
    ``rule`` takes the place of the comparison where more than one result is right: an expression over the inputs, the
    outputs by name, the other functions and those of ``autograder.rules``; None when all is well, else a sentence's end.
    ``taken_by`` names the function that takes this result (a cache): where the form differs from the reference's, it is
    right all the same if that function, the learner's too, earns every point on what the learner's own functions make.
    ``where`` is an expression over the inputs: the output counts only in the cases where it holds (an option is used).
    With ``taken_by``, the inputs that it speaks of are drawn for the taking function too.
    ``form`` is an expression for the visible check, over the inputs and the result under its own name: something of the
    form that is due, where ``axes`` cannot say it (whole numbers, texts, dictionaries). Its values mean nothing.
    ``axes`` of ``"| lookup"`` are those of a dictionary whose keys are part of the answer: no others may be in it.
    """

    name: str
    path: tuple[int | str, ...] = ()
    axes: str = ""
    points: float = 1
    tolerance: float | None = None
    own: str | None = None
    rule: str = ""
    where: str = ""
    taken_by: str = ""
    form: str = ""

    @property
    def holds_inputs(self) -> bool:
        """Whether it is a cache, which may keep inputs as they are."""
        return self.own is not None or bool(self.taken_by)


@dataclass(frozen=True, eq=False)
class Example:
    """A worked case small enough to check by hand; learners see it."""

    arguments: tuple[Value, ...]
    returned: Value


@dataclass(frozen=True, eq=False)
class Exercise:
    """One function that a learner writes, and everything that judging it needs.

    ``draws`` describes named random inputs, ``arguments`` are expressions over them (each other exercise's reference
    can be called in them), ``loss`` and ``slopes`` say which outputs are the measured slopes of which inputs: a dotted path
    through dictionaries and lists to an array, or to a dictionary, whose slopes are then called ``d`` and their owner.
    In a loss, ``held`` is the dictionary of the inputs as they were drawn, which measuring leaves alone.
    The same expressions serve the hidden check (with references) and the visible one (with the learner's functions).
    ``seconds`` is the time limit of one call where the batch's own is too short.
    """

    reference: Callable[..., Any]
    draws: Mapping[str, Any]
    outputs: tuple[Output, ...]
    sizes: tuple[Sizes, ...]
    arguments: tuple[str, ...] = ()
    loss: str = ""
    slopes: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    unchanged_points: float = 1
    seconds: float = 0

    @property
    def name(self) -> str:
        return str(self.reference.__name__)

    @property
    def max_points(self) -> float:
        return sum(output.points for output in self.outputs) + self.unchanged_points


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: edits of the reference's text, and the sentence that a learner should read."""

    id: str
    function: str
    sentence: str
    edits: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Made:
    """The arguments of a call that is made inside the sandbox: expressions over inputs and the learner's own functions."""

    expressions: tuple[str, ...]
    drawn: Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class Topic:
    """One assignment: ``number`` and ``name`` make the folder 02_rnn that nbgrader knows.

    ``data`` names files of ``book/data`` that are released beside the notebook.
    """

    name: str
    number: int
    title: str
    exercises: tuple[Exercise, ...]
    mistakes: tuple[Mistake, ...]
    checks_version: str
    brought: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    @property
    def assignment(self) -> str:
        return f"{self.number:02d}_{self.name}"

    @property
    def max_score(self) -> float:
        return sum(exercise.max_points for exercise in self.exercises)


@dataclass(frozen=True)
class Cell:
    """Source text and where it came from."""

    text: str
    role: Role
    grade_id: str | None = None


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment: text and nothing else. ``refusal`` says why it holds none."""

    student: str
    assignment: str
    sha256: str
    cells: tuple[Cell, ...] = ()
    flags: tuple[str, ...] = ()
    refusal: str | None = None


@dataclass(frozen=True)
class Reply:
    """What one call gave: ``returned`` with a value, or the way in which it did not.

    ``line`` counts in ``cell``, an index into the submission's cells; ``name`` is the missing name of a NameError.
    ``arguments_after`` are the inputs after the call, None where they were made inside; then ``overwritten`` tells of them.
    ``windows`` are the outputs that share memory with an input, by their index.
    """

    kind: Literal["returned", "raised", "too-slow", "died", "unreadable", "missing"]
    value: Value = None
    arguments_after: Value = None
    error: str = ""
    cell: int | None = None
    line: int | None = None
    name: str = ""
    known_elsewhere: bool = False
    overwritten: bool = False
    random_touched: bool = False
    windows: tuple[int, ...] = ()


@dataclass(frozen=True)
class CheckResult:
    """One row of a grade."""

    function: str
    check: str
    points: float
    max_points: float
    verdict: Verdict
    finding: str = ""
    mistake: str | None = None


@dataclass(frozen=True)
class Grade:
    """One submission's result: exactly one line of a results file.

    ``draws_fingerprint`` is that of the secret which the inputs were drawn by; results files before it came lack it.
    """

    student: str
    assignment: str
    submission_sha256: str
    checks_version: str
    isolation: str
    score: float
    max_score: float
    seconds: float
    flags: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    draws_fingerprint: str = ""

    @property
    def graded(self) -> bool:
        return all(check.verdict != "could-not-tell" for check in self.checks)
