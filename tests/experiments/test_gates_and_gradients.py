"""Question 1: the Jacobians are right, the direction in a reduced run, and what the chapters say of the full one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from experiments.gates_and_gradients import drawn
from experiments.jacobians import back, straight, walk
from experiments.networks import own
from experiments.results import Summary, chosen, read, summarize
from solutions import reference
from tests.experiments.conftest import reduced_rows

Array = NDArray[np.float64]
GATED = {"simplified_gru": 0, "gru": 0, "lstm": 1}


def last_memory(cell: str, caches: list[Any], place: int, memory: Array) -> Array:
    """The last memory when the memory after step `place` is this one, inputs and all that was before it being held."""
    state = caches[place][7] * np.tanh(memory) if cell == "lstm" else memory
    for cache in caches[place + 1 :]:
        xt, parameters = cache[-2:]
        if cell == "lstm":
            state, memory, *_ = reference.lstm_cell_forward(xt, state, memory, parameters)
        else:
            memory, *_ = getattr(reference, f"{cell}_cell_forward")(xt, memory, parameters)
    return memory


@pytest.mark.parametrize("cell", ["rnn", *GATED])
def test_jacobians_are_measured_slopes(cell: str) -> None:
    x = np.random.default_rng(1).standard_normal((2, 2, 6))
    caches = walk(cell, own(drawn(cell, 1, 0).parameters, 1), x)
    n = len(caches[0][0])
    for lag, jacobians in enumerate(back(cell, caches), 1):
        if lag in (1, 4):
            place = len(caches) - 1 - lag
            memory = caches[place][1 if cell == "lstm" else 0]
            moved = 1e-6 * np.tile(np.eye(n), 2)  # column j of each example moves element j
            slopes = last_memory(cell, caches, place, memory + moved) - last_memory(cell, caches, place, memory - moved)
            np.testing.assert_allclose(jacobians.transpose(1, 0, 2).reshape(n, -1), slopes / 2e-6, atol=1e-8)
            assert np.max(np.abs(slopes)) > 1e-8


def test_the_straight_way_is_the_product_of_what_is_kept() -> None:
    caches = walk("gru", own(drawn("gru", 0, 0).parameters, 1), np.random.default_rng(1).standard_normal((2, 2, 3)))
    n = len(caches[0][0])
    *_, kept = straight("gru", caches)
    np.testing.assert_allclose(kept, np.prod([1 - cache[2] for cache in caches], axis=0)[:, [0, n]])


def test_shut_gates_and_learnt_gates_keep_gradients_alive() -> None:
    rows = [row for row in reduced_rows("gates_and_gradients") if row["cell"] == "simplified_gru" and row["lag"] == 20]
    untrained, shut = (chosen(rows, "typical", bias=bias, updates=0) for bias in (0, -4))
    assert min(shut) > max(untrained)
    before, *after = (chosen(rows, "straight", bias=0, updates=updates) for updates in sorted({row["updates"] for row in rows}))
    assert min(after[0]) > 100 * max(before)


def left(norm: str, cell: str, bias: int, updates: int = 0, lag: int = 100) -> Summary:
    return summarize(chosen(read("gates_and_gradients"), norm, cell=cell, bias=bias, updates=updates, lag=lag))


def test_who_learns_to_add() -> None:
    rows = read("gates_and_gradients")
    for cell, bias in GATED.items():
        errors = chosen(rows, "error", cell=cell, bias=bias, updates=2500, lag=1)
        assert len(errors) == 8 and max(errors) < 0.005
    assert min(chosen(rows, "error", cell="rnn", updates=2500)) > 1 / 6


def test_what_the_gru_chapter_says() -> None:
    assert left("largest", "gru", -4).median / left("largest", "gru", 0).median > 1e13
    assert 0.4 < left("straight", "gru", -4).median / left("largest", "gru", -4).median < 0.5
    assert left("straight", "simplified_gru", 0).median < 1e-22 and 0.01 <= left("largest", "simplified_gru", 0).median < 0.015
    assert left("largest", "rnn", 0).median > 10
    assert left("largest", "gru", 0).median < 1e-13 and round(left("largest", "gru", 0, 2500).median, 2) == 0.67
    assert left("largest", "rnn", 0, 2500).high < 1e-14
    assert 0.3 < left("straight", "gru", 0, 2500, 40).median < 0.37
    assert 5.5e-11 < left("straight", "gru", 0, 0, 40).median < 6.5e-11
    assert 0.01 <= left("straight", "gru", 0, 2500).median < 0.015
    assert left("largest", "gru", 0, 2500).median > 50 * left("straight", "gru", 0, 2500).median


def test_what_the_lstm_chapter_says() -> None:
    assert 0.45 < left("straight", "lstm", 1, 2500).median < 0.55
    assert 2.5 < left("largest", "lstm", 1, 2500).median < 3.5
    assert max(left("largest", "lstm", 1, 2500, lag).median for lag in (10, 20, 40)) < 6
    assert left("largest", "lstm", 1).median > 1e8 * left("straight", "lstm", 1).median
    assert 0.3 < left("straight", "lstm", 4).median < 0.37 and left("largest", "lstm", 4).median > 500
