"""The networks from matrix products: measured slopes, the numbers of the readable ones, and fewer questions to NumPy."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import solutions.reference as reference
from solutions.reference import (
    fuse_gates,
    previous_states,
    project_inputs,
    project_inputs_backward,
    time_first,
)
from tests.solutions.test_reference import EVERY, SIZES, assert_gradient

INNER = {"rnn": ("Wax", "Waa", "ba"), "lstm": tuple(part + gate for gate in "fioc" for part in "Wb")}
BOTH = pytest.mark.parametrize("kind", INNER)


def network(kind: str, sizes: tuple[int, ...], dtype: str = "float64") -> dict[str, Any]:
    """Inputs of every kind: a sequence, a state, parameters, upstream gradients, a projection."""
    n_x, n_a, n_y, m, steps = sizes
    rng = np.random.default_rng(sum(sizes))
    normal = lambda *shape: (0.6 * rng.standard_normal(shape)).astype(dtype)  # noqa: E731  # one word for one thing
    if kind == "rnn":
        parameters = {"Wax": normal(n_a, n_x), "Waa": normal(n_a, n_a), "ba": normal(n_a, 1), "Wya": normal(n_y, n_a)}
    else:
        parameters = {"W" + gate: normal(n_a, n_a + n_x) for gate in "fico"} | {"b" + gate: normal(n_a, 1) for gate in "fico"}
        parameters["Wy"] = normal(n_y, n_a)
    return {"x": normal(n_x, m, steps), "a0": normal(n_a, m), "da": normal(n_a, m, steps),
            "parameters": parameters | {"by": normal(n_y, 1)}}  # fmt: skip  # one set


def forward(kind: str, n: dict[str, Any], suffix: str = "_fast") -> Any:
    return getattr(reference, f"{kind}_forward{suffix}")(n["x"], n["a0"], n["parameters"])


def backward(kind: str, n: dict[str, Any], cache: Any, suffix: str = "_fast") -> Any:
    return getattr(reference, f"{kind}_backward{suffix}")(n["da"], cache)


@EVERY
def test_a_projection_is_that_of_each_step_and_its_gradients_are_slopes(sizes: tuple[int, ...]) -> None:
    n = network("rnn", sizes)
    x, W, b, dz = n["x"], n["parameters"]["Wax"], n["parameters"]["ba"], n["da"]
    z = project_inputs(x, W, b)
    for t in range(x.shape[2]):
        np.testing.assert_allclose(z[:, :, t], W @ x[:, :, t] + b, rtol=1e-12)
    gradients = project_inputs_backward(dz, x, W)
    for name, owner in (("dx", x), ("dW", W), ("db", b)):
        assert_gradient(gradients[name], lambda: float(np.sum(dz * project_inputs(x, W, b))), owner, name)


@EVERY
def test_time_first_and_the_states_before_are_new_arrays_with_whole_steps_in_memory(sizes: tuple[int, ...]) -> None:
    n = network("rnn", sizes)
    steps = time_first(n["da"])
    previous = previous_states(steps, n["a0"])
    assert steps.flags.c_contiguous and previous.flags.c_contiguous
    assert not np.shares_memory(steps, n["da"]) and not np.shares_memory(previous, steps)
    for t in range(len(steps)):
        np.testing.assert_array_equal(steps[t], n["da"][:, :, t])
        np.testing.assert_array_equal(previous[t], n["da"][:, :, t - 1] if t else n["a0"])


def test_fused_gates_act_as_each_of_them_in_the_order_f_i_o_c() -> None:
    p = network("lstm", SIZES[0])["parameters"]
    W, b = fuse_gates(p)
    column = np.random.default_rng(0).standard_normal((8, 2))
    for part, gate in zip(np.split(W @ column + b, 4), "fioc", strict=True):
        np.testing.assert_allclose(part, p["W" + gate] @ column + p["b" + gate], rtol=1e-12)


@BOTH
@EVERY
def test_a_sequence_back(kind: str, sizes: tuple[int, ...]) -> None:
    n = network(kind, sizes)
    gradients = backward(kind, n, forward(kind, n)[-1])
    owners = {"dx": n["x"], "da0": n["a0"], **{"d" + key: n["parameters"][key] for key in INNER[kind]}}
    assert gradients.keys() == owners.keys()
    for name, owner in owners.items():
        if name in ("dWf", "dbf") and sizes[-1] == 1:  # one step forgets nothing: its memory before is zero
            np.testing.assert_allclose(gradients[name], 0, atol=1e-12)
        else:
            assert_gradient(gradients[name], lambda: float(np.sum(n["da"] * forward(kind, n)[0])), owner, name)


@BOTH
@EVERY
def test_the_numbers_are_those_of_the_readable_ones(kind: str, sizes: tuple[int, ...]) -> None:
    n = network(kind, sizes)
    (*mine, cache), (*theirs, caches) = forward(kind, n), forward(kind, n, "")
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)
    owed = backward(kind, n, caches, "")
    for name, gradient in backward(kind, n, cache).items():
        np.testing.assert_allclose(gradient, owed[name], rtol=1e-10, atol=1e-12, err_msg=name)


@BOTH
@EVERY
def test_float32_stays_float32_and_shapes_are_as_promised(kind: str, sizes: tuple[int, ...]) -> None:
    n_x, n_a, n_y, m, steps = sizes
    n = network(kind, sizes, "float32")
    *states, cache = forward(kind, n)
    assert [one.shape for one in states] == [(n_a, m, steps), (n_y, m, steps), (n_a, m, steps)][: len(states)]
    for array in (*states, *backward(kind, n, cache).values()):
        assert array.dtype == np.float32


@BOTH
def test_nothing_is_written_into_inputs_or_given_back(kind: str) -> None:
    n = network(kind, SIZES[0])
    before = copy.deepcopy(n)
    *states, cache = forward(kind, n)
    kept = copy.deepcopy(cache)
    gradients = backward(kind, n, cache)
    np.testing.assert_equal((n, cache), (before, kept))
    inputs = [n["x"], n["a0"], n["da"], *n["parameters"].values()]
    assert not any(np.shares_memory(array, one) for array in (*states, *gradients.values()) for one in inputs)


class Counted(np.ndarray):
    """An array that counts the matrix products it takes part in."""

    products = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        Counted.products += ufunc is np.matmul
        if out is not None:
            options["out"] = tuple(np.asarray(one) for one in out)
        result = getattr(ufunc, method)(*(np.asarray(one) for one in inputs), **options)
        return result.view(Counted) if isinstance(result, np.ndarray) else result

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        Counted.products += function is np.dot
        result = super().__array_function__(function, types, inputs, options)
        return result.view(Counted) if isinstance(result, np.ndarray) else result


@BOTH
def test_a_step_more_costs_one_product_on_each_way(kind: str) -> None:
    counts = []
    for steps in (5, 6):
        n = network(kind, (3, 5, 4, 2, steps))
        n["parameters"] = {key: value.view(Counted) for key, value in n["parameters"].items()}
        n |= {key: n[key].view(Counted) for key in ("x", "a0", "da")}
        Counted.products = 0
        backward(kind, n, forward(kind, n)[-1])
        counts.append(Counted.products)
    assert counts[1] - counts[0] == 2
