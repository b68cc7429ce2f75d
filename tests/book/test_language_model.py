"""The chapter on language models says what is true: printed formulas, worked numbers, and what the network gains."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import exp, log

import numpy as np
import pytest
from numpy.typing import NDArray

from book import spelling
from solutions.reference import (
    adam_step,
    bigram_probabilities,
    next_word_distribution,
    perplexity,
    sequence_log_probability,
    unigram_probabilities,
)
from tests.book import test_chapters as chapters

Array = NDArray[np.float64]
CHAPTER = "language_model"
PRINTED = {
    "lm-chain": (
        r"\begin{aligned} & P\bigl(y^{\langle 1\rangle}, \dots, y^{\langle T_y\rangle}\bigr) \\ & \quad = "
        r"\prod_{t=1}^{T_y} P\bigl(y^{\langle t\rangle} \mid y^{\langle 1\rangle}, \dots, y^{\langle t-1\rangle}\bigr) "
        r"\end{aligned}"
    ),
    "lm-inputs": (
        r"\begin{aligned} x^{\langle 1\rangle} &= 0 \\ x^{\langle t\rangle} &= y^{\langle t-1\rangle} \quad \text{for "
        r"} t = 2, \dots, T_y \end{aligned}"
    ),
    "lm-next": (
        r"\begin{aligned} & \hat y_k^{\langle t\rangle} \\ & \quad = P\bigl(\text{next is } k \mid y^{\langle 1\rangle}, "
        r"\dots, y^{\langle t-1\rangle}\bigr) \end{aligned}"
    ),
    "lm-first": r"\hat y^{\langle 1\rangle} = \operatorname{softmax}\bigl(W_{ya} \tanh(b_a) + b_y\bigr) .",
    "lm-log": (
        r"\begin{aligned} & \log P\bigl(y^{\langle 1\rangle}, \dots, y^{\langle T_y\rangle}\bigr) \\ & \quad = "
        r"\sum_{t=1}^{T_y} \sum_{k=1}^{n_y} y_k^{\langle t\rangle} \log \hat y_k^{\langle t\rangle} \end{aligned}"
    ),
    "lm-log-softmax": r"\log \operatorname{softmax}(z)_k = z_k - \log \sum_{j=1}^{n_y} e^{z_j}",
    "lm-unigram": r"P(k) = \frac{\operatorname{count}(k) + s}{\sum_{l=1}^{n_y} \operatorname{count}(l) + s\, n_y}",
    "lm-bigram": (
        r"P(k \mid j) = \frac{\operatorname{count}(j, k) + s}{\sum_{l=1}^{n_y} \operatorname{count}(j, l) + s\, n_y}"
    ),
    "lm-perplexity": r"\exp\Bigl( - \frac{\sum_{i=1}^{m} \log P\bigl(y^{(i)}\bigr)}{\sum_{i=1}^{m} T_y^{(i)}} \Bigr)",
    "lm-loss": (
        r"\begin{aligned} L &= \frac{1}{m} \sum_{i=1}^{m} \sum_{t=1}^{T_y} \mu^{(i)\langle t\rangle} L^{(i)\langle "
        r"t\rangle} \\ L^{(i)\langle t\rangle} &= - \sum_{k=1}^{n_y} y_k^{(i)\langle t\rangle} \log \hat "
        r"y_k^{(i)\langle t\rangle} \end{aligned}"
    ),
    "lm-loss-and-perplexity": r"\text{perplexity} = \exp\Bigl( \frac{m\, L}{\sum_{i=1}^{m} T_y^{(i)}} \Bigr) .",
    "lm-dzy": (
        r"dz_y^{(i)\langle t\rangle} = \frac{1}{m}\, \mu^{(i)\langle t\rangle} \bigl( \hat y^{(i)\langle t\rangle} - "
        r"y^{(i)\langle t\rangle} \bigr)"
    ),
    "lm-adam": (
        r"\begin{aligned} v &:= \beta_1 v + (1 - \beta_1)\, d\theta \\ s &:= \beta_2 s + (1 - \beta_2)\, d\theta^2 \\ "
        r"\theta &:= \theta - \alpha\, \frac{v / (1 - \beta_1^{\tau})}{\sqrt{s / (1 - \beta_2^{\tau})} + \varepsilon} "
        r"\end{aligned}"
    ),
}


class LanguageModel(chapters.Network):
    """The network of the first chapters, reading what was just said, with a mask; one of its two sequences is shorter."""

    n_x = n_y = 5
    lengths = (3, 1)

    def __init__(self) -> None:
        draw = np.random.default_rng(11).normal
        n_y, n_a, m = self.n_y, self.n_a, self.m
        shapes = {"Waa": (n_a, n_a), "Wax": (n_a, n_y), "Wya": (n_y, n_a), "ba": (n_a, 1), "by": (n_y, 1)}
        self.theta = {name: draw(size=shape) for name, shape in shapes.items()}
        self.theta |= {f"nudge{t}": np.zeros((n_y, m)) for t in chapters.STEPS}  # added to the scores, to measure slopes by
        said = np.random.default_rng(12).integers(n_y, size=(self.steps + 1, m))
        self.said = said[1:]
        self.y = [np.eye(n_y)[:, row] for row in said]
        self.forward()

    def mask(self, t: int) -> Array:
        return np.array([float(t <= length) for length in self.lengths])

    def forward(self) -> float:
        """Run the printed equations: lm-inputs, rnn-state, rnn-output, lm-loss."""
        p = self.theta
        a, loss = np.zeros((self.n_a, self.m)), 0.0
        self.y_hat, self.z = [np.empty(0)], [np.empty(0)]
        for t in chapters.STEPS:
            x = np.zeros((self.n_y, self.m)) if t == 1 else self.y[t - 1]
            a = np.tanh(p["Waa"] @ a + p["Wax"] @ x + p["ba"])
            self.z.append(p["Wya"] @ a + p["by"] + p[f"nudge{t}"])
            self.y_hat.append(np.exp(self.z[t]) / np.exp(self.z[t]).sum(axis=0))
            loss -= (self.mask(t) * self.y[t] * np.log(self.y_hat[t])).sum() / self.m
        return float(loss)

    def as_arrays(self) -> tuple[Array, NDArray[np.integer], dict[str, Array]]:
        """What the reference takes: y (n_y, m, T_y), lengths (m,), parameters."""
        parameters = {name: self.theta[name] for name in ("Waa", "Wax", "Wya", "ba", "by")}
        return np.stack(self.y[1:], axis=2), np.array(self.lengths), parameters


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    assert chapters.formulas(CHAPTER) == PRINTED


@pytest.mark.parametrize("t", chapters.STEPS)
def test_printed_gradient_agrees_with_the_numeric_one(t: int) -> None:
    model = LanguageModel()
    printed, numeric = model.mask(t) * (model.y_hat[t] - model.y[t]) / model.m, model.slope(f"nudge{t}")
    np.testing.assert_allclose(printed, numeric, rtol=1e-6, atol=1e-9)
    for i, length in enumerate(model.lengths):
        assert (np.abs(numeric[:, i]).min() > 1e-6) == (t <= length)


def test_logarithms_and_the_chain_rule() -> None:
    model = LanguageModel()
    for t in chapters.STEPS:
        np.testing.assert_allclose(np.log(model.y_hat[t]), model.z[t] - np.log(np.exp(model.z[t]).sum(axis=0)), rtol=1e-12)
    y, lengths, parameters = model.as_arrays()
    logs = [
        sum((model.y[t][:, i] * np.log(model.y_hat[t][:, i])).sum() for t in range(1, length + 1))
        for i, length in enumerate(lengths)
    ]
    np.testing.assert_allclose(sequence_log_probability(y, lengths, parameters), logs, rtol=1e-12)
    for t in chapters.STEPS:
        for i in range(model.m):
            following = next_word_distribution(model.said[: t - 1, i], parameters)
            np.testing.assert_allclose(following, model.y_hat[t][:, i], rtol=1e-12)
    loss = -sum(logs) / model.m
    assert model.forward() == pytest.approx(loss, rel=1e-12)
    assert perplexity(np.array(logs), lengths) == pytest.approx(exp(model.m * loss / lengths.sum()), rel=1e-12)


def test_the_first_prediction_is_made_of_biases() -> None:
    model = LanguageModel()
    p = model.theta
    scores = p["Wya"] @ np.tanh(p["ba"]) + p["by"]
    for i in range(model.m):
        np.testing.assert_allclose(model.y_hat[1][:, [i]], np.exp(scores) / np.exp(scores).sum(), rtol=1e-12)


def test_sequences_that_end_share_one_probability() -> None:
    """With the end, names up to a length and what is longer add up to 1; without it, each length does so by itself."""
    _, _, parameters = LanguageModel().as_arrays()
    open_ones, ended = {(): 1.0}, 0.0
    for _ in range(3):
        longer: dict[tuple[int, ...], float] = {}
        for prefix, chance in open_ones.items():
            following = next_word_distribution(np.array(prefix, dtype=int), parameters)
            ended += chance * following[0]
            longer |= {(*prefix, symbol): chance * following[symbol] for symbol in range(1, 5)}
        open_ones = longer
        assert ended + sum(open_ones.values()) == pytest.approx(1.0)


def test_adam_as_printed() -> None:
    rng = np.random.default_rng(3)
    theta, v, s = rng.normal(size=(2, 3)), np.zeros((2, 3)), np.zeros((2, 3))
    reference = {"W": theta}, {"W": v}, {"W": s}
    for tau in range(1, 5):
        gradient = rng.normal(size=(2, 3)) * 10.0 ** rng.integers(-3, 4, size=(2, 3))
        before = theta
        v, s = 0.9 * v + 0.1 * gradient, 0.999 * s + 0.001 * gradient**2
        theta = theta - 0.01 * (v / (1 - 0.9**tau)) / (np.sqrt(s / (1 - 0.999**tau)) + 1e-8)
        reference = adam_step(reference[0], {"dW": gradient}, reference[1], reference[2], tau, 0.01)
        np.testing.assert_allclose(reference[0]["W"], theta, rtol=1e-12)
        if tau == 1:
            np.testing.assert_allclose(theta - before, -0.01 * np.sign(gradient), rtol=1e-4)


NAMES = ("anna", "ana", "nan")
SYMBOLS = ("end", "a", "n")


def tiny() -> dict[tuple[str, str], Fraction]:
    """The chapter's model of pairs, smoothed with 1: (after, before) -> probability."""
    counts = Counter(pair for name in NAMES for pair in pairwise(["end", *name, "end"]))
    total = {before: sum(counts[before, after] for after in SYMBOLS) for before in SYMBOLS}
    return {(k, j): Fraction(counts[j, k] + 1, total[j] + len(SYMBOLS)) for j in SYMBOLS for k in SYMBOLS}


def probability(name: str) -> Fraction:
    chance, product = tiny(), Fraction(1)
    for before, after in pairwise(["end", *name, "end"]):
        product *= chance[after, before]
    return product


def test_the_tiny_models_are_what_the_reference_counts() -> None:
    y = np.zeros((3, 3, 5))
    for i, name in enumerate(NAMES):
        y[[SYMBOLS.index(letter) for letter in [*name, *["end"] * (5 - len(name))]], i, np.arange(5)] = 1.0
    lengths, chance = np.array([len(name) + 1 for name in NAMES]), tiny()
    expected = [[float(chance[k, j]) for j in SYMBOLS] for k in SYMBOLS]
    np.testing.assert_allclose(bigram_probabilities(y, lengths), expected, rtol=1e-12)
    np.testing.assert_allclose(unigram_probabilities(y, lengths), [4 / 16, 6 / 16, 6 / 16], rtol=1e-12)
    assert Counter("end" if k == 0 else SYMBOLS[k] for k in unigram_counts(y, lengths)) == {"a": 5, "n": 5, "end": 3}


def unigram_counts(y: Array, lengths: NDArray[np.integer]) -> list[int]:
    return [int(y[:, i, t].argmax()) for i, length in enumerate(lengths) for t in range(length)]


def test_worked_numbers_in_the_prose() -> None:
    text = chapters.prose(CHAPTER)
    assert probability("na") == Fraction(1, 16) and r"\tfrac1{16}" in text
    assert probability("anan") == Fraction(1, 64) and r"\tfrac1{64}" in text
    assert probability("a") == Fraction(3, 16) and "[x] 3/16" in text
    assert 26**4 == 456_976 and "456{,}976" in text
    assert len(spelling.NAMES) == 5_163 and "5,163" in text
    together, apart = float(probability("na") * probability("anan")) ** (-1 / 8), (16 ** (1 / 3) + 64 ** (1 / 5)) / 2
    assert set(re.findall(r"\d+\.\d{3,}", text)) == {f"{together:.4f}", f"{apart:.4f}", "0.999"}
    masked = (log(16) + log(64)) / 2
    assert 1 / 3 < log(6) / (masked + log(6)) < 0.35  # "more than a third"


def test_letters_shown_in_the_tree_are_those_of_the_tiny_model() -> None:
    chance = tiny()
    alternative = " ".join(chapters.figure_cells(CHAPTER)[0][1]["mystnb"]["image"]["alt"].split())
    for before, words in (("end", "a with probability 1/2, n with 1/3 and end with 1/6"),
                          ("n", "n with 1/4, a with 1/2, end with 1/4"),
                          ("a", "n with 1/2, end with 3/8, a with 1/8")):  # fmt: skip  # a table
        assert words in alternative
        for after, told in re.findall(r"(\w+) with (?:probability )?(\d/\d)", words):
            assert chance[after, before] == Fraction(told)


def test_each_model_hesitates_less_than_the_one_before() -> None:
    models = spelling.learn()
    numbers = list(models.hesitation.values())
    assert numbers == sorted(numbers, reverse=True) and numbers[0] == 28.0
    assert numbers[-1] < 0.85 * numbers[-2], "the network gains over pairs"
    beginnings = [np.array([spelling.PLACE[letter] for letter in beginning]) for beginning in ("mar", "ther")]
    mar, ther = (next_word_distribution(beginning, models.network) for beginning in beginnings)
    assert np.abs(mar - ther).sum() > 0.3, "two beginnings that end in the same letter"
    np.testing.assert_allclose(mar.sum(), 1.0)


def test_figures_and_parts() -> None:
    chapters.test_every_figure_says_what_it_shows(CHAPTER)
    chapters.test_chapter_has_its_parts(CHAPTER)
    assert chapters.source(CHAPTER).count("```{exercise-notebook} language_model") == 1


def test_the_answers_stay_out_of_sight() -> None:
    """What the reader sees imports nothing from the model answers; the cell that trains is removed from the page."""
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", chapters.source(CHAPTER), re.MULTILINE | re.DOTALL)
    shown = [cell for cell in cells if "remove-cell" not in cell]
    assert len(shown) < len(cells)
    assert not [cell for cell in shown if "solutions" in cell or "spelling" in cell or "np." in cell]
