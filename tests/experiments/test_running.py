"""Experiments as a whole: results on disk, medians with intervals, the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from experiments import results
from experiments.running import NAMES, OPTIONAL, load, run
from experiments.running import measure as measure_here

ROOT = Path(__file__).resolve().parents[2]
SEEDS = 5


def test_an_interval_covers_the_median_nine_times_in_ten() -> None:
    assert results.summarize([3.0, 1.0, 2.0, 5.0, 4.0]) == (3.0, 1.0, 5.0)
    assert results.summarize(range(1, 9)) == (4.5, 2.0, 7.0)  # 1 - 2 * 9 / 256 is 0.93; one further in would be 0.71
    assert results.summarize([2.0, 4.0]) == (3.0, 2.0, 4.0)
    with pytest.raises(ValueError, match="no value"):
        results.summarize([])


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [{"cell": "gru", "seed": 1, "score": 0.123456789}, {"cell": "rnn", "seed": 2, "score": 3e-9}]
    results.write(tmp_path / "some.csv", rows)
    assert results.read("some", tmp_path) == [
        {"cell": "gru", "seed": 1, "score": 0.12346}, {"cell": "rnn", "seed": 2, "score": 3e-9}
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["some.csv"]
    with pytest.raises(FileNotFoundError, match="python -m experiments other"):
        results.read("other", tmp_path)


@pytest.mark.parametrize("name", NAMES + OPTIONAL)
def test_results_hold_every_run_and_enough_seeds(name: str) -> None:
    experiment, rows = load(name), results.read(name)
    settings = experiment.runs(False)
    asked = [{key: results.number(str(results.rounded(value))) for key, value in one.items()} for one in settings]
    there = [{key: row[key] for key in asked[0]} for row in rows]
    assert all(one in there for one in asked) and all(one in asked for one in there)
    assert len({one["seed"] for one in settings}) >= SEEDS
    assert experiment.question.endswith("?") and len(experiment.runs(True)) < len(settings)


def test_the_same_seed_gives_the_same_rows() -> None:
    settings = load("forget_bias").runs(True)[0] | {"steps": 20}
    assert measure_here("forget_bias", settings)[0] == measure_here("forget_bias", settings)[0]


def test_runs_stand_in_the_order_of_their_settings() -> None:
    settings = load("forget_bias").runs(True)
    rows, seconds = run("forget_bias", reduced=True, processes=2, advance=lambda: None)
    assert list(dict.fromkeys((row["bias"], row["seed"]) for row in rows)) == [(one["bias"], one["seed"]) for one in settings]
    assert seconds > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--reduced"], "Name another"), (["somethin"], "There is no experiment somethin. There are: ")],
)
def test_the_command_says_what_is_wrong(arguments: list[str], sentence: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "experiments", *arguments], cwd=ROOT, capture_output=True, text=True,
                         env={"COLUMNS": "400", "PATH": ""}, check=False)  # fmt: skip  # one command
    assert ran.returncode == 2 and sentence in ran.stderr and "Traceback" not in ran.stderr
