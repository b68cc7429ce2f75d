"""Question 2: the direction of the result in a reduced run, and what the chapter says of the full one."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest

from experiments import tasks
from experiments.learning import at_best_rate, last_scores, steps_until
from experiments.networks import size_for
from experiments.plan import Row
from experiments.reset_gate import CELLS, COURSES, PARAMETERS, runs
from experiments.results import chosen, read, summarize
from tests.experiments.conftest import reduced_rows


def best(task: str) -> list[list[Row]]:
    """The rows of the full and of the simplified unit, each at its better rate."""
    return [at_best_rate(read("reset_gate"), task=task, cell=cell) for cell in CELLS]


def ratios(task: str) -> list[float]:
    """The full unit's last score as a share of the simplified one's, seed by seed."""
    full, simplified = map(last_scores, best(task))
    return [one / other for one, other in zip(full, simplified, strict=True)]


def test_both_units_learn_to_begin_afresh() -> None:
    rows = reduced_rows("reset_gate")
    for cell in CELLS:
        assert max(last_scores(at_best_rate(rows, task="adding afresh", cell=cell))) < 1 / 12


def test_all_runs_are_there_and_sizes_are_equal() -> None:
    rows = read("reset_gate")
    assert len(rows) == 8 * len(runs(False))
    assert all(abs(row["parameters"] - PARAMETERS) < 0.03 * PARAMETERS for row in rows)
    assert [size_for(PARAMETERS, cell, 2, 1) for cell in CELLS] == [37, 46]
    assert {rows[0]["rate"] for task in COURSES for rows in best(task)} == {0.01}


def test_nowhere_do_the_intervals_come_apart() -> None:
    for task in COURSES:
        full, simplified = (summarize(last_scores(rows)) for rows in best(task))
        assert full.low <= simplified.high and simplified.low <= full.high, task
    assert all(max(last_scores(rows)) < 0.005 for rows in best("adding afresh"))
    assert [round(median(last_scores(rows)), 4) for rows in best("adding afresh")] == [0.0004, 0.0008]


def test_the_full_unit_begins_to_add_sooner() -> None:
    found = {task: [steps_until(rows, 1 / 60) for rows in best(task)] for task in ("adding", "adding afresh")}
    assert all(max(full) == 200 for full, _ in found.values())
    assert [sum(step <= 200 for step in simplified) for _, simplified in found.values()] == [1, 1]
    full, simplified = (chosen(rows, "score", step=300) for rows in best("adding afresh"))
    assert max(full) < min(simplified)


def test_the_full_unit_leads_where_a_sign_says_forget() -> None:
    assert sum(ratio < 1 for ratio in ratios("adding afresh")) == 4
    assert median(ratios("adding afresh")) == pytest.approx(0.47, abs=0.05)
    assert 0.985 < min(ratios("stream")) < max(ratios("stream")) < 1
    assert sum(ratio > 1 for ratio in ratios("names")) == 4 and max(ratios("names")) < 1.003


def test_only_what_follows_the_sign_is_added() -> None:
    batch = tasks.adding_afresh(np.random.default_rng(0), 100, 17)
    values, marks, signs = batch.x
    after = np.cumsum(signs, axis=1)
    assert np.all(signs.sum(axis=1) == 1) and np.all(marks * signs == 0)
    assert np.all((marks * after).sum(axis=1) == 2) and np.all((marks * (1 - after)).sum(axis=1) == 2)
    assert batch.y[0] == pytest.approx((values * marks * after).sum(axis=1), abs=1e-6)


def test_a_stream_is_names_with_full_stops_between() -> None:
    batch = tasks.stream(np.random.default_rng(0), 4, ["ada", "bo"], 20)
    lines = ["".join(tasks.ALPHABET[place] for place in row) for row in batch.y.argmax(axis=0)]
    assert all(len(line) == 20 and set(line.split(".")[:-1]) <= {"ada", "bo"} for line in lines)
    assert np.all(batch.x[:, :, 1:] == batch.y[:, :, :-1]) and np.all(batch.x[:, :, 0] == 0)
