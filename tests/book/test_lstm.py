"""The chapter on long short-term memory says what is true: printed formulas, worked numbers, figures, the two keys."""

from __future__ import annotations

import re
from math import tanh
from typing import Any

import numpy as np
import pytest

from book import figures
from solutions.reference import lstm_backward, lstm_cell_backward, lstm_forward, peephole_lstm_forward
from tests.book import test_chapters as chapters
from tests.book.test_gru import STEPS, Array, agree, formulas, sigmoid

GATES = "fico"


class Cell(chapters.Network):
    """A small LSTM with all dimensions different, with peepholes or without; steps are counted as in the book."""

    n_x, n_a, n_y, m = 3, 4, 5, 2

    def __init__(self, peepholes: bool) -> None:
        draw = np.random.default_rng(11).normal
        n_x, n_a, n_y, m = self.n_x, self.n_a, self.n_y, self.m
        self.theta: dict[str, Array] = {f"W{gate}": draw(size=(n_a, n_a + n_x)) * 0.7 for gate in GATES}
        self.theta |= {f"b{gate}": draw(size=(n_a, 1)) for gate in GATES}
        self.theta |= {"Wy": draw(size=(n_y, n_a)), "by": draw(size=(n_y, 1)), "a0": draw(size=(n_a, m)) * 0.5}
        self.theta |= {f"p{gate}": draw(size=(n_a, 1)) * peepholes for gate in "fio"}
        self.theta |= {f"x{t}": draw(size=(n_x, m)) for t in STEPS}
        self.y = [np.eye(n_y)[:, row] for row in np.random.default_rng(8).integers(n_y, size=(self.steps + 1, m))]
        self.forward()

    def forward(self) -> float:
        """Run the printed equations (lstm-gates with lstm-peepholes, lstm-memory, lstm-state, lstm-output, rnn-loss)."""
        p, nothing, loss = self.theta, np.empty(0), 0.0
        self.a, self.c, self.y_hat = [p["a0"]], [np.zeros_like(p["a0"])], [nothing]
        self.gate: dict[str, list[Array]] = {gate: [nothing] for gate in GATES}
        for t in STEPS:
            z = {gate: p["W" + gate] @ self.stack(t) + p["b" + gate] for gate in GATES}
            self.gate["f"].append(sigmoid(z["f"] + p["pf"] * self.c[t - 1]))
            self.gate["i"].append(sigmoid(z["i"] + p["pi"] * self.c[t - 1]))
            self.gate["c"].append(np.tanh(z["c"]))
            self.c.append(self.gate["f"][t] * self.c[t - 1] + self.gate["i"][t] * self.gate["c"][t])
            self.gate["o"].append(sigmoid(z["o"] + p["po"] * self.c[t]))
            self.a.append(self.gate["o"][t] * np.tanh(self.c[t]))
            scores = p["Wy"] @ self.a[t] + p["by"]
            self.y_hat.append(np.exp(scores) / np.exp(scores).sum(axis=0))
            loss += (-self.y[t] * np.log(self.y_hat[t])).sum() / self.m
        return float(loss)

    def stack(self, t: int) -> Array:
        return np.vstack([self.a[t - 1], self.theta[f"x{t}"]])

    def back(self, part: str, d: dict[str, Any], t: int) -> Array:
        """W_fa' dz_f + W_ia' dz_i + W_ca' dz_c + W_oa' dz_o, or the same with x."""
        cut = slice(None, self.n_a) if part == "a" else slice(self.n_a, None)
        return np.asarray(sum(self.theta["W" + gate][:, cut].T @ d["dz" + gate][t] for gate in GATES))


# The way back, one entry per printed formula, each written from its TeX and from nothing else.
STEP_BACK: dict[str, tuple[str, str, Any]] = {
    "lstm-da": (
        "da",
        r"da^{\langle t\rangle} = W_y^{\top}\, dz_y^{\langle t\rangle} + g_a^{\langle t+1\rangle}",
        lambda n, d, t: n.theta["Wy"].T @ chapters.dzy(n, d, t) + d["ga"][t + 1],
    ),
    "lstm-dzo": (
        "dzo",
        r"dz_o^{\langle t\rangle} =\;& da^{\langle t\rangle} * \tanh\bigl( c^{\langle t\rangle} \bigr) "
        r"\\ &* \Gamma_o * (1 - \Gamma_o)",
        lambda n, d, t: d["da"][t] * np.tanh(n.c[t]) * n.gate["o"][t] * (1 - n.gate["o"][t]),
    ),
    "lstm-dc": (
        "dc",
        r"&dc^{\langle t\rangle} = g_c^{\langle t+1\rangle} \\ &\quad + da^{\langle t\rangle} * \Gamma_o * "
        r"\bigl( 1 - \tanh^2 c^{\langle t\rangle} \bigr)",
        lambda n, d, t: d["gc"][t + 1] + d["da"][t] * n.gate["o"][t] * (1 - np.tanh(n.c[t]) ** 2),
    ),
    "lstm-dzf": (
        "dzf",
        r"dz_f^{\langle t\rangle} = dc^{\langle t\rangle} * c^{\langle t-1\rangle} * \Gamma_f * (1 - \Gamma_f)",
        lambda n, d, t: d["dc"][t] * n.c[t - 1] * n.gate["f"][t] * (1 - n.gate["f"][t]),
    ),
    "lstm-dzi": (
        "dzi",
        r"dz_i^{\langle t\rangle} = dc^{\langle t\rangle} * \tilde c^{\langle t\rangle} * \Gamma_i * (1 - \Gamma_i)",
        lambda n, d, t: d["dc"][t] * n.gate["c"][t] * n.gate["i"][t] * (1 - n.gate["i"][t]),
    ),
    "lstm-dzc": (
        "dzc",
        r"dz_c^{\langle t\rangle} = dc^{\langle t\rangle} * \Gamma_i * "
        r"\Bigl( 1 - \bigl( \tilde c^{\langle t\rangle} \bigr)^2 \Bigr)",
        lambda n, d, t: d["dc"][t] * n.gate["i"][t] * (1 - n.gate["c"][t] ** 2),
    ),
    "lstm-gc": (
        "gc",
        r"g_c^{\langle t\rangle} = \Gamma_f * dc^{\langle t\rangle}",
        lambda n, d, t: n.gate["f"][t] * d["dc"][t],
    ),
    "lstm-ga": (
        "ga",
        r"g_a^{\langle t\rangle} =\;& W_{fa}^{\top}\, dz_f^{\langle t\rangle} + W_{ia}^{\top}\, dz_i^{\langle t\rangle} "
        r"\\ &+ W_{ca}^{\top}\, dz_c^{\langle t\rangle} + W_{oa}^{\top}\, dz_o^{\langle t\rangle}",
        lambda n, d, t: n.back("a", d, t),
    ),
    "lstm-dx": (
        "dx",
        r"dx^{\langle t\rangle} =\;& W_{fx}^{\top}\, dz_f^{\langle t\rangle} + W_{ix}^{\top}\, dz_i^{\langle t\rangle} "
        r"\\ &+ W_{cx}^{\top}\, dz_c^{\langle t\rangle} + W_{ox}^{\top}\, dz_o^{\langle t\rangle}",
        lambda n, d, t: n.back("x", d, t),
    ),
}
PEEPHOLES: dict[str, tuple[str, str, Any]] = {
    "lstm-peephole-dc": (
        "lstm-dc",
        r"&dc^{\langle t\rangle} = g_c^{\langle t+1\rangle} + p_o * dz_o^{\langle t\rangle} \\ "
        r"&\quad + da^{\langle t\rangle} * \Gamma_o * \bigl( 1 - \tanh^2 c^{\langle t\rangle} \bigr)",
        lambda n, d, t: d["gc"][t + 1] + n.theta["po"] * d["dzo"][t] + d["da"][t] * n.gate["o"][t] * (1 - np.tanh(n.c[t]) ** 2),
    ),
    "lstm-peephole-gc": (
        "lstm-gc",
        r"g_c^{\langle t\rangle} =\;& \Gamma_f * dc^{\langle t\rangle} \\ "
        r"&+ p_f * dz_f^{\langle t\rangle} + p_i * dz_i^{\langle t\rangle}",
        lambda n, d, t: n.gate["f"][t] * d["dc"][t] + n.theta["pf"] * d["dzf"][t] + n.theta["pi"] * d["dzi"][t],
    ),
}
SUMS: dict[str, tuple[str, str, Any]] = {
    "lstm-dw": (
        "W",
        r"dW_k = \sum_{t=1}^{T_x} dz_k^{\langle t\rangle}\, "
        r"\bigl[\, a^{\langle t-1\rangle};\, x^{\langle t\rangle} \bigr]^{\top}",
        lambda n, d, k: sum(d["dz" + k][t] @ n.stack(t).T for t in STEPS),
    ),
    "lstm-db": (
        "b",
        r"db_k = \sum_{t=1}^{T_x} \sum_{i=1}^{m} dz_k^{(i)\langle t\rangle}",
        lambda n, d, k: sum(d["dz" + k][t][:, [i]] for t in STEPS for i in range(n.m)),
    ),
    "lstm-dp": (
        "p",
        r"dp_k = \sum_{t=1}^{T_x} \sum_{i=1}^{m} dz_k^{(i)\langle t\rangle} * c^{(i)\langle t-1\rangle}",
        lambda n, d, k: sum(d["dz" + k][t][:, [i]] * n.c[t - 1][:, [i]] for t in STEPS for i in range(n.m)),
    ),
    "lstm-dpo": (
        "po",
        r"dp_o = \sum_{t=1}^{T_x} \sum_{i=1}^{m} dz_o^{(i)\langle t\rangle} * c^{(i)\langle t\rangle}",
        lambda n, d, k: sum(d["dz" + k][t][:, [i]] * n.c[t][:, [i]] for t in STEPS for i in range(n.m)),
    ),
}
ROAD = (
    r"\frac{\partial c^{\langle T\rangle}}{\partial c^{\langle t\rangle}} = "
    r"D\bigl( \Gamma_f^{\langle t+1\rangle} * \cdots * \Gamma_f^{\langle T\rangle} \bigr)"
)
FORWARD = {"lstm-gates", "lstm-memory", "lstm-state", "lstm-output", "lstm-peepholes"}


def way_back(n: Cell, peepholes: bool) -> dict[str, Any]:
    """Apply the per-step formulas in the order of the table above; dz_o stands before dc, as the chapter says it must."""
    steps = {label: (name, formula) for label, (name, _, formula) in STEP_BACK.items()}
    if peepholes:
        steps |= {label: (steps[label][0], formula) for label, _, formula in PEEPHOLES.values()}
    known: dict[str, Any] = {name: {} for name, _ in steps.values()}
    known["ga"][n.steps + 1] = known["gc"][n.steps + 1] = np.zeros((n.n_a, n.m))
    for t in reversed(STEPS):
        for name, formula in steps.values():
            known[name][t] = formula(n, known, t)
    return known


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    printed = formulas("lstm")
    tested = {label: entry[1] for label, entry in (STEP_BACK | PEEPHOLES | SUMS).items()} | {"lstm-road": ROAD}
    assert {label: tex for label, tex in printed.items() if label not in FORWARD} == tested
    assert printed.keys() >= FORWARD


@pytest.mark.parametrize("peepholes", [False, True], ids=["plain", "peepholes"])
@pytest.mark.parametrize("gate", list(GATES))
def test_printed_gradients_of_the_parameters_agree_with_the_numeric_ones(gate: str, peepholes: bool) -> None:
    n = Cell(peepholes)
    known = way_back(n, peepholes)
    agree(SUMS["lstm-dw"][2](n, known, gate), n.slope("W" + gate))
    agree(SUMS["lstm-db"][2](n, known, gate), n.slope("b" + gate))
    if peepholes and gate != "c":
        agree(SUMS["lstm-dpo" if gate == "o" else "lstm-dp"][2](n, known, gate), n.slope("p" + gate))


@pytest.mark.parametrize("peepholes", [False, True], ids=["plain", "peepholes"])
def test_printed_gradients_of_inputs_and_first_state_agree_with_the_numeric_ones(peepholes: bool) -> None:
    n = Cell(peepholes)
    known = way_back(n, peepholes)
    for t in STEPS:
        agree(known["dx"][t], n.slope(f"x{t}"))
    agree(known["ga"][1], n.slope("a0"))


@pytest.mark.parametrize("peepholes", [False, True], ids=["plain", "peepholes"])
def test_the_printed_way_forward_is_the_one_that_is_asked_for(peepholes: bool) -> None:
    n = Cell(peepholes)
    parameters = {key: value for key, value in n.theta.items() if key[0] in ("Wbp" if peepholes else "Wb")}
    x = np.stack([n.theta[f"x{t}"] for t in STEPS], axis=2)
    a, y, c, _ = (peephole_lstm_forward if peepholes else lstm_forward)(x, n.theta["a0"], parameters)
    for given, printed in ((a, n.a), (y, n.y_hat), (c, n.c)):
        np.testing.assert_allclose(given, np.stack(printed[1:], axis=2), rtol=1e-12)


def test_the_road_of_the_memory() -> None:
    """With gates and candidates fixed, only the forget gates stand between two memories."""
    n = Cell(peepholes=False)

    def last(c: Array) -> Array:
        for t in list(STEPS)[1:]:
            c = n.gate["f"][t] * c + n.gate["i"][t] * n.gate["c"][t]
        return c[:, 0]

    moves = np.eye(n.n_a)[:, :, None] * 1e-5
    numeric = np.column_stack([(last(n.c[1] + move) - last(n.c[1] - move)) / 2e-5 for move in moves])
    np.testing.assert_allclose(np.diag((n.gate["f"][2] * n.gate["f"][3])[:, 0]), numeric, rtol=1e-6, atol=1e-9)


# The exercise of the well-known course, from its seed; what its two keys print for dx[1][2].
KEYS = {"each step by itself": [-0.00173313, 0.08287442, -0.30545663, -0.43281115],
        "through time": [0.00218254, 0.28205375, -0.48292508, -0.43281115]}  # fmt: skip  # a table


def exercise_of_the_course() -> tuple[Array, Array, dict[str, Array], Array]:
    draw = np.random.RandomState(1).randn
    x, a0 = draw(3, 10, 7), draw(5, 10)
    parameters: dict[str, Array] = {"Wy": np.zeros((2, 5)), "by": np.zeros((2, 1))}
    for gate in "fioc":
        parameters |= {"W" + gate: draw(5, 8), "b" + gate: draw(5, 1)}
    return x[:, :, :4], a0, parameters, draw(5, 10, 4)


def test_one_printed_key_is_back_propagation_without_time() -> None:
    x, a0, parameters, da = exercise_of_the_course()
    _, _, _, (caches, _) = lstm_forward(x, a0, parameters)
    nothing = np.zeros((5, 10))
    alone = [lstm_cell_backward(da[:, :, t], nothing, caches[t])["dxt"][1, 2] for t in range(4)]
    np.testing.assert_allclose(alone, KEYS["each step by itself"], atol=5e-9)


def test_the_judge_agrees_with_the_other_key() -> None:
    x, a0, parameters, da = exercise_of_the_course()
    through_time = lstm_backward(da, lstm_forward(x, a0, parameters)[3])["dx"][1, 2]
    np.testing.assert_allclose(through_time, KEYS["through time"], atol=5e-9)
    for t in range(4):
        above, below = x.copy(), x.copy()
        above[1, 2, t] += 1e-5
        below[1, 2, t] -= 1e-5
        losses = [np.sum(da * lstm_forward(moved, a0, parameters)[0]) for moved in (above, below)]
        assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(KEYS["through time"][t], abs=2e-8)


def worked_numbers() -> set[str]:
    """Recompute the three steps that are done by hand, and print each number as the prose does."""
    a, c, numbers = 0.0, 0.0, set()
    for x in (1.0, 0.0, -1.0):
        f, i, o, candidate = sigmoid(2.0), sigmoid(4.0 * x - 2.0), sigmoid(-4.0 * x - 2.0), tanh(0.5 * a + x)
        c = f * c + i * candidate
        a = o * tanh(c)
        numbers |= {f, i, o, candidate, c, a}
    return {f"{abs(number):.4f}" for number in numbers | {value for key in KEYS.values() for value in key}}


def test_worked_numbers_in_the_prose() -> None:
    measured = {"2.955", "2.962", "2.972"}  # bits per character; tests/experiments/test_forget_bias.py holds them
    measured |= {"0.001", "0.003", "0.0204"}  # rates of learning and a guess; tests/experiments/test_architectures.py holds them
    measured |= {"0.0015", "0.004"}  # rates of learning on chorales; tests/experiments/test_chorales.py holds them
    published = {"0.177", "0.000053", "0.164", "0.0202", "0.0197"}  # Bai, Kolter and Koltun (2018), table 1
    said = set(re.findall(r"\d+\.\d{3,}", chapters.prose("lstm"))) - measured - published
    assert len(said) >= 15
    assert said <= worked_numbers()


def test_what_is_said_about_the_measured_gradients() -> None:
    lines = [np.asarray(line.get_ydata(), dtype=float) for line in figures.gradient_left_lstm().axes[1].get_lines()]
    zero, one, two, four = (line[-1] for line in lines)
    assert f"{zero:.0e} {one:.0e} {two:.1f} {four:.0f}" == "2e-07 1e-02 1.4 13"
    assert lines[2].min() == pytest.approx(0.5, abs=0.05)
    assert sigmoid(0.0) ** 10 == pytest.approx(1e-3, rel=0.05)
    assert pytest.approx(1e-15, rel=0.15) == 0.5**50


def test_the_measured_gradients_are_those_of_the_reference() -> None:
    draw = np.random.default_rng(0).standard_normal
    n_a, n_x, m, steps = 20, 3, 30, 40
    parameters: dict[str, Array] = {"W" + gate: draw((n_a, n_a + n_x)) / np.sqrt(n_a + n_x) for gate in GATES}
    parameters |= {"b" + gate: np.full((n_a, 1), 2.0 * (gate == "f")) for gate in GATES}
    parameters |= {"Wy": np.zeros((2, n_a)), "by": np.zeros((2, 1))}
    x = np.stack([draw((n_x, m)) for _ in range(steps)], axis=2)
    caches, _ = lstm_forward(x, np.zeros((n_a, m)), parameters)[3]
    to_state, to_memory = np.zeros((n_a, m)), np.ones((n_a, m))
    shares = [1.0]
    for cache in reversed(caches):
        back = lstm_cell_backward(to_state, to_memory, cache)
        to_state, to_memory = back["da_prev"], back["dc_prev"]
        shares.append(float(np.linalg.norm(to_memory) / np.sqrt(n_a * m)))
    drawn = figures.gradient_left_lstm((2.0,)).axes[1].get_lines()[0].get_ydata()
    np.testing.assert_allclose(np.asarray(drawn), shares, rtol=1e-9)


def test_the_chapter_keeps_the_habits_of_the_book() -> None:
    chapters.test_every_figure_says_what_it_shows("lstm")
    chapters.test_chapter_has_its_parts("lstm")
    chapters.test_no_cell_gives_an_exercise_away("lstm")
