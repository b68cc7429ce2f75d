"""No submission takes more than it may, and none after it has less: time, memory, processes, disk, answers."""

from __future__ import annotations

import pytest

from autograder.sandbox import Isolation, Limits
from tests.hostile.classroom import Attack, Outcome, assert_held, graded, named
from tests.hostile.exhausting import ASKING, EXHAUSTING

SECONDS = 2.0


@pytest.fixture(scope="module")
def grades(isolation: Isolation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    limits = Limits(seconds=SECONDS, memory_bytes=512 * 1024**2)
    return graded(tmp_path_factory.mktemp("exhausting"), isolation, [EXHAUSTING], limits, jobs=2)


@pytest.fixture(scope="module")
def further(isolation: Isolation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    more = ("one_hot", "pad_batch", "beam_search")
    return graded(tmp_path_factory.mktemp("asking"), isolation, [ASKING], Limits(seconds=8), more=more)


@pytest.mark.parametrize(("who", "attack"), named(EXHAUSTING))
def test_nothing_is_used_up(grades: Outcome, who: str, attack: Attack) -> None:
    assert_held(grades, who, attack)
    assert grades.grades[who].seconds < 6 * SECONDS


@pytest.mark.parametrize(("who", "attack"), named(ASKING))
def test_a_question_or_an_answer_costs_the_grader_little(further: Outcome, who: str, attack: Attack) -> None:
    assert_held(further, who, attack)
    assert further.grades[who].seconds < 8
