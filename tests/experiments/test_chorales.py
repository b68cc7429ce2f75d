"""Question 3 with music: the direction in a reduced run, how chorales are read, and what the chapter says of the full results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import chorales
from experiments.__main__ import app
from experiments.chorale_data import alike, distinct, sampled
from experiments.chorales import CELLS, PARAMETERS, RATES, SEEDS, batches, cadences, chosen_rate, guess, heard, keys, score, split
from experiments.networks import Network, size_for, start
from experiments.results import Summary, chosen, read, summarize
from experiments.running import NAMES, OPTIONAL
from tests.book import test_chapters as chapters
from tests.experiments.conftest import reduced_rows


def test_who_has_heard_the_chord_before_knows_the_next() -> None:
    rows = reduced_rows("chorales")
    assert {row["cell"] for row in rows} == set(CELLS)
    assert all(row["test"] < 0.1 * row["guess"] and row["right"] > 0.9 for row in rows)


def test_a_note_sounds_from_its_beginning_to_its_end() -> None:
    soprano = [(0.0, 1.0, 72), (1.0, 0.5, 74), (1.5, 0.5, 76), (2.0, 0.0, 79), (2.0, 2.0, 77)]
    bass = [(0.5, 2.0, 48), (3.0, 0.5, 43)]
    assert sampled([soprano, bass], 3.5).tolist() == [[72, 0], [74, 48], [77, 48], [77, 43]]


def test_a_setting_in_another_key_is_the_same_setting() -> None:
    one = np.random.default_rng(0).integers(40, 80, (30, 4)).astype(np.uint8)
    higher, other = one + np.uint8(3), one[::-1].copy()
    higher[4, 1] += 1
    assert alike(one, higher) and alike(higher, one)
    assert not alike(one, other) and not alike(one, one[:-1])
    assert list(distinct({"one": one, "higher": higher, "other": other, "short": one[:-1]})) == ["one", "other", "short"]


def test_each_step_is_foretold_from_those_before() -> None:
    long, short = [[60, 60, 21, 0], [108, 62, 0, 0], [0, 0, 0, 0]], [[50, 0, 0, 0], [51, 0, 0, 0]]
    pieces = [np.array(one, np.uint8) for one in (long, short)]
    batch = heard(pieces)
    assert batch.several and batch.x.shape == (88, 2, 2) and batch.mask is not None
    assert batch.mask.tolist() == [[True, True], [True, False]]
    assert [np.flatnonzero(batch.x[:, 0, t]).tolist() for t in range(2)] == [[0, 39], [41, 87]]
    assert [np.flatnonzero(batch.y[:, 0, t]).tolist() for t in range(2)] == [[41, 87], []]
    assert np.flatnonzero(batch.x[:, 1, 0]) == [29] and np.flatnonzero(batch.y[:, 1, 0]) == [30]
    assert not batch.x[:, 1, 1].any() and not batch.y[:, 1, 1].any()
    assert keys(pieces[0]).sum() == 4


def pieces_by_length() -> list[np.ndarray]:
    return [np.full((length, 4), length, np.uint8) for length in range(30, 40) for _ in range(3)]


def test_parts_share_no_piece_and_a_round_has_them_all() -> None:
    pieces = pieces_by_length()
    parts = split(pieces)
    assert [len(part) for part in parts] == [18, 6, 6]
    assert sorted(len(one) for part in parts for one in part) == sorted(map(len, pieces))
    assert len({id(one) for part in parts for one in part}) == len(pieces)
    rng = np.random.default_rng(0)
    one_round = batches(pieces, 4, rng)
    lengths = [np.sum(batch.mask, axis=1) + 1 for batch in one_round if batch.mask is not None]
    assert sorted(np.concatenate(lengths)) == sorted(map(len, pieces)) and max(np.ptp(some) for some in lengths) <= 2
    assert [len(batch.x[0]) for batch in one_round].count(4) == 7


def test_a_score_is_that_of_all_steps_together() -> None:
    pieces = pieces_by_length()
    network = start(["gru"], 88, [5], 88, np.random.default_rng(0))
    assert score(network, pieces)[0] == pytest.approx(chorales.evaluate(network, heard(pieces))[0], rel=1e-5)


def test_a_guess_is_as_good_as_shares_can_tell() -> None:
    even = [np.full((5000, 4), 21 + key, np.uint8) for key in range(4)]
    assert guess(even, even) == pytest.approx(-4 * (0.25 * np.log(0.25) + 0.75 * np.log(0.75)), rel=0.01)


def test_the_best_network_of_the_validation_part_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = iter([5.0, 3.0, 4.0, 3.5, 3.0, 2.0])
    seen: list[Network] = []

    def judged(network: Network, pieces: object) -> tuple[float, float]:
        seen.append(network)
        return next(losses), 0.0

    monkeypatch.setattr(chorales, "score", judged)
    monkeypatch.setattr(chorales, "PATIENCE", 3)
    best, rounds = chorales.learn(split(cadences()), "rnn", 0.01, 0)
    assert rounds == 2 and best is seen[1] and len(seen) == 5


def test_the_command_says_what_to_run_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(chorales, "FILE", tmp_path / "chorales.npz")
    said = CliRunner().invoke(app, ["chorales"], env={"COLUMNS": "400"})
    assert said.exit_code == 2 and "run `make chorales` first" in said.output and "Traceback" not in said.output
    assert not set(OPTIONAL) & set(NAMES)


def test_the_file_of_chorales_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pieces = cadences()[:3] + [cadences()[0][:5]]
    np.savez(tmp_path / "some.npz", pitches=np.concatenate(pieces), lengths=[len(one) for one in pieces])
    monkeypatch.setattr(chorales, "FILE", tmp_path / "some.npz")
    assert all(map(np.array_equal, chorales.chorales(), pieces)) and not chorales.missing()


def nats(cell: str) -> Summary:
    return summarize(chosen(chosen_rate(read("chorales"), cell), "test"))


def test_gates_gain_next_to_nothing_on_chorales() -> None:
    tanh, gru, lstm = map(nats, CELLS)
    assert lstm.high < tanh.low < lstm.high + 0.03
    assert gru.low < lstm.high and gru.high > tanh.low
    assert lstm.median < gru.median < tanh.median < lstm.median + 0.06
    assert all(row["test"] < row["guess"] - 1.9 for row in read("chorales"))


def test_the_rates_and_sizes_that_the_chapter_names() -> None:
    rows = read("chorales")
    assert [chosen_rate(rows, cell)[0]["rate"] for cell in CELLS] == [0.0015, 0.004, 0.0015] and RATES == (0.0015, 0.004)
    assert [size_for(PARAMETERS, cell, 88, 88) for cell in CELLS] == [78, 42, 34]
    assert all(abs(row["parameters"] - PARAMETERS) < 0.02 * PARAMETERS for row in rows)
    assert min(chosen(rows, "rounds", cell="lstm", rate=0.0015)) > 115 and chorales.MOST_ROUNDS == 120
    assert max(row["rounds"] for row in rows if (row["cell"], row["rate"]) != ("lstm", 0.0015)) < 80
    assert len(SEEDS) == 5


def test_published_figures_stand_in_the_chapter_twice_alike() -> None:
    text = chapters.source("lstm")
    table = text[text.index("| Bach's chorales |") :].splitlines()[0]
    cell = text[text.index("PUBLISHED = ") :].splitlines()[0]
    assert [f"{published:.2f}" for published in (8.91, 8.43, 8.45)] == [one.strip() for one in table.split("|")[2:5]]
    assert cell == 'PUBLISHED = {"rnn": (9.10, 8.91), "gru": (8.54, 8.43), "lstm": (8.67, 8.45)}'


@pytest.mark.skipif(not chorales.FILE.exists(), reason="`make chorales` makes the file")
def test_the_pieces_are_as_many_and_as_long_as_the_chapter_says() -> None:
    pieces = chorales.chorales()
    assert len(pieces) == 362 and round(float(np.mean(list(map(len, pieces))))) == 54
    assert list(map(len, split(pieces))) == [218, 72, 72]
    assert {one.shape[1] for one in pieces} == {4}
    sounding = np.concatenate(pieces)[np.concatenate(pieces) > 0]
    assert sounding.min() >= chorales.LOWEST and sounding.max() < chorales.LOWEST + chorales.KEYS
