"""The bank of mistakes: each can be made, each does harm, and no two look alike where they do."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.cases import Case, cases_of
from autograder.compare import difference
from autograder.course import load_course, mistaken
from autograder.domain import Exercise, Mistake, Topic
from autograder.draws import live
from autograder.parts import Absent, pick

COURSE = load_course(Path(__file__).resolve().parents[2])
BANK = [(topic, mistake) for topic in COURSE.topics for mistake in topic.mistakes]
NAMES = [f"{topic.name}-{mistake.function}-{mistake.id}" for topic, mistake in BANK]


def exercise_of(topic: Topic, mistake: Mistake) -> Exercise:
    return next(exercise for exercise in topic.exercises if exercise.name == mistake.function)


def axes_of(exercise: Exercise) -> dict[str, str]:
    return {output.name: output.axes for output in exercise.outputs}


def harm(exercise: Exercise, mistake: Mistake) -> dict[str, list[Any]]:
    """What the mistaken function gives for every case, for each output that is wrong in at least one."""
    function = mistaken(mistake, exercise.reference)
    cases = cases_of(COURSE, exercise, "class")
    given = [_value(function, case) for case in cases]
    axes = axes_of(exercise)
    parts = {output.name: [_part(value, output.path) for value in given] for output in exercise.outputs}
    return {
        name: values
        for name, values in parts.items()
        if any(
            difference(name, one, case.truth[name], axes[name])
            for one, case in zip(values, cases, strict=True)
            if name in case.truth
        )
    }


def _value(function: Any, case: Case) -> Any:
    try:
        with np.errstate(all="ignore"):
            return function(*live(case.arguments))
    except Exception:  # noqa: BLE001  # a mistaken function may fail in any way on some sizes
        return None


def _part(value: Any, path: tuple[Any, ...]) -> Any:
    try:
        return pick(value, path)
    except Absent:
        return None


@pytest.mark.parametrize(("topic", "mistake"), BANK, ids=NAMES)
def test_a_mistake_does_harm(topic: Topic, mistake: Mistake) -> None:
    assert harm(exercise_of(topic, mistake), mistake)


@pytest.mark.parametrize(("topic", "mistake"), BANK, ids=NAMES)
def test_its_sentence_can_stand_in_feedback(topic: Topic, mistake: Mistake) -> None:
    assert mistake.sentence.endswith((".", "?")) and len(mistake.sentence) < 200
    named = re.sub("`(axis|keepdims|activation|steps|lengths)`", "", mistake.sentence)
    assert "`" not in named, "no code: a sentence is not the answer"


@pytest.mark.parametrize("topic", COURSE.topics, ids=lambda topic: topic.name)
def test_names_are_given_once_per_function(topic: Topic) -> None:
    names = [(mistake.function, mistake.id) for mistake in topic.mistakes]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("topic", COURSE.topics, ids=lambda topic: topic.name)
def test_no_two_mistakes_look_alike_where_they_do_harm(topic: Topic) -> None:
    twins = []
    for one, other in itertools.combinations(topic.mistakes, 2):
        if one.function != other.function:
            continue
        exercise = exercise_of(topic, one)
        first, second = harm(exercise, one), harm(exercise, other)
        for name in first.keys() & second.keys():
            pairs = zip(first[name], second[name], strict=True)
            axes = axes_of(exercise)[name]
            if all((a is None) == (b is None) and (a is None or difference(name, a, b, axes) is None) for a, b in pairs):
                twins.append((one.id, other.id, name))
    assert twins == []
