"""Question 5: the direction of the result in a reduced run, and what the chapter says of the full one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from experiments.results import Summary, chosen, read, summarize
from tests.experiments.conftest import reduced_rows


def found(task: str, bias: int, cell: str = "lstm") -> list[float]:
    rows = read("forget_bias")
    return chosen(rows, "score", task=task, cell=cell, bias=bias, step=max(chosen(rows, "step", task=task)))


def test_a_forget_gate_that_begins_open_learns_to_copy_sooner() -> None:
    rows = reduced_rows("forget_bias")
    last = max(row["step"] for row in rows)
    late, soon = (chosen(rows, "score", bias=bias, step=last) for bias in (0, 2))
    assert max(soon) < min(late)


def test_adding_is_learnt_by_all_but_one() -> None:
    at_start = [score for score in found("adding", 0) if score > 0.14]
    assert len(at_start) == 1 and len(found("adding", 0)) == 5
    assert all(max(found("adding", bias)) < 0.01 for bias in (1, 2))
    first, second = (summarize(found("adding", bias)) for bias in (1, 2))
    assert first.low < second.high and second.low < first.high


def test_copying_wants_bias_and_peepholes() -> None:
    plain, peeping = ([summarize(found("copying", bias, cell)) for bias in (0, 1, 2)] for cell in ("lstm", "peephole_lstm"))
    assert [round(one.median, 3) for one in plain] == [0.472, 0.460, 0.436]
    assert [round(one.median, 3) for one in peeping] == [0.465, 0.432, 0.405]
    assert all(one.high < 0.52 for one in plain + peeping) and all(one.median > 0.4 for one in plain + peeping)
    assert [meet(*pair) for pair in pairwise(plain)] == [False, True]
    assert [meet(*pair) for pair in pairwise(peeping)] == [True, True]
    assert all(abs(peeping[i].median - plain[i + 1].median) < 0.01 for i in (0, 1))


def test_names_want_less_bias_and_no_peepholes() -> None:
    medians = [summarize(found("names", bias)).median for bias in (0, 1, 2)]
    assert [round(median, 3) for median in medians] == [2.955, 2.962, 2.972]
    assert max(found("names", 0)) < min(found("names", 2))
    for bias, median in enumerate(medians):
        assert summarize(found("names", bias, "peephole_lstm")).median == pytest.approx(median, abs=0.002)


def meet(one: Summary, other: Summary) -> bool:
    """Whether two intervals have a value in common."""
    return one.low <= other.high and other.low <= one.high
