"""Clipping, norms that do not overflow, and the flow of gradients against measured slopes."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from solutions.reference import (
    clip_by_norm,
    clip_by_value,
    find_nonfinite,
    jacobian_norms,
    rnn_backward,
    rnn_forward,
    safe_norm,
    spectral_radius,
    state_jacobian,
)
from tests.solutions.test_reference import assert_gradient, network, slope

SIZES = [(3, 5, 4, 2, 6), (6, 2, 3, 4, 5), (2, 3, 5, 1, 4), (4, 6, 2, 3, 1), (2, 4, 3, 1, 1)]  # n_x, n_a, n_y, m, T
EVERY = pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: "x".join(map(str, sizes)))
Gradients = dict[str, np.ndarray[Any, Any]]


def drawn(unit: float = 1.0, dtype: str = "float64") -> Gradients:
    rng = np.random.default_rng(3)
    return {name: (unit * rng.standard_normal(shape)).astype(dtype) for name, shape in
            {"dWaa": (4, 4), "dWax": (4, 3), "dba": (4, 1), "dx": (3, 2, 5)}.items()}  # fmt: skip  # one set


def flat(gradients: Gradients) -> np.ndarray[Any, Any]:
    return np.concatenate([one.ravel() for one in gradients.values()])


@pytest.mark.parametrize("limit", [0.01, 1.0, 5.0])
def test_clipping_by_norm_shortens_and_keeps_the_direction(limit: float) -> None:
    gradients = drawn()
    clipped = clip_by_norm(gradients, limit)
    assert safe_norm(gradients) > limit and safe_norm(clipped) == pytest.approx(limit)
    np.testing.assert_allclose(flat(clipped) / limit, flat(gradients) / safe_norm(gradients))


def test_a_norm_at_or_below_the_limit_changes_nothing_and_zero_is_safe() -> None:
    gradients = drawn()
    for limit in (safe_norm(gradients), 100.0):
        np.testing.assert_equal(clip_by_norm(gradients, limit), gradients)
    nothing = {"dWaa": np.zeros((2, 2))}
    assert safe_norm(nothing) == 0.0
    np.testing.assert_equal(clip_by_norm(nothing, 1.0), nothing)


def test_clipping_by_value_touches_only_what_is_too_large() -> None:
    gradients = drawn()
    clipped, plain = flat(clip_by_value(gradients, 0.8)), flat(gradients)
    assert np.abs(clipped).max() == 0.8
    np.testing.assert_array_equal(np.sign(clipped), np.sign(plain))
    np.testing.assert_array_equal(clipped[np.abs(plain) < 0.8], plain[np.abs(plain) < 0.8])


@pytest.mark.parametrize("unit", [1e-300, 1e-200, 1e-3, 1.0, 1e10, 1e200, 1e300])
def test_the_norm_neither_overflows_nor_vanishes(unit: float) -> None:
    assert safe_norm(drawn(unit)) == pytest.approx(unit * np.linalg.norm(flat(drawn())))
    assert safe_norm(clip_by_norm(drawn(unit), unit)) == pytest.approx(unit)


def test_the_norm_says_when_it_is_no_number() -> None:
    gradients = drawn()
    gradients["dWax"][1, 2] = -np.inf
    assert safe_norm(gradients) == np.inf
    gradients["dba"][0, 0] = np.nan
    assert np.isnan(safe_norm(gradients))
    assert find_nonfinite(gradients) == ["dWax", "dba"]


def test_what_is_finite_is_not_reported_however_large() -> None:
    assert find_nonfinite(drawn(1e300)) == []
    assert find_nonfinite({"b": np.full((2, 2), 1e308), "a": np.array([[np.inf]]), "c": np.array([[np.nan, 0.0]])}) == ["a", "c"]


def test_float32_stays_float32_and_no_result_shares_memory_with_an_input() -> None:
    gradients = drawn(dtype="float32")
    before = copy.deepcopy(gradients)
    for result in (clip_by_norm(gradients, 0.5), clip_by_norm(gradients, 500.0), clip_by_value(gradients, 0.5)):
        assert result.keys() == gradients.keys()
        for name, array in result.items():
            assert array.dtype == np.float32, name
            assert not any(np.shares_memory(array, one) for one in gradients.values())
    np.testing.assert_equal(gradients, before)
    assert safe_norm(drawn(1e30, "float32")) == pytest.approx(1e30 * safe_norm(drawn()), rel=1e-5)
    n = network(SIZES[0], "float32")
    a, _, _ = rnn_forward(n["x"], n["a0"], n["parameters"])
    for array in (state_jacobian(a, n["parameters"]["Waa"], 1), jacobian_norms(a, n["parameters"]["Waa"])):
        assert array.dtype == np.float32


@pytest.mark.parametrize("n_a", [1, 2, 5, 8])
def test_powers_of_a_matrix_grow_like_its_spectral_radius(n_a: int) -> None:
    W = np.random.default_rng(n_a).standard_normal((n_a, n_a))
    power, steps = np.eye(n_a), 2000
    for _ in range(steps):
        power = power @ W / spectral_radius(W)
    assert abs(np.log(np.linalg.norm(power, 2)) / steps) < 1e-2
    assert spectral_radius(W) <= np.linalg.norm(W, 2) * (1 + 1e-12)
    assert spectral_radius(-2 * W.T) == pytest.approx(2 * spectral_radius(W))


def test_complex_eigenvalues_count_by_their_distance_from_zero() -> None:
    turn = np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
    assert spectral_radius(1.5 * turn) == pytest.approx(1.5)


@EVERY
def test_the_jacobian_is_made_of_measured_slopes(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    n_a, T_x = sizes[1], sizes[4]
    a, _, _ = rnn_forward(n["x"], n["a0"], n["parameters"])
    for start in range(T_x - 1):
        state = a[:, :, start].copy()
        jacobian = state_jacobian(a, n["parameters"]["Waa"], start)
        for j in range(n_a):

            def last(j: int = j, start: int = start, state: Any = state) -> float:
                return float(np.sum(rnn_forward(n["x"][:, :, start + 1 :], state, n["parameters"])[0][j, :, -1]))

            assert_gradient(jacobian[j], last, state, f"row {j} from {start}")
    identity = state_jacobian(a, n["parameters"]["Waa"], T_x - 1)
    np.testing.assert_array_equal(identity, np.repeat(np.eye(n_a)[:, :, None], sizes[3], axis=2))


@EVERY
def test_the_jacobian_is_what_back_propagation_multiplies_with(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    a, _, caches = rnn_forward(n["x"], n["a0"], n["parameters"])
    da = np.zeros_like(a)
    da[:, :, -1] = n["da_next"]
    back = np.einsum("ji,jki->ki", n["da_next"], state_jacobian(a, n["parameters"]["Waa"], 0))
    first = (1 - a[:, :, 0] ** 2) * back
    np.testing.assert_allclose(n["parameters"]["Waa"].T @ first, rnn_backward(da, caches)["da0"])


@EVERY
def test_norms_are_the_largest_stretch_of_a_measured_jacobian(sizes: tuple[int, ...]) -> None:
    n = network(sizes)
    _, n_a, _, m, T_x = sizes
    Waa = n["parameters"]["Waa"]
    a, _, _ = rnn_forward(n["x"], n["a0"], n["parameters"])
    norms = jacobian_norms(a, Waa)
    assert norms.shape == (m, T_x)
    np.testing.assert_allclose(norms[:, 0], 1.0)
    assert np.all(norms <= np.linalg.norm(Waa, 2) ** np.arange(T_x) * (1 + 1e-12))
    if T_x > 2:
        state = a[:, :1, T_x - 3].copy()
        rows = [slope(lambda j=j: float(rnn_forward(n["x"][:, :1, -2:], state, n["parameters"])[0][j, 0, -1]), state)
                for j in range(n_a)]  # fmt: skip  # one row for each element of the last state
        assert norms[0, 2] == pytest.approx(np.linalg.svd(np.array(rows)[:, :, 0])[1][0], rel=1e-6)


@pytest.mark.parametrize("radius", [0.8, 1.0, 1.25])
def test_where_tanh_is_as_good_as_linear_the_norm_grows_like_the_radius(radius: float) -> None:
    W = np.random.default_rng(0).standard_normal((6, 6))
    W *= radius / spectral_radius(W)
    norms = jacobian_norms(np.zeros((6, 1, 120)), W)[0]
    np.testing.assert_allclose((norms[119] / norms[59]) ** (1 / 60), radius, rtol=0.02)
    np.testing.assert_allclose(norms[5], np.linalg.norm(np.linalg.matrix_power(W, 5), 2))
