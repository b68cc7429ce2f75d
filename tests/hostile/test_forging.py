"""Whatever a submission bends, writes or says, a wrong answer stays wrong: the verdict is reached elsewhere."""

from __future__ import annotations

import pytest

from autograder.sandbox import Isolation, Limits
from tests.hostile.classroom import Attack, Outcome, assert_held, graded, named
from tests.hostile.forging import FORGING, NOTEBOOKS


@pytest.fixture(scope="module")
def grades(isolation: Isolation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return graded(tmp_path_factory.mktemp("forging"), isolation, [FORGING], Limits(seconds=8))


@pytest.fixture(scope="module")
def further(isolation: Isolation, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return graded(tmp_path_factory.mktemp("notebooks"), isolation, [NOTEBOOKS], Limits(seconds=8), assignment="rnn")


@pytest.mark.parametrize(("who", "attack"), named(FORGING))
def test_nothing_is_forged(grades: Outcome, who: str, attack: Attack) -> None:
    assert_held(grades, who, attack)


@pytest.mark.parametrize(("who", "attack"), named(NOTEBOOKS))
def test_a_notebook_is_its_source_text_and_nothing_else(further: Outcome, who: str, attack: Attack) -> None:
    assert_held(further, who, attack)
