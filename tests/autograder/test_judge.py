"""Replies become rows: what is right, and for what is not, a sentence."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.cases import cases_of
from autograder.course import Course
from autograder.domain import CheckResult, Exercise, Output, Reply, Submission
from autograder.judge import UNCHANGED, Answers, judge
from autograder.sandbox.wire import decode, encode
from solutions.reference import rnn_cell_forward, rnn_forward, softmax

Judged = Callable[..., dict[str, CheckResult]]


@pytest.fixture
def judged(course: Course) -> Judged:
    """The rows of a function, by check; its values cross the wire as they do from a sandbox."""

    def run(name: str, function: Callable[..., Any]) -> dict[str, CheckResult]:
        exercise = next(one for topic in course.topics for one in topic.exercises if one.name == name)
        cases = cases_of(course, exercise, "class")
        replies = []
        for case in (*cases, cases[0]):
            arguments = copy.deepcopy(case.arguments)
            replies.append(Reply("returned", decode(encode(function(*arguments))), list(arguments)))
        rows = judge(exercise, cases, Answers.of(replies, cases), Submission("s", "a", ""))
        return {row.check: row for row in rows}

    return run


@pytest.mark.parametrize("dtype", ["complex128", "complex64", "int64", "float16", "object", "bool"])
def test_a_state_of_another_kind_is_wrong_and_stops_nothing(judged: Judged, dtype: str) -> None:
    def cell(xt: Any, a_prev: Any, parameters: Any, activation: str = "tanh") -> Any:
        a_next, y_pred, _ = rnn_cell_forward(xt, a_prev, parameters, activation)
        return a_next.astype(dtype), y_pred, (a_next.astype(dtype), a_prev, xt, parameters)

    rows = judged("rnn_cell_forward", cell)
    assert rows["a_next"].verdict == "wrong" and rows["a_next"].points == 0 and rows["yt_pred"].verdict == "right"


def test_nan_is_wrong_and_a_faithful_cache_of_a_wrong_state_is_right(judged: Judged) -> None:
    for spoil in (lambda a: a * np.nan, lambda a: a + 1):
        def cell(xt: Any, a_prev: Any, parameters: Any, activation: str = "tanh", spoil: Any = spoil) -> Any:
            a_next, y_pred, _ = rnn_cell_forward(xt, a_prev, parameters, activation)
            return spoil(a_next), y_pred, (spoil(a_next), a_prev, xt, parameters)

        rows = judged("rnn_cell_forward", cell)
        assert (rows["a_next"].verdict, rows["cache"].verdict) == ("wrong", "right")


@pytest.mark.parametrize("value", [None, 1.0, "text", (), {}, [1], object()])
def test_a_value_of_no_use_is_a_sentence(judged: Judged, value: Any) -> None:
    for name in ("softmax", "rnn_forward", "rnn_backward"):
        rows = judged(name, lambda *_: value)
        assert all(row.points == 0 and row.finding.endswith(".") for row in rows.values())


def test_a_tuple_that_is_too_short_is_told_of_the_missing_place_and_of_no_length(judged: Judged) -> None:
    finding = judged("rnn_forward", lambda *inputs: rnn_forward(*inputs)[:1])["y_pred"].finding
    assert finding == "`rnn_forward` returns a tuple; see in the docstring which place `y_pred` has."


def test_what_fails_only_for_one_example_is_said_so(judged: Judged) -> None:
    row = judged("softmax", lambda z: softmax(z).squeeze())["y_pred"]
    assert row.finding.startswith("Where m = 1: ")


def test_an_output_counts_only_where_it_is_said_to(judged: Judged) -> None:
    rows = judged("rnn_cell_forward", lambda xt, a_prev, parameters, _='': rnn_cell_forward(xt, a_prev, parameters))
    assert rows["a_next with ReLU"].finding.startswith("`a_next with ReLU` is off")
    assert {row.check for row in rows.values() if row.verdict == "wrong"} == {"a_next with ReLU"}


def test_an_overwritten_input_and_a_remembered_call_are_named(judged: Judged) -> None:
    def overwrites(z: Any) -> Any:
        y = softmax(z)
        z -= z.max()
        return y

    rows = judged("softmax", overwrites)
    assert rows["y_pred"].verdict == "right" and rows[UNCHANGED].mistake == "input-overwritten"
    seen: list[int] = []

    def remembers(z: Any) -> Any:
        seen.append(1)
        return softmax(z) * (1 if len(seen) < 6 else 2)

    assert judged("softmax", remembers)["y_pred"].mistake == "not-repeatable"


def test_the_reference_is_right_throughout(judged: Judged) -> None:
    assert {row.verdict for row in judged("rnn_forward", rnn_forward).values()} == {"right"}


def test_side_effects_are_named_in_the_row_about_inputs(course: Course) -> None:
    exercise = course.topic_of(["softmax"]).exercises[0]
    cases = cases_of(course, exercise, "class")

    def row(**marks: Any) -> CheckResult:
        replies = [Reply("returned", softmax(*case.arguments), list(case.arguments), **marks) for case in cases]
        return judge(exercise, cases, Answers.of([*replies, replies[0]], cases), Submission("s", "a", ""))[-1]

    assert row().verdict == "right"
    assert row(random_touched=True).mistake == "global-random-state"
    assert row(windows=(0,)).mistake == "window-on-input" and "`y_pred`" in row(windows=(0,)).finding
    assert row(windows=(7, -1)).verdict == "right", "an index that no output has comes from a forger"


def test_inputs_that_were_not_sent_back_are_no_untouched_inputs(course: Course) -> None:
    exercise = course.topic_of(["softmax"]).exercises[0]
    cases = cases_of(course, exercise, "class")
    replies = [Reply("returned", softmax(*case.arguments), []) for case in cases]
    rows = judge(exercise, cases, Answers.of([*replies, replies[0]], cases), Submission("s", "a", ""))
    assert [row.verdict for row in rows] == ["right", "wrong"]


def test_a_rule_never_looks_at_an_answer_of_another_size_altogether(course: Course) -> None:
    exercise = Exercise(softmax, {"z": "n_y m"}, (Output("loss", rule="None"),), ({"n_y": 3, "m": 2},))
    cases = cases_of(course, exercise, "class")
    values = (np.zeros(900), np.zeros(2000), [[0] * 99] * 99, "a" * 9999)
    for value, verdict in zip(values, ("right", "wrong", "wrong", "wrong"), strict=True):
        replies = [Reply("returned", value, [cases[0].arguments[0]])] * 2
        (row, _) = judge(exercise, cases, Answers.of(replies, cases), Submission("s", "a", ""))
        assert row.verdict == verdict and ("far more" in row.finding) == (verdict == "wrong")


def test_a_rule_takes_the_place_of_the_comparison(course: Course) -> None:
    def judged_by(rule: str, value: Any, axes: str = "") -> str:
        exercise = Exercise(softmax, {"z": "n_y m"}, (Output("loss", (), axes, rule=rule),), ({"n_y": 3, "m": 2},))
        cases = cases_of(course, exercise, "class")
        replies = [Reply("returned", value, list(cases[0].arguments))] * 2
        return judge(exercise, cases, Answers.of(replies, cases), Submission("s", "a", ""))[0].finding

    assert judged_by("within(loss, 0, 1)", 0.5) == ""
    assert judged_by("within(loss, 0, 1)", 1.5) == "`loss` is higher than that of a right program."
    assert judged_by("within(loss['key'], 0, 1)", 1.5) == "`loss` has not the form that the docstring describes."
    assert judged_by("within(np.sum(softmax(z)) - np.sum(loss), 0, 0.001)", np.full((3, 2), 1 / 3), "n_y m") == ""
    assert "must have shape (n_y, m) = (3, 2)" in judged_by("within(loss[9], 0, 1)", np.zeros(4), "n_y m")
