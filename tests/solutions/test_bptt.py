"""ReLU, the relative difference and truncated back-propagation, against measured slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from solutions.reference import (
    gradient_check,
    rnn_backward,
    rnn_backward_truncated,
    rnn_cell_backward,
    rnn_cell_forward,
    rnn_forward,
)

SIZES = [(3, 5, 4, 2, 7), (6, 2, 3, 4, 5), (2, 3, 5, 1, 4), (4, 6, 2, 3, 1), (2, 4, 3, 1, 1)]  # n_x, n_a, n_y, m, T
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))
BOTH = pytest.mark.parametrize("activation", ["tanh", "relu"])
Array = np.ndarray[Any, Any]


def network(sizes: tuple[int, ...], dtype: str = "float64") -> tuple[Array, Array, dict[str, Array], Array]:
    """A sequence, a state, parameters, and a gradient from above."""
    n_x, n_a, n_y, m, steps = sizes
    rng = np.random.default_rng(sum(sizes))
    shapes = {"x": (n_x, m, steps), "a0": (n_a, m), "da": (n_a, m, steps), "Wax": (n_a, n_x), "Waa": (n_a, n_a),
              "Wya": (n_y, n_a), "ba": (n_a, 1), "by": (n_y, 1)}  # fmt: skip  # one network
    made = {key: (0.6 * rng.standard_normal(shape)).astype(dtype) for key, shape in shapes.items()}
    return made.pop("x"), made.pop("a0"), made, made.pop("da")


def slope(loss: Callable[[], float], array: Array) -> Array:
    """The slope of a loss that reads ``array``; it shares no line with the course's own."""
    measured = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        here, sides = array[index], []
        for side in (1e-6, -1e-6):
            array[index] = here + side
            sides.append(loss())
        array[index] = here
        measured[index] = (sides[0] - sides[1]) / 2e-6
    return measured


def assert_slopes(gradients: dict[str, Array], loss: Callable[[], float], owners: dict[str, Array]) -> None:
    assert gradients.keys() == owners.keys()
    for name, owner in owners.items():
        assert gradients[name].shape == owner.shape and np.linalg.norm(gradients[name]) > 1e-3, name
        np.testing.assert_allclose(gradients[name], slope(loss, owner), rtol=1e-6, atol=1e-7, err_msg=name)


@EVERY
@BOTH
def test_one_step_and_a_sequence_back(sizes: tuple[int, ...], activation: str) -> None:
    x, a0, parameters, da = network(sizes)
    owners = {"da0": a0, **{f"d{key}": parameters[key] for key in ("Wax", "Waa", "ba")}}

    def loss() -> float:
        return float(np.sum(da * rnn_forward(x, a0, parameters, activation)[0]))

    gradients = rnn_backward(da, rnn_forward(x, a0, parameters, activation)[2], activation)
    assert_slopes(gradients, loss, {"dx": x, **owners})
    xt = x[:, :, 0].copy()
    step = rnn_cell_backward(da[:, :, 0], rnn_cell_forward(xt, a0, parameters, activation)[2], activation)
    owners["da_prev"] = owners.pop("da0")

    def loss_of_step() -> float:
        return float(np.sum(da[:, :, 0] * rnn_cell_forward(xt, a0, parameters, activation)[0]))

    assert_slopes(step, loss_of_step, {"dxt": xt, **owners})


@EVERY
@BOTH
@pytest.mark.parametrize("steps", [1, 2, 3, 9])
def test_truncated_is_the_slope_with_entering_states_held(sizes: tuple[int, ...], activation: str, steps: int) -> None:
    x, a0, parameters, da = network(sizes)
    a, _, caches = rnn_forward(x, a0, parameters, activation)
    entering = {start: a[:, :, start - 1].copy() for start in range(steps, x.shape[2], steps)}
    ends = [slice(start, start + steps) for start in range(0, x.shape[2], steps)]

    def loss() -> float:
        parts = [rnn_forward(x[:, :, one], entering.get(one.start, a0), parameters, activation)[0] for one in ends]
        return float(np.sum(da * np.concatenate(parts, axis=2)))

    owners = {"dx": x, "da0": a0, **{f"d{key}": parameters[key] for key in ("Wax", "Waa", "ba")}}
    assert_slopes(rnn_backward_truncated(da, caches, steps, activation), loss, owners)


def test_a_segment_as_long_as_the_sequence_cuts_nothing() -> None:
    x, a0, parameters, da = network(SIZES[0])
    caches = rnn_forward(x, a0, parameters)[2]
    np.testing.assert_equal(rnn_backward_truncated(da, caches, 7), rnn_backward(da, caches))
    assert np.any(rnn_backward_truncated(da, caches, 6)["dWaa"] != rnn_backward(da, caches)["dWaa"])


def test_the_relative_difference_is_small_for_a_right_gradient_and_large_for_a_wrong_one() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))

    def f(x: Array) -> float:
        return float(np.sum(x**3))

    assert gradient_check(f, 3 * x**2, x) < 1e-8
    assert gradient_check(f, 9 * x**2, x) == pytest.approx(0.5)
    assert gradient_check(f, -3 * x**2, x) == pytest.approx(1.0)
    assert gradient_check(lambda x: 1.0, np.zeros_like(x), x) == 0.0


@BOTH
def test_float32_stays_float32(activation: str) -> None:
    x, a0, parameters, da = network(SIZES[0], "float32")
    a, y_pred, caches = rnn_forward(x, a0, parameters, activation)
    gradients = {**rnn_backward(da, caches, activation), "cut": rnn_backward_truncated(da, caches, 2, activation)["dWaa"]}
    for name, array in {"a": a, "y_pred": y_pred, **gradients}.items():
        assert array.dtype == np.float32, name


def test_what_is_not_known_is_refused_in_a_sentence() -> None:
    x, a0, parameters, da = network(SIZES[0])
    caches = rnn_forward(x, a0, parameters)[2]
    with pytest.raises(ValueError, match="activation is 'sine'; it must be 'tanh' or 'relu'"):
        rnn_forward(x, a0, parameters, "sine")
    with pytest.raises(ValueError, match="activation is 'sine'; it must be 'tanh' or 'relu'"):
        rnn_backward(da, caches, "sine")
    with pytest.raises(ValueError, match="steps is 0; it must be a whole number, 1 or more"):
        rnn_backward_truncated(da, caches, 0)
