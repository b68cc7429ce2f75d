"""Caches of a learner's own layout, where a function has options and only some of them are written yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.domain import Cell, Exercise, Output, Submission, Topic
from autograder.grade import Grading, grade_submission
from autograder.keys import Secret
from autograder.sandbox import Isolation, Limits

KINDS = ("double", "square")
KIND = f"lambda sizes, rng: {KINDS}[sizes['kind']] | made"
SIZES = tuple({"n": 3, "m": 2, "kind": kind} for kind in (0, 1))


def step(x: Any, kind: str) -> Any:
    return 2 * x if kind == "double" else x**2, (x, kind)


def walk(x: Any, kind: str) -> Any:
    y, cache = step(x, kind)
    return y + 1, [cache]


def back(d: Any, caches: Any) -> Any:
    ((x, kind),) = caches
    return {"dx": 2 * d if kind == "double" else 2 * x * d}


def exercise(reference: Callable[..., Any], *outputs: tuple[str, tuple[int | str, ...], str], **other: Any) -> Exercise:
    each = tuple(Output(f"{kind} {name}", path, taken_by=taker, where=f"kind == {kind!r}")
                 for kind in KINDS for name, path, taker in outputs)  # fmt: skip  # for each kind
    return Exercise(reference, {"x": "n m", "kind": KIND, **other.pop("draws", {})}, each, SIZES, **other)


TOPIC = Topic("layouts", 0, "Layouts", (
    exercise(walk, ("y", (0,), ""), ("cache", (1,), "back"), needs=("step",)),
    exercise(back, ("dx", ("dx",), ""), draws={"d": "n m"}, arguments=("d", "walk(x, kind)[1]")),
    exercise(step, ("y", (0,), "")),
), (), "0")  # fmt: skip  # a topic of three functions
OWN = """
def step(x, kind):
    if kind == "double":
        return 2 * x, {"slope": 2 * np.ones(x.shape)}
    return SQUARE

def walk(x, kind):
    y, cache = step(x, kind)
    return y + 1, cache

def back(d, caches):
    return {"dx": d * caches["slope"]}
"""


@pytest.mark.parametrize(
    ("square", "lost"),
    [
        ('x**2, {"slope": 2 * x}', set()),
        ('x**2, {"slope": x}', {("walk", "square cache"), ("back", "square dx")}),
        ("missing", {("walk", "square cache"), ("back", "square dx"), ("step", "square y")}),
    ],
)
def test_a_layout_of_ones_own_is_judged_where_the_cache_counts(
    isolation: Isolation, secret: Secret, square: str, lost: set[Any]
) -> None:
    """In the last case the walk is right with the reference's step, and its cache still is that of the learner's own."""
    course = Course(Path(), (TOPIC,), {one.name: one.reference for one in TOPIC.exercises})
    cells = (Cell("import numpy as np", "given"), Cell(OWN.replace("SQUARE", square), "answer"))
    grading = Grading(course, TOPIC, isolation, secret, Limits(seconds=3))
    grade = grade_submission(grading, Submission("s", "layouts", "0" * 64, cells))
    assert {(row.function, row.check) for row in grade.checks if row.verdict != "right"} == lost
