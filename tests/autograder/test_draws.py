"""Inputs drawn from descriptions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.draws import Living, draw, draw_all, evaluate, live
from autograder.gradients import entry_at, measured_gradient

SIZES = {"n_a": 5, "n_y": 4, "m": 3, "T_x": 6}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_axes_become_sizes_and_digits_stand_for_themselves() -> None:
    assert draw("n_a m T_x", SIZES, rng()).shape == (5, 3, 6)
    assert draw("n_a 1", SIZES, rng()).shape == (5, 1)
    assert draw("n_a n_a+m+1", SIZES, rng()).shape == (5, 9)


def test_the_same_seed_draws_the_same_and_another_seed_draws_other_numbers() -> None:
    np.testing.assert_array_equal(draw("n_a m", SIZES, rng(1)), draw("n_a m", SIZES, rng(1)))
    assert not np.array_equal(draw("n_a m", SIZES, rng(1)), draw("n_a m", SIZES, rng(2)))


def test_probabilities_sum_to_one_in_each_column_and_are_above_zero() -> None:
    drawn = draw("n_y m T_x | probabilities", SIZES, rng())
    np.testing.assert_allclose(drawn.sum(axis=0), 1.0)
    assert drawn.min() > 0


def test_one_hot_columns_hold_a_single_one_and_not_always_the_same() -> None:
    drawn = draw("n_y m T_x | one-hot", SIZES, rng())
    assert drawn.shape == (4, 3, 6) and set(np.unique(drawn)) == {0.0, 1.0}
    np.testing.assert_array_equal(drawn.sum(axis=0), 1.0)
    assert len(np.unique(drawn.argmax(axis=0))) > 1
    assert drawn.flags.owndata and drawn.flags.c_contiguous


def test_normal_numbers_keep_tanh_off_its_flat_ends() -> None:
    drawn = draw("n m", {"n": 100, "m": 100}, rng())
    assert 0.55 < drawn.std() < 0.65


def test_dictionaries_nest_and_other_values_stand_for_themselves() -> None:
    drawn = draw_all({"parameters": {"Wax": "n_a m"}, "epsilon": 1e-3}, SIZES, rng())
    assert drawn["parameters"]["Wax"].shape == (5, 3) and drawn["epsilon"] == 1e-3


def test_a_function_can_be_called_and_shows_its_text() -> None:
    drawn = draw("lambda x: float(np.sum(x ** 2)) | living", SIZES, rng())
    assert isinstance(drawn, Living) and drawn.made()(np.array([3.0, 4.0])) == 25.0
    assert eval(repr(drawn), {"Living": Living}).text == drawn.text


def test_a_generator_is_made_anew_for_each_call_and_gives_the_same_numbers() -> None:
    drawn = draw("| generator", SIZES, rng())
    first, second = live([drawn, drawn])
    assert first is not second and first.random() == second.random()
    assert draw("| generator", SIZES, np.random.default_rng(99)).text != drawn.text


def test_a_made_input_may_be_anything_that_sizes_and_numbers_give() -> None:
    words = draw("lambda sizes, rng: ['a' * int(n) for n in rng.integers(1, sizes['n_a'], size=3)] | made", SIZES, rng())
    assert len(words) == 3 and all(set(word) == {"a"} for word in words)


def test_an_unknown_axis_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        draw("n_q", SIZES, rng())


def test_expressions_see_the_names_that_they_are_given() -> None:
    assert evaluate("np.sum(x) + one", {"x": np.ones(3), "one": 1}) == 4


def test_a_measured_gradient_is_the_slope_and_leaves_everything_as_it_was() -> None:
    arguments = {"p": {"W": np.array([[1.0, -2.0], [0.5, 3.0]])}, "x": np.array([2.0, 1.0])}
    before = arguments["p"]["W"].copy()  # type: ignore[call-overload, index]  # a nested dictionary
    measured = measured_gradient(lambda named: np.sum((named["p"]["W"] @ named["x"]) ** 2), arguments, "p.W")
    np.testing.assert_allclose(measured, 2 * np.outer(before @ arguments["x"], arguments["x"]), rtol=1e-8)
    np.testing.assert_array_equal(entry_at(arguments, "p.W"), before)


def test_a_path_leads_through_lists_and_a_dictionary_gets_a_gradient_for_each_array_in_it() -> None:
    arguments = {"p": {"layers": [{"W": np.array([1.0, -2.0])}, {"W": np.array([3.0]), "b": [np.array([0.5])]}]}}
    assert entry_at(arguments, "p.layers.1.W") is arguments["p"]["layers"][1]["W"]

    def loss(named: dict[str, Any]) -> Any:
        first, second = named["p"]["layers"]
        return np.sum(first["W"] ** 2) * second["W"][0] + second["b"][0][0] ** 3

    np.testing.assert_allclose(measured_gradient(loss, arguments, "p.layers.0.W"), [6.0, -12.0], rtol=1e-8)
    measured = measured_gradient(loss, arguments, "p.layers.1")
    assert measured.keys() == {"dW", "db"}
    np.testing.assert_allclose([measured["dW"][0], measured["db"][0][0]], [5.0, 0.75], rtol=1e-8)
