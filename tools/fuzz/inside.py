"""The process that fuzzes one target: `python -m tools.fuzz.inside TARGET` and libFuzzer's own options. Needs atheris."""

from __future__ import annotations

import importlib
import sys
import warnings
from random import Random
from types import ModuleType

import atheris

from tools.fuzz.targets import TARGETS

WATCHED = ["autograder.load", "autograder.sandbox.wire", "autograder.sandbox.channel", "autograder.sandbox.session",
           "zipfile", "tarfile", "gzip"]  # fmt: skip  # a list; NumPy would only be slow
BLIND = 0.4  # of all changes are libFuzzer's own


def main() -> None:
    """Fuzz until time is up or a property is broken. libFuzzer ends the process."""
    with atheris.instrument_imports(include=WATCHED):
        target = importlib.import_module(TARGETS.get(sys.argv[1], sys.argv[1]))
    warnings.simplefilter("ignore")

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)
        if chance.random() < BLIND:
            return bytes(atheris.Mutate(data, most))
        return changed(target, data, chance)[:most]

    atheris.Setup([sys.argv[0], *sys.argv[2:]], target.check, custom_mutator=change)
    atheris.Fuzz()


def changed(target: ModuleType, data: bytes, chance: Random) -> bytes:
    """The input after one to three damages that know its format."""
    for _ in range(chance.randint(1, 3)):
        data = target.damaged(data, chance)
    return data


if __name__ == "__main__":
    main()
