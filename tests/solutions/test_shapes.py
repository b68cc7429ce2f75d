"""Shapes written above a function are kept: a wrong one is told by name, by what it has and by what it needs."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np
import pytest

import solutions.reference
from autograder.draws import draw_all
from solutions.reference.shapes import shapes, unchecked

SIZES = {"n_x": 3, "n_a": 5, "n_c": 6, "n_y": 4, "m": 2, "T_x": 7, "T_y": 7}
SHAPED = {name: getattr(solutions.reference, name) for name in solutions.reference.__all__}
SHAPED = {name: function for name, function in SHAPED.items() if hasattr(function, "shapes")}
ARRAYS = [(name, argument) for name, one in SHAPED.items() for argument, shape in one.shapes.items() if isinstance(shape, str)]
ENTRIES = [
    (name, key)
    for name, one in SHAPED.items()
    for key, shape in one.shapes.get("parameters", {}).items()
    if isinstance(shape, str)
]


def right(name: str) -> dict[str, Any]:
    """Arguments of the right shapes; what has no shape above it (a cache) is a stand-in that is never reached."""
    drawn = draw_all(SHAPED[name].shapes, SIZES, np.random.default_rng(0))
    return {argument: drawn.get(argument) for argument in inspect.signature(SHAPED[name]).parameters}


def test_most_of_the_course_has_its_shapes_written_down() -> None:
    assert len(SHAPED) >= 8


@pytest.mark.parametrize(("name", "argument"), ARRAYS)
def test_a_wrong_array_is_named_with_the_shape_it_has_and_the_shape_it_needs(name: str, argument: str) -> None:
    wrong = np.zeros((7, 7, 7, 7))
    with pytest.raises(ValueError, match=re.escape(f"{argument} has shape (7, 7, 7, 7); it needs (")) as raised:
        SHAPED[name](**{**right(name), argument: wrong})
    for axis in SHAPED[name].shapes[argument].partition("|")[0].split():
        assert axis in str(raised.value)


@pytest.mark.parametrize(("name", "key"), ENTRIES)
def test_a_wrong_parameter_is_named_by_its_key(name: str, key: str) -> None:
    arguments = right(name)
    arguments["parameters"][key] = np.zeros(9)
    with pytest.raises(ValueError, match=re.escape(f"parameters['{key}'] has shape (9,); it needs (")):
        SHAPED[name](**arguments)
    del arguments["parameters"][key]
    with pytest.raises(ValueError, match=f"parameters lacks the key '{key}'"):
        SHAPED[name](**arguments)


def test_the_same_axis_must_have_the_same_size_everywhere() -> None:
    arguments = right("rnn_forward")
    arguments["a0"] = np.zeros((5, 3))
    with pytest.raises(ValueError, match=re.escape("a0 has shape (5, 3); it needs (n_a = 5, m = 2)")):
        SHAPED["rnn_forward"](**arguments)


def test_an_empty_axis_and_a_list_of_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match=re.escape("x has shape (3, 2, 0)")):
        SHAPED["rnn_forward"](**{**right("rnn_forward"), "x": np.zeros((3, 2, 0))})
    with pytest.raises(ValueError, match="parameters is a list; it must be a dictionary"):
        SHAPED["rnn_forward"](**{**right("rnn_forward"), "parameters": []})


def test_a_sum_of_axes_is_checked_where_its_parts_are_known_and_remembered_where_they_are_not() -> None:
    @shapes(x="n_x m", a="n_a m", W="n_a n_a+n_x")
    def stacked(x: Any, a: Any, W: Any) -> str:
        return "right"

    @shapes(W="n_a n_a+n_x", V="n_a n_a+n_x")
    def alone(W: Any, V: Any) -> str:
        return "right"

    assert stacked(np.ones((3, 2)), np.ones((5, 2)), np.ones((5, 8))) == "right"
    with pytest.raises(ValueError, match=re.escape("W has shape (5, 7); it needs (n_a = 5, n_a+n_x = 8)")):
        stacked(np.ones((3, 2)), np.ones((5, 2)), np.ones((5, 7)))
    assert alone(np.ones((5, 8)), np.ones((5, 8))) == "right"
    with pytest.raises(ValueError, match=re.escape("V has shape (5, 9); it needs (n_a = 5, n_a+n_x = 8)")):
        alone(np.ones((5, 8)), np.ones((5, 9)))


def test_a_list_of_shapes_is_checked_one_by_one() -> None:
    @shapes(a0=["n_1 m", "n_2 m"])
    def layered(a0: Any) -> str:
        return "right"

    assert layered([np.ones((5, 2)), np.ones((4, 2))]) == "right"
    with pytest.raises(ValueError, match=re.escape("a0[1] has shape (4, 3); it needs (n_2 = 4, m = 2)")):
        layered([np.ones((5, 2)), np.ones((4, 3))])
    with pytest.raises(ValueError, match="a0 holds 1; it needs a list of 2"):
        layered([np.ones((5, 2))])
    with pytest.raises(ValueError, match="a0 is a ndarray; it needs a list of 2"):
        layered(np.ones((2, 5, 2)))


def test_checks_are_left_out_within_unchecked_and_back_behind_it() -> None:
    double = shapes(x="n 3")(lambda x: 2 * x)
    with pytest.raises(KeyError), unchecked():
        assert double(np.ones(3)).sum() == 6
        raise KeyError
    with pytest.raises(ValueError, match="x has shape"):
        double(np.ones(3))
