"""The fuzzers themselves, for a few seconds each, in the environment that `make fuzz` uses."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tools.fuzz.campaign import Campaign, read_line
from tools.fuzz.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv-fuzz"
HERE = any(VENV.glob("lib/python*/site-packages/atheris"))
EXPECTED = bool(os.environ.get("CI"))  # there it is installed, and a test that skips itself would go unnoticed
needs_atheris = pytest.mark.skipif(not HERE and not EXPECTED, reason="there is no atheris here; `make fuzz` says why")


def fuzz(*words: str, python: Path = VENV / "bin" / "python") -> subprocess.CompletedProcess[str]:
    """`python -m tools.fuzz` with some words."""
    command = [str(python), "-m", "tools.fuzz", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@needs_atheris
@pytest.mark.parametrize("name", TARGETS)
def test_a_short_run_finds_nothing(name: str, tmp_path: Path) -> None:
    ran = fuzz("--seconds", "2", "--folder", str(tmp_path), name)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    target, _, executions, edges, _, corpus, findings = ran.stdout.splitlines()[-1].split()
    assert (target, findings) == (name, "0")
    assert int(executions) > 20 and int(edges) > 50 and int(corpus) > 5, "it did not get going"


@needs_atheris
def test_a_fault_is_found_and_told_with_the_way_to_repeat_it(tmp_path: Path) -> None:
    planted = "tests.fuzzing.planted"
    ran = fuzz("--seconds", "30", "--folder", str(tmp_path), planted)
    assert ran.returncode == 1 and "Broken: it starts with PK" in ran.stdout
    (found,) = (tmp_path / planted / "findings").iterdir()
    assert f"python -m tools.fuzz --replay {planted} {found}" in ran.stdout
    again = fuzz("--replay", planted, str(found))
    assert again.returncode == 1 and "Broken: it starts with PK" in again.stdout
    fuzz("--smallest", planted, str(found))
    assert found.with_name(f"{found.name}.smallest").read_bytes() == b"PK"


def test_figures_and_reasons_are_read_from_what_libfuzzer_says() -> None:
    campaign = Campaign("frames")
    assert read_line(campaign, "#8057\tNEW    cov: 155 ft: 537 corp: 82/25Kb lim: 65536 exec/s: 1342 rss: 60Mb\n")
    assert (campaign.executions, campaign.edges, campaign.features, campaign.corpus) == (8057, 155, 537, 82)
    assert not read_line(campaign, "==20== ERROR: libFuzzer: timeout after 21 seconds\n")
    read_line(campaign, "Broken: something after that\n")
    assert campaign.why == "==20== ERROR: libFuzzer: timeout after 21 seconds" and campaign.is_clean
