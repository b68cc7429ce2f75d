"""Strict comparison: what is accepted, what is not, and the one sentence that says why."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from autograder.compare import difference, kind, plain
from autograder.parts import changed_part

WANT = np.array([[0.5, -1.0, 2.0], [0.25, 3.0, -0.125]])


class Agreeable(np.ndarray[Any, Any]):
    def __eq__(self, other: object) -> Any:
        return True

    def __array_function__(self, *_: Any, **__: Any) -> Any:
        return True


class Anything:
    def __eq__(self, other: object) -> bool:
        return True

    def __array__(self, *_: Any, **__: Any) -> Any:
        return WANT


def wrong_in(got: Any, want: Any = WANT, **more: Any) -> str:
    found = difference("a", got, want, **more)
    assert found is not None, "this was accepted"
    return found


@pytest.mark.parametrize(
    "got",
    [WANT.copy(), WANT.astype("float32"), WANT.T.copy().T, np.repeat(WANT, 2, axis=1)[:, ::2], WANT * (1 + 1e-8)],
    ids=["the same", "float32", "other memory order", "strided view", "a rounding error off"],
)
def test_right_answers_of_every_form_are_accepted(got: Any) -> None:
    assert difference("a", got, WANT) is None


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (np.zeros((2, 3)).view(Agreeable), "an array of shape (2, 3); it must be an array"),
        (Anything(), "`a` is an object of another kind"),
        (None, "None (is a `return` missing?)"),
        ("text", "`a` is a text"),
        ([1, 2], "`a` is a list"),
        (1.0, "`a` has shape (); it must have shape (2, 3)"),
        (np.array(1.0), "`a` has shape ()"),
        (WANT[:1], "`a` has shape (1, 3)"),
        (WANT[:, :1], "`a` has shape (2, 1)"),
        (WANT[None], "`a` has shape (1, 2, 3)"),
        (WANT.T, "`a` has shape (3, 2)"),
        (WANT.astype("float16"), "float16 numbers; float64 is needed"),
        (WANT.astype("complex128"), "complex128 numbers"),
        (WANT.astype("int64"), "int64 numbers"),
        (WANT.astype("object"), "object numbers"),
        (WANT > 0, "bool numbers"),
        (np.ma.masked_array(WANT, True), "it must be an array"),
        (np.zeros((2, 3)), "`a` is zero everywhere, and it should not be"),
        (np.where(WANT > 2.5, np.nan, WANT), "NaN or infinity, first at [1, 1]"),
        (np.where(WANT > 2.5, -np.inf, WANT), "NaN or infinity, first at [1, 1]"),
        (np.full((2, 3), np.nan), "NaN or infinity"),
        (np.full((2, 3), 1e308), "off by a relative error of"),
        (np.full((2, 3), -1.7e308), "off by a relative error of"),
        (WANT + np.eye(2, 3), "off by a relative error of 3.3e-01, worst at [0, 0]"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_wrong_answers_are_told_apart_in_one_sentence(got: Any, says: str) -> None:
    found = wrong_in(got)
    assert says in found and found.startswith("`a`") and found.endswith(".")


def test_float32_gets_the_room_that_float32_needs_and_float64_does_not() -> None:
    assert difference("a", (WANT * (1 + 1e-4)).astype("float32"), WANT) is None
    assert difference("a", WANT * (1 + 1e-4), WANT)
    assert difference("a", (WANT * (1 + 1e-2)).astype("float32"), WANT)


def test_small_gradients_are_held_to_the_same_relative_measure() -> None:
    assert "zero everywhere" in wrong_in(np.zeros((2, 3)), WANT * 1e-12)
    assert "relative error" in wrong_in(WANT * 2e-12, WANT * 1e-12)


def test_a_truth_of_zeros_is_matched_by_zeros_only() -> None:
    assert difference("a", np.zeros(3), np.zeros(3)) is None
    assert difference("a", np.full(3, 1e-3), np.zeros(3))


def test_what_is_infinite_or_not_a_number_where_it_is_due_is_right() -> None:
    due = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert difference("a", due.copy(), due) is None
    assert difference("a", np.array([np.nan, np.inf, np.inf, 1.0]), due)
    assert difference("a", np.array([0.0, np.inf, -np.inf, 1.0]), due)


def test_complex_numbers_are_refused_even_beside_complex_numbers() -> None:
    assert "complex128" in wrong_in(WANT.astype("complex128"), WANT.astype("complex128"))


def test_whole_numbers_are_compared_exactly() -> None:
    assert difference("n", np.array([1, 2]), np.array([1, 2])) is None
    assert difference("n", np.array([1, 2], dtype="int8"), np.array([1, 2])) is None
    assert wrong_in(np.array([1, 3]), np.array([1, 2])) == "`a` is wrong in 1 of 2 entries, first at [1]."
    assert "whole numbers are needed" in wrong_in(np.array([1.0, 2.0]), np.array([1, 2]))


def test_one_number_may_come_in_any_form_of_a_number_but_not_as_a_truth_value() -> None:
    for got in (0.5, np.float64(0.5), np.float32(0.5), np.array(0.5)):
        assert difference("loss", got, 0.5) is None
    assert difference("loss", True, 1.0)


def test_a_plain_whole_number_is_a_number() -> None:
    assert difference("loss", 0, 0.0) is None and difference("loss", 2, np.float64(2.0)) is None
    assert "off by a relative error" in wrong_in(1, 0.0)
    assert "numbers; float64 is needed" in wrong_in(10**400, 1.0) and wrong_in(0, WANT).startswith("`a` has shape ()")
    assert difference("loss", np.array([0.5]), 0.5)
    assert "one number" in wrong_in(None, 0.5)


def test_a_tuple_may_be_a_list_but_its_length_counts() -> None:
    assert difference("c", [WANT, [WANT]], (WANT, (WANT,))) is None
    assert wrong_in((WANT,), (WANT, WANT)) == "`a` holds 1 things; it must hold 2."
    assert "`a[1]` is None" in wrong_in((WANT, None), (WANT, WANT))
    assert "it must be a tuple of 2" in wrong_in(WANT, (WANT, WANT))


def test_a_dictionary_must_have_every_key_and_may_have_more() -> None:
    assert difference("g", {"dx": WANT, "extra": "?"}, {"dx": WANT}) is None
    assert wrong_in({}, {"dx": WANT}) == "`a` lacks the key `dx`; its keys must be `dx`."
    assert "must be a dictionary with the keys `dx`" in wrong_in((WANT,), {"dx": WANT})
    assert wrong_in({"dx": None}, {"dx": WANT}).startswith("`a['dx']` is None")


def test_a_lookup_must_have_exactly_its_keys_and_no_sentence_names_one() -> None:
    due = {"new": 1, "spell": 2}
    assert difference("v", {"spell": 2, "new": np.int64(1)}, due, "| lookup") is None
    assert wrong_in({"new": 1}, due, axes="| lookup") == "`a` lacks 1 of its 2 keys and holds 0 that do not belong there."
    assert "lacks 0 of its 2 keys and holds 1" in wrong_in({**due, "old": 3}, due, axes="| lookup")
    assert wrong_in({"new": 2, "spell": 1}, due, axes="| lookup") == "`a` holds something wrong under 2 of its 2 keys."
    assert wrong_in(["new"], due, axes="| lookup") == "`a` is a list; it must be a dictionary."


def test_only_the_form_counts_where_the_tolerance_is_infinite() -> None:
    for due in (np.nan, np.inf):
        assert difference("n", np.inf, due, tolerance=np.inf) is None
        assert difference("n", 7.0, due, tolerance=np.inf) is None
    assert "NaN or infinity" in wrong_in(np.nan, 1.0, tolerance=np.inf)


def test_axes_name_the_shape_that_is_needed() -> None:
    assert "must have shape (n_a, m) = (2, 3)" in wrong_in(WANT.T, axes="n_a m")
    assert "must have shape (n_a, m) = (2, 3)" in wrong_in(WANT.T, axes="n_a m | one-hot")


def test_a_shape_too_large_for_an_exercise_is_not_said() -> None:
    for told in (np.zeros((0, 31415926)), np.broadcast_to(1.0, (314, 159)), np.zeros((1,) * 9)):
        assert wrong_in(told) == "`a` has a shape of another size altogether; it must have shape (2, 3)."
        assert kind(told) == "an array of a shape of another size altogether"


def test_kind_says_nothing_of_the_value() -> None:
    for value in ("secret 0.125", [0.125], {"0.125": 1}, 0.125, 125, Anything()):
        assert "125" not in kind(value)


def test_plain_copies_cannot_change_later_and_have_no_class_of_their_own() -> None:
    original = {"a": [WANT.copy().view(Agreeable)], "t": (1, None)}
    copy = plain(original)
    original["a"][0][...] = 0  # type: ignore[index]  # a list of arrays
    assert type(copy["a"][0]) is np.ndarray and copy["t"] == (1, None)
    np.testing.assert_array_equal(copy["a"][0], WANT)


def test_what_was_done_to_an_input_is_told_by_its_part() -> None:
    before = {"W": np.ones(2), "b": [np.zeros(1)]}
    assert changed_part("parameters", before, copy.deepcopy(before)) is None
    assert changed_part("parameters", before, {"W": np.ones(2)}) == "parameters['b']"
    assert changed_part("parameters", before, {**before, "b": [np.ones(1)]}) == "parameters['b'][0]"
    assert changed_part("parameters", before, {**before, "new": np.ones(1)}) == "parameters"
