"""Question 4: the direction of the result in a reduced run, and what the chapter says of the full one."""

from __future__ import annotations

from itertools import combinations, pairwise
from statistics import median

from experiments.depth import COURSES, LAYERS, PARAMETERS, runs
from experiments.learning import at_best_rate, last_scores, steps_until
from experiments.networks import size_for
from experiments.plan import Row
from experiments.results import chosen, read, summarize
from tests.experiments.conftest import reduced_rows


def best(task: str) -> list[list[Row]]:
    """The rows of one to four layers, each at its better rate."""
    return [at_best_rate(read("depth"), task=task, layers=layers) for layers in LAYERS]


def apart(task: str) -> set[tuple[int, int]]:
    """Which depths have intervals that do not meet at the end."""
    found = {layers: summarize(last_scores(rows)) for layers, rows in zip(LAYERS, best(task), strict=True)}
    return {
        (one, two) for one, two in combinations(LAYERS, 2) if found[one].high < found[two].low or found[two].high < found[one].low
    }


def test_four_narrow_layers_learn_names_later_than_a_wide_one() -> None:
    rows = reduced_rows("depth")
    wide, narrow = (last_scores(at_best_rate(rows, task="names", layers=layers)) for layers in (1, 4))
    assert max(wide) < min(narrow)


def test_all_runs_are_there_and_sizes_are_equal() -> None:
    rows = read("depth")
    assert len(rows) == 8 * len(runs(False))
    assert all(abs(row["parameters"] - PARAMETERS) < 0.06 * PARAMETERS for row in rows)
    assert [size_for(PARAMETERS, "gru", 27, 27, layers) for layers in LAYERS] == [30, 20, 16, 14]
    assert [size_for(PARAMETERS, "gru", 2, 1, layers) for layers in LAYERS] == [43, 25, 19, 16]
    assert {task: {rows[0]["rate"] for rows in best(task)} for task in COURSES} == {"names": {0.003}, "adding": {0.01}}


def test_on_names_each_further_layer_makes_it_worse() -> None:
    rows = best("names")
    for step in range(500, 4001, 500):
        assert all(
            median(chosen(one, "score", step=step)) < median(chosen(two, "score", step=step)) for one, two in pairwise(rows)
        )
    assert [round(median(last_scores(one)), 2) for one in rows] == [2.87, 2.90, 2.95, 3.00]
    assert apart("names") == set(combinations(LAYERS, 2)) - {(1, 2)}


def test_adding_is_learnt_soonest_with_two_or_three_layers() -> None:
    rows = best("adding")
    until = [sorted(steps_until(one, 1 / 60)) for one in rows]
    assert until[0] == [240] * 5 and until[1] == until[2] == [160] * 4 + [240]
    assert min(rows, key=lambda one: median(last_scores(one))) == rows[1]
    assert apart("adding") == {(2, 4)}
