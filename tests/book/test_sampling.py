"""The chapter on sampling says what is true: printed formulas, worked numbers, and what the network says."""

from __future__ import annotations

import re
from fractions import Fraction
from math import log

import numpy as np
import pytest
from numpy.typing import NDArray

from book import figures, spelling
from solutions.reference import beam_search, draw_index, greedy, top_k, top_p, with_temperature, without_unknown
from tests.book import test_chapters as chapters
from tests.book.test_language_model import SYMBOLS, probability, tiny

Array = NDArray[np.floating]
CHAPTER = "sampling"
PRINTED = {
    "sampling-loop": (
        r"\begin{aligned} \text{index}^{\langle t\rangle} &\sim \hat y^{\langle t\rangle} \\ x^{\langle t+1\rangle} &= "
        r"\text{one-hot}\bigl(\text{index}^{\langle t\rangle}\bigr) \end{aligned}"
    ),
    "sampling-inverse": (
        r"\begin{aligned} F_i &= \sum_{j \le i} p_j \\ \text{index} &= \min\,\{\, i : F_i > u \,\} \end{aligned}"
    ),
    "sampling-unknown": r"P(i \mid \text{not UNK}) = \frac{p_i}{1 - p_{\text{UNK}}}",
    "sampling-again": r"\sum_{n=0}^{\infty} p_{\text{UNK}}^{\,n}\; p_i = \frac{p_i}{1 - p_{\text{UNK}}}",
    "sampling-temperature": (
        r"\begin{aligned} p^{(T)} &= \operatorname{softmax}\bigl(z / T\bigr) \\ p_i^{(T)} &= "
        r"\frac{p_i^{1/T}}{\sum_{j=1}^{n_y} p_j^{1/T}} \end{aligned}"
    ),
    "sampling-kept": r"p_i' = \begin{cases} p_i \big/ \sum_{j \in V} p_j & i \in V \\ 0 & \text{otherwise.} \end{cases}",
    "sampling-score": (
        r"\frac{1}{n^{\alpha}} \sum_{t=1}^{n} \log P\bigl(y^{\langle t\rangle} \mid y^{\langle 1\rangle}, \dots, "
        r"y^{\langle t-1\rangle}\bigr)"
    ),
}


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    assert chapters.formulas(CHAPTER) == PRINTED


def distribution(seed: int, n_y: int = 7) -> Array:
    weights = np.random.default_rng(seed).random(n_y)
    weights[[0, n_y - 1]] = 0.0, weights[0] + 0.1  # the first is impossible, the last is not
    return np.asarray(weights / weights.sum())


@pytest.mark.parametrize("u", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_the_inversion_as_printed(u: float) -> None:
    p = distribution(1)
    cumulative = [p[: i + 1].sum() for i in range(len(p))]
    assert draw_index(p, u) == min(i for i, border in enumerate(cumulative) if border > u)


def test_parts_are_as_wide_as_symbols_are_probable() -> None:
    p, grid = distribution(2), (np.arange(20_000) + 0.5) / 20_000
    shares = np.bincount([draw_index(p, u) for u in grid], minlength=len(p)) / len(grid)
    np.testing.assert_allclose(shares, p, atol=1e-4)


def test_no_border_may_lie_beyond_the_largest_number() -> None:
    last, largest = sum([0.1] * 10), 1 - 2**-53
    assert not last > largest
    assert max(np.random.default_rng(0).random(10_000)) <= largest
    assert draw_index(np.full(10, 0.1), largest) == 9


def test_striking_out_and_drawing_again_amount_to_the_same() -> None:
    p, unk = distribution(3), 2
    scaled = np.where(np.arange(len(p)) == unk, 0.0, p / (1.0 - p[unk]))
    np.testing.assert_allclose(without_unknown(p, unk), scaled, rtol=1e-12)
    again = sum(p[unk] ** n for n in range(200)) * p
    np.testing.assert_allclose(np.delete(again, unk), np.delete(scaled, unk), rtol=1e-12)
    np.testing.assert_allclose(without_unknown(np.array([0.1, 0.2, 0.4, 0.3]), 1), [0.125, 0.0, 0.5, 0.375], rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_both_lines_of_the_temperature_say_the_same(temperature: float) -> None:
    z = np.random.default_rng(4).normal(size=6) * 3.0
    p = np.exp(z) / np.exp(z).sum()
    tempered = np.exp(z / temperature) / np.exp(z / temperature).sum()
    np.testing.assert_allclose(p ** (1 / temperature) / (p ** (1 / temperature)).sum(), tempered, rtol=1e-12)
    np.testing.assert_allclose(with_temperature(p, temperature), tempered, rtol=1e-12)


def test_limits_of_the_temperature() -> None:
    p = np.array([0.4, 0.3, 0.3, 0.0])
    assert 0.4**1000 == 0.0
    np.testing.assert_allclose(with_temperature(p, 0.001), [1.0, 0.0, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(with_temperature(p, 1e6), [1 / 3, 1 / 3, 1 / 3, 0.0], rtol=1e-5)


def test_worked_distributions() -> None:
    p = np.array([0.4, 0.3, 0.2, 0.1])
    np.testing.assert_allclose(with_temperature(np.array([0.5, 0.25, 0.25]), 0.5), [2 / 3, 1 / 6, 1 / 6], rtol=1e-12)
    np.testing.assert_allclose(with_temperature(np.array([0.8, 0.2]), 2.0), [2 / 3, 1 / 3], rtol=1e-12)
    np.testing.assert_allclose(top_k(p, 2), [4 / 7, 3 / 7, 0.0, 0.0], rtol=1e-12)
    np.testing.assert_allclose(top_p(p, 0.8), [4 / 9, 3 / 9, 2 / 9, 0.0], rtol=1e-12)
    np.testing.assert_allclose(with_temperature(p, 0.5), np.array([16, 9, 4, 1]) / 30, rtol=1e-12)
    assert [np.count_nonzero(top_p(some, 0.8)) for some in (with_temperature(p, 0.5), p)] == [2, 3]
    sharp, flat = np.array([0.9, 0.05, 0.03, 0.02]), np.full(25, 0.04)
    assert top_k(sharp, 2)[1] > 0.0 and np.count_nonzero(top_p(sharp, 0.8)) == 1
    assert np.count_nonzero(top_k(flat, 2)) == 25 - 23
    assert min(n for n in range(26) if n * Fraction(1, 25) >= Fraction(8, 10)) == 20
    assert draw_index(np.array([0.2, 0.3, 0.0, 0.5]), 0.5) == 3


def row(before: str) -> Array:
    chance = tiny()
    return np.array([float(chance[after, before]) for after in SYMBOLS])


def test_the_name_drawn_by_hand() -> None:
    text = chapters.prose(CHAPTER)
    numbers = re.search(r"Let the generator give ([\d., ]+\d)\.", " ".join(text.split()))
    assert numbers
    said, before = [], "end"
    for u in numbers[1].split(", "):
        before = SYMBOLS[draw_index(row(before), float(u))]
        said.append(before)
    assert said == [*"anan", "end"]
    for before, start in (("end", "| the end, or nothing yet |"), ("a", "| *a* |"), ("n", "| *n* |")):
        line = next(line for line in text.splitlines() if line.startswith(start))
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert [float(Fraction(cell)) for cell in cells[1:4]] == pytest.approx(list(row(before)))
        assert [float(border) for border in cells[4].split(",")] == pytest.approx(list(np.cumsum(row(before))), abs=5e-4)


def pairs_as_a_network() -> dict[str, Array]:
    """A recurrent network that says what the tiny model says, with an <UNK> at place 3 that is never probable.

    Its state is the one-hot symbol that was read, as good as saturated; the bias of the first unit speaks where none was.
    """
    chances = np.stack([np.append(row(before), 1e-9) for before in (*SYMBOLS, "end")], axis=1)
    large = 20.0
    reads = 2.0 * large * np.eye(4)
    reads[0, 1:] -= 2.0 * large  # the first unit is on unless another symbol was read
    starts = np.array([[large], [-large], [-large], [-large]])
    scores = np.log(chances)
    output = {"Wya": scores / 2.0, "by": scores.sum(axis=1, keepdims=True) / 2.0}
    return {"Wax": reads, "Waa": np.zeros((4, 4)), "ba": starts, **output}


def spelled(indices: list[int]) -> str:
    return "".join(SYMBOLS[index] for index in indices)


def test_greedy_never_stops_and_the_beam_finds_what_is_likelier() -> None:
    network = pairs_as_a_network()
    assert spelled(greedy(network, 0, 3, 12)) == "an" * 6
    shown = {3: (("a", Fraction(3, 16)), ("ana", Fraction(1, 8))), 2: (("an", Fraction(1, 4)), ("a", Fraction(3, 16))),
             1: (("a", Fraction(1, 2)), ("n", Fraction(1, 3)))}  # fmt: skip  # what the figure keeps in each round
    for rounds, kept in shown.items():
        sequences, logs = beam_search(network, 0, 3, 2, rounds)
        assert [spelled(said) for said in sequences] == [said for said, _ in kept]
        np.testing.assert_allclose(logs, [log(chance) for _, chance in kept], rtol=1e-6)
    best = max((probability(name), name) for name in ("", "a", "n", "an", "na", "aa", "nn", "ana", "nan", "anan", "nana"))
    assert best == (Fraction(3, 16), "a")
    assert [spelled(said) for said in beam_search(network, 0, 3, 2, 30)[0]][0] == "a"


def test_what_the_figure_of_the_beam_says() -> None:
    """Each candidate's probability is the product along its way, and the two best of each round are kept."""
    chance = tiny()
    alternative = " ".join(chapters.figure_cells(CHAPTER)[3][1]["mystnb"]["image"]["alt"].split())
    drawn = [text.get_text() for text in figures.beam_of_two().axes[0].texts]
    candidates = [text.split("  ") for text in drawn if "/" in text]
    assert len(candidates) == 3 + 6 + 4
    for said, told in candidates:
        symbols = ["end", *said.replace(" end", "*").replace("end", "*")]
        symbols = [symbol.replace("*", "end") for symbol in symbols]
        product = Fraction(1)
        for before, after in zip(symbols, symbols[1:], strict=False):
            product *= chance[after, before]
        assert product == Fraction(told), said
        assert f"{said} {told}" in alternative


def test_scores_with_and_without_the_length() -> None:
    text = chapters.prose(CHAPTER)
    assert probability("a") / probability("anan") == 12 and "twelve times" in text
    assert log(probability("a")) / 2 < log(probability("anan")) / 5
    assert r"1/2 \cdot 3/8 = 3/16" in text


def test_numbers_in_the_prose_are_those_worked_out() -> None:
    borders = {"0.167", "0.667", "0.375", "0.500", "0.250", "0.750"}
    assert set(re.findall(r"\d+\.\d{3,}", chapters.prose(CHAPTER))) == borders | {"0.125"}
    assert round(len(spelling.NAMES) - spelling.HELD_OUT, -2) == 4_700 and "4,700" in chapters.source(CHAPTER)


def test_figures_and_parts() -> None:
    chapters.test_every_figure_says_what_it_shows(CHAPTER)
    chapters.test_chapter_has_its_parts(CHAPTER)
    assert chapters.source(CHAPTER).count("```{exercise-notebook} sampling") == 1


def test_the_answers_stay_out_of_sight() -> None:
    """What the reader sees neither imports a model answer nor calls one; the cells that do are hidden."""
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", chapters.source(CHAPTER), re.MULTILINE | re.DOTALL)
    shown = [cell for cell in cells if "remove-" not in cell.split("\n\n")[0]]
    assert 0 < len(shown) < len(cells)
    assert not [cell for cell in shown if "solutions" in cell or "spelling" in cell or "np." in cell or "sample(" in cell]
