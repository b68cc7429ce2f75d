"""The model answers against measured slopes, in float64, on sizes that are all different."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from solutions.reference import (
    numerical_gradient,
    output_backward,
    rnn_backward,
    rnn_cell_backward,
    rnn_cell_forward,
    rnn_forward,
    sequence_cross_entropy,
    softmax,
    softmax_cross_entropy_backward,
    stack_weights,
)

SIZES = [(3, 5, 4, 2, 6), (6, 2, 3, 4, 5), (2, 3, 5, 1, 4), (4, 6, 2, 3, 1), (2, 4, 3, 1, 1)]  # n_x, n_a, n_y, m, T
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))


def network(sizes: tuple[int, ...], dtype: str = "float64") -> dict[str, Any]:
    """Inputs of every kind: a sequence, its first step, a state, parameters, a truth, upstream gradients."""
    n_x, n_a, n_y, m, steps = sizes
    rng = np.random.default_rng(sum(sizes))
    normal = lambda *shape: (0.6 * rng.standard_normal(shape)).astype(dtype)  # noqa: E731  # one word for one thing
    x = normal(n_x, m, steps)
    y = np.moveaxis(np.eye(n_y, dtype=dtype)[rng.integers(n_y, size=(m, steps))], -1, 0)
    parameters = {"Wax": normal(n_a, n_x), "Waa": normal(n_a, n_a), "Wya": normal(n_y, n_a), "ba": normal(n_a, 1),
                  "by": normal(n_y, 1)}  # fmt: skip  # one network
    return {"x": x, "xt": x[:, :, 0], "a0": normal(n_a, m), "parameters": parameters, "y": y,
            "da": normal(n_a, m, steps), "da_next": normal(n_a, m)}  # fmt: skip  # one set


def slope(loss: Callable[[], float], array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The slope of a loss that reads ``array``, one entry at a time. It shares no line with the course's own."""
    measured = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        here, sides = array[index], []
        for side in (1e-5, -1e-5):
            array[index] = here + side
            sides.append(loss())
        array[index] = here
        measured[index] = (sides[0] - sides[1]) / 2e-5
    return measured


def assert_gradient(gradient: np.ndarray[Any, Any], loss: Callable[[], float], owner: np.ndarray[Any, Any], name: str) -> None:
    """A gradient has its owner's shape, is not zero, and is the measured slope."""
    assert gradient.shape == owner.shape, name
    assert np.linalg.norm(gradient) > 1e-3, f"{name} is as good as zero"
    np.testing.assert_allclose(gradient, slope(loss, owner), rtol=1e-6, atol=1e-8, err_msg=name)


@EVERY
def test_one_step_back(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    n["xt"] = n["xt"].copy()

    def loss() -> float:
        return float(np.sum(n["da_next"] * rnn_cell_forward(n["xt"], n["a0"], n["parameters"])[0]))

    gradients = rnn_cell_backward(n["da_next"], rnn_cell_forward(n["xt"], n["a0"], n["parameters"])[2])
    assert_gradient(gradients["dxt"], loss, n["xt"], "dxt")
    assert_gradient(gradients["da_prev"], loss, n["a0"], "da_prev")
    for key in ("Wax", "Waa", "ba"):
        assert_gradient(gradients["d" + key], loss, n["parameters"][key], "d" + key)


@EVERY
def test_a_sequence_back(sizes: tuple[int, ...]) -> None:
    n = network(sizes)

    def loss() -> float:
        return float(np.sum(n["da"] * rnn_forward(n["x"], n["a0"], n["parameters"])[0]))

    gradients = rnn_backward(n["da"], rnn_forward(n["x"], n["a0"], n["parameters"])[2])
    assert_gradient(gradients["dx"], loss, n["x"], "dx")
    assert_gradient(gradients["da0"], loss, n["a0"], "da0")
    for key in ("Wax", "Waa", "ba"):
        assert_gradient(gradients["d" + key], loss, n["parameters"][key], "d" + key)


@EVERY
def test_the_loss_back_to_the_scores(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    z = 0.6 * np.random.default_rng(1).standard_normal(n["y"].shape)
    gradient = softmax_cross_entropy_backward(softmax(z), n["y"])
    assert_gradient(gradient, lambda: float(sequence_cross_entropy(softmax(z), n["y"])), z, "dz")


@EVERY
def test_the_output_back_to_weights_bias_and_states(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    a, p = n["da"].copy(), n["parameters"]  # any states will do

    def predict() -> np.ndarray[Any, Any]:
        return softmax(np.stack([p["Wya"] @ a[:, :, t] + p["by"] for t in range(a.shape[2])], axis=2))

    gradients = output_backward(softmax_cross_entropy_backward(predict(), n["y"]), a, p)
    for name, owner in (("dWya", p["Wya"]), ("dby", p["by"]), ("da", a)):
        assert_gradient(gradients[name], lambda: float(sequence_cross_entropy(predict(), n["y"])), owner, name)


@EVERY
def test_the_whole_chain_from_the_loss_to_every_parameter(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    p = n["parameters"]
    a, y_pred, caches = rnn_forward(n["x"], n["a0"], p)
    upper = output_backward(softmax_cross_entropy_backward(y_pred, n["y"]), a, p)
    gradients = {**upper, **rnn_backward(upper["da"], caches)}
    for key in p:
        assert_gradient(
            gradients["d" + key],
            lambda: float(sequence_cross_entropy(rnn_forward(n["x"], n["a0"], p)[1], n["y"])),
            p[key],
            "d" + key,
        )


@EVERY
def test_float32_stays_float32_and_shapes_are_as_promised(sizes: tuple[int, ...]) -> None:
    n_x, n_a, n_y, m, steps = sizes
    n = network(sizes, "float32")
    a, y_pred, caches = rnn_forward(n["x"], n["a0"], n["parameters"])
    dz = softmax_cross_entropy_backward(y_pred, n["y"])
    upper = output_backward(dz, a, n["parameters"])
    gradients = {**upper, **rnn_backward(upper["da"], caches)}
    assert (a.shape, y_pred.shape) == ((n_a, m, steps), (n_y, m, steps))
    for name, array in {"a": a, "y_pred": y_pred, "dz": dz, **gradients}.items():
        assert array.dtype == np.float32, name


def test_a_sequence_is_its_steps_one_after_the_other() -> None:
    n = network(SIZES[0])
    a, y_pred, (caches, x) = rnn_forward(n["x"], n["a0"], n["parameters"])
    state = n["a0"]
    for t in range(n["x"].shape[2]):
        state, prediction, _ = rnn_cell_forward(n["x"][:, :, t], state, n["parameters"])
        np.testing.assert_array_equal(a[:, :, t], state)
        np.testing.assert_array_equal(y_pred[:, :, t], prediction)
        np.testing.assert_array_equal(caches[t][0], state)
    assert x is n["x"] and len(caches) == n["x"].shape[2]


def test_stacked_weights_act_on_stacked_vectors() -> None:
    n = network(SIZES[0])
    p = n["parameters"]
    stacked = stack_weights(p["Waa"], p["Wax"]) @ np.concatenate([n["a0"], n["xt"]])
    np.testing.assert_allclose(stacked, p["Waa"] @ n["a0"] + p["Wax"] @ n["xt"])


def test_softmax_holds_for_scores_of_any_size() -> None:
    np.testing.assert_allclose(softmax(np.array([[1000.0, -1000.0], [1000.0, 1000.0]])), [[0.5, 0.0], [0.5, 1.0]])
    z = np.random.default_rng(0).standard_normal((4, 3, 2))
    np.testing.assert_allclose(softmax(z + 1000).sum(axis=0), 1.0)
    np.testing.assert_allclose(softmax(z + 1000), softmax(z))


def test_the_loss_of_a_certain_and_right_prediction_is_zero_and_guessing_costs_log_n_per_step() -> None:
    y = np.moveaxis(np.eye(4)[[[0, 1, 3], [2, 2, 0]]], -1, 0)
    assert sequence_cross_entropy(np.where(y == 1, 1.0, 1e-300), y) == pytest.approx(0.0)
    assert sequence_cross_entropy(np.full(y.shape, 0.25), y) == pytest.approx(3 * np.log(4))


def test_numerical_gradient_finds_a_known_slope_and_leaves_x_alone() -> None:
    x = np.random.default_rng(0).standard_normal((3, 2))
    before = x.copy()
    np.testing.assert_allclose(numerical_gradient(lambda v: float(np.sum(v**3)), x), 3 * x**2, rtol=1e-6)
    np.testing.assert_array_equal(x, before)


def test_no_model_answer_writes_into_its_inputs() -> None:
    n = network(SIZES[0])
    before = copy.deepcopy(n)
    a, y_pred, caches = rnn_forward(n["x"], n["a0"], n["parameters"])
    upper = output_backward(softmax_cross_entropy_backward(y_pred, n["y"]), a, n["parameters"])
    kept = copy.deepcopy((a, upper["da"], caches))
    rnn_backward(upper["da"], caches)
    np.testing.assert_equal(n, before)
    np.testing.assert_equal((a, upper["da"], caches), kept)
