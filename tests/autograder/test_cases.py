"""The drawn cases: repeatable, different for each key, and with a truth that is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.cases import Case, cases_of
from autograder.compare import difference
from autograder.course import Course
from autograder.domain import Exercise, Output
from autograder.draws import live
from autograder.parts import pick


def every(course: Course) -> list[Exercise]:
    return [exercise for topic in course.topics for exercise in topic.exercises]


def test_the_same_key_gives_the_same_cases_and_another_key_others(course: Course) -> None:
    for exercise in every(course):
        cases_of.cache_clear()
        first = cases_of(course, exercise, "one")
        cases_of.cache_clear()
        np.testing.assert_equal([case.truth for case in first], [case.truth for case in cases_of(course, exercise, "one")])
        other = cases_of(course, exercise, "two")
        for output in exercise.outputs:
            if output.rule or output.name not in first[0].truth:
                continue  # what a rule judges may be the same every time: a bias of zeros
            assert difference(output.name, other[0].truth[output.name], first[0].truth[output.name])


def rightly_zero(case: Case, truth: object) -> bool:
    """Where a size is one, a gradient may truly be nothing: a single step forgets nothing of an empty memory."""
    return 1 in case.sizes.values() and isinstance(truth, np.ndarray) and not truth.any()


def test_truth_is_near_the_reference_and_zero_only_where_it_must_be(course: Course) -> None:
    for exercise in every(course):
        for case in cases_of(course, exercise, "class"):
            returned = exercise.reference(*live(case.arguments))
            for output in exercise.outputs:
                if output.name not in case.truth:
                    continue
                assert difference(output.name, pick(returned, output.path), case.truth[output.name]) is None, output.name
                truth = case.truth[output.name]
                if output.rule or rightly_zero(case, truth):
                    continue
                assert not isinstance(truth, np.ndarray) or np.abs(truth).max() > 1e-3, (exercise.name, output.name)


def test_every_gradient_of_a_parameter_is_measured_not_copied(course: Course) -> None:
    unmeasured = {
        (exercise.name, output.name)
        for exercise in every(course)
        if exercise.name.endswith("backward")
        for output in exercise.outputs
        if output.name not in exercise.slopes
    }
    assert unmeasured <= {("output_backward", "da")}, "the slope of the states is held against the reference, which is tested"


def test_sizes_are_all_different_and_cover_one_example_and_one_step(course: Course) -> None:
    for exercise in every(course):
        general = exercise.sizes[0]
        assert len(set(general.values())) >= len(general) - 1, "only T_x and T_y may agree"
        for axis, least in (("m", 2), ("T_x", 3)):
            if axis in general:
                assert general[axis] >= least
                assert any(sizes[axis] == 1 for sizes in exercise.sizes)


def everywhere(change: Callable[[Any], Any], value: Any) -> Any:
    """Every array of a dictionary changed, or the one there is."""
    return {key: everywhere(change, inner) for key, inner in value.items()} if isinstance(value, dict) else change(value)


@pytest.mark.parametrize("wrong", [np.zeros_like, lambda truth: truth * 1.00001], ids=["zeros", "a little off"])
def test_nothing_that_is_off_passes_for_a_gradient(course: Course, wrong: Callable[[Any], Any]) -> None:
    for exercise in every(course):
        for case in cases_of(course, exercise, "class"):
            for name in exercise.slopes.keys() & case.truth.keys():
                if not rightly_zero(case, case.truth[name]):
                    assert difference(name, everywhere(wrong, case.truth[name]), case.truth[name])


def bent(x: np.ndarray) -> dict[str, np.ndarray]:
    """The slope of the sum of max(0, x)."""
    return {"dx": (x > 0).astype(float)}


def test_a_draw_at_a_kink_is_drawn_again(course: Course) -> None:
    """Every second number stands so near to zero that the slope of max(0, x) cannot be measured there."""
    near = "lambda sizes, rng: rng.choice([1e-7, 1.0], size=2) | made"
    exercise = Exercise(bent, draws={"x": near}, outputs=(Output("dx", ("dx",)),), sizes=tuple({"m": 1} for _ in range(20)),
                        loss="np.sum(np.maximum(0, x))", slopes={"dx": "x"})  # fmt: skip  # one exercise
    cases = cases_of(course, exercise, "class")
    measured = [case for case in cases if np.all(case.drawn["x"] == 1.0)]
    assert len(measured) > 10, "a quarter of the draws, five tries each"
    for case in measured:
        np.testing.assert_allclose(case.truth["dx"], 1.0)


def square(x: np.ndarray) -> dict[str, np.ndarray]:
    """The slope of the sum of x * x, where the second x is held."""
    return {"dx": x.copy()}


def test_a_loss_can_hold_an_input_where_it_was_drawn(course: Course) -> None:
    exercise = Exercise(square, draws={"x": "m"}, outputs=(Output("dx", ("dx",)),), sizes=({"m": 3},),
                        loss="np.sum(x * held['x'])", slopes={"dx": "x"})  # fmt: skip  # one exercise
    (case,) = cases_of(course, exercise, "class")
    np.testing.assert_allclose(case.truth["dx"], case.drawn["x"], rtol=1e-8)


def squares(x: list[np.ndarray]) -> list[dict[str, np.ndarray]]:
    """For each entry, the slope of its sum of squares, under a key."""
    return [{"dW": 2 * one["W"]} for one in x]


def test_an_output_has_a_truth_only_where_it_counts(course: Course) -> None:
    entries = "lambda sizes, rng: [{'W': rng.standard_normal(2)} for _ in range(sizes['m'])] | made"
    exercise = Exercise(squares, draws={"x": entries}, sizes=({"m": 1}, {"m": 2}),
                        outputs=(Output("first", (0,)), Output("second", (1,), where="len(x) > 1")),
                        loss="sum(np.sum(one['W'] ** 2) for one in x)",
                        slopes={"first": "x.0", "second": "x.1"})  # fmt: skip  # one exercise
    short, long = cases_of(course, exercise, "class")
    assert short.truth.keys() == {"first"} and long.truth.keys() == {"first", "second"}
    np.testing.assert_allclose(long.truth["second"]["dW"], 2 * long.drawn["x"][1]["W"], rtol=1e-8)
