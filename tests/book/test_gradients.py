"""The chapter on vanishing and exploding gradients says what is true: printed formulas, worked numbers, figures, claims."""

from __future__ import annotations

import re
from math import hypot, tanh
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from book import figures
from book.figures.gradients import end_state, norms_against_lag
from solutions.reference import clip_by_norm, clip_by_value, spectral_radius, state_jacobian
from tests.book import test_chapters as chapters

Array = NDArray[np.float64]
STEPS = chapters.STEPS
PRINTED = {
    "gradients-step": r"\begin{aligned} J^{\langle t\rangle} "
    r"&= \frac{\partial a^{\langle t\rangle}}{\partial a^{\langle t-1\rangle}} \\ "
    r"&= D\Bigl( 1 - \bigl(a^{\langle t\rangle}\bigr)^2 \Bigr)\, W_{aa} \end{aligned}",
    "gradients-product": r"\frac{\partial a^{\langle t+k\rangle}}{\partial a^{\langle t\rangle}} "
    r"= J^{\langle t+k\rangle}\, J^{\langle t+k-1\rangle} \cdots J^{\langle t+1\rangle}",
    "gradients-shares": r"da^{\langle t\rangle} = \sum_{k=0}^{T_x - t} "
    r"\Bigl( \frac{\partial a^{\langle t+k\rangle}}{\partial a^{\langle t\rangle}} \Bigr)^{\top}\, "
    r"W_{ya}^{\top}\, dz_y^{\langle t+k\rangle}",
    "gradients-wall": r"\frac{\partial a^{\langle T_x\rangle}}{\partial b_a} = 2^{T_x} - 1 .",
    "gradients-bound": r"\bigl\lVert J^{\langle t+k\rangle} \cdots J^{\langle t+1\rangle} \bigr\rVert \le \sigma_1(W_{aa})^k .",
    "gradients-radius": r"\lim_{k \to \infty} \bigl\lVert W^k \bigr\rVert^{1/k} = \rho(W) \le \sigma_1(W) .",
    "gradients-clip-value": r"g_k \leftarrow \max\bigl( -\theta,\, \min( \theta,\, g_k ) \bigr)",
    "gradients-norm": r"\lVert g \rVert = \sqrt{\textstyle\sum_k g_k^2}",
    "gradients-clip-norm": r"g \leftarrow \frac{\theta}{\max\bigl( \theta,\, \lVert g \rVert \bigr)}\; g",
    "gradients-downhill": r"\begin{aligned} &\sum_k g_k\, \max\bigl( -\theta,\, \min( \theta,\, g_k ) \bigr) \\ "
    r"&= \sum_k \lvert g_k \rvert\, \min\bigl( \lvert g_k \rvert,\, \theta \bigr) \ge 0 , \end{aligned}",
}


class OneExample(chapters.Network):
    """The network of the other chapters with one example, and its Jacobians as printed."""

    m = 1

    def jacobian(self, t: int) -> Array:
        return np.asarray(np.diag(1 - self.a[t][:, 0] ** 2) @ self.theta["Waa"])

    def product(self, t: int, k: int) -> Array:
        result = np.eye(self.n_a)
        for step in range(t + 1, t + k + 1):
            result = self.jacobian(step) @ result
        return result

    def state_after(self, a0: Array, steps: int) -> Array:
        kept, self.theta["a0"] = self.theta["a0"], a0
        self.forward()
        found, self.theta["a0"] = self.a[steps], kept
        self.forward()
        return found


def agree(printed: Array, numeric: Array) -> None:
    assert printed.shape == numeric.shape
    assert np.abs(numeric).min() > 1e-7
    np.testing.assert_allclose(printed, numeric, rtol=1e-5, atol=1e-9)


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    assert chapters.formulas("gradients") == PRINTED


@pytest.mark.parametrize("k", STEPS)
def test_printed_jacobians_agree_with_the_numeric_ones(k: int) -> None:
    n = OneExample()
    moves = np.eye(n.n_a)[:, :, None] * 1e-5
    columns = [n.state_after(n.theta["a0"] + move, k) - n.state_after(n.theta["a0"] - move, k) for move in moves]
    agree(n.product(0, k), np.hstack(columns) / 2e-5)
    states = np.stack(n.a[: k + 1], axis=2)
    np.testing.assert_allclose(state_jacobian(states, n.theta["Waa"], 0)[:, :, 0], n.product(0, k), rtol=1e-12)


def test_the_printed_sum_of_shares_is_the_numeric_gradient() -> None:
    n = OneExample()

    def share(t: int, k: int) -> Array:
        return np.asarray(n.product(t, k).T @ n.theta["Wya"].T @ chapters.dzy(n, {}, t + k))

    da0 = sum(share(0, k) for k in STEPS)  # the state before the first step has no output of its own
    agree(np.asarray(da0), n.slope("a0"))
    known = chapters.way_back(n)
    for t in STEPS:
        np.testing.assert_allclose(sum(share(t, k) for k in range(n.steps - t + 1)), known["da"][t], rtol=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 3, 15])
def test_the_slope_of_the_wall(steps: int) -> None:
    step = 1e-9
    above, below = end_state(np.array([step, -step]), steps)
    assert (above - below) / (2 * step) == pytest.approx(2**steps - 1, rel=1e-6)
    assert 0.5 * (2**15 - 1) > 16_000
    assert 2**20 > 1_000_000


def test_what_is_said_about_the_two_numbers_of_a_matrix() -> None:
    n = OneExample()
    weights = n.theta["Waa"]
    largest = np.linalg.norm(weights, 2)
    for k in STEPS:
        assert np.linalg.norm(n.product(0, k), 2) <= largest**k
    many = np.linalg.matrix_power(weights / spectral_radius(weights), 400)
    assert np.linalg.norm(many, 2) ** (1 / 400) == pytest.approx(1.0, abs=0.01)
    example = np.array([[0.5, 2.0], [0.0, 0.5]])
    assert spectral_radius(example) == pytest.approx(0.5)
    assert f"{np.linalg.norm(example, 2):.2f}" == "2.12"
    swap = np.array([[0.0, 2.0], [2.0, 0.0]])
    one, other = np.diag([1.0, 0.0]) @ swap, np.diag([0.0, 1.0]) @ swap
    assert spectral_radius(one) == spectral_radius(other) == 0.0
    assert np.abs(other @ one).max() == 4.0


def test_what_is_said_about_the_measured_norms() -> None:
    curves = norms_against_lag()
    assert f"{curves['bound'][1]:.2f}" == "1.71"
    assert 12 < np.log(1e3) / np.log(curves["bound"][1]) < 13.5
    assert 0.01 < curves["radius"][40] < 0.02
    assert f"{curves['states zero'].max():.1f}" == "1.7"
    assert f"{curves['reading noise'][40]:.0e}" == "3e-05"
    assert (curves["states zero"][1:] > curves["radius"][1:]).all()


def clipped(g: Array, limit: float) -> tuple[Array, Array]:
    by_value = np.array([max(-limit, min(limit, float(one))) for one in g])
    return by_value, limit / max(limit, float(np.sqrt((g**2).sum()))) * g


@pytest.mark.parametrize("limit", [0.3, 2.0, 100.0])
def test_the_printed_ways_to_clip_are_the_ones_asked_for(limit: float) -> None:
    g = np.random.default_rng(4).normal(size=12) * 3
    by_value, by_norm = clipped(g, limit)
    parts = {"dW": g[:8].reshape(2, 4), "db": g[8:].reshape(4, 1)}
    for mine, theirs in ((by_value, clip_by_value(parts, limit)), (by_norm, clip_by_norm(parts, limit))):
        np.testing.assert_allclose(mine, np.concatenate([one.ravel() for one in theirs.values()]), rtol=1e-12)
    product = g @ by_value
    assert product == pytest.approx(float(np.sum(np.abs(g) * np.minimum(np.abs(g), limit))))
    assert product > 0


def test_how_far_clipping_turns() -> None:
    by_value, by_norm = clipped(np.array([30.0, 0.4]), 1.0)
    angles = [float(np.degrees(np.arctan2(pair[1], pair[0]))) for pair in (by_value, by_norm)]
    assert angles[0] - angles[1] > 20
    many = np.ones(10_000)
    many[0] = 1e9
    turned, _ = clipped(many, 1.0)
    assert many @ turned / np.linalg.norm(many) / np.linalg.norm(turned) == pytest.approx(0.01, rel=1e-3)


def train(limit: float | None, updates: int) -> list[Any]:
    weights, slopes = [np.float64(1.3)], []
    with np.errstate(all="ignore"):
        for _ in range(updates):
            slopes.append((weights[-1] ** 10 - 1) * 10 * weights[-1] ** 9)
            step = slopes[-1] if limit is None else max(-limit, min(limit, slopes[-1]))
            weights.append(weights[-1] - 0.01 * step)
    return [weights, slopes]


def test_the_way_to_the_first_nan() -> None:
    weights, slopes = train(None, 5)
    assert f"{slopes[0]:.1e} {weights[1]:.0f} {weights[2]:.0e}" == "1.4e+03 -12 5e+19"
    assert 0.01 * slopes[0] > 40 * 0.3
    assert np.isfinite(weights[2] ** 10) and np.isfinite(weights[2] ** 9) and np.isinf(slopes[2])
    assert np.isinf(weights[3]) and np.isinf(slopes[3]) and weights[3] * slopes[3] > 0
    assert np.isnan(weights[4])
    assert train(1.0, 50)[0][-1] == pytest.approx(1.0, abs=1e-4)


def worked_numbers() -> set[str]:
    """Recompute what is done by hand, and print each number as the prose does."""
    state, product, numbers = 0.5, 1.0, set()
    for _ in range(3):
        state = tanh(2.0 * state)
        factor = 2.0 * (1 - state**2)
        product *= factor
        numbers |= {state, factor, product}
    numbers |= {30.0 / hypot(30.0, 0.4), 0.4 / hypot(30.0, 0.4)}
    return {f"{number:.4f}" for number in numbers} | {f"{0.6**5:.3f}"}


def test_worked_numbers_in_the_prose() -> None:
    said = set(re.findall(r"\d+\.\d{3,}", chapters.prose("gradients")))
    assert len(said) >= 6
    assert said <= worked_numbers()


def test_the_wall_is_steeper_the_longer_the_sequence() -> None:
    lines = figures.wall().axes[1].get_lines()
    steepest = []
    for line in lines:
        x, y = (np.asarray(data) for data in (line.get_xdata(), line.get_ydata()))
        steepest.append(np.abs(np.diff(y) / np.diff(x)).max())
    assert steepest[0] < 3 < steepest[1] < 30 < 5_000 < steepest[2]
    resting = end_state(np.zeros(1) + 1e-6, 200)[0]
    assert f"{resting:.2f}" == "0.96"
    assert 2 * (1 - resting**2) < 0.2


def test_the_chapter_keeps_the_habits_of_the_book() -> None:
    chapters.test_every_figure_says_what_it_shows("gradients")
    chapters.test_chapter_has_its_parts("gradients")
    chapters.test_no_cell_gives_an_exercise_away("gradients")
