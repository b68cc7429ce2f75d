"""Question 6: updates number by number are right, the direction in a reduced run, and what the chapter says of the full one."""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import acos, degrees
from statistics import median
from typing import Any

import numpy as np
import pytest

from experiments.exploding import begin, stacked
from experiments.learning import TASKS
from experiments.networks import loss_and_gradients
from experiments.overflow import Made, operation, update
from experiments.results import chosen, read, summarize
from tests.experiments.conftest import reduced_rows

LOST = [row for row in read("exploding") if row["part"] == "lost"]
CLIPPED = [row for row in read("exploding") if row["part"] == "clipped"]


@pytest.mark.parametrize("task", ["adding", "names"])
def test_an_update_number_by_number_has_the_gradients_of_the_others(task: str) -> None:
    network, batch = begin(task, 0), TASKS[task]().draw(np.random.default_rng(2), 5)
    made = {one.array: one.value for one in update(stacked(network.parameters), batch, "tanh", 0.1)}
    _, wanted = loss_and_gradients(network, batch)
    below = np.concatenate([wanted["dWaa1"], wanted["dWax1"], wanted["dba1"]], axis=1)
    for found, due in ((made["dW_a"], below), (made["dW_y"], np.concatenate([wanted["dWya"], wanted["dby"]], axis=1))):
        np.testing.assert_allclose(found, due, rtol=1e-3, atol=1e-4 * np.max(np.abs(due)))
    np.testing.assert_allclose(made["Wa"], stacked(network.parameters)["Wa"] - 0.1 * made["dW_a"], rtol=1e-5)


def test_operations_are_told_apart() -> None:
    row = np.array([[np.inf, 1.0]], np.float32)
    with np.errstate(all="ignore"):
        for column, name in (([[0.0], [1.0]], "0 * inf"), ([[1.0], [-np.inf]], "inf - inf")):
            factors = row, np.array(column, np.float32)
            assert operation(Made("z", 1, factors[0] @ factors[1], factors)) == name


def test_tanh_dies_on_the_way_back_and_clipping_by_norm_keeps_the_line() -> None:
    rows = reduced_rows("exploding")
    lost = [row for row in rows if row["part"] == "lost"]
    assert all(row["nan"] for row in lost)
    assert {row["operation"] for row in lost if row["activation"] == "tanh"} == {"0 * inf"}
    clipped = [row for row in rows if row["part"] == "clipped" and row["limit"] == 0.003]
    assert min(chosen(clipped, "worst", way="norm")) > 0.9999
    assert max(chosen(clipped, "cosine", way="value")) < 0.95


def lost(task: str, activation: str, rate: int) -> list[dict[str, Any]]:
    return [row for row in LOST if (row["task"], row["activation"], row["rate"]) == (task, activation, rate)]


def test_where_the_first_nan_comes_from() -> None:
    tanh = lost("adding", "tanh", 1) + lost("adding", "tanh", 10)
    places = [(row["inf_array"], row["nan_array"], row["nan_time"], row["operation"]) for row in tanh]
    assert places == [("da", "dz", 60, "0 * inf")] * 16
    assert min(row["flat"] for row in tanh) > 0.98
    relu = lost("adding", "relu", 1) + lost("adding", "relu", 10)
    assert Counter(row["inf_array"] for row in relu) == {"z": 14, "da": 2}
    assert {row["operation"] for row in relu if row["nan_array"] == "z"} == {"inf - inf"}
    assert all(0 <= row["nan_time"] - row["inf_time"] <= 2 for row in LOST if row["nan_array"] == "z")
    assert all(row["inf"] == row["nan"] for row in LOST)


def test_a_softmax_protects() -> None:
    assert all(len(lost("names", *setting)) == 8 for setting in product(("tanh", "relu"), (1, 10)))
    assert not any(row["nan"] for row in lost("names", "tanh", 1) + lost("names", "relu", 1) + lost("names", "tanh", 10))
    assert min(row["flat"] for row in lost("names", "tanh", 10)) > 0.9
    finite = [row for row in lost("names", "relu", 10) if not row["nan"]]
    assert len(finite) == 3 and min(row["flat"] for row in finite) > 0.99


def test_how_early_the_norm_warns() -> None:
    assert median(row["nan"] - row["loud"] for row in lost("adding", "tanh", 1)) == 14
    silent = [row["nan"] for row in lost("adding", "relu", 1) + lost("adding", "relu", 10) if not row["loud"]]
    assert len(silent) == 10 and silent.count(2) > 5


def angle(column: str, task: str, way: str, limit: float) -> float:
    return degrees(acos(min(1.0, summarize(chosen(CLIPPED, column, task=task, way=way, limit=limit)).median)))


def touched(task: str, way: str, limit: float) -> float:
    return summarize(chosen(CLIPPED, "steps", task=task, way=way, limit=limit)).median


def test_what_clipping_does_to_the_direction() -> None:
    assert min(chosen(CLIPPED, "worst", way="norm")) > 0.99999
    assert [round(angle("cosine", task, "value", 0.001)) for task in ("names", "adding")] == [47, 60]
    assert round(angle("worst", "adding", "value", 0.001)) == 69
    assert [round(angle("cosine", task, "value", 0.1)) for task in ("names", "adding")] == [3, 9]
    assert all(touched(task, "value", 0.001) == 1 and touched(task, "value", 0.1) < 0.5 for task in ("names", "adding"))
    assert round(angle("cosine", "adding", "value", 0.3)) == 15 and round(touched("adding", "value", 0.3), 2) == 0.06
    assert angle("cosine", "adding", "each norm", 0.001) > 40
    names = [summarize(chosen(CLIPPED, "cosine", task="names", way="value", limit=limit)).median for limit in (0.001, 0.01, 0.03)]
    assert [round(cosine, 2) for cosine in names] == [0.68, 0.88, 0.98]
    assert round(summarize(chosen(CLIPPED, "cosine", task="names", way="each norm", limit=0.03)).median, 2) == 0.89
