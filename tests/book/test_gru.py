"""The chapter on gated recurrent units says what is true: printed formulas, worked numbers, figures, conventions."""

from __future__ import annotations

import re
from math import tanh
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from book import figures
from solutions.reference import gru_forward, simplified_gru_forward
from solutions.reference.reset_after_gru import reset_after_gru_forward
from tests.book import test_chapters as chapters

Array = NDArray[np.float64]
STEPS = range(1, chapters.Network.steps + 1)


def sigmoid(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


class Unit(chapters.Network):
    """A small full unit with all dimensions different; steps are counted as in the book, c[0] is the first memory."""

    n_x, n_c, n_y, m = 3, 4, 5, 2

    def __init__(self) -> None:
        draw = np.random.default_rng(9).normal
        n_x, n_c, n_y, m = self.n_x, self.n_c, self.n_y, self.m
        self.theta: dict[str, Array] = {f"W{gate}": draw(size=(n_c, n_c + n_x)) * 0.7 for gate in "urc"}
        self.theta |= {f"b{gate}": draw(size=(n_c, 1)) for gate in "urc"}
        self.theta |= {"Wy": draw(size=(n_y, n_c)), "by": draw(size=(n_y, 1)), "c0": draw(size=(n_c, m)) * 0.5}
        self.theta |= {f"x{t}": draw(size=(n_x, m)) for t in STEPS}
        self.y = [np.eye(n_y)[:, row] for row in np.random.default_rng(8).integers(n_y, size=(self.steps + 1, m))]
        self.forward()

    def forward(self) -> float:
        """Run the printed equations (gru-full, gru-output, rnn-loss)."""
        p = self.theta
        nothing = np.empty(0)
        self.c, self.candidate, self.u, self.r, self.y_hat = [p["c0"]], [nothing], [nothing], [nothing], [nothing]
        loss = 0.0
        for t in STEPS:
            stack = self.stack(self.c[t - 1], t)
            self.u.append(sigmoid(p["Wu"] @ stack + p["bu"]))
            self.r.append(sigmoid(p["Wr"] @ stack + p["br"]))
            self.candidate.append(np.tanh(p["Wc"] @ self.stack(self.r[t] * self.c[t - 1], t) + p["bc"]))
            self.c.append(self.u[t] * self.candidate[t] + (1 - self.u[t]) * self.c[t - 1])
            scores = p["Wy"] @ self.c[t] + p["by"]
            self.y_hat.append(np.exp(scores) / np.exp(scores).sum(axis=0))
            loss += (-self.y[t] * np.log(self.y_hat[t])).sum() / self.m
        return float(loss)

    def stack(self, above: Array, t: int) -> Array:
        return np.vstack([above, self.theta[f"x{t}"]])

    def block(self, name: str) -> Array:
        """W_uc, W_ux and their like: the part of W_u that acts on the memory, or on the input."""
        whole = self.theta["W" + name[0]]
        return whole[:, : self.n_c] if name[1] == "c" else whole[:, self.n_c :]


# The way back, one entry per printed formula, each written from its TeX and from nothing else. `d` holds what is known so far.
STEP_BACK: dict[str, tuple[str, str, Any]] = {
    "gru-dc": (
        "dc",
        r"dc^{\langle t\rangle} = W_y^{\top}\, dz_y^{\langle t\rangle} + g^{\langle t+1\rangle}",
        lambda n, d, t: n.theta["Wy"].T @ chapters.dzy(n, d, t) + d["g"][t + 1],
    ),
    "gru-dzu": (
        "dzu",
        r"dz_u^{\langle t\rangle} =\;& dc^{\langle t\rangle} * "
        r"\bigl( \tilde c^{\langle t\rangle} - c^{\langle t-1\rangle} \bigr) \\ &* \Gamma_u * (1 - \Gamma_u)",
        lambda n, d, t: d["dc"][t] * (n.candidate[t] - n.c[t - 1]) * n.u[t] * (1 - n.u[t]),
    ),
    "gru-dzc": (
        "dzc",
        r"dz_c^{\langle t\rangle} = dc^{\langle t\rangle} * \Gamma_u * "
        r"\Bigl( 1 - \bigl(\tilde c^{\langle t\rangle}\bigr)^2 \Bigr)",
        lambda n, d, t: d["dc"][t] * n.u[t] * (1 - n.candidate[t] ** 2),
    ),
    "gru-ds": (
        "ds",
        r"ds^{\langle t\rangle} = W_{cc}^{\top}\, dz_c^{\langle t\rangle}",
        lambda n, d, t: n.block("cc").T @ d["dzc"][t],
    ),
    "gru-dzr": (
        "dzr",
        r"dz_r^{\langle t\rangle} = ds^{\langle t\rangle} * c^{\langle t-1\rangle} * \Gamma_r * (1 - \Gamma_r)",
        lambda n, d, t: d["ds"][t] * n.c[t - 1] * n.r[t] * (1 - n.r[t]),
    ),
    "gru-g": (
        "g",
        r"g^{\langle t\rangle} =\;& (1 - \Gamma_u) * dc^{\langle t\rangle} + \Gamma_r * ds^{\langle t\rangle} "
        r"\\ &+ W_{uc}^{\top}\, dz_u^{\langle t\rangle} + W_{rc}^{\top}\, dz_r^{\langle t\rangle}",
        lambda n, d, t: (
            (1 - n.u[t]) * d["dc"][t] + n.r[t] * d["ds"][t] + n.block("uc").T @ d["dzu"][t] + n.block("rc").T @ d["dzr"][t]
        ),
    ),
    "gru-dx": (
        "dx",
        r"dx^{\langle t\rangle} =\;& W_{ux}^{\top}\, dz_u^{\langle t\rangle} + W_{rx}^{\top}\, dz_r^{\langle t\rangle} "
        r"\\ &+ W_{cx}^{\top}\, dz_c^{\langle t\rangle}",
        lambda n, d, t: n.block("ux").T @ d["dzu"][t] + n.block("rx").T @ d["dzr"][t] + n.block("cx").T @ d["dzc"][t],
    ),
}
SUMS = {
    "gru-dwu": (
        r"dW_u = \sum_{t=1}^{T_x} dz_u^{\langle t\rangle}\, "
        r"\bigl[\, c^{\langle t-1\rangle};\, x^{\langle t\rangle} \bigr]^{\top}",
        {"Wu": lambda n, d: sum(d["dzu"][t] @ n.stack(n.c[t - 1], t).T for t in STEPS)},
    ),
    "gru-dwr": (
        r"dW_r = \sum_{t=1}^{T_x} dz_r^{\langle t\rangle}\, "
        r"\bigl[\, c^{\langle t-1\rangle};\, x^{\langle t\rangle} \bigr]^{\top}",
        {"Wr": lambda n, d: sum(d["dzr"][t] @ n.stack(n.c[t - 1], t).T for t in STEPS)},
    ),
    "gru-dwc": (
        r"dW_c = \sum_{t=1}^{T_x} dz_c^{\langle t\rangle}\, \bigl[\, s^{\langle t\rangle};\, x^{\langle t\rangle} \bigr]^{\top}",
        {"Wc": lambda n, d: sum(d["dzc"][t] @ n.stack(n.r[t] * n.c[t - 1], t).T for t in STEPS)},
    ),
    "gru-db": (
        r"db_k = \sum_{t=1}^{T_x} \sum_{i=1}^{m} dz_k^{(i)\langle t\rangle}",
        {
            f"b{k}": lambda n, d, k=k: sum(d[f"dz{k}"][t][:, [i]] for t in STEPS for i in range(n.m))
            for k in "urc"
        },
    ),
}  # fmt: skip  # one formula, one line
THREE_WAYS = (
    r"&J = D(1 - \Gamma_u) \\ "
    r"&+ D\bigl(\Gamma_u * (1 - \tilde c^2)\bigr)\, W_{cc} \\ "
    r"&+ D\bigl((\tilde c - c) * \Gamma_u * (1 - \Gamma_u)\bigr)\, W_{uc}"
)
JACOBIAN = (
    r"J &= I + D(\Gamma_u)\, (B - I) \\ "
    r"B &= D\bigl(1 - \tilde c^2\bigr)\, W_{cc} \\ "
    r"&\quad + D\bigl((\tilde c - c) * (1 - \Gamma_u)\bigr)\, W_{uc}"
)
FORWARD = {"gru-simplified", "gru-mix", "gru-output", "gru-full", "gru-count", "gru-keep-gate", "gru-reset-after"}


def way_back(n: Unit) -> dict[str, dict[int, Array]]:
    known: dict[str, dict[int, Array]] = {name: {} for name, _, _ in STEP_BACK.values()}
    known["g"][n.steps + 1] = np.zeros((n.n_c, n.m))
    for t in reversed(STEPS):
        for name, _, formula in STEP_BACK.values():
            known[name][t] = formula(n, known, t)
    return known


def formulas(chapter: str) -> dict[str, str]:
    """The printed formulas by label; those set in several lines without the words that begin and end them."""
    lines = re.compile(r"\\(?:begin|end)\{aligned\} ?")
    return {label: lines.sub("", tex).strip() for label, tex in chapters.formulas(chapter).items()}


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    printed = formulas("gru")
    tested = {label: entry[1] for label, entry in STEP_BACK.items()} | {label: entry[0] for label, entry in SUMS.items()}
    assert {label: tex for label, tex in printed.items() if label not in FORWARD} == tested | {
        "gru-three-ways": THREE_WAYS,
        "gru-jacobian": JACOBIAN,
    }
    assert printed.keys() >= FORWARD


def agree(printed: Array, numeric: Array) -> None:
    assert printed.shape == numeric.shape
    assert np.abs(numeric).min() > 1e-7
    np.testing.assert_allclose(printed, numeric, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("owner", ["Wu", "Wr", "Wc", "bu", "br", "bc"])
def test_printed_gradient_of_a_parameter_agrees_with_the_numeric_one(owner: str) -> None:
    n = Unit()
    formula = next(group[owner] for _, group in SUMS.values() if owner in group)
    agree(formula(n, way_back(n)), n.slope(owner))


def test_printed_gradients_of_inputs_and_first_memory_agree_with_the_numeric_ones() -> None:
    n = Unit()
    known = way_back(n)
    for t in STEPS:
        agree(known["dx"][t], n.slope(f"x{t}"))
    agree(known["g"][1], n.slope("c0"))


def inputs_of(n: Unit) -> Array:
    return np.stack([n.theta[f"x{t}"] for t in STEPS], axis=2)


def test_the_printed_way_forward_is_the_one_that_is_asked_for() -> None:
    n = Unit()
    memories, predictions, _ = gru_forward(inputs_of(n), n.theta["c0"], {k: n.theta[k] for k in n.theta if k[0] in "Wb"})
    np.testing.assert_allclose(memories, np.stack(n.c[1:], axis=2), rtol=1e-12)
    np.testing.assert_allclose(predictions, np.stack(n.y_hat[1:], axis=2), rtol=1e-12)


class Simplified:
    """One step of the simplified unit for one example, and its Jacobian in two ways."""

    def __init__(self, bias: float = 0.0) -> None:
        draw = np.random.default_rng(3).normal
        self.n_c, self.x, self.c = 4, draw(size=(3, 1)), draw(size=(4, 1)) * 0.5
        self.theta = {"Wu": draw(size=(4, 7)), "Wc": draw(size=(4, 7)), "bu": draw(size=(4, 1)) + bias,
                      "bc": draw(size=(4, 1)), "Wy": np.zeros((2, 4)), "by": np.zeros((2, 1))}  # fmt: skip  # a table

    def step(self, c: Array) -> Array:
        return np.asarray(simplified_gru_forward(self.x[:, :, None], c, self.theta)[0][:, :, 0])

    def numeric(self) -> Array:
        moves = np.eye(self.n_c)[:, :, None] * 1e-5
        return np.hstack([(self.step(self.c + move) - self.step(self.c - move)) / 2e-5 for move in moves])

    def printed(self) -> tuple[Array, Array]:
        """The Jacobian by the formula with three terms, and by the one with the gate taken out."""
        stack, identity = np.vstack([self.c, self.x]), np.eye(self.n_c)
        u = sigmoid(self.theta["Wu"] @ stack + self.theta["bu"])
        made = np.tanh(self.theta["Wc"] @ stack + self.theta["bc"])
        w_cc, w_uc = (self.theta[name][:, : self.n_c] for name in ("Wc", "Wu"))

        def diag(v: Array) -> Array:
            return np.diag(v[:, 0])

        three = diag(1 - u) + diag(u * (1 - made**2)) @ w_cc + diag((made - self.c) * u * (1 - u)) @ w_uc
        b = diag(1 - made**2) @ w_cc + diag((made - self.c) * (1 - u)) @ w_uc
        return three, np.asarray(identity + diag(u) @ (b - identity))


def test_the_printed_jacobian_agrees_with_the_numeric_one() -> None:
    for printed in Simplified().printed():
        agree(printed, Simplified().numeric())


def test_a_nearly_shut_gate_makes_the_step_the_identity() -> None:
    np.testing.assert_allclose(Simplified(bias=-20.0).numeric(), np.eye(4), atol=1e-6)


def test_parameters_are_counted_right() -> None:
    n = Unit()
    assert chapters.formulas("gru")["gru-count"] == r"3\, n_c\, (n_c + n_x + 1) ,"
    assert sum(n.theta[kind + gate].size for kind in "Wb" for gate in "urc") == 3 * n.n_c * (n.n_c + n.n_x + 1)


def test_a_gate_that_opens_for_the_old_memory_has_the_other_sign() -> None:
    n = Unit()
    stack = n.stack(n.theta["c0"], 1)
    z = sigmoid(-n.theta["Wu"] @ stack - n.theta["bu"])
    np.testing.assert_allclose(z * n.c[0] + (1 - z) * n.candidate[1], n.c[1], rtol=1e-12)


def test_reset_after_the_product_is_another_network_but_for_a_single_element() -> None:
    n = Unit()
    shared = {k: n.theta[k] for k in ("Wu", "Wr", "Wc", "bu", "br", "bc")}
    bias = np.random.default_rng(1).normal(size=(n.n_c, 1))
    theirs = reset_after_gru_forward(inputs_of(n)[:, :, :1], n.c[0], shared | {"bcc": bias})[0][:, :, 0]
    summed = n.r[1] * (n.block("cc") @ n.c[0] + bias) + n.block("cx") @ n.theta["x1"] + n.theta["bc"]
    np.testing.assert_allclose(theirs, n.u[1] * np.tanh(summed) + (1 - n.u[1]) * n.c[0], rtol=1e-12)
    assert np.abs(theirs - n.c[1]).max() > 1e-2
    weight, reset, old = np.array([[1.7]]), np.array([[0.3]]), np.array([[-0.8]])
    np.testing.assert_allclose(weight @ (reset * old), reset * (weight @ old))


def worked_numbers() -> set[str]:
    """Recompute the three steps that are done by hand, and print each number as the prose does."""
    memory, plain, numbers = 0.0, 0.0, set()
    factors, plain_factors = [], []
    for x in (1.0, 0.0, 0.0):
        gate, candidate, plain = sigmoid(4.0 * x - 2.0), tanh(0.5 * memory + x), tanh(0.5 * plain + x)
        memory = gate * candidate + (1 - gate) * memory
        numbers |= {gate, candidate, memory, plain}
        factors.append((1 - gate) + gate * (1 - candidate**2) * 0.5)
        plain_factors.append(0.5 * (1 - plain**2))
    numbers |= {factors[1] * factors[2], plain_factors[1] * plain_factors[2]}
    return {f"{number:.4f}" for number in numbers}


def test_worked_numbers_in_the_prose() -> None:
    measured = {"0.003", "0.0004", "0.0008"}  # tests/experiments/test_reset_gate.py holds them
    said = set(re.findall(r"\d+\.\d{3,}", chapters.prose("gru"))) - measured
    assert len(said) >= 6
    assert said <= worked_numbers()


def test_what_is_said_about_the_measured_gradients() -> None:
    lines = figures.gradient_left_gru().axes[1].get_lines()
    none, zero, minus_two, minus_four = (float(np.asarray(line.get_ydata())[-1]) for line in lines)
    assert f"{none:.0e} {zero:.0e} {minus_two:.0e} {minus_four:.1f}" == "3e-05 8e-04 5e-02 0.5"
    for bias, steps in ((-2.0, 8.4), (-4.0, 55.6)):
        assert (1 - sigmoid(bias)) ** steps == pytest.approx(np.exp(-1.0), rel=0.1)
    assert 1 / sigmoid(-9.0) == pytest.approx(8000, rel=0.05)


def test_the_chapter_keeps_the_habits_of_the_book() -> None:
    chapters.test_every_figure_says_what_it_shows("gru")
    chapters.test_chapter_has_its_parts("gru")
    chapters.test_no_cell_gives_an_exercise_away("gru")
