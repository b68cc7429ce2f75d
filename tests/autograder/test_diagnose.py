"""A mistake is named only when it gives exactly what came back."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.cases import cases_of
from autograder.course import Course, mistaken
from autograder.diagnose import diagnose
from autograder.domain import CheckResult, Reply, Submission
from autograder.draws import live
from autograder.judge import Answers, judge


def named(course: Course, function: Any) -> CheckResult:
    topic = course.topic("rnn")
    exercise = topic.exercises[0]
    cases = cases_of(course, exercise, "class")
    replies = [Reply("returned", function(*live(case.arguments)), list(case.arguments)) for case in (*cases, cases[0])]
    answers = Answers.of(replies, cases)
    rows = judge(exercise, cases, answers, Submission("s", topic.assignment, ""))
    return diagnose(course, topic, exercise, "class", answers, rows)[0]


def test_a_known_mistake_is_named_with_its_sentence_also_in_float32(course: Course) -> None:
    mistake = course.topic("rnn").mistakes[0]
    wrong = mistaken(mistake, course.references["softmax"])
    for function in (wrong, lambda z: wrong(z).astype("float32")):
        row = named(course, function)
        assert row.mistake == mistake.id and row.finding.endswith(mistake.sentence)


def test_another_wrong_answer_is_named_nothing(course: Course) -> None:
    row = named(course, lambda z: np.full_like(z, 0.3))
    assert row.verdict == "wrong" and row.mistake is None
    assert named(course, course.references["softmax"]).mistake is None
