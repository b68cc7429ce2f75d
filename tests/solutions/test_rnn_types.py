"""Every wiring against measured slopes, in float64, on sizes that are all different; and what training makes of each."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.cases import cases_of
from autograder.course import load_course
from autograder.draws import draw_all, live
from solutions import reference
from solutions.reference import descend, rnn_forward, sequence_cross_entropy, softmax_cross_entropy_backward, train
from solutions.reference.encoder_decoder import NETWORKS
from solutions.reference.rnn import PARAMETERS
from solutions.rnn_types.trainings import BAND, WIRINGS
from tests.solutions.test_reference import assert_gradient

SIZES = [(3, 5, 4, 2, 6, 7), (6, 2, 3, 4, 5, 8), (2, 4, 5, 1, 3, 6), (4, 6, 2, 3, 1, 5), (3, 4, 5, 2, 6, 1), (2, 4, 3, 1, 1, 1)]
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))  # n_x, n_a, n_y, m, T_x, T_y
EACH = pytest.mark.parametrize("wiring", ["one_to_one", *WIRINGS])


class Wired:
    """One wiring with inputs, and a target for everything that it says."""

    def __init__(self, wiring: str, sizes: tuple[int, ...], dtype: str = "float64") -> None:
        self.forward, self.backward = (getattr(reference, f"{wiring}_{way}") for way in ("forward", "backward"))
        named = dict(zip(("n_x", "n_a", "n_y", "m", "T_x", "T_y"), sizes, strict=True))
        if wiring == "one_to_many":
            named["n_x"] = named["n_y"]
        once, along = wiring in ("one_to_one", "many_to_one"), wiring == "many_to_many"
        shapes = {
            "x": "n_x m" if wiring.startswith("one") else "n_x m T_x",
            "a0": "n_a m",
            "lengths": "lambda sizes, rng: rng.integers(1, sizes['T_x'] + 1, size=sizes['m']) | made",
            "y": f"n_y m {'' if once else 'T_x' if along else 'T_y'} | one-hot",
            "parameters": NETWORKS if wiring == "encoder_decoder" else PARAMETERS,
        }
        drawn = cast(draw_all(shapes, named, np.random.default_rng(sum(sizes))), dtype)
        wanted = {"one_to_one": (), "one_to_many": ("a0", "y"), "many_to_one": ("a0", "lengths"), "many_to_many": ("a0",),
                  "encoder_decoder": ("a0", "y")}[wiring]  # fmt: skip  # what the forward function takes beside x
        self.inputs = {name: drawn[name] for name in ("x", *wanted)}
        self.parameters, self.y = drawn["parameters"], drawn["y"]

    def walk(self) -> Any:
        return self.forward(*self.inputs.values(), self.parameters)

    def both_ways(self) -> tuple[Any, Any, Any]:
        y_pred, caches = self.walk()
        steps = (*self.y.shape[:2], -1)
        dz = softmax_cross_entropy_backward(y_pred.reshape(steps), self.y.reshape(steps)).reshape(self.y.shape)
        return y_pred, caches, self.backward(dz, caches)

    def loss(self) -> float:
        steps = (*self.y.shape[:2], -1)
        return sequence_cross_entropy(self.walk()[0].reshape(steps), self.y.reshape(steps))

    def owners(self) -> Iterator[tuple[str, Any, Callable[[Any], Any]]]:
        """The name of each gradient, what it belongs to, and the way to it."""
        for name in {"x", "a0"} & set(self.inputs):
            yield f"d{name}", self.inputs[name], lambda found, key=f"d{name}": found[key]
        for name, value in self.parameters.items():
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield f"{name} d{key}", inner, lambda found, name=name, key=key: found[name][f"d{key}"]
            elif self.forward.__name__ != "one_to_one_forward" or name != "Waa":
                yield f"d{name}", value, lambda found, key=f"d{name}": found[key]


def cast(value: Any, dtype: str) -> Any:
    if isinstance(value, dict):
        return {key: cast(inner, dtype) for key, inner in value.items()}
    return value.astype(dtype) if value.dtype.kind == "f" else value


def arrays(value: Any) -> Iterator[Any]:
    """All arrays inside dictionaries and tuples."""
    if isinstance(value, np.ndarray):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, (tuple, list)) else ():
        yield from arrays(inner)


@EACH
@EVERY
def test_every_gradient_is_a_measured_slope(wiring: str, sizes: tuple[int, ...]) -> None:
    wired = Wired(wiring, sizes)
    _, _, gradients = wired.both_ways()
    unread = {"decoder dWax"} if wiring == "encoder_decoder" and sizes[-1] == 1 else set()  # a first step that reads zeros
    for name, owner, way in wired.owners():
        if name in unread:
            np.testing.assert_array_equal(way(gradients), np.zeros_like(owner), err_msg=name)
        else:
            assert_gradient(way(gradients), wired.loss, owner, name)


@EACH
@EVERY
def test_float32_stays_float32_and_shapes_are_as_promised(wiring: str, sizes: tuple[int, ...]) -> None:
    wired = Wired(wiring, sizes, "float32")
    y_pred, _, gradients = wired.both_ways()
    assert y_pred.shape == wired.y.shape
    assert {array.dtype for array in (y_pred, *arrays(gradients))} == {np.dtype(np.float32)}
    for name, owner, way in wired.owners():
        assert way(gradients).shape == owner.shape, name


@EACH
def test_no_model_answer_writes_into_its_inputs_or_gives_them_back(wiring: str) -> None:
    wired = Wired(wiring, SIZES[0])
    before = copy.deepcopy((wired.inputs, wired.parameters))
    y_pred, caches = wired.walk()
    kept = copy.deepcopy(caches)
    gradients = wired.backward(np.ones_like(y_pred), caches)
    np.testing.assert_equal((wired.inputs, wired.parameters, caches), (*before, kept))
    given = list(arrays([*wired.inputs.values(), wired.parameters]))
    for array in (y_pred, *arrays(gradients)):
        assert not any(np.shares_memory(array, one) for one in given)


def test_what_stands_in_the_filling_changes_nothing() -> None:
    wired = Wired("many_to_one", SIZES[1])
    wired.inputs["lengths"] = np.array([1, 3, 5, 2])
    y_pred, _, gradients = wired.both_ways()
    for i, length in enumerate(wired.inputs["lengths"]):
        assert not np.any(gradients["dx"][:, i, length:]) and np.any(gradients["dx"][:, i, length - 1])
        wired.inputs["x"][:, i, length:] = 9.0
    again, _, gradients_again = wired.both_ways()
    np.testing.assert_array_equal(again, y_pred)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradients_again[name], gradient, err_msg=name)


@pytest.mark.parametrize("wiring", ["one_to_many", "encoder_decoder"])
def test_who_is_taught_its_own_words_says_them(wiring: str) -> None:
    """Teacher forcing with what was generated as the target gives predictions whose most likely symbols are just that."""
    wired = Wired(wiring, SIZES[0])
    generate = getattr(reference, f"{wiring}_generate")
    said = generate(wired.inputs["x"], wired.inputs["a0"], wired.parameters, 7)
    wired.inputs["y"] = said
    np.testing.assert_array_equal(np.argmax(wired.walk()[0], axis=0), np.argmax(said, axis=0))
    np.testing.assert_array_equal(said.sum(axis=0), 1)
    single = cast({**wired.inputs, "parameters": wired.parameters}, "float32")
    assert generate(single["x"], single["a0"], single["parameters"], 2).dtype == np.float32


def test_wirings_agree_where_they_are_the_same() -> None:
    """One step in step is one to one; what the encoder hands over is rnn_forward's last state."""
    one, many = Wired("one_to_one", SIZES[0]), Wired("many_to_many", SIZES[0])
    x = one.inputs["x"]
    y_pred, _ = many.forward(x[:, :, None], np.zeros((5, 2)), one.parameters)
    np.testing.assert_array_equal(y_pred[:, :, 0], one.walk()[0])
    state, _ = reference.encoder_forward(many.inputs["x"], many.inputs["a0"], {"encoder": many.parameters})
    np.testing.assert_allclose(state, rnn_forward(many.inputs["x"], many.inputs["a0"], many.parameters)[0][:, :, -1])


def test_wrong_shapes_are_told() -> None:
    wired = Wired("encoder_decoder", SIZES[0])
    wired.parameters["decoder"]["Waa"] = np.zeros((4, 4))
    with pytest.raises(ValueError, match=r"parameters\['decoder'\]\['Waa'\] has shape \(4, 4\); it needs \(n_a = 5, n_a = 5\)"):
        wired.walk()
    wired = Wired("many_to_one", SIZES[0])
    wired.inputs["lengths"] = wired.inputs["lengths"][:1]
    with pytest.raises(ValueError, match=r"lengths has shape \(1,\); it needs \(m = 2\)"):
        wired.walk()


def test_a_step_downhill_moves_every_array_and_leaves_the_old_ones() -> None:
    parameters = {"Wax": np.ones((2, 3)), "encoder": {"ba": np.full((2, 1), 2.0)}}
    gradients = {"dx": np.ones(1), "dWax": np.full((2, 3), 4.0), "encoder": {"dba": np.full((2, 1), -2.0)}}
    moved = descend(parameters, gradients, 0.25)
    np.testing.assert_equal(moved, {"Wax": np.zeros((2, 3)), "encoder": {"ba": np.full((2, 1), 2.5)}})
    np.testing.assert_equal(parameters, {"Wax": np.ones((2, 3)), "encoder": {"ba": np.full((2, 1), 2.0)}})


@pytest.mark.parametrize("key", ["one", "two", "three"])
def test_every_wiring_learns_its_task_well_inside_its_band(key: str) -> None:
    course = load_course(Path(__file__).resolve().parents[2])
    exercise = next(one for one in course.topic("rnn_types").exercises if one.name == "train")
    trained = set()
    for case in cases_of(course, exercise, key):
        wiring, batches, start, update = live(case.arguments)
        parameters, losses = train(wiring, (batch for batch in batches), start, update)  # an iterable will do
        end = train(wiring, batches[-1:], parameters, update)[1][0]
        assert end < 0.6 * BAND[wiring] < losses[0] and len(losses) == len(batches)
        trained.add(wiring)
    assert trained == set(WIRINGS)


def test_an_untrained_network_lies_outside_its_band() -> None:
    course = load_course(Path(__file__).resolve().parents[2])
    exercise = next(one for one in course.topic("rnn_types").exercises if one.name == "train")
    for case in cases_of(course, exercise, "class")[:4]:
        wiring, batches, start, update = live(case.arguments)
        assert train(wiring, batches[-1:], start, update)[1][0] > 3 * BAND[wiring]
