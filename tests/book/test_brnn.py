"""The chapter on bidirectional networks says what is true: printed formulas, worked numbers, padding, and what is read aloud."""

from __future__ import annotations

import re
from math import exp, log, tanh
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments import reading
from solutions.reference import brnn_forward, reverse_padded, tagging_loss
from tests.book import test_chapters as chapters
from tests.book.test_gru import agree, formulas

Array = NDArray[np.float64]
CHAPTER = "brnn"
STEPS = range(1, 5)
ROWS = ("there", "back")


class Readers(chapters.Network):
    """A small bidirectional network over examples of different lengths, and what its chapter computes about it.

    Steps are counted as in the book: a["there"][0] is the first state of the one reader. The first state of the other stands, for
    example i, in column i of a["back"][lengths[i] + 1]; each column keeps its own in theta["first_back"].
    """

    n_x, n_a, n_y, m, steps = 3, 4, 5, 3, 4
    lengths = np.array([2, 4, 3])

    def __init__(self) -> None:
        draw = np.random.default_rng(11).normal
        n_x, n_a, n_y, m = self.n_x, self.n_a, self.n_y, self.m
        self.theta: dict[str, Array] = {}
        for row in ROWS:
            self.theta |= {f"Waa_{row}": draw(size=(n_a, n_a)) * 0.5, f"Wax_{row}": draw(size=(n_a, n_x)),
                           f"ba_{row}": draw(size=(n_a, 1)), f"first_{row}": draw(size=(n_a, m)) * 0.5}  # fmt: skip  # a row
        self.theta |= {"Wy": draw(size=(n_y, 2 * n_a)), "by": draw(size=(n_y, 1))}
        self.theta |= {f"x{t}": draw(size=(n_x, m)) for t in STEPS}
        classes = np.random.default_rng(8).integers(n_y, size=(self.steps + 1, m))
        self.y = [np.eye(n_y)[:, one] for one in classes]
        self.counts = {t: (t <= self.lengths).astype(float) for t in STEPS}
        self.asked = {t: self.counts[t] * (np.array([t, t + 1, t]) % 3 > 0) for t in STEPS}
        self.number = sum(row.sum() for row in self.asked.values())
        self.forward()

    def forward(self) -> float:
        """Run the printed equations (brnn-there, brnn-back, brnn-output, brnn-loss) for the steps that count."""
        p, nothing = self.theta, np.zeros((self.n_a, self.m))
        self.a = {row: {t: nothing.copy() for t in range(self.steps + 2)} for row in ROWS}
        self.a["there"][0] = p["first_there"].copy()
        for i, length in enumerate(self.lengths):
            self.a["back"][int(length) + 1][:, i] = p["first_back"][:, i]
            for row, steps, before in (("there", range(1, length + 1), -1), ("back", range(length, 0, -1), +1)):
                for t in steps:
                    z = p[f"Waa_{row}"] @ self.a[row][t + before][:, [i]] + p[f"Wax_{row}"] @ p[f"x{t}"][:, [i]] + p[f"ba_{row}"]
                    self.a[row][t][:, [i]] = np.tanh(z)
        self.y_hat = {t: softmax(p["Wy"] @ self.stack(t) + p["by"]) for t in STEPS}
        picked = [(self.asked[t] * self.y[t] * np.log(self.y_hat[t])).sum() for t in STEPS]
        return float(-sum(picked) / self.number)

    def stack(self, t: int) -> Array:
        return np.vstack([self.a["there"][t], self.a["back"][t]])

    def out(self, row: str) -> Array:
        return self.theta["Wy"][:, : self.n_a] if row == "there" else self.theta["Wy"][:, self.n_a :]


def softmax(z: Array) -> Array:
    return np.asarray(np.exp(z) / np.exp(z).sum(axis=0))


# The way back, one entry per printed formula, each written from its TeX and from nothing else. `d` holds what is known so far.
PRINTED: dict[str, tuple[str, Any]] = {
    "brnn-dzy": (
        r"dz_y^{(i)\langle t\rangle} = \frac{1}{N} \bigl( \hat y^{(i)\langle t\rangle} - y^{(i)\langle t\rangle} \bigr)",
        lambda n, d, t: np.where(n.asked[t] > 0, (n.y_hat[t] - n.y[t]) / n.number, 0.0),
    ),
    "brnn-da-there": (
        r"d\overrightarrow a^{\langle t\rangle} = \overrightarrow W_y^{\top}\, dz_y^{\langle t\rangle} "
        r"+ \overrightarrow W_{aa}^{\top}\, d\overrightarrow z^{\langle t+1\rangle}",
        lambda n, d, t: n.out("there").T @ d["dzy"][t] + n.theta["Waa_there"].T @ d["dz_there"][t + 1],
    ),
    "brnn-da-back": (
        r"d\overleftarrow a^{\langle t\rangle} = \overleftarrow W_y^{\top}\, dz_y^{\langle t\rangle} "
        r"+ \overleftarrow W_{aa}^{\top}\, d\overleftarrow z^{\langle t-1\rangle}",
        lambda n, d, t: n.out("back").T @ d["dzy"][t] + n.theta["Waa_back"].T @ d["dz_back"][t - 1],
    ),
    "brnn-dz": (
        r"d\overrightarrow z^{\langle t\rangle} &= \mu^{\langle t\rangle} * d\overrightarrow a^{\langle t\rangle} * "
        r"\Bigl( 1 - \bigl(\overrightarrow a^{\langle t\rangle}\bigr)^2 \Bigr) \\ "
        r"d\overleftarrow z^{\langle t\rangle} &= \mu^{\langle t\rangle} * d\overleftarrow a^{\langle t\rangle} * "
        r"\Bigl( 1 - \bigl(\overleftarrow a^{\langle t\rangle}\bigr)^2 \Bigr)",
        lambda n, d, t, row: n.counts[t] * d[f"da_{row}"][t] * (1 - n.a[row][t] ** 2),
    ),
}
SUMS: dict[str, tuple[str, dict[str, Any]]] = {
    "brnn-dwy": (
        r"dW_y = \sum_{t=1}^{T_x} dz_y^{\langle t\rangle}\, \bigl[\,\overrightarrow a^{\langle t\rangle};\, "
        r"\overleftarrow a^{\langle t\rangle} \bigr]^{\top}",
        {"Wy": lambda n, d: sum(d["dzy"][t] @ n.stack(t).T for t in STEPS)},
    ),
    "brnn-dby": (
        r"db_y = \sum_{t=1}^{T_x} \sum_{i=1}^{m} dz_y^{(i)\langle t\rangle}",
        {"by": lambda n, d: sum(d["dzy"][t][:, [i]] for t in STEPS for i in range(n.m))},
    ),
    "brnn-dx": (
        r"dx^{\langle t\rangle} = \overrightarrow W_{ax}^{\top}\, d\overrightarrow z^{\langle t\rangle} + "
        r"\overleftarrow W_{ax}^{\top}\, d\overleftarrow z^{\langle t\rangle}",
        {
            f"x{t}": lambda n, d, t=t: n.theta["Wax_there"].T @ d["dz_there"][t] + n.theta["Wax_back"].T @ d["dz_back"][t]
            for t in STEPS
        },
    ),
    "brnn-dwaa": (
        r"d\overrightarrow W_{aa} &= \sum_{t=1}^{T_x} d\overrightarrow z^{\langle t\rangle}\, "
        r"\bigl(\overrightarrow a^{\langle t-1\rangle}\bigr)^{\top} \\ "
        r"d\overleftarrow W_{aa} &= \sum_{t=1}^{T_x} d\overleftarrow z^{\langle t\rangle}\, "
        r"\bigl(\overleftarrow a^{\langle t+1\rangle}\bigr)^{\top}",
        {
            "Waa_there": lambda n, d: sum(d["dz_there"][t] @ n.a["there"][t - 1].T for t in STEPS),
            "Waa_back": lambda n, d: sum(d["dz_back"][t] @ n.a["back"][t + 1].T for t in STEPS),
        },
    ),
    "brnn-dwax": (
        r"d\overrightarrow W_{ax} &= \sum_{t=1}^{T_x} d\overrightarrow z^{\langle t\rangle}\, "
        r"\bigl(x^{\langle t\rangle}\bigr)^{\top} \\ d\overleftarrow W_{ax} &= \sum_{t=1}^{T_x} "
        r"d\overleftarrow z^{\langle t\rangle}\, \bigl(x^{\langle t\rangle}\bigr)^{\top}",
        {f"Wax_{row}": lambda n, d, row=row: sum(d[f"dz_{row}"][t] @ n.theta[f"x{t}"].T for t in STEPS) for row in ROWS},
    ),
    "brnn-db": (
        r"d\overrightarrow b_a &= \sum_{t=1}^{T_x} \sum_{i=1}^{m} d\overrightarrow z^{(i)\langle t\rangle} \\ "
        r"d\overleftarrow b_a &= \sum_{t=1}^{T_x} \sum_{i=1}^{m} d\overleftarrow z^{(i)\langle t\rangle}",
        {
            f"ba_{row}": lambda n, d, row=row: sum(d[f"dz_{row}"][t][:, [i]] for t in STEPS for i in range(n.m))
            for row in ROWS
        },
    ),
    "brnn-da0": (
        r"d\overrightarrow a^{\langle 0\rangle} &= \overrightarrow W_{aa}^{\top}\, d\overrightarrow z^{\langle 1\rangle} \\ "
        r"d\overleftarrow a^{(i)\langle T_x^{(i)}+1\rangle} &= \overleftarrow W_{aa}^{\top}\, "
        r"d\overleftarrow z^{(i)\langle T_x^{(i)}\rangle}",
        {
            "first_there": lambda n, d: n.theta["Waa_there"].T @ d["dz_there"][1],
            "first_back": lambda n, d: np.hstack(
                [n.theta["Waa_back"].T @ d["dz_back"][int(n.lengths[i])][:, [i]] for i in range(n.m)]
            ),
        },
    ),
}  # fmt: skip  # one formula, one line
FORWARD = {"brnn-there", "brnn-back", "brnn-output", "brnn-count", "brnn-turn", "brnn-loss"}


def way_back(n: Readers) -> dict[str, dict[int, Array]]:
    known: dict[str, dict[int, Array]] = {name: {} for name in ("dzy", "da_there", "da_back", "dz_there", "dz_back")}
    known["dz_there"][n.steps + 1] = known["dz_back"][0] = np.zeros((n.n_a, n.m))
    known["dzy"] = {t: PRINTED["brnn-dzy"][1](n, known, t) for t in STEPS}
    for row, steps in (("there", reversed(STEPS)), ("back", iter(STEPS))):
        for t in steps:
            known[f"da_{row}"][t] = PRINTED[f"brnn-da-{row}"][1](n, known, t)
            known[f"dz_{row}"][t] = PRINTED["brnn-dz"][1](n, known, t, row)
    return known


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    printed = formulas(CHAPTER)
    tested = {label: entry[0] for label, entry in PRINTED.items()} | {label: entry[0] for label, entry in SUMS.items()}
    assert {label: tex for label, tex in printed.items() if label not in FORWARD} == tested
    assert printed.keys() >= FORWARD


OWNERS = {owner: formula for _, group in SUMS.values() for owner, formula in group.items()}


@pytest.mark.parametrize("owner", sorted(OWNERS))
def test_printed_gradient_agrees_with_the_numeric_one(owner: str) -> None:
    n = Readers()
    printed, numeric = OWNERS[owner](n, way_back(n)), n.slope(owner)
    if owner.startswith("x"):  # in the padding both are exactly zero
        padding = n.counts[int(owner[1:])] == 0
        assert not printed[:, padding].any() and not numeric[:, padding].any()
        printed, numeric = printed[:, ~padding], numeric[:, ~padding]
    agree(printed, numeric)


def arrays_of(n: Readers) -> tuple[Array, Array, dict[str, Any]]:
    """Inputs, first states and parameters as the exercise wants them."""
    rows = [{name: n.theta[f"{name}_{row}"] for name in ("Wax", "Waa", "ba")} for row in ROWS]
    parameters = {"forward": rows[0], "backward": rows[1], "Wy": n.theta["Wy"], "by": n.theta["by"]}
    first = np.vstack([n.theta["first_there"], n.theta["first_back"]])
    return np.stack([n.theta[f"x{t}"] for t in STEPS], axis=2), first, parameters


def test_the_printed_way_forward_is_the_one_that_is_asked_for() -> None:
    n = Readers()
    x, first, parameters = arrays_of(n)
    states, predictions, _ = brnn_forward(x, first, n.lengths, parameters)
    counts = np.stack([n.counts[t] for t in STEPS], axis=1)
    np.testing.assert_allclose(states, counts * np.stack([n.stack(t) for t in STEPS], axis=2), rtol=1e-12)
    np.testing.assert_allclose(predictions, counts * np.stack([n.y_hat[t] for t in STEPS], axis=2), rtol=1e-12)
    asked = np.stack([n.asked[t] for t in STEPS], axis=1) > 0
    assert 0 < asked.sum() < counts.sum()
    assert tagging_loss(predictions, np.stack(n.y[1:], axis=2), asked) == pytest.approx(n.forward(), rel=1e-12)
    rows = [*parameters["forward"].values(), *parameters["backward"].values(), parameters["Wy"], parameters["by"]]
    n_x, n_a, n_y = n.n_x, n.n_a, n.n_y
    assert sum(one.size for one in rows) == 2 * n_a * (n_a + n_x + 1) + n_y * (2 * n_a + 1)
    assert chapters.formulas(CHAPTER)["brnn-count"] == r"2\, n_a\, (n_a + n_x + 1) + n_y\, (2 n_a + 1)"


def test_the_printed_turn_is_the_one_that_is_asked_for() -> None:
    x, lengths = np.random.default_rng(0).normal(size=(2, 3, 5)), np.array([3, 5, 1])
    turned = reverse_padded(x, lengths)
    for i, length in enumerate(lengths):
        for t in range(1, 6):
            source = length + 1 - t if t <= length else t
            np.testing.assert_array_equal(turned[:, i, t - 1], x[:, i, source - 1])


def walk(inputs: list[float], weight: float, entering: float, bias: float = 0.0) -> list[float]:
    states, state = [], 0.0
    for x in inputs:
        state = tanh(weight * state + entering * x + bias)
        states.append(state)
    return states


def worked_numbers() -> set[str]:
    """Recompute the steps that are done by hand, and print each number as the prose does."""
    there, back = walk([1.0, 0.0, 1.0], 0.5, 1.0), walk([1.0, 0.0, 1.0], 1.0, 0.5)[::-1]
    score = there[0] + back[0]
    right = exp(score) / (exp(score) + exp(-score))
    up = 2 * (right - 1)
    numbers = {*there, *back, score, right, -log(right), up * (1 - there[0] ** 2), up * (1 - back[0] ** 2)}
    return {f"{abs(number):.4f}" for number in numbers | {walk([9.0, 9.0, 1.0, 0.0, 1.0], 1.0, 0.5)[-1]}}


def test_worked_numbers_in_the_prose() -> None:
    said = set(re.findall(r"\d+\.\d{3,}", chapters.prose(CHAPTER)))
    assert len(said) >= 4
    assert said <= worked_numbers()


def test_a_reader_who_begins_in_the_padding_is_seen_only_with_something_that_is_not_zero() -> None:
    right = {bias: walk([1.0, 0.0, 1.0], 1.0, 0.5, bias)[-1] for bias in (0.0, 0.2)}
    leaky = {(pad, bias): walk([pad, pad, 1.0, 0.0, 1.0], 1.0, 0.5, bias)[-1] for pad in (0.0, 9.0) for bias in (0.0, 0.2)}
    assert leaky[0.0, 0.0] == right[0.0]
    for pad, bias in ((9.0, 0.0), (0.0, 0.2), (9.0, 0.2)):
        assert f"{leaky[pad, bias]:.4f}" != f"{right[bias]:.4f}"


def test_the_gradient_by_hand_is_the_slope_of_the_loss() -> None:
    def loss(inputs: list[float]) -> float:
        score = walk(inputs, 0.5, 1.0)[0] + walk(inputs[::-1], 1.0, 0.5)[-1]
        return log(1 + exp(-2 * score))

    back = walk([1.0, 0.0, 1.0], 1.0, 0.5)[::-1]
    factor = (loss([1.0, 0.0, 1.0 + 1e-5]) - loss([1.0, 0.0, 1.0 - 1e-5])) / 2e-5
    up = -2 / (1 + exp(2 * (tanh(1.0) + back[0])))
    by_hand = 0.5 * up * (1 - back[0] ** 2) * (1 - back[1] ** 2) * (1 - back[2] ** 2)
    assert by_hand == pytest.approx(factor, rel=1e-6) and abs(by_hand) > 1e-2


def test_sizes_in_the_prose() -> None:
    text = chapters.source(CHAPTER)
    n_x, n_a, n_y = 50, 100, 10
    one_way = n_a * (n_a + n_x + 1)
    for count in (one_way + n_y * (n_a + 1), 2 * one_way + n_y * (n_a + 1), 2 * one_way + n_y * (2 * n_a + 1), one_way):
        assert f"{count:,}" in text
    assert f"{sum(range(1, 1001)):,}" in text


def test_the_words_in_the_prose_are_read_as_it_says() -> None:
    known = {phrase.text: phrase.reading for phrase in reading.ALL}
    for word, sound in (("行走", "xing2"), ("行业", "hang2"), ("长裤", "chang2"), ("长大", "zhang3")):
        assert known[word] == sound and word in chapters.source(CHAPTER)


def test_the_chapter_keeps_the_habits_of_the_book() -> None:
    chapters.test_every_figure_says_what_it_shows(CHAPTER)
    chapters.test_chapter_has_its_parts(CHAPTER)


def test_the_answers_stay_out_of_sight() -> None:
    """What the reader sees computes single numbers; the cell that trains is removed from the page."""
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", chapters.source(CHAPTER), re.MULTILINE | re.DOTALL)
    shown = [cell for cell in cells if "remove-cell" not in cell]
    assert not [cell for cell in shown if "solutions" in cell or "np." in cell or "import read" in cell]
