"""Grades that come twice, late, or from a machine that rounds differently, and a port beside the grader: none changes a grade."""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.cases import cases_of
from autograder.course import Course, source_of
from autograder.domain import Cell, Value
from autograder.journal import open_journal
from autograder.pipeline import Batch, description, recorded
from autograder.sandbox import Isolation, Limits, Session
from tools.mutants.score import first_finding

ROOT = Path(__file__).resolve().parents[2]
ROUNDING = 1e-12


@pytest.fixture
def submission(tmp_path: Path, course: Course) -> Path:
    path = tmp_path / "ada.py"
    path.write_text("import numpy as np\n" + source_of(course.references["softmax"]))
    return path


def test_a_grade_that_arrives_twice_counts_once_and_an_older_one_never(
    tmp_path: Path, submission: Path, isolation: Isolation
) -> None:
    batch, out = Batch(ROOT, "", isolation, ("softmax",)), tmp_path / "results.jsonl"
    with recorded(batch, [submission], out) as run:
        (grade,) = run.grades
    older = replace(grade, submission_sha256="0" * 64, score=0.0)
    with open_journal(out, description(batch, [submission])) as journal:
        for one in (older, grade, grade):
            journal.add(one)
    with recorded(batch, [submission], out) as run:
        assert (run.count, run.before) == (1, 1)
        assert list(run.grades) == [grade]
    with open_journal(out, description(batch, [submission])) as journal:
        for one in (grade, older):
            journal.add(one)
    with recorded(batch, [submission], out) as run:
        assert (run.count, run.before) == (1, 0), "the last one is of another submission: this one is graded again"
        assert [one.score for one in run.grades] == [grade.score]


def disturbed(value: Value, rng: np.random.Generator) -> Value:
    """The same in another machine's rounding: every real number off by a few units of its last digits."""
    if isinstance(value, dict):
        return {key: disturbed(inner, rng) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(disturbed(inner, rng) for inner in value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * (1 + ROUNDING * rng.uniform(-1, 1, value.shape))
    return value


def rounded(function: Callable[..., Value], *arguments: Value) -> Value:
    """What a function returns elsewhere, the same each time."""
    return disturbed(function(*arguments), np.random.default_rng(0))


@pytest.mark.parametrize("name", ["rnn", "bptt", "gru", "lstm", "brnn"])
def test_the_rounding_of_another_machine_costs_nothing(course: Course, name: str) -> None:
    for exercise in course.topic(name).exercises:

        elsewhere = functools.wraps(exercise.reference)(functools.partial(rounded, exercise.reference))
        assert first_finding(exercise, elsewhere, cases_of(course, exercise, "another machine")) is None


def test_a_port_of_the_graders_machine_is_out_of_reach(isolation: Isolation) -> None:
    text = (
        "import socket\n"
        "def f(port):\n"
        "    try:\n"
        "        socket.create_connection(('127.0.0.1', port), 2).close()\n"
        "    except OSError:\n"
        "        return False\n"
        "    return True\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as listening, Session(isolation, Limits()) as session:
        port = listening.getsockname()[1]
        assert socket.create_connection(("127.0.0.1", port), 2).close() is None
        (reply,) = session.run("f", (Cell(text, "answer"),), [(port,)], {})
    assert reply.kind == "returned" and reply.value is False
