"""To another library and back: nothing changes; and what differs in substance is told. `make crosscheck` runs the libraries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.draws import draw_all
from solutions.reference import conventions, gru, gru_forward, lstm, peephole_lstm, simplified_gru, simplified_gru_forward
from solutions.reference.conventions.blocks import put_together, taken_apart
from solutions.reference.reset_after_gru import PARAMETERS as RESET_AFTER
from solutions.reference.reset_after_gru import reset_after_gru_backward, reset_after_gru_forward
from solutions.reference.rnn import PARAMETERS as RNN
from tests.solutions.test_reference import assert_gradient

SHAPES: dict[str, dict[str, str]] = {
    "rnn": RNN,
    "gru": gru.PARAMETERS,
    "reset_after_gru": RESET_AFTER,
    "lstm": lstm.PARAMETERS,
    "peephole": peephole_lstm.PARAMETERS,
}
OUTPUT_LAYER = ("Wya", "Wy", "by")


def parameters_of(kind: str, seed: int = 0, n_x: int = 3, dtype: str = "float64") -> dict[str, Any]:
    """Parameters of one layer without its output layer."""
    sizes = {"n_x": n_x, "n_a": 5, "n_c": 5, "n_y": 4}
    inner = {key: axes for key, axes in SHAPES[kind].items() if key not in OUTPUT_LAYER}
    return {key: value.astype(dtype) for key, value in draw_all(inner, sizes, np.random.default_rng(seed)).items()}


def assert_same(one: Any, other: Any) -> None:
    assert one.keys() == other.keys()
    for key in one:
        np.testing.assert_array_equal(one[key], other[key], err_msg=key)
        assert one[key].dtype == other[key].dtype and one[key].shape == other[key].shape


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("kind", ["rnn", "reset_after_gru", "lstm"])
def test_pytorch_and_back_in_two_layers_and_two_directions(kind: str, dtype: str) -> None:
    layers = [[parameters_of(kind, seed, n_x, dtype) for seed in (n_x, n_x + 1)] for n_x in (3, 10)]
    state = conventions.to_pytorch(kind, layers)
    assert {name.partition("_l")[2] for name in state} == {"0", "0_reverse", "1", "1_reverse"} and len(state) == 16
    gates = {"rnn": 1, "reset_after_gru": 3, "lstm": 4}[kind]
    assert state["weight_ih_l1"].shape == (5 * gates, 10) and state["bias_hh_l0_reverse"].shape == (5 * gates,)
    back = conventions.from_pytorch(kind, state)
    assert [len(one) for one in back] == [2, 2]
    for ours, theirs in zip(layers, back, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert_same(other, one)


@pytest.mark.parametrize("kind", ["rnn", "gru", "reset_after_gru", "lstm"])
def test_keras_and_back(kind: str) -> None:
    ours = parameters_of(kind)
    kernel, recurrent, bias = conventions.to_keras(kind, ours)
    assert kernel.shape[0] == 3 and recurrent.shape[0] == 5 and bias.ndim == (2 if kind == "reset_after_gru" else 1)
    assert_same(conventions.from_keras(kind, [kernel, recurrent, bias]), ours)


@pytest.mark.parametrize("kind", ["rnn", "gru", "reset_after_gru", "lstm", "peephole"])
def test_onnx_and_back_in_two_directions(kind: str) -> None:
    ours = [parameters_of(kind, seed) for seed in (0, 1)]
    name = "lstm" if kind == "peephole" else kind
    inputs = conventions.to_onnx(name, ours)
    assert ("P" in inputs) == (kind == "peephole") and inputs["B"].shape == (2, 2 * inputs["W"].shape[1])
    for one, other in zip(conventions.from_onnx(name, inputs), ours, strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_cs231n_and_back(kind: str) -> None:
    ours = parameters_of(kind)
    Wx, Wh, b = conventions.to_cs231n(kind, ours)
    assert Wx.shape[0] == 3 and Wh.shape[0] == 5 and b.shape == (Wx.shape[1],)
    assert_same(conventions.from_cs231n(kind, Wx, Wh, b), ours)


@pytest.mark.parametrize("kind", ["rnn", "reset_after_gru", "lstm"])
def test_two_biases_of_theirs_become_their_sum(kind: str) -> None:
    state = conventions.to_pytorch(kind, [[parameters_of(kind)]])
    rng = np.random.default_rng(1)
    state = {name: rng.standard_normal(one.shape) for name, one in state.items()}
    again = conventions.to_pytorch(kind, conventions.from_pytorch(kind, state))
    both = [one["bias_ih_l0"] + one["bias_hh_l0"] for one in (state, again)]
    np.testing.assert_allclose(*both, rtol=1e-12)
    assert_same(*({name: one[name] for name in one if "weight" in name} for one in (state, again)))


def test_axes_of_sequences_go_there_and_back() -> None:
    x = np.random.default_rng(0).standard_normal((3, 2, 7))
    assert conventions.to_time_major(x).shape == (7, 2, 3) and conventions.to_batch_major(x).shape == (2, 7, 3)
    assert conventions.to_time_major(x)[4, 1, 2] == conventions.to_batch_major(x)[1, 4, 2] == x[2, 1, 4]
    np.testing.assert_array_equal(conventions.from_time_major(conventions.to_time_major(x)), x)
    np.testing.assert_array_equal(conventions.from_batch_major(conventions.to_batch_major(x)), x)
    with pytest.raises(ValueError, match=r"x has shape \(3, 2\); it needs \(n, m, T\)"):
        conventions.to_time_major(x[:, :, 0])


def test_no_result_is_a_window_on_a_parameter() -> None:
    ours = parameters_of("lstm")
    made = [*conventions.to_pytorch("lstm", [[ours]]).values(), *conventions.to_keras("lstm", ours),
            *conventions.to_onnx("lstm", [ours]).values(), *conventions.to_cs231n("lstm", ours)]  # fmt: skip  # all of them
    assert not any(np.shares_memory(one, other) for one in made for other in ours.values())


def test_a_gru_that_resets_before_the_product_is_none_of_pytorchs() -> None:
    with pytest.raises(ValueError, match="resets after the product"):
        conventions.to_pytorch("gru", [[parameters_of("gru")]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: conventions.to_keras("elman", parameters_of("rnn")), "kind is 'elman'; it must be one of rnn, gru"),
        (lambda: conventions.to_cs231n("gru", parameters_of("gru")), "kind is 'gru'; it must be one of rnn, lstm"),
        (lambda: conventions.to_onnx("lstm", [parameters_of("gru")]), "parameters lacks the key 'Wf'"),
        (lambda: conventions.from_pytorch("lstm", {"weight_hr_l0": np.zeros((2, 5))}), "projections"),
        (lambda: conventions.from_pytorch("lstm", {}), "no key 'weight_ih_l0'; it has none"),
        (lambda: conventions.from_keras("lstm", [np.zeros((3, 20))]), "weights holds 1 arrays"),
        (lambda: conventions.from_keras("gru", conventions.to_keras("reset_after_gru", parameters_of("reset_after_gru"))),
         "see reset_after"),
        (lambda: conventions.from_cs231n("lstm", np.zeros((3, 15)), np.zeros((5, 15)), np.zeros(15)), "4 gates need"),
    ],
)  # fmt: skip  # a table
def test_what_does_not_fit_is_told(call: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        call()


SIZES = {"n_x": 3, "n_c": 5, "n_y": 4, "m": 2, "T_x": 6}


@pytest.mark.parametrize("sizes", [SIZES, {**SIZES, "m": 1, "n_c": 4}, {**SIZES, "T_x": 1, "n_x": 6}], ids=["all", "m=1", "T=1"])
def test_the_gru_of_other_libraries_meets_measured_slopes(sizes: dict[str, int]) -> None:
    shapes = {"x": "n_x m T_x", "c0": "n_c m", "dc": "n_c m T_x", "parameters": RESET_AFTER}
    n = draw_all(shapes, sizes, np.random.default_rng(0))

    def loss() -> float:
        return float(np.sum(n["dc"] * reset_after_gru_forward(n["x"], n["c0"], n["parameters"])[0]))

    gradients = reset_after_gru_backward(n["dc"], reset_after_gru_forward(n["x"], n["c0"], n["parameters"])[1])
    owners = {"dx": n["x"], "dc0": n["c0"], **{"d" + key: value for key, value in n["parameters"].items()}}
    assert gradients.keys() == owners.keys()
    for name, owner in owners.items():
        assert_gradient(gradients[name], loss, owner, name)


def test_a_simplified_gru_is_a_gru_of_either_kind_with_its_reset_gate_open() -> None:
    n = draw_all({"x": "n_x m T_x", "c0": "n_c m", "parameters": simplified_gru.PARAMETERS}, SIZES, np.random.default_rng(0))
    full = conventions.simplified_as_gru(n["parameters"])
    expected = simplified_gru_forward(n["x"], n["c0"], n["parameters"])[0]
    np.testing.assert_allclose(gru_forward(n["x"], n["c0"], full)[0], expected, rtol=1e-14)
    np.testing.assert_allclose(reset_after_gru_forward(n["x"], n["c0"], full)[0], expected, rtol=1e-12)


def test_one_element_without_a_bias_inside_cannot_tell_the_two_kinds_of_gru_apart() -> None:
    for n_c, bias, agree in ((1, 0.0, True), (1, 0.7, False), (5, 0.0, False)):
        shapes = {"x": "n_x m T_x", "c0": "n_c m", "parameters": RESET_AFTER}
        n = draw_all(shapes, {**SIZES, "n_c": n_c}, np.random.default_rng(0))
        n["parameters"]["bcc"][:] = bias
        before = gru_forward(n["x"], n["c0"], {**n["parameters"], "Wy": np.zeros((2, n_c)), "by": np.zeros((2, 1))})[0]
        after = reset_after_gru_forward(n["x"], n["c0"], n["parameters"])[0]
        assert np.allclose(before, after, rtol=1e-12) == agree


def test_taken_apart_and_put_together_is_the_same() -> None:
    for kind in ("rnn", "gru", "reset_after_gru", "lstm"):
        assert_same(put_together(kind, taken_apart(kind, parameters_of(kind))), parameters_of(kind))
