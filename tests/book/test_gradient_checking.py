"""The appendix on gradient checking says what is true: formulas, measured errors, blind spots, and how the grader works."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder import cases, compare, draws, gradients
from book.figures.gradient_checking import errors, three_steps
from solutions.reference import gradient_check, rnn_backward, rnn_forward
from tests.book import test_chapters as chapters

Array = NDArray[np.float64]
PRINTED = {
    "check-truncation": r"\begin{aligned} &\frac{f(\theta + \varepsilon) - f(\theta - \varepsilon)}{2\,\varepsilon} "
    r"- f'(\theta) \\ "
    r"&\approx \frac{\varepsilon^2}{6}\, f'''(\theta) \end{aligned}",
    "check-rounding": r"\frac{2\, \eta\, \lvert f(\theta) \rvert}{2\,\varepsilon} "
    r"= \frac{\eta\, \lvert f(\theta) \rvert}{\varepsilon} .",
    "check-best": r"\varepsilon^{\ast} = \sqrt[3]{\frac{3\, \eta\, \lvert f(\theta) \rvert}{\lvert f'''(\theta) \rvert}} .",
    "check-complex": r"f'(\theta) \approx \frac{\operatorname{Im} f(\theta + i\,\varepsilon)}{\varepsilon} .",
    "check-relative": r"\frac{\lVert g - n \rVert}{\lVert g \rVert + \lVert n \rVert}",
    "check-entries": r"\frac{\max_k \lvert g_k - n_k \rvert}{\max_k \lvert n_k \rvert}",
    "check-direction": r"\frac{f(\theta + \varepsilon\, v) - f(\theta - \varepsilon\, v)}{2\,\varepsilon} "
    r"\approx \sum_{k=1}^{N} g_k\, v_k",
    "check-weighted": r"f(\theta) = \sum_{k} da_k\, a_k(\theta)",
}
AT = 0.5
TANH = (np.tanh(AT), 1 - np.tanh(AT) ** 2, (1 - np.tanh(AT) ** 2) * (6 * np.tanh(AT) ** 2 - 2))  # value, slope, third derivative


def central(at: float, epsilon: float) -> float:
    return float((np.tanh(at + epsilon) - np.tanh(at - epsilon)) / (2 * epsilon))


def test_the_formulas_tested_here_are_the_formulas_printed() -> None:
    assert chapters.formulas("gradient_checking") == PRINTED


@pytest.mark.parametrize("epsilon", [1e-2, 1e-3])
def test_the_printed_error_of_the_difference(epsilon: float) -> None:
    _, slope, third = TANH
    assert central(AT, epsilon) - slope == pytest.approx(epsilon**2 / 6 * third, rel=1e-3)


def test_the_printed_error_of_rounding_bounds_what_is_measured() -> None:
    value, slope, _ = TANH
    places = np.linspace(AT, AT + 1e-4, 400)
    for epsilon in (1e-9, 1e-8):
        off = max(abs(central(at, epsilon) - (1 - np.tanh(at) ** 2)) for at in places)
        bound = 2.0**-53 * value / epsilon
        assert 0.1 * bound < off < 4 * bound  # tanh itself is not rounded perfectly, and the places are rounded as well
    assert slope > 0


def test_the_printed_best_epsilon_is_where_the_sum_of_both_errors_is_smallest() -> None:
    value, _, third = TANH
    for eta in (2.0**-53, 2.0**-24):
        best = (3 * eta * value / abs(third)) ** (1 / 3)
        many = best * np.logspace(-2.0, 2.0, 401)
        total = many**2 / 6 * abs(third) + eta * value / many
        assert many[total.argmin()] == pytest.approx(best)


def test_the_complex_step_needs_no_compromise() -> None:
    slope = np.imag(np.tanh(AT + 1e-100j)) / 1e-100
    assert slope == pytest.approx(TANH[1], rel=1e-15)
    off = np.imag(np.tanh(AT + 1e-3j)) / 1e-3 - TANH[1]
    assert abs(off) == pytest.approx(1e-6 / 6 * abs(TANH[2]), rel=1e-3)


def test_what_is_said_about_the_two_precisions() -> None:
    (wide, in64), (narrow, in32) = errors(np.float64), errors(np.float32)
    assert 1e-7 < wide[in64.argmin()] < 1e-4 and in64.min() < 1e-10
    assert 1e-3 <= narrow[in32.argmin()] <= 1e-2 and 1e-6 < in32.min() < 3e-5
    assert 1e-4 < in32[np.argmin(np.abs(narrow - 1e-5))] < 1e-3, "three digits"
    assert in32[0] > 0.5
    at_1e5 = in64[np.argmin(np.abs(wide - 1e-5))]
    assert at_1e5 < 1e-9
    assert three_steps(AT) == pytest.approx(1.4931096, rel=1e-7)


def test_the_two_measures_and_what_they_overlook() -> None:
    true, answer = np.array([[100.0, 0.001]]), np.array([[100.0, 0.0]])
    by_norms = np.linalg.norm(answer - true) / (np.linalg.norm(answer) + np.linalg.norm(true))
    assert by_norms < 1e-5 and np.max(np.abs(answer - true)) / np.max(np.abs(true)) == pytest.approx(1e-5)
    x = np.random.default_rng(2).normal(size=(3, 2))
    wrong = 2 * (2 * x)  # as if divided by epsilon and not by twice epsilon
    assert gradient_check(lambda at: float(np.sum(at**2)), wrong, x) == pytest.approx(1 / 3)
    told = compare.difference("g", answer, true)
    assert told is not None and "1.0e-05" in told
    assert compare.difference("g", answer, true, tolerance=1.1e-5) is None


def test_a_direction_and_a_weighted_array() -> None:
    draw = np.random.default_rng(6).normal
    n_x, n_a, n_y, m, steps = 3, 4, 2, 2, 3
    shapes = {"Wax": (n_a, n_x), "Waa": (n_a, n_a), "ba": (n_a, 1), "Wya": (n_y, n_a), "by": (n_y, 1)}
    p = {name: draw(size=shape) * 0.6 for name, shape in shapes.items()}
    x, a0, da = draw(size=(n_x, m, steps)), draw(size=(n_a, m)), draw(size=(n_a, m, steps))
    v = {name: draw(size=shapes[name]) for name in ("Wax", "Waa", "ba")}

    def weighted(distance: float) -> float:
        moved = p | {name: p[name] + distance * v[name] for name in v}
        return float(np.sum(da * rnn_forward(x, a0, moved)[0]))

    back = rnn_backward(da, rnn_forward(x, a0, p)[2])
    claimed = sum(float(np.sum(back["d" + name] * v[name])) for name in v)
    assert (weighted(1e-5) - weighted(-1e-5)) / 2e-5 == pytest.approx(claimed, rel=1e-7)
    assert abs(claimed) > 0.1


def test_the_mean_square_over_directions_is_the_square_of_the_error() -> None:
    error = np.array([0.5, -1.0, 2.0])
    seen = np.random.default_rng(0).normal(size=(200_000, 3)) @ error
    assert np.mean(seen**2) == pytest.approx(error @ error, rel=0.02)


def test_how_often_a_sum_lies_at_its_kink() -> None:
    density_at_zero = 1 / np.sqrt(2 * np.pi)
    assert 2e-5 * density_at_zero == pytest.approx(1e-5, rel=0.25)


def test_what_is_said_about_the_grader() -> None:
    assert gradients.EPSILON == 1e-5
    assert compare.TOLERANCE == {"float64": 1e-6, "float32": 2e-4}
    assert cases.TRIES == 5
    assert np.std(draws.draw("n_a m", {"n_a": 300, "m": 300}, np.random.default_rng(0))) == pytest.approx(0.6, rel=0.01)
    zeros = compare.difference("g", np.zeros(3), np.ones(3))
    assert zeros is not None and "zero everywhere" in zeros
    assert abs(central(AT, 1e-5) / TANH[1] - 1) < 1e-9


def test_worked_numbers_in_the_prose() -> None:
    said = set(re.findall(r"\d+\.\d{3,}", chapters.prose("gradient_checking")))
    assert said <= {"0.001"}
    cells = chapters.source("gradient_checking")
    numeric = [(three_steps_at(k, 1e-5) - three_steps_at(k, -1e-5)) / 2e-5 for k in range(3)]
    assert f"derived = ({numeric[0]:.6f}, {numeric[1]:.6f}, {numeric[2]:.6f})" in cells


def three_steps_at(moved: int, distance: float) -> float:
    """The loss of the three steps with one of W_aa, W_ax, b_a moved."""
    w_aa, w_ax, b_a = (start + distance * (place == moved) for place, start in enumerate((0.5, 1.0, 0.0)))
    state, total = 0.0, 0.0
    for x, first_is_right in ((1.0, True), (0.0, False), (1.0, True)):
        state = np.tanh(w_aa * state + w_ax * x + b_a)
        total += np.log(1 + np.exp(-2 * state if first_is_right else 2 * state))
    return float(total)


def test_the_chapter_keeps_the_habits_of_the_book() -> None:
    chapters.test_every_figure_says_what_it_shows("gradient_checking")
    chapters.test_chapter_has_its_parts("gradient_checking")
    chapters.test_no_cell_gives_an_exercise_away("gradient_checking")
