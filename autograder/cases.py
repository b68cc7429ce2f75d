"""The drawn cases of an exercise: inputs from a seed, and what must come out for each output.

A slope is measured over a short distance, and where a function has a kink (ReLU) it cannot be measured. A draw that
comes so near to one that the measured slope is not the reference's is drawn again.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.compare import difference
from autograder.course import Course
from autograder.domain import Exercise, Output, Sizes, Value
from autograder.draws import draw_all, evaluate, live
from autograder.gradients import measured_gradient
from autograder.parts import pick
from autograder.rules import distributed, distributed_each, within

RULES = {"within": within, "distributed": distributed, "distributed_each": distributed_each}

TRIES = 5
KEPT = 128
"""Of how many exercises cases are kept: all that one submission can ask for, and in a batch of thousands no more."""


@dataclass(frozen=True, eq=False)
class Case:
    """One call: the sizes drawn for, the named inputs, the arguments made of them, and the truth by output name.

    An output that does not count here has no truth. ``names`` is what an expression about the case may use: references,
    rules and the inputs.
    """

    sizes: Sizes
    drawn: dict[str, Value]
    arguments: tuple[Value, ...]
    truth: dict[str, Value]
    names: Mapping[str, Any]


@functools.lru_cache(maxsize=KEPT)
def cases_of(course: Course, exercise: Exercise, key: str) -> tuple[Case, ...]:
    """The cases of an exercise, the same for the same key. Outputs with a slope get the measured one as truth."""
    return tuple(_away_from_kinks(course, exercise, sizes, _rng(key, exercise.name, index))
                 for index, sizes in enumerate(exercise.sizes))  # fmt: skip  # one case for each sizes


def _away_from_kinks(course: Course, exercise: Exercise, sizes: Sizes, rng: np.random.Generator) -> Case:
    for _ in range(TRIES):
        case, returned = _case(course, exercise, sizes, rng)
        slopes = [output for output in exercise.outputs if output.name in exercise.slopes and output.name in case.truth]
        if not any(difference(one.name, pick(returned, one.path), case.truth[one.name]) for one in slopes):
            break
    return case


def counts_in(output: Output, drawn: Mapping[str, Value]) -> bool:
    """Whether an output is judged in a case of these inputs."""
    return not output.where or bool(evaluate(output.where, drawn))


def _without_defaults(exercise: Exercise, arguments: tuple[Value, ...]) -> tuple[Value, ...]:
    """The arguments without trailing options that are at their defaults: who never heard of an option can be right there."""
    parameters = list(inspect.signature(exercise.reference).parameters.values())
    count = len(arguments)
    while count and isinstance(arguments[count - 1], str) and arguments[count - 1] == parameters[count - 1].default:
        count -= 1
    return arguments[:count]


def _rng(key: str, name: str, index: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{key}\0{name}\0{index}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _case(course: Course, exercise: Exercise, sizes: Sizes, rng: np.random.Generator) -> tuple[Case, Value]:
    drawn = draw_all(exercise.draws, sizes, rng)
    names = {**RULES, **course.references, **drawn}
    arguments = tuple(evaluate(one, names) for one in exercise.arguments) or tuple(drawn.values())
    arguments = _without_defaults(exercise, arguments)
    returned = exercise.reference(*live(arguments))
    counted = [output for output in exercise.outputs if counts_in(output, drawn)]
    truth = {output.name: pick(returned, output.path) for output in counted}
    fixed = {**course.references, "held": drawn}
    for name, path in exercise.slopes.items():
        if name not in truth:
            continue
        with course.unchecked():  # the call above has seen all shapes
            truth[name] = measured_gradient(lambda named: evaluate(exercise.loss, {**fixed, **named}), drawn, path)
    return Case(sizes, drawn, arguments, truth, names), returned
