"""The LSTM against measured slopes, with and without peepholes, in float64, on sizes that are all different."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.draws import draw_all
from solutions.reference import initialize_lstm, lstm, peephole_lstm
from tests.solutions.test_reference import assert_gradient

SIZES = [(3, 5, 4, 2, 6), (6, 2, 3, 4, 5), (2, 3, 5, 1, 4), (4, 6, 2, 3, 1), (2, 4, 3, 1, 1)]  # n_x, n_a, n_y, m, T
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))
BOTH = pytest.mark.parametrize("kind", ["", "peephole_"], ids=["plain", "peephole"])
GATES = ("Wf", "bf", "Wi", "bi", "Wc", "bc", "Wo", "bo")
PEEPHOLES = ("pf", "pi", "po")


class Network:
    """One kind's four functions, and inputs of every kind for them."""

    def __init__(self, kind: str, sizes: tuple[int, ...], dtype: str = "float64") -> None:
        module = peephole_lstm if kind else lstm
        self.cell, self.sequence, self.cell_back, self.back = (
            getattr(module, f"{kind}lstm_{name}") for name in ("cell_forward", "forward", "cell_backward", "backward")
        )
        self.keys = (*GATES, *PEEPHOLES) if kind else GATES
        shapes = {"x": "n_x m T_x", "xt": "n_x m", "a0": "n_a m", "c_prev": "n_a m", "da": "n_a m T_x", "da_next": "n_a m",
                  "dc_next": "n_a m", "parameters": module.PARAMETERS}  # fmt: skip  # one set
        named = dict(zip(("n_x", "n_a", "n_y", "m", "T_x"), sizes, strict=True))
        self.n = cast(draw_all(shapes, named, np.random.default_rng(sum(sizes))), dtype)

    def step(self) -> Any:
        return self.cell(self.n["xt"], self.n["a0"], self.n["c_prev"], self.n["parameters"])

    def walk(self) -> Any:
        return self.sequence(self.n["x"], self.n["a0"], self.n["parameters"])


def cast(value: Any, dtype: str) -> Any:
    return {key: cast(inner, dtype) for key, inner in value.items()} if isinstance(value, dict) else value.astype(dtype)


def assert_gradients(gradients: dict[str, Any], owners: dict[str, Any], loss: Callable[[], float], zero: set[str]) -> None:
    """Every gradient is its owner's measured slope; only those in ``zero`` may be zero, and are."""
    assert set(gradients) == set(owners)
    for name, owner in owners.items():
        if name in zero:
            np.testing.assert_array_equal(gradients[name], np.zeros_like(owner), err_msg=name)
        else:
            assert_gradient(gradients[name], loss, owner, name)


@BOTH
@EVERY
def test_one_step_back(kind: str, sizes: tuple[int, ...]) -> None:
    net = Network(kind, sizes)
    n = net.n

    def loss() -> float:
        a_next, c_next, _, _ = net.step()
        return float(np.sum(n["da_next"] * a_next) + np.sum(n["dc_next"] * c_next))

    owners = {"dxt": n["xt"], "da_prev": n["a0"], "dc_prev": n["c_prev"]} | {"d" + key: n["parameters"][key] for key in net.keys}
    assert_gradients(net.cell_back(n["da_next"], n["dc_next"], net.step()[3]), owners, loss, set())


@BOTH
@EVERY
def test_a_sequence_back(kind: str, sizes: tuple[int, ...]) -> None:
    net = Network(kind, sizes)
    n = net.n
    owners = {"dx": n["x"], "da0": n["a0"]} | {"d" + key: n["parameters"][key] for key in net.keys}
    unused = {"dWf", "dbf", "dpf", "dpi"} if sizes[-1] == 1 else set()  # one step forgets nothing: its memory before is zero
    assert_gradients(net.back(n["da"], net.walk()[3]), owners, lambda: float(np.sum(n["da"] * net.walk()[0])), unused)


@BOTH
@EVERY
def test_float32_stays_float32_and_shapes_are_as_promised(kind: str, sizes: tuple[int, ...]) -> None:
    n_x, n_a, n_y, m, steps = sizes
    net = Network(kind, sizes, "float32")
    a, y_pred, c, caches = net.walk()
    assert (a.shape, y_pred.shape, c.shape) == ((n_a, m, steps), (n_y, m, steps), (n_a, m, steps))
    gradients = {**net.back(net.n["da"], caches), **net.cell_back(net.n["da_next"], net.n["dc_next"], caches[0][0])}
    for name, array in {"a": a, "y_pred": y_pred, "c": c, **gradients}.items():
        assert array.dtype == np.float32, name


@BOTH
def test_a_sequence_is_its_steps_one_after_the_other_from_an_empty_memory(kind: str) -> None:
    net = Network(kind, SIZES[0])
    a, y_pred, c, (caches, x) = net.walk()
    state, memory = net.n["a0"], np.zeros_like(net.n["a0"])
    for t in range(x.shape[2]):
        state, memory, prediction, _ = net.cell(x[:, :, t], state, memory, net.n["parameters"])
        for mine, theirs in ((a, state), (c, memory), (y_pred, prediction)):
            np.testing.assert_array_equal(mine[:, :, t], theirs)
    assert x is net.n["x"] and len(caches) == x.shape[2]


@BOTH
def test_no_model_answer_writes_into_its_inputs_or_gives_them_back(kind: str) -> None:
    net = Network(kind, SIZES[0])
    before = copy.deepcopy(net.n)
    a, y_pred, c, caches = net.walk()
    kept = copy.deepcopy(caches)
    gradients = {**net.back(net.n["da"], caches), **net.cell_back(net.n["da_next"], net.n["dc_next"], net.step()[3])}
    np.testing.assert_equal((net.n, caches), (before, kept))
    inputs = [net.n[key] for key in net.n if key != "parameters"] + list(net.n["parameters"].values())
    for array in (a, y_pred, c, *gradients.values()):
        assert not any(np.shares_memory(array, one) for one in inputs)


def test_without_weight_the_peepholes_change_nothing_and_each_touches_its_own_element_only() -> None:
    plain, peeping = Network("", SIZES[0]), Network("peephole_", SIZES[0])
    peeping.n["parameters"] |= {key: np.zeros((5, 1)) for key in PEEPHOLES}
    inputs = [peeping.n[key] for key in ("xt", "a0", "c_prev", "parameters")]
    np.testing.assert_array_equal(peeping.step()[0], plain.cell(*inputs)[0])
    for key in PEEPHOLES:
        peeping = Network("peephole_", SIZES[0])
        before = peeping.step()[0]
        peeping.n["parameters"][key][2] += 1
        assert set(np.nonzero(np.any(peeping.step()[0] != before, axis=1))[0]) == {2}, key


def test_an_open_forget_gate_and_a_shut_input_gate_keep_the_memory() -> None:
    net = Network("", SIZES[0])
    for gate, bias in (("f", 50.0), ("i", -50.0)):
        net.n["parameters"]["b" + gate][:] = bias
    np.testing.assert_allclose(net.step()[1], net.n["c_prev"])


def test_a_start_has_zero_biases_an_open_forget_gate_and_weights_of_the_stated_spread() -> None:
    parameters = initialize_lstm(30, 50, 40, np.random.default_rng(0), forget_bias=2.0)
    assert {key: value.shape for key, value in parameters.items()} == {
        **{"W" + gate: (50, 80) for gate in "fico"}, **{"b" + gate: (50, 1) for gate in "fico"}, "Wy": (40, 50), "by": (40, 1)
    }  # fmt: skip  # one table
    np.testing.assert_array_equal(parameters["bf"], 2.0)
    for key in ("bi", "bc", "bo", "by"):
        np.testing.assert_array_equal(parameters[key], 0.0)
    for gate in "fico":
        assert parameters["W" + gate].std() == pytest.approx(1 / np.sqrt(80), rel=0.1)
    assert parameters["Wy"].std() == pytest.approx(1 / np.sqrt(50), rel=0.1)
    np.testing.assert_array_equal(initialize_lstm(2, 3, 4, np.random.default_rng(0))["bf"], 1.0)


@BOTH
def test_wrong_shapes_are_told(kind: str) -> None:
    net = Network(kind, SIZES[0])
    with pytest.raises(ValueError, match=r"parameters\['Wo'\] has shape \(5, 7\); it needs \(n_a = 5, n_a\+n_x = 8\)"):
        net.cell(net.n["xt"], net.n["a0"], net.n["c_prev"], {**net.n["parameters"], "Wo": np.zeros((5, 7))})
    with pytest.raises(ValueError, match=r"c_prev has shape \(5, 1\); it needs \(n_a = 5, m = 2\)"):
        net.cell(net.n["xt"], net.n["a0"], net.n["c_prev"][:, :1], net.n["parameters"])
    with pytest.raises(ValueError, match=r"dc_next has shape \(5, 1\); it needs \(n_a = 5, m = 2\)"):
        net.cell_back(net.n["da_next"], net.n["dc_next"][:, :1], net.step()[3])
