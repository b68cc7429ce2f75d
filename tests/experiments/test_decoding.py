"""What temperature, top-k and a beam do to names that a network says; and the chapter says what was measured."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from experiments import decoding, results
from experiments.networks import start
from experiments.results import Summary, chosen, summarize
from experiments.tasks import names
from solutions.reference import beam_search
from tests.book import test_chapters as chapters
from tests.experiments.conftest import reduced_rows

CHAPTER = "sampling"


def test_reduced_bold_is_new_and_a_beam_is_no_worse_than_greedy() -> None:
    rows = reduced_rows("decoding")
    for seed in range(2):
        of = [row for row in rows if row["seed"] == seed]
        cold, hot = (chosen(of, "distinct", way="temperature", value=value)[0] for value in (0.2, 2.0))
        few, many = (chosen(of, "distinct", way="top-k", value=value)[0] for value in (1, 18))
        assert hot > cold + 0.3 and many > few + 0.3
        assert chosen(of, "learnt", way="temperature", value=0.2)[0] > chosen(of, "learnt", way="temperature", value=2.0)[0] + 0.1
        assert chosen(of, "nats", way="temperature", value=0.2)[0] > chosen(of, "nats", way="temperature", value=2.0)[0]
        greedy, wide = (chosen(of, "best", way="beam", value=width)[0] for width in (1, 160))
        assert greedy <= wide <= chosen(of, "best", way="exact", value=0)[0] + 1e-4
        assert len(set(str(chosen(of, "first", way="top-k", value=1)[0]).split())) == 1


def parameters(seed: int) -> decoding.Arrays:
    """A network that has learnt nothing, with weights large enough for preferences, and ends that are likely."""
    network = start(["rnn"], 27, [6], 27, np.random.default_rng(seed))
    wider = decoding.with_unknown(network)
    return {name: 3 * value for name, value in wider.items()} | {"by": 4 * np.eye(28)[:, [decoding.EOS]]}


@pytest.mark.parametrize("seed", range(3))
def test_the_exact_search_finds_what_a_very_wide_beam_finds(seed: int) -> None:
    p = parameters(seed)
    found, logs = beam_search(p, decoding.EOS, decoding.UNK, 2000, 4)
    ended = [(one, log) for one, log in zip(found, logs, strict=True) if len(one) < 4]
    for shortest in (0, 1, 2):
        expected, log = next((one, log) for one, log in ended if len(one) >= shortest)
        assert decoding.likeliest(p, shortest) == (expected, pytest.approx(log, rel=1e-6))


def test_a_symbol_more_changes_no_probability() -> None:
    p = parameters(4)
    found, logs = beam_search(p, decoding.EOS, decoding.UNK, 20, 12)
    ended = [number for number, one in enumerate(found) if len(one) < 12]
    said = [decoding.words(found)[number] for number in ended]
    np.testing.assert_allclose(decoding.log_probabilities(said, p), logs[ended], rtol=1e-6)


def test_names_are_counted_as_they_are_described() -> None:
    learnt, held_out = names()
    said = [learnt[0], learnt[0], held_out[0], "qqqq"]
    row = decoding.describe(said, parameters(5))
    assert (row["learnt"], row["distinct"], row["new"], row["hit"]) == (0.5, 0.75, 0.5, 1 / 500)
    assert row["length"] == np.mean([len(one) for one in said]) and row["nats"] < 0
    assert decoding.shown([*said, ""]).split()[-1] == "-"


def full(column: str, way: str, value: float) -> Summary:
    return summarize(chosen(results.read("decoding"), column, way=way, value=value))


def test_bold_names_differ_and_careful_ones_were_learnt() -> None:
    differ, learnt = ([full(one, "temperature", t).median for t in decoding.TEMPERATURES] for one in ("distinct", "learnt"))
    assert differ[0] < 0.2 and min(differ[4:]) > 0.95
    assert learnt == sorted(learnt, reverse=True) and learnt[0] > 0.7 and learnt[-1] < 0.05
    for way, settings in (("temperature", decoding.TEMPERATURES), ("top-k", decoding.KS)):
        nats = [full("nats", way, value).median for value in settings]
        assert nats == sorted(nats, reverse=True), "the bolder, the less probable"


def test_names_held_out_are_hit_in_the_middle() -> None:
    for way, middle, ends in (("temperature", (0.4, 0.6, 0.8), (0.2, 1.5, 2)), ("top-k", (5, 8, 12), (1, 2))):
        assert min(full("hit", way, value).low for value in middle) >= max(full("hit", way, value).high for value in ends)
        others = set(decoding.TEMPERATURES if way == "temperature" else decoding.KS) - {*middle}
        assert min(full("hit", way, value).median for value in middle) > max(full("hit", way, value).median for value in others)


def test_a_narrow_cut_repeats_itself_more_than_a_temperature() -> None:
    ways = (("top-k", 2), ("temperature", 0.4))
    cut, cold = ({one: full(one, *way) for one in ("learnt", "distinct", "nats")} for way in ways)
    assert cut["learnt"].median == pytest.approx(cold["learnt"].median, abs=0.01)
    assert cut["nats"].median == pytest.approx(cold["nats"].median, abs=0.1)
    assert round(cut["distinct"].median, 1) == 0.1 and round(cold["distinct"].median, 1) == 0.5
    assert full("distinct", "top-k", 3).high < full("distinct", "temperature", 0.6).low  # and as many learnt:
    assert full("learnt", "top-k", 3).median == pytest.approx(full("learnt", "temperature", 0.6).median, abs=0.03)
    assert full("distinct", "top-k", 8).median == pytest.approx(full("distinct", "temperature", 0.8).median, abs=0.02)


def test_what_beams_find() -> None:
    rows = results.read("decoding")
    exact = chosen(rows, "best", way="exact", value=0)
    assert chosen(rows, "first", way="exact", value=0) == ["-"] * 5 and "" not in {name for some in names() for name in some}
    assert {round(1000 * exp(log)) for log in exact} == {3, 4}
    greedy = [best - log for best, log in zip(exact, chosen(rows, "best", way="beam", value=1), strict=True)]
    assert round(exp(summarize(greedy).median)) == 8
    for width in decoding.WIDTHS:
        found = [str(first).split()[0] for first in chosen(rows, "first", way="beam", value=width)]
        assert ("-" in found) == (width > 40) and (width < 160 or set(found) == {"-"})
    three, five = (chosen(rows, "best", way="beam", value=width)[1] for width in (3, 5))
    assert three > five and str(chosen(rows, "first", way="beam", value=3)[1]).startswith("carline")


def test_sizes_of_the_chapter() -> None:
    text = " ".join(chapters.prose(CHAPTER).split())
    learnt, held_out = names()
    assert round(len(learnt), -2) == 4_700 and len(held_out) == 500
    for words in ("with 96 tanh units", "4,700 first names", "500 more", "1,000 names", "`python -m experiments decoding`"):
        assert words in text
    assert (decoding.UNITS, decoding.SAMPLES) == (96, 1_000)
