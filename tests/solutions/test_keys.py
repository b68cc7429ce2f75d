"""Under other keys too a right answer earns every point, and a known mistake loses one. `make keys` tries many more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autograder.cases import cases_of, counts_in
from autograder.course import Course, load_course
from autograder.domain import Exercise, Mistake, Topic
from autograder.draws import Living
from autograder.parts import same
from tools.keys import ROOT, troubles

COURSE = load_course(ROOT)
CHEAP = [(topic, one) for topic in COURSE.topics for one in topic.exercises if not one.slopes]
"""Measured slopes take long to draw; model answers meet them under other keys wherever a whole topic is graded."""


@pytest.mark.parametrize(("topic", "exercise"), CHEAP, ids=[one.name for _, one in CHEAP])
def test_no_key_is_a_bad_one(course: Course, topic: Topic, exercise: Exercise) -> None:
    assert [one for key in ("one", "another") for one in troubles(course, topic, exercise, key)] == []


@pytest.mark.parametrize("topic", COURSE.topics, ids=lambda topic: topic.name)
def test_no_point_is_given_for_inputs_that_everybody_has(course: Course, topic: Topic) -> None:
    alike = []
    for exercise in topic.exercises:
        pairs = [cases_of(course, replace(exercise, slopes={}), key) for key in ("one", "another")]  # no truth is looked at
        for output in exercise.outputs:
            given = [[texts(case.arguments) for case in cases if counts_in(output, case.drawn)] for cases in pairs]
            alike += [(exercise.name, output.name)] if same(*given) else []
    assert alike == []


def texts(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a call, with what is made anew for each call as its text."""
    return tuple(one.text if isinstance(one, Living) else one for one in arguments)


def test_a_mistake_that_costs_nothing_is_told(course: Course) -> None:
    topic = course.topic("rnn")
    same = Mistake("same-in-other-words", "softmax", "", (("axis=0", "axis=-2"),))
    told = list(troubles(course, replace(topic, mistakes=(same,)), topic.exercises[0], "one"))
    assert [(one.function, one.says) for one in told] == [("softmax", "same-in-other-words loses no point")]


def test_a_model_answer_that_is_refused_is_told(course: Course) -> None:
    topic = course.topic("language_model")
    exercise = next(one for one in topic.exercises if one.name == "masked_cross_entropy_backward")
    told = list(troubles(course, replace(topic, mistakes=()), replace(exercise, loss=f"2 * {exercise.loss}"), "one"))
    assert len(told) == 1 and "the model answer is refused: dz: `dz` is off by a relative error of 5.0e-01" in told[0].says
