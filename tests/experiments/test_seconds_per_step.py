"""Question 3, what a step costs: the direction in a reduced run, and what the chapter says of the full one."""

from __future__ import annotations

from experiments.plan import Row
from experiments.results import read, summarize
from tests.experiments.conftest import reduced_rows


def ratio(rows: list[Row], size: int, equal: str, cell: str, other: str = "rnn") -> float:
    """The median over the rounds of a cell's time divided by another's in the same round."""
    mine, theirs = ([row["ratio"] for row in rows if (row["size"], row["equal"], row["cell"]) == (size, equal, one)]
                    for one in (cell, other))  # fmt: skip  # one table
    return summarize(one / two for one, two in zip(mine, theirs, strict=True)).median


def test_a_reduced_run_times_every_cell_at_equal_units_and_at_equal_parameters() -> None:
    """What is measured is noted and not judged here: a time says as much about the machine as about the cell."""
    rows = reduced_rows("seconds_per_step")
    units = {row["cell"]: row for row in rows if row["equal"] == "units"}
    equal = {row["cell"]: row for row in rows if row["equal"] == "parameters"}
    assert units["rnn"]["parameters"] < units["gru"]["parameters"] < units["lstm"]["parameters"]
    assert equal["rnn"]["units"] > equal["gru"]["units"] > equal["lstm"]["units"]
    assert max(row["parameters"] for row in equal.values()) < 1.02 * min(row["parameters"] for row in equal.values())
    assert all(row["seconds"] > 0 and (row["ratio"] == 1) == (row["cell"] == "rnn") for row in rows)


def test_a_gru_is_faster_only_with_many_units_and_as_many() -> None:
    rows = read("seconds_per_step")
    assert ratio(rows, 128, "units", "lstm", "gru") > 1.1
    assert 0.9 < ratio(rows, 32, "units", "lstm", "gru") < 1.15
    for size in (32, 128):
        assert 0.95 < ratio(rows, size, "parameters", "gru", "lstm") < 1.2
