"""The fast networks give what the readable ones give, on sizes of every kind, and use their memory again only if told to."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solutions.reference as readable
from solutions.reference import fast

KEYS = {
    "rnn": {"Wax": "n_a n_x", "Waa": "n_a n_a", "ba": "n_a 1", "Wya": "n_y n_a", "by": "n_y 1"},
    "lstm": {**{"W" + g: "n_a s" for g in "fico"}, **{"b" + g: "n_a 1" for g in "fico"}, "Wy": "n_y n_a", "by": "n_y 1"},
    "gru": {**{"W" + g: "n_a s" for g in "urc"}, **{"b" + g: "n_a 1" for g in "urc"}, "Wy": "n_y n_a", "by": "n_y 1"},
}
KINDS = pytest.mark.parametrize("kind", KEYS)
SIZES = [(3, 5, 4, 2, 6), (6, 2, 3, 4, 5), (2, 3, 5, 1, 4), (4, 6, 2, 3, 1), (2, 4, 3, 1, 1), (3, 40, 2, 30, 70)]
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))  # n_x, n_a, n_y, m, T


def inputs(kind: str, sizes: tuple[int, ...], dtype: str = "float64") -> dict[str, Any]:
    """A sequence, a first state, parameters, upstream gradients."""
    n_x, n_a, n_y, m, steps = sizes
    rng = np.random.default_rng(sum(sizes))
    size = {"n_x": n_x, "n_a": n_a, "n_y": n_y, "s": n_a + n_x, "1": 1}
    normal = lambda *shape: (0.6 * rng.standard_normal(shape)).astype(dtype)  # noqa: E731  # one word for one thing
    parameters = {key: normal(*(size[axis] for axis in axes.split())) / np.sqrt(n_a) for key, axes in KEYS[kind].items()}
    parameters = {key: value.astype(dtype) for key, value in parameters.items()}
    return {"x": normal(n_x, m, steps), "a0": normal(n_a, m), "parameters": parameters, "da": normal(n_a, m, steps)}


def passes(module: Any, kind: str, n: dict[str, Any], *option: str, **reuse: Any) -> tuple[list[Any], dict[str, Any], Any]:
    """All results of both ways: the arrays of the way forward, the gradients by name, the caches."""
    *forward, caches = getattr(module, f"{kind}_forward")(n["x"], n["a0"], n["parameters"], *option, **reuse)
    return forward, getattr(module, f"{kind}_backward")(n["da"], caches, *option), caches


def assert_same(kind: str, n: dict[str, Any], *option: str, tolerance: float = 1e-10) -> None:
    """Both modules agree in every number, every name and every shape."""
    (mine, gradients, _), (truth, owed, _) = passes(fast, kind, n, *option), passes(readable, kind, n, *option)
    assert gradients.keys() == owed.keys() and len(mine) == len(truth)
    pairs = [*zip(mine, truth, strict=True), *((gradients[key], owed[key]) for key in owed)]
    for got, want in pairs:
        assert got.shape == want.shape and got.dtype == want.dtype
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * max(1.0, float(np.abs(want).max())))


@KINDS
@EVERY
def test_the_fast_ones_agree_with_the_readable_ones_to_1e_10(kind: str, sizes: tuple[int, ...]) -> None:
    assert_same(kind, inputs(kind, sizes))


@KINDS
@EVERY
def test_float32_stays_float32_and_agrees_as_far_as_it_goes(kind: str, sizes: tuple[int, ...]) -> None:
    assert_same(kind, inputs(kind, sizes, "float32"), tolerance=2e-4)


@KINDS
@given(sizes=st.tuples(*[st.integers(1, 6)] * 4, st.integers(1, 9)))
@settings(max_examples=25, deadline=None)
def test_they_agree_on_sizes_nobody_chose(kind: str, sizes: tuple[int, ...]) -> None:
    assert_same(kind, inputs(kind, sizes))


@EVERY
def test_relu_is_known_too_and_nothing_else(sizes: tuple[int, ...]) -> None:
    n = inputs("rnn", sizes)
    assert_same("rnn", n, "relu")
    with pytest.raises(ValueError, match="activation is 'sin'; it must be 'tanh' or 'relu'"):
        fast.rnn_forward(n["x"], n["a0"], n["parameters"], "sin")


@KINDS
def test_gates_that_are_wide_open_or_shut_stay_finite(kind: str) -> None:
    n = inputs(kind, SIZES[0])
    n["x"] *= 1e4
    with np.errstate(all="raise", under="ignore"):
        assert_same(kind, n)


@KINDS
def test_any_memory_order_of_the_inputs_gives_the_same(kind: str) -> None:
    n = inputs(kind, SIZES[0])
    turned = n | {key: np.ascontiguousarray(n[key].transpose(2, 0, 1)).transpose(1, 2, 0) for key in ("x", "da")}
    for one, other in zip(passes(fast, kind, n)[1].values(), passes(fast, kind, turned)[1].values(), strict=True):
        np.testing.assert_array_equal(one, other)


@KINDS
def test_without_an_output_layer_there_is_no_prediction_and_the_rest_is_the_same(kind: str) -> None:
    n = inputs(kind, SIZES[0])
    bare = n | {"parameters": {key: value for key, value in n["parameters"].items() if not key.startswith(("Wy", "by"))}}
    (forward, gradients, _), (whole, owed, _) = passes(fast, kind, bare), passes(fast, kind, n)
    assert forward[1] is None
    np.testing.assert_array_equal(forward[0], whole[0])
    for key in owed:
        np.testing.assert_array_equal(gradients[key], owed[key])


@KINDS
def test_nothing_is_written_into_inputs_or_shared_with_them_and_the_way_back_can_be_gone_twice(kind: str) -> None:
    n = inputs(kind, SIZES[0])
    before = copy.deepcopy(n)
    forward, gradients, caches = passes(fast, kind, n)
    kept = copy.deepcopy((forward, gradients))
    again = getattr(fast, f"{kind}_backward")(n["da"], caches)
    np.testing.assert_equal((n, forward, gradients, again), (before, *kept, kept[1]))
    given_in = [n["x"], n["a0"], n["da"], *n["parameters"].values()]
    assert not any(np.shares_memory(out, one) for out in (*forward, *gradients.values()) for one in given_in)


@KINDS
def test_memory_is_used_again_where_it_fits_and_only_then(kind: str) -> None:
    n, other = inputs(kind, SIZES[0]), inputs(kind, SIZES[1])
    _, owed, caches = passes(fast, kind, n)
    owed = copy.deepcopy(owed)
    passes(fast, kind, n | {"x": 2 * n["x"], "a0": -n["a0"]}, reuse=caches)
    _, gradients, again = passes(fast, kind, n, reuse=caches)
    np.testing.assert_equal(gradients, owed)
    assert again.memory is caches.memory
    for unfit in (other, inputs(kind, SIZES[0], "float32")):
        assert passes(fast, kind, unfit, reuse=caches)[2].memory is not caches.memory


def test_wrong_shapes_are_told() -> None:
    n = inputs("lstm", SIZES[0])
    with pytest.raises(ValueError, match=r"a0 has shape \(5, 1\); it needs \(n_a = 5, m = 2\)"):
        fast.lstm_forward(n["x"], n["a0"][:, :1], n["parameters"])
