"""A version 2 group that systemd delegates is divided: its own processes step down, and sandboxes get groups beside them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import cgroup

ROOT = Path(__file__).resolve().parents[3]
LOOK = """
from pathlib import Path
from autograder.domain import Cell
from autograder.sandbox import Limits, Session, cgroup, find_isolation
print(find_isolation().level)
with Session(find_isolation(), Limits(seconds=60, memory_bytes=512 * 1024**2)) as session:
    print(session.run("f", (Cell("def f(x):\\n    return x", "answer"),), [(1.0,)], {})[0].kind)
    groups = [folder for own in cgroup._own() for folder in own.glob(cgroup.NAME + "*")]
    print(*((folder / name).read_text().strip() for folder in groups for name in ("memory.max", "pids.max")))
print(*[folder for own in cgroup._own() for folder in own.glob(cgroup.NAME + "*")])
"""


def delegated(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a delegated group of its own."""
    return subprocess.run([*cgroup.DELEGATION.split(), "--quiet", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_delegated_group_bounds_each_sandbox() -> None:
    if shutil.which("systemd-run") is None or delegated("true").returncode != 0:
        pytest.skip("no systemd delegates groups to this user")
    if not (cgroup.ROOT / "cgroup.controllers").exists():
        pytest.skip("this machine's groups are of version 1")
    done = delegated(sys.executable, "-c", LOOK)
    level, kind, limits, left = done.stdout.splitlines()
    assert level.endswith("+cgroup") and kind == "returned", done.stderr
    assert limits.split() == [str(512 * 1024**2), "64"]
    assert left == "", "a group is taken away with its sandbox"
