"""What the tests of right answers in other styles share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.course import Course, source_of
from autograder.domain import Cell, Grade, Submission
from autograder.grade import Grading, grade_submission
from autograder.keys import Secret
from autograder.sandbox import Isolation, Limits

Graded = Callable[[list[str]], Grade]


@pytest.fixture
def graded(course: Course, isolation: Isolation, secret: Secret, request: pytest.FixtureRequest) -> Graded:
    """The grade of some texts, in the topic that the test's module names as TOPIC, beside what a learner brings along."""
    topic = course.topic(request.module.TOPIC)
    brought = [source_of(course.references[name]) for name in topic.brought]

    def run(texts: list[str]) -> Grade:
        cells = (Cell("import numpy as np", "given"), *(Cell(text, "answer") for text in [*brought, *texts]))
        grading = Grading(course, topic, isolation, secret, Limits(seconds=5))
        return grade_submission(grading, Submission("s", topic.assignment, "0" * 64, cells))

    return run


def assert_every_point(grade: Grade) -> None:
    """All is right; what is not is named with its finding."""
    assert [(row.function, row.check, row.finding) for row in grade.checks if row.verdict != "right"] == []
    assert grade.score == grade.max_score
