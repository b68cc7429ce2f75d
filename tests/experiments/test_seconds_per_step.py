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


def test_gates_cost_more_at_equal_units_than_at_equal_parameters() -> None:
    rows = reduced_rows("seconds_per_step")
    for cell in ("gru", "lstm"):
        assert ratio(rows, 128, "units", cell) > 1.1 * ratio(rows, 128, "parameters", cell)


def test_a_gru_is_faster_only_with_many_units_and_as_many() -> None:
    rows = read("seconds_per_step")
    assert ratio(rows, 128, "units", "lstm", "gru") > 1.1
    assert 0.9 < ratio(rows, 32, "units", "lstm", "gru") < 1.15
    for size in (32, 128):
        assert 0.95 < ratio(rows, size, "parameters", "gru", "lstm") < 1.2
