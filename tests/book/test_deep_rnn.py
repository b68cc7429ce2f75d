"""The chapter on deep networks says what is true: printed formulas, worked numbers, counts, and what fades along time."""

from __future__ import annotations

import re
from itertools import combinations
from math import comb, tanh
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from book.figures.deep_rnn import shares_by_layer
from solutions.reference import (
    count_deep_parameters,
    deep_rnn_forward,
    gru,
    layer_backward,
    layer_forward,
    layer_step,
    lstm,
    peephole_lstm,
    simplified_gru,
)
from solutions.reference.rnn import PARAMETERS as RNN
from tests.book import test_chapters as chapters
from tests.book.test_gru import agree, formulas

Array = NDArray[np.float64]
CHAPTER = "deep_rnn"
STEPS = range(1, chapters.Network.steps + 1)
SIZES = [2, 4, 3, 5]  # n_0 is n_x
LAYERS = range(1, len(SIZES))
LAST = len(SIZES) - 1


class Stack(chapters.Network):
    """Three plain layers with all dimensions different; a[l][t] is the state of layer l after step t, a[0][t] an input."""

    n_y, m = 6, 7

    def __init__(self) -> None:
        draw = np.random.default_rng(12).normal
        self.theta: dict[str, Array] = {f"x{t}": draw(size=(SIZES[0], self.m)) for t in STEPS}
        for layer in LAYERS:
            n, below = SIZES[layer], SIZES[layer - 1]
            self.theta |= {f"Waa{layer}": draw(size=(n, n)) * 0.5, f"Wax{layer}": draw(size=(n, below)) * 0.7,
                           f"ba{layer}": draw(size=(n, 1)), f"first{layer}": draw(size=(n, self.m)) * 0.5}  # fmt: skip  # a layer
        self.theta |= {"Wya": draw(size=(self.n_y, SIZES[-1])), "by": draw(size=(self.n_y, 1))}
        self.y = [np.eye(self.n_y)[:, row] for row in np.random.default_rng(8).integers(self.n_y, size=(self.steps + 1, self.m))]
        self.forward()

    def forward(self) -> float:
        """Run the printed equations (deep-state, deep-output, rnn-loss), step by step."""
        p, nothing = self.theta, np.empty(0)
        self.a = [[nothing, *(p[f"x{t}"] for t in STEPS)], *([p[f"first{layer}"]] for layer in LAYERS)]
        self.y_hat, loss = [nothing], 0.0
        for t in STEPS:
            for layer in LAYERS:
                z = p[f"Waa{layer}"] @ self.a[layer][t - 1] + p[f"Wax{layer}"] @ self.a[layer - 1][t] + p[f"ba{layer}"]
                self.a[layer].append(np.tanh(z))
            scores = p["Wya"] @ self.a[LAST][t] + p["by"]
            self.y_hat.append(np.exp(scores) / np.exp(scores).sum(axis=0))
            loss += (-self.y[t] * np.log(self.y_hat[t])).sum() / self.m
        return float(loss)


# The way back, one entry per printed formula, each written from its TeX and from nothing else. `d` holds what is known so far.
STEP_BACK: dict[str, tuple[str, Any]] = {
    "deep-da-top": (
        r"da^{[L]\langle t\rangle} =\;& W_{ya}^{\top}\, dz_y^{\langle t\rangle} \\ &+ "
        r"\bigl(W_{aa}^{[L]}\bigr)^{\top} dz^{[L]\langle t+1\rangle}",
        lambda n, d, t: n.theta["Wya"].T @ chapters.dzy(n, d, t) + n.theta[f"Waa{LAST}"].T @ d["dz"][LAST, t + 1],
    ),
    "deep-da": (
        r"da^{[l]\langle t\rangle} =\;& \bigl(W_{ax}^{[l+1]}\bigr)^{\top} dz^{[l+1]\langle t\rangle} \\ "
        r"&+ \bigl(W_{aa}^{[l]}\bigr)^{\top} dz^{[l]\langle t+1\rangle}",
        lambda n, d, t, k: n.theta[f"Wax{k + 1}"].T @ d["dz"][k + 1, t] + n.theta[f"Waa{k}"].T @ d["dz"][k, t + 1],
    ),
    "deep-dz": (
        r"dz^{[l]\langle t\rangle} = da^{[l]\langle t\rangle} * \Bigl( 1 - \bigl(a^{[l]\langle t\rangle}\bigr)^2 \Bigr)",
        lambda n, d, t, k: d["da"][k, t] * (1 - n.a[k][t] ** 2),
    ),
}
RESULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "deep-dwaa": (
        r"dW_{aa}^{[l]} = \sum_{t=1}^{T_x} dz^{[l]\langle t\rangle}\, \bigl(a^{[l]\langle t-1\rangle}\bigr)^{\top}",
        {f"Waa{k}": lambda n, d, k=k: sum(d["dz"][k, t] @ n.a[k][t - 1].T for t in STEPS) for k in LAYERS},
    ),
    "deep-dwax": (
        r"dW_{ax}^{[l]} = \sum_{t=1}^{T_x} dz^{[l]\langle t\rangle}\, \bigl(a^{[l-1]\langle t\rangle}\bigr)^{\top}",
        {f"Wax{k}": lambda n, d, k=k: sum(d["dz"][k, t] @ n.a[k - 1][t].T for t in STEPS) for k in LAYERS},
    ),
    "deep-dba": (
        r"db_a^{[l]} = \sum_{t=1}^{T_x} \sum_{i=1}^{m} dz^{[l](i)\langle t\rangle}",
        {f"ba{k}": lambda n, d, k=k: sum(d["dz"][k, t][:, [i]] for t in STEPS for i in range(n.m)) for k in LAYERS},
    ),
    "deep-dx": (
        r"dx^{\langle t\rangle} = \bigl(W_{ax}^{[1]}\bigr)^{\top} dz^{[1]\langle t\rangle}",
        {f"x{t}": lambda n, d, t=t: n.theta["Wax1"].T @ d["dz"][1, t] for t in STEPS},
    ),
    "deep-da0": (
        r"da^{[l]\langle 0\rangle} = \bigl(W_{aa}^{[l]}\bigr)^{\top} dz^{[l]\langle 1\rangle}",
        {f"first{k}": lambda n, d, k=k: n.theta[f"Waa{k}"].T @ d["dz"][k, 1] for k in LAYERS},
    ),
}
ANY_CELL = r"da^{[l]\langle t\rangle} = dx^{[l+1]\langle t\rangle} + g^{[l]\langle t+1\rangle}"
FORWARD = {"deep-state", "deep-output", "deep-cell", "deep-ways", "deep-count"}


def way_back(n: Stack) -> dict[str, dict[tuple[int, int], Array]]:
    """Layer by layer from the last, in each from the last step; after it dz is zero."""
    known: dict[str, dict[tuple[int, int], Array]] = {"da": {}, "dz": {}}
    for layer in reversed(LAYERS):
        known["dz"][layer, n.steps + 1] = np.zeros((SIZES[layer], n.m))
        for t in reversed(STEPS):
            top = STEP_BACK["deep-da-top"][1](n, known, t) if layer == LAST else STEP_BACK["deep-da"][1](n, known, t, layer)
            known["da"][layer, t] = top
            known["dz"][layer, t] = STEP_BACK["deep-dz"][1](n, known, t, layer)
    return known


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    printed = formulas(CHAPTER)
    tested = {label: entry[0] for label, entry in STEP_BACK.items()} | {label: entry[0] for label, entry in RESULTS.items()}
    assert {label: tex for label, tex in printed.items() if label not in FORWARD} == tested | {"deep-any": ANY_CELL}
    assert printed.keys() >= FORWARD


OWNERS = {owner: formula for _, group in RESULTS.values() for owner, formula in group.items()}


@pytest.mark.parametrize("owner", sorted(OWNERS))
def test_printed_gradient_agrees_with_the_numeric_one(owner: str) -> None:
    n = Stack()
    agree(OWNERS[owner](n, way_back(n)), n.slope(owner))


@pytest.mark.parametrize("cells", [("gru", "lstm"), ("lstm", "rnn"), ("rnn", "gru")])
def test_the_one_new_formula_holds_for_any_cell(cells: tuple[str, str]) -> None:
    """Move the lower layer's state at one step, as both of its readers see it, and measure what becomes of the loss."""
    draw, m, steps, moved = np.random.default_rng(3).normal, 2, 4, 1
    sizes = (3, 4, 5)
    layers = [draw_layer(cell, below, n, draw) for cell, below, n in zip(cells, sizes, sizes[1:], strict=False)]
    x, da = draw(size=(sizes[0], m, steps)), draw(size=(sizes[2], m, steps))
    start = [np.zeros((n, m)) for n in sizes[1:]]

    def states(step: Array) -> Array:
        """The lower layer's states, the one after step `moved` with something added."""
        state: tuple[Array, ...] = (start[0], start[0])[: 2 if cells[0] == "lstm" else 1]
        seen = []
        for t in range(steps):
            state, _ = layer_step(x[:, :, t], state, layers[0], cells[0])
            state = (state[0] + step, *state[1:]) if t == moved else state
            seen.append(state[0])
        return np.stack(seen, axis=2)

    def loss(step: Array) -> float:
        return float(np.sum(da * layer_forward(states(step), start[1], layers[1], cells[1])[0]))

    lower, lower_caches = layer_forward(x, start[0], layers[0], cells[0])
    _, upper_caches = layer_forward(lower, start[1], layers[1], cells[1])
    read = layer_backward(da, upper_caches, cells[1])["dx"]
    steps_after = (lower_caches[0][moved + 1 :], x[:, :, moved + 1 :])
    handed_back = layer_backward(read[:, :, moved + 1 :], steps_after, cells[0])["da0"]
    numeric = np.zeros_like(start[0])
    for index in np.ndindex(numeric.shape):
        step = np.zeros_like(numeric)
        step[index] = 1e-5
        numeric[index] = (loss(step) - loss(-step)) / 2e-5
    agree(read[:, :, moved] + handed_back, numeric)


KINDS = {"rnn": RNN, "simplified_gru": simplified_gru.PARAMETERS, "gru": gru.PARAMETERS,
         "lstm": lstm.PARAMETERS, "peephole_lstm": peephole_lstm.PARAMETERS}  # fmt: skip  # a table


def shapes_of(cell: str, below: int, n: int) -> dict[str, tuple[int, ...]]:
    """The shapes of a layer's parameters, from the model answers; those of an output layer left out."""
    sizes = {"n_x": below, "n_a": n, "n_c": n, "1": 1}
    inner = {key: axes.split() for key, axes in KINDS[cell].items() if key not in ("Wya", "Wy", "by")}
    return {key: tuple(sum(sizes[part] for part in axis.split("+")) for axis in axes) for key, axes in inner.items()}


def draw_layer(cell: str, below: int, n: int, draw: Any) -> dict[str, Array]:
    return {key: draw(size=shape) * 0.6 for key, shape in shapes_of(cell, below, n).items()}


def test_the_printed_way_forward_is_the_one_that_is_asked_for() -> None:
    n = Stack()
    layers = [{name: n.theta[f"{name}{layer}"] for name in ("Waa", "Wax", "ba")} for layer in LAYERS]
    x = np.stack([n.theta[f"x{t}"] for t in STEPS], axis=2)
    parameters = {"layers": layers, "Wya": n.theta["Wya"], "by": n.theta["by"]}
    states, predictions, _ = deep_rnn_forward(x, [n.theta[f"first{layer}"] for layer in LAYERS], parameters, ["rnn"] * 3)
    for layer in LAYERS:
        np.testing.assert_allclose(states[layer - 1], np.stack(n.a[layer][1:], axis=2), rtol=1e-12)
    np.testing.assert_allclose(predictions, np.stack(n.y_hat[1:], axis=2), rtol=1e-12)


def table_of_matrices() -> dict[str, int]:
    """p_l for each cell, as the chapter prints it."""
    rows = re.findall(r"^\* - (.+)\n  - (\d)\n  - .+$", chapters.source(CHAPTER), re.MULTILINE)
    names = dict(zip(("plain", "simplified GRU", "GRU", "LSTM", "LSTM with peepholes"), KINDS, strict=True))
    return {names[cell]: int(number) for cell, number in rows}


def test_parameters_are_counted_right() -> None:
    matrices = table_of_matrices()
    assert matrices.keys() == KINDS.keys()
    for cell, p in matrices.items():
        size = sum(int(np.prod(shape)) for shape in shapes_of(cell, 3, 5).values())
        assert size == p * 5 * (5 + 3 + 1) + (3 * 5 if cell == "peephole_lstm" else 0)
    sizes, cells, n_y = [3, 5, 4, 6], ["gru", "rnn", "lstm"], 7
    layers = (matrices[cell] * n * (n + below + 1) for cell, n, below in zip(cells, sizes[1:], sizes, strict=False))
    assert count_deep_parameters(sizes[0], sizes[1:], n_y, cells) == sum(layers) + n_y * (sizes[-1] + 1)
    assert formulas(CHAPTER)["deep-count"] == r"& \sum_{l=1}^{L} p_l\, n_l\, (n_l + n_{l-1} + 1) \\ & + n_y\, (n_L + 1) ."
    assert 49 < 100 * 10_101 / (100 * 201) < 51  # "a fiftieth"
    assert 1.7 < 201 / 111 < 1.9  # "nearly twice as much"


def test_ways_through_the_grid_are_counted_right() -> None:
    for steps, layers in ((3, 2), (4, 3), (5, 1)):
        moves = steps + layers - 2
        assert len(list(combinations(range(moves), layers - 1))) == comb(steps + layers - 2, layers - 1)
    assert formulas(CHAPTER)["deep-ways"] == r"\binom{T_x + L - 2}{L - 1}"
    text = " ".join(chapters.source(CHAPTER).split())
    assert f"passes {100 + 1 - 1} cells, and through three layers {100 + 3 - 1}" in text


def worked_numbers() -> set[str]:
    lower, upper, numbers = 0.0, 0.0, set()
    for x in (1.0, 0.0, 0.0):
        lower = tanh(0.5 * lower + x)
        upper = tanh(0.5 * upper + lower)
        numbers |= {lower, upper}
    return {f"{number:.4f}" for number in numbers}


def test_worked_numbers_in_the_prose() -> None:
    measured = {"0.003"}  # a rate of learning; tests/experiments/test_depth.py holds it
    said = set(re.findall(r"\d+\.\d{3,}", chapters.prose(CHAPTER))) - measured
    assert len(said) >= 2
    assert said <= worked_numbers()


def test_the_ways_by_hand_add_up_to_the_slope() -> None:
    def walk(first: float) -> tuple[list[float], list[float]]:
        lower, upper = [0.0], [0.0]
        for x in (first, 0.0, 0.0):
            lower.append(tanh(0.5 * lower[-1] + x))
            upper.append(tanh(0.5 * upper[-1] + lower[-1]))
        return lower, upper

    lower, upper = ([1 - a**2 for a in states] for states in walk(1.0))
    ways = [0.25 * np.prod(lower[1 : climb + 1]) * np.prod(upper[climb:]) for climb in (1, 2, 3)]
    assert sum(ways) == pytest.approx((walk(1.00001)[1][3] - walk(0.99999)[1][3]) / 2e-5, rel=1e-6)
    assert ways == sorted(ways), "the way that climbs last counts most"


def test_what_is_said_about_the_measured_gradients() -> None:
    one, two, three = shares_by_layer()
    assert f"{one[0]:.1f} {two[0]:.1f} {three[0]:.1f}" == "0.4 0.6 1.0" and 0.3 < one[0] < 0.4
    for shares in (one, two):
        assert 2.5 < shares[-1] / three[-1] < 3.5, "about three times"
        assert 1e-8 < shares[-1] < 1e-6
    for shares in (one, two, three):
        assert np.log(shares[20] / shares[40]) == pytest.approx(np.log(three[20] / three[40]), rel=0.1), "parallel"


def test_the_chapter_keeps_the_habits_of_the_book() -> None:
    chapters.test_every_figure_says_what_it_shows(CHAPTER)
    chapters.test_chapter_has_its_parts(CHAPTER)
    chapters.test_no_cell_gives_an_exercise_away(CHAPTER)
