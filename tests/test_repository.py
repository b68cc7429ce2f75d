"""Promises about the repository itself."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = ("autograder", "solutions", "book", "examples", "benchmarks")


def tracked():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_rooms_stay_small():
    long = {path.name: lines for folder in OURS for path in (ROOT / folder).rglob("*.py")
            if (lines := len(path.read_text().splitlines())) > 250}  # fmt: skip
    assert long == {}


def test_every_exemption_gives_its_reason():
    bare = re.compile(r"#\s*(noqa|type: ignore|fmt: skip)[^#\n]*$")
    paths = [path for folder in ("autograder", "solutions") for path in (ROOT / folder).rglob("*.py")]
    lines = [(path, number, line) for path in paths for number, line in enumerate(path.read_text().splitlines(), 1)]
    found = [f"{path.relative_to(ROOT)}:{number}" for path, number, line in lines if bare.search(line)]
    assert found == []


def test_the_gate_and_the_readme_call_the_same_command():
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in (ROOT / "README.md").read_text()
    assert "make course" in (ROOT / "README.md").read_text()


def test_nothing_made_is_tracked():
    made = [path for path in tracked() if {"_build", ".venv", "gradebook", "__pycache__"} & set(path.relative_to(ROOT).parts)]
    assert made == []
