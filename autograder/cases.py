"""The drawn cases of an exercise: inputs from a seed, and what must come out for each output."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.course import Course
from autograder.domain import Exercise, Sizes, Value
from autograder.draws import draw_all, evaluate, live
from autograder.gradients import measured_gradient
from autograder.parts import pick
from autograder.rules import distributed, within

RULES = {"within": within, "distributed": distributed}


@dataclass(frozen=True, eq=False)
class Case:
    """One call: the sizes drawn for, the named inputs, the arguments made of them, and the truth by output name.

    ``names`` is what an expression about the case may use: references, rules and the inputs.
    """

    sizes: Sizes
    drawn: dict[str, Value]
    arguments: tuple[Value, ...]
    truth: dict[str, Value]
    names: Mapping[str, Any]


@functools.cache
def cases_of(course: Course, exercise: Exercise, key: str) -> tuple[Case, ...]:
    """The cases of an exercise, the same for the same key. Outputs with a slope get the measured one as truth."""
    return tuple(_case(course, exercise, sizes, _rng(key, exercise.name, index)) for index, sizes in enumerate(exercise.sizes))


def _rng(key: str, name: str, index: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{key}\0{name}\0{index}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _case(course: Course, exercise: Exercise, sizes: Sizes, rng: np.random.Generator) -> Case:
    drawn = draw_all(exercise.draws, sizes, rng)
    names = {**RULES, **course.references, **drawn}
    arguments = tuple(evaluate(one, names) for one in exercise.arguments) or tuple(drawn.values())
    returned = exercise.reference(*live(arguments))
    truth = {output.name: pick(returned, output.path) for output in exercise.outputs}
    for name, path in exercise.slopes.items():
        truth[name] = measured_gradient(lambda named: evaluate(exercise.loss, {**course.references, **named}), drawn, path)
    return Case(sizes, drawn, arguments, truth, names)
