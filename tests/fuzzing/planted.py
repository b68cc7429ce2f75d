"""A target with a fault in it: something for the fuzzer to find, so that a run that finds nothing says something."""

from __future__ import annotations

from random import Random

from tools.fuzz.properties import hold

MOST_BYTES = 100
WORDS = ("PK",)


def check(data: bytes) -> None:
    """Break at two letters."""
    hold(not data.startswith(b"PK"), "it starts with PK")


def seeds() -> dict[str, bytes]:
    """Nothing that breaks."""
    return {"one": b"P-"}


def damaged(data: bytes, chance: Random) -> bytes:
    """Other letters at the end only: the fault is found by libFuzzer's own changes."""
    return data + chance.randbytes(1)
