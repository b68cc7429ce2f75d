"""Only plain numbers are compared, in the shape and of the kind that is due."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox import Isolation, Limits
from tests.hostile.classroom import (
    ATTACKED,
    HONEST,
    SECRET,
    Attack,
    Outcome,
    assert_held,
    graded,
    line,
    named,
    points,
    returns,
    student,
)
from tests.hostile.fooling import FOOLING, GRADIENTS, WRAPPED, tabulates


@pytest.fixture(scope="module")
def grades(isolation: Isolation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return graded(tmp_path_factory.mktemp("fooling"), isolation, [FOOLING], Limits(seconds=8))


@pytest.fixture(scope="module")
def further(isolation: Isolation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("gradients")
    return graded(folder, isolation, [GRADIENTS], Limits(seconds=8), more=("rnn_cell_forward", "rnn_cell_backward"))


@pytest.mark.parametrize(("who", "attack"), named(FOOLING))
def test_nothing_is_taken_for_what_it_is_not(grades: Outcome, who: str, attack: Attack) -> None:
    assert_held(grades, who, attack)


@pytest.mark.parametrize(("who", "attack"), named(GRADIENTS))
def test_a_gradient_is_held_against_the_references_slopes(further: Outcome, who: str, attack: Attack) -> None:
    assert_held(further, who, attack)
    rows = [row for row in further.grades[who].checks if row.function == "rnn_cell_backward"]
    assert len(rows) > 5 and {row.verdict for row in rows} == {"wrong"}


def test_right_numbers_are_right_whatever_they_are_wrapped_in(isolation: Isolation, tmp_path: Path) -> None:
    attacks = [returns(name, text, "^ *$", earns=points(ATTACKED, HONEST)) for name, text in WRAPPED.items()]
    outcome = graded(tmp_path, isolation, [{0: line("wraps", *attacks)}], Limits(seconds=8))
    for one in attacks:
        assert_held(outcome, student(0, one), one)


def test_a_table_would_be_worth_all_points_to_whom_its_inputs_are_drawn_for(isolation: Isolation, tmp_path: Path) -> None:
    """So it is the key, and nothing else, that holds tables off."""
    own = tabulates("has the right table", SECRET, "52-has-the-right-table")
    attack = replace(own, ends="^ *$", earns=points(ATTACKED, HONEST))
    outcome = graded(tmp_path, isolation, [{52: line("looks its answers up", attack)}], Limits(seconds=8))
    assert_held(outcome, student(52, attack), attack)
