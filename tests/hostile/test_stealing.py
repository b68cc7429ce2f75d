"""Nobody finds a reference, an input's answer or another's work: nothing of that is where a student's code runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox import Isolation, Limits
from tests.hostile.classroom import ATTACKED, FIGURES, Attack, Outcome, assert_held, graded, named, student
from tests.hostile.stealing import STEALING

OPENLY = {1: "lists-the-references", 2: "opens-the-gradebook", 8: "reads-command-lines", 13: "finds-a-kernel",
          14: "looks-into-shared-places", 15: "opens-a-neighbours-file"}  # fmt: skip  # one table
"""Attacks that only read, and that walls alone hold off."""


@pytest.fixture(scope="module")
def grades(isolation: Isolation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return graded(tmp_path_factory.mktemp("stealing"), isolation, [STEALING], Limits(seconds=8))


@pytest.mark.parametrize(("who", "attack"), named(STEALING))
def test_nothing_is_stolen(grades: Outcome, who: str, attack: Attack) -> None:
    assert_held(grades, who, attack)
    for row in grades.grades[who].checks:
        assert not FIGURES.search(row.finding.partition("relative error")[0]), "this sentence tells of an input"


def test_nothing_is_stolen_on_the_second_rung(landlocked: Isolation, tmp_path: Path) -> None:
    outcome = graded(tmp_path, landlocked, [STEALING], Limits(seconds=8))
    for number, row in STEALING.items():
        for attack in row.attacks:
            assert_held(outcome, student(number, attack), attack)


def test_without_walls_the_same_attacks_win(isolation: Isolation, tmp_path: Path) -> None:
    table = {number: row for number, row in STEALING.items() if number in OPENLY}
    outcome = graded(tmp_path, Isolation((), ()), [table], Limits(seconds=8))
    for number, name in OPENLY.items():
        who = f"{number:02d}-{name}"
        assert "right" in {row.verdict for row in outcome.grades[who].checks if row.function == ATTACKED}, who
