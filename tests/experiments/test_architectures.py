"""Question 3: the direction of the result in a reduced run, and what the chapter says of the full one."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from experiments import learning
from experiments.architectures import CELLS, COURSES, PARAMETERS, runs
from experiments.learning import at_best_rate, last_scores, steps_until
from experiments.networks import size_for
from experiments.results import read, summarize
from tests.experiments.conftest import reduced_rows

ROWS = read("architectures")


def best(task: str, cell: str) -> list[float]:
    """The last scores of a cell on a task, at its better rate."""
    return last_scores(at_best_rate(ROWS, task=task, cell=cell))


def test_a_gru_learns_to_add_and_tanh_does_not() -> None:
    rows = reduced_rows("architectures")
    gru, tanh = (last_scores(at_best_rate(rows, task="adding 50", cell=cell)) for cell in ("gru", "rnn"))
    assert max(gru) < 0.05 < 0.1 < min(tanh)


def test_all_runs_are_there_and_sizes_are_equal() -> None:
    assert len(ROWS) == 8 * len(runs(False))
    assert all(abs(row["parameters"] - PARAMETERS) < 0.03 * PARAMETERS for row in ROWS)
    assert [size_for(PARAMETERS, cell, 2, 1) for cell in CELLS] == [65, 37, 32]


def test_the_higher_rate_is_better_but_for_tanh_on_adding_and_copying() -> None:
    slow = {(task, cell) for task in COURSES for cell in CELLS if at_best_rate(ROWS, task=task, cell=cell)[0]["rate"] < 0.01}
    assert slow == {("adding 50", "rnn"), ("adding 100", "rnn"), ("copying 20", "rnn")}


def test_tanh_learns_next_to_nothing_of_adding_and_copying() -> None:
    short, long = best("adding 50", "rnn"), best("adding 100", "rnn")
    assert min(short) == pytest.approx(0.08, abs=0.005) and min(sorted(short)[1:] + long) > 0.16
    assert min(best("copying 20", "rnn")) > 0.98 * COURSES["copying 20"].task().baseline
    rows = [row for row in ROWS if row["cell"] == "rnn" and row["task"] in {"adding 50", "adding 100"}]
    assert min(row["score"] for row in rows if row["step"] == row["steps"] and row["rate"] == 0.01) > 0.16


def test_a_gru_adds_and_copies_sooner_than_an_lstm() -> None:
    gru, lstm = ([steps_until(at_best_rate(ROWS, task=task, cell=cell), 1 / 60) for task in ("adding 50", "adding 100")]
                 for cell in ("gru", "lstm"))  # fmt: skip  # one table
    assert max(map(max, gru)) == 400
    assert min(map(min, lstm)) == 600 and sorted(lstm[0] + lstm[1])[-2:] == [1200, inf] and inf in lstm[1]
    assert max(best("adding 100", "lstm")) > 1 / 6
    copied = best("copying 20", "gru"), best("copying 20", "lstm")
    assert max(copied[0]) < min(copied[1]) and min(copied[0]) > 0.3


def test_names_tell_gates_from_tanh_but_not_from_each_other() -> None:
    tanh, gru, lstm = (best("names", cell) for cell in CELLS)
    assert min(tanh) > max(gru + lstm)
    (middle, low, _), (other, _, high) = summarize(gru), summarize(lstm)
    assert low < high and middle - other == pytest.approx(0.02, abs=0.005)


def test_one_tanh_network_does_not_find_the_embedded_letter() -> None:
    until = {cell: steps_until(at_best_rate(ROWS, task="reber", cell=cell), 0.01) for cell in CELLS}
    assert max(until["gru"] + until["lstm"] + sorted(until["rnn"])[:4]) == 80 and max(until["rnn"]) == inf
    assert max(best("reber", "rnn")) > 0.4
    slow = [row for row in ROWS if row["task"] == "reber" and row["cell"] == "rnn" and row["rate"] == 0.001]
    assert max(last_scores(slow)) == 0


def test_the_guess_at_a_thousand_silent_steps_is_what_was_published() -> None:
    assert learning.copying(1000).baseline == pytest.approx(0.0204, abs=5e-5)


def test_the_guess_on_the_long_sums_is_a_little_worse_than_a_sixth() -> None:
    error = np.mean((COURSES["adding 100"].task().test.y - 1) ** 2)
    assert error == pytest.approx(0.18, abs=0.005)
