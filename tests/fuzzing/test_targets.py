"""The fuzzers' targets under hypothesis, and everything that was ever found with them."""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.fuzz import properties
from tools.fuzz.properties import Broken, bounded
from tools.fuzz.smallest import smallest
from tools.fuzz.targets import TARGETS

FINDINGS = sorted((Path(__file__).parent / "findings").glob("*/*"))
SAME_EVERY_TIME = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def target_of(name: str) -> ModuleType:
    return importlib.import_module(TARGETS[name])


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_stays_mended(path: Path) -> None:
    target_of(path.parent.name).check(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_what_fuzzing_starts_from_holds(name: str) -> None:
    target = target_of(name)
    for content in target.seeds().values():
        target.check(content)


@pytest.mark.parametrize("name", TARGETS)
@SAME_EVERY_TIME
@given(data=st.data())
def test_damage_that_knows_the_format_breaks_nothing(name: str, data: st.DataObject) -> None:
    target = target_of(name)
    content = data.draw(st.sampled_from(sorted(target.seeds().values())))
    chance = data.draw(st.randoms(use_true_random=False))
    for _ in range(data.draw(st.integers(1, 6))):
        content = target.damaged(content, chance)
    target.check(content[: target.MOST_BYTES])


@pytest.mark.parametrize("name", TARGETS)
@SAME_EVERY_TIME
@given(content=st.binary(max_size=200))
def test_bytes_of_any_kind_break_nothing(name: str, content: bytes) -> None:
    target_of(name).check(content)


@pytest.mark.parametrize("name", TARGETS)
def test_damage_is_repeated_by_its_seed_and_is_damage(name: str) -> None:
    target = target_of(name)
    content = max(target.seeds().values(), key=len)
    twice = [[target.damaged(content, Random(number)) for number in range(20)] for _ in range(2)]
    assert twice[0] == twice[1]
    assert sum(one != content for one in twice[0]) > 10


def test_an_input_that_takes_long_or_much_breaks_a_property(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(properties, "SECONDS", 0.01)
    with pytest.raises(Broken, match=r"took 0\.\d s"), bounded():
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass


def test_what_is_kept_is_what_breaks() -> None:
    def check(data: bytes) -> None:
        if b"a" in data and data.count(b"b") > 1:
            raise Broken("both")
        if len(data) > 90:
            raise ValueError("too long, which is another trouble")

    assert smallest(b"xxbxxxxaxxxxxbxxxx" * 4, check) in (b"abb", b"bab", b"bba")
