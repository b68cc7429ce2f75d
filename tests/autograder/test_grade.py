"""From text to grade with the real sandbox: right work is full marks in any style, and nothing else gains a point."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, load_course, mistaken_source, source_of
from autograder.domain import Cell, Exercise, Grade, Mistake, Submission, Topic
from autograder.grade import Grading, grade_submission
from autograder.keys import Secret
from autograder.sandbox import Isolation

COURSE = load_course(Path(__file__).resolve().parents[2])
BANK = [(topic, mistake) for topic in COURSE.topics for mistake in topic.mistakes]
TOPICS = pytest.mark.parametrize("topic", COURSE.topics, ids=lambda topic: topic.name)
ALONE = [(topic, exercise.name) for topic in COURSE.topics for exercise in topic.exercises]
Grader = Callable[..., Grade]


@pytest.fixture
def grade(course: Course, isolation: Isolation, secret: Secret) -> Grader:
    def run(topic: Topic, parts: dict[str, str], extra: str = "") -> Grade:
        brought = {name: source_of(course.references[name]) for name in topic.brought}
        cells = [Cell(text, "answer") for text in {**brought, **parts}.values()]
        given = Cell("import numpy as np", "given")
        submission = Submission("s", topic.assignment, "0" * 64, (given, *cells, Cell(extra, "answer")))
        return grade_submission(Grading(course, topic, isolation, secret), submission)

    return run


def perfect(topic: Topic) -> dict[str, str]:
    return {exercise.name: source_of(exercise.reference) for exercise in topic.exercises}


def touched(topic: Topic, name: str) -> tuple[Exercise, ...]:
    """A function and all that can feel a mistake in it: what calls it, and what is handed its results."""
    by_name = {exercise.name: exercise for exercise in topic.exercises}
    takers = {output.taken_by for output in by_name[name].outputs}
    texts = {other: " ".join((*exercise.arguments, *exercise.needs)) for other, exercise in by_name.items()}
    felt = {other for other, text in texts.items() if re.search(rf"\b{name}\b", text)}
    return tuple(exercise for exercise in topic.exercises if exercise.name in felt | takers | {name})


def losers(grade: Grade) -> set[str]:
    return {row.function for row in grade.checks if row.verdict != "right"}


CONCATENATED = """
def rnn_cell_forward(xt, a_prev, parameters, activation="tanh"):
    Wa = np.hstack((parameters["Waa"], parameters["Wax"]))
    z = np.einsum("ij,jm->im", Wa, np.vstack((a_prev, xt))) + parameters["ba"]
    a_next = np.where(z > 0, z, 0) if activation == "relu" else np.tanh(z)
    scores = np.exp(parameters["Wya"].dot(a_next) + parameters["by"])
    return [a_next, scores / scores.sum(0), [a_next, a_prev, xt, parameters]]
"""
SINGLE = """
def _single(value):
    if isinstance(value, dict):
        return {key: _single(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_single(inner) for inner in value)
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return value
    single = array.astype("float32")
    return single if np.allclose(single, array, rtol=1e-6, atol=0, equal_nan=True) else value
"""


@TOPICS
def test_the_model_answers_earn_every_point(grade: Grader, topic: Topic) -> None:
    got = grade(topic, perfect(topic))
    assert losers(got) == set() and got.score == got.max_score == topic.max_score > 0


@TOPICS
def test_float32_results_earn_every_point(grade: Grader, topic: Topic) -> None:
    wrapped = [f"_{name} = {name}\ndef {name}(*inputs):\n    return _single(_{name}(*inputs))\n" for name in perfect(topic)]
    got = grade(topic, perfect(topic), SINGLE + "".join(wrapped))
    assert [row.finding for row in got.checks if row.verdict != "right"] == []


def test_another_style_earns_every_point(grade: Grader, course: Course) -> None:
    topic = course.topic("rnn")
    assert losers(grade(topic, {**perfect(topic), "rnn_cell_forward": CONCATENATED})) == set()


@TOPICS
def test_a_blank_stub_earns_nothing_and_says_so(grade: Grader, topic: Topic) -> None:
    blank = {name: f"def {name}(*inputs):\n    raise NotImplementedError" for name in perfect(topic)}
    got = grade(topic, blank)
    said = ("has not been written yet", "Nothing is right")
    assert got.score == 0 and all(any(one in row.finding for one in said) for row in got.checks)
    assert grade(topic, {}).score == 0


@pytest.mark.parametrize(("topic", "name"), ALONE, ids=lambda value: value if isinstance(value, str) else value.name)
def test_a_function_that_alone_is_right_earns_exactly_its_points(grade: Grader, topic: Topic, name: str) -> None:
    parts = {other: f"def {other}(*inputs):\n    raise NotImplementedError" for other in perfect(topic)}
    got = grade(topic, {**parts, name: perfect(topic)[name]})
    earned = {row.function: 0.0 for row in got.checks}
    for row in got.checks:
        earned[row.function] += row.points
    points = {exercise.name: exercise.max_points for exercise in topic.exercises}
    assert earned == {other: points[other] if other == name else 0 for other in points}


@pytest.mark.parametrize(("topic", "mistake"), BANK, ids=[f"{mistake.function}-{mistake.id}" for _, mistake in BANK])
def test_a_known_mistake_costs_its_own_function_only_and_is_named(grade: Grader, topic: Topic, mistake: Mistake) -> None:
    reference = COURSE.references[mistake.function]
    parts = {**perfect(topic), mistake.function: mistaken_source(mistake, reference)}
    got = grade(replace(topic, exercises=touched(topic, mistake.function)), parts)
    assert losers(got) == {mistake.function}
    wrong = [row for row in got.checks if row.verdict == "wrong"]
    assert mistake.id in {row.mistake for row in wrong}
    for row in wrong:
        told = re.sub(r"relative error of \S+", "", row.finding)
        assert not re.search(r"\d\.\d", told), f"a finding holds a number: {row.finding}"


def test_a_blank_step_does_not_cost_the_sequence_its_points(grade: Grader, course: Course) -> None:
    for name, step in (("rnn", "rnn_cell_forward"), ("bptt", "rnn_cell_backward")):
        topic = course.topic(name)
        parts = {**perfect(topic), step: f"def {step}(*inputs):\n    raise NotImplementedError"}
        assert losers(grade(topic, parts)) == {step}


OWN_LAYOUT = {
    "rnn_cell_forward": """
def rnn_cell_forward(xt, a_prev, parameters, activation="tanh"):
    z = parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"]
    a = np.tanh(z) if activation == "tanh" else np.maximum(z, 0)
    cache = {"slope": 1 - a**2 if activation == "tanh" else (z > 0) * 1.0, "from": np.vstack([a_prev, xt]), "p": parameters}
    return a, softmax(parameters["Wya"] @ a + parameters["by"]), cache
""",
    "rnn_cell_backward": """
def rnn_cell_backward(da_next, cache, activation="tanh"):
    dz, n_a = da_next * cache["slope"], len(da_next)
    dW = dz @ cache["from"].T
    return {"dxt": cache["p"]["Wax"].T @ dz, "da_prev": cache["p"]["Waa"].T @ dz, "dWax": dW[:, n_a:], "dWaa": dW[:, :n_a],
            "dba": dz.sum(1, keepdims=True)}
""",
    "rnn_backward": """
def rnn_backward(da, caches, activation="tanh"):
    steps, x = caches
    total, da_prev, dx = {}, 0, np.zeros(x.shape)
    for t in range(x.shape[2])[::-1]:
        step = rnn_cell_backward(da[:, :, t] + da_prev, steps[t], activation)
        dx[:, :, t], da_prev = step.pop("dxt"), step.pop("da_prev")
        total = {key: total.get(key, 0) + value for key, value in step.items()}
    return {"dx": dx, "da0": da_prev, **total}
""",
}


def test_a_cache_may_have_a_layout_of_the_learners_own(grade: Grader, course: Course) -> None:
    topic = course.topic("bptt")
    assert losers(grade(topic, {**perfect(topic), **OWN_LAYOUT})) == set()
    wrong = OWN_LAYOUT["rnn_cell_backward"].replace("dz.sum(1", "dz.mean(1")
    got = grade(topic, {**perfect(topic), **OWN_LAYOUT, "rnn_cell_backward": wrong})
    lost = [(row.function, row.check) for row in got.checks if row.points == 0]
    assert lost == [("rnn_cell_backward", "dba"), ("rnn_cell_backward", "dba with ReLU")], lost


def test_an_overwritten_cache_of_ones_own_layout_is_told(grade: Grader, course: Course) -> None:
    topic = course.topic("bptt")
    text = OWN_LAYOUT["rnn_cell_backward"].replace("dz, n_a", 'cache["slope"] *= da_next; dz, n_a').replace(
        'da_next * cache["slope"]', 'cache["slope"].copy()')  # fmt: skip  # two edits
    got = grade(topic, {**perfect(topic), **OWN_LAYOUT, "rnn_cell_backward": text})
    assert "input-overwritten" in {row.mistake for row in got.checks if row.function == "rnn_cell_backward"}


def test_side_effects_cost_the_point_for_them(grade: Grader, course: Course) -> None:
    topic = course.topic("rnn")
    texts = {
        "softmax": "def softmax(z):\n    np.random.seed(0)\n    e = np.exp(z - z.max(0))\n    return e / e.sum(0)",
        "rnn_forward": source_of(course.references["rnn_forward"]).replace(
            "    return a, y_pred, (cell_caches, x)", "    return a, y_pred, (cell_caches, x.T.T)"),
        "stack_weights": "def stack_weights(Waa, Wax):\n    return Waa",
    }  # fmt: skip  # three ways
    got = grade(topic, {**perfect(topic), **texts})
    mistakes = {(row.function, row.mistake) for row in got.checks if row.mistake and row.check == "inputs unchanged"}
    assert mistakes == {("softmax", "global-random-state"), ("stack_weights", "window-on-input")}


FORGED = """
import builtins, sys
import numpy.testing
np.testing.assert_allclose = np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
builtins.abs = builtins.max = lambda *a, **k: 0
builtins.isinstance = lambda *a: True
sys.modules["wire"].encode = lambda *a, **k: b"1"
"""


@TOPICS
def test_bent_tools_gain_nothing(grade: Grader, topic: Topic) -> None:
    bent = {name: f"def {name}(*inputs):\n    bend()\n    return np.zeros(1)" for name in perfect(topic)}
    bend = "def bend():\n" + "".join(f"    {line}\n" for line in FORGED.strip().splitlines())
    assert grade(topic, bent, bend).score == 0
    assert grade(topic, bent, FORGED + "def bend():\n    pass").score == 0


def test_hidden_inputs_cannot_be_read_off_the_findings(grade: Grader, course: Course) -> None:
    topic = course.topic("rnn")
    leaks = {
        "softmax": "def softmax(z):\n    raise type('E' + str(z[0, 0]), (Exception,), {})(str(z))",
        "stack_weights": "def stack_weights(Waa, Wax):\n    return {str(Waa): str(Wax)}",
        "rnn_cell_forward": "def rnn_cell_forward(xt, a_prev, parameters):\n    return str(xt), [str(xt)], {str(xt): 1}",
        "rnn_forward": "def rnn_forward(x, a0, parameters):\n    raise NameError(str(x), name='n' + str(x[0, 0, 0])[3:])",
    }
    got = grade(topic, leaks)
    assert got.score == 0
    assert not any(re.search(r"\d\.\d|\d{4}", row.finding) for row in got.checks)


def test_a_refused_submission_is_a_row_for_each_check(course: Course, isolation: Isolation, secret: Secret) -> None:
    topic = course.topic("rnn")
    refused = Submission("s", topic.assignment, "", refusal="The file is not a notebook.")
    got = grade_submission(Grading(course, topic, isolation, secret), refused)
    assert got.score == 0 and got.max_score == topic.max_score and not got.graded
    assert {row.verdict for row in got.checks} == {"could-not-tell"}
    assert sum(row.max_points for row in got.checks) == topic.max_score
