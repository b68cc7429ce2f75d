"""Fuzz the bytes that come back, one target after another; exit code 1 when a property was broken.

    python -m tools.fuzz --seconds 60             every target, a minute each; needs .venv-fuzz
    python -m tools.fuzz --seconds 60 notebooks   one target
    python -m tools.fuzz --replay notebooks FILE  what one input breaks, with the traceback; needs no atheris
    python -m tools.fuzz --smallest archives FILE the same input made as small as it goes, beside the file
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import platform
import sys
from pathlib import Path

from tools.fuzz import campaign
from tools.fuzz.smallest import smallest, trouble
from tools.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
NOT_HERE = "atheris is not here: `make fuzz` installs it into .venv-fuzz, on Linux and x86-64, for Python 3.11 to 3.13."


def main() -> int:
    arguments = _arguments()
    if arguments.replay or arguments.smallest:
        return _one_input(*(arguments.replay or arguments.smallest), shorten=bool(arguments.smallest))
    if importlib.util.find_spec("atheris") is None:
        print(NOT_HERE, file=sys.stderr)
        return 2
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("atheris", "numpy")]
    print(f"Python {platform.python_version()}, {', '.join(versions)}, {arguments.seconds} seconds for each target")
    done = [_fuzz(name, arguments.seconds, arguments.folder) for name in arguments.targets or TARGETS]
    print(campaign.HEAD, *(one.row() for one in done), sep="\n")
    for one in done:
        _tell_findings(one)
    return 0 if all(one.is_clean for one in done) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("targets", nargs="*", help=f"one or more of {', '.join(TARGETS)}; all, if none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--folder", type=Path, default=ROOT / "_build" / "fuzz", help="corpus and findings; default _build/fuzz")
    parser.add_argument("--replay", nargs=2, metavar=("TARGET", "FILE"), help="check one input")
    parser.add_argument("--smallest", nargs=2, metavar=("TARGET", "FILE"), help="make an input that breaks a property smaller")
    return parser.parse_args()


def _fuzz(name: str, seconds: int, folder: Path) -> campaign.Campaign:
    def tell(one: campaign.Campaign) -> None:
        print(f"{name}: {one.seconds:.0f} of {seconds} s, {one.executions} executions, {one.edges} edges, "
              f"{one.corpus} inputs kept", file=sys.stderr, flush=True)  # fmt: skip  # one sentence

    return campaign.run(name, importlib.import_module(TARGETS.get(name, name)), seconds, folder.resolve(), tell)


def _tell_findings(one: campaign.Campaign) -> None:
    for path in one.findings:
        print(f"\n{one.target}: {one.why or 'no reason was given'}\n  python -m tools.fuzz --replay {one.target} {path}")
    if one.findings:
        print(f"  When it is mended, keep the smallest such input in tests/fuzzing/findings/{one.target}/; the tests check it.")
    elif one.exit_code:
        print(f"\n{one.target}: the fuzzer ended with exit code {one.exit_code}: {one.why or 'it said nothing that is known'}")


def _one_input(name: str, file: str, *, shorten: bool) -> int:
    target, data = importlib.import_module(TARGETS.get(name, name)), Path(file).read_bytes()
    if shorten:
        data = smallest(data, target.check)
        Path(f"{file}.smallest").write_bytes(data)
        print(f"{len(data)} bytes: {file}.smallest")
    found = trouble(data, target.check)
    print(found or "No property is broken.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
