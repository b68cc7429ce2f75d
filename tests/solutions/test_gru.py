"""The GRU against measured slopes, simplified and full, in float64, on sizes that are all different."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from autograder.draws import draw_all
from solutions.reference import gru, simplified_gru
from tests.solutions.test_reference import assert_gradient

SIZES = [(3, 5, 4, 2, 6), (6, 2, 3, 4, 5), (2, 3, 5, 1, 4), (4, 6, 2, 3, 1), (2, 4, 3, 1, 1)]  # n_x, n_c, n_y, m, T
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))
BOTH = pytest.mark.parametrize("kind", ["simplified_", ""], ids=["simplified", "full"])


class Network:
    """One kind's four functions, and inputs of every kind for them."""

    def __init__(self, kind: str, sizes: tuple[int, ...], dtype: str = "float64") -> None:
        module = simplified_gru if kind else gru
        self.cell, self.sequence, self.cell_back, self.back = (
            getattr(module, f"{kind}gru_{name}") for name in ("cell_forward", "forward", "cell_backward", "backward")
        )
        self.keys = ("Wu", "bu", "Wc", "bc") if kind else ("Wu", "bu", "Wr", "br", "Wc", "bc")
        shapes = {"x": "n_x m T_x", "xt": "n_x m", "c0": "n_c m", "dc": "n_c m T_x", "dc_next": "n_c m",
                  "parameters": module.PARAMETERS}  # fmt: skip  # one set
        named = dict(zip(("n_x", "n_c", "n_y", "m", "T_x"), sizes, strict=True))
        self.n = cast(draw_all(shapes, named, np.random.default_rng(sum(sizes))), dtype)
        self.owners = {"d" + key: self.n["parameters"][key] for key in self.keys}

    def step(self) -> Any:
        return self.cell(self.n["xt"], self.n["c0"], self.n["parameters"])

    def walk(self) -> Any:
        return self.sequence(self.n["x"], self.n["c0"], self.n["parameters"])


def cast(value: Any, dtype: str) -> Any:
    return {key: cast(inner, dtype) for key, inner in value.items()} if isinstance(value, dict) else value.astype(dtype)


@BOTH
@EVERY
def test_one_step_back(kind: str, sizes: tuple[int, ...]) -> None:
    net = Network(kind, sizes)
    gradients = net.cell_back(net.n["dc_next"], net.step()[2])
    owners = {"dxt": net.n["xt"], "dc_prev": net.n["c0"], **net.owners}
    assert gradients.keys() == owners.keys()
    for name, owner in owners.items():
        assert_gradient(gradients[name], lambda: float(np.sum(net.n["dc_next"] * net.step()[0])), owner, name)


@BOTH
@EVERY
def test_a_sequence_back(kind: str, sizes: tuple[int, ...]) -> None:
    net = Network(kind, sizes)
    gradients = net.back(net.n["dc"], net.walk()[2])
    owners = {"dx": net.n["x"], "dc0": net.n["c0"], **net.owners}
    assert gradients.keys() == owners.keys()
    for name, owner in owners.items():
        assert_gradient(gradients[name], lambda: float(np.sum(net.n["dc"] * net.walk()[0])), owner, name)


@BOTH
@EVERY
def test_float32_stays_float32_and_shapes_are_as_promised(kind: str, sizes: tuple[int, ...]) -> None:
    _, n_c, n_y, m, steps = sizes
    net = Network(kind, sizes, "float32")
    c, y_pred, caches = net.walk()
    assert (c.shape, y_pred.shape) == ((n_c, m, steps), (n_y, m, steps))
    np.testing.assert_allclose(y_pred.sum(axis=0), 1.0, rtol=1e-5)
    gradients = {**net.back(net.n["dc"], caches), **net.cell_back(net.n["dc_next"], caches[0][0])}
    for name, array in {"c": c, "y_pred": y_pred, **gradients}.items():
        assert array.dtype == np.float32, name


@BOTH
def test_a_sequence_is_its_steps_one_after_the_other(kind: str) -> None:
    net = Network(kind, SIZES[0])
    c, y_pred, (caches, x) = net.walk()
    memory = net.n["c0"]
    for t in range(x.shape[2]):
        memory, prediction, cache = net.cell(x[:, :, t], memory, net.n["parameters"])
        np.testing.assert_array_equal(c[:, :, t], memory)
        np.testing.assert_array_equal(y_pred[:, :, t], prediction)
        np.testing.assert_equal(caches[t], cache)
    assert x is net.n["x"] and len(caches) == x.shape[2]


@BOTH
def test_no_model_answer_writes_into_its_inputs_or_gives_them_back(kind: str) -> None:
    net = Network(kind, SIZES[0])
    before = copy.deepcopy(net.n)
    c, y_pred, caches = net.walk()
    kept = copy.deepcopy(caches)
    gradients = {**net.back(net.n["dc"], caches), **net.cell_back(net.n["dc_next"], net.step()[2])}
    np.testing.assert_equal((net.n, caches), (before, kept))
    inputs = [net.n[key] for key in net.n if key != "parameters"] + list(net.n["parameters"].values())
    for array in (c, y_pred, *gradients.values()):
        assert not any(np.shares_memory(array, one) for one in inputs)


@BOTH
def test_a_shut_update_gate_keeps_the_memory_and_an_open_one_forgets_it(kind: str) -> None:
    net = Network(kind, SIZES[0])
    net.n["parameters"]["bu"][:] = -50.0
    np.testing.assert_allclose(net.walk()[0][:, :, -1], net.n["c0"])
    np.testing.assert_allclose(net.back(net.n["dc"], net.walk()[2])["dc0"], net.n["dc"].sum(axis=2), rtol=1e-6)
    net.n["parameters"]["bu"][:] = 50.0
    cct = net.step()[2][-3]
    np.testing.assert_allclose(net.step()[0], cct)


def test_with_the_reset_gate_open_the_full_unit_is_the_simplified_one_and_shut_it_sees_the_input_alone() -> None:
    full, simple = Network("", SIZES[0]), Network("simplified_", SIZES[0])
    full.n["parameters"]["Wr"][:] = 0.0
    full.n["parameters"]["br"][:] = 50.0
    expected = simple.sequence(full.n["x"], full.n["c0"], full.n["parameters"])[0]
    np.testing.assert_allclose(full.walk()[0], expected)
    full.n["parameters"]["br"][:] = -50.0
    Wc, bc = full.n["parameters"]["Wc"], full.n["parameters"]["bc"]
    np.testing.assert_allclose(full.step()[2][4], np.tanh(Wc[:, 5:] @ full.n["xt"] + bc))
